//! Takes a volatility surface: a volatility per strike, or a raw SVI slice that the chain evaluates at the strikes. The
//! chain does not fit it; it verifies bounds, speed, the prices that the volatilities claim to explain, and absence of
//! arbitrage within the expiry and against its neighbours in time.

use {
    crate::{
        calendar,
        constants::MAX_BASIS_PPM,
        error::{refuse, BulkheadError},
        events::{Header, SurfaceSet},
        forward::forward_price,
        now::Now,
        state::{params::MarketParams, Expiry, Market, OracleAggregate, RiskArray},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::{Forward, Tenor, TotalVol},
        implied,
        liquidity::MAX_SPREAD_PPM,
        oracle::Reliance,
        round::{ppm_of, Round},
        surface::{check_arbitrage, check_steps, StepLimit},
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

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SetSurfaceArgs {
    /// One per strike, parts per million per square root of a year; none where `svi` is given.
    pub vols_ppm: Vec<u32>,
    /// At most one.
    pub svi: Vec<SviArgs>,
    /// Forward over mark, parts per million.
    pub basis_ppm: i64,
    /// Half-spread of the quotes behind the surface, parts per million of the forward, and their depth in lots; zeros where
    /// there are none.
    pub quoted_spread_ppm: u64,
    pub quoted_depth_lots: u64,
    /// Call prices that the volatilities are implied by, quote atoms per unit, one per strike or none: each must be explained
    /// within the half-spread.
    pub call_prices: Vec<u64>,
}

/// Every other live expiry of the market follows, in the order of their slots.
#[derive(Accounts)]
pub struct SetSurface {
    pub surface_authority: Signer,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = risk_array.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = risk_array.expiry_id == expiry.id @ BulkheadError::MissingRiskArray)]
    pub risk_array: Account<RiskArray>,
}

impl SetSurface {
    fn validate(&self, args: &SetSurfaceArgs, now: Now) -> Result<()> {
        let signer = self.surface_authority.address();
        require_keys_eq!(self.market.surface_authority, *signer, BulkheadError::NotSurfaceAuthority);
        require!(now.unix < self.expiry.expires_at, BulkheadError::Expired);
        // A half-written array would lose the surface that the rest of it must be written from.
        require!(self.risk_array.strikes_done == 0, BulkheadError::RefreshUnfinished);
        let basis_fits = (-MAX_BASIS_PPM..=MAX_BASIS_PPM).contains(&args.basis_ppm);
        require!(basis_fits, BulkheadError::BasisTooLarge);
        require!(args.quoted_spread_ppm <= MAX_SPREAD_PPM, BulkheadError::SpreadTooWide);
        self.oracle.require(Reliance::SetSurface, &self.market.params, now.unix)
    }
}

pub fn handler(ctx: &mut Context<SetSurface>, args: SetSurfaceArgs) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.validate(&args, now)?;
    let forward = forward_price(a.oracle.mark.price, args.basis_ppm)?;
    let left = u64::try_from(a.expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    let tenor = Tenor::from_seconds(left).map_err(refuse)?;
    let vols = volatilities(&args, &a.expiry, forward, &tenor)?;
    check_speed(&a.expiry, &args, &vols, &a.market.params, now)?;
    check_arbitrage(forward, a.expiry.listed(), &vols, &tenor).map_err(refuse)?;
    check_prices(&args, &a.expiry, &vols, forward, &tenor)?;
    calendar::check(&appended, &a.market, &a.oracle, &a.expiry, &vols, args.basis_ppm, now)?;

    let expiry = &mut a.expiry;
    for (stored, vol) in expiry.vols_ppm.iter_mut().zip(&vols) {
        *stored = *vol;
    }
    expiry.basis_ppm = args.basis_ppm;
    expiry.surface_at = now.unix;
    expiry.surface_version = expiry.surface_version.saturating_add(1);
    expiry.quoted_spread_ppm = args.quoted_spread_ppm;
    expiry.quoted_depth_lots = args.quoted_depth_lots;
    expiry.quoted_at = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
    // Risk may not be added on rows of the old surface; reductions still may use them.
    a.risk_array.outdated = 1;

    let mut seq = a.expiry.surface_version.saturating_sub(1);
    emit!(SurfaceSet {
        header: Header::next(&mut seq, now),
        market: *a.market.address(),
        expiry_id: u64::from(a.expiry.id),
        surface_version: a.expiry.surface_version,
        quoted_spread_ppm: args.quoted_spread_ppm,
        quoted_depth_lots: args.quoted_depth_lots,
        verified_prices: u64::try_from(args.call_prices.len()).unwrap_or(u64::MAX),
    });
    Ok(())
}

