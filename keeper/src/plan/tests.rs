use {
    super::*,
    crate::fixture::{config, mirror, MARK, NOW, TRADER, VICTIM},
    bulkhead_risk::{
        breaker::{Cause, Level, Trip},
        rebalance::Reason,
    },
    bulkhead_sdk::bulkhead::{
        quoted_book::WHOLE_BOOK,
        state::{claim_kind, oracle::TwapBucket, BondedPrice, Claim, Leg, PublisherFeed, SeniorPool},
    },
    bytemuck::Zeroable,
    solana_address::Address,
};

/// A change that should change the plan.
type Change = fn(&mut Mirror);
/// The same, given half of an array's allowed age and half of its allowed move.
type Ageing = fn(&mut Mirror, i64, u64);

fn only(role: Role, mirror: &Mirror) -> Vec<Action> {
    plan_role(mirror, NOW, &config(), role)
}

fn refresh() -> Vec<Action> {
    vec![Action::RefreshRisk { expiry: 1 }]
}

/// The victim of the fixture, 114,016 below maintenance, in an auction that has just begun.
fn with_victim() -> Mirror {
    let mut m = mirror();
    m.account_mut(&VICTIM).cash = 300_000;
    put_up(&mut m, &VICTIM);
    m
}

fn put_up(m: &mut Mirror, who: &Address) {
    let auction = &mut m.account_mut(who).auction;
    (auction.id, auction.is_open, auction.fee_left) = (1, 1, 1_000_000);
}

/// The expiry has passed and its whole window is covered at the mark.
fn expired() -> Mirror {
    let mut m = mirror();
    let expires_at = NOW.unix - 100;
    m.expiries[0].expires_at = expires_at;
    m.risk_arrays[0].expires_at = expires_at;
    let last = u64::try_from(expires_at).unwrap() / 60;
    for id in last - 30..last {
        let slot = usize::try_from(id % 128).unwrap();
        m.oracle.buckets[slot] = TwapBucket { id, price_seconds: MARK * 60, seconds: 60 };
    }
    m
}

/// Fixed 10,000 a lot in the money: the victim owes what the trader is owed.
fn fixed() -> Mirror {
    let mut m = expired();
    let expiry = &mut m.expiries[0];
    expiry.tier = 1;
    expiry.settlement_price = MARK + 10_000_000;
    (expiry.short_lots_left, expiry.long_lots_left) = (10, 10);
    m.risk_arrays[0].settled = 1;
    m
}

#[test]
fn a_market_in_order_needs_nothing() {
    assert_eq!(plan(&mirror(), NOW, &config()), []);
}

#[test]
fn plans_only_the_roles_it_has() {
    let mut m = with_victim();
    m.oracle.mark.round_at -= 30;
    m.shards[1].fees = 5;
    let mut config = config();
    assert_eq!(plan(&m, NOW, &config).len(), 3);
    config.roles = [Role::Fees].into();
    assert_eq!(plan(&m, NOW, &config), [Action::CollectFees { shard: 1 }]);
}

#[test]
fn updates_the_oracle_once_a_second_and_never_without_sources() {
    let mut m = mirror();
    assert_eq!(only(Role::Oracle, &m), []);
    m.oracle.mark.round_at -= 1;
    assert_eq!(only(Role::Oracle, &m), [Action::UpdateOracle]);
    m.oracle.source_count = 0;
    assert_eq!(only(Role::Oracle, &m), []);
}

#[test]
fn refreshes_arrays_well_before_they_go_stale() {
    let params = mirror().market.params;
    let half_age = i64::try_from(params.max_array_age_seconds / 2).unwrap();
    let half_move = MARK / 1_000_000 * params.max_price_move_ppm / 2;
    let cases: [(Ageing, bool); 8] = [
        (|m, age, _| m.risk_arrays[0].as_of = NOW.unix - age, false),
        (|m, age, _| m.risk_arrays[0].as_of = NOW.unix - age - 1, true),
        (|m, _, moved| m.oracle.mark.price -= moved, false),
        (|m, _, moved| m.oracle.mark.price -= moved + 1, true),
        (|m, _, _| m.risk_arrays[0].as_of = 0, true),
        (|m, _, _| m.risk_arrays[0].outdated = 1, true),
        (|m, _, _| m.expiries[0].surface_version = 2, true),
        (|m, _, _| m.risk_arrays.clear(), false),
    ];
    for (i, (change, due)) in cases.into_iter().enumerate() {
        let mut m = mirror();
        change(&mut m, half_age, half_move);
        assert_eq!(!only(Role::Risk, &m).is_empty(), due, "case {i}");
    }
}

