//! The averaging of an expiry's last buckets, as margin sees it.
//!
//! An expiry settles at the mean of the covered seconds of its window. `c` of them are over, with the mean `A`; `r` are
//! left, with a mean `X` to come. With `w = c / (c + r)` a call pays
//!
//! ```text
//! (w A + (1 - w) X - K)+  =  ((1 - w) X - (K - w A))+
//! ```
//!
//! which is a call on the part that still moves, at the strike less the part that is known. Priced as that, it needs no
//! kernel of its own: errors and parity are those of the others, and what is known has neither delta nor a shock. A
//! strike below the known part is certain to be passed.
//!
//! `X` averages a price without drift. To first order its variance is that of the price after a third of the time:
//! `sigma^2 r / 3` within the window, and `sigma^2 (t + W / 3)` while it is `t` seconds ahead (A. Kemna and A. Vorst, *A pricing
//! method for options based on average asset values*, Journal of Banking & Finance 14, 1990; S. Turnbull and L. Wakeman, *A
//! quick algorithm for pricing European average options*, Journal of Financial and Quantitative Analysis 26, 1991). The next
//! term is `sigma^2 W / 12` of it: below 1/2,000 at the highest volatility and half an hour.

use core::num::NonZeroU64;

use crate::{
    black76::Strike,
    fixed::quotient,
    math_error::MathError,
    round::{mul_div, Round},
    scenario::PPM,
    settlement::{Bucket, PARTIAL_COVERAGE_PPM, RING_BUCKETS, WINDOW_BUCKETS},
};

/// Most that a lot's rows may be off because both parts were rounded down, price units: one for the strike, one for the
/// mark, and one for a moved forward times the five of the largest rise.
pub const ROUNDING_UNITS: u64 = 7;
/// What an average may always take in before rows grow old: no chain could follow faster.
const MIN_DRIFT_SECONDS: u64 = 10;

/// When the price of an expiry is averaged, Unix seconds, end excluded: the whole buckets before the one of the expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    expiry: u64,
    from: u64,
    to: u64,
    bucket_seconds: NonZeroU64,
}

impl Window {
    /// # Errors
    /// [`MathError::DivideByZero`] for a zero bucket length.
    pub fn of(expiry: u64, bucket_seconds: u64) -> Result<Self, MathError> {
        let bucket_seconds = NonZeroU64::new(bucket_seconds).ok_or(MathError::DivideByZero)?;
        let last = quotient(expiry, bucket_seconds);
        let first = last.saturating_sub(WINDOW_BUCKETS);
        // Neither exceeds the expiry.
        let start = |id: u64| id.wrapping_mul(bucket_seconds.get());
        Ok(Self { expiry, from: start(first), to: start(last), bucket_seconds })
    }

    /// Nothing is averaged yet.
    #[must_use]
    pub fn is_ahead(&self, now: u64) -> bool {
        now <= self.from
    }

    /// Seconds of the window in `[from, to)`.
    #[must_use]
    pub fn within(&self, from: u64, to: u64) -> u64 {
        to.min(self.to).saturating_sub(from.max(self.from))
    }

    /// Seconds that the average may take in before rows grow old: a bucket. A move that came and went in between then shifts it
    /// by at most a thirtieth of itself, which no mark would show.
    #[must_use]
    pub fn drift_seconds(&self) -> u64 {
        self.bucket_seconds.get().max(MIN_DRIFT_SECONDS)
    }

    /// Whether rows of one time still serve at another.
    #[must_use]
    pub fn is_still(&self, from: u64, to: u64) -> bool {
        self.within(from, to) <= self.drift_seconds()
    }
}

/// What the window of an expiry has taken in at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Averaged {
    /// Mean over the covered seconds, rounded down.
    pub price: u64,
    /// Covered seconds.
    pub seconds: u64,
}

