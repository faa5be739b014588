//! Queues a change that loosens something. It can be executed by anyone once its timelock has passed, and cancelled by
//! the governor or any guardian until then. Winding a market down tightens, so it waits for nothing.

use {
    crate::{
        constants::{PROPOSAL_LIFE_SECONDS, ROLE_TIMELOCK_SECONDS, TIMELOCK_SECONDS, VERSION},
        error::BulkheadError,
        events::{Header, Proposed},
        now::Now,
        state::{proposal::kind, seeds, space_of, Market, MarketParams, Proposal, Protocol, SourceSpec},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{breaker::Cause, governance::Window},
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ProposeArgs {
    /// 0 set parameters, 1 clear a trip, 2 set the governor, 3 set the guardians, 4 wind down, 5 add a price source, 6 set the
    /// surface authority.
    pub kind: u8,
    /// For clearing a trip.
    pub cause: u8,
    /// For setting the governor or the surface authority.
    pub holder: Address,
    /// For setting the guardians.
    pub guardians: Vec<Address>,
    /// For setting parameters.
    pub params: MarketParams,
    /// For adding a price source.
    pub source: SourceSpec,
}

#[derive(Accounts)]
pub struct Propose {
    #[account(mut)]
    pub governor: Signer,
    #[account(mut)]
    pub protocol: Account<Protocol>,
    /// The market concerned; absent for changes of roles.
    pub market: Option<Account<Market>>,
    #[account(init, payer = governor, space = space_of::<Proposal>(),
        seeds = [seeds::PROPOSAL, &protocol.proposals.to_le_bytes()], bump)]
    pub proposal: Account<Proposal>,
    pub system_program: Program<System>,
}

impl Propose {
    /// Checks the content; returns the wait, seconds.
    fn validate(&self, args: &ProposeArgs) -> Result<i64> {
        self.protocol.require_governor(self.governor.address())?;
        let for_protocol = matches!(args.kind, kind::SET_GOVERNOR | kind::SET_GUARDIANS);
        require!(self.market.is_none() == for_protocol, BulkheadError::InvalidProposal);
        match args.kind {
            kind::SET_PARAMS => {
                args.params.check_bounds()?;
                Ok(TIMELOCK_SECONDS)
            }
            kind::CLEAR_TRIP => {
                require!(Cause::from_byte(args.cause).is_some(), BulkheadError::InvalidProposal);
                Ok(TIMELOCK_SECONDS)
            }
            kind::ADD_SOURCE => {
                args.source.check()?;
                Ok(TIMELOCK_SECONDS)
            }
            kind::SET_GOVERNOR | kind::SET_SURFACE_AUTHORITY => {
                require!(args.holder != Address::default(), BulkheadError::InvalidProposal);
                Ok(ROLE_TIMELOCK_SECONDS)
            }
            kind::SET_GUARDIANS => Ok(ROLE_TIMELOCK_SECONDS),
            kind::WIND_DOWN => Ok(0),
            _ => Err(BulkheadError::InvalidProposal.into()),
        }
    }
}

pub fn handler(ctx: &mut Context<Propose>, args: ProposeArgs) -> Result<()> {
    let wait = ctx.accounts.validate(&args)?;
    let now = Now::read()?;
    let Propose { governor, protocol, market, proposal, .. } = &mut ctx.accounts;
    let window = Window::queued(now.unix, wait, PROPOSAL_LIFE_SECONDS);
    proposal.version = VERSION;
    proposal.bump = ctx.bumps.proposal;
    proposal.kind = args.kind;
    proposal.cause = args.cause;
    proposal.index = protocol.proposals;
    proposal.created_at = now.unix;
    proposal.eta = window.eta;
    proposal.lapses_at = window.lapses_at;
    proposal.proposer = *governor.address();
    proposal.market = market.as_ref().map_or(Address::default(), |m| *m.address());
    proposal.holder = args.holder;
    proposal.source = args.source;
    proposal.params = args.params;
    proposal.params_revision = market.as_ref().map_or(0, |m| m.params_revision);
    store_guardians(proposal, &args)?;
    protocol.proposals = protocol.proposals.saturating_add(1);

    let header = Header::next(&mut protocol.event_seq, now);
    emit!(Proposed {
        header,
        proposal: *proposal.address(),
        market: proposal.market,
        index: proposal.index,
        kind: u64::from(args.kind),
        eta: window.eta,
    });
    Ok(())
}

fn store_guardians(proposal: &mut Proposal, args: &ProposeArgs) -> Result<()> {
    let count = args.guardians.len();
    require!(count <= proposal.guardians.len(), BulkheadError::InvalidGuardians);
    require!(args.kind != kind::SET_GUARDIANS || count > 0, BulkheadError::InvalidGuardians);
    for (slot, key) in proposal.guardians.iter_mut().zip(&args.guardians) {
        *slot = *key;
    }
    proposal.guardian_count = u8::try_from(count).map_err(|_| BulkheadError::InvalidGuardians)?;
    Ok(())
}
