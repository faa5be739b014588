use {
    super::*,
    crate::{
        fixture::{config, mirror, NOW},
        plan::plan_role,
        role::Role,
    },
    bulkhead_sdk::{
        bulkhead::{constants::SENIOR_NOTICE_SECONDS, state::SeniorPool},
        pda,
    },
    bytemuck::Zeroable,
};

type Change = fn(&mut Mirror);

const HOUR: i64 = 3_600;

fn after(seconds: i64) -> Now {
    Now { unix: NOW.unix + seconds, ..NOW }
}

fn only(role: Role, mirror: &Mirror) -> Vec<Action> {
    plan_role(mirror, NOW, &config(), role)
}

/// The market's own pool is empty, and a senior pool that lends a million a day stands behind it.
fn backed() -> Mirror {
    let mut m = mirror();
    m.pool.senior = pda::senior(&m.market.quote_mint);
    m.pool.joined_at = NOW.unix - SENIOR_NOTICE_SECONDS;
    m.pool.cash = 0;
    m.senior = Some(SeniorPool { cash: 10_000_000, markets: 1, ..SeniorPool::zeroed() });
    m
}

/// As [`backed`], with a loss that has just asked in vain.
fn with_loss(unmet: u64) -> Mirror {
    let mut m = backed();
    (m.pool.unmet, m.pool.unmet_since, m.pool.unmet_at) = (unmet, NOW.unix, NOW.unix);
    m
}

/// The instruction that the plan stands for.
fn carry_out(m: &mut Mirror, now: Now) {
    let wanted = m.pool.wanted_of_senior(&m.market.params, now.unix).unwrap();
    let senior = m.senior.as_mut().unwrap();
    let amount = wanted.min(senior.drawable(&m.pool.senior_draws, now.unix).unwrap());
    senior.lend(amount, &mut m.pool.senior_draws, now.unix).unwrap();
    m.pool.borrow(amount, now.unix).unwrap();
}

#[test]
fn borrows_what_losses_lack_and_only_once() {
    let mut m = with_loss(500_000);
    assert_eq!(only(Role::Settlement, &m), [Action::DrawSenior]);
    assert_eq!(only(Role::Liquidation, &m), [Action::DrawSenior]);
    carry_out(&mut m, NOW);
    assert_eq!(only(Role::Settlement, &m), []);
    assert_eq!(m.pool.senior_cash, 500_000);
}

#[test]
fn does_not_borrow_what_the_program_would_refuse() {
    let cases: [(&str, Change); 6] = [
        ("nothing waits", |m| m.pool.unmet = 0),
        ("the loss is forgotten", |m| m.pool.unmet_at = NOW.unix - 24 * HOUR),
        ("the notice runs", |m| m.pool.joined_at += 1),
        ("the market has not joined", |m| (m.pool.joined_at, m.senior) = (0, None)),
        ("its own pool may pay", |m| m.pool.cash = 1_000_000),
        ("the senior pool is empty", |m| m.senior.as_mut().unwrap().cash = 0),
    ];
    for (name, change) in cases {
        let mut m = with_loss(500_000);
        assert_eq!(draw(&m, NOW), Some(Action::DrawSenior));
        change(&mut m);
        assert_eq!(draw(&m, NOW), None, "{name}");
    }
}

#[test]
fn borrows_again_when_a_part_of_the_days_cap_is_back() {
    let mut m = with_loss(50_000_000);
    carry_out(&mut m, NOW);
    assert_eq!((m.pool.senior_debt, draw(&m, NOW)), (1_000_000, None));
    assert_eq!(draw(&m, after(HOUR)), None);
    assert_eq!(draw(&m, after(4 * HOUR)), Some(Action::DrawSenior));
}

#[test]
fn asks_for_an_expiry_when_it_is_worth_it() {
    let mut m = backed();
    m.pool.unmet_at = NOW.unix;
    assert!(!is_worth_asking(&m, 600, NOW), "both pools have nothing");
    m.pool.senior_cash = 1;
    assert!(is_worth_asking(&m, 600, NOW), "the senior pool has lent");
    m.pool.senior_cash = 0;
    // What the senior pool may lend for tomorrow must not be forgotten today.
    assert!(!is_worth_asking(&m, 600, after(12 * HOUR - 1)));
    assert!(is_worth_asking(&m, 600, after(12 * HOUR)));
    m.senior = None;
    assert!(!is_worth_asking(&m, 600, after(12 * HOUR)));
    // Some seconds of the pool's own daily limit are not worth a transaction; some hours are.
    m.pool.cash = 500_000;
    (m.pool.draws.used, m.pool.draws.updated_at) = (500_000, NOW.unix);
    assert!(!is_worth_asking(&m, 10_000_000, after(60)));
    assert!(is_worth_asking(&m, 10_000_000, after(6 * HOUR)));
}

