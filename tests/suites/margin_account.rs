//! `open_account`, `set_delegate`, `close_account`.

use {crate::prelude::*, bulkhead_sdk::bulkhead::state::Claim};

#[test]
fn allows_two_hundred_and_fifty_six_accounts_an_owner() {
    let mut w = Bank::bank();
    for sub_id in [0, 255] {
        let who = if sub_id == 0 { Governor } else { Alice };
        w.accepts(w.open_account(who, sub_id));
        let key = pda::margin_account(&w.market(), &w.key(who), sub_id);
        let account: MarginAccount = w.state(&key);
        assert_eq!((account.owner, account.sub_id, account.market), (w.key(who), sub_id, w.market()));
        assert!(account.is_empty());
    }
}

#[test]
fn allows_an_owner_to_pay_for_its_own_account() {
    let mut w = Bank::bank();
    w.accepts(ix::open_account(w.key(Alice), w.key(Alice), w.market(), 1));
    sound(&w);
}

#[test]
fn rejects_opening_twice() {
    let mut w = Bank::bank();
    let keys = [w.account_of(Alice)];
    let before = w.snapshot(&keys);
    assert!(w.send(&[w.open_account(Alice, 0)]).is_err());
    w.assert_unchanged(&keys, &before);
}

#[test]
fn rejects_an_account_for_somebody_who_did_not_sign() {
    let mut w = Bank::bank();
    let call = ix::open_account(w.key(Bob), w.key(Alice), w.market(), 9);
    w.rejects(unsigned(call, &w.key(Alice)), InstructionError::MissingRequiredSignature);
}

#[test]
fn rejects_an_account_at_somebody_elses_address() {
    let mut w = Bank::bank();
    let own = pda::margin_account(&w.market(), &w.key(Alice), 9);
    let other = pda::margin_account(&w.market(), &w.key(Bob), 9);
    w.rejects(swap(w.open_account(Alice, 9), &own, &other), InstructionError::InvalidSeeds);
}

#[test]
fn rejects_a_delegate_set_by_another() {
    let mut w = Bank::bank();
    let call = w.set_delegate(Alice, w.key(Bob));
    w.rejects(swap(call, &w.key(Alice), &w.key(Bob)), NotOwner);
}

#[test]
fn rejects_a_delegate_set_by_the_delegate() {
    let mut w = Bank::bank();
    w.accepts(w.set_delegate(Alice, w.key(Bob)));
    assert_eq!(w.margin(Alice).delegate, w.key(Bob));
    let call = w.set_delegate(Alice, w.key(Stranger));
    w.rejects(swap(call, &w.key(Alice), &w.key(Bob)), NotOwner);
}

#[test]
fn allows_closing_an_empty_account_and_opening_it_again() {
    let mut w = Bank::bank();
    let key = w.account_of(Stranger);
    let rent = w.raw(&key).lamports;
    let before = w.raw(&w.key(Stranger)).lamports;
    w.accepts(w.close_account(Stranger));
    assert!(!w.exists(&key));
    assert_eq!(w.raw(&w.key(Stranger)).lamports, before + rent);
    w.accepts(w.open_account(Stranger, 0));
    sound(&w);
}

#[test]
fn rejects_closing_what_is_not_empty() {
    let leg = Leg { lots: 1, expiry_id: 1, strike: 0, kind: CALL, _pad0: [0; 4] };
    let contents: [fn(&mut MarginAccount, Leg); 5] = [
        |a, _| a.cash = 1,
        |a, _| a.debt = 1,
        |a, _| a.bonds = 1,
        |a, _| a.claims[7] = Claim { amount: 1, expiry_id: 1, ..bytemuck::Zeroable::zeroed() },
        |a, leg| {
            a.legs[0] = leg;
            a.leg_count = 1;
        },
    ];
    for fill in contents {
        let mut w = Bank::bank();
        w.edit(&w.account_of(Stranger), |a: &mut MarginAccount| fill(a, leg));
        w.rejects(w.close_account(Stranger), AccountNotEmpty);
    }
}

#[test]
fn rejects_closing_somebody_elses_account() {
    let mut w = Bank::bank();
    let call = w.close_account(Stranger);
    w.rejects(swap(call, &w.key(Stranger), &w.key(Bob)), NotOwner);
}

#[test]
fn rejects_a_closed_account_revived_in_the_same_transaction() {
    let mut w = Bank::bank();
    let keys = [w.account_of(Stranger), w.account_of(Alice)];
    let before = w.snapshot(&keys);
    let deposit = swap(w.deposit(Alice, 5), &w.account_of(Alice), &w.account_of(Stranger));
    let refund = bulkhead_drill::tokens::fund(&w.key(Stranger), &w.account_of(Stranger), 10_000_000);
    assert!(w.send(&[w.close_account(Stranger), refund, deposit]).is_err());
    w.assert_unchanged(&keys, &before);
}
