//! The regime: how rough the market and the chain are now, as a factor on the initial margin between one and three.
//!
//! Realised volatility comes from the aggregate's own bucket averages, congestion from the seconds that slots take. Both are
//! averages that forget exponentially: they rise with bad news and decay back. The factor never falls below one and never
//! touches the maintenance margin, so it can stop new risk but liquidate nobody.

use crate::{
    black76::YEAR_SECONDS,
    explog::sqrt,
    math_error::MathError,
    round::{mul_div, Round},
    scenario::PPM,
};

/// Largest factor of the regime, parts per million.
pub const MAX_FACTOR_PPM: u64 = 3_000_000;
/// Largest factor that congestion alone may reach, parts per million.
pub const MAX_CONGESTION_FACTOR_PPM: u64 = 2_000_000;
/// Seconds in which an old variance loses all but 1/e of its weight: a half-life of an hour.
const VARIANCE_MEMORY_SECONDS: u64 = 5_194;
/// The same for congestion: a half-life of a minute and a half.
const CONGESTION_MEMORY_SECONDS: u64 = 130;
/// Volatility that counts at most, parts per million per square root of a year: 3,000 %.
const MAX_VOL_PPM: u64 = 30_000_000;
/// Variance that counts at most.
const MAX_VARIANCE: u64 = MAX_VOL_PPM * MAX_VOL_PPM;
/// A longer time counts as this one: products with it stay within 64 bits.
const LONGEST_SECONDS: u64 = 1 << 32;
/// Buckets between two averages that still make one return.
const MAX_GAP_BUCKETS: u64 = 128;
/// Seconds between two looks at the slot clock; the chain's time has a grain of a second.
const PROBE_SECONDS: u64 = 20;
/// Seconds after which the clock is looked at in a round that closes a bucket, too.
const LONGEST_BLINK_SECONDS: u64 = 300;
/// Slots per second of an undisturbed chain, in thousandths.
const SLOTS_PER_1000_SECONDS: u64 = 2_500;
/// Slot time over the undisturbed one up to which nothing is charged, parts per million.
const CALM_CONGESTION_PPM: u64 = 1_500_000;
/// Slot time over the undisturbed one that counts at most, parts per million.
const MAX_CONGESTION_PPM: u64 = 10_000_000;

/// What the regime remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Regime {
    /// Average price of the last bucket seen, price units; zero: none yet.
    pub bucket_price: u64,
    /// Number of that bucket.
    pub bucket_id: u64,
    /// Annualised variance of returns, (parts per million)^2.
    pub variance: u64,
    /// Seconds per slot over the undisturbed ones, parts per million; zero: none yet.
    pub congestion_ppm: u64,
    /// Unix time and slot of the last look at the slot clock.
    pub probed_at: u64,
    pub probed_slot: u64,
    /// The factor in force, parts per million.
    pub factor_ppm: u64,
}

impl Regime {
    /// Takes what a round shows: the bucket that closed, if it is new, or else the clock, and works the factor out.
    ///
    /// # Errors
    /// As those of the single observations.
    pub fn observe(
        &mut self,
        closed: Option<(u64, u64)>,
        bucket_seconds: u64,
        unix: u64,
        slot: u64,
        calm_vol_ppm: u64,
    ) -> Result<(), MathError> {
        let (id, price) = closed.unwrap_or_default();
        let mut changed = self.observe_bucket(id, price, bucket_seconds)?;
        // Not both in one round while rounds are frequent: that keeps the dearest of them cheap.
        if !changed || unix.saturating_sub(self.probed_at) > LONGEST_BLINK_SECONDS {
            changed |= self.observe_clock(unix, slot)?;
        }
        if changed {
            self.settle_factor(calm_vol_ppm)?;
        }
        Ok(())
    }

    /// Takes the average of a bucket that closed. A bucket seen before changes nothing (false); one with a smaller number means
    /// that the length of buckets was changed, and begins a new series of returns.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never within the domain of prices and times.
    pub fn observe_bucket(&mut self, id: u64, price: u64, bucket_seconds: u64) -> Result<bool, MathError> {
        if id == self.bucket_id || price == 0 {
            return Ok(false);
        }
        let (last_id, last_price) = (self.bucket_id, self.bucket_price);
        (self.bucket_id, self.bucket_price) = (id, price);
        // Numbers that fall, or jump further than the ring reaches, mean another length of buckets or a long silence.
        let gap = id.checked_sub(last_id).filter(|gap| last_price != 0 && *gap <= MAX_GAP_BUCKETS);
        let Some(buckets) = gap else { return Ok(true) };
        let seconds = buckets.wrapping_mul(bucket_seconds.min(LONGEST_SECONDS)).max(1); // below 2^40
                                                                                        // More than the whole counts as the whole: no price may make a round fail.
        let change_ppm = mul_div(price.abs_diff(last_price).min(last_price), PPM, last_price, Round::Up)?;
        // At most 10^12 a bucket; where so many a year are more than what counts, they are cut before they are multiplied.
        let squared = change_ppm.wrapping_mul(change_ppm);
        let a_year = YEAR_SECONDS.div_ceil(seconds);
        let sample = match MAX_VARIANCE.checked_div(a_year) {
            Some(most) if squared <= most => squared.wrapping_mul(a_year),
            _ => MAX_VARIANCE,
        };
        self.variance = blended(self.variance, sample, seconds, VARIANCE_MEMORY_SECONDS)?;
        Ok(true)
    }

