//! Taking over accounts that are open to it. Every slice is rehearsed with the program's own arithmetic, against the
//! keeper's account as the slices before it leave it.

use {
    crate::{action::Action, chain::Now, config::Config, mirror::Mirror},
    bulkhead_risk::{
        breaker::{allows, Action as Gate, Level},
        liquidation::{lots_taken, payment, Payment, Terms},
        oracle::Reliance,
        round::{ppm_of, Round},
        scenario::SCENARIOS,
    },
    bulkhead_sdk::{
        bulkhead::{
            expiry_source::ExpirySource,
            state::{expiry::kind_from_byte, MarginAccount, Pool},
        },
        margin::{preview, Preview},
    },
    solana_address::Address,
};

pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    let level = mirror.level(now.unix);
    let Some(own) = mirror.account(&config.account) else { return Vec::new() };
    let may_sign = own.require_authority(&config.authority).is_ok();
    if !may_sign || !allows(level, Gate::Liquidate) || !mirror.may_rely(Reliance::Liquidate, now.unix) {
        return Vec::new();
    }
    let mut desk = Desk { mirror, now, level, config, own: *own, pool: mirror.pool };
    if !desk.is_fresh(own) {
        return Vec::new();
    }
    let mut actions = Vec::new();
    for (key, account) in desk.open_to_liquidation() {
        if actions.len() >= config.limits.max_liquidations {
            break;
        }
        actions.extend(desk.take_over(key, account));
    }
    actions
}

/// The keeper's means while it plans.
struct Desk<'a> {
    mirror: &'a Mirror,
    now: Now,
    level: Level,
    config: &'a Config,
    own: MarginAccount,
    pool: Pool,
}

/// What taking a share would do.
struct Slice {
    own: MarginAccount,
    pool: Pool,
    /// Net payment to the keeper, quote atoms.
    net: i64,
    with_pool: bool,
}

impl<'a> Desk<'a> {
    /// Liquidatable accounts, the worst first.
    fn open_to_liquidation(&self) -> Vec<(Address, &'a MarginAccount)> {
        let health = |account: &MarginAccount| {
            self.preview(account).filter(|p| p.due.causes != 0)?.maintenance_health().ok()
        };
        let mut found: Vec<_> = self
            .mirror
            .accounts
            .iter()
            .filter(|(_, a)| a.owner != self.own.owner && a.leg_count > 0 && self.is_fresh(a))
            .filter(|(_, a)| a.legs().iter().all(|l| self.is_live(l.expiry_id)))
            .filter_map(|(key, a)| health(a).map(|h| (h, *key, a)))
            .collect();
        found.sort_by_key(|(health, key, _)| (*health, *key));
        found.into_iter().map(|(_, key, account)| (key, account)).collect()
    }

    /// Plans the largest share that the keeper can carry, and books it.
    fn take_over(&mut self, key: Address, account: &MarginAccount) -> Option<Action> {
        let limits = &self.config.limits;
        let before = self.preview(account)?;
        let mut share = before.due.share_ppm.min(limits.max_share_ppm);
        let expiries = self.expiries(account);
        let shard = self.shard(&key)?;
        while share > 0 {
            if let Some(slice) = self.rehearse(account, &before, share) {
                let slack = ppm_of(slice.net.unsigned_abs(), limits.payment_slack_ppm, Round::Up).ok()?;
                let min_payment = slice.net.saturating_sub_unsigned(slack);
                (self.own, self.pool) = (slice.own, slice.pool);
                let with_pool = slice.with_pool;
                return Some(Action::Liquidate {
                    account: key,
                    share_ppm: share,
                    min_payment,
                    expiries,
                    with_pool,
                    shard,
                });
            }
            share = Some(share >> 1).filter(|half| *half >= limits.min_share_ppm).unwrap_or(0);
        }
        None
    }

    /// What the program would do; `None` when it would refuse, or when the keeper would lose by it.
    fn rehearse(&self, account: &MarginAccount, before: &Preview, share: u64) -> Option<Slice> {
        let (mut account, mut own, mut pool) = (*account, self.own, self.pool);
        let (params, unix) = (&self.mirror.market.params, self.now.unix);
        let value = self.move_slice(&mut account, &mut own, share)?;
        let taken = ppm_of(before.measure.requirement.maintenance, share, Round::Down).ok()?;
        let pay = |available| payment(value, taken, account.cash, available, &self.terms()).ok();
        let with_pool = pay(u64::MAX)?.from_pool > 0;
        let paid = pay(pool.drawable(params, unix).ok()?)?;
        let net = net_of(&paid)?;

        pool.draw(paid.from_pool, params, unix).ok()?;
        account.debt = account.debt.checked_add(paid.from_pool)?;
        own.credit(paid.from_account.checked_add(paid.from_pool)?).ok()?;
        own.debit(paid.to_account).ok()?;
        account.credit(paid.to_account).ok()?;
        account.debit(paid.from_account.checked_add(paid.fee)?).ok()?;

        let carried = self.preview(&own)?.initial_health().ok()? >= 0;
        let health = self.preview(&account)?.measure.maintenance_health().ok()?;
        let improved = health > before.measure.maintenance_health().ok()?;
        let gains = net.checked_add(value)? >= self.config.limits.min_profit_atoms;
        (carried && improved && gains).then_some(Slice { own, pool, net, with_pool })
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

    fn terms(&self) -> Terms {
        self.mirror.market.params.liquidation_terms()
    }

    /// The expiries that either account holds.
    fn expiries(&self, account: &MarginAccount) -> Vec<u16> {
        let legs = account.legs().iter().chain(self.own.legs());
        let mut expiries: Vec<u16> = legs.map(|leg| leg.expiry_id).collect();
        expiries.sort_unstable();
        expiries.dedup();
        expiries
    }

    /// Liquidations of different accounts spread over the shards, so that they need not share a write lock.
    fn shard(&self, account: &Address) -> Option<u8> {
        let spread = account.as_ref().first().copied().map(usize::from)?;
        let at = spread.checked_rem(self.mirror.shards.len())?;
        self.mirror.shards.get(at).map(|shard| shard.index)
    }
}

fn net_of(paid: &Payment) -> Option<i64> {
    let received = paid.from_account.checked_add(paid.from_pool)?;
    i64::try_from(received).ok()?.checked_sub(i64::try_from(paid.to_account).ok()?)
}
