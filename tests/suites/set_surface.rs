//! `set_surface`.

use crate::prelude::*;

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
    w.rejects(w.set_surface(Governor, w.far, flat(800_000), 0), NoOracleQuorum);
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
