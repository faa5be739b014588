//! What a bid takes from one account and gives to another.

pub mod book;
pub mod leg;

use {
    crate::{
        error::{refuse, BulkheadError},
        quoted_book::QuotedBook,
        state::{
            leg::LegFinder,
            oi_shard::{series_index, OiShard},
            MarginAccount,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::MAX_LEGS,
        liquidation::{Payment, Terms},
    },
};

/// What a bidder offers, and the terms that it meets.
#[derive(Clone, Copy)]
pub struct Offer {
    /// By the auction's clock.
    pub terms: Terms,
    /// What the auction may still charge in fees, quote atoms.
    pub fee_left: u64,
    /// Largest share to take, parts per million.
    pub share_ppm: u64,
    /// Least net payment to the bidder, quote atoms.
    pub min_payment: i64,
    /// The scenario that the account is measured by.
    pub scenario: usize,
}

/// What came of it.
pub struct Taken {
    pub causes: u64,
    /// Of the auction, against an account due for these causes.
    pub discount_ppm: u64,
    pub share_ppm: u64,
    pub paid: Payment,
    pub greeks_fallen: u8,
    pub health_before: i64,
    pub health_after: i64,
    /// Whether the bid did enough of the job for whoever leased it: it made up for half of what was missing.
    pub serves: bool,
}

/// The accounts that a bid writes.
pub struct Sides<'a> {
    pub account: &'a mut MarginAccount,
    pub liquidator: &'a mut MarginAccount,
    pub shard: &'a mut OiShard,
}

impl Sides<'_> {
    /// Moves these lots of the book's legs, in its order.
    ///
    /// # Errors
    /// [`BulkheadError::InvalidSize`], [`BulkheadError::TooManyLegs`], [`BulkheadError::OutOfRange`].
    #[inline(never)]
    pub fn move_all(&mut self, book: &QuotedBook, lots: &[i64; MAX_LEGS]) -> Result<()> {
        let (mut finder, mut lots) = (LegFinder::default(), lots.iter());
        for expiry in book.expiries() {
            let mut open = self.shard.book_of(expiry.slot, expiry.id)?;
            for (leg, taken) in expiry.legs.iter().zip(&mut lots) {
                self.account.give(usize::from(leg.place), *taken)?;
                let held = self.liquidator.receive(&mut finder, leg, *taken)?;
                open.pass(series_index(leg.strike, leg.kind), *taken, held)?;
            }
        }
        self.account.drop_empty_legs();
        Ok(())
    }

    /// Moves the cash in the books.
    ///
    /// # Errors
    /// [`BulkheadError::PaymentTooSmall`], [`BulkheadError::InsufficientCollateral`], [`BulkheadError::OutOfRange`].
    pub fn pay(&mut self, paid: &Payment, min_payment: i64) -> Result<()> {
        require!(paid.net().map_err(refuse)? >= min_payment, BulkheadError::PaymentTooSmall);
        self.liquidator.credit(paid.from_account)?;
        self.liquidator.debit(paid.to_account)?;
        self.account.credit(paid.to_account)?;
        self.account.debit(paid.from_account)?;
        self.account.debit(paid.fee)?;
        let auction = &mut self.account.auction;
        auction.fee_left = auction.fee_left.saturating_sub(paid.fee);
        // Its own cash pays first, but for the pool's part of the reward.
        auction.lent = auction.lent.saturating_sub(paid.topped_up).min(self.account.cash);
        self.shard.earn(paid.fee)
    }
}
