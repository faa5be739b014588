//! `trade`.

use crate::prelude::*;

/// The same fill on other terms.
fn with(args: TradeArgs, change: impl FnOnce(&mut TradeArgs)) -> TradeArgs {
    let mut args = args;
    change(&mut args);
    args
}

#[test]
fn conserves_premium_fees_and_open_interest() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 10);
    w.accepts(w.trade(Alice, Bob, args));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.near));
    let notional = array.forward_lot * 10;
    let fee = (notional * params().trade_fee_ppm).div_ceil(1_000_000);
    let premium = args.lots * args.price;
    assert_eq!(w.margin(Alice).cash, COLLATERAL - premium - fee);
    assert_eq!(w.margin(Bob).cash, COLLATERAL + premium - fee);
    assert_eq!((w.margin(Alice).lots(w.near, 4, CALL), w.margin(Bob).lots(w.near, 4, CALL)), (10, -10));
    let shard: OiShard = w.state(&pda::shard(&w.market(), 0));
    assert_eq!(shard.fees, 2 * fee);
    sound(&w);
}

#[test]
fn conserves_when_a_position_is_closed_in_another_shard() {
    let mut w = with_trade(10);
    let args = w.at_mark(w.near, 4, CALL, 10);
    w.accepts(w.trade_in(1, Bob, Alice, args));
    assert_eq!((w.margin(Alice).leg_count, w.margin(Bob).leg_count), (0, 0));
    sound(&w);
}

#[test]
fn allows_a_delegate_to_trade_until_it_is_revoked() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, PUT, 1);
    let by_carol = swap(w.trade(Alice, Bob, args), &w.key(Alice), &w.key(Carol));
    w.rejects(by_carol.clone(), NotAccountAuthority);
    w.accepts(w.set_delegate(Alice, w.key(Carol)));
    w.accepts(by_carol.clone());
    w.accepts(w.set_delegate(Alice, Address::default()));
    w.rejects(by_carol, NotAccountAuthority);
    sound(&w);
}

#[test]
fn allows_reductions_without_a_price_and_at_every_level() {
    let mut w = with_trade(10);
    w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(0, true));
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.accepts(w.trade(Bob, Alice, args));
    w.warp(4_000);
    w.accepts(w.trade(Bob, Alice, args));
    w.rejects(w.trade(Bob, Alice, args), ActionClosed);
    let rest = with(args, |a| a.lots = 2);
    w.accepts(w.trade(Bob, Alice, rest));
    assert_eq!(w.margin(Alice).leg_count, 0);
    sound(&w);
}

#[test]
fn rejects_a_stranger_on_either_side() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 1);
    let good = w.trade(Alice, Bob, args);
    w.rejects(swap(good.clone(), &w.key(Alice), &w.key(Stranger)), NotAccountAuthority);
    w.rejects(swap(good, &w.key(Bob), &w.key(Stranger)), NotAccountAuthority);
}

#[test]
fn rejects_a_side_that_did_not_sign() {
    let mut w = Bank::bank();
    let good = w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1));
    for who in [Alice, Bob] {
        w.rejects(unsigned(good.clone(), &w.key(who)), InstructionError::MissingRequiredSignature);
    }
}

#[test]
fn rejects_an_account_trading_with_itself() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.rejects(w.trade(Alice, Alice, args), refusal::DUPLICATE_MUTABLE);
}

#[test]
fn rejects_new_risk_from_reduce_only_on() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.accepts(w.trip(Guardian, 1, false));
    w.accepts(w.trade(Alice, Bob, args));
    w.accepts(w.trip(Guardian, 2, true));
    w.rejects(w.trade(Alice, Bob, args), ActionClosed);
    sound(&w);
}

#[test]
fn rejects_sizes_of_nothing_and_beyond_a_leg() {
    let mut w = Bank::bank();
    let good = w.at_mark(w.near, 4, CALL, 1);
    for lots in [0, (1 << 20) + 1] {
        w.rejects(w.trade(Alice, Bob, with(good, |a| a.lots = lots)), InvalidSize);
    }
    let leg = Leg { lots: 1 << 20, expiry_id: w.near, strike: 4, kind: CALL, _pad0: [0; 4] };
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| {
        a.legs[0] = leg;
        a.leg_count = 1;
    });
    w.rejects(w.trade(Alice, Bob, good), InvalidSize);
}

#[test]
fn rejects_prices_off_the_tick() {
    let mut w = Bank::bank();
    let good = w.at_mark(w.near, 4, CALL, 1);
    for price in [0, good.price + 1] {
        w.rejects(w.trade(Alice, Bob, with(good, |a| a.price = price)), OffTick);
    }
}

