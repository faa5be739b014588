//! Auctions of accounts that are open to liquidation: starts them, keeps their clocks going, has the pool cover insolvent ones,
//! bids, and ends them. Every bid is rehearsed with the program's own arithmetic, against the keeper's account as the bids
//! before it leave it.

use {
    crate::{action::Action, chain::Now, config::Config, mirror::Mirror},
    bulkhead_risk::{
        breaker::{allows, Action as Gate, Level},
        liquidation::{loan, lots_taken, payment, Slice},
        oracle::Reliance,
        round::{ppm_of, Round},
        scenario::SCENARIOS,
    },
    bulkhead_sdk::{
        bulkhead::{
            expiry_source::ExpirySource,
            state::{expiry::kind_from_byte, MarginAccount},
        },
        margin::{best_bid, preview, BidPreview, Preview},
    },
    solana_address::Address,
};

/// Live seconds after which an auction is confirmed that nobody bids in, well before its clock would stop.
const CONFIRM_AFTER: u64 = 30;

pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    let level = mirror.level(now.unix);
    let own = mirror.account(&config.account).copied();
    let own = own.filter(|own| own.require_authority(&config.authority).is_ok());
    let mut desk = Desk { mirror, now, level, config, own };
    desk.own = desk.own.filter(|own| desk.is_fresh(own));
    let mut actions = desk.endings();
    if !allows(level, Gate::Liquidate) || !mirror.may_rely(Reliance::Liquidate, now.unix) {
        return actions;
    }
    let mut taken = 0;
    for (key, account, seen) in desk.open_to_liquidation() {
        if taken >= config.limits.max_liquidations {
            break;
        }
        if let Some(action) = desk.next_step(key, account, &seen) {
            actions.push(action);
            taken += 1;
        }
    }
    actions
}

/// The keeper's means while it plans.
struct Desk<'a> {
    mirror: &'a Mirror,
    now: Now,
    level: Level,
    config: &'a Config,
    /// Its account, where it may bid with it.
    own: Option<MarginAccount>,
}

impl<'a> Desk<'a> {
    /// Auctions of accounts that are healthy again or hold nothing any more.
    fn endings(&self) -> Vec<Action> {
        let is_over = |account: &MarginAccount| {
            let healthy = || self.preview(account).is_some_and(|p| p.due.causes == 0);
            let measured = self.mirror.may_rely(Reliance::Liquidate, self.now.unix) && self.is_fresh(account);
            account.auction.is_open() && (account.leg_count == 0 || (measured && healthy()))
        };
        let over = self.mirror.accounts.iter().filter(|(_, account)| is_over(account));
        let ending = |(key, account): &(Address, MarginAccount)| Action::EndAuction {
            account: *key,
            with_pool: account.debt > 0 || account.auction.asked > 0,
            expiries: expiries(&[account]),
        };
        over.map(ending).collect()
    }

    /// Liquidatable accounts, the worst first.
    fn open_to_liquidation(&self) -> Vec<(Address, &'a MarginAccount, Preview)> {
        let mut found: Vec<_> = self
            .mirror
            .accounts
            .iter()
            .filter(|(_, a)| a.leg_count > 0 && self.is_fresh(a))
            .filter(|(_, a)| a.legs().iter().all(|l| self.is_live(l.expiry_id)))
            .filter_map(|(key, a)| {
                let seen = self.preview(a).filter(|p| p.due.causes != 0)?;
                Some((seen.maintenance_health().ok()?, *key, a, seen))
            })
            .collect();
        found.sort_by_key(|(health, key, ..)| (*health, *key));
        found.into_iter().map(|(_, key, account, seen)| (key, account, seen)).collect()
    }

    fn next_step(&mut self, key: Address, account: &MarginAccount, seen: &Preview) -> Option<Action> {
        let live = self.mirror.oracle.mark.live_seconds;
        let start = Action::StartAuction { account: key, expiries: expiries(&[account]) };
        if !account.auction.is_running(live) {
            return Some(start);
        }
        if self.lends(account, seen)? {
            return Some(Action::CoverAccount { account: key, expiries: expiries(&[account]) });
        }
        let bid = self.bid(key, account);
        bid.or_else(|| (account.auction.clock().rested(live) >= CONFIRM_AFTER).then_some(start))
    }

    /// Whether the pool has something to lend that the account needs.
    fn lends(&self, account: &MarginAccount, seen: &Preview) -> Option<bool> {
        if seen.measure.equity > 0 {
            return Some(false);
        }
        let value = seen.measure.exposure.totals.value;
        let discount = self.mirror.market.params.liquidation_discount_ppm;
        let need = loan(value, account.cash, discount).ok()?;
        let pool = &self.mirror.pool;
        Some(need > 0 && pool.drawable(&self.mirror.market.params, self.now.unix).ok()? > 0)
    }