#[test]
fn refreshes_before_the_settlement_average_has_taken_in_half_a_bucket_more() {
    for (age, due) in [(30, false), (31, true)] {
        let mut m = mirror();
        let expires_at = (NOW.unix / 60 + 10) * 60;
        m.expiries[0].expires_at = expires_at;
        m.risk_arrays[0].expires_at = expires_at;
        m.risk_arrays[0].as_of = NOW.unix - age;
        assert_eq!(!only(Role::Risk, &m).is_empty(), due, "after {age} seconds");
    }
}

#[test]
fn does_not_refresh_what_the_program_cannot_price() {
    let cases: [Change; 4] = [
        |m| m.oracle.mark.grade = 3,
        |m| m.oracle.mark.at = NOW.unix - 61,
        |m| m.expiries[0].surface_version = 0,
        |m| m.expiries[0].basis_ppm = -1_000_000,
    ];
    for change in cases {
        let mut m = mirror();
        m.risk_arrays[0].as_of = 0;
        assert_eq!(only(Role::Risk, &m), refresh());
        change(&mut m);
        assert_eq!(only(Role::Risk, &m), []);
    }
}

#[test]
fn refreshes_a_fixed_expiry_once_and_without_a_quorum() {
    let mut m = fixed();
    m.oracle.mark.grade = 4;
    assert_eq!(only(Role::Risk, &m), []);
    m.risk_arrays[0].settled = 0;
    assert_eq!(only(Role::Risk, &m), refresh());
    (m.expiries[0].short_lots_left, m.expiries[0].long_lots_left, m.expiries[0].pool_asked) = (0, 0, 1);
    assert_eq!(only(Role::Risk, &m), []);
}

#[test]
fn reports_each_fault_once() {
    let cases: [(Cause, Option<u8>, Change); 3] = [
        (Cause::OracleQuorum, None, |m| m.oracle.mark.at = NOW.unix - 61),
        (Cause::VaultShortfall, None, |m| m.vault_balance -= 1),
        (Cause::OpenInterest, Some(1), |m| m.shards[1].long_lots[2][3] = 1),
    ];
    for (cause, shard, change) in cases {
        let mut m = mirror();
        change(&mut m);
        assert_eq!(only(Role::Breaker, &m), [Action::ReportFault { cause, shard }]);
        let trip = Trip { level: cause.level() as u8, since: NOW.unix, ..Trip::default() };
        m.market.breaker.set(cause, trip);
        assert_eq!(only(Role::Breaker, &m), []);
    }
}

#[test]
fn reports_open_greeks_by_fresh_arrays_and_recovers_when_all_show_them_within() {
    let beyond = |m: &mut Mirror| {
        m.risk_arrays[0].vega[0] = 7;
        m.market.expiries[0] = 1;
        m.market.params.market_vega_limit = 69; // ten lots are open
    };
    let mut m = mirror();
    beyond(&mut m);
    assert_eq!(only(Role::Breaker, &m), [Action::ReportOpenGreeks { expiries: vec![1] }]);
    m.risk_arrays[0].as_of = NOW.unix - 301;
    assert_eq!(only(Role::Breaker, &m), [], "a stale array proves nothing");

    let mut m = mirror();
    beyond(&mut m);
    let dwell = i64::try_from(m.market.params.min_dwell_seconds).unwrap();
    let trip = Trip { level: Level::Guarded as u8, since: NOW.unix - dwell, ..Trip::default() };
    m.market.breaker.set(Cause::Greeks, trip);
    assert_eq!(only(Role::Breaker, &m), [], "still beyond");
    m.market.params.market_vega_limit = 70;
    assert_eq!(only(Role::Breaker, &m), [Action::RecoverOpenGreeks { expiries: vec![1] }]);
    m.market.expiries[1] = 2;
    assert_eq!(only(Role::Breaker, &m), [], "an expiry is not shown");
}

