//! Nothing that sources do leaves the market without a way back.

use crate::{
    cases,
    panel::{Panel, Word},
    random::{any_lie, Lie},
};
use bulkhead_risk::oracle::{
    health::{QUARANTINE_SECONDS, ROUNDS_TO_VOTE, STATES},
    Answer, Grade, Health, Reason, Reliance, State,
};
use proptest::prelude::*;

/// Between two rounds of a market that behaves.
const SECONDS: i64 = 30;

/// Rounds until everybody counts again: the rest of a quarantine, the trial after it, and the return from the outage.
fn patience() -> u32 {
    u32::try_from(QUARANTINE_SECONDS / SECONDS).unwrap() + ROUNDS_TO_VOTE + 15
}

/// Plays good rounds until the grade is A; returns how many that took.
fn heal(panel: &mut Panel) -> u32 {
    let count = panel.health.len();
    for rounds in 1..=patience() {
        panel.play(SECONDS, &vec![Word::Says(1_000_000_000); count]);
        let answer = Reliance::Liquidate.answer(&panel.mark, panel.now.unix, 60, 10_000).unwrap();
        if panel.grade() == (Grade::A, Reason::None) {
            assert_eq!(answer.0, Answer::Mark);
            assert!((0..count).all(|i| !matches!(panel.state(i), State::Quarantined | State::Probation)));
            assert_eq!(panel.mark.price, 1_000_000_000);
            return rounds;
        }
    }
    panic!("stuck: {:?} {:?}", panel.grade(), panel.health);
}

#[test]
fn from_every_mixture_of_states_all_sources_vote_again() {
    for states in crate::panel::sequences(&STATES, 5) {
        let mut panel = Panel::of(5);
        for (health, state) in panel.health.iter_mut().zip(states) {
            let until = panel.now.unix + QUARANTINE_SECONDS;
            *health = Health { state: state as u8, until, ..Health::default() };
        }
        heal(&mut panel);
    }
}

#[test]
fn all_sources_quarantined_at_once_come_back_together() {
    let mut panel = Panel::of(5);
    for _ in 0..3 {
        panel.play(11, &[Word::Says(0); 5]);
    }
    assert!((0..5).all(|i| panel.state(i) == State::Quarantined));
    let rounds = heal(&mut panel);
    assert!(rounds >= 100, "{rounds}");
}

fn any_history() -> impl Strategy<Value = Vec<(i64, [Lie; 8])>> {
    let gap = prop_oneof![3 => 1_i64..3, 6 => 10_i64..15, 1 => 3_590_i64..3_610, 1 => 28_000_i64..30_000];
    prop::collection::vec((gap, prop::array::uniform8(any_lie())), 0..80)
}

proptest! {
    #![proptest_config(cases::usually(100))]

    #[test]
    fn after_any_history_good_behaviour_brings_grade_a_back(count in 3_usize..=8, history in any_history()) {
        let mut panel = Panel::of(count);
        for (seconds, lies) in &history {
            let words: Vec<Word> = lies[..count].iter().map(|lie| lie.word(1_000_000_000)).collect();
            panel.play(*seconds, &words);
            prop_assert!(panel.mark.price <= bulkhead_risk::black76::MAX_PRICE);
        }
        heal(&mut panel);
    }

    /// The adversaries go on; the others are enough.
    #[test]
    fn after_any_history_an_honest_majority_brings_a_quorum_back(
        history in any_history(), after in prop::array::uniform2(any_lie()),
    ) {
        let mut panel = Panel::of(5);
        for (seconds, lies) in &history {
            let words: Vec<Word> = lies[..5].iter().map(|lie| lie.word(1_000_000_000)).collect();
            panel.play(*seconds, &words);
        }
        let honest = Word::Says(1_000_000_000);
        let words = [after[0].word(1_000_000_000), after[1].word(1_000_000_000), honest, honest, honest];
        let found = (0..patience()).any(|_| {
            panel.play(SECONDS, &words);
            panel.grade().0.is_quorum() && panel.mark.price == 1_000_000_000
        });
        prop_assert!(found, "{:?} {:?} {:?}", panel.grade(), words, panel.health);
    }
}