    /// Plans the largest share that the keeper can carry, and books it.
    fn bid(&mut self, key: Address, account: &MarginAccount) -> Option<Action> {
        let own = self.own?;
        let known = [own.owner, own.delegate, self.config.authority];
        if known.iter().any(|k| *k != Address::default() && account.answers_to(k)) {
            return None;
        }
        let limits = &self.config.limits;
        let seen = self.best_bid(account)?;
        let mut share = seen.due.share_ppm.min(limits.max_share_ppm);
        let shard = self.shard(&key)?;
        while share > 0 {
            if let Some((after, net)) = self.rehearse(account, own, &seen, share) {
                let slack = ppm_of(net.unsigned_abs(), limits.payment_slack_ppm, Round::Up).ok()?;
                self.own = Some(after);
                return Some(Action::Bid {
                    account: key,
                    auction_id: account.auction.id,
                    share_ppm: share,
                    min_payment: net.saturating_sub_unsigned(slack),
                    scenario: seen.scenario,
                    expiries: expiries(&[account, &own]),
                    shard,
                });
            }
            share = Some(share >> 1).filter(|half| *half >= limits.min_share_ppm).unwrap_or(0);
        }
        None
    }

    /// The keeper's account as the program would leave it, and the net payment to it, quote atoms; `None` when the program
    /// would refuse, or when the keeper would lose by it.
    fn rehearse(
        &self,
        account: &MarginAccount,
        mut own: MarginAccount,
        seen: &BidPreview,
        share: u64,
    ) -> Option<(MarginAccount, i64)> {
        let mut account = *account;
        let health = self.preview(&account)?.measure.maintenance_health().ok()?;
        let value = self.move_slice(&mut account, &mut own, share)?;
        let maintenance = ppm_of(seen.measure.requirement.maintenance, share, Round::Down).ok()?;
        let slice = Slice { value, maintenance };
        let paid = payment(&slice, &seen.measure.standing(), &seen.terms, account.auction.fee_left).ok()?;
        let net = paid.net().ok()?;
        own.credit(paid.from_account).ok()?;
        own.debit(paid.to_account).ok()?;
        account.credit(paid.to_account).ok()?;
        account.debit(paid.from_account.checked_add(paid.fee)?).ok()?;

        let carried = self.preview(&own)?.initial_health().ok()? >= 0;
        let improved = self.preview(&account)?.measure.maintenance_health().ok()? > health;
        let gains = net.checked_add(value)? >= self.config.limits.min_profit_atoms;
        (carried && improved && gains).then_some((own, net))
    }

    /// Moves the share of every leg; returns the value of what moved at the marks, quote atoms.
    fn move_slice(&self, account: &mut MarginAccount, own: &mut MarginAccount, share: u64) -> Option<i64> {
        let mut value = 0i64;
        for leg in account.legs().to_vec() {
            let array = self.mirror.risk_array(leg.expiry_id)?;
            let taken = lots_taken(leg.lots, share).ok()?;
            let kind = kind_from_byte(leg.kind).ok()?;
            let mark = array.series(leg.strike, kind, &mut [0; SCENARIOS]).ok()?.mark;
            value = value.checked_add(taken.checked_mul(i64::try_from(mark).ok()?)?)?;
            account.move_leg(leg.expiry_id, leg.strike, leg.kind, taken.saturating_neg()).ok()?;
            own.move_leg(leg.expiry_id, leg.strike, leg.kind, taken).ok()?;
        }
        Some(value)
    }

    fn preview(&self, account: &MarginAccount) -> Option<Preview> {
        let m = self.mirror;
        preview(account, &m.risk_arrays, &m.market, &m.oracle, self.level, self.now.unix).ok().flatten()
    }

    fn best_bid(&self, account: &MarginAccount) -> Option<BidPreview> {
        let m = self.mirror;
        best_bid(account, &m.risk_arrays, &m.market, &m.oracle, self.level, self.now.unix).ok().flatten()
    }

    fn is_fresh(&self, account: &MarginAccount) -> bool {
        let m = self.mirror;
        account.legs().iter().all(|leg| {
            let array = m.risk_array(leg.expiry_id);
            array.is_some_and(|a| a.is_fresh(&m.oracle, &m.market.params, self.now).unwrap_or(false))
        })
    }

    fn is_live(&self, expiry: u16) -> bool {
        self.mirror.risk_array(expiry).is_some_and(|array| self.now.unix < array.expires_at)
    }

    /// Bids for different accounts spread over the shards, so that they need not share a write lock.
    fn shard(&self, account: &Address) -> Option<u8> {
        let spread = account.as_ref().first().copied().map(usize::from)?;
        let at = spread.checked_rem(self.mirror.shards.len())?;
        self.mirror.shards.get(at).map(|shard| shard.index)
    }
}

/// The expiries that some of the accounts hold.
fn expiries(accounts: &[&MarginAccount]) -> Vec<u16> {
    let mut held: Vec<u16> = accounts.iter().flat_map(|a| a.legs()).map(|leg| leg.expiry_id).collect();
    held.sort_unstable();
    held.dedup();
    held
}
