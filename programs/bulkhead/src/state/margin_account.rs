//! A margin account: collateral, debt, legs, and what settled expiries left to receive or to pay, of one owner in one market.

use {
    crate::{
        amount::{add, sub},
        error::BulkheadError,
        state::{
            auction::StoredAuction,
            claim_kind,
            lease::StoredLease,
            leg::{self, Leg, LegFinder},
            Claim, Market,
        },
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{MAX_LEGS, MAX_LEG_LOTS},
        margin::Funds,
        series_table::Holding,
    },
    bytemuck::Zeroable,
};

#[account]
pub struct MarginAccount {
    pub version: u8,
    pub bump: u8,
    pub sub_id: u8,
    pub leg_count: u8,
    /// Bonds of settlement prices that return to this account.
    pub bonds: u8,
    pub _pad0: [u8; 3],
    pub owner: Address,
    /// May trade for the account, never withdraw; all zeros when there is none.
    pub delegate: Address,
    pub market: Address,
    /// Collateral, quote atoms. Never negative: what an account cannot pay becomes `debt`.
    pub cash: u64,
    /// What the account owes, quote atoms: its owed claims to the winners of their expiries first, everything else to the pool.
    pub debt: u64,
    pub event_seq: u64,
    pub claims: [Claim; 8],
    /// The first `leg_count` are in use.
    pub legs: [Leg; 32],
    pub auction: StoredAuction,
    /// The last lease of its auctions.
    pub lease: StoredLease,
    pub _reserved: [u8; 24],
}

const _: () = assert!(MAX_LEGS == 32);
const _: () = assert!(core::mem::size_of::<MarginAccount>() == 976);

