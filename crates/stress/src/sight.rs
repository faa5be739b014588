//! What everybody is measured by: one look at the market, for the program's accounts and for the models' alike.

use {
    bulkhead_keeper::mirror::Mirror,
    bulkhead_risk::{breaker::Level, greek_limits::MoneyGreeks, scenario::SCENARIOS},
    bulkhead_sdk::{
        bulkhead::{
            expiry_source::ExpirySource,
            state::{expiry::kind_from_byte, Leg, MarginAccount},
        },
        margin::{preview, Preview},
    },
};

/// The market at a moment.
pub struct Sight<'m> {
    pub mirror: &'m Mirror,
    level: Level,
    now: i64,
}

impl<'m> Sight<'m> {
    #[must_use]
    pub fn new(mirror: &'m Mirror, now: i64) -> Self {
        Self { mirror, level: mirror.level(now), now }
    }

    /// The account by the program's own measure; `None` without positions, or where they cannot be priced.
    #[must_use]
    pub fn preview(&self, account: &MarginAccount) -> Option<Preview> {
        if account.leg_count == 0 {
            return None;
        }
        let m = self.mirror;
        preview(account, &m.risk_arrays, &m.market, &m.oracle, self.level, self.now).ok().flatten()
    }

    /// Collateral less debt, and the value of all legs, quote atoms.
    #[must_use]
    pub fn equity(&self, account: &MarginAccount) -> i64 {
        let cash = i64::try_from(account.cash).unwrap_or(i64::MAX).saturating_sub_unsigned(account.debt);
        self.preview(account).map_or(cash, |seen| seen.measure.equity)
    }

    /// Whether the account is open to liquidation.
    #[must_use]
    pub fn is_due(&self, account: &MarginAccount) -> bool {
        self.preview(account).is_some_and(|seen| seen.due.causes != 0)
    }

    /// Value of one lot, quote atoms.
    #[must_use]
    pub fn mark(&self, leg: &Leg) -> i64 {
        let seen = self.mirror.risk_array(leg.expiry_id).and_then(|array| {
            let mut row = [0; SCENARIOS];
            array.series(leg.strike, kind_from_byte(leg.kind).ok()?, &mut row).ok().map(|s| s.mark)
        });
        seen.and_then(|mark| i64::try_from(mark).ok()).unwrap_or(0)
    }

    /// What the legs move like, as money.
    #[must_use]
    pub fn delta<'l>(&self, legs: impl Iterator<Item = &'l Leg>) -> i64 {
        legs.map(|leg| leg.lots.saturating_mul(self.greeks(leg).delta)).sum()
    }

    /// Notional of so many lots, quote atoms.
    #[must_use]
    pub fn notional(&self, leg: &Leg, lots: u64) -> u64 {
        self.mirror.risk_array(leg.expiry_id).map_or(0, |array| array.forward_lot.saturating_mul(lots))
    }

    fn greeks(&self, leg: &Leg) -> MoneyGreeks {
        let Some(array) = self.mirror.risk_array(leg.expiry_id) else { return MoneyGreeks::default() };
        let strike = usize::from(leg.strike);
        let call = array.call_delta.get(strike).copied().unwrap_or(0);
        let forward = i64::try_from(array.forward_lot).unwrap_or(0);
        let delta = if leg.kind == 0 { call } else { call.saturating_sub(forward) };
        MoneyGreeks { delta, ..MoneyGreeks::default() }
    }
}
