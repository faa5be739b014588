//! `withdraw`.

use crate::prelude::*;

#[test]
fn conserves_a_withdrawal() {
    let mut w = Bank::bank();
    w.accepts(w.withdraw(Alice, 1_000));
    assert_eq!(w.margin(Alice).cash, COLLATERAL - 1_000);
    assert_eq!(w.balance(&w.wallet_of(Alice)), COLLATERAL + 1_000);
    sound(&w);
}

#[test]
fn allows_exactly_the_free_collateral_and_not_an_atom_more() {
    let mut w = with_trade(1_000);
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    let free = u64::try_from(w.preview(Bob).initial_health().unwrap()).unwrap().min(w.margin(Bob).cash);
    assert!(free < COLLATERAL);
    w.rejects(w.withdraw(Bob, free + 1), CollateralEncumbered);
    w.accepts(w.withdraw(Bob, free));
    assert!(w.preview(Bob).initial_health().unwrap() >= 0);
    sound(&w);
}

#[test]
fn allows_a_covered_exit_without_a_fresh_price() {
    let mut w = with_trade(100);
    w.warp(3_600);
    w.accepts(w.withdraw(Alice, 40_000_000_000));
    w.rejects(w.withdraw(Bob, w.margin(Bob).cash), CollateralEncumbered);
    w.accepts(w.withdraw(Bob, 1_000_000_000));
    sound(&w);
}

#[test]
fn allows_withdrawals_at_every_breaker_level() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(0, true));
    w.accepts(w.withdraw(Alice, 7));
    sound(&w);
}

#[test]
fn rejects_nothing_and_more_than_there_is() {
    let mut w = Bank::bank();
    w.rejects(w.withdraw(Alice, 0), ZeroAmount);
    w.rejects(w.withdraw(Alice, COLLATERAL + 1), CollateralEncumbered);
}

#[test]
fn rejects_what_is_owed_to_the_pool() {
    let mut w = Bank::bank();
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| a.debt = COLLATERAL - 10);
    w.rejects(w.withdraw(Alice, 11), CollateralEncumbered);
    w.accepts(w.withdraw(Alice, 10));
}

#[test]
fn rejects_outflow_beyond_the_hours_limit() {
    let mut w = Bank::bank();
    // 5 % of the claims are less than the floor, so the floor is the limit.
    let limit = params().outflow_floor_atoms;
    w.rejects(w.withdraw(Alice, limit + 1), OutflowLimited);
    w.accepts(w.withdraw(Alice, limit));
    w.rejects(w.withdraw(Bob, 1), OutflowLimited);
    w.warp(1_800);
    w.rejects(w.withdraw(Bob, limit / 2 + 1), OutflowLimited);
    w.accepts(w.withdraw(Bob, limit / 2));
    sound(&w);
}

#[test]
fn rejects_another_owner_and_the_delegate() {
    let mut w = Bank::bank();
    let theft = swap(w.withdraw(Alice, 5), &w.key(Alice), &w.key(Bob));
    w.rejects(theft.clone(), NotOwner);
    w.accepts(w.set_delegate(Alice, w.key(Bob)));
    w.rejects(theft, NotOwner);
}

#[test]
fn rejects_missing_repeated_and_foreign_risk_arrays() {
    let mut w = with_trade(100);
    let good = w.withdraw(Bob, 5);
    let mut bare = good.clone();
    let array = bare.accounts.pop().unwrap();
    w.rejects(bare.clone(), MissingRiskArray);
    let mut other = bare.clone();
    other.accounts.push(AccountMeta::new_readonly(pda::risk_array(&w.market(), w.far), false));
    w.rejects(other, MissingRiskArray);
    let mut repeated = good.clone();
    repeated.accounts.push(array.clone());
    w.rejects(repeated, UnexpectedAccount);
    let foreign = pda::risk_array(&w.foreign.market, w.foreign_expiry);
    w.rejects(swap(good.clone(), &array.pubkey, &foreign), UnexpectedAccount);
    w.rejects(swap(good.clone(), &array.pubkey, &w.market()), UnexpectedAccount);
    let forged = w.forge(&array.pubkey);
    w.rejects(swap(good, &array.pubkey, &forged), UnexpectedAccount);
}

#[test]
fn rejects_truncated_and_oversized_risk_arrays() {
    let mut w = with_trade(100);
    let good = w.withdraw(Bob, 5);
    let key = pda::risk_array(&w.market(), w.near);
    let whole = w.raw(&key);
    for change in [-1i64, 1] {
        let mut bad = whole.clone();
        bad.data.resize(usize::try_from(i64::try_from(whole.data.len()).unwrap() + change).unwrap(), 0);
        w.place(key, bad);
        w.rejects(good.clone(), UnexpectedAccount);
    }
    w.place(key, whole);
    w.accepts(good);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.withdraw(Alice, 5);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::ledger(&here), pda::ledger(&there)),
        (pda::vault(&here), pda::vault(&there)),
        (w.account_of(Alice), w.account_of(Foreigner)),
        (w.stage.keys.quote_mint, w.foreign.quote_mint),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}

#[test]
fn rejects_the_vault_and_a_wallet_of_another_mint_as_destination() {
    let mut w = Bank::bank();
    let good = w.withdraw(Alice, 5);
    let vault = pda::vault(&w.market());
    w.rejects(swap(good.clone(), &w.wallet_of(Alice), &vault), refusal::DUPLICATE_MUTABLE);
    let foreign = w.wallet_of(Foreigner);
    w.rejects(swap(good, &w.wallet_of(Alice), &foreign), NotQuoteAccount);
}

#[test]
fn rejects_a_withdrawal_from_a_vault_that_lost_money() {
    let mut w = Bank::bank();
    w.set_balance(&pda::vault(&w.market()), 3);
    w.rejects(w.withdraw(Alice, 5), refusal::TOKEN_INSUFFICIENT_FUNDS);
}
