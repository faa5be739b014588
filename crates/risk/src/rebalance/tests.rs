use super::*;
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

const WIDE: GreekLimits = GreekLimits { delta: 1 << 60, gamma: 1 << 60, vega: 1 << 60, theta: 1 << 60 };
const CHARGES: Charges = Charges {
    short_minimum_ppm: 5_000,
    maintenance_ppm: 800_000,
    confidence_ppm: 500,
    initial_factor_ppm: PPM,
    regime_ppm: PPM,
    cover_ppm: 500_000,
    greek_limits: WIDE,
};
const TARIFF: Tariff = Tariff {
    terms: Terms { discount_ppm: 50_000, fee_ppm: 10_000, buffer_ppm: 150_000 },
    trade_fee_ppm: 300,
};
const FORWARD: u64 = 1_000_000;

/// A call's prices: what one lot gains when the forward moves by a scenario's share, with some curvature.
#[derive(Clone, Debug)]
struct Series {
    kind: OptionKind,
    mark: u64,
    row: Row,
    greeks: MoneyGreeks,
    expiry: usize,
    lots: i64,
}

/// An account in a toy market of one or two expiries, and what it owns beside its legs.
#[derive(Clone, Debug)]
struct Account {
    forward_row: Row,
    legs: Vec<Series>,
    cash: i64,
}

fn moves() -> Row {
    core::array::from_fn(|s| (i64::try_from(s).unwrap() - 16) * 10_000)
}

