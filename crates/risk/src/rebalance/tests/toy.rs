//! A toy market of two expiries, and accounts in it.

use super::super::*;
use crate::{
    exposure::OptionKind,
    greek_limits::GreekLimits,
    liquidation::lots_taken,
    margin::Funds,
    measure::{Assessor, Scan},
    risk_array::Row,
    round::{ppm_of, Round},
};
use proptest::prelude::*;
use std::vec::Vec;

pub const WIDE: GreekLimits = GreekLimits { delta: 1 << 60, gamma: 1 << 60, vega: 1 << 60, theta: 1 << 60 };
pub const CHARGES: Charges = Charges {
    short_minimum_ppm: 5_000,
    maintenance_ppm: 800_000,
    confidence_ppm: 500,
    initial_factor_ppm: PPM,
    regime_ppm: PPM,
    cover_ppm: 500_000,
    greek_limits: WIDE,
};
pub const TARIFF: Tariff = Tariff {
    terms: Terms { discount_ppm: 50_000, first_ppm: 50_000, fee_ppm: 10_000, buffer_ppm: 150_000 },
    trade_fee_ppm: 300,
};
pub const FORWARD: u64 = 1_000_000;

/// A call's prices: what one lot gains when the forward moves by a scenario's share, with some curvature.
#[derive(Clone, Debug)]
pub struct Series {
    pub kind: OptionKind,
    pub mark: u64,
    pub row: Row,
    pub greeks: MoneyGreeks,
    pub expiry: usize,
    pub lots: i64,
}

/// An account in a toy market of one or two expiries, and what it owns beside its legs.
#[derive(Clone, Debug)]
pub struct Account {
    pub forward_row: Row,
    pub legs: Vec<Series>,
    pub cash: i64,
}

pub fn moves() -> Row {
    core::array::from_fn(|s| (i64::try_from(s).unwrap() - 16) * 10_000)
}

/// A call struck at a share of the forward, priced roughly: intrinsic value and a hump of time value.
pub fn series(kind: OptionKind, strike_ppm: i64, time: i64, expiry: usize, lots: i64) -> Series {
    let forward = i64::try_from(FORWARD).unwrap();
    let strike = forward * strike_ppm / 1_000_000;
    let value = |f: i64| {
        let hump = (time - (f - strike).abs() / 4).max(0);
        (f - strike).max(0) + hump
    };
    let call = value(forward);
    let row = moves().map(|change| value(forward + change) - call);
    let mark = match kind {
        OptionKind::Call => call,
        OptionKind::Put => call - forward + strike,
    };
    let delta = if forward > strike { 700_000 } else { 300_000 };
    let greeks = MoneyGreeks { delta, gamma: time / 10, vega: time / 20, theta: -time / 50 };
    Series { kind, mark: mark.max(0).unsigned_abs(), row, greeks, expiry, lots }
}

pub fn expiry(row: &Row) -> ExpiryRisk<'_> {
    ExpiryRisk {
        forward: FORWARD,
        forward_row: row,
        forward_stable: 0,
        error_atoms: 3,
        ramp_atoms: 0,
        impact_q20: 1 << 20,
        quoted_impact_q20: 1 << 20,
        open_lots: 0,
        spread_atoms: 0,
    }
}

pub fn risk(series: &Series) -> SeriesRisk<'_> {
    let peak = series.row.iter().copied().max().unwrap().max(0).unsigned_abs();
    SeriesRisk {
        kind: series.kind,
        mark: series.mark,
        call_row: &series.row,
        call_stable: 0,
        peak: peak * 2,
        call_greeks: series.greeks,
    }
}

impl Account {
    pub fn funds(&self) -> Funds {
        Funds { cash: u64::try_from(self.cash).unwrap_or(0), debt: 0, claims: 0 }
    }

    /// Sets its cash so that equity is a part of maintenance.
    pub fn fund(&mut self, part: i64, of: i64) {
        let m = self.measure();
        let need = i64::try_from(m.requirement.maintenance).unwrap();
        self.cash = need * part / of - m.exposure.totals.value;
    }

