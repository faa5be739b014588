//! The regime and the state of the book raise initial margin, decay back and leave maintenance alone.

use crate::prelude::*;

/// A round a minute, the price going up and down by so many parts per million in turn.
fn storm(w: &mut Bank, minutes: u32, move_ppm: u64) {
    for minute in 0..minutes {
        // Marks change with the buckets, so that each bucket holds one of them.
        let next = (w.now() / 60 + 1) * 60;
        w.warp_to(next - 1);
        w.price(if minute % 2 == 0 { PRICE + PRICE / 1_000_000 * move_ppm } else { PRICE });
    }
}

fn factor(w: &Bank) -> u64 {
    w.oracle().regime().factor_ppm()
}

#[test]
fn realised_volatility_raises_initial_margin_and_lets_it_fall_back() {
    let mut w = with_trade(100);
    w.freshen();
    let calm = w.preview(Bob).measure.requirement;
    assert_eq!(factor(&w), 1_000_000);
    storm(&mut w, 120, 9_000);
    assert_eq!(factor(&w), 3_000_000);
    w.move_to(PRICE);
    let rough = w.preview(Bob).measure.requirement;
    assert!(rough.initial > calm.initial * 2, "{calm:?} {rough:?}");
    // Maintenance moves only with time to expiry and the state of the marks.
    assert!(rough.maintenance < calm.maintenance * 11 / 10, "{calm:?} {rough:?}");
    storm(&mut w, 600, 100);
    assert_eq!(factor(&w), 1_000_000);
}

#[test]
fn a_standing_chain_raises_it_too() {
    let mut w = Bank::bank();
    w.price(PRICE);
    assert_eq!(factor(&w), 1_000_000);
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| {
        // An hour ago by the clock, a few slots ago by the chain.
        o.regime.probed_at -= 3_600;
    });
    w.warp(20);
    w.price(PRICE);
    assert!(factor(&w) > 1_900_000, "{}", factor(&w));
}

#[test]
fn fills_away_from_the_mark_widen_the_spread_that_margin_charges() {
    let mut w = with_trade(2_000);
    w.accepts(w.refresh_with_book(w.near));
    let before = w.preview(Bob).measure;
    assert_eq!(before.exposure.totals.spread, 0);
    let fair = w.at_mark(w.near, 4, CALL, 4_000);
    let dear = TradeArgs { price: fair.price + 1_000_000, ..fair };
    for _ in 0..4 {
        w.accepts(w.trade(Carol, Alice, TradeArgs { lots: 1_500, ..dear }));
        w.accepts(w.trade(Alice, Carol, TradeArgs { lots: 1_500, ..dear }));
    }
    // An array that was not shown the shards knows nothing of it.
    w.accepts(w.refresh_risk(w.near));
    assert_eq!(w.preview(Bob).measure.exposure.totals.spread, before.exposure.totals.spread);
    w.accepts(w.refresh_with_book(w.near));
    let wide = w.preview(Bob).measure;
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.near));
    assert!(array.spread_atoms > 0 && array.open_lots > 0, "{} {}", array.spread_atoms, array.open_lots);
    assert!(wide.requirement.initial > before.requirement.initial);
    sound(&w);
}

#[test]
fn thin_quotes_make_large_positions_dearer() {
    let mut w = with_trade(1_000);
    let before = w.preview(Bob).measure.requirement;
    w.warp(60);
    w.price(PRICE);
    let mut args = ix::plain_surface(vec![800_000; usize::from(STRIKES)], 0);
    args.quoted_depth_lots = 100;
    args.quoted_spread_ppm = 9_000;
    w.accepts(w.submit_surface(Governor, w.near, args));
    w.accepts(w.refresh_risk(w.near));
    let thin = w.preview(Bob).measure;
    // Whoever quotes can make new risk dearer and liquidate nobody.
    assert!(thin.requirement.initial > before.initial * 11 / 10, "{before:?} {thin:?}");
    assert!(
        thin.requirement.maintenance <= before.maintenance + before.maintenance / 100,
        "{before:?} {thin:?}"
    );
    assert!(thin.exposure.totals.spread > 0 && thin.exposure.totals.scarcity > 0);
    // Quotes are forgotten after an hour.
    w.warp(2 * 3_600);
    w.move_to(PRICE);
    assert_eq!(w.preview(Bob).measure.exposure.totals.spread, 0);
}

#[test]
fn the_worse_of_mark_and_stable_price_holds_for_initial_margin() {
    let mut w = with_trade(1_000);
    // A crash that the stable price has not followed yet: Bob's gain on his short is not his to use.
    w.move_to(7_000_000_000);
    let seen = w.preview(Bob).measure;
    assert!(seen.exposure.totals.stable < 0, "{:?}", seen.exposure.totals);
    let at_mark = seen.equity - i64::try_from(seen.requirement.initial).unwrap();
    assert_eq!(seen.initial_surplus().unwrap(), at_mark + seen.exposure.totals.stable);
    // Alice's loss at the mark is not made good by the stable price.
    let alice = w.preview(Alice).measure;
    assert!(alice.exposure.totals.stable > 0);
    assert_eq!(
        alice.initial_surplus().unwrap(),
        alice.equity - i64::try_from(alice.requirement.initial).unwrap()
    );
}

#[test]
fn the_last_day_charges_shorts_more() {
    let mut w = with_trade(1_000);
    let early = w.preview(Bob).measure.exposure.totals.ramp;
    w.warp_to(START + DAY - 3_600);
    w.freshen();
    let late = w.preview(Bob).measure.exposure.totals.ramp;
    assert!(early < late / 100, "{early} {late}");
    assert!(w.preview(Alice).measure.exposure.totals.ramp == 0);
}
