//! Limits of Greeks: refusals, add-ons, the market's guard, liquidation back to the limit.

use crate::prelude::*;
use bulkhead_risk::breaker::Level;

const DWELL: i64 = 600;

fn limit(w: &mut Bank, change: impl FnOnce(&mut MarketParams)) {
    w.edit(&w.market(), |m: &mut Market| change(&mut m.params));
}

fn greeks(w: &Bank, who: Who) -> bulkhead_risk::greek_limits::MoneyGreeks {
    w.preview(who).measure.exposure.totals.greeks
}

fn calls(w: &Bank, lots: u64) -> TradeArgs {
    w.at_mark(w.near, 4, CALL, lots)
}

#[test]
fn measures_the_greeks_of_a_book_as_money() {
    let w = with_trade(100);
    let (alice, bob) = (greeks(&w, Alice), greeks(&w, Bob));
    assert_eq!(
        (alice.delta, alice.gamma, alice.vega, alice.theta),
        (-bob.delta, -bob.gamma, -bob.vega, -bob.theta)
    );
    // 100 lots of 0.01 units at 8,000: about half of 8,000 quote units.
    assert!((4_000_000_000..4_200_000_000).contains(&alice.delta), "{alice:?}");
    assert!(alice.gamma > 0 && alice.vega > 0 && alice.theta < 0);
}

#[test]
fn rejects_delta_beyond_the_limit() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).delta.unsigned_abs();
    limit(&mut w, |p| p.account_delta_limit = held);
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), DeltaLimit);
    // Less of it is always welcome.
    w.accepts(w.trade(Bob, Alice, calls(&w, 1)));
}

#[test]
fn rejects_gamma_beyond_the_limit() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).gamma.unsigned_abs();
    limit(&mut w, |p| p.account_gamma_limit = held);
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), GammaLimit);
}

#[test]
fn rejects_vega_beyond_the_limit() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).vega.unsigned_abs();
    limit(&mut w, |p| p.account_vega_limit = held);
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), VegaLimit);
}

#[test]
fn rejects_theta_beyond_the_limit() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).theta.unsigned_abs();
    limit(&mut w, |p| p.account_theta_limit = held);
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), ThetaLimit);
}

#[test]
fn tightens_limits_with_the_regime() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).delta.unsigned_abs();
    limit(&mut w, |p| p.account_delta_limit = held * 2);
    w.accepts(w.trade(Alice, Bob, calls(&w, 1)));
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.regime.factor_ppm = 3_000_000);
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), DeltaLimit);
}

#[test]
fn charges_an_addon_for_what_is_beyond_and_shows_it() {
    let mut w = with_trade(100);
    let free = w.preview(Alice).initial_health().unwrap();
    let maintenance = w.preview(Alice).measure.requirement.maintenance;
    let held = greeks(&w, Alice).delta.unsigned_abs();
    limit(&mut w, |p| p.account_delta_limit = held / 2);
    let seen = w.preview(Alice);
    let addon = i64::try_from((held - held / 2).div_ceil(10)).unwrap();
    assert_eq!(seen.initial_health().unwrap(), free - addon);
    assert_eq!(seen.measure.requirement.maintenance, maintenance);
    assert_eq!((seen.breaches, seen.due.causes), (1, 0));
}

#[test]
fn rejects_open_interest_beyond_the_markets_limits() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).vega.unsigned_abs();
    // The fills' shard may hold its part.
    limit(&mut w, |p| p.market_vega_limit = held * u64::from(SHARDS));
    w.rejects(w.trade(Alice, Bob, calls(&w, 1)), MarketGreekLimit);
    w.accepts(w.trade(Bob, Alice, calls(&w, 1)));
}

#[test]
fn allows_new_interest_in_a_shard_that_others_were_closed_in() {
    let mut w = with_trade(100);
    let held = greeks(&w, Alice).vega.unsigned_abs();
    // Opened in the first shard, closed in the second: that one holds less than nothing.
    w.accepts(w.trade_in(1, Bob, Alice, calls(&w, 90)));
    limit(&mut w, |p| p.market_vega_limit = held / 5 * u64::from(SHARDS));
    w.rejects(w.trade_in(0, Alice, Bob, calls(&w, 1)), MarketGreekLimit);
    w.accepts(w.trade_in(1, Alice, Bob, calls(&w, 1)));
    sound(&w);
}