#[test]
fn brings_the_senior_pool_what_is_its_own() {
    let mut m = backed();
    assert_eq!(only(Role::Fees, &m), []);
    m.pool.senior_due = 999_999;
    assert_eq!(only(Role::Fees, &m), [], "not worth a transaction");
    m.pool.senior_due = 1_000_000;
    assert_eq!(only(Role::Fees, &m), [Action::RepaySenior]);
    (m.market.params.outflow_hour_ppm, m.market.params.outflow_floor_atoms) = (0, 1_000);
    assert_eq!(only(Role::Fees, &m), [], "the vault lets nothing out");
}

#[test]
fn pays_loans_back_when_no_loss_waits_or_may_be_about_to() {
    let owing = || {
        let mut m = backed();
        (m.pool.cash, m.pool.senior_debt, m.pool.senior_owed) = (8_000_000, 2_000_000, 2_000_000);
        m
    };
    assert_eq!(only(Role::Fees, &owing()), [Action::RepaySenior]);
    let cases: [(&str, Change); 4] = [
        ("a loss waits", |m| (m.pool.unmet, m.pool.unmet_at) = (1, NOW.unix)),
        ("an expiry settles", |m| m.pool.settling = 1),
        ("an expiry awaits its price", |m| m.pool.expiries_at[2] = NOW.unix),
        ("the day is used up", |m| (m.pool.draws.used, m.pool.draws.updated_at) = (8_000_000, NOW.unix)),
    ];
    for (name, change) in cases {
        let mut m = owing();
        change(&mut m);
        assert_eq!(only(Role::Fees, &m), [], "{name}");
    }
    // A loan that nobody took, after a day.
    let mut m = backed();
    (m.pool.senior_cash, m.pool.senior_debt, m.pool.lent_at) = (1_000_000, 1_000_000, NOW.unix);
    assert_eq!(repay(&m, after(24 * HOUR - 1), &config().limits), None);
    assert_eq!(repay(&m, after(24 * HOUR), &config().limits), Some(Action::RepaySenior));
}

#[test]
fn measures_the_requirement_when_it_has_drifted() {
    let size = [Action::UpdateRequirement { expiries: vec![1] }];
    assert_eq!(only(Role::Fees, &mirror()), []);
    // Two per cent of what ten lots lose; a twentieth of that is tolerated.
    for (required, due) in [(10_527, true), (10_526, false), (9_524, false), (9_523, true)] {
        let mut m = mirror();
        m.pool.required = required;
        assert_eq!(only(Role::Fees, &m) == size, due, "{required}");
    }
    // A pool that no longer suffices, or suffices again, is measured at once.
    for (cash, room, due) in
        [(10_000, 0, false), (10_100, 0, true), (15_000, 500_000, false), (20_000, 990_000, true)]
    {
        let mut m = mirror();
        (m.pool.cash, m.market.oi_room_ppm) = (cash, room);
        assert_eq!(only(Role::Fees, &m) == size, due, "{cash}");
    }
}

#[test]
fn counts_the_senior_pool_once_the_market_may_draw_on_it() {
    let mut m = backed();
    assert_eq!(only(Role::Fees, &m), []);
    m.pool.joined_at = NOW.unix;
    assert_eq!(only(Role::Fees, &m), [Action::UpdateRequirement { expiries: vec![1] }]);
    // It cannot be told without the senior pool's account.
    m.senior = None;
    assert_eq!(only(Role::Fees, &m), []);
}

#[test]
fn measures_nothing_that_the_program_would_refuse() {
    let cases: [Change; 4] = [
        |m| m.risk_arrays[0].as_of = NOW.unix - 301,
        |m| m.risk_arrays.clear(),
        |m| m.market.expiries[1] = 2,
        |m| m.shards.truncate(1),
    ];
    for change in cases {
        let mut m = mirror();
        m.pool.required = 1;
        assert_eq!(only(Role::Fees, &m).len(), 1);
        change(&mut m);
        assert_eq!(only(Role::Fees, &m), []);
    }
}
