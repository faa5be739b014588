//! A guardian's brake: tightens only, up to ReduceOnly, and ends by itself.

use {
    crate::{
        error::BulkheadError,
        events::{BreakerTripped, Header},
        now::Now,
        state::{params::seconds, Market, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{guardian_trip, Cause, Level, TripFault, GUARDIAN_TRIP_SECONDS},
};

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct TripBreakerArgs {
    /// 1 Guarded, 2 ReduceOnly.
    pub level: u8,
    /// True for every market of the protocol.
    pub protocol_wide: bool,
}

#[derive(Accounts)]
pub struct TripBreaker {
    pub guardian: Signer,
    #[account(mut)]
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
}

pub fn handler(ctx: &mut Context<TripBreaker>, args: TripBreakerArgs) -> Result<()> {
    let now = Now::read()?;
    let TripBreaker { guardian, protocol, market } = &mut ctx.accounts;
    require!(protocol.is_guardian(guardian.address()), BulkheadError::NotGuardian);
    let own = seconds(market.params.guardian_trip_seconds);
    let (breaker, length) = match args.protocol_wide {
        true => (&mut protocol.breaker, GUARDIAN_TRIP_SECONDS),
        false => (&mut market.breaker, own),
    };
    let level = Level::from_byte(args.level);
    let trip =
        guardian_trip(breaker.trip(Cause::Guardian), level, now.unix, length).map_err(
            |fault| match fault {
                TripFault::NotTightening => BulkheadError::NotTightening,
                TripFault::TooManyInARow => BulkheadError::TooManyTrips,
            },
        )?;
    breaker.set(Cause::Guardian, trip);
    let header = Header::next(&mut market.event_seq, now);
    emit!(BreakerTripped {
        header,
        market: if args.protocol_wide { Address::default() } else { *market.address() },
        by: *guardian.address(),
        cause: Cause::Guardian as u64,
        level: u64::from(trip.level),
        until: trip.until,
    });
    Ok(())
}
