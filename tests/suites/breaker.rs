//! `trip_breaker`, `report_fault`, `recover_breaker`.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        margin,
        risk::breaker::{Cause, Level},
    },
};

const DWELL: i64 = 600;
const TRIP: i64 = 6 * 3_600;

fn level(w: &Bank) -> Level {
    margin::level(&w.state(&pda::protocol()), &w.state(&w.market()), w.now())
}

#[test]
fn allows_a_guardian_to_tighten_until_the_trip_ends_by_itself() {
    let mut w = Bank::bank();
    w.accepts(w.trip(Guardian, 1, false));
    assert_eq!(level(&w), Level::Guarded);
    w.accepts(w.trip(Guardian, 2, true));
    assert_eq!(level(&w), Level::ReduceOnly);
    w.warp(TRIP);
    assert_eq!(level(&w), Level::Normal);
}

#[test]
fn rejects_a_trip_by_anybody_else() {
    let mut w = Bank::bank();
    for who in [Stranger, Governor] {
        w.rejects(w.trip(who, 1, false), NotGuardian);
    }
}

#[test]
fn rejects_a_guardian_that_loosens_or_goes_too_far() {
    let mut w = Bank::bank();
    for bad in [0, 3, 4, 5, 255] {
        w.rejects(w.trip(Guardian, bad, false), NotTightening);
        w.rejects(w.trip(Guardian, bad, true), NotTightening);
    }
    w.accepts(w.trip(Guardian, 2, false));
    w.rejects(w.trip(Guardian, 1, false), NotTightening);
}

#[test]
fn rejects_a_third_trip_in_a_row() {
    let mut w = Bank::bank();
    w.accepts(w.trip(Guardian, 1, false));
    w.accepts(w.trip(Guardian, 2, false));
    w.warp(TRIP);
    w.rejects(w.trip(Guardian, 1, false), TooManyTrips);
    w.warp(TRIP);
    w.accepts(w.trip(Guardian, 1, false));
}

#[test]
fn allows_anybody_to_prove_a_lost_quorum_and_its_recovery() {
    let mut w = Bank::bank();
    w.rejects(w.report_fault(Stranger, 1, None), FaultNotProven);
    w.warp(61);
    w.accepts(w.report_fault(Stranger, 1, None));
    assert_eq!(level(&w), Level::CloseOnly);
    w.rejects(w.report_fault(Stranger, 1, None), FaultAlreadyReported);
    w.rejects(w.recover(1), RecoveryNotProven);
    // One round short of the proof when the dwell ends; and a proof before the dwell ends proves nothing.
    w.price_by(&[0], PRICE);
    for _ in 0..9 {
        w.price(PRICE);
    }
    w.warp(DWELL - 11);
    w.rejects(w.recover(1), RecoveryNotProven);
    w.warp(1);
    w.price(PRICE);
    assert!(w.oracle().mark.healthy_rounds >= 10);
    w.accepts(w.recover(1));
    assert_eq!(level(&w), Level::Guarded);
    w.warp(DWELL);
    assert_eq!(level(&w), Level::Normal);
}

#[test]
fn rejects_recovery_without_enough_healthy_rounds() {
    let mut w = Bank::bank();
    w.warp(61);
    w.accepts(w.report_fault(Stranger, 1, None));
    w.price_by(&[0], PRICE);
    w.warp(DWELL);
    for _ in 0..9 {
        w.price_by(&[0, 1, 2], PRICE);
    }
    w.rejects(w.recover(1), RecoveryNotProven);
    w.price_by(&[0, 1, 2], PRICE);
    w.accepts(w.recover(1));
}

#[test]
fn allows_anybody_to_prove_a_vault_below_its_claims() {
    let mut w = Bank::bank();
    let vault = pda::vault(&w.market());
    let whole = w.balance(&vault);
    w.rejects(w.report_fault(Stranger, 2, None), FaultNotProven);
    w.set_balance(&vault, whole - 1);
    w.accepts(w.report_fault(Stranger, 2, None));
    assert_eq!(level(&w), Level::SettleOnly);
    w.rejects(w.report_fault(Stranger, 2, None), FaultAlreadyReported);
    w.warp(DWELL);
    w.rejects(w.recover(2), RecoveryNotProven);
    w.set_balance(&vault, whole);
    w.accepts(w.recover(2));
    assert_eq!(level(&w), Level::Guarded);
}

#[test]
fn allows_anybody_to_prove_open_interest_that_does_not_balance() {
    let mut w = Bank::bank();
    w.rejects(w.report_fault(Stranger, 3, Some(0)), FaultNotProven);
    w.rejects(w.report_fault(Stranger, 3, None), FaultNotProven);
    w.edit(&pda::shard(&w.market(), 1), |s: &mut OiShard| s.short_lots[7][31] = 1);
    w.accepts(w.report_fault(Stranger, 3, Some(1)));
    assert_eq!(level(&w), Level::SettleOnly);
    w.warp(DWELL);
    w.rejects(w.recover(3), RecoveryNotProven);
}

#[test]
fn rejects_evidence_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    w.edit(&pda::shard(&there, 0), |s: &mut OiShard| s.long_lots[0][0] = 1);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::ledger(&here), pda::ledger(&there)),
        (pda::vault(&here), pda::vault(&there)),
        (pda::shard(&here, 0), pda::shard(&there, 0)),
        (here, there),
    ];
    for call in [w.report_fault(Stranger, 3, Some(0)), w.recover(1)] {
        for (from, to) in swaps {
            if call.accounts.iter().any(|a| a.pubkey == from) {
                w.rejects(swap(call.clone(), &from, &to), WrongMarket);
            }
        }
    }
}

#[test]
fn rejects_causes_that_nobody_can_prove() {
    let mut w = Bank::bank();
    for cause in [Cause::Guardian as u8, Cause::Governance as u8, 6, 255] {
        w.rejects(w.report_fault(Stranger, cause, None), FaultNotProven);
        w.rejects(w.recover(cause), RecoveryNotProven);
    }
    w.accepts(w.trip(Guardian, 2, false));
    w.warp(DWELL);
    w.rejects(w.recover(Cause::Guardian as u8), RecoveryNotProven);
}
