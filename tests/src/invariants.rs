//! What must hold after every transaction, whatever happened before.

use {
    bulkhead_drill::tokens,
    bulkhead_keeper::{chain::Chain, mirror::Mirror},
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::state::{MarginAccount, SeniorPool, Stake},
        margin, pda,
    },
    solana_address::Address,
};

/// Every promise of the books that the market breaks; empty when it keeps them all.
///
/// # Panics
/// When the market cannot be read.
#[must_use]
pub fn broken(chain: &impl Chain, market: &Address) -> Vec<String> {
    let mirror = Mirror::read(chain, market).expect("the market can be read");
    let now = chain.now().expect("the chain has a clock").unix;
    let mut found = broken_books(&mirror, now);
    found.extend(broken_senior(chain, &mirror.market.quote_mint));
    found.extend(broken_margins(&mirror, now, |_| true));
    found
}

/// Every promise that can be read off the market's numbers as they are.
#[must_use]
pub fn broken_books(mirror: &Mirror, now: i64) -> Vec<String> {
    let mut found = Vec::new();
    conservation(mirror, &mut found);
    open_interest(mirror, &mut found);
    claims(mirror, now, &mut found);
    layout(mirror, &mut found);
    shares(mirror, &mut found);
    found
}

/// Initial margin is never below maintenance: the promise that takes a measurement of every account asked for.
#[must_use]
pub fn broken_margins(mirror: &Mirror, now: i64, of: impl Fn(&Address) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let level = mirror.level(now);
    for (key, account) in mirror.accounts.iter().filter(|(key, _)| of(key)) {
        let seen = margin::preview(account, &mirror.risk_arrays, &mirror.market, &mirror.oracle, level, now);
        let Ok(Some(preview)) = seen else { continue };
        let requirement = preview.measure.requirement;
        check(&mut found, requirement.initial >= requirement.maintenance, || {
            format!("{key}: {requirement:?}")
        });
    }
    found
}

/// # Panics
/// When a promise is broken.
#[track_caller]
pub fn assert_all(chain: &impl Chain, market: &Address) {
    let found = broken(chain, market);
    assert!(found.is_empty(), "broken invariants:\n{}", found.join("\n"));
}

fn check(found: &mut Vec<String>, holds: bool, say: impl FnOnce() -> String) {
    if !holds {
        found.push(say());
    }
}

/// Vault = claims = collateral + pool with what it holds of the senior pool's + unswept fees + escrows + bonds = all deposits - all
/// withdrawals.
fn conservation(m: &Mirror, found: &mut Vec<String>) {
    let cash: u64 = m.accounts.iter().map(|(_, a)| a.cash).sum();
    let fees: u64 = m.shards.iter().map(|s| s.fees).sum();
    let escrow: u64 = m.expiries.iter().map(|e| e.escrow).sum();
    let proposed: u64 = m.expiries.iter().flat_map(|e| e.bonds()).map(|b| b.bond).sum();
    let published: u64 = m.feeds.iter().map(|(_, f)| f.bond).sum();
    let bonds = proposed + published + m.keepers.iter().map(|(_, k)| k.bond).sum::<u64>();
    let parts = cash + m.pool.claims() + fees + escrow + bonds;
    let claims = m.ledger.claims;
    check(found, m.vault_balance == claims, || format!("vault {} and claims {claims}", m.vault_balance));
    check(found, parts == claims, || {
        let pool = m.pool.claims();
        format!("cash {cash} + pool {pool} + fees {fees} + escrow {escrow} + bonds {bonds} is not claims {claims}")
    });
    let net = m.ledger.deposited_total.checked_sub(m.ledger.withdrawn_total);
    check(found, net == Some(claims), || format!("deposits less withdrawals {net:?} and claims {claims}"));
}

/// Every shard has as many longs as shorts, and all shards together hold what the accounts hold.
fn open_interest(m: &Mirror, found: &mut Vec<String>) {
    for shard in &m.shards {
        check(found, shard.is_zero_sum(), || format!("shard {} is not zero-sum", shard.index));
    }
    for expiry in &m.expiries {
        let legs = || m.accounts.iter().flat_map(|(_, a)| a.legs()).filter(|l| l.expiry_id == expiry.id);
        let long: i64 = legs().map(|l| l.lots.max(0)).sum();
        let short: i64 = legs().map(|l| (-l.lots).max(0)).sum();
        let booked = if expiry.is_fixed() {
            (i64::try_from(expiry.long_lots_left).ok(), i64::try_from(expiry.short_lots_left).ok())
        } else {
            let totals: Vec<(i64, i64)> =
                m.shards.iter().filter_map(|s| s.totals(expiry.slot, expiry.id).ok()).collect();
            (Some(totals.iter().map(|t| t.0).sum()), Some(totals.iter().map(|t| t.1).sum()))
        };
        check(found, booked == (Some(long), Some(short)), || {
            format!("expiry {}: accounts hold {long} long and {short} short, booked {booked:?}", expiry.id)
        });
    }
}

