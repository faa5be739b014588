use super::*;

#[test]
fn agreement_grades_by_how_many() {
    let all = voting(&[1_000_000, 1_000_100, 999_900, 1_000_050, 1_000_000]);
    let r = round(&all);
    assert_eq!((r.grade, r.reason, r.valid, r.price), (Grade::A, Reason::None, 5, 1_000_000));
    let mut fewer = all;
    fewer[4].observation = None;
    assert_eq!((round(&fewer).grade, round(&fewer).reason), (Grade::B, Reason::SourceMissing));
    fewer[1].standing = Standing::Silenced;
    assert_eq!((round(&fewer).grade, round(&fewer).reason), (Grade::C, Reason::OneGroup));
    fewer[3].group = 5;
    assert_eq!((round(&fewer).grade, round(&fewer).reason), (Grade::C, Reason::BareQuorum));
    fewer[0].observation = Some(Observation { price: 0, ..said(0) });
    let r = round(&fewer);
    assert_eq!((r.grade, r.reason, r.verdicts[0]), (Grade::D, Reason::NoQuorum, Verdict::NotAPrice));
}

#[test]
fn two_liars_at_the_edge_cannot_cast_the_scattered_honest_out() {
    let r = round(&voting(&[1_000_000, 1_000_000, 1_012_000, 1_014_000, 1_014_000]));
    assert_eq!(r.price, 1_012_000);
}

#[test]
fn one_group_is_no_quorum_and_a_group_in_the_majority_is_a_bare_one() {
    let mut s = voting(&[1_000_000; 5]);
    for source in &mut s {
        source.group = 0;
    }
    assert_eq!((round(&s).grade, round(&s).reason), (Grade::D, Reason::TooFewGroups));
    s[4].group = 1;
    s[3].group = 2;
    assert_eq!((round(&s).grade, round(&s).reason), (Grade::C, Reason::OneGroup));
    s[2].group = 3;
    assert_eq!((round(&s).grade, round(&s).reason), (Grade::A, Reason::None));
}

#[test]
fn each_defect_has_its_verdict() {
    let with = |o: Observation| {
        let mut s = voting(&[1_000_000; 5]);
        s[0].observation = Some(o);
        round(&s).verdicts[0]
    };
    let good = Observation {
        price: 1_000_000,
        confidence: 10_000,
        publish_time: NOW.unix - 30,
        slot: NOW.slot - 150,
    };
    assert_eq!(with(good), Verdict::Valid);
    assert_eq!(with(Observation { publish_time: NOW.unix - 31, ..good }), Verdict::Stale);
    assert_eq!(with(Observation { slot: NOW.slot - 151, ..good }), Verdict::Stale);
    assert_eq!(with(Observation { publish_time: NOW.unix + 5, ..good }), Verdict::Valid);
    assert_eq!(with(Observation { publish_time: NOW.unix + 6, ..good }), Verdict::Future);
    assert_eq!(with(Observation { slot: NOW.slot + 1, ..good }), Verdict::Future);
    assert_eq!(with(Observation { confidence: 10_001, ..good }), Verdict::Uncertain);
    assert_eq!(with(Observation { price: 0, ..good }), Verdict::NotAPrice);
    assert_eq!(with(Observation { price: u64::MAX, confidence: 0, ..good }), Verdict::NotAPrice);
    assert_eq!(with(Observation { price: 1_020_001, ..good }), Verdict::Outlier);
    assert_eq!(with(Observation { price: 1_020_000, ..good }), Verdict::Astray);
    assert_eq!(with(Observation { price: 1_010_001, ..good }), Verdict::Astray);
    assert_eq!(with(Observation { price: 1_010_000, ..good }), Verdict::Valid);
}

#[test]
fn those_on_trial_are_judged_and_do_not_count() {
    let mut s = voting(&[1_000_000, 1_000_000, 1_000_000, 1_500_000, 1_000_000]);
    s[3].standing = Standing::OnTrial;
    s[4].standing = Standing::Observing;
    let r = round(&s);
    assert_eq!((r.valid, r.registered, r.price), (3, 4, 1_000_000));
    assert_eq!((r.verdicts[3], r.verdicts[4]), (Verdict::Outlier, Verdict::Watched));
}

#[test]
fn where_no_majority_of_all_agrees_nobody_is_wrong() {
    let mut s = voting(&[1_500_000, 1_500_000, 1_000_000, 1_000_000, 1_000_000]);
    s[3].observation = None;
    s[4].observation = None;
    let r = round(&s);
    assert_eq!(r.verdicts[..3], [Verdict::Valid, Verdict::Valid, Verdict::Astray]);
    assert_eq!((r.grade, r.reason), (Grade::D, Reason::NoQuorum));
}

#[test]
fn a_majority_with_those_on_trial_outweighs_the_voters() {
    let mut s = voting(&[1_500_000, 1_500_000, 1_000_000, 1_000_000, 1_000_000]);
    s[3].standing = Standing::OnTrial;
    s[4].standing = Standing::OnTrial;
    let r = round(&s);
    let (wrong, on_trial) = (Verdict::Outlier, Verdict::Watched);
    assert_eq!(r.verdicts[..5], [wrong, wrong, Verdict::Valid, on_trial, on_trial]);
    assert_eq!((r.grade, r.reason), (Grade::D, Reason::NoQuorum));
}

#[test]
fn observers_have_no_say_about_others_while_there_are_others() {
    let mut s = voting(&[1_000_000, 1_500_000, 1_500_000, 1_500_000, 1_500_000, 1_500_000, 0, 0]);
    for observer in &mut s[2..6] {
        observer.standing = Standing::Observing;
    }
    s[1].standing = Standing::OnTrial;
    let r = round(&s[..6]);
    assert_ne!(r.verdicts[0], Verdict::Outlier);
    let r = round(&s[2..6]);
    assert_eq!((r.verdicts[..4].to_vec(), r.registered), (std::vec![Verdict::Watched; 4], 0));
}

#[test]
fn two_of_three_cannot_be_a_quorum_with_one_that_they_left_behind() {
    let r = round(&voting(&[1_000_000, 1_110_000, 1_131_000]));
    assert_eq!((r.grade, r.reason), (Grade::D, Reason::NoQuorum));
}

#[test]
fn sources_in_two_camps_are_no_mark() {
    let r = round(&voting(&[1_000_000, 1_000_000, 1_500_000, 1_500_000]));
    assert_eq!((r.grade, r.reason), (Grade::D, Reason::Divided));
}

#[test]
fn nothing_valid_is_no_price() {
    let r = aggregate(&[], &LIMITS, NOW).unwrap();
    assert_eq!((r.grade, r.price), (Grade::D, 0));
    assert_eq!(Grade::from_byte(9), Grade::E);
    assert_eq!(Reason::from_byte(99), Reason::NoMark);
}

#[test]
fn a_majority_is_one_of_the_sources_there_were() {
    let mut s = voting(&[1_000_000, 1_000_000, 1_000_000, 1_000_000]);
    s[1].group = 7;
    let with = |removed| aggregate(&s, &Limits { removed, ..LIMITS }, NOW).unwrap();
    assert_eq!((with(0).grade, with(3).grade, with(3).registered), (Grade::A, Grade::B, 7));
    assert_eq!((with(4).grade, with(4).reason), (Grade::D, Reason::NoQuorum));
}
