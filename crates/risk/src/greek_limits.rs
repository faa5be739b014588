//! Limits on net Greeks, and what a breach leads to.
//!
//! Greeks are money: quote atoms per lot for a series, quote atoms for a book. A fill that adds to a Greek beyond its
//! limit is refused; what an account holds beyond it raises its initial margin; and while the market itself is guarded
//! for too much open risk, accounts beyond twice the limit are open to liquidation back to it.

use crate::{
    math_error::MathError,
    round::{mul_div, Round},
    scenario::PPM,
};

/// The Greeks that limits exist for, in the order of their parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Greek {
    Delta = 0,
    Gamma = 1,
    Vega = 2,
    Theta = 3,
}

/// All of them.
pub const GREEKS: [Greek; 4] = [Greek::Delta, Greek::Gamma, Greek::Vega, Greek::Theta];

/// Sensitivities as money, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct MoneyGreeks {
    /// Forward notional that the book moves like.
    pub delta: i64,
    /// Change of `delta` when the forward rises by 1 %.
    pub gamma: i64,
    /// Change of value when every volatility rises by one point (0.01).
    pub vega: i64,
    /// Change of value in a day of 86,400 seconds.
    pub theta: i64,
}

impl MoneyGreeks {
    #[must_use]
    pub fn get(&self, greek: Greek) -> i64 {
        match greek {
            Greek::Delta => self.delta,
            Greek::Gamma => self.gamma,
            Greek::Vega => self.vega,
            Greek::Theta => self.theta,
        }
    }

    /// The Greeks that are nearer to zero in `after`, one bit each in the order of [`GREEKS`].
    #[must_use]
    pub fn fallen(&self, after: &Self) -> u8 {
        let bit = |greek| u8::from(after.get(greek).unsigned_abs() < self.get(greek).unsigned_abs());
        bit(Greek::Delta) | bit(Greek::Gamma) << 1 | bit(Greek::Vega) << 2 | bit(Greek::Theta) << 3
    }

    /// So many times each; every one is below 2^37.
    #[must_use]
    pub const fn times(&self, lots: i64) -> Self {
        Self {
            delta: self.delta.wrapping_mul(lots),
            gamma: self.gamma.wrapping_mul(lots),
            vega: self.vega.wrapping_mul(lots),
            theta: self.theta.wrapping_mul(lots),
        }
    }

    /// Each Greek, or zero where it is negative: a shard in which more was closed than opened holds none of a limit.
    #[must_use]
    pub fn positive(self) -> Self {
        Self {
            delta: self.delta.max(0),
            gamma: self.gamma.max(0),
            vega: self.vega.max(0),
            theta: self.theta.max(0),
        }
    }

    /// `None` when a sum leaves 64 bits.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        Some(Self {
            delta: self.delta.checked_add(other.delta)?,
            gamma: self.gamma.checked_add(other.gamma)?,
            vega: self.vega.checked_add(other.vega)?,
            theta: self.theta.checked_add(other.theta)?,
        })
    }

    /// `None` when a difference leaves 64 bits.
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        Some(Self {
            delta: self.delta.checked_sub(other.delta)?,
            gamma: self.gamma.checked_sub(other.gamma)?,
            vega: self.vega.checked_sub(other.vega)?,
            theta: self.theta.checked_sub(other.theta)?,
        })
    }
}

/// Greeks of the series of one expiry, quote atoms per lot: of its calls, by strike.
#[derive(Clone, Copy, Debug)]
pub struct SeriesGreeks<'a> {
    pub call_delta: &'a [i64],
    pub gamma: &'a [i64],
    pub vega: &'a [i64],
    pub theta: &'a [i64],
    /// Value of one lot of the forward, by which a put's delta is less.
    pub forward: u64,
}

/// Greeks of open interest, each series counted with its sign lost: one side earns what the other pays. `long_lots` holds
/// calls and puts of each strike in turn. A sum that leaves 64 bits stays at their end.
#[must_use]
pub fn gross(long_lots: &[i64], of: &SeriesGreeks) -> MoneyGreeks {
    let mut sum = MoneyGreeks::default();
    let strikes = long_lots.chunks_exact(2).zip(of.call_delta).zip(of.gamma).zip(of.vega).zip(of.theta);
    for ((((lots, delta), gamma), vega), theta) in strikes {
        let &[calls, puts] = lots else { continue };
        let both = calls.saturating_add(puts);
        let put_delta = delta.saturating_sub_unsigned(of.forward).saturating_abs();
        let delta = product(calls, delta.saturating_abs()).saturating_add(product(puts, put_delta));
        sum.delta = sum.delta.saturating_add(delta);
        sum.gamma = sum.gamma.saturating_add(product(both, gamma.saturating_abs()));
        sum.vega = sum.vega.saturating_add(product(both, vega.saturating_abs()));
        sum.theta = sum.theta.saturating_add(product(both, theta.saturating_abs()));
    }
    sum
}

/// Saturating product. Almost all are small, and a checked multiplication costs the chain a hundred times a plain one.
#[inline]
fn product(lots: i64, per_lot: i64) -> i64 {
    const SMALL_LOTS: u64 = 1 << 24;
    const SMALL_GREEK: u64 = 1 << 39;
    if lots.unsigned_abs() < SMALL_LOTS && per_lot.unsigned_abs() < SMALL_GREEK {
        return lots.wrapping_mul(per_lot);
    }
    lots.saturating_mul(per_lot)
}

