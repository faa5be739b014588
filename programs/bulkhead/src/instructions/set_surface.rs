//! Takes a volatility surface. The chain does not fit it; it verifies bounds, steps and absence of arbitrage.

use {
    crate::{
        constants::MAX_BASIS_PPM,
        error::{refuse, BulkheadError},
        events::{Header, SurfaceSet},
        forward::forward_price,
        now::Now,
        state::{Expiry, Market, OracleAggregate, RiskArray},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::Tenor,
        surface::{check_arbitrage, check_steps},
    },
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SetSurfaceArgs {
    /// One per strike, parts per million per square root of a year.
    pub vols_ppm: Vec<u32>,
    /// Forward over mark, parts per million.
    pub basis_ppm: i64,
}

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

pub fn handler(ctx: &mut Context<SetSurface>, args: SetSurfaceArgs) -> Result<()> {
    let now = Now::read()?;
    let market = &ctx.accounts.market;
    let signer = ctx.accounts.surface_authority.address();
    require_keys_eq!(market.surface_authority, *signer, BulkheadError::NotSurfaceAuthority);
    let expiry = &mut ctx.accounts.expiry;
    require!(now.unix < expiry.expires_at, BulkheadError::Expired);
    let count = usize::from(expiry.strike_count);
    require!(args.vols_ppm.len() == count, BulkheadError::VolCountMismatch);
    let basis_fits = (-MAX_BASIS_PPM..=MAX_BASIS_PPM).contains(&args.basis_ppm);
    require!(basis_fits, BulkheadError::BasisTooLarge);
    let oracle = &ctx.accounts.oracle;
    let grade = oracle.grade_at(&market.params, now.unix);
    require!(grade.is_quorum(), BulkheadError::NoOracleQuorum);

    check_steps(&expiry.vols_ppm, &args.vols_ppm, market.params.max_vol_step_ppm).map_err(refuse)?;
    let forward = forward_price(oracle.mark, args.basis_ppm)?;
    let left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    let tenor = Tenor::from_seconds(left).map_err(refuse)?;
    check_arbitrage(forward, expiry.listed(), &args.vols_ppm, &tenor).map_err(refuse)?;

    for (stored, vol) in expiry.vols_ppm.iter_mut().zip(&args.vols_ppm) {
        *stored = *vol;
    }
    expiry.basis_ppm = args.basis_ppm;
    expiry.surface_version = expiry.surface_version.saturating_add(1);
    // Risk may not be added on rows of the old surface; reductions still may use them.
    ctx.accounts.risk_array.outdated = 1;

    let mut seq = expiry.surface_version.saturating_sub(1);
    emit!(SurfaceSet {
        header: Header::next(&mut seq, now),
        market: *market.address(),
        expiry_id: u64::from(expiry.id),
        surface_version: expiry.surface_version,
    });
    Ok(())
}