    /// Expiries that hold a leg, by their number.
    pub fn held(&self) -> Vec<usize> {
        let mut held: Vec<usize> = self.legs.iter().map(|l| l.expiry).collect();
        held.sort_unstable();
        held.dedup();
        held
    }

    pub fn measure(&self) -> Measure {
        let mut assessor = Assessor::new(&CHARGES, Scan::Rows);
        let held = self.held();
        for (at, number) in held.iter().enumerate() {
            let mut part = assessor.expiry(expiry(&self.forward_row)).unwrap();
            for leg in self.legs.iter().filter(|l| l.expiry == *number) {
                part.add(leg.lots, &risk(leg)).unwrap();
            }
            part.close();
            assessor.end_expiry(false, at + 1 < held.len()).unwrap();
        }
        assessor.finish(self.funds()).unwrap()
    }

    pub fn with_book<T>(&self, use_it: impl FnOnce(&Book) -> T) -> T {
        let held = self.held();
        let expiries: Vec<ExpiryRisk> = held.iter().map(|_| expiry(&self.forward_row)).collect();
        let place = |number: usize| held.iter().position(|h| *h == number).unwrap();
        let legs: Vec<PricedLeg> = self
            .legs
            .iter()
            .map(|l| PricedLeg { lots: l.lots, expiry: place(l.expiry), series: risk(l) })
            .collect();
        use_it(&Book { expiries: &expiries, legs: &legs, charges: &CHARGES })
    }

    pub fn plan(&self) -> Option<Plan> {
        self.with_book(|book| plan(book, &self.measure(), &TARIFF, 0).unwrap())
    }

    /// Health of what is short.
    pub fn health(&self) -> i64 {
        let m = self.measure();
        m.maintenance_health().unwrap().min(m.cover_health().unwrap())
    }

    /// Carries out a plan as a bid does.
    pub fn after(&self, plan: &Plan) -> Self {
        let before = self.measure();
        let mut next = self.clone();
        for (at, leg) in next.legs.iter_mut().enumerate() {
            if matches!(plan.slice, Slice::Leg(only) if only != at) {
                continue;
            }
            let taken = lots_taken(leg.lots, plan.share_ppm).unwrap();
            leg.lots -= taken;
            next.cash += taken * i64::try_from(leg.mark).unwrap();
        }
        next.legs.retain(|l| l.lots != 0);
        let maintenance = before.requirement.maintenance;
        let freed = match plan.slice {
            Slice::Book => ppm_of(maintenance, plan.share_ppm, Round::Down).unwrap(),
            Slice::Leg(_) => maintenance.saturating_sub(next.measure().requirement.maintenance),
        };
        let terms = before.standing(0).terms_in_force(&TARIFF.terms).unwrap();
        let charge = |ppm| i64::try_from(ppm_of(freed, ppm, Round::Down).unwrap()).unwrap();
        next.cash -= charge(terms.discount_ppm) + charge(terms.fee_ppm);
        next
    }
}

pub fn account() -> impl Strategy<Value = Account> {
    let leg = (any::<bool>(), 800_000i64..1_200_000, 5_000i64..80_000, 0usize..2, -400i64..=400);
    let legs = prop::collection::vec(leg, 1..10);
    (legs, 300_000u64..1_100_000).prop_map(|(legs, share)| {
        let legs: Vec<Series> = legs
            .into_iter()
            .filter(|l| l.4 != 0)
            .map(|(put, strike, time, expiry, lots)| {
                let kind = if put { OptionKind::Put } else { OptionKind::Call };
                series(kind, strike, time, expiry, lots)
            })
            .collect();
        let mut account = Account { forward_row: moves(), legs, cash: 0 };
        // Equity is a share of maintenance: most are short of it, some are not.
        let m = account.measure();
        let equity = i64::try_from(m.requirement.maintenance * share / 1_000_000).unwrap();
        account.cash = (equity - m.exposure.totals.value).max(0);
        account
    })
}
