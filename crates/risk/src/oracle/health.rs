//! How a source has behaved, and whether it counts.
//!
//! ```text
//!              strike            3rd strike             time is up
//!   healthy ----------> struck ------------> quarantined ---------> probation
//!      ^  ^               |                       ^                   |   |
//!      |  '-- 100 good ---'                       '---- one strike ---'   |
//!      '------------------------ 100 good rounds -------------------------'
//!   observer: a new source on a live market; counts after its time and 100 good rounds.
//! ```
//!
//! A strike is for saying something wrong, not for silence, and only where a majority of all sources says otherwise: liars that
//! stay while the honest are away cannot cast them out as they return one by one. It takes a new publication, and at least
//! [`STRIKE_SECONDS`] since the last strike, so that nobody can quarantine a source by running rounds quickly.

use super::{
    aggregate::SourceInput,
    observation::{Observation, Verdict, MAX_FUTURE_SECONDS},
};
use bytemuck::{Pod, Zeroable};

/// Strikes that end in quarantine.
pub const STRIKES_TO_QUARANTINE: u8 = 3;
/// Shortest time between two strikes of a source, seconds.
pub const STRIKE_SECONDS: i64 = 10;
/// Good rounds in a row that clear all strikes.
pub const ROUNDS_TO_CLEAR: u32 = 100;
/// Length of a quarantine, seconds.
pub const QUARANTINE_SECONDS: i64 = 3_600;
/// Good rounds in a row that end a probation.
pub const ROUNDS_TO_VOTE: u32 = 100;

/// Where a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    Healthy = 0,
    Struck = 1,
    Quarantined = 2,
    Probation = 3,
    /// Added to a live market: judged, not counted, until its time and its good rounds have passed.
    Observer = 4,
}

/// Every state, for walking them all.
pub const STATES: [State; 5] =
    [State::Healthy, State::Struck, State::Quarantined, State::Probation, State::Observer];

impl State {
    /// Reads a stored byte; anything unknown counts as quarantined.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Healthy,
            1 => Self::Struck,
            3 => Self::Probation,
            4 => Self::Observer,
            _ => Self::Quarantined,
        }
    }
}

/// What a source's word is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Counts.
    #[default]
    Voting,
    /// Is judged, does not count: on probation.
    OnTrial,
    /// Is judged, does not count, and is not missed: new.
    Observing,
    /// Is not listened to.
    Silenced,
}

/// A source's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Health {
    /// [`State`].
    pub state: u8,
    /// Strikes not yet cleared.
    pub strikes: u8,
    /// [`Verdict`] of the last round.
    pub verdict: u8,
    pub _pad: u8,
    /// Good rounds in a row in this state.
    pub good_rounds: u32,
    /// Unix time at which the quarantine, or the least time as an observer, ends.
    pub until: i64,
    /// Unix time of the last strike.
    pub struck_at: i64,
    /// Unix time of the last round that counted as missed.
    pub missed_at: i64,
    /// Strikes and missed rounds that a bonded publisher has not paid for.
    pub strikes_owed: u32,
    pub missed_owed: u32,
    /// Its last word.
    pub last_price: u64,
    pub last_publish_time: i64,
}

impl Health {
    /// The record of a source that is added to a live market.
    #[must_use]
    pub fn observer(until: i64) -> Self {
        Self { state: State::Observer as u8, until, ..Self::default() }
    }

    #[must_use]
    pub const fn state(&self) -> State {
        State::from_byte(self.state)
    }

    /// Begins a round with what the source's account says. A price older than one seen before is a replay, however fresh it
    /// may still be.
    #[inline]
    pub fn hear(&mut self, group: u8, seen: Option<Observation>, now: i64) -> SourceInput {
        let mut input = SourceInput { standing: self.stand(now), group, is_new: false, observation: seen };
        match &seen {
            Some(said) if said.publish_time >= self.last_publish_time => input.is_new = self.note(said, now),
            _ => input.observation = None,
        }
        input
    }

