//! `set_surface`.

use crate::prelude::*;
use bulkhead_risk::black76::{price, Forward, Strike, Tenor, TotalVol};
use bulkhead_sdk::bulkhead::{instructions::set_surface::SetSurfaceArgs, surface_update::SviArgs};

fn flat(vol: u32) -> Vec<u32> {
    vec![vol; usize::from(STRIKES)]
}

/// As long after the first surfaces as a whole step takes.
fn a_minute_later() -> Bank {
    let mut w = Bank::bank();
    w.warp(60);
    w.price(PRICE);
    w
}

#[test]
fn allows_a_step_and_marks_the_rows_outdated() {
    let mut w = a_minute_later();
    w.accepts(w.set_surface(Governor, w.far, flat(1_000_000), 10_000));
    let expiry = w.expiry(w.far);
    assert_eq!((expiry.surface_version, expiry.basis_ppm, expiry.vols_ppm[8]), (2, 10_000, 1_000_000));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.far));
    assert_eq!(array.outdated, 1);
    w.accepts(w.refresh_risk(w.far));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.far));
    assert_eq!((array.outdated, array.forward_lot), (0, 80_800_000));
}

#[test]
fn rejects_everybody_but_the_surface_authority() {
    let mut w = Bank::bank();
    w.rejects(w.set_surface(Guardian, w.far, flat(800_000), 0), NotSurfaceAuthority);
}

#[test]
fn rejects_a_surface_after_the_expiry() {
    let mut w = Bank::bank();
    w.warp_to(START + DAY);
    w.price(PRICE);
    w.rejects(w.set_surface(Governor, w.near, flat(800_000), 0), Expired);
}

#[test]
fn rejects_another_number_of_volatilities() {
    let mut w = Bank::bank();
    w.rejects(w.set_surface(Governor, w.far, vec![800_000; 8], 0), VolCountMismatch);
    w.rejects(w.set_surface(Governor, w.far, vec![800_000; 10], 0), VolCountMismatch);
}

#[test]
fn rejects_a_basis_beyond_a_fifth() {
    let mut w = Bank::bank();
    for basis in [200_001, -200_001] {
        w.rejects(w.set_surface(Governor, w.far, flat(800_000), basis), BasisTooLarge);
    }
}

#[test]
fn rejects_a_surface_without_a_quorum() {
    let mut w = Bank::bank();
    w.warp(61);
    w.rejects(w.set_surface(Governor, w.far, flat(800_000), 0), MarkTooOld);
}

#[test]
fn rejects_volatilities_outside_the_domain() {
    let mut w = Bank::bank();
    for vol in [49_999, 10_000_001] {
        w.rejects(w.set_surface(Governor, w.far, flat(vol), 0), VolOutOfDomain);
    }
}

#[test]
fn rejects_a_step_beyond_the_limit() {
    let mut w = Bank::bank();
    w.rejects(w.set_surface(Governor, w.far, flat(1_000_001), 0), VolStepTooLarge);
    w.rejects(w.set_surface(Governor, w.far, flat(599_999), 0), VolStepTooLarge);
}

/// A new expiry, whose first surface may be anything.
fn fresh() -> (Bank, u16) {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 30 * DAY, strikes()));
    (w, 3)
}

#[test]
fn rejects_vertical_spread_arbitrage() {
    let (mut w, id) = fresh();
    let mut rising = flat(300_000);
    rising[8] = 5_000_000;
    w.rejects(w.set_surface(Governor, id, rising, 0), SurfaceNotMonotone);
}

#[test]
fn rejects_butterfly_arbitrage() {
    let (mut w, id) = fresh();
    let mut bump = flat(800_000);
    bump[4] = 950_000;
    w.rejects(w.set_surface(Governor, id, bump, 0), SurfaceNotConvex);
}

#[test]
fn rations_steps_by_the_time_since_the_last() {
    let mut w = a_minute_later();
    w.accepts(w.set_surface(Governor, w.far, flat(1_000_000), 0));
    // Half of the interval allows half of the step of 25 %.
    w.warp(29);
    w.price(PRICE);
    w.rejects(w.set_surface(Governor, w.far, flat(1_125_001), 0), VolStepTooLarge);
    w.accepts(w.set_surface(Governor, w.far, flat(1_125_000), 0));
    w.rejects(w.set_surface(Governor, w.far, flat(1_125_001), 0), VolStepTooLarge);
}

#[test]
fn rejects_a_forward_that_moves_faster_than_prices_may() {
    let mut w = a_minute_later();
    w.rejects(w.set_surface(Governor, w.far, flat(800_000), 10_001), BasisStepTooLarge);
    w.rejects(w.set_surface(Governor, w.far, flat(800_000), -10_001), BasisStepTooLarge);
    w.accepts(w.set_surface(Governor, w.far, flat(800_000), -10_000));
}

const ONE: f64 = (1u64 << 48) as f64;

/// A slice with a total variance of 0.64 a year at the money and a gentle smile, for an expiry in 30 days.
fn slice() -> SetSurfaceArgs {
    let q48 = |x: f64| (x * ONE) as i64;
    let svi = SviArgs { a: q48(0.04), b: q48(0.08), rho: q48(-0.2), m: 0, sigma: q48(0.15) };
    SetSurfaceArgs { svi: vec![svi], ..ix::plain_surface(Vec::new(), 0) }
}

