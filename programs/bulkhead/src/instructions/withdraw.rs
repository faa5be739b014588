//! Takes out collateral that no position needs. Open at every breaker level; without a fresh price the legs are
//! measured by their worst scenario instead of refusing. The vault's outflow limit applies to everyone.

use {
    crate::{
        access::gate::level_in_force,
        error::{refuse, BulkheadError},
        events::{Header, Withdrawn},
        expiry_source::Sources,
        margin_basis::MarginBasis,
        now::Now,
        state::{Ledger, MarginAccount, Market, OracleAggregate, Protocol},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{margin::stale_free_collateral, oracle::Reliance},
};

/// For every expiry that the account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct Withdraw {
    pub owner: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = account.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub account: Account<MarginAccount>,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<Withdraw>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let free = free_now(a, &appended, now)?;
    require!(amount <= free, BulkheadError::CollateralEncumbered);
    a.account.debit(amount)?;
    a.ledger.pay(amount, &a.market.params, now.unix)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.account.event_seq, now);
    emit!(Withdrawn {
        header,
        account: *a.account.address(),
        amount,
        cash_after: a.account.cash,
        claims_after: a.ledger.claims,
    });
    Ok(())
}

/// Collateral that may leave now, quote atoms.
#[inline(never)]
fn free_now(a: &Withdraw, appended: &[AccountView], now: Now) -> Result<u64> {
    let account = &a.account;
    if account.leg_count == 0 {
        return Ok(account.cash.saturating_sub(account.debt));
    }
    let sources = Sources::load(appended, &a.market, &a.oracle, now)?;
    let level = level_in_force(&a.protocol, &a.market, now.unix);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    if basis.allows(Reliance::Withdraw)? {
        // There is a price to measure by: whoever shows a stale array may show the expiry instead.
        basis.require_fresh(account, sources.all())?;
        return basis.measure(account, sources.all())?.free_collateral().map_err(refuse);
    }
    let stale = basis.measure_totals(account, sources.all())?;
    stale_free_collateral(&stale.funds, &stale.exposure.totals).map_err(refuse)
}
