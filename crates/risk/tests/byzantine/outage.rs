//! More faults than the median bears: liars that are no more than `f`, while any of the honest are silent, on trial or quarantined.
//!
//! What is left of the promise: no honest source is struck, and the mark of a quorum is near an honest price.

use crate::{
    cases,
    panel::{Panel, Word},
    random::{any_lie, Lie},
};
use bulkhead_risk::oracle::{Grade, Reason, State};
use proptest::prelude::*;

const LIE: Word = Word::Says(1_500_000);
const TRUTH: Word = Word::Says(1_000_000);

#[test]
fn liars_that_stayed_cannot_cast_out_the_honest_that_return_one_by_one() {
    let mut panel = Panel::of(5);
    panel.play(1, &[TRUTH; 5]);
    let alone = [LIE, LIE, Word::Silent, Word::Silent, Word::Silent];
    panel.play(600, &alone);
    for back in 2..5 {
        let mut words = alone;
        words[back] = TRUTH;
        for _ in 0..10 {
            let round = *panel.play(11, &words);
            assert_eq!(round.grade, Grade::D, "{words:?}");
        }
        assert!(panel.never_struck(back), "source {back} was struck by the liars alone");
    }
    for _ in 0..12 {
        panel.play(11, &[LIE, LIE, TRUTH, TRUTH, TRUTH]);
    }
    assert_eq!((panel.mark.price, panel.grade()), (1_000_000, (Grade::C, Reason::OneGroup)));
    assert_eq!([0, 1].map(|liar| panel.state(liar)), [State::Quarantined; 2]);
}

#[test]
fn liars_with_votes_cannot_keep_out_a_majority_on_trial() {
    let mut panel = Panel::of(5);
    panel.play(1, &[TRUTH; 5]);
    for honest in [3, 4] {
        panel.health[honest].quarantine(panel.now.unix);
    }
    for _ in 0..115 {
        panel.play(1, &[LIE, LIE, TRUTH, TRUTH, TRUTH]);
        assert_eq!(panel.mark.price, 1_000_000);
    }
    assert_eq!([2, 3, 4].map(|honest| panel.state(honest)), [State::Healthy; 3]);
    assert_eq!([0, 1].map(|liar| panel.state(liar)), [State::Quarantined; 2]);
    assert!(panel.grade().0.is_quorum());
}

#[derive(Clone, Debug)]
struct Turn {
    seconds: i64,
    step: i64,
    noise: [u64; 8],
    lies: [Lie; 3],
    /// Bit for bit the sources that say nothing.
    silent: u8,
}

fn any_turn() -> impl Strategy<Value = Turn> {
    (
        prop_oneof![3 => 1_i64..3, 4 => 10_i64..15, 1 => 3_590_i64..3_610],
        prop_oneof![6 => -5_i64..=5, 1 => -120_i64..=120],
        prop::array::uniform8(0_u64..=90),
        [any_lie(), any_lie(), any_lie()],
        prop_oneof![any::<u8>(), Just(0)],
    )
        .prop_map(|(seconds, step, noise, lies, silent)| Turn { seconds, step, noise, lies, silent })
}

proptest! {
    #![proptest_config(cases::usually(250))]

    /// Liars come first; by the state they begin in, honest sources may vote, be on trial or serve a quarantine.
    #[test]
    fn no_honest_source_is_struck_and_a_quorum_is_near_an_honest_price(
        half in 1_usize..=3, even in any::<bool>(),
        begin in prop::array::uniform8(0_u8..4),
        turns in prop::collection::vec(any_turn(), 1..60),
    ) {
        let sources = (2 * half + 1 + usize::from(even)).min(8);
        let mut panel = Panel::of(sources);
        for (health, begin) in panel.health.iter_mut().zip(begin) {
            match begin {
                0 => health.quarantine(panel.now.unix),
                1 => health.quarantine(panel.now.unix + 3_600),
                _ => {}
            }
        }
        let mut truth = 1_000_000_000_u64;
        for turn in turns {
            let move_by = i64::try_from(truth / 1_000).unwrap() * turn.step;
            truth = truth.saturating_add_signed(move_by).clamp(1_000_000, 1_000_000_000_000);
            let mut said = Vec::new();
            let words: Vec<Word> = (0..sources)
                .map(|i| {
                    if i < half {
                        turn.lies[i].word(truth)
                    } else if turn.silent >> i & 1 == 1 {
                        Word::Silent
                    } else {
                        said.push(truth + truth / 10_000 * turn.noise[i]);
                        Word::Says(*said.last().unwrap())
                    }
                })
                .collect();
            let round = *panel.play(turn.seconds, &words);
            for source in half..sources {
                prop_assert_eq!(panel.health[source].strikes_owed, 0, "{:?}: {:?}", words, round);
            }
            if round.grade.is_quorum() {
                let nearest = said.iter().map(|price| price.abs_diff(round.price)).min().unwrap();
                // Counted sources are within 2 % of the reference, and at least one of them is honest.
                prop_assert!(nearest <= round.price / 1_000 * 21, "{words:?}: {round:?}");
            }
        }
    }
}

/// With as many liars as honest sources the middle lies between the two camps.
#[test]
fn two_of_four_move_the_mark_by_no_more_than_the_division_of_camps() {
    let mut furthest = 0;
    for lie in (900_000..1_100_000).step_by(100) {
        let mut panel = Panel::of(5);
        let lie = Word::Says(lie);
        let round = panel.play(1, &[lie, lie, TRUTH, TRUTH, Word::Silent]);
        if round.grade.is_quorum() {
            furthest = furthest.max(round.price.abs_diff(1_000_000));
        }
    }
    assert!((19_000..=20_500).contains(&furthest), "{furthest}");
}

#[test]
fn a_liar_that_hides_behind_the_time_of_an_honest_word_is_quarantined_all_the_same() {
    let mut panel = Panel::of(5);
    for _ in 0..3 {
        panel.play(10, &[TRUTH; 5]);
        let (said_at, slot) = (panel.now.unix, panel.now.slot);
        panel.play(2, &[Word::Rewrites(1_500_000, said_at, slot), TRUTH, TRUTH, TRUTH, TRUTH]);
    }
    assert_eq!(panel.state(0), State::Quarantined);
}