/// A call struck at a share of the forward, priced roughly: intrinsic value and a hump of time value.
fn series(kind: OptionKind, strike_ppm: i64, time: i64, expiry: usize, lots: i64) -> Series {
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

fn expiry(row: &Row) -> ExpiryRisk<'_> {
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

fn risk(series: &Series) -> SeriesRisk<'_> {
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
    fn funds(&self) -> Funds {
        Funds { cash: u64::try_from(self.cash).unwrap_or(0), debt: 0, claims: 0 }
    }

    /// Sets its cash so that equity is a part of maintenance.
    fn fund(&mut self, part: i64, of: i64) {
        let m = self.measure();
        let need = i64::try_from(m.requirement.maintenance).unwrap();
        self.cash = need * part / of - m.exposure.totals.value;
    }

    /// Expiries that hold a leg, by their number.
    fn held(&self) -> Vec<usize> {
        let mut held: Vec<usize> = self.legs.iter().map(|l| l.expiry).collect();
        held.sort_unstable();
        held.dedup();
        held
    }

    fn measure(&self) -> Measure {
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

    fn with_book<T>(&self, use_it: impl FnOnce(&Book) -> T) -> T {
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

    fn plan(&self) -> Option<Plan> {
        self.with_book(|book| plan(book, &self.measure(), &TARIFF, 0).unwrap())
    }

    /// Health of what is short.
    fn health(&self) -> i64 {
        let m = self.measure();
        m.maintenance_health().unwrap().min(m.cover_health().unwrap())
    }

    /// Carries out a plan as a bid does.
    fn after(&self, plan: &Plan) -> Self {
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
        let reward = i128::from(freed) * 50_000 / 1_000_000;
        let most = i128::from(before.equity.max(0)) * i128::from(freed) / i128::from(maintenance.max(1));
        let fee = i128::from(freed.div_ceil(100));
        next.cash -= i64::try_from(reward.min(most) + fee).unwrap();
        next
    }
}

fn account() -> impl Strategy<Value = Account> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The sums of the ladder are the margin engine's, and what it says of a book with fewer lots is what measuring that book
    /// says.
    #[test]
    fn taking_lots_out_of_the_sums_equals_measuring_again(a in account(), pick in 0usize..10, part in 1i64..=100) {
        prop_assume!(!a.legs.is_empty());
        let at = pick % a.legs.len();
        let mut less = a.clone();
        less.legs[at].lots -= a.legs[at].lots * part / 100;
        let left = less.legs[at].lots;
        prop_assume!(left != 0);
        let want = less.measure();
        let (before, after) = a.with_book(|book| {
            let ladder = Ladder::new(book).unwrap();
            let (held, left) = (ladder.alone(at, a.legs[at].lots).unwrap(), ladder.alone(at, left).unwrap());
            (ladder.standing(a.funds()).unwrap(), ladder.replaced(a.funds(), at, &held, &left).unwrap())
        });
        let now = a.measure();
        prop_assert_eq!(before.equity_health().unwrap(), now.maintenance_health().unwrap());
        prop_assert_eq!(before.cover_health().unwrap(), now.cover_health().unwrap());
        prop_assert_eq!(after.equity_health().unwrap(), want.maintenance_health().unwrap());
        prop_assert_eq!(after.cover_health().unwrap(), want.cover_health().unwrap());
        prop_assert_eq!(after.greeks, want.exposure.totals.greeks);
    }

    #[test]
    fn a_plan_strictly_improves_health_and_only_the_short_get_one(a in account()) {
        let health = a.health();
        match a.plan() {
            None => prop_assert!(health >= 0 || a.legs.is_empty()),
            Some(plan) => {
                prop_assert!(health < 0);
                let after = a.after(&plan).health();
                prop_assert!(after > health, "{plan:?}: {health} -> {after}");
            }
        }
    }

    /// A leg's plan ends the need, and unless it is one lot it does not lead beyond the buffer.
    #[test]
    fn takes_no_more_of_a_leg_than_restores(a in account()) {
        let Some(plan @ Plan { slice: Slice::Leg(at), .. }) = a.plan() else { return Ok(()) };
        let before = a.measure();
        let after = a.after(&plan).measure();
        prop_assert!(after.maintenance_health().unwrap() >= 0 && after.cover_health().unwrap() >= 0);
        let lots = lots_taken(a.legs[at].lots, plan.share_ppm).unwrap().unsigned_abs();
        let target = ppm_of(after.requirement.maintenance, 1_150_000, Round::Up).unwrap();
        let equity = before.maintenance_health().unwrap() >= 0 || after.equity > i64::try_from(target).unwrap();
        let cover = after.cover.buffered_surplus(&after.funds, &TARIFF.terms).unwrap();
        let cover = before.cover_health().unwrap() >= 0 || cover.is_none_or(|s| s > 0);
        prop_assert!(lots == 1 || !(equity && cover), "{lots} lots are more than needed");
    }

    #[test]
    fn is_never_dearer_than_the_share_of_the_book(a in account()) {
        let Some(plan) = a.plan() else { return Ok(()) };
        let m = a.measure();
        let share = m.restoring_share(&TARIFF.terms).unwrap();
        let whole = a.with_book(|book| {
            let ladder = Ladder::new(book).unwrap();
            let desk = Desk { book, tariff: &TARIFF, before: ladder.standing(m.funds).unwrap(), ladder };
            desk.cost_of_share(share).unwrap()
        });
        prop_assert!(plan.cost <= whole, "{plan:?}, whole {whole}");
    }

    #[test]
    fn finitely_many_plans_reach_health_or_bankruptcy(a in account()) {
        let mut a = a;
        for _ in 0..24 {
            let Some(plan) = a.plan() else {
                prop_assert!(a.health() >= 0 || a.legs.is_empty());
                return Ok(());
            };
            if plan.reason == Reason::Bankrupt {
                prop_assert_eq!((plan.slice, plan.share_ppm), (Slice::Book, PPM));
                return Ok(());
            }
            a = a.after(&plan);
        }
        prop_assert!(false, "24 plans did not end it: {a:?}");
    }
}

/// Short of calls that need all the margin, and long of some that need none.
fn naked() -> Account {
    let calls = series(OptionKind::Call, 1_050_000, 40_000, 0, -100);
    let puts = series(OptionKind::Put, 900_000, 20_000, 0, 200);
    let mut account = Account { forward_row: moves(), legs: std::vec![puts, calls], cash: 0 };
    account.fund(9, 10);
    account
}

#[test]
fn takes_the_leg_that_needs_the_margin_and_says_why() {
    let plan = naked().plan().unwrap();
    assert_eq!((plan.slice, plan.reason), (Slice::Leg(1), Reason::ReducesDelta));
    let mut hedged = naked();
    // Delta is long now, and taking the short calls makes it longer.
    hedged.legs[0] = series(OptionKind::Put, 850_000, 20_000, 0, -150);
    hedged.fund(9, 10);
    let plan = hedged.plan().unwrap();
    assert_eq!((plan.slice, plan.reason), (Slice::Leg(1), Reason::ReducesVega));
}

#[test]
fn gives_up_the_whole_book_of_a_bankrupt() {
    let mut account = naked();
    account.cash = 0;
    let plan = account.plan().unwrap();
    assert_eq!((plan.slice, plan.share_ppm, plan.reason), (Slice::Book, PPM, Reason::Bankrupt));
}

#[test]
fn leads_greeks_back_by_a_share_of_all() {
    let mut account = naked();
    account.cash *= 100;
    assert_eq!(account.plan(), None);
    let plan = account.with_book(|book| plan(book, &account.measure(), &TARIFF, 300_000).unwrap()).unwrap();
    assert_eq!((plan.slice, plan.share_ppm, plan.reason), (Slice::Book, 300_000, Reason::Greeks));
}

#[test]
fn a_book_of_no_known_expiry_is_refused() {
    let account = naked();
    let measure = account.measure();
    account.with_book(|book| {
        let none = Book { expiries: &[], ..*book };
        assert_eq!(plan(&none, &measure, &TARIFF, 0), Err(MathError::Domain));
        let many = [book.expiries[0]; MAX_EXPIRIES + 1];
        let many = Book { expiries: &many, ..*book };
        assert_eq!(plan(&many, &measure, &TARIFF, 0), Err(MathError::Domain));
    });
}
