use super::*;
use crate::oracle::health::{ROUNDS_TO_CLEAR, ROUNDS_TO_VOTE, STATES, STRIKE_SECONDS};

/// Plays rounds `gap` seconds apart with one verdict; returns the time after them.
fn play(h: &mut Health, verdict: Verdict, rounds: u32, gap: i64, mut now: i64) -> i64 {
    for _ in 0..rounds {
        now += gap;
        h.stand(now);
        h.record(verdict, true, now, 60);
    }
    now
}

#[test]
fn three_strikes_quarantine_and_a_probation_leads_back() {
    let mut h = Health::default();
    let now = play(&mut h, Verdict::Outlier, 2, STRIKE_SECONDS, 1_000);
    assert_eq!((h.state(), h.strikes), (State::Struck, 2));
    assert_eq!(h.stand(now), Standing::Voting);
    let now = play(&mut h, Verdict::NotAPrice, 1, STRIKE_SECONDS, now);
    assert_eq!((h.state(), h.until), (State::Quarantined, now + 3_600));
    assert_eq!(h.stand(now + 3_599), Standing::Silenced);
    assert_eq!(h.stand(now + 3_600), Standing::OnTrial);
    let now = play(&mut h, Verdict::Watched, ROUNDS_TO_VOTE - 1, 1, now + 3_600);
    assert_eq!(h.stand(now), Standing::OnTrial);
    play(&mut h, Verdict::Watched, 1, 1, now);
    assert_eq!((h.state(), h.strikes_owed), (State::Healthy, 3));
}

#[test]
fn one_strike_on_probation_is_another_quarantine() {
    let mut h = Health { state: State::Probation as u8, good_rounds: 99, ..Health::default() };
    play(&mut h, Verdict::Outlier, 1, 1, 10_000);
    assert_eq!(h.state(), State::Quarantined);
}

#[test]
fn lying_every_other_round_ends_in_quarantine() {
    let mut h = Health::default();
    let mut now = 1_000;
    for _ in 0..3 {
        now = play(&mut h, Verdict::Valid, 4, 3, now);
        now = play(&mut h, Verdict::Outlier, 1, 3, now);
    }
    assert_eq!(h.state(), State::Quarantined);
}

#[test]
fn fast_rounds_and_repeated_words_are_one_strike() {
    let mut h = Health::default();
    play(&mut h, Verdict::Outlier, 9, 1, 1_000);
    assert_eq!(h.strikes, 1);
    h.record(Verdict::Outlier, false, 2_000, 60);
    assert_eq!(h.strikes, 1);
    play(&mut h, Verdict::Valid, ROUNDS_TO_CLEAR, 1, 2_000);
    assert_eq!((h.state(), h.strikes), (State::Healthy, 0));
}

#[test]
fn an_older_word_is_a_replay_and_one_from_the_future_counts_as_of_now() {
    let mut h = Health::default();
    let at = |publish_time| Some(Observation { price: 7, publish_time, ..Observation::default() });
    assert!(h.hear(0, at(100), 100).is_new);
    assert!(!h.hear(0, at(100), 101).is_new);
    let other = Observation { price: 8, publish_time: 100, ..Observation::default() };
    assert!(h.hear(0, Some(other), 101).is_new && h.hear(0, at(100), 101).is_new);
    assert_eq!(h.hear(0, at(99), 101).observation, None);
    // Judged, or dating every word a little ahead would be a way to vote and never be struck.
    assert!(h.hear(0, at(103), 101).is_new);
    assert_eq!((h.last_publish_time, h.last_price), (101, 7));
    assert!(h.hear(0, at(102), 102).is_new);
    let far = h.hear(0, at(108), 102);
    assert!(far.observation.is_some() && !far.is_new);
    assert_eq!(h.last_publish_time, 102);
}

#[test]
fn an_observer_waits_for_its_time_and_its_good_rounds() {
    let mut h = Health::observer(5_000);
    let now = play(&mut h, Verdict::Watched, ROUNDS_TO_VOTE, 1, 1_000);
    assert_eq!(h.stand(now), Standing::Observing);
    play(&mut h, Verdict::Outlier, 1, 1, now);
    assert_eq!((h.state(), h.good_rounds), (State::Observer, 0));
    play(&mut h, Verdict::Watched, ROUNDS_TO_VOTE, 1, 6_000);
    assert_eq!(h.state(), State::Healthy);
}

#[test]
fn silence_is_missed_once_a_minute_and_never_struck() {
    let mut h = Health::default();
    for verdict in [Verdict::Stale, Verdict::Unreadable, Verdict::Uncertain, Verdict::Future] {
        play(&mut h, verdict, 30, 1, 1_000);
    }
    assert_eq!((h.state(), h.missed_owed), (State::Healthy, 1));
    play(&mut h, Verdict::Stale, 120, 1, 1_030);
    assert_eq!(h.missed_owed, 3);
}

#[test]
fn every_state_is_left_when_the_source_behaves() {
    for state in STATES {
        for strikes in 0..3 {
            let mut h = Health { state: state as u8, strikes, until: 5_000, ..Health::default() };
            let mut now = 1_000;
            let mut rounds = 0;
            while h.state() != State::Healthy {
                now += 60;
                let verdict = match h.stand(now) {
                    Standing::Voting => Verdict::Valid,
                    Standing::Silenced => Verdict::Quarantined,
                    _ => Verdict::Watched,
                };
                h.record(verdict, true, now, 60);
                rounds += 1;
                assert!(rounds <= 200, "{state:?}");
            }
        }
    }
    assert_eq!(State::from_byte(77), State::Quarantined);
}

#[test]
fn a_quarantine_is_no_way_round_the_trial_of_an_observer() {
    let mut h = Health::observer(500_000);
    let now = play(&mut h, Verdict::Watched, 50, 1, 1_000);
    h.quarantine(now + 3_600);
    assert_eq!((h.state(), h.until, h.good_rounds), (State::Observer, 500_000, 0));
    play(&mut h, Verdict::Stale, 200, 1, now);
    assert_eq!(h.missed_owed, 0);
}
