//! The program itself, with the keepers' own planner.

use {
    super::Policy,
    crate::{
        arena::{keeper, Arena},
        population::Role,
        sight::Sight,
        staging::Staged,
        tally::{Remains, Tally},
    },
    anyhow::{anyhow, ensure, Context, Result},
    bulkhead_drill::{stage::LOTS_PER_UNIT, watch::Books},
    bulkhead_keeper::{execute::Outcome, keeper::Keeper, mirror::Mirror, role::Role as Duty},
    bulkhead_risk::settlement::{payoff_per_lot, payout},
    bulkhead_sdk::{
        bulkhead::state::{expiry::kind_from_byte, Expiry, MarginAccount},
        pda,
    },
    solana_address::Address,
    std::{collections::BTreeMap, ops::RangeInclusive},
};

/// Rounds that all keepers take in a step, while any of them finds something to do.
const ROUNDS: usize = 6;
/// Minutes before an expiry from which prices are published again, and after it: the window of the average is thirty.
const SETTLING: RangeInclusive<i64> = -45..=2;
/// How often keepers look after the accounts between a path's end and the first expiry, and between that and the next; and the
/// minutes of prices before each look, for after a silence accounts have a grace.
const LOOKS: i64 = 6;
const RESUMING: RangeInclusive<i64> = -45..=0;
const DAY: i64 = 86_400;
/// Days after the last expiry on which the books are looked at again, for the pool pays in daily parts.
const RECOVERY_DAYS: RangeInclusive<i64> = 1..=8;

pub struct Bulkhead {
    keepers: Vec<Keeper>,
    members: BTreeMap<Address, Role>,
    /// Users' collateral where they hold nothing else.
    flat: BTreeMap<Address, u64>,
    price: u64,
}

impl Bulkhead {
    #[must_use]
    pub fn new(staged: &Staged) -> Self {
        Self {
            keepers: staged
                .keepers
                .iter()
                .map(|key| keeper(key.insecure_clone(), [Duty::Liquidation]))
                .collect(),
            members: staged.members.iter().map(|member| (member.key, member.role)).collect(),
            flat: BTreeMap::new(),
            price: 0,
        }
    }

    fn users<'m>(&self, mirror: &'m Mirror) -> Vec<&'m (Address, MarginAccount)> {
        mirror.accounts.iter().filter(|(key, _)| self.members.contains_key(key)).collect()
    }

    /// Every keeper plans and sends until nobody finds anything more.
    fn liquidate(&mut self, arena: &mut Arena) -> Result<()> {
        for _ in 0..ROUNDS {
            let mut done = false;
            for keeper in &mut self.keepers {
                let report = keeper.tick(&mut arena.stage.chain);
                if let Some(error) = report.error {
                    return Err(error.context("a keeper cannot read the chain"));
                }
                for (action, outcome, _) in &report.actions {
                    done |= *outcome == Outcome::Done;
                    if let Outcome::Failed(why) = outcome {
                        anyhow::bail!("a keeper failed to {action}: {why}\n{}", why.logs.join("\n"));
                    }
                }
            }
            if !done {
                break;
            }
        }
        Ok(())
    }

    fn remains(&self, sight: &Sight, delta_taken: i64) -> Remains {
        let users = self.users(sight.mirror);
        let below = |account| u64::try_from(sight.equity(account).saturating_neg()).unwrap_or(0);
        let pool = &sight.mirror.pool;
        Remains {
            due: users.iter().filter(|(_, account)| sight.is_due(account)).count(),
            bad_debt: users.iter().map(|(_, account)| below(account)).sum(),
            // Some of those whom it helped out pay it back.
            pool_paid: pool.draws_total.saturating_sub(pool.recovered_total),
            surplus: 0,
            delta_taken,
        }
    }

    /// What each winner of a settled expiry went without, because losers and pool could not pay all.
    fn charge_winners(&self, holders: &Mirror, expiry: &Expiry, tally: &mut Tally) -> Result<()> {
        for (key, account) in self.users(holders) {
            let mut net = 0i64;
            for leg in account.legs().iter().filter(|leg| leg.expiry_id == expiry.id) {
                let (kind, strike) = (kind_from_byte(leg.kind)?, expiry.strike(leg.strike)?);
                let payoff = payoff_per_lot(kind, strike, expiry.settlement_price, LOTS_PER_UNIT);
                net += leg.lots * i64::try_from(payoff.map_err(|e| anyhow!("{e:?}"))?)?;
            }
            let claim = u64::try_from(net).unwrap_or(0);
            let paid = payout(claim, expiry.collected_total, expiry.due_total);
            let lost = claim - paid.map_err(|e| anyhow!("{e:?}"))?;
            tally.charge(*key, lost, false);
        }
        Ok(())
    }

    /// The price stays, time goes on, and the keepers with it: what is left of an account that was due is watched like any other.
    fn attend(&mut self, arena: &mut Arena, until: i64, tally: &mut Tally) -> Result<()> {
        let pause = (until - arena.now()) / (LOOKS + 1);
        for _ in 0..LOOKS {
            let look = arena.now() + pause;
            for minute in RESUMING {
                arena.advance(look + minute * 60, self.price, None)?;
            }
            self.act(arena, tally)?;
        }
        Ok(())
    }

    fn keepers_delta(&self, sight: &Sight) -> i64 {
        let own: Vec<Address> = self.keepers.iter().map(|k| k.config().account).collect();
        let held = sight.mirror.accounts.iter().filter(|(key, _)| own.contains(key));
        held.map(|(_, account)| sight.delta(account.legs().iter())).sum()
    }

    /// The books, to the atom, and everybody who holds no positions as rich as before.
    fn audit(&mut self, mirror: &Mirror) -> Result<()> {
        let books = Books::of(mirror);
        ensure!(books.balance() && books.zero_sum, "the books do not balance: {books:?}");
        let users = self.users(mirror).into_iter().filter(|(key, _)| self.members[key] == Role::Flat);
        let now: BTreeMap<Address, u64> = users.map(|(key, account)| (*key, account.cash)).collect();
        if self.flat.is_empty() {
            self.flat = now;
        } else {
            ensure!(self.flat == now, "somebody without positions paid");
        }
        Ok(())
    }
}

