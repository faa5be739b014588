//! The keeper's means while it plans. Every bid is rehearsed with the program's own arithmetic, against the keeper's account as the
//! bids before it leave it.

use {
    crate::{
        action::Action,
        chain::Now,
        config::Config,
        mirror::{expiries_of, Mirror},
    },
    bulkhead_risk::{
        liquidation::{lots_taken, payment, Slice},
        rebalance::{self, Reason},
        round::{ppm_of, Round},
        scenario::{PPM, SCENARIOS},
    },
    bulkhead_sdk::{
        bulkhead::{
            expiry_source::ExpirySource,
            quoted_book::WHOLE_BOOK,
            state::{expiry::kind_from_byte, MarginAccount},
        },
        margin::{best_bid, Preview},
        rebalance::plan,
    },
    solana_address::Address,
};

pub struct Desk<'a> {
    pub mirror: &'a Mirror,
    pub now: Now,
    pub config: &'a Config,
    /// The account that bids, if it may and is priced.
    own: Option<MarginAccount>,
}

/// A bid, and whether it is all that the account needs.
pub struct Bid {
    pub action: Action,
    pub is_whole: bool,
}

/// What to bid for.
#[derive(Clone, Copy)]
struct Wanted {
    /// Key of a leg's series, or [`WHOLE_BOOK`].
    leg: u32,
    share_ppm: u64,
    scenario: u8,
    reason: Reason,
}

impl<'a> Desk<'a> {
    pub fn new(mirror: &'a Mirror, now: Now, config: &'a Config) -> Self {
        let own = mirror.account(&config.account).copied();
        let may_bid = |own: &MarginAccount| {
            own.require_authority(&config.authority).is_ok() && mirror.is_priced(own, now)
        };
        Self { mirror, now, config, own: own.filter(may_bid) }
    }

    /// Plans the slice that is cheapest for the account, or the part of it that the keeper can carry, and books it.
    pub fn bid(&mut self, key: Address, account: &MarginAccount, seen: &Preview) -> Option<Bid> {
        let limits = &self.config.limits;
        for wanted in self.wanted(account, seen) {
            let mut share = wanted.share_ppm.min(limits.max_share_ppm);
            while share > 0 {
                if let Some((own, net)) = self.rehearse(account, seen, &Wanted { share_ppm: share, ..wanted })
                {
                    let slack = ppm_of(net.unsigned_abs(), limits.payment_slack_ppm, Round::Up).ok()?;
                    let expiries = self.expiries(account);
                    self.own = Some(own);
                    let action = Action::Bid {
                        account: key,
                        auction_id: account.auction.id,
                        leg: wanted.leg,
                        share_ppm: share,
                        min_payment: net.saturating_sub_unsigned(slack),
                        scenario: wanted.scenario,
                        reason: wanted.reason,
                        expiries,
                        shard: self.shard(&key)?,
                    };
                    return Some(Bid { action, is_whole: share == wanted.share_ppm });
                }
                share = Some(share >> 1).filter(|half| *half >= limits.min_share_ppm).unwrap_or(0);
            }
        }
        None
    }

    /// The cheapest slice, then a share of the whole book.
    fn wanted(&self, account: &MarginAccount, seen: &Preview) -> Vec<Wanted> {
        let m = self.mirror;
        let (level, unix) = (m.level(self.now.unix), self.now.unix);
        let best = best_bid(account, &m.risk_arrays, &m.market, &m.oracle, level, unix).ok().flatten();
        let whole = best.map(|best| Wanted {
            leg: WHOLE_BOOK,
            share_ppm: best.due.share_ppm,
            scenario: best.scenario,
            reason: if seen.measure.equity <= 0 { Reason::Bankrupt } else { Reason::WholeBook },
        });
        let discount = seen.terms.discount_ppm;
        let plan = plan(account, &m.risk_arrays, &m.market, &m.oracle, level, unix, discount).ok().flatten();
        let cheapest = plan.and_then(|plan| match plan.slice {
            rebalance::Slice::Book => whole.map(|whole| Wanted { reason: plan.reason, ..whole }),
            rebalance::Slice::Leg(at) => Some(Wanted {
                leg: account.legs().get(at)?.key(),
                share_ppm: plan.share_ppm,
                scenario: worst_scenario(&seen.measure.exposure.profit),
                reason: plan.reason,
            }),
        });
        let is_leg = cheapest.is_some_and(|c| c.leg != WHOLE_BOOK);
        cheapest.into_iter().chain(whole.filter(|_| is_leg)).collect()
    }