#[test]
fn does_not_trip_a_market_that_never_had_a_mark() {
    let mut m = mirror();
    m.oracle.mark.price = 0;
    m.oracle.mark.grade = 4;
    assert_eq!(only(Role::Breaker, &m), []);
}

#[test]
fn recovers_after_the_dwell_time_and_enough_healthy_rounds() {
    let dwell = i64::try_from(mirror().market.params.min_dwell_seconds).unwrap();
    let tripped = |cause: Cause, since: i64| {
        let mut m = mirror();
        m.market.breaker.set(cause, Trip { level: cause.level() as u8, since, ..Trip::default() });
        m
    };
    for cause in [Cause::OracleQuorum, Cause::VaultShortfall] {
        let m = tripped(cause, NOW.unix - dwell);
        assert_eq!(only(Role::Breaker, &m), [Action::RecoverBreaker { cause }]);
        let m = tripped(cause, NOW.unix - dwell + 1);
        assert_eq!(only(Role::Breaker, &m), []);
    }
    let mut m = tripped(Cause::OracleQuorum, 0);
    m.oracle.mark.healthy_rounds = m.market.params.recovery_rounds - 1;
    assert_eq!(only(Role::Breaker, &m), []);
    assert_eq!(only(Role::Breaker, &tripped(Cause::OpenInterest, 0)), []);
    assert_eq!(only(Role::Breaker, &tripped(Cause::Governance, 0)), []);
}

#[test]
fn a_guarded_remainder_is_neither_reported_nor_recovered() {
    let mut m = mirror();
    let guarded = Trip { level: Level::Guarded as u8, until: NOW.unix + 5, ..Trip::default() };
    m.market.breaker.set(Cause::OracleQuorum, guarded);
    assert_eq!(only(Role::Breaker, &m), []);
}

#[test]
fn bids_back_to_the_buffer_with_a_floor_on_the_payment() {
    let m = with_victim();
    let actions = only(Role::Liquidation, &m);
    let [bid] = &actions[..] else { panic!("{actions:?}") };
    // Three lots of its leg are too few and four lead beyond the buffer, so that it is a share of the book, by the only scenario in
    // which the writer loses. Four lots at 1,000 and five per cent of the maintenance taken, less two per cent of slack.
    let want = Action::Bid {
        account: VICTIM,
        auction_id: 1,
        leg: WHOLE_BOOK,
        share_ppm: 396_522,
        reason: Reason::WholeBook,
        min_payment: 12_010 - 241,
        scenario: 1,
        expiries: vec![1],
        shard: 0,
    };
    assert_eq!(*bid, want);
}

/// Ten times as many lots: single ones make no difference.
#[test]
fn bids_for_the_one_leg_that_ends_the_need() {
    let mut m = with_victim();
    m.account_mut(&VICTIM).legs[0].lots = -100;
    m.account_mut(&VICTIM).cash = 3_000_000;
    let actions = only(Role::Liquidation, &m);
    let [Action::Bid { leg, share_ppm, reason: Reason::CheapestLeg, .. }] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(*leg, m.account(&VICTIM).unwrap().legs[0].key());
    assert_eq!(share_ppm % 10_000, 0, "whole lots");
    assert!((380_000..=400_000).contains(share_ppm), "{share_ppm}");
}

#[test]
fn starts_confirms_covers_and_ends_auctions() {
    let start = vec![Action::StartAuction { account: VICTIM, expiries: vec![1] }];
    let mut m = with_victim();
    m.account_mut(&VICTIM).auction.is_open = 0;
    assert_eq!(only(Role::Liquidation, &m), start);
    // A lapsed one begins anew.
    let mut m = with_victim();
    m.oracle.mark.live_seconds = 301;
    assert_eq!(only(Role::Liquidation, &m), start);
    // Who cannot bid still keeps the clock going.
    for (live, plan) in [(29, vec![]), (30, start.clone())] {
        let mut m = with_victim();
        m.account_mut(&config().account).cash = 0;
        m.oracle.mark.live_seconds = live;
        assert_eq!(only(Role::Liquidation, &m), plan);
    }
    let mut m = with_victim();
    m.account_mut(&VICTIM).cash = 500;
    assert_eq!(only(Role::Liquidation, &m), [Action::CoverAccount { account: VICTIM, expiries: vec![1] }]);
    for (debt, with_pool) in [(0, false), (1, true)] {
        let mut m = with_victim();
        (m.account_mut(&VICTIM).cash, m.account_mut(&VICTIM).debt) = (500_000, debt);
        assert_eq!(
            only(Role::Liquidation, &m),
            [Action::EndAuction { account: VICTIM, with_pool, expiries: vec![1] }]
        );
    }
}