#[test]
fn counts_the_last_day_as_if_a_day_were_left() {
    let mut w = with_trade(100);
    w.freshen();
    let early = greeks(&w, Alice);
    w.warp_to(START + DAY - 60);
    w.freshen();
    let late = greeks(&w, Alice);
    // At the money gamma would have grown by the root of 1,440.
    assert!(late.gamma < early.gamma * 2 && late.gamma > early.gamma / 2, "{early:?} {late:?}");
}

#[test]
fn rejects_open_interest_that_no_array_shows() {
    let mut w = with_trade(100);
    let call = w.on_surfaces(w.trade(Alice, Bob, calls(&w, 1)));
    w.rejects(call, StaleRiskArray);
}

#[test]
fn guards_the_market_when_open_greeks_are_proven() {
    let mut w = with_trade(100);
    let (near, far) = (w.near, w.far);
    w.rejects(w.report_open_greeks(Stranger, &[near, far]), FaultNotProven);
    let held = greeks(&w, Alice).gamma.unsigned_abs();
    limit(&mut w, |p| p.market_gamma_limit = held - 1);
    // An expiry without open interest proves nothing.
    w.rejects(w.report_open_greeks(Stranger, &[far]), FaultNotProven);
    w.accepts(w.report_open_greeks(Stranger, &[near]));
    let market: Market = w.state(&w.market());
    assert_eq!(market.breaker.level(w.now()), Level::Guarded);
    w.rejects(w.report_open_greeks(Stranger, &[near]), FaultAlreadyReported);

    w.warp(DWELL);
    w.freshen();
    w.rejects(w.recover_open_greeks(&[near, far]), RecoveryNotProven);
    limit(&mut w, |p| p.market_gamma_limit = held * 2);
    w.rejects(w.recover_open_greeks(&[near]), RecoveryNotProven);
    w.accepts(w.recover_open_greeks(&[near, far]));
    sound(&w);
}

#[test]
fn rejects_evidence_that_is_stale_foreign_or_incomplete() {
    let mut w = with_trade(100);
    let (near, far) = (w.near, w.far);
    limit(&mut w, |p| p.market_gamma_limit = 0);
    let good = w.report_open_greeks(Stranger, &[near, far]);
    let (here, there) = (w.market(), w.foreign.market);
    let swaps = [
        (pda::shard(&here, 0), pda::shard(&here, 1), ShardAccountsMismatch),
        (pda::shard(&here, 0), pda::shard(&there, 0), ShardAccountsMismatch),
        (pda::risk_array(&here, near), pda::risk_array(&there, w.foreign_expiry), UnexpectedAccount),
        (pda::risk_array(&here, near), pda::expiry(&here, near), UnexpectedAccount),
    ];
    for (from, to, error) in swaps {
        w.rejects(swap(good.clone(), &from, &to), error);
    }
    let mut few = good.clone();
    few.accounts.truncate(7);
    w.rejects(few, ShardAccountsMismatch);
    w.warp(301);
    w.price(PRICE);
    w.rejects(good.clone(), StaleRiskArray);
    w.freshen();
    w.accepts(good);
}

#[test]
fn liquidates_far_beyond_the_limit_only_while_the_market_is_guarded_for_it() {
    let mut w = with_trade(1_000);
    let held = greeks(&w, Bob).vega.unsigned_abs();
    limit(&mut w, |p| p.account_vega_limit = held / 4);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    limit(&mut w, |p| p.market_vega_limit = held - 1);
    w.accepts(w.report_open_greeks(Stranger, &[w.near]));
    assert_eq!(w.preview(Bob).due.causes, 4);
    limit(&mut w, |p| p.account_vega_limit = held / 2);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    limit(&mut w, |p| p.account_vega_limit = held / 4);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Carol, Bob, ALL));
    let left = greeks(&w, Bob).vega.unsigned_abs();
    assert!(left <= held / 4 && left > held / 5, "{left} of {held}");

    // What is left of a trip after the proof of recovery guards the market, and liquidates nobody.
    limit(&mut w, |p| (p.account_vega_limit, p.market_vega_limit) = (left / 4, held * 2));
    assert_eq!(w.preview(Bob).due.causes, 4);
    w.warp(DWELL);
    w.freshen();
    w.accepts(w.recover_open_greeks(&[w.near, w.far]));
    let market: Market = w.state(&w.market());
    assert_eq!((market.breaker.level(w.now()), w.preview(Bob).due.causes), (Level::Guarded, 0));
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    sound(&w);
}
