//! How a trip by proof begins and ends. A report may only tighten; an end takes the dwell and a proof, or the timelock.

use super::{Cause, Level, Trip};

impl Cause {
    /// Whether anybody may end a trip of this cause by proof. A guardian's ends by itself; the others need the timelock.
    #[must_use]
    pub const fn ends_by_proof(self) -> bool {
        matches!(self, Self::OracleQuorum | Self::VaultShortfall | Self::Greeks)
    }
}

/// The trip after a fault was proven; none when one as strict is in force already.
#[must_use]
pub fn reported(held: Trip, cause: Cause, now: i64) -> Option<Trip> {
    let is_news = held.level_at(now) < cause.level();
    is_news.then(|| Trip { level: cause.level() as u8, consecutive: 0, since: now, until: 0 })
}

/// The trip after it was proven that the fault is over: Guarded for one more dwell. None while the trip has not dwelt, and for
/// causes that no proof ends.
#[must_use]
pub fn recovered(held: Trip, cause: Cause, now: i64, dwell: i64) -> Option<Trip> {
    let is_tripped = held.level_at(now) == cause.level();
    let has_dwelt = now.saturating_sub(held.since) >= dwell;
    let until = now.saturating_add(dwell);
    let may_end = cause.ends_by_proof() && is_tripped && has_dwelt;
    may_end.then_some(Trip { level: Level::Guarded as u8, consecutive: 0, since: now, until })
}

/// The trip after the timelock cleared it. A clearance kept in a drawer would undo trips that nobody had seen when it was
/// proposed, so it ends only what is older than itself. Of the same second nobody can tell which came first.
#[must_use]
pub fn cleared(held: Trip, proposed_at: i64) -> Option<Trip> {
    (held.since < proposed_at).then(Trip::default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_tightens_or_does_nothing() {
        let first = reported(Trip::default(), Cause::OracleQuorum, 100).unwrap();
        assert_eq!(first, Trip { level: 3, consecutive: 0, since: 100, until: 0 });
        assert_eq!(reported(first, Cause::OracleQuorum, 200), None);
        let guarded = recovered(first, Cause::OracleQuorum, 160, 60).unwrap();
        assert_eq!(reported(guarded, Cause::OracleQuorum, 161).map(|t| t.since), Some(161));
        // Whatever else is stored counts as the strictest, and no report overrules it.
        assert_eq!(reported(Trip { level: 200, ..first }, Cause::OracleQuorum, 200), None);
    }

    #[test]
    fn a_recovery_takes_the_dwell_and_steps_down_once() {
        let trip = reported(Trip::default(), Cause::VaultShortfall, 100).unwrap();
        assert_eq!(recovered(trip, Cause::VaultShortfall, 159, 60), None);
        let guarded = recovered(trip, Cause::VaultShortfall, 160, 60).unwrap();
        assert_eq!((guarded.level_at(219), guarded.level_at(220)), (Level::Guarded, Level::Normal));
        assert_eq!(recovered(guarded, Cause::VaultShortfall, 230, 60), None);
        for cause in [Cause::Guardian, Cause::OpenInterest, Cause::Governance] {
            let trip = Trip { level: cause.level() as u8, ..trip };
            assert_eq!(recovered(trip, cause, 1_000, 60), None);
        }
    }

    #[test]
    fn a_clearance_ends_only_what_is_older_than_itself() {
        let trip = reported(Trip::default(), Cause::OpenInterest, 100).unwrap();
        assert_eq!([cleared(trip, 99), cleared(trip, 100)], [None, None]);
        assert_eq!(cleared(trip, 101), Some(Trip::default()));
    }
}