/// The submitted volatilities, or those of the submitted slice at the listed strikes.
#[inline(never)]
fn volatilities(args: &SetSurfaceArgs, expiry: &Expiry, forward: u64, tenor: &Tenor) -> Result<Vec<u32>> {
    let count = usize::from(expiry.strike_count);
    let [slice] = &args.svi[..] else {
        require!(args.svi.is_empty() && args.vols_ppm.len() == count, BulkheadError::VolCountMismatch);
        return Ok(args.vols_ppm.clone());
    };
    require!(args.vols_ppm.is_empty(), BulkheadError::VolCountMismatch);
    let SviArgs { a, b, rho, m, sigma } = *slice;
    let svi = Svi::new(&SviParams { a, b, rho, m, sigma }).map_err(refuse)?;
    let forward = Forward::new(forward).map_err(refuse)?;
    let mut vols = Vec::with_capacity(count);
    for index in 0..expiry.strike_count {
        let strike = expiry.prepared_strike(index)?;
        let vol = svi.vol_ppm_at(&strike, &forward, tenor).map_err(|_| BulkheadError::VolOutOfDomain)?;
        vols.push(vol);
    }
    Ok(vols)
}

/// Volatilities may move by the market's step within its interval, the forward by its step for prices.
#[inline(never)]
fn check_speed(
    expiry: &Expiry,
    args: &SetSurfaceArgs,
    vols: &[u32],
    params: &MarketParams,
    now: Now,
) -> Result<()> {
    let elapsed = u64::try_from(now.unix.saturating_sub(expiry.surface_at)).unwrap_or(0);
    let within = |max_step_ppm| StepLimit { max_step_ppm, interval_seconds: params.surface_interval_seconds };
    check_steps(&expiry.vols_ppm, vols, &within(params.max_vol_step_ppm), elapsed).map_err(refuse)?;
    if expiry.surface_version > 0 {
        let allowed = within(params.max_price_move_ppm).allowed_ppm(elapsed).map_err(refuse)?;
        let step = args.basis_ppm.abs_diff(expiry.basis_ppm);
        require!(step <= allowed, BulkheadError::BasisStepTooLarge);
    }
    Ok(())
}

/// Each call price given must be what its volatility makes, within the half-spread.
#[inline(never)]
fn check_prices(
    args: &SetSurfaceArgs,
    expiry: &Expiry,
    vols: &[u32],
    forward: u64,
    tenor: &Tenor,
) -> Result<()> {
    if args.call_prices.is_empty() {
        return Ok(());
    }
    require!(args.call_prices.len() == vols.len(), BulkheadError::VolCountMismatch);
    let tolerance = ppm_of(forward, args.quoted_spread_ppm, Round::Down).map_err(refuse)?.max(1);
    let forward = Forward::new(forward).map_err(refuse)?;
    for ((price, index), vol) in args.call_prices.iter().zip(0..expiry.strike_count).zip(vols) {
        let strike = expiry.prepared_strike(index)?;
        let vol = TotalVol::new(*vol, tenor).map_err(refuse)?;
        let explained = implied::verify(*price, &forward, &strike, &vol, tolerance);
        require!(explained, BulkheadError::PriceNotExplained);
    }
    Ok(())
}
