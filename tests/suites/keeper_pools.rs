//! The keeper's own planner and executor against the real program: a shortfall through both pools and back, settlement prices with a
//! bond, and the required size.

use {
    crate::prelude::*,
    bulkhead_keeper::{Action, Config, Keeper, Outcome, Role},
};

const HOUR: i64 = 3_600;
/// A thousand units.
const BOND: u64 = 1_000_000_000;

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

fn senior(w: &Bank) -> SeniorPool {
    w.state(&w.senior())
}

fn keeper(w: &Bank, who: Who, roles: &[Role]) -> Keeper {
    let config = Config {
        wallet: Some(w.wallet_of(who)),
        roles: roles.iter().copied().collect(),
        ..Config::new(1, w.key(who), 0)
    };
    Keeper::new(w.stage_key(who), config)
}

/// What a keeper did in a tick in which nothing failed.
#[track_caller]
fn tick(w: &mut Bank, keeper: &mut Keeper) -> Vec<Action> {
    let report = keeper.tick(&mut w.stage.chain);
    assert!(report.is_clean(), "{report:?}");
    sound(w);
    let done = |(action, outcome, _)| (outcome == Outcome::Done).then_some(action);
    report.actions.into_iter().filter_map(done).collect()
}

/// Bob is short of a thousand calls that settle at a price; what he lacks is beyond what the market's own pool may pay today.
fn with_shortfall(price: u64) -> Bank {
    let mut w = with_senior(Bank::bank());
    for (who, lots) in [(Alice, 600), (Carol, 400)] {
        let args = w.at_mark(w.near, 4, CALL, lots);
        w.accepts(w.trade(who, Bob, args));
    }
    fill_window(&mut w, START + DAY, 30, price);
    w.warp_to(START + DAY + HOUR);
    w
}

#[test]
fn one_tick_carries_a_shortfall_through_both_pools_and_the_next_day_pays_it_back() {
    let mut w = with_shortfall(20_700_000_000);
    let near = w.near;
    let had = [Alice, Bob, Carol].map(|who| w.margin(who).cash);
    let mut keeper = keeper(&w, Stranger, &[Role::Settlement, Role::Fees]);
    let done = tick(&mut w, &mut keeper);
    let place = |action: &Action| done.iter().position(|a| a == action);
    let cover = Action::CoverShortfall { expiry: near };
    assert!(place(&Action::FixSettlement { expiry: near }) < place(&cover), "{done:?}");
    assert!(place(&cover) < place(&Action::DrawSenior), "{done:?}");
    assert_eq!(done.iter().filter(|a| **a == cover).count(), 2, "{done:?}");
    // Everybody is paid in full: by Bob, by half of the market's pool, and by the senior pool.
    let due = 127_000_000;
    assert_eq!([Alice, Carol].map(|who| w.margin(who).cash), [had[0] + 600 * due, had[2] + 400 * due]);
    let lent = 1_000 * due - had[1] - STAKE / 2;
    assert_eq!((w.margin(Bob).cash, pool(&w).draws_total), (0, STAKE / 2));
    assert_eq!((pool(&w).senior_debt, pool(&w).senior_owed, pool(&w).senior_cash), (lent, lent, 0));
    assert!(lent > 0 && lent <= SENIOR / 10, "{lent}");
    assert!(!w.exists(&pda::expiry(&w.market(), near)), "the expiry is closed");

    // Fees that were swept in that tick; then nothing is left to do, until the pool may pay back.
    assert_eq!(tick(&mut w, &mut keeper), [Action::RepaySenior]);
    assert_eq!(tick(&mut w, &mut keeper), []);
    w.warp(DAY);
    assert_eq!(tick(&mut w, &mut keeper), [Action::RepaySenior]);
    assert_eq!((pool(&w).senior_debt, pool(&w).senior_owed), (0, 0));
    assert!(senior(&w).cash > SENIOR);
    assert_eq!(tick(&mut w, &mut keeper), []);
}

#[test]
fn a_loss_beyond_both_pools_is_asked_for_day_by_day_until_it_is_final() {
    let mut w = with_shortfall(26_900_000_000);
    let near = w.near;
    let mut keeper = keeper(&w, Stranger, &[Role::Settlement, Role::Fees]);
    let (mut missing, mut sent) = (u64::MAX, 0);
    let mut days = 0;
    while w.exists(&pda::expiry(&w.market(), near)) {
        sent += tick(&mut w, &mut keeper).len();
        if days > 0 {
            // Twice in a row there is nothing to do.
            assert_eq!(tick(&mut w, &mut keeper), []);
        }
        if w.exists(&pda::expiry(&w.market(), near)) {
            let left = w.expiry(near).missing();
            assert!(left < missing, "{left} after {days} days");
            missing = left;
        }
        w.warp(DAY);
        days += 1;
        assert!(days <= 9, "{missing} missing");
    }
    // A few transactions a day, not one a second.
    assert!(sent < 80, "{sent} transactions");
    assert!(senior(&w).lent_total > SENIOR / 10);
    assert_eq!(pool(&w).unmet, 0);
    // What the pool still has of what it owes goes back, but for a rest that is not worth a transaction a day.
    for _ in 0..8 {
        w.warp(DAY);
        tick(&mut w, &mut keeper);
    }
    assert!(pool(&w).senior_owed < 2_000_000, "{}", pool(&w).senior_owed);
}