    /// Keeps the source's last word; true when it is news.
    #[inline]
    fn note(&mut self, said: &Observation, now: i64) -> bool {
        if said.publish_time > now.saturating_add(MAX_FUTURE_SECONDS) {
            return false;
        }
        // A word from the near future counts as one of now: it must neither make the next honest one a replay nor,
        // as it has a vote, go unjudged.
        let said_at = said.publish_time.min(now);
        // Another price under the same time is news, or a lie could hide behind the time of an honest word.
        let is_new = said_at > self.last_publish_time || said.price != self.last_price;
        self.last_price = said.price;
        self.last_publish_time = said_at;
        is_new
    }

    /// What the source's word is good for now: a quarantine whose time is up becomes a probation.
    pub fn stand(&mut self, now: i64) -> Standing {
        match self.state() {
            State::Healthy | State::Struck => Standing::Voting,
            State::Probation => Standing::OnTrial,
            State::Observer => Standing::Observing,
            State::Quarantined if now < self.until => Standing::Silenced,
            State::Quarantined => {
                self.enter(State::Probation);
                Standing::OnTrial
            }
        }
    }

    /// Ends a round. `is_new`: the source has said something since the last one; repeating itself earns nothing either way.
    /// A source that is missing counts one missed round per `miss_seconds`.
    pub fn record(&mut self, verdict: Verdict, is_new: bool, now: i64, miss_seconds: i64) {
        self.verdict = verdict as u8;
        // What nearly all of them are nearly always.
        if verdict == Verdict::Valid && self.state == State::Healthy as u8 {
            self.good_rounds = self.good_rounds.wrapping_add(u32::from(is_new)); // one a second: for 136 years
            return;
        }
        // Nobody waits for an observer.
        let is_expected = self.state() != State::Observer;
        match verdict {
            Verdict::Valid | Verdict::Watched if is_new => self.commend(now),
            Verdict::Outlier | Verdict::NotAPrice if is_new => self.strike(now),
            missing if missing.is_missing() && now.saturating_sub(self.missed_at) >= miss_seconds => {
                self.missed_at = now;
                self.missed_owed = self.missed_owed.saturating_add(u32::from(is_expected));
            }
            _ => {}
        }
    }

    /// Puts the source out of the vote until `until`; it comes back through probation. An observer stays one, at least as long:
    /// a quarantine must not be a way round its trial.
    pub fn quarantine(&mut self, until: i64) {
        if self.state() == State::Observer {
            self.good_rounds = 0;
            self.until = self.until.max(until);
            return;
        }
        self.enter(State::Quarantined);
        self.until = until;
    }

    fn enter(&mut self, state: State) {
        self.state = state as u8;
        self.strikes = 0;
        self.good_rounds = 0;
    }

    fn commend(&mut self, now: i64) {
        self.good_rounds = self.good_rounds.saturating_add(1);
        let cleared = match self.state() {
            State::Struck => self.good_rounds >= ROUNDS_TO_CLEAR,
            State::Probation => self.good_rounds >= ROUNDS_TO_VOTE,
            State::Observer => self.good_rounds >= ROUNDS_TO_VOTE && now >= self.until,
            State::Healthy | State::Quarantined => false,
        };
        if cleared {
            self.enter(State::Healthy);
        }
    }

    fn strike(&mut self, now: i64) {
        self.good_rounds = 0;
        if now.saturating_sub(self.struck_at) < STRIKE_SECONDS {
            return;
        }
        self.struck_at = now;
        self.strikes_owed = self.strikes_owed.saturating_add(1);
        match self.state() {
            State::Healthy | State::Struck => {
                self.state = State::Struck as u8;
                self.strikes = self.strikes.saturating_add(1);
                if self.strikes >= STRIKES_TO_QUARANTINE {
                    self.quarantine(now.saturating_add(QUARANTINE_SECONDS));
                }
            }
            State::Probation => self.quarantine(now.saturating_add(QUARANTINE_SECONDS)),
            State::Observer | State::Quarantined => {}
        }
    }
}
