//! Takes a publisher's whole bond by proof: two prices that it signed for one slot and that differ. Half goes to whoever shows
//! them, half to the pool, in the books.

use {
    crate::{
        ed25519::{self, signatures_before},
        error::BulkheadError,
        events::{Header, PublisherSlashed},
        now::Now,
        state::{MarginAccount, Pool, PublisherFeed},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::{signed_price::LENGTH, SignedPrice},
};

#[derive(Accounts)]
pub struct ReportEquivocation {
    /// CHECK: the runtime's view of the transaction.
    #[account(address = ed25519::INSTRUCTIONS @ BulkheadError::InvalidSignatures)]
    pub instructions: UncheckedAccount,
    #[account(mut)]
    pub feed: Account<PublisherFeed>,
    #[account(mut, constraint = pool.market == feed.market @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    /// The reporter's, in the same market.
    #[account(mut, constraint = reward.market == feed.market @ BulkheadError::WrongMarket)]
    pub reward: Account<MarginAccount>,
}

impl ReportEquivocation {
    fn is_proven(&self) -> Result<bool> {
        let signed = signatures_before::<LENGTH>(self.instructions.account())?;
        let [first, second] = &signed[..] else { return Ok(false) };
        let by_publisher = [first, second].iter().all(|s| self.feed.publisher.as_ref() == s.signer);
        let price = |message| SignedPrice::from_bytes(message).filter(|p| p.domain == self.feed.domain);
        let (Some(first), Some(second)) = (price(&first.message), price(&second.message)) else {
            return Ok(false);
        };
        Ok(by_publisher && first.contradicts(&second))
    }
}

pub fn handler(ctx: &mut Context<ReportEquivocation>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require!(a.feed.equivocated == 0, BulkheadError::PublisherClosed);
    require!(a.is_proven()?, BulkheadError::NotEquivocation);
    let slashed = a.feed.slash_all()?;
    a.reward.credit(slashed.to_reporter)?;
    a.pool.earn(slashed.to_pool)?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(PublisherSlashed {
        header,
        market: a.feed.market,
        publisher: a.feed.publisher,
        strikes: 0,
        missed: 0,
        to_reporter: slashed.to_reporter,
        to_pool: slashed.to_pool,
        bond_after: a.feed.bond,
    });
    Ok(())
}