#[test]
fn rejects_prices_outside_the_band() {
    let mut w = Bank::bank();
    let good = w.at_mark(w.near, 4, CALL, 1);
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.near));
    let mark = w.mark(w.near, 4, CALL);
    let width = (mark + array.forward_lot / 20) * params().price_band_ppm / 1_000_000;
    let highest = (mark + width) / 1_000 * 1_000;
    w.rejects(w.trade(Alice, Bob, with(good, |a| a.price = highest + 1_000)), PriceOutOfBand);
    w.accepts(w.trade(Alice, Bob, with(good, |a| a.price = highest)));
    sound(&w);
}

#[test]
fn rejects_series_that_do_not_exist() {
    let mut w = Bank::bank();
    let good = w.at_mark(w.near, 4, CALL, 1);
    w.rejects(w.trade(Alice, Bob, with(good, |a| a.strike = STRIKES)), UnknownSeries);
    w.rejects(w.trade(Alice, Bob, with(good, |a| a.kind = 2)), UnknownSeries);
}

#[test]
fn rejects_an_expiry_in_its_last_second_and_after() {
    let mut w = Bank::bank();
    w.warp_to(START + DAY - 12);
    w.freshen();
    w.warp_to(START + DAY - 1);
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.accepts(w.trade(Alice, Bob, args));
    w.warp_to(START + DAY);
    w.rejects(w.trade(Alice, Bob, args), Expired);
}

#[test]
fn rejects_a_series_without_a_mark() {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes()));
    let args = TradeArgs { expiry_id: 3, strike: 0, kind: CALL, lots: 1, price: 1_000 };
    w.rejects(w.trade(Alice, Bob, args), NoMark);
}

#[test]
fn rejects_new_risk_without_a_quorum() {
    let mut w = Bank::bank();
    w.price_by(&[0], PRICE);
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.accepts(w.trade(Alice, Bob, args));
    w.silence();
    w.rejects(w.trade(Alice, Bob, args), NoOracleQuorum);
}

#[test]
fn rejects_new_risk_on_a_stale_risk_array() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.price(PRICE + PRICE / 100);
    w.accepts(w.trade(Alice, Bob, args));
    w.price(PRICE + PRICE / 100 + 1_000);
    w.rejects(w.trade(Alice, Bob, args), StaleRiskArray);
    w.freshen();
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)));
    w.warp(300);
    w.price(PRICE + PRICE / 100);
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)), StaleRiskArray);
}

#[test]
fn rejects_new_risk_on_rows_of_an_old_surface() {
    let mut w = Bank::bank();
    w.warp(60);
    w.price(PRICE);
    w.accepts(w.set_surface(Governor, w.near, vec![810_000; usize::from(STRIKES)], 0));
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.rejects(w.trade(Alice, Bob, args), StaleRiskArray);
    w.accepts(w.refresh_risk(w.near));
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)));
}

#[test]
fn rejects_a_side_below_its_initial_margin() {
    let mut w = Bank::bank();
    let args = w.at_mark(w.near, 4, CALL, 7_500);
    w.rejects(w.trade(Alice, Bob, args), BelowInitialMargin);
}

#[test]
fn rejects_a_premium_that_the_buyer_cannot_pay() {
    let mut w = Bank::bank();
    w.rejects(w.trade(Stranger, Bob, w.at_mark(w.near, 4, CALL, 1)), InsufficientCollateral);
}

#[test]
fn rejects_open_interest_beyond_the_shards_part() {
    let mut w = Bank::bank();
    let cap = 2 * 50;
    w.accepts(w.set_params(Governor, MarketParams { series_oi_cap_lots: cap, ..params() }));
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 50)));
    let more = w.at_mark(w.near, 4, CALL, 1);
    w.rejects(w.trade(Alice, Bob, more), OpenInterestCap);
    w.rejects(w.trade(Carol, Bob, more), OpenInterestCap);
    w.accepts(w.trade(Carol, Alice, more));
    w.accepts(w.trade_in(1, Alice, Bob, more));
    sound(&w);
}

#[test]
fn rejects_a_thirty_third_leg() {
    let mut w = Bank::bank();
    let (near, far) = (w.near, w.far);
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| {
        let series = [near, far].into_iter().flat_map(|id| (0..16u8).map(move |i| (id, i / 2, i % 2)));
        for (leg, (expiry_id, strike, kind)) in a.legs.iter_mut().zip(series) {
            *leg = Leg { lots: 1, expiry_id, strike, kind, _pad0: [0; 4] };
        }
        a.leg_count = 32;
    });
    w.rejects(w.trade(Alice, Bob, w.at_mark(near, 8, PUT, 1)), TooManyLegs);
}

#[test]
fn rejects_a_sick_account_that_gives_value_away() {
    let mut w = with_sick_bob();
    // The put hardly counts as margin, so buying it back dearly costs more than it relieves.
    let fair = w.at_mark(w.near, 0, PUT, 100);
    let dear = with(fair, |a| a.price = 900_000);
    w.rejects(w.trade(Bob, Alice, dear), HealthWorsened);
    w.accepts(w.trade(Bob, Alice, fair));
    sound(&w);
}

