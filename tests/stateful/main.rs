//! Random sequences of valid and invalid instructions on LiteSVM: eight people in three markets, every promise of the
//! books after every transaction, only expected errors, and a wind-down after which every vault holds exactly nothing.
//!
//! `cargo xtask fuzz` plays thousands. `BULKHEAD_SEED` plays one seed, `BULKHEAD_SEEDS` that many from
//! `BULKHEAD_FIRST_SEED` on, `BULKHEAD_STEPS` sets the length of every sequence.

mod errors;
mod history;
mod machine;
mod moves;
mod player;
mod session;
mod tally;
mod watch;
mod wind_down;

use session::Session;

/// Replayed first, one a line.
const SEEDS: &str = include_str!("seeds.txt");
/// What every test run plays besides; as many as fit a minute and a half on two cores.
const SEEDS_TO_PLAY: u64 = 80;
const STEPS: usize = 300;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

#[test]
fn conserves_through_regression_seeds_to_empty_vaults() {
    let listed = SEEDS.lines().filter(|line| !line.starts_with('#'));
    let seeds = match setting("BULKHEAD_SEED") {
        Some(seed) => vec![seed],
        None if setting::<u64>("BULKHEAD_SEEDS").is_some() => return,
        None => listed.map(|line| line.trim().parse().expect("a seed a line")).collect(),
    };
    Session::new(seeds).play().assert_sound();
}

#[test]
fn conserves_through_random_sequences_to_empty_vaults() {
    if setting::<u64>("BULKHEAD_SEED").is_some() {
        return;
    }
    let first = setting("BULKHEAD_FIRST_SEED").unwrap_or(1);
    let asked = setting("BULKHEAD_SEEDS");
    let seeds = (first..).take(usize::try_from(asked.unwrap_or(SEEDS_TO_PLAY)).expect("a count")).collect();
    let played = Session::new(seeds).play();
    played.assert_sound();
    if asked.is_none() {
        played.tally.assert_every_call_was_met();
    }
}
