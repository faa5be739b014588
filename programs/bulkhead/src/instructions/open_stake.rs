//! Opens a provider's stake in a market's pool.

use {
    crate::{
        constants::VERSION,
        state::{seeds, space_of, Market, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct OpenStake {
    #[account(mut)]
    pub owner: Signer,
    pub market: Account<Market>,
    #[account(init, payer = owner, space = space_of::<Stake>(),
        seeds = [seeds::STAKE, market.address().as_ref(), owner.address().as_ref()], bump)]
    pub stake: Account<Stake>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<OpenStake>) -> Result<()> {
    let market = *ctx.accounts.market.address();
    let owner = *ctx.accounts.owner.address();
    let stake = &mut ctx.accounts.stake;
    stake.version = VERSION;
    stake.bump = ctx.bumps.stake;
    stake.fund = market;
    stake.owner = owner;
    Ok(())
}
