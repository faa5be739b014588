//! Opens the next open-interest shard of a market. Anyone may pay for it.

use {
    crate::{
        constants::{MAX_SHARDS, VERSION},
        error::BulkheadError,
        events::{Header, ShardOpened},
        now::Now,
        state::{seeds, space_of, Market, OiShard},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
#[instruction(index: u8)]
pub struct OpenShard {
    #[account(mut)]
    pub payer: Signer,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(init, payer = payer, space = space_of::<OiShard>(),
        seeds = [seeds::SHARD, market.address().as_ref(), &[index]], bump)]
    pub shard: Account<OiShard>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<OpenShard>, index: u8) -> Result<()> {
    let market_key = *ctx.accounts.market.address();
    let market = &mut ctx.accounts.market;
    let is_next = index == market.shard_count && index < MAX_SHARDS;
    require!(is_next, BulkheadError::InvalidShard);
    market.shard_count = market.shard_count.saturating_add(1);
    let shard = &mut ctx.accounts.shard;
    shard.version = VERSION;
    shard.bump = ctx.bumps.shard;
    shard.index = index;
    shard.market = market_key;
    let header = Header::next(&mut market.event_seq, Now::read()?);
    emit!(ShardOpened { header, market: market_key, index: u64::from(index) });
    Ok(())
}
