use super::*;
use proptest::prelude::*;

const TERMS: Terms = Terms { discount_ppm: 50_000, first_ppm: 50_000, fee_ppm: 10_000, buffer_ppm: 150_000 };

#[test]
fn healthy_accounts_lose_nothing_and_insolvent_ones_everything() {
    assert_eq!(restoring_share(100, 100, &TERMS), Ok(0));
    assert_eq!(restoring_share(0, 100, &TERMS), Ok(PPM));
    assert_eq!(restoring_share(-5, 100, &TERMS), Ok(PPM));
    let bad = Terms { discount_ppm: 1_150_000, ..TERMS };
    assert_eq!(restoring_share(50, 100, &bad), Err(MathError::Domain));
}

const fn standing(equity: i64, maintenance: u64, cash: u64, lent: u64) -> Standing {
    Standing { equity, maintenance, cash, lent }
}

const fn slice(value: i64, maintenance: u64) -> Slice {
    Slice { value, maintenance }
}

#[test]
fn a_solvent_account_pays_reward_and_fee_out_of_its_own() {
    let rich = standing(9_000, 10_000, 10_000, 0);
    let p = payment(&slice(-1_000, 1_000), &rich, &TERMS, 100).unwrap();
    assert_eq!(p, Payment { from_account: 1_050, fee: 10, ..Payment::default() });
    assert_eq!(p.equity_lost(-1_000), Ok(60));
    let p = payment(&slice(2_000, 1_000), &rich, &TERMS, 4).unwrap();
    assert_eq!(p, Payment { to_account: 1_950, fee: 4, ..Payment::default() });
}

#[test]
fn reward_and_fee_leave_a_solvent_account_what_it_had_for_the_rest() {
    // Equity is three per cent of the requirement: no discount of five is left, and no fee.
    let poor = standing(300, 10_000, 1_300, 0);
    let p = payment(&slice(-500, 5_000), &poor, &TERMS, 1_000).unwrap();
    assert_eq!(p, Payment { from_account: 650, ..Payment::default() });
    let terms = Terms { discount_ppm: 20_000, first_ppm: 20_000, ..TERMS };
    let p = payment(&slice(-500, 5_000), &poor, &terms, 1_000).unwrap();
    assert_eq!((p.from_account, p.fee), (600, 50));
    assert_eq!(restoring_share(300, 10_000, &poor.terms_in_force(&TERMS).unwrap()), Ok(PPM));
}

#[test]
fn an_insolvent_account_pays_what_its_legs_owe_and_the_first_discount() {
    // Of its own 400, then what the pool lent: 1,000 and five per cent of the requirement, however late.
    let late = Terms { discount_ppm: 500_000, ..TERMS };
    let alone = standing(-600, 9_000, 400, 0);
    assert_eq!(alone.loan(-1_000, &late), Ok(1_050));
    let lent = standing(-600, 9_000, 1_450, 1_050);
    assert_eq!(lent.loan(-1_000, &late), Ok(0));
    let p = payment(&slice(-1_000, 9_000), &lent, &late, 1_000).unwrap();
    assert_eq!(p, Payment { from_account: 1_450, topped_up: 450, ..Payment::default() });
    let half = payment(&slice(-500, 4_500), &lent, &late, 1_000).unwrap();
    assert_eq!((half.from_account, half.topped_up), (725, 225));
    // Nobody lent anything: its own cash goes to whoever takes the legs.
    assert_eq!(payment(&slice(-1_000, 9_000), &alone, &late, 0).unwrap().from_account, 400);
    // A book that is worth more than the reward needs no loan.
    assert_eq!(standing(-600, 9_000, 0, 0).loan(450, &late), Ok(0));
    assert_eq!(standing(-600, 9_000, 0, 0).loan(0, &late), Ok(450));
}

