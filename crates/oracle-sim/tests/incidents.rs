//! Incidents replayed: what others were liquidated by, and what the mark makes of it.

use bulkhead_oracle_sim::{
    book::LATE_SECONDS,
    policy::{
        BULKHEAD, FEED_WITH_FALLBACK, FRESH_MEDIAN, PLAIN_MEDIAN, SINGLE_FEED, STEP_GUARD, TWAP, TWAP_GUARD,
    },
    run::{play, Played},
    scenario::{all, named},
};

const SEEDS: [u64; 3] = [1, 2, 3];

fn replay(name: &str, check: impl Fn(&Played)) {
    for seed in SEEDS {
        let played = play(&named(name).expect("a scenario of that name"), seed, |_| ());
        eprintln!("{name}, seed {seed}");
        check(&played);
    }
}

/// Nobody is liquidated whom a perfect price would have spared, and all others are, within `seconds`.
fn is_just(played: &Played, seconds: i64) {
    let ours = played.of(BULKHEAD);
    assert_eq!((ours.outcome.wrong, ours.outcome.missed), (0, 0), "{ours:?}");
    assert!(ours.outcome.due > 0, "the true price demands something: {ours:?}");
    assert!(ours.outcome.slowest <= seconds, "{ours:?}");
    assert!(ours.max_error < 0.01, "{ours:?}");
}

fn is_unjust(played: &Played, policies: &[&str]) {
    for policy in policies {
        let figures = played.of(policy);
        assert!(figures.outcome.wrong > 0, "{policy}: {figures:?}");
        assert!(figures.max_error > 0.05, "{policy}: {figures:?}");
    }
}

fn forgets(played: &Played, policies: &[&str]) {
    for policy in policies {
        let outcome = played.of(policy).outcome;
        assert!(outcome.missed > 0 && outcome.overrun > 0.05, "{policy}: {outcome:?}");
    }
}

#[test]
fn a_source_that_prints_zero_liquidates_nobody() {
    replay("zero-print", |played| {
        is_just(played, 5);
        is_unjust(played, &[SINGLE_FEED]);
    });
}

#[test]
fn one_feed_at_thirteen_times_the_price_of_a_thin_market_liquidates_nobody() {
    replay("thin-market", |played| {
        is_just(played, 5);
        // The average catches up with a lie that stands, and the guard lets it pass.
        is_unjust(played, &[SINGLE_FEED, TWAP, TWAP_GUARD, FEED_WITH_FALLBACK]);
    });
}

#[test]
fn a_flash_wick_on_one_feed_liquidates_nobody() {
    replay("wick", |played| {
        is_just(played, 5);
        is_unjust(played, &[SINGLE_FEED, TWAP_GUARD, FEED_WITH_FALLBACK]);
    });
}

#[test]
fn a_flash_wick_on_a_bare_majority_of_feeds_liquidates_nobody() {
    replay("wick-majority", |played| {
        is_just(played, 5);
        is_unjust(played, &[PLAIN_MEDIAN, FRESH_MEDIAN, SINGLE_FEED]);
    });
}

#[test]
fn two_feeds_stale_for_an_hour_neither_liquidate_nor_protect_anybody() {
    replay("two-stale", |played| {
        is_just(played, 5);
        is_unjust(played, &[SINGLE_FEED]);
        forgets(played, &[SINGLE_FEED, TWAP_GUARD, FEED_WITH_FALLBACK]);
    });
}

/// The third source catches up after a minute, and the quorum has to hold for ten rounds.
const BACK_FROM_STALL: i64 = 75;

#[test]
fn prices_of_a_stall_liquidate_nobody_when_the_chain_restarts() {
    replay("stall", |played| {
        is_just(played, BACK_FROM_STALL);
        is_unjust(played, &[SINGLE_FEED, PLAIN_MEDIAN]);
    });
}

#[test]
fn old_prices_with_fresh_times_liquidate_nobody_when_the_chain_restarts() {
    replay("stall-replay", |played| {
        is_just(played, BACK_FROM_STALL);
        is_unjust(played, &[SINGLE_FEED, FRESH_MEDIAN, TWAP_GUARD, FEED_WITH_FALLBACK]);
    });
}

#[test]
fn a_real_gap_is_followed_at_once_however_deep() {
    for name in ["gap", "deep-gap"] {
        replay(name, |played| {
            is_just(played, 5);
            forgets_after_a_gap(played, &[STEP_GUARD]);
        });
    }
    replay("deep-gap", |played| assert!(played.of(TWAP_GUARD).outcome.late > 0));
}

/// Where the price stays after the gap nothing runs on; the accounts are simply never closed.
fn forgets_after_a_gap(played: &Played, policies: &[&str]) {
    for policy in policies {
        let outcome = played.of(policy).outcome;
        assert_eq!(outcome.missed, outcome.due, "{policy}: {outcome:?}");
    }
}

#[test]
fn no_scenario_within_the_promise_liquidates_anybody_wrongly() {
    for scenario in all().iter().filter(|scenario| !scenario.is_beyond) {
        let ours = *play(scenario, 4, |_| ()).of(BULKHEAD);
        assert_eq!((ours.outcome.wrong, ours.outcome.missed), (0, 0), "{}: {ours:?}", scenario.name);
        let waits_for_a_quorum = ["outage", "stall", "stall-replay"].contains(&scenario.name);
        assert!(waits_for_a_quorum || ours.outcome.slowest <= LATE_SECONDS, "{}: {ours:?}", scenario.name);
    }
}

#[test]
fn a_seed_always_gives_the_same_figures() {
    let scenario = named("crash").expect("a scenario of that name");
    let [once, again, other] = [7, 7, 8].map(|seed| play(&scenario, seed, |_| ()));
    for standing in &once.standings {
        assert_eq!(standing.figures, *again.of(standing.policy));
    }
    assert_ne!(*once.of(BULKHEAD), *other.of(BULKHEAD));
}
