//! Liquidation: how large a slice of a portfolio may be taken over, and who pays for it.
//!
//! With equity `E`, maintenance requirement `M`, discount `d`, fee `c` and buffer `b`, taking the share `f` of
//! every leg at the marks leaves `E' = E - f (d + c) M` against `M' = (1 - f) M`. The smallest share that
//! restores `E' = (1 + b) M'` is
//!
//! ```text
//! f = ((1 + b) M - E) / (M (1 + b - d - c))
//! ```
//!
//! Health `E' - M'` rises by `f M (1 - d - c)`, so it strictly improves for every `f > 0`.
//!
//! All of it holds as well where `M` is only a lower bound, the requirement by one scenario that a bidder names: the share is
//! then smaller than the plan, never larger. Lots are whole, and each leg gives up to one lot more than its share;
//! [`Handover`] adds up what that may cost.

use crate::{
    exposure::MAX_LEG_LOTS,
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
    series_table::{Holding, Quote, SeriesTable},
};

/// Terms of a bid, parts per million of the maintenance requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Reward of whoever takes the slice: the discount of the auction.
    pub discount_ppm: u64,
    /// The discount that auctions begin with: what the pool makes good where the account has less, whatever the clock says.
    pub first_ppm: u64,
    /// Fee credited to the pool.
    pub fee_ppm: u64,
    /// Surplus over maintenance at which liquidation stops.
    pub buffer_ppm: u64,
}

/// Share of the portfolio that restores the buffer, parts per million, rounded up, at most everything. Zero for
/// a healthy account.
///
/// # Errors
/// [`MathError::Domain`] when discount and fee reach one plus the buffer; [`MathError::Overflow`] otherwise.
pub fn restoring_share(equity: i64, maintenance: u64, terms: &Terms) -> Result<u64, MathError> {
    let need = i64::try_from(maintenance).map_err(|_| MathError::Overflow)?;
    if equity >= need {
        return Ok(0);
    }
    if equity <= 0 {
        return Ok(PPM);
    }
    let whole = PPM.checked_add(terms.buffer_ppm).ok_or(MathError::Overflow)?;
    let cost = terms.discount_ppm.checked_add(terms.fee_ppm).ok_or(MathError::Overflow)?;
    let kept = whole.checked_sub(cost).filter(|k| *k > 0).ok_or(MathError::Domain)?;
    let target = ppm_of(maintenance, whole, Round::Up)?;
    let missing = target.checked_sub(equity.unsigned_abs()).ok_or(MathError::Domain)?;
    let divisor = ppm_of(maintenance, kept, Round::Down)?;
    Ok(mul_div(missing, PPM, divisor, Round::Up)?.min(PPM))
}

/// Lots of one leg that a share covers, rounded up so that a small leg cannot stall progress.
///
/// Wrapping: a leg holds at most 2^20 lots, so that the product stays below 2^40.
///
/// # Errors
/// [`MathError::Domain`] for more lots than a leg may hold.
pub fn lots_taken(lots: i64, share_ppm: u64) -> Result<i64, MathError> {
    let size = lots.unsigned_abs();
    if size > MAX_LEG_LOTS {
        return Err(MathError::Domain);
    }
    let taken = size.wrapping_mul(share_ppm.min(PPM)).div_ceil(PPM).cast_signed();
    Ok(if lots < 0 { taken.wrapping_neg() } else { taken })
}

impl Terms {
    /// Those of the start, for accounts that are due for another cause than their equity: time is no reason to sell cheaper.
    #[must_use]
    pub const fn at_first(&self) -> Self {
        Self { discount_ppm: self.first_ppm, ..*self }
    }
}

/// An account that a slice is taken from, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Collateral less debt, the value of all legs, and what settled expiries still have to pay.
    pub equity: i64,
    pub maintenance: u64,
    pub cash: u64,
    /// What of the cash the pool lent for the auction and no bid has used.
    pub lent: u64,
}

impl Standing {
    /// Equity as a share of the requirement, parts per million rounded down; `None` from the whole of it on.
    fn share_ppm(&self) -> Result<Option<u64>, MathError> {
        match u64::try_from(self.equity).unwrap_or(0) {
            equity if equity >= self.maintenance && self.equity > 0 => Ok(None),
            0 => Ok(Some(0)),
            equity => mul_div(equity, PPM, self.maintenance, Round::Down).map(Some),
        }
    }

