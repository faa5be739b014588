use {
    super::*,
    crate::{
        chain::Receipt,
        fixture::{config, keypair, mirror, FakeChain, VICTIM},
        keeper::Keeper,
        role::Role,
    },
    bulkhead_risk::{breaker::Cause, rebalance::Reason},
    bulkhead_sdk::{bulkhead::quoted_book::WHOLE_BOOK, PROGRAM_ID},
};

fn bid() -> Action {
    Action::Bid {
        account: VICTIM,
        auction_id: 1,
        leg: WHOLE_BOOK,
        share_ppm: 400_000,
        reason: Reason::WholeBook,
        min_payment: -1_001,
        scenario: 1,
        expiries: vec![1],
        shard: 0,
    }
}

fn each_action() -> Vec<Action> {
    vec![
        Action::UpdateOracle,
        Action::RefreshRisk { expiry: 1 },
        Action::ReportFault { cause: Cause::OpenInterest, shard: Some(0) },
        Action::RecoverBreaker { cause: Cause::OracleQuorum },
        Action::ObserveSettlement { expiry: 1 },
        Action::StartAuction { account: VICTIM, expiries: vec![1] },
        Action::CoverAccount { account: VICTIM, expiries: vec![1] },
        bid(),
        Action::EndAuction { account: VICTIM, with_pool: true, expiries: vec![1] },
        Action::FixSettlement { expiry: 1 },
        Action::ReturnBond { expiry: 1, account: VICTIM },
        Action::ProposePrice { expiry: 1, price: 7 },
        Action::DisputePrice { expiry: 1, price: 7 },
        Action::DrawSenior,
        Action::RepaySenior,
        Action::UpdateRequirement { expiries: vec![1] },
        Action::CoverShortfall { expiry: 1 },
        Action::SettleAccount { expiry: 1, account: VICTIM },
        Action::CollectFees { shard: 0 },
        Action::CloseExpiry { expiry: 1 },
        Action::Heartbeat,
        Action::TakeLease { account: VICTIM, auction_id: 1 },
        Action::ResolveLease { account: VICTIM, keeper: config().authority, expiries: vec![1] },
    ]
}

/// With a wallet for bonds.
fn funded() -> Config {
    Config { wallet: Some(VICTIM), ..config() }
}

fn outcome(chain: &mut FakeChain, action: Action) -> Outcome {
    Executor::new(chain, &keypair(), &funded()).execute(&mirror(), action).1
}

#[test]
fn every_action_is_one_instruction_of_the_program() {
    for action in each_action() {
        let mut chain = FakeChain::holding(&mirror());
        let (sent, outcome, compute_units) =
            Executor::new(&mut chain, &keypair(), &funded()).execute(&mirror(), action.clone());
        assert_eq!((&sent, &outcome, compute_units), (&action, &Outcome::Done, 1_234));
        let [instruction] = &chain.sent[..] else { panic!("{action}") };
        assert_eq!(instruction.program_id, PROGRAM_ID);
    }
}

/// Arrays hold the rows of one set of parameters only.
#[test]
fn expiries_take_the_place_of_arrays_while_the_rows_of_two_sets_of_parameters_count() {
    let mut m = mirror();
    let (array, expiry) = (pda::risk_array(&m.key, 1), pda::expiry(&m.key, 1));
    let appended = |m: &Mirror, action: &Action| {
        let last = instruction(action, m, &config()).unwrap().accounts.pop().unwrap();
        assert!(!last.is_writable);
        last.pubkey
    };
    m.market.previous_params = m.market.params;
    m.market.params_grace_until = m.oracle.mark.live_seconds + 1;
    for action in
        each_action().iter().filter(|a| matches!(a, Action::Bid { .. } | Action::StartAuction { .. }))
    {
        assert_eq!(appended(&m, action), array, "{action}");
    }
    m.market.previous_params.scenario_range_ppm += 1;
    let priced = |a: &&Action| {
        matches!(
            a,
            Action::StartAuction { .. }
                | Action::CoverAccount { .. }
                | Action::Bid { .. }
                | Action::EndAuction { .. }
                | Action::ResolveLease { .. }
        )
    };
    for action in each_action().iter().filter(priced) {
        assert_eq!(appended(&m, action), expiry, "{action}");
    }
    m.oracle.mark.live_seconds += 1;
    assert_eq!(appended(&m, &bid()), array);
}

