//! How an expiry comes to its price: the observation it keeps, the prices that bonds stand behind, the fixing.

use {
    crate::{
        error::{refuse, BulkheadError},
        now::Now,
        state::{params::MarketParams, BondedPrice, Expiry, OracleAggregate},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::settlement::{
        fix, is_in_band, judge, may_dispute, may_propose, observe, Fixing, LastMark, Observation, Proposal,
        Verdict,
    },
};

/// Times of the chain are positive; one that is not lies before every expiry.
fn unix(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}

impl Expiry {
    /// What the buckets say: as taken down before, or as they stand now. `None` before the expiry and while the window may grow.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn observation(
        &self,
        oracle: &OracleAggregate,
        params: &MarketParams,
        now: i64,
    ) -> Result<Option<Observation>> {
        if self.observed_at != 0 {
            return Ok(Some(self.taken_down()));
        }
        let mark = LastMark {
            price: oracle.mark.price,
            at: unix(oracle.mark.at),
            max_age: params.max_mark_age_seconds,
        };
        observe(oracle.ring(), &mark, unix(self.expires_at), unix(now), params.bucket_seconds).map_err(refuse)
    }

    /// Takes down what the buckets say, once.
    ///
    /// # Errors
    /// [`BulkheadError::NotObservable`].
    pub fn observe(
        &mut self,
        oracle: &OracleAggregate,
        params: &MarketParams,
        now: Now,
    ) -> Result<Observation> {
        let seen = self.observation(oracle, params, now.unix)?.ok_or(BulkheadError::NotObservable)?;
        if self.observed_at == 0 {
            self.observed_at = now.unix;
            self.window_price = seen.window_price;
            self.window_seconds = seen.covered_seconds;
            self.reference = seen.reference;
        }
        Ok(seen)
    }

    fn taken_down(&self) -> Observation {
        let Self { window_price, window_seconds: covered_seconds, reference, .. } = *self;
        Observation { window_price, covered_seconds, reference }
    }

    /// The price that an expiry which was observed will have, unless somebody proposes another and nobody disputes it.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn expected_price(&self, params: &MarketParams) -> Result<u64> {
        self.taken_down().expected_price(params.bucket_seconds).map_err(refuse)
    }

    fn proposed(&self) -> Option<Proposal> {
        let word = self.proposal;
        let is_disputed = self.dispute.is_named();
        word.is_named().then_some(Proposal { price: word.price, at: unix(word.at), is_disputed })
    }

    /// The settlement price, once it can be fixed.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn fixing(&self, seen: &Observation, params: &MarketParams, now: i64) -> Result<Option<Fixing>> {
        let expires = unix(self.expires_at);
        fix(seen, self.proposed().as_ref(), expires, unix(now), params.bucket_seconds).map_err(refuse)
    }

    /// Whether a price may be proposed now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn may_propose(&self, seen: &Observation, params: &MarketParams, now: i64) -> Result<bool> {
        may_propose(seen, unix(self.expires_at), unix(now), params.bucket_seconds).map_err(refuse)
    }

    /// Whether the proposal may be disputed now.
    ///
    /// # Errors
    /// [`BulkheadError::NothingProposed`].
    pub fn may_dispute(&self, params: &MarketParams, now: i64) -> Result<bool> {
        let word = self.proposed().ok_or(BulkheadError::NothingProposed)?;
        may_dispute(&word, unix(now), params.bucket_seconds).map_err(refuse)
    }

    /// # Errors
    /// [`BulkheadError::PriceBeyondBand`].
    pub fn require_in_band(&self, price: u64) -> Result<()> {
        require!(is_in_band(price, self.reference).map_err(refuse)?, BulkheadError::PriceBeyondBand);
        Ok(())
    }

    /// Decides over the bonds of a dispute; returns the pool's part.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn judge_bonds(&mut self) -> Result<u64> {
        if !self.dispute.is_named() {
            return Ok(0);
        }
        let Verdict { to_proposer, to_disputer, to_pool } =
            judge(self.reference, self.proposal.price, self.dispute.price, self.proposal.bond);
        (self.proposal.bond, self.dispute.bond) = (to_proposer, to_disputer);
        Ok(to_pool)
    }

    /// The bonds that wait for their accounts.
    #[must_use]
    pub fn bonds(&self) -> [&BondedPrice; 2] {
        [&self.proposal, &self.dispute]
    }
}
