//! Walks a machine through every state that it can reach.

use stateright::{Checker, Expectation, HasDiscoveries, Model};
use std::{collections::BTreeSet, fmt::Debug, hash::Hash, time::Instant};

/// Machines that can be walked.
pub trait Machine:
    Model<
        State: Clone + Debug + Hash + PartialEq + Send + Sync,
        Action: Clone + Debug + PartialEq + Send + Sync,
    > + Send
    + Sync
    + 'static
{
}

impl<M> Machine for M where
    M: Model<
            State: Clone + Debug + Hash + PartialEq + Send + Sync,
            Action: Clone + Debug + PartialEq + Send + Sync,
        > + Send
        + Sync
        + 'static
{
}

/// Walks every state; each property must hold in all of them, and what may happen must happen. Returns how many there are.
///
/// # Panics
/// With a way to what went wrong.
pub fn explore<M: Machine>(name: &str, machine: M) -> usize {
    let begun = Instant::now();
    let walked = machine.checker().spawn_bfs().join();
    let states = walked.unique_state_count();
    println!("{name}: {states} states, {} steps, {:.1?}", walked.state_count(), begun.elapsed());
    for property in walked.model().properties() {
        let found =
            walked.discovery(property.name).map(|path| (path.last_state().clone(), path.into_actions()));
        match (property.expectation, found) {
            (Expectation::Sometimes, None) => panic!("{name}: never seen: {}", property.name),
            (Expectation::Sometimes, Some(_)) | (_, None) => {}
            (_, Some((state, acts))) => panic!("{name}: broken: {}\n{acts:#?}\n{state:#?}", property.name),
        }
    }
    states
}

/// Whether a walk finds that a property is broken.
#[must_use]
pub fn finds<M: Machine>(machine: M, property: &'static str) -> bool {
    let found = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let walked = machine.checker().finish_when(found).spawn_bfs().join();
    let known = walked
        .model()
        .properties()
        .iter()
        .any(|p| p.name == property && p.expectation == Expectation::Always);
    assert!(known, "no such property: {property}");
    walked.discovery(property).is_some()
}