#[test]
fn does_not_bid_where_the_program_would_refuse() {
    let cases: [(&str, Change); 8] = [
        ("no quorum", |m| m.oracle.mark.at = NOW.unix - 61),
        ("stale array", |m| m.risk_arrays[0].as_of = NOW.unix - 301),
        ("outdated array", |m| m.risk_arrays[0].outdated = 1),
        ("expired leg", |m| m.risk_arrays[0].expires_at = NOW.unix),
        ("no array", |m| m.risk_arrays.clear()),
        ("no shard", |m| m.shards.clear()),
        ("level", |m| {
            let trip = Trip { level: Level::CloseOnly as u8, ..Trip::default() };
            m.market.breaker.set(Cause::OracleQuorum, trip);
        }),
        ("same owner", |m| m.account_mut(&VICTIM).owner = config().authority),
    ];
    for (name, change) in cases {
        let mut m = with_victim();
        assert_eq!(only(Role::Liquidation, &m).len(), 1);
        change(&mut m);
        assert_eq!(only(Role::Liquidation, &m), [], "{name}");
    }
}

#[test]
fn needs_an_account_it_may_sign_for_with_fresh_arrays_of_its_own() {
    let own = config().account;
    let cases: [fn(&mut Mirror, &Address); 3] = [
        |m, own| m.accounts.retain(|(key, _)| key != own),
        |m, own| m.account_mut(own).owner = TRADER,
        |m, own| {
            let leg = Leg { lots: 1, expiry_id: 2, ..Leg::zeroed() };
            m.account_mut(own).legs[0] = leg;
            m.account_mut(own).leg_count = 1;
        },
    ];
    for change in cases {
        let mut m = with_victim();
        change(&mut m, &own);
        assert_eq!(only(Role::Liquidation, &m), []);
    }
}

