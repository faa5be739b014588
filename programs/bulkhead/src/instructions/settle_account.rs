//! Settles one account's legs in a fixed expiry. Anyone may, any number of times, in any order: what the account owes is taken
//! from its cash, now or whenever it has some; what it is owed is paid by the index of what was collected, now and as that rises.

use {
    crate::{
        amount::{add, signed, sub},
        error::{refuse, BulkheadError},
        events::{AccountSettled, Header},
        now::Now,
        state::{claim_kind, expiry::kind_from_byte, Claim, Expiry, MarginAccount, Market, Pool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::settlement::{collect, payoff_per_lot, payout, Collection},
    bytemuck::Zeroable,
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
    account.forget_closed(market);
    let had_legs = account.legs().iter().any(|l| l.expiry_id == expiry.id);
    let net = net_legs(account, expiry, market.lots_per_unit)?;
    record(account, expiry, net)?;
    let collected = collect_owed(account, expiry, now)?;
    if expiry.is_collected() && expiry.pool_asked == 0 && expiry.missing() == 0 {
        expiry.close_collection(pool);
    }
    expiry.release_ask(pool, now.unix);
    let paid = pay_claim(account, expiry, now)?;
    let repaid = account.repay(market)?;
    pool.recover(add(collected.to_pool, repaid)?)?;
    sweep(expiry, pool)?;
    let is_idle = !had_legs && paid == 0 && repaid == 0 && collected == Collection::default();
    if is_idle {
        // Nothing was left to do: the call is a no-op, not an error, so that two keepers never trip over each other.
        return Ok(());
    }
    let header = Header::next(&mut account.event_seq, now);
    emit!(AccountSettled {
        header,
        account: *account.address(),
        expiry_id: u64::from(expiry.id),
        net,
        collected: collected.to_winners,
        to_pool: add(collected.to_pool, repaid)?,
        paid,
        cash_after: account.cash,
        debt_after: account.debt,
    });
    Ok(())
}

/// Removes the account's legs in the expiry; returns their net proceeds, quote atoms.
fn net_legs(account: &mut MarginAccount, expiry: &mut Expiry, lots_per_unit: u64) -> Result<i64> {
    let mut net = 0i64;
    let (mut long, mut short) = (0u64, 0u64);
    let mut at = 0usize;
    while let Some(leg) = account.legs().get(at).copied() {
        if leg.expiry_id != expiry.id {
            at = at.saturating_add(1);
            continue;
        }
        let strike = expiry.strike(leg.strike)?;
        let kind = kind_from_byte(leg.kind)?;
        let payoff = payoff_per_lot(kind, strike, expiry.settlement_price, lots_per_unit).map_err(refuse)?;
        // At most 32 legs of 2^20 lots at less than 2^37 atoms each: nothing here leaves 63 bits.
        net = net.wrapping_add(leg.lots.wrapping_mul(signed(payoff)?));
        let lots = leg.lots.unsigned_abs();
        if leg.lots > 0 {
            long = long.wrapping_add(lots);
        } else {
            short = short.wrapping_add(lots);
        }
        account.remove_leg(at);
    }
    expiry.long_lots_left = sub(expiry.long_lots_left, long)?;
    expiry.short_lots_left = sub(expiry.short_lots_left, short)?;
    Ok(net)
}

/// Notes what the legs came to, as a debit or as a claim.
fn record(account: &mut MarginAccount, expiry: &mut Expiry, net: i64) -> Result<()> {
    let amount = net.unsigned_abs();
    if net < 0 {
        expiry.due_total = add(expiry.due_total, amount)?;
        expiry.owed_left = add(expiry.owed_left, amount)?;
        account.add_claim(expiry.id, claim_kind::OWED, amount)?;
    } else if net > 0 {
        expiry.claims_left = add(expiry.claims_left, amount)?;
        account.add_claim(expiry.id, claim_kind::AWAITED, amount)?;
    }
    Ok(())
}

/// Takes what the account owes in this expiry from its cash: first for the winners, then for the pool that stood in. Once the
/// index is final nothing is missing any more, and all of it is the pool's. What the pool lent for an auction is for its bidders.
fn collect_owed(account: &mut MarginAccount, expiry: &mut Expiry, now: Now) -> Result<Collection> {
    let cash = sub(account.cash, account.lent())?;
    let Some(claim) = account.claim_mut(expiry.id).filter(|c| c.is_owed()) else {
        return Ok(Collection::default());
    };
    let missing = if expiry.is_final(now.unix) { 0 } else { expiry.missing() };
    let collected = collect(claim.amount, cash, missing);
    let paid = add(collected.to_winners, collected.to_pool)?;
    claim.amount = sub(claim.amount, paid)?;
    if claim.amount == 0 {
        *claim = Claim::zeroed();
    }
    account.pay_debt(paid)?;
    expiry.owed_left = sub(expiry.owed_left, paid)?;
    expiry.receive(collected.to_winners)?;
    Ok(collected)
}

/// Pays a winner what its share has grown by; returns that. A claim ends with the final index.
fn pay_claim(account: &mut MarginAccount, expiry: &mut Expiry, now: Now) -> Result<u64> {
    if expiry.pool_asked == 0 {
        return Ok(0);
    }
    let Some(claim) = account.claim_mut(expiry.id).filter(|c| !c.is_owed()) else { return Ok(0) };
    let share = payout(claim.amount, expiry.collected_total, expiry.due_total).map_err(refuse)?;
    let paid = sub(share, claim.paid)?;
    if expiry.is_final(now.unix) {
        expiry.claims_left = sub(expiry.claims_left, claim.amount)?;
        *claim = Claim::zeroed();
    } else {
        (claim.kind, claim.paid) = (claim_kind::SHARED, share);
    }
    expiry.escrow = sub(expiry.escrow, paid)?;
    account.credit(paid)?;
    Ok(paid)
}

/// Once nobody is owed anything, what rounding left in escrow goes to the pool.
fn sweep(expiry: &mut Expiry, pool: &mut Pool) -> Result<()> {
    if expiry.is_settled() && expiry.swept == 0 {
        pool.earn(core::mem::take(&mut expiry.escrow))?;
        expiry.swept = 1;
    }
    Ok(())
}
