//! Takes a volatility surface: a volatility per strike, or a raw SVI slice that the chain evaluates at the strikes. The
//! chain does not fit it; it verifies bounds, speed, the prices that the volatilities claim to explain, and absence of
//! arbitrage within the expiry and against its neighbours in time.

use {
    crate::{
        calendar::Neighbours,
        error::{refuse, BulkheadError},
        events::{Header, SurfaceSet},
        forward::forward_price,
        now::Now,
        state::{Expiry, Market, OracleAggregate, RiskArray},
        surface_update::{check_bounds, listed, replace, tenor, volatilities, Standard, SviArgs},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::{Forward, TotalVol},
        implied,
        oracle::Reliance,
        round::{ppm_of, Round},
        surface_panel::QuotedSurface,
    },
};

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
        check_bounds(args.basis_ppm, args.quoted_spread_ppm)?;
        self.oracle.require(Reliance::SetSurface, &self.market.params, now.unix)
    }
}

pub fn handler(ctx: &mut Context<SetSurface>, args: SetSurfaceArgs) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.validate(&args, now)?;
    let mark = a.oracle.mark.price;
    let forward = forward_price(mark, args.basis_ppm)?;
    let surface = QuotedSurface {
        vols_ppm: volatilities(&args.vols_ppm, &args.svi, &a.expiry, forward, now)?,
        basis_ppm: args.basis_ppm,
        spread_ppm: args.quoted_spread_ppm,
        depth_lots: args.quoted_depth_lots,
    };
    let neighbours = Neighbours::load(&appended, &a.market, a.expiry.id)?;
    let standard = Standard { market: &a.market, expiry: &a.expiry, mark, neighbours: &neighbours, now };
    standard.check(&surface)?;
    check_prices(&args, &a.expiry, &surface, forward, now)?;
    replace(&mut a.expiry, &mut a.risk_array, &surface, now)?;

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

/// Each call price given must be what its volatility makes, within the half-spread.
#[inline(never)]
fn check_prices(
    args: &SetSurfaceArgs,
    expiry: &Expiry,
    surface: &QuotedSurface,
    forward: u64,
    now: Now,
) -> Result<()> {
    let vols = listed(surface, expiry);
    if args.call_prices.is_empty() {
        return Ok(());
    }
    require!(args.call_prices.len() == vols.len(), BulkheadError::VolCountMismatch);
    let tolerance = ppm_of(forward, args.quoted_spread_ppm, Round::Down).map_err(refuse)?.max(1);
    let tenor = tenor(expiry, now)?;
    let forward = Forward::new(forward).map_err(refuse)?;
    for ((price, index), vol) in args.call_prices.iter().zip(0..expiry.strike_count).zip(vols) {
        let strike = expiry.prepared_strike(index)?;
        let vol = TotalVol::new(*vol, &tenor).map_err(refuse)?;
        let explained = implied::verify(*price, &forward, &strike, &vol, tolerance);
        require!(explained, BulkheadError::PriceNotExplained);
    }
    Ok(())
}