impl Averaged {
    /// The buckets of the ring, and `running`: a price that is not recorded yet, and the seconds of the window for which it has
    /// been in force.
    ///
    /// # Errors
    /// [`MathError::Overflow`] for buckets beyond the domain of prices and times.
    pub fn of(
        ring: &[Bucket; RING_BUCKETS],
        window: &Window,
        running: (u64, u64),
    ) -> Result<Self, MathError> {
        let (price, mut seconds) = running;
        let mut sum = u128::from(price).wrapping_mul(u128::from(seconds)); // two words fit
        let last = quotient(window.to, window.bucket_seconds);
        for id in last.saturating_sub(WINDOW_BUCKETS)..last {
            let slot = usize::try_from(id).map_err(|_| MathError::Overflow)? & (RING_BUCKETS - 1);
            if let Some(bucket) = ring.get(slot).filter(|b| b.id == id) {
                sum = sum.checked_add(u128::from(bucket.price_seconds)).ok_or(MathError::Overflow)?;
                seconds = seconds.checked_add(bucket.seconds).ok_or(MathError::Overflow)?;
            }
        }
        let mean = match u64::try_from(sum) {
            Ok(sum) => sum.checked_div(seconds).unwrap_or(0),
            Err(_) => {
                let mean = sum.checked_div(u128::from(seconds)).unwrap_or(0);
                u64::try_from(mean).map_err(|_| MathError::Overflow)?
            }
        };
        Ok(Self { price: mean, seconds })
    }
}

/// The settlement price of an expiry as seen from some time: a part that is known, and a share of the forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Price units, rounded down.
    known: u64,
    /// Of `whole` seconds that count, those that are left.
    left: u64,
    whole: u64,
    tenor_seconds: u64,
}

/// A strike as the moving part sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovingStrike {
    Open(Strike),
    /// The known part alone reaches the strike, and exceeds it by so much.
    Passed(u64),
}

impl Outlook {
    /// Where what is covered and what is left cannot make the part of the window that a price needs, the average will not be
    /// the price: then all of it moves, as if there were none.
    ///
    /// # Errors
    /// [`MathError::Overflow`] for more seconds than windows have.
    pub fn new(window: &Window, averaged: &Averaged, now: u64) -> Result<Self, MathError> {
        let all = |tenor_seconds| Self { known: 0, left: 1, whole: 1, tenor_seconds };
        let length = window.to.saturating_sub(window.from);
        if window.is_ahead(now) {
            let ahead = window.from.saturating_sub(now);
            return Ok(all(ahead.saturating_add(length.div_ceil(3))));
        }
        let left = window.to.saturating_sub(now);
        let whole = averaged.seconds.checked_add(left).ok_or(MathError::Overflow)?;
        let needed = mul_div(length, PARTIAL_COVERAGE_PPM, PPM, Round::Up)?;
        if whole < needed || whole == 0 {
            return Ok(all(window.expiry.saturating_sub(now)));
        }
        let known = mul_div(averaged.price, averaged.seconds, whole, Round::Down)?;
        Ok(Self { known, left, whole, tenor_seconds: left.div_ceil(3) })
    }

    /// The price, once no part of it moves any more.
    #[must_use]
    pub fn price(&self) -> Option<u64> {
        (self.left == 0).then_some(self.known)
    }

    /// Some part of the price is known.
    #[must_use]
    pub fn is_averaging(&self) -> bool {
        self.left != self.whole
    }

    /// Seconds of ordinary time that hold the variance which is left, rounded up.
    #[must_use]
    pub fn tenor_seconds(&self) -> u64 {
        self.tenor_seconds
    }

    /// The part that the average takes of a forward, were it to stay there: rounded down.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when the sum leaves 64 bits.
    pub fn settlement(&self, forward: u64) -> Result<u64, MathError> {
        self.known.checked_add(self.share(forward)?).ok_or(MathError::Overflow)
    }

    /// The part of a forward that moves, rounded down and kept above zero for the kernels. One has to be left.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never for prices of the kernels' domain.
    pub fn moving(&self, forward: u64) -> Result<u64, MathError> {
        Ok(self.share(forward)?.max(1))
    }

    fn share(&self, forward: u64) -> Result<u64, MathError> {
        if !self.is_averaging() {
            return Ok(forward);
        }
        mul_div(forward, self.left, self.whole, Round::Down)
    }

    /// # Errors
    /// [`MathError::Domain`] never for a strike of its own domain.
    pub fn strike(&self, strike: Strike) -> Result<MovingStrike, MathError> {
        if self.known == 0 {
            return Ok(MovingStrike::Open(strike));
        }
        match strike.price().checked_sub(self.known) {
            None | Some(0) => Ok(MovingStrike::Passed(self.known.saturating_sub(strike.price()))),
            Some(rest) => Ok(MovingStrike::Open(Strike::new(rest)?)),
        }
    }
}

#[cfg(test)]
mod tests;
