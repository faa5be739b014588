//! `propose`, `execute_proposal`, `cancel_proposal`.

use {
    crate::prelude::*,
    bulkhead_sdk::{bulkhead::instructions::propose::ProposeArgs, risk::breaker::Cause},
};

const TIMELOCK: i64 = 2 * DAY;
const ROLE_TIMELOCK: i64 = 7 * DAY;
const LIFE: i64 = 3 * DAY;

fn loosening() -> ProposeArgs {
    let params = MarketParams { trade_fee_ppm: 400, ..params() };
    ProposeArgs { params, ..proposal(kind::SET_PARAMS) }
}

fn guardians(keys: &[Address]) -> ProposeArgs {
    ProposeArgs { guardians: keys.to_vec(), ..proposal(kind::SET_GUARDIANS) }
}

fn governor(key: Address) -> ProposeArgs {
    ProposeArgs { holder: key, ..proposal(kind::SET_GOVERNOR) }
}

#[test]
fn allows_a_loosening_after_its_timelock() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, loosening()));
    let state: Proposal = w.state(&pda::proposal(0));
    assert_eq!((state.eta, state.lapses_at), (START + TIMELOCK, START + TIMELOCK + LIFE));
    w.warp(TIMELOCK - 1);
    w.rejects(w.execute_proposal(0, true), TimelockRunning);
    w.warp(1);
    w.accepts(w.execute_proposal(0, true));
    assert_eq!(w.state::<Market>(&w.market()).params.trade_fee_ppm, 400);
    assert!(!w.exists(&pda::proposal(0)));
}

#[test]
fn rejects_a_lapsed_proposal() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, loosening()));
    w.warp(TIMELOCK + LIFE);
    w.rejects(w.execute_proposal(0, true), ProposalLapsed);
}

#[test]
fn allows_new_roles_after_a_week_and_overtakes_what_the_old_ones_queued() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, governor(w.key(Alice))));
    w.warp(ROLE_TIMELOCK - TIMELOCK);
    w.accepts(w.propose(Governor, loosening()));
    w.warp(TIMELOCK);
    w.accepts(w.execute_proposal(0, false));
    w.rejects(w.execute_proposal(1, true), ProposalStale);
    w.rejects(w.propose(Governor, loosening()), NotGovernor);
    w.accepts(w.propose(Alice, loosening()));
}

#[test]
fn allows_new_guardians_after_a_week() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, guardians(&[w.key(Alice), w.key(Bob)])));
    w.warp(TIMELOCK);
    w.rejects(w.execute_proposal(0, false), TimelockRunning);
    w.warp(ROLE_TIMELOCK - TIMELOCK);
    w.accepts(w.execute_proposal(0, false));
    w.rejects(w.trip(Guardian, 1, false), NotGuardian);
    w.accepts(w.trip(Bob, 1, false));
}

#[test]
fn rejects_guardians_that_are_none_too_many_or_repeated() {
    let mut w = Bank::bank();
    let twice = w.key(Alice);
    w.rejects(w.propose(Governor, guardians(&[])), InvalidGuardians);
    let six: Vec<Address> = (0..6).map(|_| Keypair::new().pubkey()).collect();
    w.rejects(w.propose(Governor, guardians(&six)), InvalidGuardians);
    w.accepts(w.propose(Governor, guardians(&[twice, twice])));
    w.warp(ROLE_TIMELOCK);
    w.rejects(w.execute_proposal(0, false), InvalidGuardians);
}

#[test]
fn allows_a_wind_down_at_once() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(0, true));
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)), ActionClosed);
}

#[test]
fn allows_a_trip_to_be_cleared_after_the_timelock() {
    let mut w = Bank::bank();
    w.edit(&pda::shard(&w.market(), 0), |s: &mut OiShard| s.long_lots[0][0] = 1);
    w.accepts(w.report_fault(Stranger, 3, Some(0)));
    w.edit(&pda::shard(&w.market(), 0), |s: &mut OiShard| s.long_lots[0][0] = 0);
    w.warp(1);
    let args = ProposeArgs { cause: Cause::OpenInterest as u8, ..proposal(kind::CLEAR_TRIP) };
    w.accepts(w.propose(Governor, args));
    w.warp(TIMELOCK);
    w.accepts(w.execute_proposal(0, true));
    w.freshen();
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 4, CALL, 1)));
}

