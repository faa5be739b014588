//! Grace: for some live time after a break or a change an account is open to liquidation only if it is by the old view as
//! well as by the new one.
//!
//! After an outage of the oracle, and after a breaker level that closed liquidation, the old view is the stable price, which
//! had no time to follow; after a change of parameters it is the parameters before.

/// Longest grace after a break, live seconds.
pub const MOST_SECONDS: u64 = 1_800;
/// Grace after a change of parameters, live seconds.
pub const PARAMS_SECONDS: u64 = 1_800;

/// Live seconds of grace for a break of so many seconds.
#[must_use]
pub fn earned(broke: i64) -> u64 {
    u64::try_from(broke).unwrap_or(0).min(MOST_SECONDS)
}

/// What is left of the grace for an outage after a round of the oracle. `gap`: seconds since the quorum before; `holding`: the
/// quorum has to hold before anybody relies on the mark; `lived`: live seconds of the round.
#[must_use]
pub fn after_round(left: u64, gap: i64, holding: bool, lived: u64) -> u64 {
    if holding {
        return left.max(earned(gap));
    }
    left.saturating_sub(lived)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_outage_earns_its_length_and_live_time_uses_it_up() {
        assert_eq!([earned(-5), earned(0), earned(90), earned(7_200)], [0, 0, 90, 1_800]);
        let mut left = after_round(0, 90, true, 0);
        left = after_round(left, 1, true, 1);
        assert_eq!(left, 90);
        assert_eq!(after_round(left, 1, false, 30), 60);
        assert_eq!(after_round(left, 1, false, 91), 0);
    }

    proptest! {
        #[test]
        fn grace_is_bounded_and_ends_with_live_time(
            rounds in proptest::collection::vec((0i64..5_000, any::<bool>(), 0u64..60), 0..200)
        ) {
            let mut left = 0;
            for (gap, holding, lived) in rounds {
                let next = after_round(left, gap, holding, lived);
                prop_assert!(next <= MOST_SECONDS);
                prop_assert!(holding || next <= left);
                left = next;
            }
            prop_assert_eq!(after_round(left, 0, false, MOST_SECONDS), 0);
        }
    }
}
