//! Creates the protocol account and its roles. Only the program's upgrade authority may, so nobody front-runs it.

use {
    crate::{
        access::upgrade_authority::require_upgrade_authority,
        constants::VERSION,
        events::{Header, ProtocolInitialised},
        now::Now,
        state::{seeds, space_of, Protocol},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct InitProtocolArgs {
    pub governor: Address,
    /// One to five distinct keys.
    pub guardians: Vec<Address>,
}

#[derive(Accounts)]
pub struct InitProtocol {
    #[account(mut)]
    pub authority: Signer,
    /// CHECK: the loader's program data, verified by `require_upgrade_authority`.
    pub program_data: UncheckedAccount,
    #[account(init, payer = authority, space = space_of::<Protocol>(), seeds = [seeds::PROTOCOL], bump)]
    pub protocol: Account<Protocol>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<InitProtocol>, args: InitProtocolArgs) -> Result<()> {
    let signer = *ctx.accounts.authority.address();
    require_upgrade_authority(ctx.accounts.program_data.account(), ctx.program_id, &signer)?;
    let now = Now::read()?;
    let protocol = &mut ctx.accounts.protocol;
    protocol.version = VERSION;
    protocol.bump = ctx.bumps.protocol;
    protocol.governor = args.governor;
    protocol.set_guardians(&args.guardians)?;
    let header = Header::next(&mut protocol.event_seq, now);
    emit!(ProtocolInitialised { header, governor: args.governor });
    Ok(())
}
