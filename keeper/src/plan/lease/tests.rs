use {
    super::*,
    crate::{
        fixture::{config, mirror, NOW, TRADER, VICTIM},
        plan::plan_role,
        role::Role,
    },
    bulkhead_sdk::bulkhead::state::StoredLease,
    bytemuck::Zeroable,
    solana_address::Address,
};

fn bonded(keeper: Address, seen_slot: u64) -> (Address, KeeperBond) {
    let bond = KeeperBond { keeper, bond: 1_000, least_bond: 1_000, seen_slot, ..KeeperBond::zeroed() };
    (keeper, bond)
}

/// The victim of the fixture is short of margin, its auction runs, and the keeper has a bond.
fn with_auction() -> Mirror {
    let mut m = mirror();
    m.keepers = vec![bonded(config().authority, NOW.slot)];
    let victim = m.account_mut(&VICTIM);
    victim.cash = 300_000;
    (victim.auction.id, victim.auction.is_open) = (1, 1);
    m
}

fn with_lease(keeper: Address, until_slot: u64, state: LeaseState) -> Mirror {
    let mut m = with_auction();
    m.keepers.push(bonded(TRADER, NOW.slot));
    m.account_mut(&VICTIM).lease =
        StoredLease { keeper, until_slot, auction_id: 1, state: state as u8, ..StoredLease::zeroed() };
    m
}

fn resolved(m: &Mirror) -> bool {
    let actions = resolve(m, NOW, &config());
    actions.iter().any(|a| matches!(a, Action::ResolveLease { account: VICTIM, .. }))
}

#[test]
fn shows_signs_of_life_well_before_the_last_is_forgotten() {
    let mut m = mirror();
    assert_eq!(heartbeat(&m, NOW, &config()), None);
    for (ago, due) in [(75, false), (76, true), (10_000, true)] {
        m.keepers = vec![bonded(config().authority, NOW.slot - ago)];
        assert_eq!(heartbeat(&m, NOW, &config()).is_some(), due, "{ago}");
    }
    m.keepers[0].1.resigned_at = 1;
    assert_eq!(heartbeat(&m, NOW, &config()), None);
}

#[test]
fn leases_what_it_can_bid_for_whole_and_bids_at_once() {
    let planned = |m: &Mirror| plan_role(m, NOW, &config(), Role::Liquidation);
    let m = with_auction();
    let actions = planned(&m);
    let lease = Action::TakeLease { account: VICTIM, auction_id: 1 };
    assert!(matches!(&actions[..], [first, Action::Bid { .. }] if *first == lease), "{actions:?}");
    // Without a bond, or when the keeper carries only a part, it bids without a lease.
    let mut unbonded = m.clone();
    unbonded.keepers.clear();
    assert!(matches!(&planned(&unbonded)[..], [Action::Bid { .. }]));
    let mut poor = m.clone();
    poor.account_mut(&config().account).cash = 100_000;
    assert!(matches!(&planned(&poor)[..], [Action::Bid { .. }]), "{:?}", planned(&poor));
    // One that was leased before is leased no more.
    for state in [LeaseState::Fulfilled, LeaseState::Missed, LeaseState::Resolved] {
        let m = with_lease(TRADER, NOW.slot - 1, state);
        assert!(matches!(&planned(&m)[..], [Action::Bid { .. }]), "{state:?}");
    }
}

#[test]
fn keeps_away_from_what_another_leased_until_the_lease_is_over() {
    let bids = |m: &Mirror| !plan_role(m, NOW, &config(), Role::Liquidation).is_empty();
    assert!(!bids(&with_lease(TRADER, NOW.slot, LeaseState::Open)));
    assert!(bids(&with_lease(TRADER, NOW.slot - 1, LeaseState::Open)));
    assert!(bids(&with_lease(config().authority, NOW.slot, LeaseState::Open)));
}

#[test]
fn resolves_its_own_leases_and_what_others_missed() {
    let (own, late) = (config().authority, NOW.slot - 1);
    let cases = [
        (own, NOW.slot, LeaseState::Open, false),
        (own, late, LeaseState::Open, true),
        (own, NOW.slot, LeaseState::Fulfilled, true),
        (own, NOW.slot, LeaseState::Excused, true),
        (own, NOW.slot, LeaseState::Resolved, false),
        (TRADER, NOW.slot, LeaseState::Open, false),
        (TRADER, late, LeaseState::Open, true),
        (TRADER, late, LeaseState::Missed, true),
        (TRADER, late, LeaseState::Fulfilled, false),
        (TRADER, late, LeaseState::Excused, false),
    ];
    for (keeper, until, state, due) in cases {
        assert_eq!(resolved(&with_lease(keeper, until, state)), due, "{state:?} until {until}");
    }
    let mut m = with_lease(TRADER, late, LeaseState::Open);
    m.risk_arrays[0].as_of = NOW.unix - 301;
    assert!(!resolved(&m), "nobody can tell from a stale array");
    let mut m = with_lease(TRADER, late, LeaseState::Open);
    m.accounts.retain(|(key, _)| *key != config().account);
    assert!(!resolved(&m), "nowhere to take its half");
}

#[test]
fn is_excused_as_soon_as_there_is_nothing_to_bid_for() {
    let running = || with_lease(config().authority, NOW.slot, LeaseState::Open);
    assert!(!resolved(&running()));
    let mut cured = running();
    cured.account_mut(&VICTIM).cash = 500_000;
    assert!(resolved(&cured));
    let mut silent = running();
    silent.oracle.mark.at = NOW.unix - 61;
    assert!(resolved(&silent));
    let mut expired = running();
    expired.risk_arrays[0].expires_at = NOW.unix;
    assert!(resolved(&expired));
}