#[test]
fn sweeps_the_seniors_fees_and_measures_the_requirement_once() {
    let mut w = with_senior(with_trade(1_000));
    let mut keeper = keeper(&w, Stranger, &[Role::Fees]);
    let size = Action::UpdateRequirement { expiries: vec![w.near, w.far] };
    assert_eq!(tick(&mut w, &mut keeper), [Action::CollectFees { shard: 0 }, size.clone()]);
    assert!(pool(&w).required > 0);
    assert_eq!(tick(&mut w, &mut keeper), [Action::RepaySenior]);
    assert_eq!((pool(&w).senior_due, tick(&mut w, &mut keeper)), (0, vec![]));
    // As many lots again are another size.
    let args = w.at_mark(w.near, 4, CALL, 1_000);
    w.accepts(w.trade(Alice, Bob, args));
    let required = pool(&w).required;
    assert!(tick(&mut w, &mut keeper).contains(&size));
    assert!(pool(&w).required > required);
}

#[test]
fn proposes_the_reference_and_settles_by_it() {
    let mut w = with_trade(10);
    let near = w.near;
    w.warp_to(START + DAY + HOUR - 60);
    let mut keeper = keeper(&w, Carol, &[Role::Settlement, Role::Propose]);
    assert_eq!(tick(&mut w, &mut keeper), [Action::ObserveSettlement { expiry: near }]);
    w.warp(60);
    let reference = w.expiry(near).reference;
    let had = w.balance(&w.wallet_of(Carol));
    assert_eq!(tick(&mut w, &mut keeper), [Action::ProposePrice { expiry: near, price: reference }]);
    assert_eq!(w.balance(&w.wallet_of(Carol)), had - BOND);
    assert_eq!(tick(&mut w, &mut keeper), []);
    w.warp(2 * HOUR);
    let cash = w.margin(Carol).cash;
    let done = tick(&mut w, &mut keeper);
    assert!(done.contains(&Action::ReturnBond { expiry: near, account: w.account_of(Carol) }), "{done:?}");
    assert_eq!((w.expiry(near).tier, w.expiry(near).settlement_price), (3, reference));
    assert_eq!(w.margin(Carol).cash, cash + BOND);
    assert_eq!(w.expiry(near).swept, 1);
}

#[test]
fn disputes_a_price_off_the_reference_and_earns_half_of_its_bond() {
    let mut w = with_trade(10);
    let near = w.near;
    w.warp_to(START + DAY + HOUR);
    let mut keeper = keeper(&w, Carol, &[Role::Settlement, Role::Propose]);
    w.accepts(w.propose_price(Alice, near, PRICE * 1_004 / 1_000));
    assert_eq!(tick(&mut w, &mut keeper), [], "within the tolerance");

    let mut w = with_trade(10);
    w.warp_to(START + DAY + HOUR);
    w.accepts(w.propose_price(Alice, near, PRICE * 11 / 10));
    let cash = w.margin(Carol).cash;
    assert_eq!(tick(&mut w, &mut keeper), [Action::DisputePrice { expiry: near, price: PRICE }]);
    let done = tick(&mut w, &mut keeper);
    assert!(done.contains(&Action::FixSettlement { expiry: near }), "{done:?}");
    assert_eq!((w.expiry(near).tier, w.expiry(near).settlement_price), (4, PRICE));
    assert_eq!(w.margin(Carol).cash, cash + BOND * 3 / 2);
}

/// An insolvent account's auction asks both pools before the keeper bids.
#[test]
fn an_auction_borrows_from_the_senior_pool_what_the_market_lacks() {
    let mut w = with_senior(Bank::bank());
    let args = w.at_mark(w.far, 4, CALL, 4_000);
    w.accepts(w.trade(Alice, Bob, args));
    w.move_to(11_500_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    without_grace(&mut w);
    let now = w.now();
    // The market's own pool may pay nothing more today.
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| {
        (p.draws.used, p.draws.updated_at) = (p.cash, now);
    });
    w.accepts(w.deposit(Carol, COLLATERAL / 2));
    let mut keeper = keeper(&w, Carol, &[Role::Liquidation]);
    let done = tick(&mut w, &mut keeper);
    let named = |name: &str| done.iter().filter(|a| a.to_string().starts_with(name)).count();
    assert_eq!((named("start"), named("draw on the senior"), named("cover")), (1, 1, 2), "{done:?}");
    assert!(named("bid") > 0 && pool(&w).senior_debt > 0, "{done:?}");
}
