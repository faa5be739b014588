//! How much of a fund may be taken within a window: a share of what it holds, by a leaky bucket.
//!
//! What was taken lately counts as if it were still there, so that the limit does not shrink with every draw; what the bucket
//! has forgotten no longer counts. A fund that only loses therefore gives at most `share x (1 + t / window)` of what it held
//! at the start, in any `t` seconds.

use crate::{
    limiter::{drain, Bucket},
    math_error::MathError,
    round::{ppm_of, Round},
};

/// A limit on what leaves a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareLimit {
    pub share_ppm: u64,
    /// Allowed in any case, so that the last holders of a small fund need not wait for ever.
    pub floor_atoms: u64,
    pub window_seconds: u64,
}

/// What a limit leaves open at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The bucket, drained to now.
    pub bucket: Bucket,
    /// What may be taken, atoms; never more than the fund holds.
    pub available: u64,
}

/// What a share of `base` comes to, at least the floor, atoms.
///
/// # Errors
/// [`MathError::Overflow`] when the share is above one and the result leaves 64 bits.
pub fn capacity(base: u64, share_ppm: u64, floor_atoms: u64) -> Result<u64, MathError> {
    Ok(ppm_of(base, share_ppm, Round::Down)?.max(floor_atoms))
}

impl ShareLimit {
    /// `taken` is what left lately, `held` what the fund holds now.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when both together leave 64 bits, [`MathError::DivideByZero`] when the window is zero.
    #[inline(never)]
    pub fn room(&self, taken: Bucket, held: u64, now: i64) -> Result<Room, MathError> {
        let capacity = |used: u64| -> Result<u64, MathError> {
            let base = held.checked_add(used).ok_or(MathError::Overflow)?;
            self::capacity(base, self.share_ppm, self.floor_atoms)
        };
        let bucket = drain(taken, now, capacity(taken.used)?, self.window_seconds)?;
        let available = capacity(bucket.used)?.saturating_sub(bucket.used).min(held);
        Ok(Room { bucket, available })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: u64 = 86_400;

    #[test]
    fn a_day_gives_its_share_and_what_is_forgotten_no_longer_counts() {
        let limit = ShareLimit { share_ppm: 500_000, floor_atoms: 0, window_seconds: DAY };
        let first = limit.room(Bucket::default(), 1_000_000, 1).unwrap();
        assert_eq!(first.available, 500_000);
        let after = Bucket { used: 500_000, ..first.bucket };
        assert_eq!(limit.room(after, 500_000, 1).unwrap().available, 0);
        // Half of what is left, not all of it.
        assert_eq!(limit.room(after, 500_000, 3 * 86_400).unwrap().available, 250_000);
    }

    #[test]
    fn a_floor_lets_the_last_atoms_out() {
        let limit = ShareLimit { share_ppm: 10_000, floor_atoms: 1_000, window_seconds: 3_600 };
        assert_eq!(limit.room(Bucket::default(), 700, 5).unwrap().available, 700);
        assert_eq!(limit.room(Bucket::default(), 5_000, 5).unwrap().available, 1_000);
    }

    proptest! {
        #[test]
        fn a_fund_that_only_loses_gives_no_more_than_its_share_and_the_leak(
            held in 0..1_u64 << 50,
            share_ppm in 0..=1_000_000_u64,
            steps in prop::collection::vec((0..100_000_i64, 0..=1_000_u64), 1..40),
        ) {
            let limit = ShareLimit { share_ppm, floor_atoms: 0, window_seconds: DAY };
            let (mut bucket, mut left, mut now) = (Bucket { used: 0, updated_at: 1_000 }, held, 1_000);
            let most = u128::from(ppm_of(held, share_ppm, Round::Down).unwrap());
            for (pause, ask) in steps {
                now += pause;
                let room = limit.room(bucket, left, now).unwrap();
                prop_assert!(room.available <= left);
                let taken = room.available * ask / 1_000;
                bucket = Bucket { used: room.bucket.used + taken, ..room.bucket };
                left -= taken;
                let elapsed = u128::from((now - 1_000).unsigned_abs());
                prop_assert!(u128::from(held - left) <= most + most * elapsed / u128::from(DAY));
            }
        }
    }
}