#[test]
fn being_second_is_not_a_failure() {
    let cases = [
        (Action::UpdateOracle, E::AlreadyUpdated),
        (bid(), E::NotLiquidatable),
        (Action::StartAuction { account: VICTIM, expiries: vec![1] }, E::AuctionOpen),
        (bid(), E::ActionClosed),
        (Action::ReportFault { cause: Cause::VaultShortfall, shard: None }, E::FaultAlreadyReported),
        (Action::RecoverBreaker { cause: Cause::OracleQuorum }, E::RecoveryNotProven),
        (Action::FixSettlement { expiry: 1 }, E::AlreadyFixed),
        (Action::ObserveSettlement { expiry: 1 }, E::AlreadyObserved),
        (Action::ReturnBond { expiry: 1, account: VICTIM }, E::NoBond),
        (Action::CoverShortfall { expiry: 1 }, E::NothingToCover),
        (Action::ProposePrice { expiry: 1, price: 7 }, E::AlreadyProposed),
        (Action::DisputePrice { expiry: 1, price: 7 }, E::DisputeClosed),
        (Action::DrawSenior, E::NothingUnmet),
        (Action::RepaySenior, E::OutflowLimited),
        (Action::UpdateRequirement { expiries: vec![1] }, E::StaleRiskArray),
    ];
    for (action, error) in cases {
        let mut chain = FakeChain::refusing(&mirror(), &[code(error)]);
        let found = outcome(&mut chain, action.clone());
        assert!(matches!(found, Outcome::LostRace(_)), "{action}: {found:?}");
        assert_eq!(chain.sent.len(), 1);
    }
}

#[test]
fn other_refusals_are_failures() {
    for action in each_action() {
        let mut chain = FakeChain::refusing(&mirror(), &[code(E::WrongMarket)]);
        let found = outcome(&mut chain, action.clone());
        assert!(matches!(found, Outcome::Failed(_)), "{action}: {found:?}");
    }
    let mut chain = FakeChain::holding(&mirror());
    chain.script.push_back(Err(SendError { message: "no route".into(), ..SendError::default() }));
    assert!(matches!(outcome(&mut chain, Action::UpdateOracle), Outcome::Failed(_)));
}

#[test]
fn what_was_closed_in_the_meantime_is_a_race() {
    let expiry = pda::expiry(&config().market, 1);
    for action in [Action::CloseExpiry { expiry: 1 }, Action::SettleAccount { expiry: 1, account: VICTIM }] {
        let mut chain = FakeChain::refusing(&mirror(), &[3_012]);
        chain.closed = vec![expiry];
        assert!(matches!(outcome(&mut chain, action), Outcome::LostRace(_)));
    }
}

#[test]
fn a_slice_too_large_is_halved_until_it_fits() {
    let too_large = code(E::BelowInitialMargin);
    let mut chain = FakeChain::refusing(&mirror(), &[too_large, too_large]);
    let (sent, outcome, _) = Executor::new(&mut chain, &keypair(), &config()).execute(&mirror(), bid());
    assert_eq!(outcome, Outcome::Done);
    assert!(matches!(sent, Action::Bid { share_ppm: 100_000, min_payment: -251, .. }), "{sent:?}");

    let mut chain = FakeChain::refusing(&mirror(), &[too_large; 8]);
    let (_, outcome, _) = Executor::new(&mut chain, &keypair(), &config()).execute(&mirror(), bid());
    assert!(matches!(outcome, Outcome::Failed(_)));
    assert_eq!(chain.sent.len(), 1 + MAX_SPLITS);
}

#[test]
fn an_expiry_that_the_mirror_lacks_cannot_be_closed() {
    let mut chain = FakeChain::holding(&mirror());
    assert!(matches!(outcome(&mut chain, Action::CloseExpiry { expiry: 9 }), Outcome::Failed(_)));
    assert!(chain.sent.is_empty());
}

#[test]
fn a_tick_sends_what_the_roles_plan_and_goes_on_after_a_failure() {
    let mut m = mirror();
    m.oracle.mark.round_at -= 5;
    m.account_mut(&VICTIM).cash = 300_000;
    m.shards[0].fees = 7;
    let mut chain = FakeChain::holding(&m);
    chain.script.push_back(Err(SendError::default()));
    chain.script.push_back(Ok(Receipt { compute_units: 99, signature: String::new() }));
    let report = Keeper::new(keypair(), config()).tick(&mut chain);
    assert!(report.error.is_none() && !report.is_clean());
    // On a chain that stands still each pass starts the auction again.
    let [(Action::UpdateOracle, Outcome::Failed(_), 0), (Action::StartAuction { .. }, Outcome::Done, 99), .., (Action::CollectFees { shard: 0 }, Outcome::Done, _)] =
        &report.actions[..]
    else {
        panic!("{report:?}")
    };
}

#[test]
fn a_tick_without_its_roles_or_its_market_does_nothing() {
    let mut m = mirror();
    m.oracle.mark.round_at -= 5;
    let mut chain = FakeChain::holding(&m);
    let idle = Config { roles: [Role::Risk].into(), ..config() };
    let report = Keeper::new(keypair(), idle).tick(&mut chain);
    assert!(report.is_clean() && report.actions.is_empty());

    let report = Keeper::new(keypair(), config()).tick(&mut FakeChain::default());
    assert!(report.error.is_some() && report.actions.is_empty());
}
