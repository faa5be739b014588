mod toy;

use super::*;
use crate::{
    exposure::OptionKind,
    liquidation::lots_taken,
    round::{ppm_of, Round},
    scenario::PPM,
};
use proptest::prelude::*;
use toy::{account, moves, series, Account, TARIFF};

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
        let cover = after.cover.surplus_beyond(&after.funds, 1_150_000).unwrap();
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
            let terms = m.standing(0).terms_in_force(&TARIFF.terms).unwrap();
            let tariff = &Tariff { terms, ..TARIFF };
            let desk = Desk { book, tariff, before: ladder.standing(m.funds).unwrap(), ladder };
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
