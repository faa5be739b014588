//! The pools: a market's own, the senior one, and the size that the open interest asks for.

use {
    super::{strikes, Bench, CASH, DAY, PRICE, REPEATS},
    anchor_lang::prelude::Discriminator,
    anyhow::{anyhow, Result},
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_keeper::chain::Chain,
    bulkhead_sdk::{
        bulkhead::state::{Market, Pool},
        instructions as ix, pda,
    },
    solana_signer::Signer,
};

/// On a market without expiries: exits wait for one that is over.
pub fn pool(b: &mut Bench) -> Result<()> {
    let (market, keys) = (b.stage.keys.market, b.stage.keys);
    for _ in 0..REPEATS {
        let who = b.stage.actor("provider", 1_000_000)?;
        let owner = who.key.pubkey();
        b.run("open_stake", ix::open_stake(owner, market), &[&who.key])?;
        b.run("deposit_pool", ix::deposit_pool(owner, &keys, who.tokens, 100_000), &[&who.key])?;
        b.run("request_exit", ix::request_exit(owner, market, 1_000_000), &[&who.key])?;
        let now = b.now();
        b.stage.chain.set_clock(now + 8 * DAY);
        b.run("execute_exit", ix::execute_exit(owner, &keys, who.tokens, 999_000), &[&who.key])?;
        b.stage.chain.set_clock(now + 15 * DAY);
        b.run("expire_exit", ix::expire_exit(market, &owner), &[])?;
        b.stage.chain.set_clock(now);
        b.run("collect_fees", ix::collect_fees(market, 0), &[])?;
        let idle = b.stage.actor("nobody", 0)?;
        let named = ix::set_delegate(idle.key.pubkey(), idle.account, owner);
        b.run("set_delegate", named, &[&idle.key])?;
        b.run("close_account", ix::close_account(idle.key.pubkey(), idle.account), &[&idle.key])?;
    }
    Ok(())
}

/// What the pool should hold for three expiries, one of them the largest there may be.
pub fn requirement(b: &mut Bench) -> Result<()> {
    let keys = b.stage.keys;
    let live = b.stage.state::<Market>(&keys.market)?.expiries;
    let live: Vec<u16> = live.into_iter().filter(|id| *id != 0).collect();
    for id in &live {
        b.stage.refresh(*id)?;
    }
    b.run("update_requirement, 3 expiries", ix::update_requirement(&keys, 1, &live, false), &[])
}

/// A stake in the senior pool, a loan to the market, and how both come back.
pub fn senior(b: &mut Bench) -> Result<()> {
    let keys = b.stage.keys;
    let (mint, tokens) = (keys.quote_mint, keys.token_program);
    let payer = b.stage.payer.pubkey();
    b.run("init_senior", ix::init_senior(payer, mint, tokens), &[])?;
    b.run("join_senior", ix::join_senior(payer, &keys), &[])?;
    for _ in 0..REPEATS {
        let who = b.stage.actor("provider", 1_000_000)?;
        let owner = who.key.pubkey();
        b.run("open_senior_stake", ix::open_senior_stake(owner, &mint), &[&who.key])?;
        let deposit = ix::deposit_senior(owner, mint, tokens, who.tokens, &[keys.market], 100_000);
        b.run("deposit_senior, 1 market", deposit, &[&who.key])?;
        b.run("request_senior_exit", ix::request_senior_exit(owner, &mint, 1_000_000), &[&who.key])?;
        let now = b.now();
        b.stage.chain.set_clock(now + 8 * DAY);
        let exit = ix::execute_senior_exit(owner, mint, tokens, who.tokens, &[keys.market], 999_000);
        b.run("execute_senior_exit, 1 market", exit, &[&who.key])?;
        b.stage.chain.set_clock(now + 15 * DAY);
        b.run("expire_senior_exit", ix::expire_senior_exit(&mint, &owner), &[])?;
        b.stage.chain.set_clock(now);
    }
    let at = b.now() + 16 * DAY;
    b.stage.chain.set_clock(at);
    lose(b, at)?;
    b.run("draw_senior", ix::draw_senior(&keys), &[])?;
    b.stage.chain.set_clock(at + DAY);
    b.run("repay_senior", ix::repay_senior(&keys), &[])
}

/// An expiry whose payer lacks most of what it owes, for which both pools are asked.
pub fn shortfall(b: &mut Bench) -> Result<()> {
    const STEP: i64 = 29;
    let (market, keys) = (b.stage.keys.market, b.stage.keys);
    b.price(PRICE)?;
    let expires_at = (b.now() / 3_600 + 2) * 3_600;
    let id = b.stage.list(expires_at, strikes(), 800_000)?;
    let (winner, payer) = (b.stage.actor("winner", CASH)?, b.stage.actor("payer", CASH / 10)?);
    let args = b.terms(id, 4, 0, 1_000)?;
    b.stage.trade(&winner, &payer, args).map_err(|e| anyhow!("{e}"))?;
    b.stage.chain.set_clock(expires_at - 33 * 60);
    while b.now() <= expires_at {
        b.price(4 * PRICE)?;
        let later = b.now() + STEP;
        b.stage.chain.set_clock(later);
    }
    b.price(4 * PRICE)?;
    b.stage.pay("fix_settlement", &[ix::fix_settlement(market, id, 1)])?;
    for who in [&payer, &winner] {
        b.stage.pay("settle_account", &[ix::settle_account(market, id, who.account)])?;
    }
    // Out of the market's pool, out of what the senior pool lends, and in vain.
    b.run("cover_shortfall", ix::cover_shortfall(market, id), &[])?;
    b.stage.pay("draw_senior", &[ix::draw_senior(&keys)])?;
    for _ in 2..=REPEATS {
        b.run("cover_shortfall", ix::cover_shortfall(market, id), &[])?;
    }
    Ok(())
}

/// A loss of the market waits for a thousand atoms more than its own pool may pay.
fn lose(b: &mut Bench, now: i64) -> Result<()> {
    let key = pda::pool(&b.stage.keys.market);
    let mut pool: Pool = b.stage.state(&key)?;
    (pool.unmet, pool.unmet_since, pool.unmet_at) = (pool.cash + 1_000, now, now);
    let mut account = b.stage.chain.accounts(&[key])?.remove(0).expect("the pool exists");
    account.data[Pool::DISCRIMINATOR.len()..].copy_from_slice(bytemuck::bytes_of(&pool));
    b.stage.chain.place(key, account)
}
