//! What a world shows: the accounts of its market, decoded.

use {
    crate::world::{Who, World},
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_sdk::{
        bulkhead::state::{Expiry, MarginAccount, Market, OracleAggregate, Protocol, RiskArray},
        margin::{self, Preview},
        pda,
    },
};

impl<C: Stagehand> World<C> {
    /// Identifiers of the live expiries.
    #[must_use]
    pub fn live(&self) -> Vec<u16> {
        let market: Market = self.state(&self.market());
        market.expiries.into_iter().filter(|id| *id != 0).collect()
    }

    #[must_use]
    pub fn oracle(&self) -> OracleAggregate {
        self.state(&pda::oracle(&self.market()))
    }

    #[must_use]
    pub fn margin(&self, who: Who) -> MarginAccount {
        self.state(&self.account_of(who))
    }

    #[must_use]
    pub fn expiry(&self, id: u16) -> Expiry {
        self.state(&pda::expiry(&self.market(), id))
    }

    /// Mark of one lot.
    #[must_use]
    pub fn mark(&self, id: u16, strike: u8, kind: u8) -> u64 {
        let array: RiskArray = self.state(&pda::risk_array(&self.market(), id));
        let marks = if kind == 0 { array.call_marks } else { array.put_marks };
        marks[usize::from(strike)]
    }

    /// Expiries that the traders hold legs in.
    #[must_use]
    pub fn expiries_of(&self, whose: &[Who]) -> Vec<u16> {
        let mut ids: Vec<u16> = Vec::new();
        for who in whose {
            ids.extend(self.margin(*who).legs().iter().map(|l| l.expiry_id));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The scenario by which a bid for the account's whole book may take most; the first one where none makes it due.
    ///
    /// # Panics
    /// When a figure leaves its range.
    #[must_use]
    pub fn worst_scenario(&self, who: Who) -> u8 {
        let account = self.margin(who);
        let arrays: Vec<RiskArray> = self
            .expiries_of(&[who])
            .iter()
            .map(|id| self.state(&pda::risk_array(&self.market(), *id)))
            .collect();
        let market: Market = self.state(&self.market());
        let protocol: Protocol = self.state(&pda::protocol());
        let level = margin::level(&protocol, &market, self.now());
        let best = margin::best_bid(&account, &arrays, &market, &self.oracle(), level, self.now());
        best.ok().flatten().map_or(0, |bid| bid.scenario)
    }

    /// An account's margin by the program's own code.
    ///
    /// # Panics
    /// When a risk array is missing.
    #[must_use]
    pub fn preview(&self, who: Who) -> Preview {
        self.measured(who).expect("every array is there")
    }

    /// As [`World::preview`]; `None` while the array of a leg is not complete.
    ///
    /// # Panics
    /// When a figure leaves the range of the arithmetic.
    #[must_use]
    pub fn measured(&self, who: Who) -> Option<Preview> {
        let account = self.margin(who);
        let arrays: Vec<RiskArray> = self
            .expiries_of(&[who])
            .iter()
            .map(|id| self.state(&pda::risk_array(&self.market(), *id)))
            .collect();
        let market: Market = self.state(&self.market());
        let protocol: Protocol = self.state(&pda::protocol());
        let level = margin::level(&protocol, &market, self.now());
        margin::preview(&account, &arrays, &market, &self.oracle(), level, self.now()).expect("in range")
    }
}
