//! Every subset of up to eight sources silent, late or on trial: the grade and the reason, against a second writing of the rules.

use crate::panel::{limits, Word, START};
use bulkhead_risk::oracle::{aggregate, Grade, Reason, SourceInput, Standing};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Votes,
    Late,
    Dead,
    OnTrial,
}

const CONDITIONS: [Condition; 4] = [Condition::Votes, Condition::Late, Condition::Dead, Condition::OnTrial];

fn input(condition: Condition, group: u8) -> SourceInput {
    let word = match condition {
        Condition::Late => Word::Stale(1_000_000),
        Condition::Dead => Word::Silent,
        Condition::Votes | Condition::OnTrial => Word::Says(1_000_000),
    };
    let standing = if condition == Condition::OnTrial { Standing::OnTrial } else { Standing::Voting };
    SourceInput { standing, group, is_new: true, observation: word.observed(START) }
}

/// Written from the descriptions of [`Reason`], for sources that all say the same.
fn expected(conditions: &[Condition], groups: &[u8], quorum: usize, min_groups: usize) -> (Grade, Reason) {
    let voters: Vec<u8> =
        conditions.iter().zip(groups).filter(|(c, _)| **c == Condition::Votes).map(|(_, g)| *g).collect();
    let mut members = BTreeMap::<u8, usize>::new();
    for group in &voters {
        *members.entry(*group).or_default() += 1;
    }
    let missing = conditions.len() - voters.len();
    match voters.len() {
        few if few < quorum || few + few <= conditions.len() => (Grade::D, Reason::NoQuorum),
        _ if members.len() < min_groups => (Grade::D, Reason::TooFewGroups),
        all if members.values().any(|group| group + group > all) => (Grade::C, Reason::OneGroup),
        _ if missing == 0 => (Grade::A, Reason::None),
        some if some == quorum => (Grade::C, Reason::BareQuorum),
        _ => (Grade::B, Reason::SourceMissing),
    }
}

fn check(conditions: &[Condition], groups: &[u8]) {
    let sources: Vec<SourceInput> = conditions.iter().zip(groups).map(|(c, g)| input(*c, *g)).collect();
    for quorum in 1..=conditions.len() + 1 {
        for min_groups in 1..=3 {
            let limits = limits(quorum as u64, min_groups as u64);
            let round = aggregate(&sources, &limits, START).unwrap();
            let expected = expected(conditions, groups, quorum, min_groups);
            assert_eq!(
                (round.grade, round.reason),
                expected,
                "{conditions:?} {groups:?} {quorum} {min_groups}"
            );
            let votes = conditions.iter().filter(|c| **c == Condition::Votes).count();
            assert_eq!(round.valid, votes as u64);
            assert_eq!(round.price, if votes == 0 { 0 } else { 1_000_000 });
        }
    }
}

#[test]
fn every_subset_of_sources_that_fail_has_its_grade_and_reason() {
    for count in 1..=8_usize {
        let pairs: Vec<u8> = (0..count as u8).map(|i| i / 2).collect();
        let apart: Vec<u8> = (0..count as u8).collect();
        let lopsided: Vec<u8> = (0..count as u8).map(|i| i.saturating_sub(3)).collect();
        for failing in 0..1_u32 << count {
            for fault in &CONDITIONS[1..] {
                let conditions: Vec<Condition> = (0..count)
                    .map(|i| if failing >> i & 1 == 1 { *fault } else { Condition::Votes })
                    .collect();
                for groups in [&pairs, &apart, &lopsided] {
                    check(&conditions, groups);
                }
            }
        }
    }
}

#[test]
fn every_mixture_of_faults_of_six_sources_has_its_grade_and_reason() {
    for mixture in crate::panel::sequences(&CONDITIONS, 6) {
        check(&mixture, &[0, 0, 1, 1, 2, 2]);
    }
}