impl MarginAccount {
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        self.legs.get(..usize::from(self.leg_count)).unwrap_or(&[])
    }

    /// # Errors
    /// [`BulkheadError::NotAccountAuthority`] unless the signer is the owner or the delegate.
    pub fn require_authority(&self, signer: &Address) -> Result<()> {
        require!(self.answers_to(signer), BulkheadError::NotAccountAuthority);
        Ok(())
    }

    #[must_use]
    pub fn lots(&self, expiry_id: u16, strike: u8, kind: u8) -> i64 {
        self.position(expiry_id, strike, kind).and_then(|i| self.legs.get(i)).map_or(0, |l| l.lots)
    }

    fn position(&self, expiry_id: u16, strike: u8, kind: u8) -> Option<usize> {
        self.place(leg::series_key(expiry_id, strike, kind))
    }

    /// Place of the leg of a series, by [`Leg::key`].
    #[must_use]
    pub fn place(&self, key: u32) -> Option<usize> {
        self.legs().iter().position(|l| l.key() == key)
    }

    /// All legs as the risk crate sees them.
    #[must_use]
    pub fn book(&self) -> &[Holding] {
        bytemuck::cast_slice(self.legs())
    }

    /// The legs of one expiry, or the one of them at a place.
    #[inline(never)]
    #[must_use]
    pub fn holdings(&self, expiry_id: u16, wanted: Option<u8>) -> Vec<Holding> {
        let mut held = Vec::with_capacity(usize::from(self.leg_count));
        let mut place = 0u8;
        for leg in self.legs() {
            if leg.expiry_id == expiry_id && wanted.is_none_or(|only| only == place) {
                held.push(leg.holding(place));
            }
            place = place.wrapping_add(1);
        }
        held
    }

    /// Moves a leg by `change` lots, opening or removing it as needed; returns `(before, after)`.
    ///
    /// # Errors
    /// [`BulkheadError::InvalidSize`] beyond the lots a leg may hold, [`BulkheadError::TooManyLegs`].
    pub fn move_leg(&mut self, expiry_id: u16, strike: u8, kind: u8, change: i64) -> Result<(i64, i64)> {
        let at = self.position(expiry_id, strike, kind);
        self.move_leg_at(at, expiry_id, strike, kind, change)
    }

    /// As [`Self::move_leg`] with the leg's place, or none where the account does not hold it.
    ///
    /// # Errors
    /// Those of [`Self::move_leg`].
    #[inline(never)]
    pub fn move_leg_at(
        &mut self,
        at: Option<usize>,
        expiry_id: u16,
        strike: u8,
        kind: u8,
        change: i64,
    ) -> Result<(i64, i64)> {
        let before = at.and_then(|i| self.legs.get(i)).map_or(0, |l| l.lots);
        let after = before.checked_add(change).ok_or(BulkheadError::InvalidSize)?;
        require!(after.unsigned_abs() <= MAX_LEG_LOTS, BulkheadError::InvalidSize);
        match (at, after) {
            (Some(i), 0) => self.remove_leg(i),
            (Some(i), _) => {
                if let Some(leg) = self.legs.get_mut(i) {
                    leg.lots = after;
                }
            }
            (None, 0) => {}
            (None, _) => {
                let end = usize::from(self.leg_count);
                let slot = self.legs.get_mut(end).ok_or(BulkheadError::TooManyLegs)?;
                *slot = Leg { lots: after, expiry_id, strike, kind, _pad0: [0; 4] };
                self.leg_count = self.leg_count.saturating_add(1);
            }
        }
        Ok((before, after))
    }

    /// Takes lots of a series on; returns how many there were.
    ///
    /// # Errors
    /// Those of [`Self::move_leg`].
    #[inline(always)]
    pub fn receive(&mut self, finder: &mut LegFinder, series: &Holding, lots: i64) -> Result<i64> {
        let Holding { expiry_id, strike, kind, .. } = *series;
        let at = finder.find(self.legs(), series);
        if let Some(leg) = at.and_then(|at| self.legs.get_mut(at)) {
            let before = leg.lots;
            let after = before.wrapping_add(lots); // neither is beyond 2^20
            if after != 0 {
                require!(after.unsigned_abs() <= MAX_LEG_LOTS, BulkheadError::InvalidSize);
                leg.lots = after;
                return Ok(before);
            }
        }
        let (before, after) = self.move_leg_at(at, expiry_id, strike, kind, lots)?;
        if after == 0 {
            // Another leg took its place.
            *finder = LegFinder::default();
        }
        Ok(before)
    }

    /// Takes lots out of a leg, which stays in its place even where none are left.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] for a leg that does not exist, or holds fewer.
    #[inline(always)]
    pub fn give(&mut self, index: usize, lots: i64) -> Result<()> {
        let leg = self.legs.get_mut(index).ok_or(BulkheadError::OutOfRange)?;
        let left = leg.lots.wrapping_sub(lots); // no leg is beyond 2^20
        require!(left == 0 || (left ^ leg.lots) >= 0, BulkheadError::OutOfRange);
        leg.lots = left;
        Ok(())
    }

    /// Removes every leg without lots; the others keep their order.
    pub fn drop_empty_legs(&mut self) {
        if self.legs().iter().all(|leg| leg.lots != 0) {
            return;
        }
        let mut kept = 0usize;
        for at in 0..usize::from(self.leg_count) {
            if self.legs.get(at).is_some_and(|leg| leg.lots != 0) {
                if kept != at {
                    self.legs.swap(kept, at);
                }
                kept = kept.saturating_add(1);
            }
        }
        for leg in self.legs.iter_mut().take(usize::from(self.leg_count)).skip(kept) {
            *leg = Leg::zeroed();
        }
        self.leg_count = u8::try_from(kept).unwrap_or(self.leg_count);
    }

    /// True when a key is the account's owner or delegate.
    #[must_use]
    pub fn answers_to(&self, key: &Address) -> bool {
        self.owner == *key || (self.delegate != Address::default() && self.delegate == *key)
    }

    /// What margin counts beside the legs.
    #[must_use]
    pub fn funds(&self) -> Funds {
        Funds { cash: self.cash, debt: self.debt, claims: self.unpaid_claims() }
    }

    /// Removes a leg; the last one takes its place.
    pub fn remove_leg(&mut self, index: usize) {
        let Some(last) = usize::from(self.leg_count).checked_sub(1) else { return };
        if index > last {
            return;
        }
        self.legs.swap(index, last);
        if let Some(leg) = self.legs.get_mut(last) {
            *leg = Leg::zeroed();
        }
        self.leg_count = self.leg_count.saturating_sub(1);
    }

    /// Proceeds of settled expiries whose share is still to be paid, quote atoms. What is left of a share that was paid counts
    /// for nothing: it comes only if others pay their debts.
    #[must_use]
    pub fn unpaid_claims(&self) -> u64 {
        let awaited = self.claims.iter().filter(|c| c.kind == claim_kind::AWAITED);
        awaited.fold(0, |sum, claim| sum.saturating_add(claim.amount))
    }

    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn credit(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        Ok(())
    }

    /// # Errors
    /// [`BulkheadError::InsufficientCollateral`].
    pub fn debit(&mut self, amount: u64) -> Result<()> {
        self.cash = self.cash.checked_sub(amount).ok_or(BulkheadError::InsufficientCollateral)?;
        Ok(())
    }

    /// Uses collateral to pay back the pool; returns what was paid. It waits while the account owes an expiry that is still
    /// open, because that expiry's winners come first.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn repay(&mut self, market: &Market) -> Result<u64> {
        self.forget_closed(market);
        // What the pool lent for an auction is there for its bidders until it ends: else anybody could send it round in circles.
        if self.debt == 0 || self.auction.is_open() || self.claims.iter().any(Claim::is_owed) {
            return Ok(0);
        }
        self.pay_debt(self.debt.min(self.cash))
    }

    /// What of the cash the pool lent for the auction and no bid has used: nobody else may have it.
    #[must_use]
    pub fn lent(&self) -> u64 {
        self.auction.lent.min(self.cash)
    }

    /// Takes a loan of the pool for the auction.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn borrow(&mut self, amount: u64) -> Result<()> {
        self.auction.lent = add(self.lent(), amount)?;
        self.debt = add(self.debt, amount)?;
        self.credit(amount)
    }

    /// Gives back what was lent for the auction and nobody took; returns what that was.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn return_loan(&mut self) -> Result<u64> {
        let unused = self.lent().min(self.debt);
        self.auction.lent = 0;
        self.pay_debt(unused)
    }

    /// # Errors
    /// [`BulkheadError::OutOfRange`] beyond the account's cash or debt.
    pub fn pay_debt(&mut self, amount: u64) -> Result<u64> {
        self.cash = sub(self.cash, amount)?;
        self.debt = sub(self.debt, amount)?;
        Ok(amount)
    }

    /// One more bond that returns to this account, which stays open until it has.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn hold_bond(&mut self) -> Result<()> {
        self.bonds = self.bonds.checked_add(1).ok_or(BulkheadError::OutOfRange)?;
        Ok(())
    }

    /// Drops what was owed to expiries that have closed: it stays as debt, and that is the pool's now. Proceeds need no such
    /// care: an expiry closes only when all of them are paid.
    pub fn forget_closed(&mut self, market: &Market) {
        for claim in &mut self.claims {
            if claim.is_owed() && !market.expiries.contains(&claim.expiry_id) {
                *claim = Claim::zeroed();
            }
        }
    }

    /// The entry for an expiry.
    pub fn claim_mut(&mut self, expiry_id: u16) -> Option<&mut Claim> {
        self.claims.iter_mut().find(|c| c.expiry_id == expiry_id)
    }

    /// Records what a settled expiry left. There are as many slots as live expiries, an account settles an expiry once, and what
    /// is left of closed ones was forgotten before, so a free slot always exists.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn add_claim(&mut self, expiry_id: u16, kind: u8, amount: u64) -> Result<()> {
        let slot = self.claims.iter_mut().find(|c| c.expiry_id == 0).ok_or(BulkheadError::OutOfRange)?;
        *slot = Claim { amount, expiry_id, kind, ..Claim::zeroed() };
        if kind == claim_kind::OWED {
            self.debt = add(self.debt, amount)?;
        }
        Ok(())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cash == 0
            && self.debt == 0
            && self.leg_count == 0
            && self.bonds == 0
            // Without a debt what looks owed is of expiries that have closed.
            && self.claims.iter().all(|c| c.expiry_id == 0 || c.is_owed())
            && self.lease.is_settled()
            // The pool still counts it among its losses until the auction ends.
            && self.auction.asked == 0
    }
}
