//! What must hold of every state of the ladder and of every step, told without the rules that are under test.

use super::{bit, Act, Ladder, State, LENGTH, NOW, TIMELOCK};
use bulkhead_risk::{
    breaker::{Action, Cause, Level, ACTIONS},
    oracle::{grade::GRADES, Answer, Reliance},
};
use stateright::Property;

pub const EXIT: &str = "every state has a way out";
pub const SAFETY: &str = "the safety set is open";
pub const MONOTONE: &str = "a fault, a report and a brake only tighten";
pub const PROOF: &str = "nothing loosens without proof or delay";
pub const STRICTEST: &str = "the strictest trip is in force";
pub const BRAKE: &str = "a guardian's brake is short and stops no liquidation";
pub const RECOVERY: &str = "a fault ends by proof";
/// A weakness: rations count each breaker apart.
pub const ALTERNATING: &str = "guardians that alternate between market and protocol hold on for longer";

/// Ticks in a row for which guardians may hold one breaker.
pub const MOST_BRAKED: u8 = 2 * LENGTH.unsigned_abs() as u8;

/// Steps that went wrong, as bits of [`State::breach`].
const LOOSER_BY_FAULT: u8 = 1;
const LOOSER_WITHOUT_REASON: u8 = 2;

/// What no level may ever refuse. A list of its own: were it the table's, a hole in the table would be one in the list.
const SAFE: [Action; 6] =
    [Action::Deposit, Action::Withdraw, Action::Reduce, Action::Settle, Action::ExitPool, Action::Crank];

pub fn properties(protocol: bool) -> Vec<Property<Ladder>> {
    let mut all: Vec<Property<Ladder>> = vec![
        Property::always(EXIT, |m: &Ladder, s| m.has_way_out(s)),
        Property::always(SAFETY, |m: &Ladder, s| m.is_safe(m.level(s))),
        Property::always(MONOTONE, |_, s: &State| s.breach & LOOSER_BY_FAULT == 0),
        Property::always(PROOF, |_, s: &State| s.breach & LOOSER_WITHOUT_REASON == 0),
        Property::always(STRICTEST, |m: &Ladder, s: &State| {
            s.market.iter().chain([&s.protocol]).all(|trip| trip.level_at(NOW) <= m.level(s))
        }),
        Property::always(BRAKE, |m: &Ladder, s| m.brakes_gently(s)),
        Property::sometimes(RECOVERY, |_, s: &State| s.proven != 0),
    ];
    if protocol {
        all.push(Property::sometimes(ALTERNATING, |_, s: &State| s.braked[2] > MOST_BRAKED));
    }
    all
}

impl Ladder {
    /// Whatever the level and the grade of the mark, whoever wants to leave may.
    fn is_safe(&self, level: Level) -> bool {
        let leave = [Reliance::Reduce, Reliance::Withdraw, Reliance::Refresh];
        SAFE.iter().all(|action| self.rules.allows(level, *action))
            && leave.iter().all(|what| GRADES.iter().all(|grade| what.at(*grade) != Answer::Refused))
    }

    /// Each brake is over after two trips, and as long as nothing but brakes is tripped liquidations go on.
    fn brakes_gently(&self, s: &State) -> bool {
        let is_brake = |i: usize| i == Cause::Guardian.index();
        let only = |i: usize| is_brake(i) || s.market[i].level_at(NOW) == Level::Normal;
        let only_brakes = (0..s.market.len()).all(only);
        s.braked[..2].iter().all(|ticks| *ticks <= MOST_BRAKED)
            && (!only_brakes || self.rules.allows(self.level(s), Action::Liquidate))
    }

    /// True when `after` allows something that `before` does not.
    fn is_looser(&self, before: &State, after: &State) -> bool {
        let (old, new) = (self.level(before), self.level(after));
        ACTIONS.iter().any(|action| self.rules.allows(new, *action) && !self.rules.allows(old, *action))
    }

    /// What is wrong with a step, as bits.
    pub(super) fn judge(&self, s: &State, act: Act, next: &State) -> u8 {
        let fell = |i: usize| next.market[i].level_at(NOW) < s.market[i].level_at(NOW);
        let fallen = (0..s.market.len()).filter(|i| fell(*i)).fold(0_u8, |bits, i| bits | 1 << i);
        let protocol_fell = next.protocol.level_at(NOW) < s.protocol.level_at(NOW);
        let is_looser = self.is_looser(s, next) || fallen != 0 || protocol_fell;
        if !is_looser {
            return 0;
        }
        let has_reason = match act {
            Act::Tick => {
                // Only what was meant to end by itself: a guardian's trip, and the dwell after a proof.
                let timed = bit(Cause::Guardian) | s.proven;
                (fallen != 0 || protocol_fell) && fallen & !timed == 0
            }
            Act::Recover(cause) => {
                let dwelt = s.tripped_for[cause.index()] >= super::DWELL.unsigned_abs() as u8;
                let is_there = s.faults & bit(cause) != 0;
                dwelt && !is_there && fallen & !bit(cause) == 0 && !protocol_fell
            }
            Act::Execute => s.clearance.is_some_and(|plan| {
                let waited = NOW - plan.created_at >= TIMELOCK;
                waited && !plan.is_overtaken && fallen & !bit(plan.cause) == 0 && !protocol_fell
            }),
            _ => return LOOSER_BY_FAULT,
        };
        if has_reason {
            0
        } else {
            LOOSER_WITHOUT_REASON
        }
    }
}
