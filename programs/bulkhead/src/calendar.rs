//! A new surface against the expiries before and after it: total variance may not fall in time.

use {
    crate::{
        error::{refuse, BulkheadError},
        forward::forward_price,
        now::Now,
        state::{Expiry, Market},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor},
        surface::{check_calendar, Slice},
    },
    core::mem::size_of,
};

/// Every other live expiry of a market.
pub struct Neighbours(Vec<Account<Expiry>>);

impl Neighbours {
    /// `appended`: all of them in the order of their slots, so that a submitter cannot choose.
    ///
    /// # Errors
    /// [`BulkheadError::ExpiryAccountsMismatch`].
    #[inline(never)]
    pub fn load(appended: &[AccountView], market: &Account<Market>, own: u16) -> Result<Self> {
        let mut expected = market.expiries.iter().filter(|id| **id != 0 && **id != own);
        let whole = size_of::<Expiry>().saturating_add(Expiry::DISCRIMINATOR.len());
        let mut others = Vec::with_capacity(appended.len());
        for view in appended {
            let mismatch = || Error::from(BulkheadError::ExpiryAccountsMismatch);
            require!(view.data_len() == whole, BulkheadError::ExpiryAccountsMismatch);
            let other = Account::<Expiry>::load(*view).map_err(|_| mismatch())?;
            let id = expected.next().ok_or_else(mismatch)?;
            let next = other.market == *market.address() && other.id == *id;
            require!(next, BulkheadError::ExpiryAccountsMismatch);
            others.push(other);
        }
        require!(expected.next().is_none(), BulkheadError::ExpiryAccountsMismatch);
        Ok(Self(others))
    }

    /// A surface of `expiry` against the priced expiries next to it.
    ///
    /// # Errors
    /// [`BulkheadError::SurfaceFallsInTime`], [`BulkheadError::OutOfRange`].
    #[inline(never)]
    pub fn check(
        &self,
        expiry: &Expiry,
        vols_ppm: &[u32],
        basis_ppm: i64,
        mark: u64,
        now: Now,
    ) -> Result<()> {
        let priced =
            || self.0.iter().filter(|o| o.surface_version > 0 && o.expires_at > now.unix && !o.is_fixed());
        let before = priced().filter(|o| o.expires_at < expiry.expires_at).max_by_key(|o| o.expires_at);
        let after = priced().filter(|o| o.expires_at > expiry.expires_at).min_by_key(|o| o.expires_at);
        for other in [before, after].into_iter().flatten() {
            let surface = Curve::new(expiry, vols_ppm, basis_ppm, mark, now)?;
            let count = usize::from(other.strike_count);
            let vols = other.vols_ppm.get(..count).ok_or(BulkheadError::OutOfRange)?;
            let other = Curve::new(other, vols, other.basis_ppm, mark, now)?;
            check_calendar(&surface.slice(), &other.slice()).map_err(refuse)?;
        }
        Ok(())
    }
}

/// What a [`Slice`] borrows.
struct Curve<'a> {
    forward: Forward,
    strikes: Vec<Strike>,
    vols_ppm: &'a [u32],
    tenor: Tenor,
}

impl<'a> Curve<'a> {
    fn new(expiry: &Expiry, vols_ppm: &'a [u32], basis_ppm: i64, mark: u64, now: Now) -> Result<Self> {
        let left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
        let mut strikes = Vec::with_capacity(expiry.listed().len());
        for index in 0..expiry.strike_count {
            strikes.push(expiry.prepared_strike(index)?);
        }
        Ok(Self {
            forward: Forward::new(forward_price(mark, basis_ppm)?).map_err(refuse)?,
            strikes,
            vols_ppm,
            tenor: Tenor::from_seconds(left).map_err(refuse)?,
        })
    }

    fn slice(&self) -> Slice<'_> {
        Slice { forward: &self.forward, strikes: &self.strikes, vols_ppm: self.vols_ppm, tenor: &self.tenor }
    }
}
