use super::*;
use crate::settlement::{fix, observe, record, LastMark};
use proptest::prelude::*;
use std::vec::Vec;

const EXPIRY: u64 = 600_000;
const BUCKET: u64 = 60;
const LENGTH: u64 = 1_800;
const FROM: u64 = EXPIRY - LENGTH;

type Ring = [Bucket; RING_BUCKETS];

fn window() -> Window {
    Window::of(EXPIRY, BUCKET).unwrap()
}

/// `price` was in force for `seconds`.
fn averaged(price: u64, seconds: u64) -> Averaged {
    Averaged { price, seconds }
}

fn outlook(averaged: Averaged, now: u64) -> Outlook {
    Outlook::new(&window(), &averaged, now).unwrap()
}

#[test]
fn a_window_is_the_whole_buckets_before_that_of_the_expiry() {
    let whole = window();
    assert_eq!((whole.from, whole.to), (FROM, EXPIRY));
    let uneven = Window::of(EXPIRY + 59, BUCKET).unwrap();
    assert_eq!((uneven.from, uneven.to), (FROM, EXPIRY));
    assert_eq!(whole.within(0, FROM + 1), 1);
    assert_eq!(whole.within(FROM + 10, u64::MAX), LENGTH - 10);
    assert_eq!(whole.within(EXPIRY, EXPIRY + 5), 0);
    assert_eq!(Window::of(EXPIRY, 0), Err(MathError::DivideByZero));
    // Of an expiry in the first buckets of all there is less.
    assert_eq!(Window::of(65, BUCKET).unwrap().within(0, 1_000), 60);
}

#[test]
fn rows_serve_until_the_average_has_taken_in_a_bucket() {
    let w = window();
    assert!(w.is_still(FROM - 300, FROM + 60));
    assert!(!w.is_still(FROM - 300, FROM + 61));
    assert!(w.is_still(EXPIRY - 60, EXPIRY + 900));
    assert!(!w.is_still(EXPIRY - 61, EXPIRY + 900));
    let fast = Window::of(EXPIRY, 1).unwrap();
    assert!(fast.is_still(EXPIRY - 20, EXPIRY - 10));
    assert!(!fast.is_still(EXPIRY - 20, EXPIRY - 9));
}

#[test]
fn ahead_of_the_window_all_of_it_moves_for_a_third_of_its_length_longer() {
    for ahead in [0, 1, 86_400] {
        let got = outlook(averaged(0, 0), FROM - ahead);
        assert_eq!(got, Outlook { known: 0, left: 1, whole: 1, tenor_seconds: ahead + 600 });
        assert_eq!((got.price(), got.is_averaging()), (None, false));
        assert_eq!((got.moving(777), got.settlement(777)), (Ok(777), Ok(777)));
    }
    // It begins where it stood.
    let first = outlook(averaged(500, 1), FROM + 1);
    assert_eq!(first.tenor_seconds(), 600);
    assert_eq!(first.moving(1_800_000), Ok(1_799_000));
}

#[test]
fn what_the_average_has_taken_in_moves_no_more() {
    let got = outlook(averaged(1_000, 1_200), EXPIRY - 600);
    assert_eq!(got, Outlook { known: 666, left: 600, whole: 1_800, tenor_seconds: 200 });
    assert_eq!((got.moving(3_000), got.settlement(3_000)), (Ok(1_000), Ok(1_666)));
    assert_eq!(got.strike(Strike::new(700).unwrap()), Ok(MovingStrike::Open(Strike::new(34).unwrap())));
    assert_eq!(got.strike(Strike::new(666).unwrap()), Ok(MovingStrike::Passed(0)));
    assert_eq!(got.strike(Strike::new(600).unwrap()), Ok(MovingStrike::Passed(66)));
    // Nothing is left of a price below the seconds.
    assert_eq!(got.moving(2), Ok(1));
}

#[test]
fn seconds_that_nothing_covered_count_for_neither_part() {
    // 300 of 1,200 are missing: what is left weighs 600 of 1,500.
    let got = outlook(averaged(1_000, 900), EXPIRY - 600);
    assert_eq!((got.known, got.left, got.whole), (600, 600, 1_500));
    assert_eq!(got.settlement(1_000), Ok(1_000));
}

