//! The feed of one bonded publisher.

use {
    crate::{
        constants::{MISSED_ROUND_SLASH_PPM, SIGNED_PRICE_SLOTS, STRIKE_SLASH_PPM},
        error::{refuse, BulkheadError},
        now::Now,
        state::bond::{self, Slashed},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::MAX_PRICE,
        oracle::{observation::MAX_FUTURE_SECONDS, Observation, SignedPrice},
        round::{ppm_of, Round},
        scenario::PPM,
    },
};

#[account]
pub struct PublisherFeed {
    pub version: u8,
    pub bump: u8,
    /// 1 after a proof of equivocation: it is listened to no more.
    pub equivocated: u8,
    pub _pad0: [u8; 5],
    pub market: Address,
    pub publisher: Address,
    /// Quote atoms in the market's vault.
    pub bond: u64,
    /// What the bond was at least at the start; below half of it the feed is not listened to.
    pub least_bond: u64,
    /// Quote atoms per unit.
    pub price: u64,
    pub confidence: u64,
    pub publish_time: i64,
    pub publish_slot: u64,
    pub publications: u64,
    /// First bytes of whatever the publisher signs for this feed.
    pub domain: [u8; 8],
    /// Unix time of its resignation; zero: none.
    pub resigned_at: i64,
    /// Quote atoms slashed so far.
    pub slashed_total: u64,
    pub _reserved: [u8; 24],
}

const _: () = assert!(core::mem::size_of::<PublisherFeed>() == 176);

impl PublisherFeed {
    /// Whether the aggregate listens to it.
    #[must_use]
    pub const fn is_heard(equivocated: u8, resigned_at: i64, bond: u64, least_bond: u64) -> bool {
        equivocated == 0 && resigned_at == 0 && bond >= least_bond >> 1
    }

    /// Whether the publisher has not left and was not thrown out.
    ///
    /// # Errors
    /// [`BulkheadError::PublisherClosed`].
    pub fn require_open(&self) -> Result<()> {
        require!(self.equivocated == 0 && self.resigned_at == 0, BulkheadError::PublisherClosed);
        Ok(())
    }

    /// Takes a price newer than the last.
    ///
    /// # Errors
    /// [`BulkheadError::PublisherClosed`], [`BulkheadError::InvalidPublication`].
    pub fn say(&mut self, word: &Observation, now: Now) -> Result<()> {
        self.require_open()?;
        let priced = (1..=MAX_PRICE).contains(&word.price);
        let newer = word.publish_time > self.publish_time;
        let past = word.publish_time <= now.unix.saturating_add(MAX_FUTURE_SECONDS);
        require!(priced && newer && past, BulkheadError::InvalidPublication);
        self.price = word.price;
        self.confidence = word.confidence;
        self.publish_time = word.publish_time;
        self.publish_slot = word.slot;
        self.publications = self.publications.wrapping_add(1);
        Ok(())
    }

    /// What a signed price says, if it is meant for this feed and not from a slot to come or long past.
    ///
    /// # Errors
    /// [`BulkheadError::InvalidPublication`].
    pub fn read_signed(&self, signed: &SignedPrice, now: Now) -> Result<Observation> {
        let slot = u64::from(signed.slot);
        let slots_ago = now.slot.checked_sub(slot);
        let timely = slots_ago.is_some_and(|ago| ago <= SIGNED_PRICE_SLOTS);
        require!(timely && signed.domain == self.domain, BulkheadError::InvalidPublication);
        let confidence_ppm = u64::from(signed.confidence_ppm);
        Ok(Observation {
            price: signed.price,
            confidence: ppm_of(signed.price, confidence_ppm, Round::Up).map_err(refuse)?,
            publish_time: i64::from(signed.publish_time),
            slot,
        })
    }

    /// Slashes for strikes and missed rounds, by rule.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn slash_due(&mut self, strikes: u32, missed: u32) -> Result<Slashed> {
        let parts = |count: u32, ppm: u64| u64::from(count).wrapping_mul(ppm); // below 2^32 * 2^20
        let share = parts(strikes, STRIKE_SLASH_PPM).wrapping_add(parts(missed, MISSED_ROUND_SLASH_PPM));
        let amount = ppm_of(self.bond, share.min(PPM), Round::Up).map_err(refuse)?;
        self.slash(amount)
    }

    /// Takes the whole bond for a proven equivocation.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn slash_all(&mut self) -> Result<Slashed> {
        self.equivocated = 1;
        self.slash(self.bond)
    }

    fn slash(&mut self, amount: u64) -> Result<Slashed> {
        bond::slash(&mut self.bond, &mut self.slashed_total, amount)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, bytemuck::Zeroable};

    #[test]
    fn slashes_by_rule_and_never_more_than_there_is() {
        let mut feed = PublisherFeed { bond: 1_000_001, ..PublisherFeed::zeroed() };
        // Two strikes at 1 %, three missed rounds at 0.1 %, rounded up.
        let Slashed { to_reporter, to_pool } = feed.slash_due(2, 3).unwrap();
        assert_eq!((to_reporter + to_pool, to_reporter), (23_001, 11_500));
        assert_eq!((feed.bond, feed.slashed_total), (977_000, 23_001));
        let all = feed.slash_due(u32::MAX, u32::MAX).unwrap();
        assert_eq!((all.to_reporter + all.to_pool, feed.bond), (977_000, 0));
    }
}