#[test]
fn takes_no_more_than_it_can_carry() {
    let mut m = with_victim();
    m.account_mut(&config().account).cash = 110_000;
    let actions = only(Role::Liquidation, &m);
    let [Action::Bid { share_ppm, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(*share_ppm, 396_522 >> 1);
    m.account_mut(&config().account).cash = 0;
    assert_eq!(only(Role::Liquidation, &m), []);
}

#[test]
fn books_each_planned_slice_against_its_own_margin() {
    let mut m = with_victim();
    let second = Address::new_from_array([6; 32]);
    let mut twin = *m.account(&VICTIM).unwrap();
    twin.owner = second;
    m.accounts.push((second, twin));
    assert_eq!(only(Role::Liquidation, &m).len(), 2);
    // Enough for four lots, not for eight.
    m.account_mut(&config().account).cash = 250_000;
    let shares: Vec<u64> = only(Role::Liquidation, &m)
        .iter()
        .filter_map(|a| if let Action::Bid { share_ppm, .. } = a { Some(*share_ppm) } else { None })
        .collect();
    assert_eq!(shares[0], 396_522);
    assert!(shares.get(1).is_none_or(|share| *share < 396_522));
}

#[test]
fn bids_for_a_covered_account_and_never_works_at_a_loss() {
    let mut m = with_victim();
    let victim = m.account_mut(&VICTIM);
    // What its legs owe, and five per cent of its requirement.
    (victim.cash, victim.debt, victim.auction.lent) = (30_300, 30_000, 30_000);
    let actions = only(Role::Liquidation, &m);
    assert!(matches!(&actions[..], [Action::Bid { share_ppm: 1_000_000, .. }]), "{actions:?}");
    // Nothing to lend and nothing lent: what the legs owe nobody pays, but the pool is asked for all of it once.
    let victim = m.account_mut(&VICTIM);
    (victim.cash, victim.debt, victim.auction.lent) = (500, 0, 0);
    m.pool.cash = 0;
    assert_eq!(only(Role::Liquidation, &m), [Action::CoverAccount { account: VICTIM, expiries: vec![1] }]);
    m.account_mut(&VICTIM).auction.asked = 30_000;
    assert_eq!(only(Role::Liquidation, &m), []);
    // Where a senior pool may lend tomorrow, the loss is not forgotten today.
    m.pool.joined_at = NOW.unix - 16 * 86_400;
    m.senior = Some(SeniorPool::zeroed());
    m.pool.unmet_at = NOW.unix - 43_199;
    assert_eq!(only(Role::Liquidation, &m), []);
    m.pool.unmet_at -= 1;
    assert_eq!(only(Role::Liquidation, &m), [Action::CoverAccount { account: VICTIM, expiries: vec![1] }]);
}

#[test]
fn plans_liquidations_up_to_its_limit_the_worst_first() {
    let mut m = with_victim();
    let worse = Address::new_from_array([9; 32]);
    let mut twin = *m.account(&VICTIM).unwrap();
    (twin.owner, twin.cash) = (worse, 200_000);
    m.accounts.push((worse, twin));
    let mut config = config();
    config.limits.max_liquidations = 1;
    let actions = plan_role(&m, NOW, &config, Role::Liquidation);
    assert!(matches!(&actions[..], [Action::Bid { account, .. }] if *account == worse));
}

#[test]
fn fixes_an_expiry_only_when_its_buckets_allow() {
    let fixes = [Action::FixSettlement { expiry: 1 }];
    assert_eq!(only(Role::Settlement, &mirror()), []);
    assert_eq!(only(Role::Settlement, &expired()), fixes);
    // Buckets that do not serve are taken down once, and settle by the reference price in the end.
    let mut m = expired();
    m.oracle.buckets = [TwapBucket::zeroed(); 128];
    assert_eq!(only(Role::Settlement, &m), [Action::ObserveSettlement { expiry: 1 }]);
    m.expiries[0].observed_at = NOW.unix;
    m.expiries[0].reference = MARK;
    assert_eq!(only(Role::Settlement, &m), []);
    m.expiries[0].expires_at = NOW.unix - 240 * 60;
    assert_eq!(only(Role::Settlement, &m), fixes);
    let mut m = expired();
    m.shards.pop();
    assert_eq!(only(Role::Settlement, &m), []);
}

fn credit(amount: u64) -> Claim {
    Claim { amount, expiry_id: 1, ..Claim::zeroed() }
}

#[test]
fn settles_payers_before_winners_and_winners_before_their_claims() {
    let settle = |account| Action::SettleAccount { expiry: 1, account };
    let mut m = fixed();
    assert_eq!(only(Role::Settlement, &m), [settle(VICTIM), settle(TRADER)]);

    // The trader holds a claim; it can be paid only once the victim was collected.
    m.account_mut(&TRADER).leg_count = 0;
    m.account_mut(&TRADER).claims[0] = credit(100_000);
    m.expiries[0].long_lots_left = 0;
    m.expiries[0].claims_left = 100_000;
    assert_eq!(only(Role::Settlement, &m), [settle(VICTIM)]);
    m.account_mut(&VICTIM).leg_count = 0;
    m.expiries[0].short_lots_left = 0;
    m.expiries[0].pool_asked = 1;
    assert_eq!(only(Role::Settlement, &m), [settle(TRADER)]);
    m.account_mut(&TRADER).claims[0] = Claim::zeroed();
    m.expiries[0].claims_left = 0;
    assert_eq!(only(Role::Settlement, &m), []);
}

#[test]
fn asks_the_pool_once_and_pays_again_when_more_has_come() {
    let settle = |account| Action::SettleAccount { expiry: 1, account };
    let cover = Action::CoverShortfall { expiry: 1 };
    let mut m = fixed();
    (m.pool.cash, m.pool.draws.used) = (0, 0);
    m.account_mut(&TRADER).leg_count = 0;
    m.account_mut(&TRADER).claims[0] = credit(100_000);
    let victim = m.account_mut(&VICTIM);
    (victim.leg_count, victim.cash) = (0, 0);
    victim.claims[0] = Claim { kind: claim_kind::OWED, ..credit(60_000) };
    let e = &mut m.expiries[0];
    (e.fixed_at, e.short_lots_left, e.long_lots_left) = (NOW.unix, 0, 0);
    (e.due_total, e.collected_total, e.claims_left, e.owed_left) = (100_000, 40_000, 100_000, 60_000);
    assert_eq!(only(Role::Settlement, &m), std::slice::from_ref(&cover));
    m.expiries[0].pool_asked = 1;
    assert_eq!(only(Role::Settlement, &m), [settle(TRADER)]);
    m.account_mut(&TRADER).claims[0] = Claim { kind: claim_kind::SHARED, paid: 40_000, ..credit(100_000) };
    assert_eq!(only(Role::Settlement, &m), []);
    // Money of the one who owes, or of the pool, goes on.
    m.account_mut(&VICTIM).cash = 1;
    assert_eq!(only(Role::Settlement, &m), [settle(VICTIM)]);
    m.account_mut(&VICTIM).cash = 0;
    m.pool.cash = 1_000_000;
    assert_eq!(only(Role::Settlement, &m), [cover]);
    m.pool.cash = 0;
    // After the time for recovery the claim ends.
    m.expiries[0].fixed_at = NOW.unix - 7 * 86_400;
    assert_eq!(only(Role::Settlement, &m), [settle(TRADER)]);
}

#[test]
fn returns_each_bond_before_it_closes_the_expiry() {
    let mut m = fixed();
    for account in [VICTIM, TRADER] {
        m.account_mut(&account).leg_count = 0;
    }
    let e = &mut m.expiries[0];
    (e.short_lots_left, e.long_lots_left, e.pool_asked, e.swept) = (0, 0, 1, 1);
    e.proposal.account = TRADER;
    e.dispute.account = VICTIM;
    let back = |account| Action::ReturnBond { expiry: 1, account };
    assert_eq!(only(Role::Settlement, &m), [back(TRADER), back(VICTIM)]);
    assert_eq!(only(Role::Fees, &m), []);
    m.expiries[0].dispute.account = TRADER;
    assert_eq!(only(Role::Settlement, &m), [back(TRADER)]);
    m.expiries[0].proposal = BondedPrice::zeroed();
    m.expiries[0].dispute = BondedPrice::zeroed();
    assert_eq!(only(Role::Fees, &m), [Action::CloseExpiry { expiry: 1 }]);
}

#[test]
fn settles_no_more_accounts_than_its_limit() {
    let mut config = config();
    config.limits.max_settlements = 1;
    assert_eq!(plan_role(&fixed(), NOW, &config, Role::Settlement).len(), 1);
}

#[test]
fn slashes_publishers_who_owe_and_only_for_an_account_of_its_own() {
    let mut m = mirror();
    let (key, publisher) = (Address::from([8; 32]), Address::from([9; 32]));
    m.feeds = vec![(key, PublisherFeed { publisher, bond: 5, ..PublisherFeed::zeroed() })];
    (m.oracle.sources[0].key, m.oracle.sources[0].kind) = (key, 1);
    assert_eq!(only(Role::Fees, &m), []);
    m.oracle.sources[0].health.missed_owed = 1;
    assert_eq!(only(Role::Fees, &m), [Action::SlashPublisher { publisher }]);
    for change in [
        |f: &mut PublisherFeed| f.resigned_at = 1,
        |f: &mut PublisherFeed| f.equivocated = 1,
        |f: &mut PublisherFeed| f.bond = 0,
    ] {
        let mut other = m.clone();
        change(&mut other.feeds[0].1);
        assert_eq!(only(Role::Fees, &other), []);
    }
    m.accounts.retain(|(key, _)| *key != config().account);
    assert_eq!(only(Role::Fees, &m), []);
}

#[test]
fn sweeps_fees_worth_it_and_closes_what_is_swept() {
    let mut m = fixed();
    m.shards[0].fees = 9;
    m.shards[1].fees = 10;
    m.expiries[0].swept = 1;
    let mut config = config();
    config.limits.min_fee_atoms = 10;
    let actions = plan_role(&m, NOW, &config, Role::Fees);
    assert_eq!(actions, [Action::CollectFees { shard: 1 }, Action::CloseExpiry { expiry: 1 }]);
}