#[test]
fn evaluates_a_slice_at_the_strikes() {
    let mut w = a_minute_later();
    w.accepts(w.submit_surface(Governor, w.far, slice()));
    let expiry = w.expiry(w.far);
    let years = (expiry.expires_at - w.now()) as f64 / 31_536_000.0;
    for (strike, vol) in expiry.listed().iter().zip(expiry.vols_ppm) {
        let k = (*strike as f64 / PRICE as f64).ln();
        let variance = 0.04 + 0.08 * (-0.2 * k + (k * k + 0.15f64 * 0.15).sqrt());
        let want = (variance / years).sqrt() * 1e6;
        assert!((f64::from(vol) - want).abs() <= 1.0, "{strike}: {vol} {want}");
    }
}

#[test]
fn rejects_slices_that_are_steep_negative_or_malformed() {
    let mut w = a_minute_later();
    let bad: [fn(&mut SviArgs); 4] =
        [|s| s.b = 2 << 48, |s| s.a = -(1 << 48), |s| s.rho = 1 << 48, |s| s.sigma = 0];
    for change in bad {
        let mut args = slice();
        change(&mut args.svi[0]);
        w.rejects(w.submit_surface(Governor, w.far, args), InvalidSvi);
    }
    let two = SetSurfaceArgs { svi: vec![slice().svi[0]; 2], ..slice() };
    w.rejects(w.submit_surface(Governor, w.far, two), VolCountMismatch);
    let both = SetSurfaceArgs { vols_ppm: flat(800_000), ..slice() };
    w.rejects(w.submit_surface(Governor, w.far, both), VolCountMismatch);
    let tiny = |s: &mut SviArgs| (s.a, s.b) = (1, 0);
    let mut args = slice();
    tiny(&mut args.svi[0]);
    w.rejects(w.submit_surface(Governor, w.far, args), VolOutOfDomain);
}

#[test]
fn verifies_volatilities_against_the_prices_they_are_implied_by() {
    let mut w = a_minute_later();
    let expiry = w.expiry(w.far);
    let tenor = Tenor::from_seconds(u64::try_from(expiry.expires_at - w.now()).unwrap()).unwrap();
    let vol = TotalVol::new(800_000, &tenor).unwrap();
    let forward = Forward::new(PRICE).unwrap();
    let call = |k: &u64| price(&forward, &Strike::new(*k).unwrap(), &vol).call;
    let prices: Vec<u64> = expiry.listed().iter().map(call).collect();
    let with = |call_prices, quoted_spread_ppm| SetSurfaceArgs {
        call_prices,
        quoted_spread_ppm,
        ..ix::plain_surface(flat(800_000), 0)
    };
    let mut off = prices.clone();
    off[4] += 8_000_001;
    w.rejects(w.submit_surface(Governor, w.far, with(off.clone(), 1_000)), PriceNotExplained);
    off[4] -= 1;
    w.rejects(w.submit_surface(Governor, w.far, with(prices[1..].to_vec(), 0)), VolCountMismatch);
    w.rejects(w.submit_surface(Governor, w.far, with(prices.clone(), 200_001)), SpreadTooWide);
    w.accepts(w.submit_surface(Governor, w.far, with(off, 1_000)));
    w.accepts(w.submit_surface(Governor, w.far, with(prices, 0)));
}

#[test]
fn rejects_calendar_arbitrage_either_way() {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes()));
    w.accepts(w.list_expiry(Governor, START + 60 * DAY, strikes()));
    // Two days at 566 % hold as much variance as one at 800 %; below that time would be worth less than nothing.
    w.rejects(w.set_surface(Governor, 3, flat(565_000), 0), SurfaceFallsInTime);
    w.accepts(w.set_surface(Governor, 3, flat(566_000), 0));
    // Against the expiry after it: 30 days at 80 % are 2 days at 309 %.
    w.rejects(w.set_surface(Governor, 4, flat(565_000), 0), SurfaceFallsInTime);
    w.accepts(w.set_surface(Governor, 4, flat(566_000), 0));
    let (mut w, id) = fresh_between();
    w.rejects(w.set_surface(Governor, id, flat(3_200_000), 0), SurfaceFallsInTime);
    w.accepts(w.set_surface(Governor, id, flat(3_000_000), 0));
}

/// A new expiry two days ahead, between the near and the far one.
fn fresh_between() -> (Bank, u16) {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes()));
    (w, 3)
}

#[test]
fn rejects_neighbours_that_are_missing_doubled_or_foreign() {
    let (mut w, id) = fresh_between();
    let good = w.set_surface(Governor, id, flat(800_000), 0);
    let (near, far) = (pda::expiry(&w.market(), w.near), pda::expiry(&w.market(), w.far));
    let mut few = good.clone();
    few.accounts.pop();
    w.rejects(few, ExpiryAccountsMismatch);
    let mut more = good.clone();
    more.accounts.push(AccountMeta::new_readonly(far, false));
    w.rejects(more, ExpiryAccountsMismatch);
    w.rejects(swap(good.clone(), &near, &far), ExpiryAccountsMismatch);
    let foreign = pda::expiry(&w.foreign.market, w.foreign_expiry);
    w.rejects(swap(good.clone(), &near, &foreign), ExpiryAccountsMismatch);
    w.rejects(swap(good.clone(), &near, &pda::pool(&w.market())), ExpiryAccountsMismatch);
    w.accepts(good);
}

#[test]
fn rejects_accounts_of_another_market_or_expiry() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.set_surface(Governor, w.far, flat(800_000), 0);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::expiry(&here, w.far), pda::expiry(&there, w.foreign_expiry)),
        (pda::risk_array(&here, w.far), pda::risk_array(&there, w.foreign_expiry)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
    let (far, near) = (pda::risk_array(&here, w.far), pda::risk_array(&here, w.near));
    w.rejects(swap(good, &far, &near), MissingRiskArray);
}
