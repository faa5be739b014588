//! Long random games of seven and of eight sources, three of which are adversaries.

use crate::{
    cases,
    panel::{hull, Panel, Word},
};
use bulkhead_risk::oracle::{Grade, Reason, State};
use proptest::prelude::*;

const FAULTS: usize = 3;

#[derive(Clone, Debug)]
pub struct Turn {
    pub seconds: i64,
    /// How far the true price moves, parts per thousand.
    step: i64,
    /// Where in the tolerance each honest source is, parts per 10,000 above the truth.
    noise: [u64; 8],
    lies: [Lie; FAULTS],
}

#[derive(Clone, Copy, Debug)]
pub enum Lie {
    Plain(Word),
    /// Close to the truth, parts per 10,000 from it.
    Near(i64),
    NearAndAhead(i64),
    NearAndVague(i64),
}

impl Lie {
    pub fn word(self, truth: u64) -> Word {
        let at = |parts: i64| truth.saturating_add_signed(i64::try_from(truth / 10_000).unwrap() * parts);
        match self {
            Self::Plain(word) => word,
            Self::Near(parts) => Word::Says(at(parts)),
            Self::NearAndAhead(parts) => Word::Ahead(at(parts)),
            Self::NearAndVague(parts) => Word::Vague(at(parts)),
        }
    }
}

pub fn any_lie() -> impl Strategy<Value = Lie> {
    let price = || prop_oneof![Just(0), Just(1), Just(u64::MAX), 1_u64..5_000_000_000];
    prop_oneof![
        1 => Just(Lie::Plain(Word::Silent)),
        1 => price().prop_map(|p| Lie::Plain(Word::Stale(p))),
        1 => price().prop_map(|p| Lie::Plain(Word::Future(p))),
        1 => price().prop_map(|p| Lie::Plain(Word::Wide(p))),
        3 => price().prop_map(|p| Lie::Plain(Word::Says(p))),
        6 => (-400_i64..400).prop_map(Lie::Near),
        2 => (-400_i64..400).prop_map(Lie::NearAndAhead),
        2 => (-400_i64..400).prop_map(Lie::NearAndVague),
    ]
}

fn any_turn() -> impl Strategy<Value = Turn> {
    (
        prop_oneof![6 => 1_i64..3, 4 => 10_i64..15, 1 => 58_i64..64, 1 => 3_590_i64..3_610],
        prop_oneof![6 => -5_i64..=5, 2 => -120_i64..=120],
        prop::array::uniform8(0_u64..=90),
        [any_lie(), any_lie(), any_lie()],
    )
        .prop_map(|(seconds, step, noise, lies)| Turn { seconds, step, noise, lies })
}

fn play(sources: usize, liars: &[usize], turns: &[Turn]) -> Result<(), TestCaseError> {
    let mut panel = Panel::of(sources);
    let mut truth = 1_000_000_000_u64;
    let (mut low, mut high) = (u64::MAX, 0);
    for turn in turns {
        let move_by = i64::try_from(truth / 1_000).unwrap() * turn.step;
        truth = truth.saturating_add_signed(move_by).clamp(1_000_000, 1_000_000_000_000);
        let mut lies = turn.lies.iter();
        let mut said = Vec::new();
        let words: Vec<Word> = (0..sources)
            .map(|i| {
                if liars.contains(&i) {
                    return lies.next().unwrap().word(truth);
                }
                said.push(truth + truth / 10_000 * turn.noise[i]);
                Word::Says(*said.last().unwrap())
            })
            .collect();
        let before = panel.mark;
        let round = *panel.play(turn.seconds, &words);
        let (least, most) = hull(&said);
        (low, high) = (low.min(least), high.max(most));
        prop_assert!((low..=high).contains(&panel.mark.price));
        for source in (0..sources).filter(|i| !liars.contains(i)) {
            prop_assert!(panel.never_struck(source), "{words:?}");
        }
        prop_assert!(round.grade.is_quorum(), "{words:?} {round:?}");
        if panel.moved() {
            prop_assert!((least..=most).contains(&panel.mark.price));
        } else {
            prop_assert_eq!(panel.grade(), (Grade::D, Reason::MoveUnconfirmed));
            let rounds = before.candidate_rounds + 1;
            let waited = before.candidate != 0 && panel.now.unix - before.candidate_at >= 3 && rounds >= 3;
            let same_way = (before.candidate > before.price) == (round.price > before.price);
            prop_assert!(!waited || !same_way, "a large move waits no longer than its time");
        }
    }
    Ok(())
}

/// Three of `sources`.
fn any_liars(sources: usize) -> impl Strategy<Value = Vec<usize>> {
    prop::sample::subsequence((0..sources).collect::<Vec<_>>(), FAULTS)
}

proptest! {
    #![proptest_config(cases::usually(200))]

    #[test]
    fn three_of_seven_never_move_the_mark_out_of_the_honest_range(
        liars in any_liars(7), turns in prop::collection::vec(any_turn(), 1..80),
    ) {
        play(7, &liars, &turns)?;
    }

    #[test]
    fn three_of_eight_never_move_the_mark_out_of_the_honest_range(
        liars in any_liars(8), turns in prop::collection::vec(any_turn(), 1..80),
    ) {
        play(8, &liars, &turns)?;
    }
}

#[test]
fn a_liar_that_dates_every_word_ahead_is_quarantined_all_the_same() {
    let mut panel = Panel::of(5);
    for _ in 0..3 {
        let honest = Word::Says(1_000_000);
        panel.play(11, &[Word::Ahead(1_300_000), honest, honest, honest, honest]);
    }
    assert_eq!(panel.state(0), State::Quarantined);
}