#[test]
fn rejects_a_bankrupt_account_that_gives_the_pools_money_away() {
    let mut w = with_sick_bob();
    w.move_to(10_900_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    // Buying back frees more margin than the band costs; the hole would be the pool's.
    let fair = w.at_mark(w.near, 4, CALL, 50);
    let dear = with(fair, |a| a.price = fair.price / 100_000 * 110_000);
    w.rejects(w.trade(Bob, Alice, dear), HealthWorsened);
    let cheap = with(fair, |a| a.price = fair.price / 100_000 * 99_000);
    w.accepts(w.trade(Bob, Alice, cheap));
    sound(&w);
}

#[test]
fn rejects_a_stale_mark_even_where_both_sides_end_their_legs() {
    let mut w = with_trade(10);
    let args = w.at_mark(w.near, 4, CALL, 10);
    w.price(PRICE + PRICE / 50);
    w.rejects(w.trade(Bob, Alice, args), StaleRiskArray);
    w.freshen();
    w.accepts(w.trade(Bob, Alice, w.at_mark(w.near, 4, CALL, 10)));
    sound(&w);
}

#[test]
fn rejects_unpaid_payoffs_as_margin_for_new_risk() {
    let mut w = with_trade(4_000);
    fix_near(&mut w, 9_500_000_000);
    w.price(9_500_000_000);
    w.freshen();
    // Alice is owed 60,000 that nobody has paid yet: her cash is what it was.
    let seen = w.preview(Alice).measure;
    assert_eq!(seen.unpaid, 60_000_000_000);
    assert!(seen.initial_equity_surplus().unwrap() <= i64::try_from(w.margin(Alice).cash).unwrap());
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    let free = seen.free_collateral().unwrap();
    w.rejects(w.withdraw(Alice, free + 1), CollateralEncumbered);
    w.accepts(w.withdraw(Alice, free));
}

#[test]
fn rejects_a_reduction_that_would_sink_a_healthy_account() {
    let mut w = Bank::bank();
    w.move_to(4_000_000_000);
    // Deep in the money the band is wider than the margin that buying back relieves.
    let fair = w.at_mark(w.near, 8, PUT, 100);
    w.accepts(w.trade(Alice, Bob, fair));
    let spare = u64::try_from(w.preview(Bob).maintenance_health().unwrap()).unwrap();
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.cash -= spare);
    let dear = with(fair, |a| (a.lots, a.price) = (50, fair.price / 100_000 * 115_000));
    w.rejects(w.trade(Bob, Alice, dear), HealthWorsened);
    w.accepts(w.trade(Bob, Alice, with(fair, |a| a.lots = 50)));
}

#[test]
fn rejects_a_reduction_on_stale_arrays_while_there_is_a_quorum() {
    let mut w = with_trade(10);
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.warp(301);
    w.price(PRICE);
    w.rejects(w.trade(Bob, Alice, args), StaleRiskArray);
    w.freshen();
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.accepts(w.trade(Bob, Alice, args));
    sound(&w);
}

#[test]
fn rejects_a_sick_account_that_takes_more_risk() {
    let mut w = with_sick_bob();
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)), BelowInitialMargin);
}

#[test]
fn rejects_arrays_that_are_missing_repeated_or_foreign() {
    let mut w = with_trade(10);
    let good = w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1));
    let array = pda::risk_array(&w.market(), w.near);
    let mut none = good.clone();
    none.accounts.truncate(8);
    w.rejects(none, MissingRiskArray);
    // The losing leg's array may not be left out.
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 4, CALL, 1)));
    w.rejects(good.clone(), MissingRiskArray);
    let mut twice = good.clone();
    twice.accounts.push(AccountMeta::new_readonly(array, false));
    w.rejects(twice, UnexpectedAccount);
    let foreign = pda::risk_array(&w.foreign.market, w.foreign_expiry);
    w.rejects(swap(good.clone(), &array, &foreign), UnexpectedAccount);
    w.rejects(swap(good.clone(), &array, &pda::pool(&w.market())), UnexpectedAccount);
    let forged = w.forge(&array);
    w.rejects(swap(good, &array, &forged), UnexpectedAccount);
}

#[test]
fn rejects_a_written_account_among_the_arrays() {
    let mut w = Bank::bank();
    let mut bad = w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1));
    bad.accounts.push(AccountMeta::new_readonly(w.account_of(Alice), false));
    w.rejects(bad, refusal::DUPLICATE_MUTABLE);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1));
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::shard(&here, 0), pda::shard(&there, 0)),
        (w.account_of(Alice), w.account_of(Foreigner)),
        (w.account_of(Bob), w.account_of(Foreigner)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}

#[test]
fn rejects_figures_beyond_their_range() {
    let mut w = Bank::bank();
    w.edit(&pda::shard(&w.market(), 0), |s: &mut OiShard| s.fees = u64::MAX);
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)), OutOfRange);
}