    /// The terms in force. Reward and fee together take no more of the account's equity than the slice takes of its requirement,
    /// the reward first: it never ends below zero by them. An insolvent account pays neither out of its equity.
    ///
    /// # Errors
    /// [`MathError::Overflow`] never: equity is below the requirement where they are divided.
    pub fn terms_in_force(&self, terms: &Terms) -> Result<Terms, MathError> {
        let Some(share) = self.share_ppm()? else { return Ok(*terms) };
        let discount_ppm = terms.discount_ppm.min(share);
        Ok(Terms { discount_ppm, fee_ppm: terms.fee_ppm.min(share.saturating_sub(discount_ppm)), ..*terms })
    }

    /// What the pool adds to the reward of a slice: what the account's own share lacks of the first discount. So rewards meet at
    /// zero equity, and whoever waits until the last of it is gone gains nothing.
    fn topped_up(&self, maintenance: u64, in_force: &Terms) -> Result<u64, MathError> {
        ppm_of(maintenance, in_force.first_ppm.saturating_sub(in_force.discount_ppm), Round::Down)
    }

    /// Most that the account may pay for a slice: its own cash, and of what the pool lent what the legs owe and what the pool adds
    /// to the reward.
    fn payable(&self, slice_value: i64, topped_up: u64) -> u64 {
        let lent = self.lent.min(self.cash);
        let own = self.cash.saturating_sub(lent);
        own.saturating_add(owed(slice_value).saturating_add(topped_up).min(lent))
    }

    /// What the account needs of the pool beside its cash before its book of this value is taken: what its legs owe, and what the
    /// pool adds to the reward.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn loan(&self, book_value: i64, terms: &Terms) -> Result<u64, MathError> {
        let topped_up = self.topped_up(self.maintenance, &self.terms_in_force(terms)?)?;
        let worth = i64::try_from(topped_up).ok().and_then(|more| book_value.checked_sub(more));
        let lacking = owed(worth.ok_or(MathError::Overflow)?).saturating_sub(self.cash);
        // A solvent account does not add to the reward itself.
        let reward = if self.equity > 0 { topped_up.saturating_sub(self.lent.min(self.cash)) } else { 0 };
        Ok(lacking.max(reward))
    }
}

/// What legs of this value owe.
const fn owed(value: i64) -> u64 {
    if value < 0 {
        value.unsigned_abs()
    } else {
        0
    }
}

/// What a bid takes, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Value at the marks; negative for a net short slice.
    pub value: i64,
    /// Maintenance requirement that leaves with it.
    pub maintenance: u64,
}

/// Cash movements of one bid, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Payment {
    /// From the liquidator to the account.
    pub to_account: u64,
    /// From the account to the liquidator.
    pub from_account: u64,
    /// From the account to the pool.
    pub fee: u64,
    /// What of the reward is the pool's to bear.
    pub topped_up: u64,
}

impl Payment {
    /// Net payment to the liquidator.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when an amount leaves 63 bits.
    pub fn net(&self) -> Result<i64, MathError> {
        let signed = |amount| i64::try_from(amount).map_err(|_| MathError::Overflow);
        signed(self.from_account)?.checked_sub(signed(self.to_account)?).ok_or(MathError::Overflow)
    }

    /// Equity that the account loses by giving a slice of this value away for this payment; negative where it gains,
    /// because it could not pay.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn equity_lost(&self, slice_value: i64) -> Result<i64, MathError> {
        let lost = self.net()?.checked_add(slice_value).and_then(|l| l.checked_add_unsigned(self.fee));
        lost.ok_or(MathError::Overflow)
    }
}

