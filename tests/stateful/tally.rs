//! How often each call was accepted and refused.

use std::{collections::BTreeMap, fmt};

/// Each must be accepted at least once in a test run, or the sequences have lost their way.
const CALLS: [&str; 63] = [
    "add_bond",
    "add_keeper_bond",
    "bid",
    "cancel_proposal",
    "close_account",
    "close_expiry",
    "close_keeper",
    "close_publisher",
    "collect_fees",
    "cover_account",
    "cover_shortfall",
    "deposit",
    "deposit_pool",
    "deposit_senior",
    "dispute_settlement",
    "draw_senior",
    "end_auction",
    "execute_exit",
    "execute_proposal",
    "execute_senior_exit",
    "expire_exit",
    "expire_senior_exit",
    "fix_settlement",
    "heartbeat",
    "join_senior",
    "list_expiry",
    "observe_settlement",
    "open_account",
    "open_panel",
    "open_senior_stake",
    "open_stake",
    "propose",
    "propose_settlement",
    "publish_price",
    "quarantine_source",
    "recover_breaker",
    "refresh_risk",
    "register_keeper",
    "register_publisher",
    "repay_senior",
    "replay",
    "report_fault",
    "request_exit",
    "request_senior_exit",
    "resign_keeper",
    "resign_publisher",
    "resolve_lease",
    "return_bond",
    "set_delegate",
    "set_params",
    "set_surface",
    "settle_account",
    "slash_publisher",
    "start_auction",
    "submit_surface",
    "take_lease",
    "trade",
    "trip_breaker",
    "update_oracle",
    "update_requirement",
    "withdraw",
    "withdraw_bond",
    "withdraw_keeper_bond",
];

#[derive(Clone, Default)]
pub struct Tally {
    pub sequences: usize,
    calls: BTreeMap<&'static str, Count>,
}

#[derive(Clone, Default)]
struct Count {
    accepted: u64,
    /// By the code of the error.
    refused: BTreeMap<Option<u32>, u64>,
}

impl Tally {
    /// `refused`: the code of the error, where there is one.
    pub fn count(&mut self, call: &'static str, refused: Option<Option<u32>>) {
        let count = self.calls.entry(call).or_default();
        match refused {
            None => count.accepted += 1,
            Some(code) => *count.refused.entry(code).or_default() += 1,
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.sequences += other.sequences;
        for (call, count) in &other.calls {
            let sum = self.calls.entry(call).or_default();
            sum.accepted += count.accepted;
            for (code, times) in &count.refused {
                *sum.refused.entry(*code).or_default() += times;
            }
        }
    }

    /// # Panics
    /// When one was not.
    pub fn assert_every_call_was_met(&self) {
        let met = |call: &&str| self.calls.get(*call).is_some_and(|count| count.accepted > 0);
        let missed: Vec<_> = CALLS.iter().filter(|call| !met(call)).collect();
        assert!(missed.is_empty(), "never accepted: {missed:?}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (call, Count { accepted, refused }) in &self.calls {
            write!(f, "\n{call:>20} {accepted:>7} accepted")?;
            for (code, times) in refused {
                match code {
                    Some(code) => write!(f, ", {times} x {code}")?,
                    None => write!(f, ", {times} x other")?,
                }
            }
        }
        Ok(())
    }
}
