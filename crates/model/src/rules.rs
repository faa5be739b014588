//! The rules under test: every default is the production function itself, so there is no second version of any. A planted
//! fault overrides one.

use bulkhead_risk::{
    auction::{self, Clock},
    breaker::{self, proof, Action, Cause, Level, Trip, TripFault},
    draw_limit::{self, Room, ShareLimit},
    governance::{self, Refusal, Window},
    limiter::{self, Bucket, TakeError},
    math_error::MathError,
    oracle::{clock, Health, Standing, Verdict},
    params::{self, Values},
};

pub trait Rules: Sync {
    fn allows(&self, level: Level, action: Action) -> bool {
        breaker::allows(level, action)
    }
    fn level_in_force(&self, trips: &[Trip], now: i64) -> Level {
        breaker::level_in_force(trips, now)
    }
    fn guardian_trip(&self, held: Trip, level: Level, now: i64, length: i64) -> Result<Trip, TripFault> {
        breaker::guardian_trip(held, level, now, length)
    }
    fn reported(&self, held: Trip, cause: Cause, now: i64) -> Option<Trip> {
        proof::reported(held, cause, now)
    }
    fn recovered(&self, held: Trip, cause: Cause, now: i64, dwell: i64) -> Option<Trip> {
        proof::recovered(held, cause, now, dwell)
    }
    fn cleared(&self, held: Trip, proposed_at: i64) -> Option<Trip> {
        proof::cleared(held, proposed_at)
    }

    fn ready(&self, window: Window, index: u64, stale_before: u64, now: i64) -> Result<(), Refusal> {
        governance::ready(window, index, stale_before, now)
    }
    fn still_current(&self, proposed_for: u64, revision: u64) -> Result<(), Refusal> {
        governance::still_current(proposed_for, revision)
    }
    fn is_tightening(&self, old: &Values, new: &Values) -> bool {
        params::is_tightening(old, new)
    }
    fn is_in_bounds(&self, values: &Values) -> bool {
        params::first_out_of_bounds(values).is_none()
    }

    fn capacity(&self, base: u64, share_ppm: u64, floor: u64) -> Result<u64, MathError> {
        draw_limit::capacity(base, share_ppm, floor)
    }
    fn drain(&self, bucket: Bucket, now: i64, capacity: u64, window: u64) -> Result<Bucket, MathError> {
        limiter::drain(bucket, now, capacity, window)
    }
    fn take(
        &self,
        bucket: Bucket,
        now: i64,
        amount: u64,
        capacity: u64,
        window: u64,
    ) -> Result<Bucket, TakeError> {
        limiter::take(bucket, now, amount, capacity, window)
    }
    fn room(&self, limit: ShareLimit, taken: Bucket, held: u64, now: i64) -> Result<Room, MathError> {
        limit.room(taken, held, now)
    }

    fn live_seconds(&self, elapsed: i64, slots: u64, max_gap: i64) -> u64 {
        clock::live_seconds(elapsed, slots, max_gap)
    }
    fn touched(&self, clock: Clock, live: u64, open_since: u64) -> Clock {
        clock.touched(live, open_since)
    }
    fn has_lapsed(&self, clock: Clock, live: u64) -> bool {
        clock.has_lapsed(live)
    }
    fn discount_ppm(&self, start_ppm: u64, elapsed: u64) -> Result<u64, MathError> {
        auction::discount_ppm(start_ppm, elapsed)
    }

    fn stand(&self, health: &mut Health, now: i64) -> Standing {
        health.stand(now)
    }
    fn record(&self, health: &mut Health, verdict: Verdict, is_new: bool, now: i64, miss_seconds: i64) {
        health.record(verdict, is_new, now, miss_seconds);
    }
    fn quarantine(&self, health: &mut Health, until: i64) {
        health.quarantine(until);
    }
}

/// What the program runs.
#[derive(Clone, Copy, Debug)]
pub struct Production;

impl Rules for Production {}
