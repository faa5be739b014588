use crate::plant;
use bulkhead_model::{
    check::finds,
    ladder::{judge, Ladder},
    rules::Rules,
};
use bulkhead_risk::{
    breaker::{self, proof, Action, Cause, Level, Trip, TripFault},
    governance::{Refusal, Window},
};

/// Small enough that a walk is short, and with all moves in it.
fn ladder(rules: &'static dyn Rules) -> Ladder {
    Ladder { rules, causes: &[Cause::VaultShortfall, Cause::Guardian], protocol: false, clearances: true }
}

plant!(ForgetsTheEnd {
    fn recovered(&self, held: Trip, cause: Cause, now: i64, dwell: i64) -> Option<Trip> {
        Some(Trip { until: 0, ..proof::recovered(held, cause, now, dwell)? })
    }
});

plant!(NeverRecovers {
    fn recovered(&self, _: Trip, _: Cause, _: i64, _: i64) -> Option<Trip> {
        None
    }
});

#[test]
fn finds_a_state_without_a_way_out() {
    assert!(finds(ladder(&ForgetsTheEnd), judge::EXIT));
    assert!(finds(ladder(&NeverRecovers), judge::EXIT));
}

plant!(KeepsMoneyIn {
    fn allows(&self, level: Level, action: Action) -> bool {
        breaker::allows(level, action) && (level < Level::SettleOnly || action != Action::Withdraw)
    }
});

#[test]
fn finds_a_level_that_keeps_money_in() {
    assert!(finds(ladder(&KeepsMoneyIn), judge::SAFETY));
}

plant!(ReportsOverrule {
    fn reported(&self, held: Trip, cause: Cause, now: i64) -> Option<Trip> {
        let again = Trip { level: Level::Guarded as u8, since: now, ..Trip::default() };
        Some(proof::reported(held, cause, now).unwrap_or(again))
    }
});

plant!(GuardiansLoosen {
    fn guardian_trip(&self, held: Trip, level: Level, now: i64, length: i64) -> Result<Trip, TripFault> {
        let held = Trip { level: 0, ..held };
        breaker::guardian_trip(held, level, now, length)
    }
});

plant!(EverStricterAllowsMore {
    fn allows(&self, level: Level, action: Action) -> bool {
        breaker::allows(level, action) || (level == Level::SettleOnly && action == Action::OpenRisk)
    }
});

#[test]
fn finds_a_report_or_a_brake_that_loosens() {
    assert!(finds(ladder(&ReportsOverrule), judge::MONOTONE));
    assert!(finds(ladder(&GuardiansLoosen), judge::MONOTONE));
    assert!(finds(ladder(&EverStricterAllowsMore), judge::MONOTONE));
}

plant!(RecoversAtOnce {
    fn recovered(&self, held: Trip, cause: Cause, now: i64, _: i64) -> Option<Trip> {
        proof::recovered(held, cause, now, 0)
    }
});

plant!(FaultsExpire {
    fn reported(&self, held: Trip, cause: Cause, now: i64) -> Option<Trip> {
        Some(Trip { until: now + 3, ..proof::reported(held, cause, now)? })
    }
});

plant!(ClearsYoungerTrips {
    fn cleared(&self, _: Trip, _: i64) -> Option<Trip> {
        Some(Trip::default())
    }
});

// Of one second the order cannot be told.
plant!(ClearsTripsOfTheSameSecond {
    fn cleared(&self, held: Trip, proposed_at: i64) -> Option<Trip> {
        (held.since <= proposed_at).then(Trip::default)
    }
});

plant!(ClearsAtOnce {
    fn ready(&self, _: Window, _: u64, _: u64, _: i64) -> Result<(), Refusal> {
        Ok(())
    }
});

#[test]
fn finds_a_loosening_without_proof_or_delay() {
    assert!(finds(ladder(&RecoversAtOnce), judge::PROOF));
    assert!(finds(ladder(&FaultsExpire), judge::PROOF));
    assert!(finds(ladder(&ClearsYoungerTrips), judge::PROOF));
    assert!(finds(ladder(&ClearsTripsOfTheSameSecond), judge::PROOF));
    assert!(finds(ladder(&ClearsAtOnce), judge::PROOF));
}

plant!(TheLastTripWins {
    fn level_in_force(&self, trips: &[Trip], now: i64) -> Level {
        let mut levels = trips.iter().map(|trip| trip.level_at(now));
        levels.rfind(|level| *level > Level::Normal).unwrap_or(Level::Normal)
    }
});

#[test]
fn finds_a_level_below_the_strictest_trip() {
    let machine = Ladder { causes: &[Cause::VaultShortfall, Cause::Greeks], ..ladder(&TheLastTripWins) };
    assert!(finds(machine, judge::STRICTEST));
}

plant!(BrakesWithoutRations {
    fn guardian_trip(&self, held: Trip, level: Level, now: i64, length: i64) -> Result<Trip, TripFault> {
        breaker::guardian_trip(Trip { consecutive: 0, ..held }, level, now, length)
    }
});

plant!(BrakesStopLiquidations {
    fn guardian_trip(&self, held: Trip, level: Level, now: i64, length: i64) -> Result<Trip, TripFault> {
        let trip = breaker::guardian_trip(held, level.min(Level::ReduceOnly), now, length)?;
        Ok(Trip { level: level as u8, ..trip })
    }
});

#[test]
fn finds_a_brake_that_lasts_or_goes_too_far() {
    assert!(finds(ladder(&BrakesWithoutRations), judge::BRAKE));
    assert!(finds(ladder(&BrakesStopLiquidations), judge::BRAKE));
}
