//! Brings prices that publishers signed off chain, up to seven in one transaction. Anybody may: what was signed is checked by the
//! Ed25519 precompile in the instruction before. A price that its feed does not take (no newer than the last, too late, of a
//! publisher who has left) is passed over, so that relayers do no harm to each other and no publisher to the others.

use {
    crate::{
        ed25519::{self, signatures_before, Signed},
        error::BulkheadError,
        now::Now,
        state::PublisherFeed,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::{signed_price::LENGTH, SignedPrice},
    core::{mem::size_of, ops::Range},
};

/// Where an account's fields lie.
const BODY: Range<usize> = DISCRIMINATOR_LENGTH..DISCRIMINATOR_LENGTH + size_of::<PublisherFeed>();
const DISCRIMINATOR_LENGTH: usize = PublisherFeed::DISCRIMINATOR.len();

/// The publishers' feeds follow, writable, in the order of the signatures.
#[derive(Accounts)]
pub struct PublishSigned {
    /// CHECK: the runtime's view of the transaction.
    #[account(address = ed25519::INSTRUCTIONS @ BulkheadError::InvalidSignatures)]
    pub instructions: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<PublishSigned>) -> Result<()> {
    let mut appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let signed = signatures_before::<LENGTH>(ctx.accounts.instructions.account())?;
    require!(signed.len() == appended.len(), BulkheadError::FeedAccountsMismatch);
    let mut taken = 0u32;
    for (view, signed) in appended.iter_mut().zip(&signed) {
        taken = taken.saturating_add(u32::from(publish(view, signed, now)?));
    }
    require!(taken > 0, BulkheadError::InvalidPublication);
    Ok(())
}

/// Whether the feed took it.
fn publish(view: &mut AccountView, signed: &Signed<LENGTH>, now: Now) -> Result<bool> {
    let mismatch = || Error::from(BulkheadError::FeedAccountsMismatch);
    require!(view.owned_by(&crate::ID), BulkheadError::FeedAccountsMismatch);
    let mut data = view.try_borrow_mut()?;
    require!(data.starts_with(PublisherFeed::DISCRIMINATOR), BulkheadError::FeedAccountsMismatch);
    let body = data.get_mut(BODY).ok_or_else(mismatch)?;
    let feed: &mut PublisherFeed = bytemuck::try_from_bytes_mut(body).map_err(|_| mismatch())?;
    require!(feed.publisher.as_ref() == signed.signer, BulkheadError::FeedAccountsMismatch);
    let price = SignedPrice::from_bytes(&signed.message).ok_or(BulkheadError::InvalidPublication)?;
    let word = feed.read_signed(&price, now);
    Ok(word.is_ok_and(|word| feed.say(&word, now).is_ok()))
}