#[test]
fn the_pool_adds_to_a_reward_what_the_accounts_share_lacks_of_the_first_discount() {
    let late = Terms { discount_ppm: 500_000, ..TERMS };
    // Two per cent of the requirement are its own.
    let poor = standing(200, 10_000, 1_200, 0);
    assert_eq!(poor.loan(-1_000, &late), Ok(300));
    let alone = payment(&slice(-500, 5_000), &poor, &late, 1_000).unwrap();
    assert_eq!(alone, Payment { from_account: 600, ..Payment::default() });
    let lent = standing(200, 10_000, 1_500, 300);
    let p = payment(&slice(-500, 5_000), &lent, &late, 1_000).unwrap();
    assert_eq!(p, Payment { from_account: 750, topped_up: 150, ..Payment::default() });
    // From the first discount on nothing is added.
    assert_eq!(standing(500, 10_000, 1_500, 0).loan(-1_000, &late), Ok(0));
}

#[test]
fn an_account_that_waits_for_a_claim_is_lent_what_its_legs_owe_and_no_reward() {
    let late = Terms { discount_ppm: 500_000, ..TERMS };
    let waiting = standing(500, 600, 0, 0);
    assert_eq!(waiting.loan(-500, &late), Ok(500));
    let p = payment(&slice(-500, 600), &standing(500, 600, 500, 500), &late, 1_000).unwrap();
    assert_eq!(p, Payment { from_account: 500, ..Payment::default() });
}

