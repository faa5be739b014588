//! What the limiters guarantee, counted from what moved and not from the bucket.

use super::{Act, Outflow, State, PAST, WINDOW};
use stateright::Property;

pub const BOUND: &str = "in any time at most share x (1 + time / window) leaves";
pub const NET: &str = "own deposits never lift what leaves on balance";
pub const EXIT: &str = "everything can leave in the end";
pub const TWICE: &str = "more than the share leaves within a window";

/// Ticks within which a fund with a floor is empty, whatever the bucket remembers.
const LAST_EXIT: usize = 200;

pub fn properties(machine: &Outflow) -> Vec<Property<Outflow>> {
    let mut all: Vec<Property<Outflow>> = vec![
        Property::always(BOUND, |m: &Outflow, s: &State| m.spans(s).all(|span| m.is_bounded(span))),
        Property::always(NET, |m: &Outflow, s: &State| m.spans(s).all(|span| m.is_net_bounded(span))),
    ];
    if machine.deposits == 0 {
        all.push(Property::sometimes(TWICE, |m: &Outflow, s: &State| {
            m.spans(s).take(WINDOW as usize).any(|span| span.left > m.most(span.held, 0))
        }));
    }
    // A share of what is left never comes to the whole.
    if machine.floor > 0 {
        all.push(Property::always(EXIT, |m: &Outflow, s: &State| m.empties(*s)));
    }
    all
}

/// A time that ends now.
#[derive(Clone, Copy, Debug)]
struct Span {
    ticks: u64,
    /// What the fund held at its start.
    held: u64,
    left: u64,
    came: u64,
}

impl Outflow {
    /// Every time that ends now, the shortest first.
    fn spans<'a>(&self, s: &'a State) -> impl Iterator<Item = Span> + 'a {
        (0..PAST).scan((0, 0), |(left, came), i| {
            *left += u64::from(s.past[i].left);
            *came += u64::from(s.past[i].came);
            Some(Span { ticks: i as u64, held: s.held + *left - *came, left: *left, came: *came })
        })
    }

    /// Whole atoms in share x (1 + ticks / window) of so much, or of the floor.
    fn most(&self, held: u64, ticks: u64) -> u64 {
        let share = (held * self.share_ppm).max(self.floor * 1_000_000);
        share * (WINDOW + ticks) / (WINDOW * 1_000_000)
    }

    fn is_bounded(&self, span: Span) -> bool {
        span.left <= self.most(span.held + span.came, span.ticks)
    }

    fn is_net_bounded(&self, span: Span) -> bool {
        span.left.saturating_sub(span.came) <= self.most(span.held, span.ticks)
    }

    /// Whoever takes each second what there is to take gets the fund empty.
    fn empties(&self, mut s: State) -> bool {
        for _ in 0..LAST_EXIT {
            if s.held == 0 {
                return true;
            }
            let available = self.room(&s).map_or(0, |room| room.available);
            s = self.act(&s, Act::Leave(available)).unwrap_or(s);
            s = self.act(&State { to_come: 0, ..s }, Act::Tick).unwrap_or(s);
            s.past = Default::default();
        }
        s.held == 0
    }
}
