//! Every machine on the production rules, in every state that it can reach. Each test also asks for a least number of states: a
//! model that lost most of its moves would hold anything.

use bulkhead_model::{
    auction::Auction,
    check::explore,
    ladder::Ladder,
    outflow::{Fund, Outflow},
    rules::Production,
    source::Source,
    timelock::Timelock,
};
use bulkhead_risk::{
    breaker::Cause,
    draw_limit::capacity,
    limiter::{drain, take, Bucket},
};

const fn ladder(causes: &'static [Cause], protocol: bool, clearances: bool) -> Ladder {
    Ladder { rules: &Production, causes, protocol, clearances }
}

#[test]
fn the_ladder_holds_for_a_fault_under_brakes_and_clearances() {
    let states = explore("ladder", ladder(&[Cause::OracleQuorum, Cause::Guardian], false, true));
    assert!(states > 25_000);
}

#[test]
fn the_ladder_holds_for_two_faults_and_their_clearances() {
    let states = explore("ladder", ladder(&[Cause::OracleQuorum, Cause::VaultShortfall], false, true));
    assert!(states > 15_000);
}

#[test]
fn the_ladder_holds_where_only_the_timelock_leads_out() {
    let causes = &[Cause::Greeks, Cause::OpenInterest, Cause::Governance];
    assert!(explore("ladder", ladder(causes, false, true)) > 30_000);
}

#[test]
fn the_ladder_holds_for_every_fault_at_once() {
    let causes = &[Cause::OracleQuorum, Cause::VaultShortfall, Cause::OpenInterest, Cause::Greeks];
    assert!(explore("ladder", ladder(causes, false, false)) > 60_000);
}

/// Brakes of market and protocol are rationed apart, so whoever alternates holds on for longer: the model says that it can.
#[test]
fn the_ladder_holds_under_brakes_of_market_and_protocol() {
    let states = explore("ladder", ladder(&[Cause::OracleQuorum, Cause::Guardian], true, false));
    assert!(states > 60_000);
}

#[test]
fn plans_wait_and_are_overtaken_in_every_order() {
    assert!(explore("timelock", Timelock(&Production)) > 150_000);
}

#[test]
fn outflow_stays_inside_share_and_leak_in_every_window() {
    for fund in [Fund::Vault, Fund::Pool] {
        let outflow = |floor, start, deposits| {
            let machine = Outflow { rules: &Production, fund, share_ppm: 250_000, floor, start, deposits };
            explore(&format!("outflow of a {fund:?}, floor {floor}, {start} + {deposits}"), machine)
        };
        assert!(outflow(0, 24, 0) > 200_000);
        assert!(outflow(1, 16, 0) > 10_000);
        assert!(outflow(2, 8, 0) > 4_000);
        assert!(outflow(1, 5, 3) > 50_000);
    }
}

/// What the vault's limiter comes to at its default of 5 % an hour, parts per thousand of what was there, for somebody who takes
/// all there is to take once a second, a minute or an hour. Seldom is worse: the leak runs by what the vault holds when asked.
#[test]
fn a_vault_gives_almost_a_tenth_in_an_hour_and_nine_tenths_in_two_days() {
    const WHOLE: u64 = 1_000_000_000_000;
    let gone_after = |seconds: i64, pause: usize| {
        let (mut held, mut bucket) = (WHOLE, Bucket::default());
        for now in (0..=seconds).step_by(pause) {
            let limit = capacity(held, 50_000, 0).unwrap();
            let available = limit.saturating_sub(drain(bucket, now, limit, 3_600).unwrap().used);
            bucket = take(bucket, now, available, limit, 3_600).unwrap();
            held -= available;
        }
        (WHOLE - held) / (WHOLE / 1_000)
    };
    assert_eq!([1, 60, 3_600].map(|pause| gone_after(3_600, pause)), [91, 91, 95]);
    assert_eq!([1, 60, 3_600].map(|pause| gone_after(48 * 3_600, pause)), [903, 903, 908]);
}

#[test]
fn the_clock_of_an_auction_is_fair_however_time_passes() {
    assert!(explore("auction", Auction(&Production)) > 150_000);
}

#[test]
fn a_source_earns_its_vote_whatever_it_and_guardians_do() {
    for is_observer in [false, true] {
        let states = explore("source", Source { rules: &Production, is_observer });
        assert!(states > if is_observer { 60_000 } else { 1_000 });
    }
}
