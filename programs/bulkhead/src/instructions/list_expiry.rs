//! Lists an expiry: a call and a put at every strike.

use {
    crate::{
        access::gate::require_action,
        constants::{MAX_STRIKES, MAX_TENOR_SECONDS, MIN_TENOR_SECONDS, VERSION},
        error::{refuse, BulkheadError},
        events::{ExpiryListed, Header},
        now::Now,
        state::{seeds, space_of, Expiry, Market, Pool, Protocol, RiskArray},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::{Strike, MAX_PRICE},
        breaker::Action,
    },
};

#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ListExpiryArgs {
    /// Unix time.
    pub expires_at: i64,
    /// Ascending, quote atoms per unit, each a multiple of the lots per unit.
    pub strikes: Vec<u64>,
}

#[derive(Accounts)]
pub struct ListExpiry {
    #[account(mut)]
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(init, payer = governor, space = space_of::<Expiry>(),
        seeds = [seeds::EXPIRY, market.address().as_ref(), &market.next_expiry_id.to_le_bytes()], bump)]
    pub expiry: Account<Expiry>,
    #[account(init, payer = governor, space = space_of::<RiskArray>(),
        seeds = [seeds::RISK, market.address().as_ref(), &market.next_expiry_id.to_le_bytes()], bump)]
    pub risk_array: Account<RiskArray>,
    pub system_program: Program<System>,
}

impl ListExpiry {
    fn validate(&self, args: &ListExpiryArgs, now: Now) -> Result<()> {
        self.protocol.require_governor(self.governor.address())?;
        require_action(&self.protocol, &self.market, Action::List, now.unix)?;
        let tenor = args.expires_at.saturating_sub(now.unix);
        require!((MIN_TENOR_SECONDS..=MAX_TENOR_SECONDS).contains(&tenor), BulkheadError::InvalidExpiry);
        require!((1..=MAX_STRIKES).contains(&args.strikes.len()), BulkheadError::InvalidStrikes);
        let mut last = 0;
        for strike in &args.strikes {
            let whole = strike.checked_rem(self.market.lots_per_unit) == Some(0);
            require!(*strike > last && *strike <= MAX_PRICE && whole, BulkheadError::InvalidStrikes);
            last = *strike;
        }
        Ok(())
    }
}

pub fn handler(ctx: &mut Context<ListExpiry>, args: ListExpiryArgs) -> Result<()> {
    let now = Now::read()?;
    ctx.accounts.validate(&args, now)?;
    let market_key = *ctx.accounts.market.address();
    let (slot, id) = ctx.accounts.market.open_expiry()?;
    ctx.accounts.pool.note_expiry(slot, args.expires_at)?;
    let count = u8::try_from(args.strikes.len()).map_err(|_| BulkheadError::InvalidStrikes)?;

    let expiry = &mut ctx.accounts.expiry;
    expiry.version = VERSION;
    expiry.bump = ctx.bumps.expiry;
    expiry.slot = slot;
    expiry.strike_count = count;
    expiry.id = id;
    expiry.market = market_key;
    expiry.payer = *ctx.accounts.governor.address();
    expiry.expires_at = args.expires_at;
    let Expiry { strikes, strike_lns, .. } = &mut **expiry;
    let slots = strikes.iter_mut().zip(strike_lns);
    for ((listed, ln), strike) in slots.zip(&args.strikes) {
        *listed = *strike;
        *ln = Strike::new(*strike).map_err(refuse)?.ln_q57();
    }

    let array = &mut ctx.accounts.risk_array;
    array.version = VERSION;
    array.bump = ctx.bumps.risk_array;
    array.slot = slot;
    array.strike_count = count;
    array.expiry_id = id;
    array.market = market_key;
    array.expires_at = args.expires_at;

    let header = Header::next(&mut ctx.accounts.market.event_seq, now);
    emit!(ExpiryListed {
        header,
        market: market_key,
        expiry: *ctx.accounts.expiry.address(),
        expiry_id: u64::from(id),
        expires_at: args.expires_at,
        strikes: u64::from(count),
    });
    Ok(())
}
