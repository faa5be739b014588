//! The limiter's promise, checked over every interval of random histories.

mod cases;

use bulkhead_risk::limiter::{drain, take, Bucket, TakeError};
use bulkhead_risk::math_error::MathError;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Call {
    /// Seconds since the call before, negative for a clock that steps back.
    after: i64,
    /// Parts of the capacity asked for in 1/1,000; above 1,000 takes all there is.
    ask: u64,
}

fn any_call() -> impl Strategy<Value = Call> {
    (prop_oneof![4 => 0_i64..4, 3 => 0_i64..5_000, 1 => -50_i64..0], 0_u64..1_200)
        .prop_map(|(after, ask)| Call { after, ask })
}

proptest! {
    #![proptest_config(cases::usually(2_000))]

    #[test]
    fn no_interval_lets_out_more_than_capacity_and_leak(
        capacity in prop_oneof![1_u64..50, 1_u64..1_000_000_000_000],
        window in prop_oneof![1_u64..20, 60_u64..1_000_000],
        calls in prop::collection::vec(any_call(), 1..60),
    ) {
        let mut bucket = Bucket { used: 0, updated_at: 1_000 };
        let mut now = 1_000_i64;
        let mut taken: Vec<(i64, u64)> = Vec::new();
        for call in calls {
            now += call.after;
            let free = capacity.saturating_sub(drain(bucket, now, capacity, window).unwrap().used);
            let part = (u128::from(capacity) * u128::from(call.ask) / 1_000) as u64;
            let want = if call.ask > 1_000 { free } else { part };
            match take(bucket, now, want, capacity, window) {
                Ok(next) => {
                    prop_assert!(want <= free);
                    bucket = next;
                    // The bucket's time never runs back, so neither does the time of what it let out.
                    taken.push((now.max(taken.last().map_or(now, |last| last.0)), want));
                }
                Err(error) => {
                    prop_assert!(want > free);
                    prop_assert_eq!(error, TakeError::Exceeded { available: free });
                }
            }
        }
        for first in 0..taken.len() {
            let mut sum = 0_u128;
            for &(time, amount) in &taken[first..] {
                sum += u128::from(amount);
                let length = (time - taken[first].0).unsigned_abs();
                let leak = u128::from(length) * u128::from(capacity) / u128::from(window);
                prop_assert!(sum <= u128::from(capacity) + leak, "{sum} in {length} s");
            }
        }
    }

    #[test]
    fn polling_costs_the_caller_nothing(
        capacity in 1_u64..10_000, window in 1_u64..100_000, steps in prop::collection::vec(1_i64..500, 1..200),
    ) {
        // Draining at every step leaves at most one atom more than draining once at the end.
        let full = Bucket { used: capacity, updated_at: 0 };
        let (mut polled, mut now) = (full, 0);
        for step in steps {
            now += step;
            polled = drain(polled, now, capacity, window).unwrap();
        }
        let once = drain(full, now, capacity, window).unwrap();
        // Each crediting may lose a part of a second; those of one history add up to less than one leak a credit.
        prop_assert!(polled.used >= once.used, "polling leaks more: {polled:?} {once:?}");
        let slack = (u128::from(capacity) * 200).div_ceil(u128::from(window)).min(200) as u64 + 1;
        prop_assert!(polled.used <= once.used + slack, "polling starves the leak: {polled:?} {once:?}");
    }

    #[test]
    fn a_full_window_forgets_everything(
        used in any::<u64>(), capacity in 1_u64.., window in 1_u64..1 << 40, at in -1_i64 << 40..1 << 40,
    ) {
        let bucket = Bucket { used: used.min(capacity), updated_at: at };
        let now = at + i64::try_from(window).unwrap();
        prop_assert_eq!(drain(bucket, now, capacity, window), Ok(Bucket { used: 0, updated_at: now }));
    }
}

#[test]
fn a_bucket_polled_every_second_still_leaks() {
    // One atom per hundred seconds: 99 polls leak nothing and keep the time, the hundredth leaks.
    let mut bucket = Bucket { used: 10, updated_at: 0 };
    for now in 1..100 {
        bucket = drain(bucket, now, 10, 1_000).unwrap();
        assert_eq!(bucket, Bucket { used: 10, updated_at: 0 });
    }
    assert_eq!(drain(bucket, 100, 10, 1_000), Ok(Bucket { used: 9, updated_at: 100 }));
    assert_eq!(drain(bucket, 199, 10, 1_000), Ok(Bucket { used: 9, updated_at: 100 }));
}

#[test]
fn a_clock_that_steps_back_leaks_nothing() {
    let bucket = Bucket { used: 500, updated_at: 1_000 };
    for now in [1_000, 999, 0, i64::MIN] {
        assert_eq!(drain(bucket, now, 1_000, 10), Ok(bucket));
    }
    assert_eq!(drain(bucket, 1_001, 1_000, 10), Ok(Bucket { used: 400, updated_at: 1_001 }));
}

#[test]
fn refuses_more_than_is_available_and_takes_nothing() {
    let bucket = Bucket { used: 900, updated_at: 0 };
    assert_eq!(take(bucket, 0, 101, 1_000, 60), Err(TakeError::Exceeded { available: 100 }));
    assert_eq!(take(bucket, 0, 100, 1_000, 60), Ok(Bucket { used: 1_000, updated_at: 0 }));
    // A capacity lowered below what has left lets nothing out until enough is forgotten.
    assert_eq!(take(bucket, 0, 1, 800, 60), Err(TakeError::Exceeded { available: 0 }));
    assert_eq!(take(bucket, 15, 101, 800, 60), Err(TakeError::Exceeded { available: 100 }));
    assert!(take(bucket, 15, 100, 800, 60).is_ok());
}

#[test]
fn extremes_have_answers() {
    let full = Bucket { used: u64::MAX, updated_at: i64::MIN };
    assert_eq!(drain(full, i64::MAX, u64::MAX, 1), Ok(Bucket { used: 0, updated_at: i64::MAX }));
    assert_eq!(drain(full, i64::MAX, 0, u64::MAX), Ok(full));
    assert_eq!(drain(full, 0, 1, 0), Err(MathError::DivideByZero));
    assert_eq!(take(full, 0, 0, 1, 0), Err(TakeError::Math(MathError::DivideByZero)));
    assert_eq!(take(Bucket::default(), 0, u64::MAX, u64::MAX, 1).map(|b| b.used), Ok(u64::MAX));
    assert_eq!(take(Bucket::default(), 0, 1, 0, 1), Err(TakeError::Exceeded { available: 0 }));
}
