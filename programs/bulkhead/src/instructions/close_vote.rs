//! Closes a member's vote and returns its rent, once it no longer counts: one that is not there and one that is too old say the
//! same to the panel, so nobody gains by leaving.

use {
    crate::{error::BulkheadError, now::Now, state::SurfaceVote},
    anchor_lang::prelude::*,
    bulkhead_risk::surface_panel::is_fresh,
};

#[derive(Accounts)]
pub struct CloseVote {
    #[account(mut)]
    pub member: Signer,
    #[account(mut, close = member, constraint = vote.member == *member.address() @ BulkheadError::NotPanelMember)]
    pub vote: Account<SurfaceVote>,
}

pub fn handler(ctx: &mut Context<CloseVote>) -> Result<()> {
    let counts = is_fresh(ctx.accounts.vote.submitted_at, Now::read()?.unix);
    require!(!counts, BulkheadError::VoteInForce);
    Ok(())
}
