//! Every game of a few rounds of three sources, from every standing the liar can have and every state of the mark.
//!
//! The liar is the first source: with a group each, the three are alike to the aggregate, and `one_round` plays all positions.

use crate::panel::{Panel, Word};
use bulkhead_risk::oracle::{Health, State};

const ROUNDS: usize = 4;
/// Prices of the two honest sources: together, apart by nearly 1 % either way, and after large moves.
const HONEST: [[u64; 2]; 5] = [
    [1_000_000, 1_000_000],
    [1_000_000, 1_009_900],
    [1_009_900, 1_000_000],
    [900_000, 900_000],
    [1_080_000, 1_090_000],
];
const LIES: [Word; 8] = [
    Word::Silent,
    Word::Says(0),
    Word::Says(300_000),
    Word::Says(995_000),
    Word::Says(1_009_900),
    Word::Says(1_021_000),
    Word::Ahead(2_000_000),
    Word::Stale(900_000),
];

struct Game {
    panel: Panel,
    /// All that honest sources ever said.
    low: u64,
    high: u64,
    rounds: u64,
}

fn explore(game: &mut Game, seconds: i64, left: usize) {
    if left == 0 {
        return;
    }
    for honest in HONEST {
        for lie in LIES {
            let before = (game.panel.clone(), game.low, game.high);
            let was_current = game.panel.mark.age(game.panel.now.unix + seconds) <= 60;
            let [a, b] = honest;
            (game.low, game.high) = (game.low.min(a).min(b), game.high.max(a).max(b));
            game.panel.play(seconds, &[lie, Word::Says(a), Word::Says(b)]);
            game.rounds += 1;
            let panel = &game.panel;
            assert!((game.low..=game.high).contains(&panel.mark.price), "{lie:?} {honest:?}");
            assert!(panel.never_struck(1) && panel.never_struck(2), "{lie:?} {honest:?}");
            if panel.moved() {
                assert!((a.min(b)..=a.max(b)).contains(&panel.mark.price), "{lie:?} {honest:?}");
            } else {
                assert!(
                    was_current && panel.mark.candidate != 0,
                    "only a large move waits: {lie:?} {honest:?}"
                );
            }
            explore(game, seconds, left - 1);
            (game.panel, game.low, game.high) = before;
        }
    }
}

/// What may have become of a liar before the game begins.
fn records(now: i64) -> Vec<Health> {
    let quiet = Health { struck_at: now - 100, last_publish_time: now, ..Health::default() };
    let of =
        |state: State, strikes, good_rounds| Health { state: state as u8, strikes, good_rounds, ..quiet };
    vec![
        quiet,
        of(State::Struck, 1, 0),
        of(State::Struck, 2, 9),
        of(State::Probation, 0, 0),
        of(State::Probation, 0, 98),
        Health { until: now + 15, ..of(State::Quarantined, 0, 0) },
        Health { until: now, ..of(State::Observer, 0, 99) },
    ]
}

#[test]
fn whatever_one_of_three_does_over_rounds_the_mark_stays_with_the_honest() {
    let said = [1_000_000; 3].map(Word::Says);
    let mut fresh = Panel::of(3);
    fresh.play(1, &said);
    let mut resuming = fresh.clone();
    resuming.play(600, &said);
    let mut waiting = fresh.clone();
    waiting.play(1, &[Word::Silent, Word::Says(1_080_000), Word::Says(1_090_000)]);
    let mut rounds = 0;
    for start in [Panel::of(3), fresh, resuming, waiting] {
        for record in records(start.now.unix) {
            // One strike at most a round, none, and every round after an outage.
            for (seconds, depth) in [(1, ROUNDS - 1), (11, ROUNDS - 1), (61, 2)] {
                let mut panel = start.clone();
                panel.health[0] = record;
                let mut game = Game { panel, low: 1_000_000, high: 1_000_000, rounds: 0 };
                explore(&mut game, seconds, depth);
                rounds += game.rounds;
            }
        }
    }
    let games = 4 * 7;
    assert_eq!(rounds, games * (2 * (40 + 40 * 40 + 40 * 40 * 40) + 40 + 40 * 40));
}

#[test]
fn from_health_every_game_of_four_rounds_stays_with_the_honest() {
    let mut panel = Panel::of(3);
    panel.play(1, &[1_000_000; 3].map(Word::Says));
    let mut game = Game { panel, low: 1_000_000, high: 1_000_000, rounds: 0 };
    explore(&mut game, 10, ROUNDS);
    assert_eq!(game.rounds, 40 + 1_600 + 64_000 + 2_560_000);
}