/// Proceeds sit in slots of live, fixed expiries and add up to what each expiry still owes; so do debits.
fn claims(m: &Mirror, now: i64, found: &mut Vec<String>) {
    for expiry in &m.expiries {
        let held = || m.accounts.iter().flat_map(|(_, a)| a.claims).filter(|c| c.expiry_id == expiry.id);
        let sum = |owed: bool| held().filter(|c| c.is_owed() == owed).map(|c| c.amount).sum::<u64>();
        let (credits, debits) = (sum(false), sum(true));
        check(found, credits == expiry.claims_left, || {
            format!("expiry {}: claims of accounts {credits}, left {}", expiry.id, expiry.claims_left)
        });
        let missing = expiry.missing();
        // Once a haircut is final, what is still owed is the pool's.
        let is_within = debits >= missing || expiry.is_final(now);
        check(found, debits == expiry.owed_left && is_within, || {
            format!(
                "expiry {}: accounts owe {debits}, booked {}, missing {missing}",
                expiry.id, expiry.owed_left
            )
        });
        check(found, expiry.escrow <= expiry.collected_total, || format!("expiry {}: escrow", expiry.id));
    }
    for (key, account) in &m.accounts {
        let live = |id: u16| m.expiry(id).is_some_and(|e| e.is_fixed());
        for claim in account.claims.iter().filter(|c| c.expiry_id != 0 && !c.is_owed()) {
            let sound = live(claim.expiry_id) && claim.amount > 0 && claim.paid <= claim.amount;
            check(found, sound, || format!("{key} holds a claim on {}", claim.expiry_id));
        }
        let owed = account.claims.iter().filter(|c| c.is_owed() && live(c.expiry_id));
        let owed: u64 = owed.map(|c| c.amount).sum();
        check(found, owed <= account.debt, || format!("{key} owes {owed} of a debt of {}", account.debt));
        let bonds = m.expiries.iter().flat_map(|e| e.bonds()).filter(|b| b.account == *key).count();
        check(found, bonds == usize::from(account.bonds), || format!("{key}: {bonds} bonds"));
    }
    let mut awaited = [0; 8];
    for expiry in m.expiries.iter().filter(|e| !e.is_fixed()) {
        awaited[usize::from(expiry.slot)] = expiry.expires_at;
    }
    check(found, awaited == m.pool.expiries_at, || {
        format!("expiries end at {awaited:?}, the pool knows {:?}", m.pool.expiries_at)
    });
    let settling = m.expiries.iter().filter(|e| e.is_fixed() && e.pool_asked == 0).count();
    check(found, u64::try_from(settling) == Ok(m.pool.settling), || {
        format!("{settling} expiries are settling, the pool counts {}", m.pool.settling)
    });
}

/// Used legs are distinct and hold lots; unused ones are zero.
fn layout(m: &Mirror, found: &mut Vec<String>) {
    for (key, account) in &m.accounts {
        check(found, legs_are_sound(account), || format!("{key} has unsound legs"));
    }
}

fn legs_are_sound(account: &MarginAccount) -> bool {
    let used = account.legs();
    let distinct = used.iter().enumerate().all(|(i, a)| {
        used[..i].iter().all(|b| (a.expiry_id, a.strike, a.kind) != (b.expiry_id, b.strike, b.kind))
    });
    let live = used.iter().all(|l| l.lots != 0 && l.expiry_id != 0 && l.kind <= 1);
    let rest = account.legs.iter().skip(used.len());
    distinct && live && rest.clone().all(|l| l.lots == 0 && l.expiry_id == 0)
}

/// The stakes add up to the pool's shares, and nobody leaves with more than it has.
fn shares(m: &Mirror, found: &mut Vec<String>) {
    let held: u64 = m.stakes.iter().map(|(_, s)| s.shares).sum();
    check(found, held == m.pool.shares, || format!("stakes {held}, pool {}", m.pool.shares));
    let within = m.stakes.iter().all(|(_, s)| s.exiting <= s.shares);
    check(found, within, || "a stake exits with more than it has".to_owned());
    check(found, m.pool.senior_owed <= m.pool.cash, || "the pool owes more than it has".to_owned());
    let exiting: u64 = m.stakes.iter().map(|(_, s)| s.exiting).sum();
    let queued = m.pool.exits.shares;
    check(found, exiting == queued, || format!("stakes exit with {exiting}, the pool counts {queued}"));
}

/// The senior pool's vault holds what its shares own, and its stakes add up.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn broken_senior(chain: &impl Chain, quote_mint: &Address) -> Vec<String> {
    let mut found = Vec::new();
    let key = pda::senior(quote_mint);
    let all = chain.program_accounts().expect("the program's accounts");
    let Some(pool) = all.iter().find(|(k, _)| *k == key) else { return found };
    let pool: SeniorPool = decode(&pool.1.data).expect("a senior pool");
    let vault = chain.accounts(&[pool.vault]).expect("the vault").remove(0).expect("a vault");
    let (held, cash) = (tokens::balance(&vault.data), pool.cash);
    check(&mut found, held == cash, || format!("the senior vault holds {held}, its books {cash}"));
    let stakes = all.iter().filter_map(|(_, a)| decode::<Stake>(&a.data).ok()).filter(|s| s.fund == key);
    let (shares, exiting) = stakes.fold((0, 0), |sum, s| (sum.0 + s.shares, sum.1 + s.exiting));
    let booked = (pool.shares, pool.exits.shares);
    check(&mut found, booked == (shares, exiting), || {
        format!("senior stakes {shares}, {exiting}, booked {booked:?}")
    });
    found
}
