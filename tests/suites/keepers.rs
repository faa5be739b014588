//! Bonds of keepers: `register_keeper`, `add_keeper_bond`, `heartbeat`, `resign_keeper`, `withdraw_keeper_bond`, `close_keeper`.

use crate::prelude::*;

const WEEK: i64 = 7 * DAY;

fn key_of(w: &Bank, who: Who) -> Address {
    pda::keeper(&w.market(), &w.key(who))
}

fn bond_of(w: &Bank, who: Who) -> KeeperBond {
    w.state(&key_of(w, who))
}

#[test]
fn conserves_bonds_from_the_wallet_and_back_after_the_cool_down() {
    let mut w = Bank::bank();
    let before = w.balance(&w.wallet_of(Carol));
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.accepts(w.add_keeper_bond(Alice, Carol, 7));
    assert_eq!((bond_of(&w, Carol).bond, bond_of(&w, Carol).least_bond), (KEEPER_BOND + 7, KEEPER_BOND));
    assert_eq!(before - w.balance(&w.wallet_of(Carol)), KEEPER_BOND);
    sound(&w);
    w.rejects(w.withdraw_keeper_bond(Carol, 1), BondLocked);
    w.rejects(w.close_keeper(Carol), BondLocked);
    w.accepts(w.resign_keeper(Carol));
    w.warp(WEEK - 1);
    w.rejects(w.withdraw_keeper_bond(Carol, 1), BondLocked);
    w.warp(1);
    w.rejects(w.withdraw_keeper_bond(Carol, 0), ZeroAmount);
    w.rejects(w.withdraw_keeper_bond(Carol, KEEPER_BOND + 8), InsufficientCollateral);
    w.accepts(w.withdraw_keeper_bond(Carol, 1));
    w.rejects(w.close_keeper(Carol), BondLocked);
    sound(&w);
    w.accepts(w.withdraw_keeper_bond(Carol, KEEPER_BOND + 6));
    w.accepts(w.close_keeper(Carol));
    assert!(!w.exists(&key_of(&w, Carol)));
    assert_eq!(w.balance(&w.wallet_of(Carol)), before + 7);
    sound(&w);
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
}

#[test]
fn allows_a_heartbeat_for_a_thousand_compute_units() {
    let mut w = Bank::bank();
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.warp(60);
    let units = w.accepts(w.heartbeat(Carol)).compute_units;
    assert_eq!(bond_of(&w, Carol).seen_slot, w.slot());
    assert!(units <= 1_000, "{units}");
}

#[test]
fn rejects_whoever_has_resigned() {
    let mut w = Bank::bank();
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.accepts(w.resign_keeper(Carol));
    w.rejects(w.heartbeat(Carol), KeeperClosed);
    w.rejects(w.resign_keeper(Carol), KeeperClosed);
    w.rejects(w.add_keeper_bond(Alice, Carol, 1), KeeperClosed);
}

#[test]
fn rejects_small_bonds_and_a_second_bond_of_one_keeper() {
    let mut w = Bank::bank();
    w.rejects(w.register_keeper(Carol, KEEPER_BOND - 1), BondTooSmall);
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.rejects(w.add_keeper_bond(Alice, Carol, 0), ZeroAmount);
    let key = key_of(&w, Carol);
    let before = w.snapshot(&[key]);
    assert!(w.send(&[w.register_keeper(Carol, KEEPER_BOND)]).is_err());
    w.assert_unchanged(&[key], &before);
}

#[test]
fn rejects_somebody_elses_bond() {
    let mut w = Bank::bank();
    for who in [Alice, Carol] {
        w.accepts(w.register_keeper(who, KEEPER_BOND));
    }
    let (own, other) = (key_of(&w, Carol), key_of(&w, Alice));
    w.rejects(swap(w.heartbeat(Carol), &own, &other), NotOwner);
    w.rejects(swap(w.resign_keeper(Carol), &own, &other), NotOwner);
    for who in [Alice, Carol] {
        w.accepts(w.resign_keeper(who));
    }
    w.warp(WEEK);
    w.rejects(swap(w.withdraw_keeper_bond(Carol, 1), &own, &other), NotOwner);
    w.accepts(w.withdraw_keeper_bond(Alice, KEEPER_BOND));
    w.rejects(swap(w.close_keeper(Carol), &own, &other), NotOwner);
}

#[test]
fn rejects_bonds_and_ledgers_of_another_market() {
    let mut w = Bank::bank();
    let foreign = w.foreign.market;
    let (here, there) = (pda::ledger(&w.market()), pda::ledger(&foreign));
    w.rejects(swap(w.register_keeper(Carol, KEEPER_BOND), &here, &there), WrongMarket);
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.rejects(swap(w.add_keeper_bond(Alice, Carol, 1), &here, &there), WrongMarket);
    let key = key_of(&w, Carol);
    w.edit(&key, |k: &mut KeeperBond| k.market = foreign);
    w.rejects(w.add_keeper_bond(Alice, Carol, 1), WrongMarket);
    w.edit(&key, |k: &mut KeeperBond| k.resigned_at = 1);
    w.rejects(w.withdraw_keeper_bond(Carol, 1), WrongMarket);
}

#[test]
fn rejects_the_bond_back_while_a_lease_is_open() {
    let mut w = Bank::bank();
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.accepts(w.resign_keeper(Carol));
    w.warp(WEEK);
    let key = key_of(&w, Carol);
    w.edit(&key, |k: &mut KeeperBond| k.open_leases = 1);
    w.rejects(w.withdraw_keeper_bond(Carol, 1), LeasesOpen);
    w.edit(&key, |k: &mut KeeperBond| k.open_leases = 0);
    w.accepts(w.withdraw_keeper_bond(Carol, KEEPER_BOND));
    w.edit(&key, |k: &mut KeeperBond| k.open_leases = 1);
    w.rejects(w.close_keeper(Carol), LeasesOpen);
}