#[test]
fn in_the_end_all_of_it_is_known() {
    for now in [EXPIRY, EXPIRY + 3_599] {
        assert_eq!(outlook(averaged(1_234, LENGTH), now).price(), Some(1_234));
        assert_eq!(outlook(averaged(1_234, 1_080), now).price(), Some(1_234));
    }
}

#[test]
fn an_average_too_thin_to_be_a_price_is_known_in_no_part() {
    let moves = |seconds, now, tenor_seconds| {
        let got = outlook(averaged(1_234, seconds), now);
        assert_eq!(got, Outlook { known: 0, left: 1, whole: 1, tenor_seconds });
    };
    moves(1_079, EXPIRY, 0);
    moves(1_079, EXPIRY + 60, 0);
    moves(479, EXPIRY - 600, 600);
    assert!(outlook(averaged(1_234, 480), EXPIRY - 600).is_averaging());
}

#[test]
fn means_of_the_largest_prices_fit() {
    let mut ring = [Bucket::default(); RING_BUCKETS];
    let (expiry, bucket) = (1 << 30, 1 << 12);
    record(&mut ring, 1 << 50, expiry - 30 * bucket, expiry, bucket).unwrap();
    let window = Window::of(expiry, bucket).unwrap();
    let got = Averaged::of(&ring, &window, (0, 0)).unwrap();
    assert_eq!(got, averaged(1 << 50, 30 * bucket));
    assert_eq!(Outlook::new(&window, &got, expiry).unwrap().price(), Some(1 << 50));
}

/// Rounds every so often, and what their prices were.
fn rounds() -> impl Strategy<Value = Vec<(u64, u64)>> {
    proptest::collection::vec((1_u64..=60, 1_u64..1 << 50), 40..200)
}

/// Records rounds that end at `end`; returns when the last one was.
fn play(ring: &mut Ring, rounds: &[(u64, u64)], end: u64) {
    let mut at = end - rounds.iter().map(|(gap, _)| gap).sum::<u64>();
    for (gap, price) in rounds {
        record(ring, *price, at, at + gap, BUCKET).unwrap();
        at += gap;
    }
}

proptest! {
    #[test]
    fn the_price_that_is_known_in_the_end_is_the_one_that_is_fixed(rounds in rounds()) {
        let mut ring = [Bucket::default(); RING_BUCKETS];
        // The last round ends at the expiry, but is not recorded.
        let (last, recorded) = rounds.split_last().unwrap();
        play(&mut ring, recorded, EXPIRY - last.0);
        let running = (last.1, window().within(EXPIRY - last.0, EXPIRY));
        let got = Averaged::of(&ring, &window(), running).unwrap();
        record(&mut ring, last.1, EXPIRY - last.0, EXPIRY, BUCKET).unwrap();
        let later = EXPIRY + 600;
        let known = outlook(got, later).price();
        let mark = LastMark { price: 1, at: EXPIRY, max_age: 60 };
        let seen = observe(&ring, &mark, EXPIRY, later, BUCKET).unwrap().unwrap();
        let fixed = fix(&seen, None, EXPIRY, later, BUCKET).unwrap();
        prop_assert_eq!(known, fixed.map(|fixing| fixing.price));
    }

    #[test]
    fn nothing_gets_lost_between_the_parts(
        price in 0_u64..1 << 50, forward in 1_u64..1 << 50, gone in 0_u64..LENGTH, missing in 0_u64..400,
    ) {
        let seconds = gone.saturating_sub(missing);
        let got = outlook(averaged(price, seconds), FROM + gone);
        let settlement = got.settlement(forward).unwrap();
        let exact = if got.is_averaging() {
            let left = u128::from(LENGTH - gone);
            let sum = u128::from(price) * u128::from(seconds) + u128::from(forward) * left;
            u64::try_from(sum / (u128::from(seconds) + left)).unwrap()
        } else {
            forward
        };
        prop_assert!(settlement <= exact && exact - settlement <= 1);
    }

    #[test]
    fn the_longer_it_averages_the_less_of_it_moves(
        forward in 1_u64..1 << 50, gone in 1_u64..LENGTH, price in 1_u64..1 << 50,
    ) {
        let before = outlook(averaged(price, gone - 1), FROM + gone - 1);
        let after = outlook(averaged(price, gone), FROM + gone);
        prop_assert!(after.moving(forward).unwrap() <= before.moving(forward).unwrap());
        prop_assert!(after.tenor_seconds() <= before.tenor_seconds());
        prop_assert!(after.known >= before.known);
    }
}