    /// The keeper's account after the bid and its net payment; `None` when the program would refuse, or when the keeper would lose
    /// by it.
    fn rehearse(
        &self,
        account: &MarginAccount,
        seen: &Preview,
        wanted: &Wanted,
    ) -> Option<(MarginAccount, i64)> {
        let (mut account, mut own) = (*account, self.own?);
        let (measure, unix) = (&seen.measure, self.now.unix);
        let value = self.move_slice(&mut account, &mut own, wanted)?;
        let freed = match wanted.leg {
            WHOLE_BOOK => ppm_of(measure.requirement.maintenance, wanted.share_ppm, Round::Down).ok()?,
            _ => {
                let left = self.mirror.preview(&account, unix)?.measure.requirement.maintenance;
                measure.requirement.maintenance.saturating_sub(left)
            }
        };
        let slice = Slice { value, maintenance: freed };
        let paid =
            payment(&slice, &measure.standing(account.lent()), &seen.terms, account.auction.fee_left).ok()?;
        let net = paid.net().ok()?;
        own.credit(paid.from_account).ok()?;
        own.debit(paid.to_account).ok()?;
        account.credit(paid.to_account).ok()?;
        account.debit(paid.from_account.checked_add(paid.fee)?).ok()?;

        let carried = self.mirror.preview(&own, unix)?.initial_health().ok()? >= 0;
        let health = self.mirror.preview(&account, unix)?.measure.maintenance_health().ok()?;
        let improved = health > measure.maintenance_health().ok()?;
        let gains = net.checked_add(value)? >= self.config.limits.min_profit_atoms;
        (carried && improved && gains).then_some((own, net))
    }

    /// Moves the lots; returns the value of what moved at the marks, quote atoms.
    fn move_slice(
        &self,
        account: &mut MarginAccount,
        own: &mut MarginAccount,
        wanted: &Wanted,
    ) -> Option<i64> {
        let mut value = 0i64;
        let legs = account.legs().to_vec();
        for leg in &legs {
            let is_wanted = wanted.leg == WHOLE_BOOK || wanted.leg == leg.key();
            if !is_wanted || !self.mirror.is_live(leg.expiry_id, self.now) {
                continue;
            }
            let array = self.mirror.risk_array(leg.expiry_id)?;
            let taken = lots_taken(leg.lots, wanted.share_ppm.min(PPM)).ok()?;
            let kind = kind_from_byte(leg.kind).ok()?;
            let mark = array.series(leg.strike, kind, &mut [0; SCENARIOS]).ok()?.mark;
            value = value.checked_add(taken.checked_mul(i64::try_from(mark).ok()?)?)?;
            account.move_leg(leg.expiry_id, leg.strike, leg.kind, taken.saturating_neg()).ok()?;
            own.move_leg(leg.expiry_id, leg.strike, leg.kind, taken).ok()?;
        }
        Some(value)
    }

    /// The expiries that either account holds.
    fn expiries(&self, account: &MarginAccount) -> Vec<u16> {
        let own = self.own.as_ref().map(expiries_of).unwrap_or_default();
        let mut expiries = [expiries_of(account), own].concat();
        expiries.sort_unstable();
        expiries.dedup();
        expiries
    }

    /// Bids for different accounts spread over the shards, so that they need not share a write lock.
    fn shard(&self, account: &Address) -> Option<u8> {
        let spread = account.as_ref().first().copied().map(usize::from)?;
        let at = spread.checked_rem(self.mirror.shards.len())?;
        self.mirror.shards.get(at).map(|shard| shard.index)
    }
}

/// Where the book loses most.
fn worst_scenario(profit: &[i64; SCENARIOS]) -> u8 {
    let worst = profit.iter().enumerate().min_by_key(|(_, profit)| **profit);
    worst.and_then(|(at, _)| u8::try_from(at).ok()).unwrap_or(0)
}