/// Largest net Greek of either sign, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GreekLimits {
    pub delta: u64,
    pub gamma: u64,
    pub vega: u64,
    pub theta: u64,
}

/// No limit at all.
pub const UNLIMITED: GreekLimits =
    GreekLimits { delta: u64::MAX, gamma: u64::MAX, vega: u64::MAX, theta: u64::MAX };
/// Multiple of its limits beyond which an account may be led back to them; see [`GreekLimits::share_beyond`].
pub const AUCTION_MULTIPLE: u64 = 2;
/// The move that prices an excess: one in so many parts of the forward, so many points of volatility, and so many days.
const ADDON_MOVE: u64 = 10;

impl GreekLimits {
    #[must_use]
    pub fn get(&self, greek: Greek) -> u64 {
        match greek {
            Greek::Delta => self.delta,
            Greek::Gamma => self.gamma,
            Greek::Vega => self.vega,
            Greek::Theta => self.theta,
        }
    }

    /// The limits in a regime: what a calm market may hold, divided by the regime's factor.
    ///
    /// # Errors
    /// [`MathError::DivideByZero`] for a factor of zero.
    pub fn in_regime(&self, factor_ppm: u64) -> Result<Self, MathError> {
        if factor_ppm == PPM {
            return Ok(*self);
        }
        let scaled = |limit| mul_div(limit, PPM, factor_ppm, Round::Down);
        Ok(Self {
            delta: scaled(self.delta)?,
            gamma: scaled(self.gamma)?,
            vega: scaled(self.vega)?,
            theta: scaled(self.theta)?,
        })
    }

    /// The part that one of so many shards may hold.
    ///
    /// # Errors
    /// [`MathError::DivideByZero`] for no shards.
    pub fn part_of(&self, shards: u8) -> Result<Self, MathError> {
        let part = |limit: u64| limit.checked_div(u64::from(shards)).ok_or(MathError::DivideByZero);
        Ok(Self {
            delta: part(self.delta)?,
            gamma: part(self.gamma)?,
            vega: part(self.vega)?,
            theta: part(self.theta)?,
        })
    }

    fn excess(&self, greeks: &MoneyGreeks, greek: Greek) -> u64 {
        greeks.get(greek).unsigned_abs().saturating_sub(self.get(greek))
    }

    /// The Greeks beyond their limits, one bit each in the order of [`GREEKS`].
    #[must_use]
    pub fn breached(&self, greeks: &MoneyGreeks) -> u8 {
        let bit = |greek| u8::from(self.excess(greeks, greek) > 0);
        bit(Greek::Delta) | bit(Greek::Gamma) << 1 | bit(Greek::Vega) << 2 | bit(Greek::Theta) << 3
    }

    /// The first Greek that is beyond its limit and further from zero than before.
    #[must_use]
    pub fn worsened(&self, before: &MoneyGreeks, after: &MoneyGreeks) -> Option<Greek> {
        GREEKS.into_iter().find(|g| {
            self.excess(after, *g) > 0 && after.get(*g).unsigned_abs() > before.get(*g).unsigned_abs()
        })
    }

    /// Addition to the initial margin, quote atoms: what the excess loses when the forward moves by 10 %, volatility by ten
    /// points and ten days pass. Zero within the limits.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when the sum leaves 64 bits.
    pub fn addon(&self, greeks: &MoneyGreeks) -> Result<u64, MathError> {
        if self.breached(greeks) == 0 {
            return Ok(0);
        }
        let of = |greek| self.excess(greeks, greek);
        // delta x 10 %; (10 %)^2 / 2 x gamma per 1 % = gamma / 2; vega x 10 points; theta x 10 days.
        let delta = of(Greek::Delta).div_ceil(ADDON_MOVE);
        let gamma = of(Greek::Gamma).div_ceil(2);
        let vega = of(Greek::Vega).checked_mul(ADDON_MOVE).ok_or(MathError::Overflow)?;
        let theta = of(Greek::Theta).checked_mul(ADDON_MOVE).ok_or(MathError::Overflow)?;
        let sum = delta.checked_add(gamma).and_then(|s| s.checked_add(vega));
        sum.and_then(|s| s.checked_add(theta)).ok_or(MathError::Overflow)
    }

    /// Share of the book, parts per million rounded up, whose removal brings every Greek beyond [`AUCTION_MULTIPLE`]
    /// times its limit back to the limit; zero when none is that far out.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never within 64-bit Greeks.
    pub fn share_beyond(&self, greeks: &MoneyGreeks) -> Result<u64, MathError> {
        let mut share = 0;
        for greek in GREEKS {
            let (held, limit) = (greeks.get(greek).unsigned_abs(), self.get(greek));
            if held > limit.saturating_mul(AUCTION_MULTIPLE) {
                share = share.max(mul_div(held.saturating_sub(limit), PPM, held, Round::Up)?);
            }
        }
        Ok(share)
    }
}

#[cfg(test)]
mod tests;