/// Prices a slice. The liquidator receives the value of what it takes over, plus the discount on the maintenance requirement
/// that leaves with it, as far as the account may pay; the fee comes last, and no auction takes more than `fee_left`. Where the
/// account's own share of the reward is below the first discount, the pool adds the rest out of what it lent; an insolvent
/// account adds it out of whatever cash it has. Reward and fee are rounded down: whoever earns them bears the fraction.
///
/// # Errors
/// [`MathError::Overflow`] when an amount leaves 63 bits.
pub fn payment(
    slice: &Slice,
    standing: &Standing,
    terms: &Terms,
    fee_left: u64,
) -> Result<Payment, MathError> {
    let in_force = standing.terms_in_force(terms)?;
    let mut topped_up = standing.topped_up(slice.maintenance, &in_force)?;
    if standing.equity > 0 {
        topped_up = topped_up.min(standing.lent.min(standing.cash));
    }
    let reward = ppm_of(slice.maintenance, in_force.discount_ppm, Round::Down)?;
    let reward = reward.checked_add(topped_up).and_then(|r| i64::try_from(r).ok());
    // Positive: the liquidator pays the account.
    let price = reward.and_then(|r| slice.value.checked_sub(r)).ok_or(MathError::Overflow)?;
    let to_account = u64::try_from(price).unwrap_or(0);
    let from_account = owed(price).min(standing.payable(slice.value, topped_up));
    let left =
        standing.cash.saturating_sub(from_account).checked_add(to_account).ok_or(MathError::Overflow)?;
    let fee = ppm_of(slice.maintenance, in_force.fee_ppm, Round::Down)?.min(fee_left).min(left);
    Ok(Payment { to_account, from_account, fee, topped_up })
}

/// Atoms by which rounded charges may differ before and after.
const ROUNDING_ATOMS: u64 = 8;

/// What changes hands when a share of every leg is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Handover {
    /// Value at the marks, quote atoms.
    pub value: i64,
    /// Most that the lots given beyond their exact share protected the rest of the book from, in any scenario, quote atoms.
    pub overhang: u64,
}

impl Handover {
    /// Adds a share of every quoted leg, rounded up to whole lots, which go to `taken`.
    ///
    /// # Errors
    /// Those of [`lots_taken`].
    #[inline(never)]
    pub fn add_quotes(
        &mut self,
        quotes: &[Quote],
        share_ppm: u64,
        taken: &mut [i64],
    ) -> Result<(), MathError> {
        for (Quote { lots, series, .. }, taken) in quotes.iter().zip(taken) {
            *taken = self.add(*lots, share_ppm, series.mark, series.peak)?;
        }
        Ok(())
    }

    /// As [`Self::add_quotes`] by the table of an expiry.
    ///
    /// # Errors
    /// Those of [`lots_taken`]; [`MathError::Domain`] for a series that does not exist.
    #[inline(never)]
    pub fn add_list(
        &mut self,
        table: &SeriesTable,
        held: &[Holding],
        share_ppm: u64,
        taken: &mut [i64],
    ) -> Result<(), MathError> {
        for (leg, taken) in held.iter().zip(taken) {
            let (mark, peak) = table.extremes(leg.strike, leg.kind).ok_or(MathError::Domain)?;
            *taken = self.add(leg.lots, share_ppm, mark, peak)?;
        }
        Ok(())
    }

    /// Adds a share of one leg; returns how many lots that is. A long lot gains at most its peak in any scenario, a short one at
    /// most its mark.
    ///
    /// Wrapping: 2^20 lots x 2^37, summed over 32 legs; a share makes 10^6 of it, and the excess is below one lot.
    #[inline(always)]
    fn add(&mut self, lots: i64, share_ppm: u64, mark: u64, peak: u64) -> Result<i64, MathError> {
        let taken = lots_taken(lots, share_ppm)?;
        self.value = self.value.wrapping_add(taken.wrapping_mul(mark.cast_signed()));
        let exact = lots.unsigned_abs().wrapping_mul(share_ppm);
        let excess = taken.unsigned_abs().wrapping_mul(PPM).wrapping_sub(exact);
        if excess > 0 {
            let protects = if lots < 0 { mark } else { peak };
            self.overhang = self.overhang.wrapping_add(excess.wrapping_mul(protects).div_ceil(PPM));
        }
        Ok(taken)
    }

    /// Maintenance requirement that surely leaves with the slice, whatever scenario is the worst one before or after:
    ///
    /// ```text
    /// M' <= (1 - f) M + maintenance share x overhang      for every requirement M of the whole book
    /// ```
    ///
    /// because each charge is linear or convex in the size of its leg. Negative where the rest may need more. Where it exceeds
    /// the equity that the account loses, health strictly improves.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn freed(&self, slice: &Slice, maintenance_ppm: u64) -> Result<i64, MathError> {
        let unfreed = ppm_of(self.overhang, maintenance_ppm.min(PPM), Round::Up)?;
        let freed = i64::try_from(slice.maintenance).map_err(|_| MathError::Overflow)?;
        freed.checked_sub_unsigned(unfreed.saturating_add(ROUNDING_ATOMS)).ok_or(MathError::Overflow)
    }
}

#[cfg(test)]
mod tests;
