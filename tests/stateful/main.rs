//! Random sequences of valid and invalid instructions on LiteSVM: every promise of the books after every step, only
//! expected errors, and a wind-down after which the vault holds exactly nothing.
//!
//! `BULKHEAD_SEED` plays one seed, `BULKHEAD_STEPS` sets the length of every sequence.

mod errors;
mod player;
mod wind_down;

use player::Player;

const SEEDS: &str = include_str!("seeds.txt");
/// Others are tried with `BULKHEAD_SEED`; one that fails joins the list above.
const SEEDS_TO_PLAY: [u64; 6] = [11, 42, 77, 101, 1_987, 31_337];
const STEPS: usize = 150;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|v| v.parse().ok())
}

/// Prints the seed when the sequence fails, so that it can be replayed and committed.
fn play(seed: u64) {
    struct Named(u64);
    impl Drop for Named {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("seed {} failed: replay it with BULKHEAD_SEED={}", self.0, self.0);
            }
        }
    }
    let steps = setting("BULKHEAD_STEPS").and_then(|s| usize::try_from(s).ok()).unwrap_or(STEPS);
    let named = Named(seed);
    let mut player = Player::new(seed);
    for _ in 0..steps {
        player.step();
    }
    let tally = player.tally();
    wind_down::wind_down(player);
    println!("seed {}: {tally}", named.0);
}

#[test]
fn conserves_through_regression_seeds_to_an_empty_vault() {
    match setting("BULKHEAD_SEED") {
        Some(seed) => play(seed),
        None => SEEDS.lines().filter(|l| !l.starts_with('#')).for_each(|l| {
            play(l.trim().parse().expect("a seed a line"));
        }),
    }
}

#[test]
fn conserves_through_random_sequences_to_an_empty_vault() {
    if setting("BULKHEAD_SEED").is_none() {
        SEEDS_TO_PLAY.into_iter().for_each(play);
    }
}
