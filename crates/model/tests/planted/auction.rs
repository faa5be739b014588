use crate::plant;
use bulkhead_model::{
    auction::{judge, Auction},
    check::finds,
};
use bulkhead_risk::{
    auction::{discount_ppm, Clock, KNEE_SECONDS, LAST_SECONDS},
    math_error::MathError,
};

plant!(CountsUnattendedTime {
    fn touched(&self, clock: Clock, live: u64, open_since: u64) -> Clock {
        let gap = live.saturating_sub(clock.touched_live.max(open_since));
        Clock { touched_live: live, elapsed: (clock.elapsed + gap).min(LAST_SECONDS) }
    }
});

plant!(CountsClosedTime {
    fn touched(&self, clock: Clock, live: u64, _: u64) -> Clock {
        clock.touched(live, 0)
    }
});

plant!(CountsHalts {
    fn live_seconds(&self, elapsed: i64, _: u64, _: i64) -> u64 {
        elapsed.unsigned_abs()
    }
});

#[test]
fn finds_a_clock_that_counts_time_in_which_nobody_could_bid() {
    assert!(finds(Auction(&CountsUnattendedTime), judge::ATTENDED));
    assert!(finds(Auction(&CountsClosedTime), judge::ATTENDED));
    assert!(finds(Auction(&CountsHalts), judge::ATTENDED));
}

plant!(FallsBehindTheKnee {
    fn discount_ppm(&self, start_ppm: u64, elapsed: u64) -> Result<u64, MathError> {
        discount_ppm(start_ppm, elapsed % (KNEE_SECONDS + 1))
    }
});

#[test]
fn finds_a_discount_that_falls() {
    assert!(finds(Auction(&FallsBehindTheKnee), judge::DISCOUNT));
}

plant!(NeverLapses {
    fn has_lapsed(&self, _: Clock, _: u64) -> bool {
        false
    }
});

plant!(StandsStill {
    fn touched(&self, clock: Clock, _: u64, _: u64) -> Clock {
        clock
    }
});

#[test]
fn finds_an_auction_without_an_end() {
    assert!(finds(Auction(&NeverLapses), judge::END));
    assert!(finds(Auction(&StandsStill), judge::END));
}
