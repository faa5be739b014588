//! Creates the senior pool of a quote mint with its vault. Anyone may: there is one per mint, it starts empty and has no owner.

use {
    crate::{
        constants::VERSION,
        events::{Header, SeniorCreated},
        now::Now,
        state::{seeds, space_of, SeniorPool},
        token::extensions::require_supported_mint,
    },
    anchor_lang::prelude::*,
    anchor_spl::{
        token,
        token_interface::{Mint, TokenAccount, TokenInterface},
    },
};

#[derive(Accounts)]
pub struct InitSenior {
    #[account(mut)]
    pub payer: Signer,
    pub quote_mint: InterfaceAccount<Mint>,
    #[account(init, payer = payer, space = space_of::<SeniorPool>(),
        seeds = [seeds::SENIOR, quote_mint.address().as_ref()], bump)]
    pub senior: Account<SeniorPool>,
    #[account(init, payer = payer, token::mint = quote_mint, token::authority = senior,
        token::token_program = token_program, seeds = [seeds::SENIOR_VAULT, senior.address().as_ref()], bump)]
    pub vault: InterfaceAccount<TokenAccount>,
    pub token_program: Interface<'static, TokenInterface>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<InitSenior>) -> Result<()> {
    let decimals = ctx.accounts.quote_mint.decimals();
    require_supported_mint(ctx.accounts.quote_mint.account(), decimals)?;
    let now = Now::read()?;
    let quote_mint = *ctx.accounts.quote_mint.address();
    let key = *ctx.accounts.senior.address();
    let senior = &mut ctx.accounts.senior;
    senior.version = VERSION;
    senior.bump = ctx.bumps.senior;
    senior.decimals = decimals;
    senior.quote_mint = quote_mint;
    senior.vault = *ctx.accounts.vault.address();
    senior.token_program = *ctx.accounts.token_program.address();
    let header = Header::next(&mut senior.event_seq, now);
    emit!(SeniorCreated { header, senior: key, quote_mint });
    Ok(())
}
