//! Takes over part of an account in an auction: a share of every leg, or lots of one leg, at the marks less the discount of the
//! moment. The bidder may hold any book; it must hold its own initial margin afterwards.

use {
    crate::{
        access::gate::require_action,
        error::{refuse, BulkheadError},
        events::{log, BidAccepted, Header},
        expiry_source::Sources,
        grace::View,
        margin_basis::MarginBasis,
        now::Now,
        quoted_book::{QuotedBook, WHOLE_BOOK},
        state::{MarginAccount, Market, OiShard, OracleAggregate, Protocol},
        takeover::{book, leg, Offer, Sides, Taken},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::Action,
        oracle::Reliance,
        scenario::{PPM, SCENARIOS},
    },
};

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct BidArgs {
    /// Number of the account's auction.
    pub auction_id: u64,
    /// The leg by its series, `expiry_id | strike << 16 | kind << 24`, or 0xFFFFFFFF for the whole book.
    pub leg: u32,
    /// Share to take, parts per million: of the whole book at most, cut to what restores the buffer; of one leg exactly.
    pub share_ppm: u64,
    /// Least net payment to the liquidator, quote atoms; negative when it pays for a valuable slice.
    pub min_payment: i64,
    /// The scenario to measure the account by. The worst one allows the largest bid; none allows more than all of them would.
    pub scenario: u8,
}

/// For every expiry that either account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct Bid {
    pub authority: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = shard.market == *market.address() @ BulkheadError::WrongMarket)]
    pub shard: Account<OiShard>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    #[account(mut, constraint = liquidator.market == *market.address() @ BulkheadError::WrongMarket)]
    pub liquidator: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<Bid>, args: BidArgs) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let level = require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    validate(a, &args)?;
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    basis.require(Reliance::Liquidate)?;
    let sources = Sources::load(&appended, &a.market, &a.oracle, now)?;
    basis.require_all_fresh(sources.all())?;
    let view = View { market: &a.market, basis: &basis, level, sources: &sources, appended: &appended };
    require!(!view.spares(&a.account)?, BulkheadError::InGrace);

    let auction = &mut a.account.auction;
    auction.attend(args.auction_id, a.oracle.mark.live_seconds, a.market.liquidation_open_since())?;
    let elapsed = auction.elapsed;
    let offer = Offer {
        terms: basis.terms(elapsed)?,
        fee_left: auction.fee_left,
        share_ppm: args.share_ppm,
        min_payment: args.min_payment,
        scenario: usize::from(args.scenario),
    };
    let quoted = QuotedBook::read(&a.account, &basis, sources.all(), args.leg, offer.scenario)?;
    let mut sides = Sides { account: &mut a.account, liquidator: &mut a.liquidator, shard: &mut a.shard };
    let taken = match args.leg {
        WHOLE_BOOK => book::take(&mut sides, &basis, &sources, &quoted, &offer)?,
        _ => leg::take(&mut sides, &basis, &sources, &quoted, &offer)?,
    };
    prove_initial(&a.liquidator, &basis, &sources, &quoted)?;
    a.account.lease.admit(a.authority.address(), args.auction_id, taken.serves, now)?;
    announce(a, &args, &taken, now);
    Ok(())
}

fn validate(a: &Bid, args: &BidArgs) -> Result<()> {
    a.liquidator.require_authority(a.authority.address())?;
    // Nobody sets the price of what is its own.
    let strangers = [a.authority.address(), &a.liquidator.owner, &a.liquidator.delegate];
    let shared = strangers.into_iter().any(|key| *key != Address::default() && a.account.answers_to(key));
    require!(!shared, BulkheadError::OwnAuction);
    require!(a.account.leg_count > 0, BulkheadError::NotLiquidatable);
    require!((1..=PPM).contains(&args.share_ppm), BulkheadError::InvalidShare);
    require!(usize::from(args.scenario) < SCENARIOS, BulkheadError::UnknownScenario);
    Ok(())
}

/// Most bidders hold so much more than they need that no look at the scenarios is necessary.
#[inline(never)]
fn prove_initial(
    liquidator: &MarginAccount,
    basis: &MarginBasis,
    sources: &Sources,
    quoted: &QuotedBook,
) -> Result<()> {
    let bound = basis.measure_quoted(liquidator, sources.all(), quoted)?;
    if bound.initial_surplus().map_err(refuse)? >= 0 {
        return Ok(());
    }
    let surplus = basis.measure(liquidator, sources.all())?.initial_surplus().map_err(refuse)?;
    require!(surplus >= 0, BulkheadError::BelowInitialMargin);
    Ok(())
}

fn announce(a: &mut Bid, args: &BidArgs, taken: &Taken, now: Now) {
    let header = Header::next(&mut a.shard.event_seq, now);
    log(&BidAccepted {
        header,
        shard: *a.shard.address(),
        account: *a.account.address(),
        liquidator: *a.liquidator.address(),
        auction_id: args.auction_id,
        causes: taken.causes,
        leg: u64::from(args.leg),
        share_ppm: taken.share_ppm,
        scenario: u64::from(args.scenario),
        elapsed: a.account.auction.elapsed,
        discount_ppm: taken.discount_ppm,
        greeks_fallen: u64::from(taken.greeks_fallen),
        to_account: taken.paid.to_account,
        from_account: taken.paid.from_account,
        fee: taken.paid.fee,
        health_before: taken.health_before,
        health_after: taken.health_after,
    });
}
