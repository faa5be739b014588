//! What every new surface of an expiry must hold, whoever it comes from, and how it takes the place of the last one.

use {
    crate::{
        calendar::Neighbours,
        constants::MAX_BASIS_PPM,
        error::{refuse, BulkheadError},
        forward::forward_price,
        now::Now,
        state::{Expiry, Market, RiskArray},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::{Forward, Tenor},
        liquidity::MAX_SPREAD_PPM,
        surface::{check_arbitrage, check_steps, StepLimit},
        surface_panel::{QuotedSurface, MAX_STRIKES},
        svi::{Svi, SviParams},
    },
};

/// Raw SVI, each parameter times 2^48; `bulkhead_risk::svi` says what they mean.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SviArgs {
    pub a: i64,
    pub b: i64,
    pub rho: i64,
    pub m: i64,
    pub sigma: i64,
}

/// # Errors
/// [`BulkheadError::BasisTooLarge`], [`BulkheadError::SpreadTooWide`].
pub fn check_bounds(basis_ppm: i64, quoted_spread_ppm: u64) -> Result<()> {
    let basis_fits = (-MAX_BASIS_PPM..=MAX_BASIS_PPM).contains(&basis_ppm);
    require!(basis_fits, BulkheadError::BasisTooLarge);
    require!(quoted_spread_ppm <= MAX_SPREAD_PPM, BulkheadError::SpreadTooWide);
    Ok(())
}

/// Time left to an expiry.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn tenor(expiry: &Expiry, now: Now) -> Result<Tenor> {
    let left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    Tenor::from_seconds(left).map_err(refuse)
}

/// The submitted volatilities, or those of the submitted slice at the listed strikes on this forward.
///
/// # Errors
/// [`BulkheadError::VolCountMismatch`] unless there is one per strike or one slice, [`BulkheadError::InvalidSvi`],
/// [`BulkheadError::VolOutOfDomain`] where a slice leads there.
#[inline(never)]
pub fn volatilities(
    vols_ppm: &[u32],
    svi: &[SviArgs],
    expiry: &Expiry,
    forward: u64,
    now: Now,
) -> Result<[u32; MAX_STRIKES]> {
    let count = usize::from(expiry.strike_count);
    let mut vols = [0; MAX_STRIKES];
    let [slice] = svi else {
        require!(svi.is_empty() && vols_ppm.len() == count, BulkheadError::VolCountMismatch);
        for (vol, given) in vols.iter_mut().zip(vols_ppm) {
            *vol = *given;
        }
        return Ok(vols);
    };
    require!(vols_ppm.is_empty(), BulkheadError::VolCountMismatch);
    let SviArgs { a, b, rho, m, sigma } = *slice;
    let svi = Svi::new(&SviParams { a, b, rho, m, sigma }).map_err(refuse)?;
    let forward = Forward::new(forward).map_err(refuse)?;
    let tenor = tenor(expiry, now)?;
    for (vol, index) in vols.iter_mut().zip(0..expiry.strike_count) {
        let strike = expiry.prepared_strike(index)?;
        *vol = svi.vol_ppm_at(&strike, &forward, &tenor).map_err(|_| BulkheadError::VolOutOfDomain)?;
    }
    Ok(vols)
}

/// What a new surface of an expiry is measured against.
pub struct Standard<'a> {
    pub market: &'a Market,
    pub expiry: &'a Expiry,
    /// Quote atoms per unit.
    pub mark: u64,
    pub neighbours: &'a Neighbours,
    pub now: Now,
}

impl Standard<'_> {
    /// How far volatilities and the forward may move from the last surface, parts per million of themselves and of the mark.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn allowed_ppm(&self) -> Result<(u64, u64)> {
        let params = &self.market.params;
        let allowed = |max_step_ppm| {
            let limit = StepLimit { max_step_ppm, interval_seconds: params.surface_interval_seconds };
            limit.allowed_ppm(self.elapsed()).map_err(refuse)
        };
        Ok((allowed(params.max_vol_step_ppm)?, allowed(params.max_price_move_ppm)?))
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.now.unix.saturating_sub(self.expiry.surface_at)).unwrap_or(0)
    }

    /// Speed, and absence of arbitrage within the expiry and against its neighbours in time.
    ///
    /// # Errors
    /// The error of the first that fails.
    #[inline(never)]
    pub fn check(&self, surface: &QuotedSurface) -> Result<()> {
        let expiry = self.expiry;
        let vols = listed(surface, expiry);
        let (vol_step, basis_step) = self.allowed_ppm()?;
        let limit = StepLimit { max_step_ppm: vol_step, interval_seconds: 0 };
        check_steps(&expiry.vols_ppm, vols, &limit, 0).map_err(refuse)?;
        if expiry.surface_version > 0 {
            let step = surface.basis_ppm.abs_diff(expiry.basis_ppm);
            require!(step <= basis_step, BulkheadError::BasisStepTooLarge);
        }
        let forward = forward_price(self.mark, surface.basis_ppm)?;
        check_arbitrage(forward, expiry.listed(), vols, &tenor(expiry, self.now)?).map_err(refuse)?;
        self.neighbours.check(expiry, vols, surface.basis_ppm, self.mark, self.now)
    }
}

/// The volatilities at the strikes that the expiry lists.
#[must_use]
pub fn listed<'a>(surface: &'a QuotedSurface, expiry: &Expiry) -> &'a [u32] {
    surface.vols_ppm.get(..usize::from(expiry.strike_count)).unwrap_or(&[])
}

/// Puts a checked surface in the place of the last one. Risk may not be added on rows of another surface; rows of one that was
/// only confirmed stay good, or whoever confirms it could keep everybody waiting for refreshes.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn replace(expiry: &mut Expiry, array: &mut RiskArray, surface: &QuotedSurface, now: Now) -> Result<()> {
    if *surface != expiry.surface() {
        array.outdated = 1;
    }
    expiry.vols_ppm = surface.vols_ppm;
    expiry.basis_ppm = surface.basis_ppm;
    expiry.surface_at = now.unix;
    expiry.surface_version = expiry.surface_version.saturating_add(1);
    expiry.quoted_spread_ppm = surface.spread_ppm;
    expiry.quoted_depth_lots = surface.depth_lots;
    expiry.quoted_at = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
    if array.outdated == 0 {
        array.stand_on(expiry);
    }
    Ok(())
}