#[test]
fn rejects_a_loosening_older_than_the_last_tightening() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, loosening()));
    let tighter = MarketParams { outflow_hour_ppm: params().outflow_hour_ppm - 1, ..params() };
    w.accepts(w.set_params(Governor, tighter));
    w.warp(TIMELOCK);
    w.rejects(w.execute_proposal(0, true), ProposalStale);
}

#[test]
fn rejects_a_clearance_older_than_the_trip() {
    let mut w = Bank::bank();
    let args = ProposeArgs { cause: Cause::OpenInterest as u8, ..proposal(kind::CLEAR_TRIP) };
    w.accepts(w.propose(Governor, args));
    // In the same second: nobody can tell which came first.
    w.edit(&pda::shard(&w.market(), 0), |s: &mut OiShard| s.long_lots[0][0] = 1);
    w.accepts(w.report_fault(Stranger, 3, Some(0)));
    w.warp(TIMELOCK);
    w.rejects(w.execute_proposal(0, true), ProposalStale);
}

#[test]
fn rejects_proposals_without_sense() {
    let mut w = Bank::bank();
    w.rejects(w.propose(Stranger, loosening()), NotGovernor);
    w.rejects(w.propose(Governor, proposal(7)), InvalidProposal);
    w.rejects(w.propose(Governor, governor(Address::default())), InvalidProposal);
    let unknown = ProposeArgs { cause: 6, ..proposal(kind::CLEAR_TRIP) };
    w.rejects(w.propose(Governor, unknown), InvalidProposal);
    let market = w.market();
    let by = w.key(Governor);
    w.rejects(ix::propose(by, None, 0, loosening()), InvalidProposal);
    w.rejects(ix::propose(by, Some(market), 0, governor(by)), InvalidProposal);
    let loose = MarketParams { maintenance_ppm: 1, ..params() };
    let outside = ProposeArgs { params: loose, ..proposal(kind::SET_PARAMS) };
    w.rejects(w.propose(Governor, outside), ParameterOutOfBounds);
}

#[test]
fn rejects_a_proposal_at_another_index() {
    let mut w = Bank::bank();
    let call = swap(w.propose(Governor, loosening()), &pda::proposal(0), &pda::proposal(1));
    w.rejects(call, InstructionError::InvalidSeeds);
}

#[test]
fn rejects_execution_without_its_market_or_on_another() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, loosening()));
    w.warp(TIMELOCK);
    w.rejects(w.execute_proposal(0, false), InvalidProposal);
    let call = w.execute_proposal(0, true);
    w.rejects(swap(call.clone(), &w.market(), &w.foreign.market), WrongMarket);
    w.rejects(swap(call, &w.key(Governor), &w.key(Stranger)), NotOwner);
}

#[test]
fn allows_a_guardian_to_cancel_and_nobody_to_revive() {
    let mut w = Bank::bank();
    for (index, by) in [(0, Guardian), (1, Guardian)] {
        w.accepts(w.propose(Governor, loosening()));
        w.rejects(w.cancel_proposal(Stranger, index), NotGuardian);
        let elsewhere = swap(w.cancel_proposal(Guardian, index), &w.key(Governor), &w.key(Stranger));
        w.rejects(elsewhere, NotOwner);
        w.accepts(w.cancel_proposal(by, index));
        assert!(!w.exists(&pda::proposal(index)));
        let replay = w.execute_proposal(index, true);
        w.rejects(replay, InstructionError::AccountDataTooSmall);
    }
}

#[test]
fn allows_the_governor_to_cancel_its_own_proposal() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, loosening()));
    w.accepts(w.cancel_proposal(Governor, 0));
    assert!(!w.exists(&pda::proposal(0)));
}
