//! How one price source stands: it speaks well, lies, falls silent and repeats itself in any order and at any pace, and a hostile
//! guardian quarantines it whenever it likes.

pub mod judge;

use crate::rules::Rules;
use bulkhead_risk::oracle::{
    health::{QUARANTINE_SECONDS, ROUNDS_TO_VOTE, STRIKE_SECONDS},
    Health, Standing, Verdict,
};
use stateright::{Model, Property};

/// All times are kept relative to this one.
const NOW: i64 = 1_000_000;
/// Wait of an observer, seconds: longer than a quarantine, which must be no way round it.
const TRIAL_SECONDS: i64 = QUARANTINE_SECONDS + 900;
const MISS_SECONDS: i64 = 60;
/// Pauses between rounds: too short for two strikes, and a quarter of a quarantine.
const PAUSES: [i64; 2] = [5, 900];

/// A source of a market that listed already begins as an observer.
#[derive(Clone, Copy)]
pub struct Source {
    pub rules: &'static dyn Rules,
    pub is_observer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub health: Health,
    /// What it is good for in this round.
    pub stands: Stands,
    /// Good news in a row since it last lied or lost its vote, as far as anything asks.
    pub good: u32,
    /// Seconds for which it must still not vote.
    pub wait: i64,
    /// Seconds since the last strike, as far as anything asks.
    pub unstruck: i64,
    /// What went wrong on the way here; see `judge`.
    pub breach: u8,
}

/// [`Standing`], in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stands {
    Silenced,
    Judged,
    Voting,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// In agreement, and new.
    Good,
    /// Wrong, and new.
    Lie,
    /// The same again.
    Repeated,
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Round { pause: i64, word: Word },
    Quarantine,
}

impl Source {
    /// A round, so many seconds later.
    fn round(&self, s: &State, pause: i64, word: Word) -> State {
        let mut next = older(*s, pause);
        let health = &mut next.health;
        let stands = self.rules.stand(health, NOW);
        let fine = if stands == Standing::Voting { Verdict::Valid } else { Verdict::Watched };
        let (verdict, is_new) = match (stands, word) {
            (Standing::Silenced, _) => (Verdict::Quarantined, word != Word::Repeated),
            (_, Word::Good) => (fine, true),
            (_, Word::Repeated) => (fine, false),
            (_, Word::Lie) => (Verdict::Outlier, true),
            (_, Word::Missing) => (Verdict::Stale, false),
        };
        self.rules.record(health, verdict, is_new, NOW, MISS_SECONDS);
        match (stands, word) {
            (Standing::Silenced, _) => {}
            (_, Word::Good) => next.good = (s.good + 1).min(ROUNDS_TO_VOTE),
            (_, Word::Lie) => next.good = 0,
            _ => {}
        }
        next
    }

    fn settle(&self, mut next: State) -> State {
        next.stands = match self.rules.stand(&mut next.health.clone(), NOW) {
            Standing::Silenced => Stands::Silenced,
            Standing::OnTrial | Standing::Observing => Stands::Judged,
            Standing::Voting => Stands::Voting,
        };
        next
    }

    fn act(&self, s: &State, act: Act) -> State {
        let next = match act {
            Act::Round { pause, word } => self.round(s, pause, word),
            Act::Quarantine => {
                let mut next = *s;
                self.rules.quarantine(&mut next.health, NOW + QUARANTINE_SECONDS);
                (next.good, next.wait) = (0, QUARANTINE_SECONDS.max(s.wait));
                next
            }
        };
        self.settle(next)
    }
}

fn older(mut s: State, pause: i64) -> State {
    for time in [&mut s.health.until, &mut s.health.struck_at, &mut s.health.missed_at] {
        *time -= pause;
    }
    s.wait = (s.wait - pause).max(0);
    s.unstruck = (s.unstruck + pause).min(STRIKE_SECONDS);
    s
}

/// Forgets what no rule asks about: bills, and times long past.
fn forget(mut s: State) -> State {
    let h = &mut s.health;
    (h.strikes_owed, h.missed_owed, h.verdict) = (0, 0, 0);
    h.until = h.until.max(NOW);
    h.struck_at = h.struck_at.max(NOW - STRIKE_SECONDS);
    h.missed_at = NOW;
    h.good_rounds = h.good_rounds.min(ROUNDS_TO_VOTE);
    s
}

impl Model for Source {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let (until, wait) = if self.is_observer { (NOW + TRIAL_SECONDS, TRIAL_SECONDS) } else { (NOW, 0) };
        let health = if self.is_observer { Health::observer(until) } else { Health::default() };
        let s = State { health, stands: Stands::Judged, good: 0, wait, unstruck: STRIKE_SECONDS, breach: 0 };
        vec![forget(self.settle(s))]
    }

    fn actions(&self, _: &State, out: &mut Vec<Act>) {
        let words = [Word::Good, Word::Lie, Word::Repeated, Word::Missing];
        out.extend(PAUSES.iter().flat_map(|pause| words.map(|word| Act::Round { pause: *pause, word })));
        out.push(Act::Quarantine);
    }

    fn next_state(&self, s: &State, act: Act) -> Option<State> {
        let next = judge::judge(s, act, self.act(s, act));
        Some(forget(next))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::properties()
    }
}
