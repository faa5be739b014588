use super::*;
use crate::oracle::{grade::GRADES, reliance::RELIANCES};

fn mark(grade: Grade) -> Mark {
    let reason = if grade.is_quorum() { Reason::None } else { Reason::NoQuorum };
    Mark { price: 1_000_000, at: NOW.unix, grade: grade as u8, reason: reason as u8, ..Mark::default() }
}

fn answer(what: Reliance, mark: &Mark, age: i64) -> (Answer, Reason) {
    what.answer(mark, NOW.unix + age, 60, 10_000).unwrap()
}

#[test]
fn a_worse_grade_never_allows_more() {
    let rank = |a| match a {
        Answer::Mark => 0,
        Answer::WithoutMark => 1,
        Answer::Refused => 2,
    };
    for what in RELIANCES {
        for pair in GRADES.windows(2) {
            assert!(rank(what.at(pair[0])) <= rank(what.at(pair[1])), "{what:?}");
        }
    }
}

#[test]
fn nobody_is_liquidated_without_a_quorum_and_nobody_kept_from_leaving() {
    for grade in GRADES {
        let quorum = grade.is_quorum();
        for what in [Reliance::Liquidate, Reliance::AddRisk] {
            assert_eq!(what.at(grade) == Answer::Mark, quorum, "{what:?} {grade:?}");
            assert_eq!(what.at(grade) == Answer::Refused, !quorum, "{what:?} {grade:?}");
        }
        for what in [Reliance::Reduce, Reliance::Withdraw, Reliance::Refresh] {
            assert_ne!(what.at(grade), Answer::Refused, "{what:?} {grade:?}");
        }
    }
}

#[test]
fn each_use_has_its_own_age() {
    let good = mark(Grade::A);
    for (what, age) in [
        (Reliance::AddRisk, 10),
        (Reliance::Withdraw, 30),
        (Reliance::SetSurface, 30),
        (Reliance::Liquidate, 60),
        (Reliance::Reduce, 60),
        (Reliance::Refresh, 60),
    ] {
        assert_eq!(answer(what, &good, age), (Answer::Mark, Reason::None), "{what:?}");
        let (answer, reason) = answer(what, &good, age + 1);
        assert_eq!((answer, reason), (what.at(Grade::D), Reason::Aged), "{what:?}");
    }
}

#[test]
fn each_use_has_its_own_certainty() {
    for (what, confidence) in
        [(Reliance::AddRisk, 5_000), (Reliance::Withdraw, 10_000), (Reliance::Liquidate, 20_000)]
    {
        let at = Mark { confidence, ..mark(Grade::B) };
        assert_eq!(answer(what, &at, 0).0, Answer::Mark, "{what:?}");
        let beyond = Mark { confidence: confidence + 1, ..at };
        assert_eq!(answer(what, &beyond, 0), (what.at(Grade::D), Reason::TooUncertain), "{what:?}");
    }
}

#[test]
fn the_reason_of_a_bad_round_is_handed_on() {
    assert_eq!(answer(Reliance::Liquidate, &mark(Grade::D), 0), (Answer::Refused, Reason::NoQuorum));
    assert_eq!(answer(Reliance::Withdraw, &Mark::none(), 0), (Answer::WithoutMark, Reason::NoMark));
}
