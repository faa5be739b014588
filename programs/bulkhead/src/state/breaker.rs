//! The stored breaker: one trip per cause.

use {
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{level_in_force, Cause, Level, Trip, CAUSES},
    bytemuck::{Pod, Zeroable},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredTrip {
    pub level: u8,
    pub consecutive: u8,
    pub _pad0: [u8; 6],
    pub since: i64,
    /// Unix time at which the trip ends by itself; zero: needs proof of recovery or governance.
    pub until: i64,
}

impl From<Trip> for StoredTrip {
    fn from(t: Trip) -> Self {
        Self { level: t.level, consecutive: t.consecutive, _pad0: [0; 6], since: t.since, until: t.until }
    }
}

impl From<StoredTrip> for Trip {
    fn from(t: StoredTrip) -> Self {
        Self { level: t.level, consecutive: t.consecutive, since: t.since, until: t.until }
    }
}

/// Indexed by `bulkhead_risk::breaker::Cause`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Breaker {
    pub trips: [StoredTrip; 8],
}

const _: () = assert!(CAUSES == 8);

impl Breaker {
    #[must_use]
    pub fn level(&self, now: i64) -> Level {
        level_in_force(&self.trips.map(Trip::from), now)
    }

    #[must_use]
    pub fn trip(&self, cause: Cause) -> Trip {
        self.trips.get(cause.index()).copied().map(Trip::from).unwrap_or_default()
    }

    pub fn set(&mut self, cause: Cause, trip: Trip) {
        if let Some(slot) = self.trips.get_mut(cause.index()) {
            *slot = trip.into();
        }
    }
}
