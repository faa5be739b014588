//! A member's vote on the surface of an expiry. It enters the surface only through the median of the panel. What could never be
//! part of a surface is refused here, so that no median can fail on it.

use {
    crate::{
        constants::VERSION,
        error::BulkheadError,
        events::{Header, SurfaceSubmitted},
        forward::forward_price,
        now::Now,
        state::{seeds, space_of, Expiry, Market, OracleAggregate, SurfacePanel, SurfaceVote},
        surface_update::{check_bounds, listed, volatilities, SviArgs},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        oracle::Reliance,
        surface::{MAX_VOL_PPM, MIN_VOL_PPM},
        surface_panel::QuotedSurface,
    },
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct SubmitSurfaceArgs {
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
}

#[derive(Accounts)]
pub struct SubmitSurface {
    #[account(mut)]
    pub member: Signer,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(constraint = panel.market == *market.address() @ BulkheadError::WrongMarket)]
    pub panel: Account<SurfacePanel>,
    #[account(constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    /// Opened by the member's first vote on the expiry.
    #[account(init_if_needed, payer = member, space = space_of::<SurfaceVote>(),
        seeds = [seeds::VOTE, panel.address().as_ref(), &u64::from(expiry.id).to_le_bytes(), member.address().as_ref()],
        bump)]
    pub vote: Account<SurfaceVote>,
    pub system_program: Program<System>,
}

impl SubmitSurface {
    fn validate(&self, args: &SubmitSurfaceArgs, now: Now) -> Result<()> {
        self.panel.require_member(self.member.address())?;
        require!(now.unix < self.expiry.expires_at, BulkheadError::Expired);
        require!(now.unix > self.vote.submitted_at, BulkheadError::VoteNotNewer);
        check_bounds(args.basis_ppm, args.quoted_spread_ppm)
    }

    /// The vote. A slice needs a mark to be evaluated on; plain volatilities may be voted without one.
    fn surface(&self, args: &SubmitSurfaceArgs, now: Now) -> Result<QuotedSurface> {
        let forward = match args.svi.is_empty() {
            true => 0,
            false => {
                self.oracle.require(Reliance::SetSurface, &self.market.params, now.unix)?;
                forward_price(self.oracle.mark.price, args.basis_ppm)?
            }
        };
        let surface = QuotedSurface {
            vols_ppm: volatilities(&args.vols_ppm, &args.svi, &self.expiry, forward, now)?,
            basis_ppm: args.basis_ppm,
            spread_ppm: args.quoted_spread_ppm,
            depth_lots: args.quoted_depth_lots,
        };
        let mut vols = listed(&surface, &self.expiry).iter();
        let inside = vols.all(|vol| (MIN_VOL_PPM..=MAX_VOL_PPM).contains(vol));
        require!(inside, BulkheadError::VolOutOfDomain);
        Ok(surface)
    }
}

pub fn handler(ctx: &mut Context<SubmitSurface>, args: SubmitSurfaceArgs) -> Result<()> {
    let now = Now::read()?;
    ctx.accounts.validate(&args, now)?;
    let surface = ctx.accounts.surface(&args, now)?;
    let SubmitSurface { member, panel, expiry, vote, .. } = &mut ctx.accounts;
    vote.version = VERSION;
    vote.bump = ctx.bumps.vote;
    vote.expiry_id = expiry.id;
    vote.panel = *panel.address();
    vote.member = *member.address();
    vote.submitted_at = now.unix;
    vote.replace(&surface);
    let header = Header::next(&mut vote.submissions, now);
    emit!(SurfaceSubmitted {
        header,
        vote: *vote.address(),
        panel: *panel.address(),
        member: *member.address(),
        expiry_id: u64::from(expiry.id),
    });
    Ok(())
}
