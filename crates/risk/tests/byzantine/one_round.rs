//! Every round of three and of five sources over a small domain.

use crate::panel::{agree, hull, sequences, Panel, Word};
use bulkhead_risk::oracle::Verdict;

/// Closer together and further apart than the tolerance of 1 %.
const GRID: [u64; 8] = [900_000, 985_000, 995_000, 1_000_000, 1_004_000, 1_009_000, 1_010_000, 1_060_000];

fn behaviours() -> Vec<Word> {
    let mut all = vec![
        Word::Silent,
        Word::Stale(1_060_000),
        Word::Future(1_060_000),
        Word::Ahead(1_015_000),
        Word::Wide(1_060_000),
        Word::Vague(1_012_000),
    ];
    let outside = [0, 1, 500_000, 990_000, 1_020_001, 13_000_000, u64::MAX - 1, u64::MAX];
    all.extend(GRID.into_iter().chain(outside).map(Word::Says));
    all
}

/// Every choice of liars among the sources: groups differ, so positions do.
fn choices(sources: u32, liars: u32) -> impl Iterator<Item = u32> {
    (0..1_u32 << sources).filter(move |choice| choice.count_ones() == liars)
}

fn every_round(sources: usize, faults: usize) -> u64 {
    let fresh = Panel::of(sources);
    let honest = sequences(&GRID, sources - faults);
    let lies = sequences(&behaviours(), faults);
    let mut rounds = 0;
    for choice in choices(u32::try_from(sources).unwrap(), u32::try_from(faults).unwrap()) {
        for prices in &honest {
            let (low, high) = hull(prices);
            for lies in &lies {
                let (mut truths, mut lying) = (prices.iter(), lies.iter());
                let words: Vec<Word> = (0..sources)
                    .map(|i| match choice >> i & 1 {
                        0 => Word::Says(*truths.next().unwrap()),
                        _ => *lying.next().unwrap(),
                    })
                    .collect();
                let mut panel = fresh.clone();
                let round = *panel.play(1, &words);
                rounds += 1;
                // Whatever its grade: all honest sources vote.
                assert!((low..=high).contains(&round.price), "{words:?}: {round:?}");
                if round.grade.is_quorum() {
                    assert_eq!(panel.mark.price, round.price, "{words:?}");
                } else {
                    assert_eq!(panel.mark.price, 0, "{words:?}");
                }
                if agree(prices) {
                    assert!(round.grade.is_quorum(), "{words:?}: {round:?}");
                    for source in (0..sources).filter(|i| choice >> i & 1 == 0) {
                        assert_eq!(round.verdicts[source], Verdict::Valid, "{words:?}");
                        assert!(panel.never_struck(source), "{words:?}");
                    }
                }
            }
        }
    }
    rounds
}

#[test]
fn one_of_three_cannot_leave_the_honest_range_nor_stop_the_mark() {
    assert_eq!(every_round(3, 1), 3 * 8 * 8 * 22);
}

#[test]
fn two_of_five_cannot_leave_the_honest_range_nor_stop_the_mark() {
    assert_eq!(every_round(5, 2), 10 * 8 * 8 * 8 * 22 * 22);
}
