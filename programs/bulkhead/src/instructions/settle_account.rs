//! Settles one account's legs in a fixed expiry. Anyone may, any number of times, in any order: debits are collected
//! first, and once every short is collected the winners share what was collected in proportion to their claims.

use {
    crate::{
        amount::{add, mul, signed, sub},
        error::{refuse, BulkheadError},
        events::{AccountSettled, Header},
        now::Now,
        state::{expiry::kind_from_byte, Expiry, MarginAccount, Market, Pool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::settlement::{collect, payoff_per_lot, payout, Collection},
};

#[derive(Accounts)]
pub struct SettleAccount {
    pub market: Account<Market>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
}

pub fn handler(ctx: &mut Context<SettleAccount>) -> Result<()> {
    let now = Now::read()?;
    let SettleAccount { market, expiry, account, pool } = &mut ctx.accounts;
    require!(expiry.is_fixed(), BulkheadError::NotFixed);
    let had_legs = account.legs().iter().any(|l| l.expiry_id == expiry.id);
    let net = net_legs(account, expiry, market.lots_per_unit)?;
    let mut collected = Collection::default();
    if net < 0 {
        collected = collect_debit(account, expiry, pool, market, net.unsigned_abs(), now)?;
    } else if net > 0 {
        account.add_claim(expiry.id, net.unsigned_abs())?;
        expiry.claims_left = add(expiry.claims_left, net.unsigned_abs())?;
    }
    let paid = if expiry.is_collected() { pay_claim(account, expiry, pool)? } else { 0 };
    sweep(expiry, pool)?;
    if !had_legs && paid == 0 {
        // Nothing was left to do: the call is a no-op, not an error, so that two keepers never trip over each other.
        return Ok(());
    }
    let header = Header::next(&mut account.event_seq, now);
    emit!(AccountSettled {
        header,
        account: *account.address(),
        expiry_id: u64::from(expiry.id),
        net,
        from_account: collected.from_account,
        from_pool: collected.from_pool,
        shortfall: collected.shortfall,
        paid,
        cash_after: account.cash,
    });
    Ok(())
}

/// Removes the account's legs in the expiry; returns their net proceeds, quote atoms.
fn net_legs(account: &mut MarginAccount, expiry: &mut Expiry, lots_per_unit: u64) -> Result<i64> {
    let mut net = 0i64;
    let mut at = 0usize;
    while let Some(leg) = account.legs().get(at).copied() {
        if leg.expiry_id != expiry.id {
            at = at.saturating_add(1);
            continue;
        }
        let strike = expiry.strike(leg.strike)?;
        let price = expiry.settlement_price;
        let payoff =
            payoff_per_lot(kind_from_byte(leg.kind)?, strike, price, lots_per_unit).map_err(refuse)?;
        let lots = leg.lots.unsigned_abs();
        let amount = signed(mul(lots, payoff)?)?;
        if leg.lots > 0 {
            net = net.checked_add(amount).ok_or(BulkheadError::OutOfRange)?;
            expiry.long_lots_left = sub(expiry.long_lots_left, lots)?;
        } else {
            net = net.checked_sub(amount).ok_or(BulkheadError::OutOfRange)?;
            expiry.short_lots_left = sub(expiry.short_lots_left, lots)?;
        }
        account.remove_leg(at);
    }
    Ok(net)
}

/// Collects a net debit: the account's collateral, then the pool; the rest is the winners' haircut. What the account
/// could not pay stays its debt.
fn collect_debit(
    account: &mut MarginAccount,
    expiry: &mut Expiry,
    pool: &mut Pool,
    market: &Market,
    due: u64,
    now: Now,
) -> Result<Collection> {
    let collected = collect(due, account.cash, pool.drawable(&market.params, now.unix)?);
    account.debit(collected.from_account)?;
    account.debt = add(account.debt, sub(due, collected.from_account)?)?;
    pool.draw(collected.from_pool, &market.params, now.unix)?;
    let received = add(collected.from_account, collected.from_pool)?;
    expiry.due_total = add(expiry.due_total, due)?;
    expiry.collected_total = add(expiry.collected_total, received)?;
    expiry.escrow = add(expiry.escrow, received)?;
    Ok(collected)
}

/// Pays a winner its share; an account in debt pays the pool back from it.
fn pay_claim(account: &mut MarginAccount, expiry: &mut Expiry, pool: &mut Pool) -> Result<u64> {
    let claim = account.take_claim(expiry.id);
    if claim == 0 {
        return Ok(0);
    }
    let paid = payout(claim, expiry.collected_total, expiry.due_total).map_err(refuse)?;
    expiry.claims_left = sub(expiry.claims_left, claim)?;
    expiry.escrow = sub(expiry.escrow, paid)?;
    account.credit(paid)?;
    pool.recover(account.repay()?)?;
    Ok(paid)
}

/// Once nobody is owed anything, what rounding left in escrow goes to the pool.
fn sweep(expiry: &mut Expiry, pool: &mut Pool) -> Result<()> {
    if expiry.is_settled() && expiry.swept == 0 {
        pool.earn(core::mem::take(&mut expiry.escrow))?;
        expiry.swept = 1;
        pool.settling = pool.settling.saturating_sub(1);
    }
    Ok(())
}
