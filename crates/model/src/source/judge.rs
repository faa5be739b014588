//! What must hold of every state of a source and of every step, counted from what it said.

use super::{Act, Source, Stands, State, Word, TRIAL_SECONDS};
use bulkhead_risk::oracle::health::{QUARANTINE_SECONDS, ROUNDS_TO_VOTE, STRIKE_SECONDS};
use stateright::Property;

pub const TRIAL: &str = "no vote without the wait and a hundred good rounds";
pub const LIES: &str = "a lie never helps, and silence never hurts";
pub const STRIKES: &str = "strikes of one source are ten seconds apart";
pub const EXIT: &str = "whoever speaks well votes again";
pub const QUARANTINE: &str = "lies lose the vote";

/// Steps that went wrong, as bits of [`State::breach`].
const UNTRIED: u8 = 1;
const PERVERSE: u8 = 2;
const HASTY: u8 = 4;

pub fn properties() -> Vec<Property<Source>> {
    vec![
        Property::always(TRIAL, |_, s: &State| s.breach & UNTRIED == 0),
        Property::always(LIES, |_, s: &State| s.breach & PERVERSE == 0),
        Property::always(STRIKES, |_, s: &State| s.breach & HASTY == 0),
        Property::always(EXIT, |m: &Source, s: &State| m.comes_back(*s)),
        Property::sometimes(QUARANTINE, |_, s: &State| s.stands == Stands::Silenced),
    ]
}

impl Source {
    /// Once its wait is over, a hundred good rounds give any source its vote.
    fn comes_back(&self, s: State) -> bool {
        let wait = Act::Round { pause: TRIAL_SECONDS, word: Word::Missing };
        let speak = Act::Round { pause: 1, word: Word::Good };
        let mut s = self.act(&s, wait);
        for _ in 0..ROUNDS_TO_VOTE {
            if s.stands == Stands::Voting {
                return true;
            }
            s = self.act(&s, speak);
        }
        s.stands == Stands::Voting
    }
}

/// Judges a step and keeps the counts that the next ones are judged by.
pub(super) fn judge(s: &State, act: Act, mut next: State) -> State {
    let was_struck = next.health.strikes_owed > s.health.strikes_owed;
    let (rose, fell) = (next.stands > s.stands, next.stands < s.stands);
    let said = match act {
        Act::Round { word, .. } => Some(word),
        Act::Quarantine => None,
    };
    let is_tried = next.good >= ROUNDS_TO_VOTE && next.wait == 0;
    if rose && next.stands == Stands::Voting && !is_tried {
        next.breach |= UNTRIED;
    }
    let votes = |s: &State| s.stands == Stands::Voting;
    let perverse = match said {
        Some(Word::Lie) => !votes(s) && votes(&next),
        Some(_) => fell,
        None => rose,
    };
    if perverse {
        next.breach |= PERVERSE;
    }
    if was_struck {
        if next.unstruck < STRIKE_SECONDS {
            next.breach |= HASTY;
        }
        next.unstruck = 0;
    }
    if was_struck && next.stands == Stands::Silenced {
        next.wait = QUARANTINE_SECONDS;
    }
    next
}