proptest! {
    #[test]
    fn the_restoring_share_reaches_the_buffer(m in 1_000u64..1 << 45, e in 1u64..1 << 45) {
        prop_assume!(e < m);
        let share = restoring_share(i64::try_from(e).unwrap(), m, &TERMS).unwrap();
        prop_assert!(share > 0 && share <= PPM);
        let (m, e, f) = (i128::from(m), i128::from(e), i128::from(share));
        let million = 1_000_000i128;
        let after = e * million * million - f * 60_000 * m;
        let need = (million - f) * m * 1_150_000;
        // Short by no more than the rounding of one part per million, unless everything is taken.
        prop_assert!(share == PPM || after >= need, "{after} {need}");
        let less = f - 3;
        let under = e * million * million - less * 60_000 * m;
        prop_assert!(under < (million - less) * m * 1_150_000 || m < 4_000_000);
    }

    #[test]
    fn lots_round_up_and_never_exceed_the_leg(lots in -1_000_000i64..1_000_000, share in 0u64..=PPM) {
        let t = lots_taken(lots, share).unwrap();
        prop_assert!(t.unsigned_abs() <= lots.unsigned_abs());
        prop_assert!(t == 0 || t.signum() == lots.signum());
        prop_assert!(u128::from(t.unsigned_abs()) * 1_000_000 >= u128::from(lots.unsigned_abs()) * u128::from(share));
    }

    #[test]
    fn payments_never_exceed_what_is_there(
        v in -(1i64 << 50)..1 << 50, e in -(1i64 << 50)..1 << 50, m in 1u64..1 << 45, share in 0u64..=PPM,
        cash in 0u64..1 << 50, lent in 0u64..1 << 50, discount in 50_000u64..500_000, fee_left in 0u64..1 << 45
    ) {
        let account = standing(e, m, cash, lent);
        let taken = slice(v, ppm_of(m, share, Round::Down).unwrap());
        let p = payment(&taken, &account, &Terms { discount_ppm: discount, ..TERMS }, fee_left).unwrap();
        prop_assert!(p.from_account + p.fee <= cash + p.to_account);
        prop_assert!(p.fee <= fee_left && (e > 0 || p.fee == 0));
        prop_assert!(p.to_account == 0 || p.from_account == 0);
        // What the pool lent pays for what the legs owe, and the first discount.
        let own = cash.saturating_sub(lent);
        let owed = v.min(0).unsigned_abs();
        prop_assert!(p.from_account <= own + owed + taken.maintenance / 20);
        prop_assert!(p.topped_up <= taken.maintenance / 20 && (e <= 0 || p.topped_up <= lent));
    }

    /// Once the pool has lent what it lends, rewards meet at zero equity: an atom more or less of it changes nothing but rounding.
    /// Below they are the first discount, whatever the clock says, and they never fall as equity rises.
    #[test]
    fn rewards_meet_at_zero_equity(
        owed in 1u64..1 << 45, m in 1u64 << 20..1 << 45, share in 1u64..=PPM, first in 1_000u64..150_000,
        rise in 0u64..400_000, some in 0u64..1 << 45, other in 0u64..1 << 45, missing in 0u64..=PPM
    ) {
        let terms = Terms { discount_ppm: first + rise, first_ppm: first, fee_ppm: 0, buffer_ppm: 150_000 };
        let value = -i64::try_from(owed).unwrap();
        let part = ppm_of(owed, share, Round::Down).unwrap();
        let taken = slice(-i64::try_from(part).unwrap(), ppm_of(m, share, Round::Down).unwrap());
        // What a bidder gains by the slice, and what the pool lends for the book.
        let reward = |equity: i64| {
            let alone = standing(equity, m, equity.checked_add_unsigned(owed).unwrap().try_into().unwrap(), 0);
            let lent = alone.loan(value, &terms).unwrap();
            let account = Standing { cash: alone.cash + lent, lent, ..alone };
            assert_eq!(account.loan(value, &terms), Ok(0));
            let paid = payment(&taken, &account, &terms, 0).unwrap();
            (paid.net().unwrap() + taken.value, lent)
        };
        let most = i64::try_from(ppm_of(taken.maintenance, first, Round::Down).unwrap()).unwrap();
        let ((above, lent_above), (below, lent_below)) = (reward(1), reward(-1));
        prop_assert_eq!(below, most);
        prop_assert!(above == most || above == most - 1, "{above} {most}");
        prop_assert!(lent_above <= lent_below && lent_below <= lent_above + 2);
        let deficit = ppm_of(owed, missing, Round::Down).unwrap();
        let (poor, lent) = reward(-i64::try_from(deficit).unwrap());
        prop_assert_eq!((poor, lent), (most, ppm_of(m, first, Round::Down).unwrap() + deficit));
        let (few, many) = (some.min(other), some.max(other));
        let (few, many) = (reward(i64::try_from(few).unwrap()).0, reward(i64::try_from(many).unwrap()).0);
        prop_assert!(few >= most - 1 && few <= many + 1, "{few} {many}");
    }

    #[test]
    fn a_solvent_account_never_ends_below_zero(
        v in -(1i64 << 45)..1 << 45, e in 1i64..1 << 45, m in 1u64..1 << 45, share in 1u64..=PPM,
        discount in 0u64..500_000, fee_ppm in 0u64..=100_000
    ) {
        let terms = Terms { discount_ppm: discount, first_ppm: discount, fee_ppm, buffer_ppm: 150_000 };
        let account = standing(e, m, 1 << 50, 0);
        let maintenance = ppm_of(m, share, Round::Down).unwrap();
        let p = payment(&slice(v, maintenance), &account, &terms, u64::MAX).unwrap();
        let lost = p.equity_lost(v).unwrap();
        prop_assert!(lost >= 0);
        // No more of the equity than of the requirement, and so never all that the rest stands on.
        let most = i128::from(e) * i128::from(maintenance);
        prop_assert!(u64::try_from(e).unwrap() >= m || i128::from(lost) * i128::from(m) <= most);
        prop_assert!(lost <= e || u64::try_from(e).unwrap() >= m);
    }
}

mod books {
    use super::*;
    use crate::{
        exposure::{ExpiryRisk, Exposure, OptionKind, SeriesRisk},
        greek_limits::{MoneyGreeks, UNLIMITED},
        margin::{maintenance, Charges},
        scenario::SCENARIOS,
        series_table::Quote,
    };
    use std::vec::Vec;

    const CHARGES: Charges = Charges {
        short_minimum_ppm: 5_000,
        maintenance_ppm: 800_000,
        confidence_ppm: 300,
        initial_factor_ppm: PPM,
        regime_ppm: PPM,
        cover_ppm: 500_000,
        greek_limits: UNLIMITED,
    };
    const GREEKS: MoneyGreeks = MoneyGreeks { delta: 60, gamma: 9, vega: 12, theta: -3 };

    type Row = [i64; SCENARIOS];

    /// A leg whose series has a row of its own.
    #[derive(Clone, Debug)]
    struct Leg {
        lots: i64,
        kind: OptionKind,
        call_row: Row,
    }