impl Policy for Bulkhead {
    fn act(&mut self, arena: &mut Arena, tally: &mut Tally) -> Result<Remains> {
        let now = arena.now();
        let before = arena.look()?;
        self.audit(&before)?;
        self.price = before.oracle.mark.price;
        let seen = Sight::new(&before, now);
        if !before.accounts.iter().any(|(_, account)| seen.is_due(account)) {
            return Ok(self.remains(&seen, 0));
        }
        self.liquidate(arena)?;
        let after = arena.look()?;
        self.audit(&after)?;
        for (key, account) in self.users(&before) {
            let left = after.account(key).context("an account is gone")?;
            tally.compare(&seen, *key, account, left);
        }
        let sight = Sight::new(&after, now);
        let delta = self.keepers_delta(&sight) - self.keepers_delta(&seen);
        Ok(self.remains(&sight, delta))
    }

    /// Both expiries settle at the last price of the path, so that what is left shows who pays it.
    fn close(&mut self, arena: &mut Arena, tally: &mut Tally) -> Result<Remains> {
        let market = arena.stage.keys.market;
        let mut holders = Vec::new();
        let mut end = arena.now();
        for id in &arena.expiries.clone() {
            let expires = arena.stage.state::<Expiry>(&pda::expiry(&market, *id))?.expires_at;
            self.attend(arena, expires + SETTLING.start() * 60, tally)?;
            holders.push((*id, arena.look()?));
            for minute in SETTLING {
                end = expires + minute * 60;
                arena.advance(end, self.price, None)?;
                self.audit(&arena.look()?)?;
            }
        }
        // Nobody is left to bid for: the keepers end the auctions, and what the pool lent for them and nobody took goes back.
        self.liquidate(arena)?;
        for day in RECOVERY_DAYS {
            arena.advance(end + day * DAY, self.price, None)?;
            self.audit(&arena.look()?)?;
        }
        for (id, holders) in &holders {
            let expiry: Expiry = arena.stage.state(&pda::expiry(&market, *id))?;
            ensure!(expiry.is_fixed() && expiry.is_collected(), "expiry {id} is not settled");
            self.charge_winners(holders, &expiry, tally)?;
        }
        arena.check_bystanders()?;
        let mirror = arena.look()?;
        ensure!(mirror.accounts.iter().all(|(_, account)| account.leg_count == 0), "positions are left");
        ensure!(mirror.accounts.iter().all(|(_, account)| account.unpaid_claims() == 0), "claims are left");
        Ok(self.remains(&Sight::new(&mirror, arena.now()), 0))
    }
}