    /// Takes the chain's time and slot; looks at them every [`PROBE_SECONDS`] and says whether it did.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never within the domain of times.
    pub fn observe_clock(&mut self, unix: u64, slot: u64) -> Result<bool, MathError> {
        if self.probed_at == 0 || slot < self.probed_slot {
            // The first look, or a chain restored from an older state: nothing to compare with.
            (self.probed_at, self.probed_slot) = (unix, slot);
            return Ok(true);
        }
        let seconds = unix.saturating_sub(self.probed_at);
        if seconds < PROBE_SECONDS {
            return Ok(false);
        }
        let slots = slot.saturating_sub(self.probed_slot).clamp(1, LONGEST_SECONDS);
        (self.probed_at, self.probed_slot) = (unix, slot);
        let undisturbed = slots.wrapping_mul(1_000);
        let usual = seconds.min(LONGEST_SECONDS).wrapping_mul(SLOTS_PER_1000_SECONDS);
        let sample = mul_div(usual, PPM, undisturbed, Round::Up)?;
        let last = if self.congestion_ppm == 0 { PPM } else { self.congestion_ppm };
        self.congestion_ppm =
            blended(last, sample.min(MAX_CONGESTION_PPM), seconds, CONGESTION_MEMORY_SECONDS)?;
        Ok(true)
    }

    /// Realised volatility, parts per million per square root of a year.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never: the variance is bounded.
    pub fn realised_vol_ppm(&self) -> Result<u64, MathError> {
        if self.variance == 0 {
            return Ok(0);
        }
        let root = sqrt(self.variance)?; // exponent 40 to 63: a variance is at least one
        Ok(root.mantissa.checked_shr(root.exponent).unwrap_or(0))
    }

    /// Computes the factor: realised volatility over the calm one, times slot time over the calm one, within one and
    /// [`MAX_FACTOR_PPM`].
    ///
    /// # Errors
    /// [`MathError::DivideByZero`] for a calm volatility of zero.
    pub fn settle_factor(&mut self, calm_vol_ppm: u64) -> Result<(), MathError> {
        let calm_variance = match calm_vol_ppm.min(MAX_VOL_PPM) {
            0 => return Err(MathError::DivideByZero),
            calm => calm.wrapping_mul(calm), // below 2^50
        };
        // A calm market is told by the squares: the root costs more than all the rest.
        let vol = match self.variance <= calm_variance {
            true => PPM,
            false => over(self.realised_vol_ppm()?, calm_vol_ppm)?.min(MAX_FACTOR_PPM),
        };
        let congestion = over(self.congestion_ppm, CALM_CONGESTION_PPM)?.min(MAX_CONGESTION_FACTOR_PPM);
        self.factor_ppm = match congestion {
            PPM => vol,
            _ => mul_div(vol, congestion, PPM, Round::Up)?.min(MAX_FACTOR_PPM),
        };
        Ok(())
    }

    /// The factor in force; one before the first round.
    #[must_use]
    pub fn factor_ppm(&self) -> u64 {
        self.factor_ppm.clamp(PPM, MAX_FACTOR_PPM)
    }
}

/// A figure over its calm value, parts per million, at least one.
fn over(figure: u64, calm: u64) -> Result<u64, MathError> {
    if figure <= calm && calm != 0 {
        return Ok(PPM);
    }
    mul_div(figure, PPM, calm, Round::Up)
}

/// The exponentially forgetting average after `seconds` of `sample`, to first order: it stays between the two.
fn blended(average: u64, sample: u64, seconds: u64, memory: u64) -> Result<u64, MathError> {
    let whole = seconds.saturating_add(memory);
    let step = mul_div(average.abs_diff(sample), seconds, whole, Round::Down)?;
    // No further than to the sample.
    Ok(if sample > average { average.wrapping_add(step) } else { average.wrapping_sub(step) })
}

#[cfg(test)]
mod tests;
