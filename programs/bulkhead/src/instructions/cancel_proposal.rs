//! Withdraws a proposal: the governor's own change of mind, or any guardian's veto.

use {
    crate::{
        error::BulkheadError,
        events::{Header, ProposalCancelled},
        now::Now,
        state::{Proposal, Protocol},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CancelProposal {
    pub signer: Signer,
    #[account(mut)]
    pub protocol: Account<Protocol>,
    #[account(mut, close = proposer)]
    pub proposal: Account<Proposal>,
    /// CHECK: receives the rent; must be the proposer recorded in the proposal.
    // May be the signer itself: a governor that changes its mind gets its own rent back.
    #[account(mut, unsafe(dup), address = proposal.proposer @ BulkheadError::NotOwner)]
    pub proposer: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<CancelProposal>) -> Result<()> {
    let now = Now::read()?;
    let CancelProposal { signer, protocol, proposal, .. } = &mut ctx.accounts;
    let by = *signer.address();
    let allowed = protocol.governor == by || protocol.is_guardian(&by);
    require!(allowed, BulkheadError::NotGuardian);
    let header = Header::next(&mut protocol.event_seq, now);
    emit!(ProposalCancelled { header, proposal: *proposal.address(), index: proposal.index, by });
    Ok(())
}
