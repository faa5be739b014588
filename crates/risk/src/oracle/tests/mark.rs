use super::*;
use crate::oracle::{
    clock::{live_seconds, stable_price},
    mark::CONFIRM_SECONDS,
};

struct Book {
    mark: Mark,
    ring: [Bucket; RING_BUCKETS],
    now: Moment,
}

impl Book {
    fn at(price: u64) -> Self {
        let mut book = Self { mark: Mark::none(), ring: [Bucket::default(); RING_BUCKETS], now: NOW };
        assert_eq!(book.hear(1, &[price; 5]), (Grade::A, Reason::None));
        book
    }

    /// A round after some seconds; a price of zero is a silent source.
    fn hear(&mut self, seconds: i64, prices: &[u64]) -> (Grade, Reason) {
        self.now.unix += seconds;
        self.now.slot += seconds.unsigned_abs() * 2;
        let mut sources = voting(prices);
        for source in &mut sources {
            source.observation = source.observation.filter(|o| o.price != 0).map(|o| Observation {
                publish_time: self.now.unix,
                slot: self.now.slot,
                ..o
            });
        }
        let round = aggregate(&sources, &LIMITS, self.now).unwrap();
        self.mark.take(&round, &TERMS, self.now, &mut self.ring).unwrap();
        self.mark.grade_at(self.now.unix, 60)
    }
}

#[test]
fn a_large_move_needs_four_fifths_at_once() {
    let mut b = Book::at(1_000_000);
    assert_eq!(b.hear(1, &[900_000, 900_000, 900_000, 900_000, 0]), (Grade::B, Reason::SourceMissing));
    assert_eq!(b.mark.price, 900_000);
}

#[test]
fn with_fewer_it_must_stand_and_a_wick_never_becomes_the_mark() {
    let three = |p| [p, 0, p, 0, p];
    let mut b = Book::at(1_000_000);
    for _ in 0..2 {
        assert_eq!(b.hear(1, &three(900_000)), (Grade::D, Reason::MoveUnconfirmed));
    }
    assert_eq!(b.hear(1, &three(1_000_000)).1, Reason::BareQuorum);
    // Back to the start: the wait begins anew. A price that goes on falling is believed all the same.
    for i in 0..CONFIRM_SECONDS.unsigned_abs() {
        assert_eq!(b.hear(1, &three(900_000 - 20_000 * i)), (Grade::D, Reason::MoveUnconfirmed));
        assert_eq!(b.mark.price, 1_000_000);
    }
    assert_eq!(b.hear(1, &three(800_000)), (Grade::C, Reason::BareQuorum));
    assert_eq!((b.mark.price, b.mark.candidate), (800_000, 0));
}

#[test]
fn after_an_outage_the_quorum_must_hold() {
    let mut b = Book::at(1_000_000);
    assert_eq!(b.hear(30, &[1_000_000, 0, 0, 0, 0]), (Grade::D, Reason::NoQuorum));
    // A gap shorter than the mark's age is no outage.
    assert_eq!(b.hear(30, &[1_000_000; 5]), (Grade::A, Reason::None));
    for round in 1..10 {
        let seconds = if round == 1 { 61 } else { 1 };
        assert_eq!(b.hear(seconds, &[700_000; 5]), (Grade::D, Reason::Resuming), "{round}");
        assert_eq!((b.mark.price, b.mark.healthy_rounds), (700_000, round));
    }
    assert_eq!(b.hear(1, &[700_000; 5]), (Grade::A, Reason::None));
}

#[test]
fn a_large_move_on_the_way_back_begins_the_wait_again() {
    let mut b = Book::at(1_000_000);
    b.hear(600, &[1_000_000; 5]);
    for _ in 0..8 {
        b.hear(1, &[1_000_000; 5]);
    }
    assert_eq!(b.mark.resume_left, 1);
    assert_eq!(b.hear(1, &[800_000; 5]), (Grade::D, Reason::Resuming));
    assert_eq!(b.mark.resume_left, 9);
}

#[test]
fn a_quorum_lost_on_the_way_back_begins_the_wait_again() {
    let mut b = Book::at(1_000_000);
    b.hear(600, &[1_000_000; 5]);
    for _ in 0..7 {
        b.hear(1, &[1_000_000; 5]);
    }
    assert_eq!(b.hear(1, &[1_000_000, 0, 0, 0, 0]).1, Reason::NoQuorum);
    for _ in 0..9 {
        assert_eq!(b.hear(1, &[1_000_000; 5]), (Grade::D, Reason::Resuming));
    }
    assert_eq!(b.hear(1, &[1_000_000; 5]), (Grade::A, Reason::None));
}

#[test]
fn age_degrades_the_grade() {
    let b = Book::at(1_000_000);
    let at = b.now.unix;
    assert_eq!(b.mark.grade_at(at + 60, 60), (Grade::A, Reason::None));
    assert_eq!(b.mark.grade_at(at + 61, 60), (Grade::D, Reason::Aged));
    assert_eq!(b.mark.grade_at(at + 301, 60), (Grade::E, Reason::Aged));
    assert_eq!(Mark::none().grade_at(0, 60), (Grade::E, Reason::NoMark));
}

#[test]
fn without_a_first_quorum_there_is_no_mark() {
    let mut b = Book { mark: Mark::none(), ring: [Bucket::default(); RING_BUCKETS], now: NOW };
    assert_eq!(b.hear(1, &[1_000_000, 0, 0]), (Grade::E, Reason::NoMark));
    assert_eq!(b.hear(1, &[1_000_000; 3]), (Grade::C, Reason::OneGroup));
}

#[test]
fn live_time_skips_stalls_and_slow_chains() {
    assert_eq!(live_seconds(10, 25, 60), 10);
    assert_eq!(live_seconds(10, 4, 60), 4);
    assert_eq!(live_seconds(61, 200, 60), 0);
    assert_eq!(live_seconds(-5, 200, 60), 0);
}

#[test]
fn the_stable_price_has_a_speed_limit() {
    assert_eq!(stable_price(0, 500, 60, 10_000), Ok(500));
    assert_eq!(stable_price(1_000_000, 2_000_000, 60, 10_000), Ok(1_010_000));
    assert_eq!(stable_price(1_000_000, 500_000, 120, 10_000), Ok(980_000));
    assert_eq!(stable_price(1_000_000, 1_000_001, 60, 10_000), Ok(1_000_001));
}
