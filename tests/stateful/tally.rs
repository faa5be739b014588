//! How often each call was accepted and refused.

use std::{collections::BTreeMap, fmt};

/// Each must be accepted at least once in a test run, or the sequences have lost their way.
const CALLS: [&str; 0] = [];

#[derive(Clone, Default)]
pub struct Tally {
    pub sequences: usize,
    calls: BTreeMap<&'static str, (u64, u64)>,
}

impl Tally {
    pub fn count(&mut self, call: &'static str, accepted: bool) {
        let (yes, no) = self.calls.entry(call).or_default();
        *(if accepted { yes } else { no }) += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.sequences += other.sequences;
        for (call, (yes, no)) in &other.calls {
            let sum = self.calls.entry(call).or_default();
            *sum = (sum.0 + yes, sum.1 + no);
        }
    }

    /// # Panics
    /// When one was not.
    pub fn assert_every_call_was_met(&self) {
        let met = |call: &&str| self.calls.get(*call).is_some_and(|(yes, _)| *yes > 0);
        let missed: Vec<_> = CALLS.iter().filter(|call| !met(call)).collect();
        assert!(missed.is_empty(), "never accepted: {missed:?}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.calls.iter().map(|(call, (yes, no))| format!("{call} {yes}+{no}")).collect();
        write!(f, "{}", each.join(", "))
    }
}
