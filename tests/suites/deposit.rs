//! `deposit`.

use crate::prelude::*;

#[test]
fn conserves_a_deposit() {
    let mut w = Bank::bank();
    w.accepts(w.deposit(Alice, 7));
    assert_eq!(w.margin(Alice).cash, COLLATERAL + 7);
    assert_eq!(w.balance(&w.wallet_of(Alice)), COLLATERAL - 7);
    sound(&w);
}

#[test]
fn allows_a_stranger_to_cure_an_account() {
    let mut w = Bank::bank();
    let cure = ix::deposit(w.key(Carol), &w.stage.keys, w.account_of(Alice), w.wallet_of(Carol), 5, false);
    w.accepts(cure);
    assert_eq!(w.margin(Alice).cash, COLLATERAL + 5);
    sound(&w);
}

#[test]
fn allows_deposits_at_every_breaker_level() {
    let mut w = Bank::bank();
    w.accepts(w.propose(Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(0, true));
    w.accepts(w.deposit(Alice, 7));
    sound(&w);
}

#[test]
fn conserves_a_deposit_that_pays_debt_back() {
    let mut w = Bank::bank();
    w.edit(&w.account_of(Stranger), |a: &mut MarginAccount| a.debt = 40);
    let to_debtor = |w: &Bank, amount, with_pool| {
        let from = w.wallet_of(Alice);
        ix::deposit(w.key(Alice), &w.stage.keys, w.account_of(Stranger), from, amount, with_pool)
    };
    w.rejects(to_debtor(&w, 100, false), PoolRequired);
    w.accepts(to_debtor(&w, 100, true));
    let debtor = w.margin(Stranger);
    assert_eq!((debtor.cash, debtor.debt), (60, 0));
    let pool: Pool = w.state(&pda::pool(&w.market()));
    assert_eq!((pool.cash, pool.recovered_total), (STAKE + 40, 40));
    sound(&w);
}

#[test]
fn rejects_a_deposit_of_nothing() {
    let mut w = Bank::bank();
    w.rejects(w.deposit(Alice, 0), ZeroAmount);
}

#[test]
fn rejects_more_than_the_wallet_holds() {
    let mut w = Bank::bank();
    w.rejects(w.deposit(Alice, COLLATERAL + 1), refusal::TOKEN_INSUFFICIENT_FUNDS);
}

#[test]
fn rejects_somebody_elses_tokens() {
    let mut w = Bank::bank();
    let theft = swap(w.deposit(Alice, 5), &w.wallet_of(Alice), &w.wallet_of(Bob));
    w.rejects(theft, refusal::TOKEN_OWNER_MISMATCH);
}

#[test]
fn rejects_the_vault_as_its_own_source() {
    let mut w = Bank::bank();
    let vault = pda::vault(&w.market());
    w.rejects(swap(w.deposit(Alice, 5), &w.wallet_of(Alice), &vault), refusal::DUPLICATE_MUTABLE);
}

#[test]
fn rejects_tokens_of_another_mint() {
    let mut w = Bank::bank();
    let foreign = w.wallet_of(Foreigner);
    w.edit_wallet_owner(&foreign, Alice);
    let deposit = swap(w.deposit(Alice, 5), &w.wallet_of(Alice), &foreign);
    w.rejects(deposit, NotQuoteAccount);
}

#[test]
fn rejects_truncated_and_foreign_owned_wallets() {
    let mut w = Bank::bank();
    let (deposit, withdraw) = (w.deposit(Alice, 5), w.withdraw(Alice, 5));
    let wallet = w.wallet_of(Alice);
    let whole = w.raw(&wallet);
    let mut truncated = whole.clone();
    truncated.data.truncate(164);
    let mut foreign_owned = whole.clone();
    foreign_owned.owner = bulkhead_sdk::PROGRAM_ID;
    for bad in [truncated, foreign_owned] {
        w.place(wallet, bad);
        w.rejects(deposit.clone(), NotQuoteAccount);
        w.rejects(withdraw.clone(), NotQuoteAccount);
    }
    w.place(wallet, whole);
    w.accepts(deposit);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.deposit(Alice, 5);
    let swaps = [
        (pda::ledger(&here), pda::ledger(&there)),
        (pda::vault(&here), pda::vault(&there)),
        (w.account_of(Alice), w.account_of(Foreigner)),
        (w.stage.keys.quote_mint, w.foreign.quote_mint),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| a.debt = 40);
    let cure = w.deposit(Alice, 5);
    w.rejects(swap(cure, &pda::pool(&here), &pda::pool(&there)), WrongMarket);
}

#[test]
fn rejects_a_foreign_token_program() {
    let mut w = Bank::bank();
    let fake = Keypair::new().pubkey();
    let call = swap(w.deposit(Alice, 5), &ix::TOKEN_PROGRAM, &fake);
    w.rejects(call, WrongMarket);
    let other = bulkhead_sdk::bulkhead::constants::TOKEN_2022_PROGRAM;
    w.rejects(swap(w.deposit(Alice, 5), &ix::TOKEN_PROGRAM, &other), WrongMarket);
}

#[test]
fn rejects_books_beyond_their_range() {
    let mut w = Bank::bank();
    w.edit(&pda::ledger(&w.market()), |l: &mut Ledger| l.claims = u64::MAX - 3);
    w.rejects(w.deposit(Alice, 5), OutOfRange);
}
