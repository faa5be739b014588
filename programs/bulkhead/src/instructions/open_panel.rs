//! Opens a panel whose members set a market's surfaces together. It sets none until the market's surface authority is changed
//! to it, which has a timelock, and never changes afterwards: whoever waits out a timelock knows whom the market will get.

use {
    crate::{
        constants::VERSION,
        events::{Header, PanelOpened},
        now::Now,
        state::{seeds, space_of, Market, Protocol, SurfacePanel},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct OpenPanelArgs {
    /// Distinguishes the panels of a market.
    pub index: u8,
    /// Fresh votes that a surface needs: more than half of the members.
    pub quorum: u8,
    /// One to five.
    pub members: Vec<Address>,
}

#[derive(Accounts)]
#[instruction(args: OpenPanelArgs)]
pub struct OpenPanel {
    #[account(mut)]
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(init, payer = governor, space = space_of::<SurfacePanel>(),
        seeds = [seeds::PANEL, market.address().as_ref(), &[args.index]], bump)]
    pub panel: Account<SurfacePanel>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<OpenPanel>, args: OpenPanelArgs) -> Result<()> {
    let OpenPanel { governor, protocol, market, panel, .. } = &mut ctx.accounts;
    protocol.require_governor(governor.address())?;
    let now = Now::read()?;
    panel.set_members(&args.members, args.quorum)?;
    panel.version = VERSION;
    panel.bump = ctx.bumps.panel;
    panel.index = args.index;
    panel.market = *market.address();
    let header = Header::next(&mut market.event_seq, now);
    emit!(PanelOpened {
        header,
        market: *market.address(),
        panel: *panel.address(),
        members: u64::from(panel.member_count),
        quorum: u64::from(panel.quorum),
    });
    Ok(())
}
