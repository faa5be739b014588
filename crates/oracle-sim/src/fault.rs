//! What goes wrong with sources: one small function for each fault.

use crate::{moment, path::Path, source::Source, Span};
use bulkhead_risk::oracle::Observation;

/// What a faulty source does.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Every publication is this multiple of the price.
    Lie(f64),
    /// The price that was there when it began, with fresh times.
    Freeze,
    /// No publications.
    Stop,
    /// Prints zero.
    Zero,
    /// Lies and tells the truth by turns of this many seconds.
    Flap { factor: f64, turn: i64 },
    /// Leaves the truth slowly: a share of the price per minute.
    Drift(f64),
    /// Works off its queue: what the price was at a second, with the time of then.
    Backlog { of: i64 },
    /// The price of a past second with fresh times.
    Replay { of: i64 },
}

/// A fault of some sources for some time.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    pub sources: Vec<usize>,
    pub span: Span,
}

impl Fault {
    #[must_use]
    pub fn new(kind: Kind, sources: &[usize], from: i64, to: i64) -> Self {
        Self { kind, sources: sources.to_vec(), span: Span::new(from, to) }
    }

    #[must_use]
    pub fn strikes(&self, source: usize, second: i64) -> bool {
        self.sources.contains(&source) && self.span.contains(second)
    }
}

/// A source's account at one second.
struct Account {
    is_due: bool,
    /// What it says until something is published.
    held: Option<Observation>,
}

/// What a source's account says after a second.
pub fn publish(
    source: &mut Source,
    held: Option<Observation>,
    fault: Option<&Fault>,
    second: i64,
    truth: &Path,
) -> Option<Observation> {
    let (honest, is_due) = source.honest(second, truth);
    let account = Account { is_due, held };
    let Some(fault) = fault else { return account.published(honest) };
    match fault.kind {
        Kind::Lie(factor) => account.now(scaled(honest, factor)),
        Kind::Freeze => account.now(Observation { price: held.unwrap_or(honest).price, ..honest }),
        Kind::Stop => held,
        Kind::Zero => account.now(Observation { price: 0, confidence: 0, ..honest }),
        Kind::Flap { factor, turn } => account.now(flap(honest, factor, turn, second - fault.span.from)),
        Kind::Drift(per_minute) => account.published(drift(honest, per_minute, second - fault.span.from)),
        Kind::Backlog { of } => account.now(backlog(honest, truth, of)),
        Kind::Replay { of } => account.now(Observation { price: truth.at(of), ..honest }),
    }
}

impl Account {
    /// In the source's own rhythm.
    fn published(&self, observation: Observation) -> Option<Observation> {
        if self.is_due {
            Some(observation)
        } else {
            self.held
        }
    }

    /// Out of turn, as often as a second: an adversary is never slow.
    const fn now(&self, observation: Observation) -> Option<Observation> {
        Some(observation)
    }
}

fn scaled(honest: Observation, factor: f64) -> Observation {
    let scale = |atoms: u64| (atoms as f64 * factor).round() as u64;
    Observation { price: scale(honest.price), confidence: scale(honest.confidence), ..honest }
}

fn flap(honest: Observation, factor: f64, turn: i64, elapsed: i64) -> Observation {
    let lies = (elapsed / turn) % 2 == 0;
    scaled(honest, if lies { factor } else { 1.0 })
}

fn drift(honest: Observation, per_minute: f64, elapsed: i64) -> Observation {
    scaled(honest, 1.0 + per_minute * elapsed as f64 / 60.0)
}

fn backlog(honest: Observation, truth: &Path, of: i64) -> Observation {
    let then = moment(of);
    Observation { price: truth.at(of), publish_time: then.unix, slot: then.slot, ..honest }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HONEST: Observation = Observation { price: 1_000, confidence: 10, publish_time: 5, slot: 9 };

    #[test]
    fn a_flapping_source_begins_with_a_lie_and_takes_turns() {
        let said = [0, 4, 5, 9, 10].map(|elapsed| flap(HONEST, 0.5, 5, elapsed).price);
        assert_eq!(said, [500, 500, 1_000, 1_000, 500]);
    }

    #[test]
    fn a_drift_grows_with_time() {
        assert_eq!(drift(HONEST, 0.01, 600).price, 1_100);
    }
}