    fn expiry(forward_row: &Row) -> ExpiryRisk<'_> {
        ExpiryRisk {
            forward: 100_000,
            forward_row,
            forward_stable: 0,
            error_atoms: 2,
            ramp_atoms: 7,
            impact_q20: 1 << 18,
            quoted_impact_q20: 1 << 19,
            open_lots: 0,
            spread_atoms: 3,
        }
    }

    impl Leg {
        fn outcome(&self, scenario: usize, forward: &Row) -> i64 {
            match self.kind {
                OptionKind::Call => self.call_row[scenario],
                OptionKind::Put => self.call_row[scenario] - forward[scenario],
            }
        }

        fn quote(&self, scenario: usize, forward: &Row) -> Quote {
            Quote::new(self.lots, &self.series(forward), scenario, forward).unwrap()
        }

        /// Mark and peak bound its row, as they do where rows are made.
        fn series(&self, forward: &Row) -> SeriesRisk<'_> {
            let outcomes = (0..SCENARIOS).map(|s| self.outcome(s, forward));
            let (least, most) = outcomes.fold((0, 0), |(a, b), o| (o.min(a), o.max(b)));
            let (mark, peak) = (least.unsigned_abs(), most.unsigned_abs());
            SeriesRisk {
                kind: self.kind,
                mark,
                call_row: &self.call_row,
                call_stable: 0,
                peak,
                call_greeks: GREEKS,
            }
        }
    }

    fn exposure(legs: &[Leg], forward: &Row) -> Exposure {
        let mut whole = Exposure::default();
        let mut book = whole.expiry(expiry(forward)).unwrap();
        for leg in legs.iter().filter(|leg| leg.lots != 0) {
            book.add(leg.lots, &leg.series(forward)).unwrap();
        }
        book.close();
        whole
    }

    fn required(legs: &[Leg], forward: &Row) -> u64 {
        let whole = exposure(legs, forward);
        maintenance(&whole.totals, whole.worst_loss(), &CHARGES).unwrap()
    }

    fn by_one(legs: &[Leg], forward: &Row, scenario: usize) -> Exposure {
        let mut one = Exposure::default();
        let mut book = one.expiry(expiry(forward)).unwrap();
        for leg in legs.iter().filter(|leg| leg.lots != 0) {
            book.add_quotes(&[leg.quote(scenario, forward)]).unwrap();
        }
        book.close();
        one
    }

    fn row() -> impl Strategy<Value = Row> {
        proptest::array::uniform32(-3_000i64..9_000).prop_map(|r| {
            let mut out = [0; SCENARIOS];
            out[1..].copy_from_slice(&r);
            out
        })
    }

    fn legs() -> impl Strategy<Value = Vec<Leg>> {
        let leg = (prop_oneof![-400i64..0, 1i64..400, -3i64..0, 1i64..3], any::<bool>(), row());
        let leg = leg.prop_map(|(lots, is_put, call_row)| {
            let kind = if is_put { OptionKind::Put } else { OptionKind::Call };
            Leg { lots, kind, call_row }
        });
        proptest::collection::vec(leg, 1..9)
    }

    fn value(legs: &[Leg], forward: &Row) -> i64 {
        exposure(legs, forward).totals.value
    }

    /// Gives a share of every leg away; what leaves with it for certain comes second.
    fn give(legs: &mut [Leg], forward: &Row, share: u64, by: u64) -> (Slice, i64) {
        let quotes: Vec<Quote> = legs.iter().map(|leg| leg.quote(0, forward)).collect();
        let mut taken = [0; 32];
        let mut handover = Handover::default();
        handover.add_quotes(&quotes, share, &mut taken).unwrap();
        for (leg, lots) in legs.iter_mut().zip(taken) {
            leg.lots -= lots;
        }
        let maintenance = ppm_of(by, share, Round::Down).unwrap();
        let slice = Slice { value: handover.value, maintenance };
        (slice, handover.freed(&slice, CHARGES.maintenance_ppm).unwrap())
    }

    proptest! {
        /// One scenario never asks for more than all, and what a slice surely frees is freed by all.
        #[test]
        fn health_improves_wherever_arithmetic_says_so(
            mut legs in legs(), forward in row(), scenario in 0..SCENARIOS, share in 1u64..=PPM
        ) {
            let before = required(&legs, &forward);
            let one = by_one(&legs, &forward, scenario);
            let by = maintenance(&one.totals, one.first_loss(), &CHARGES).unwrap();
            prop_assert!(by <= before, "{by} {before}");
            let worth = value(&legs, &forward);
            let (slice, freed) = give(&mut legs, &forward, share, by);
            prop_assert_eq!(slice.value, worth - value(&legs, &forward));
            let after = required(&legs, &forward);
            prop_assert!(i128::from(before) - i128::from(after) >= i128::from(freed), "{before} {after} {freed}");
        }

        /// The account before a bid on one leg follows from what it is afterwards.
        #[test]
        fn one_leg_put_back_is_the_book_that_it_was(
            legs in legs(), forward in row(), scenario in 0..SCENARIOS, share in 1u64..=PPM
        ) {
            let before = by_one(&legs, &forward, scenario);
            let mut left = legs.clone();
            left[0].lots -= lots_taken(legs[0].lots, share).unwrap();
            let (after, quote) = (exposure(&left, &forward), legs[0].quote(scenario, &forward));
            let found = after.by_one_scenario(scenario, &quote, left[0].lots, expiry(&forward)).unwrap();
            prop_assert_eq!(found, before);
        }

        /// Bids of the plan, or of single lots where whole lots spoil it, lead every account to health or to nothing.
        #[test]
        fn finitely_many_bids_reach_healthy_or_nothing(
            mut legs in legs(), forward in row(), share_of_need in 0u64..PPM, discount in 0u64..500_000
        ) {
            let terms = Terms { discount_ppm: discount, first_ppm: discount, ..TERMS };
            let equity = ppm_of(required(&legs, &forward), share_of_need, Round::Down).unwrap();
            let mut cash = i64::try_from(equity).unwrap() - value(&legs, &forward);
            prop_assume!(cash >= 0);
            let most: u64 = legs.iter().map(|leg| leg.lots.unsigned_abs()).sum();
            let mut bids = 0;
            loop {
                let (need, worth) = (required(&legs, &forward), value(&legs, &forward));
                let equity = cash + worth;
                prop_assert!(equity >= 0);
                let health = equity - i64::try_from(need).unwrap();
                if health >= 0 || legs.iter().all(|leg| leg.lots == 0) {
                    break;
                }
                let standing = Standing { equity, maintenance: need, cash: cash.unsigned_abs(), lent: 0 };
                let plan = restoring_share(equity, need, &standing.terms_in_force(&terms).unwrap()).unwrap();
                prop_assert!(plan > 0);
                let mut candidates: Vec<Vec<i64>> =
                    [legs.iter().map(|leg| lots_taken(leg.lots, plan).unwrap()).collect()].into();
                for at in 0..legs.len() {
                    candidates.push(legs.iter().enumerate().map(|(i, leg)| if i == at { leg.lots.signum() } else { 0 }).collect());
                }
                let mut improved = false;
                for (which, taken) in candidates.into_iter().enumerate() {
                    let mut next = legs.clone();
                    for (leg, lots) in next.iter_mut().zip(&taken) {
                        leg.lots -= lots;
                    }
                    let left = required(&next, &forward);
                    let maintenance = match which {
                        0 => ppm_of(need, plan, Round::Down).unwrap(),
                        _ => need.saturating_sub(left),
                    };
                    let slice = Slice { value: worth - value(&next, &forward), maintenance };
                    let paid = payment(&slice, &standing, &terms, u64::MAX).unwrap();
                    let after = cash - paid.net().unwrap() - i64::try_from(paid.fee).unwrap();
                    let health_after = after + value(&next, &forward) - i64::try_from(left).unwrap();
                    if health_after > health && taken.iter().any(|lots| *lots != 0) {
                        (legs, cash, improved) = (next, after, true);
                        break;
                    }
                }
                prop_assert!(improved, "no bid helps");
                bids += 1;
                prop_assert!(bids <= most);
            }
        }
    }
}
