//! What a policy did to the users, counted alike for all policies.

use {
    crate::sight::Sight,
    bulkhead_risk::round::{mul_div, ppm_of, Round},
    bulkhead_sdk::bulkhead::state::{Leg, MarginAccount},
    serde::Serialize,
    solana_address::Address,
    std::collections::{BTreeMap, BTreeSet},
};

/// Running counts, quote atoms.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Users some of whose positions were taken or closed against their will because their own margin was short.
    pub liquidated: BTreeSet<Address>,
    /// Users who paid for somebody else's loss, and how much.
    pub payers: BTreeMap<Address, u64>,
    /// What liquidated users paid beyond the marks.
    pub cost: u64,
    /// Of that, what was taken beyond what their margins asked for.
    pub overshoot: u64,
    /// Notional of what changed hands.
    pub notional: u64,
    /// What users without positions paid for somebody else's loss.
    pub flat_paid: u64,
}

/// What is still wrong after a policy has acted.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Remains {
    /// Users open to liquidation.
    pub due: usize,
    /// What users' accounts are below zero in all, quote atoms.
    pub bad_debt: u64,
    /// What the pool, or the fund, has paid so far, quote atoms.
    pub pool_paid: u64,
    /// What others were charged beyond all losses, quote atoms.
    pub surplus: u64,
    /// Delta that whoever takes over took on in this step, quote atoms.
    pub delta_taken: i64,
}

/// The figures of a policy over a path, quote atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub bad_debt: u64,
    pub pool_paid: u64,
    pub users_paid: u64,
    pub flat_paid: u64,
    /// Most that one user paid for others.
    pub worst_charge: u64,
    /// Bad debt that nobody has paid.
    pub left_open: u64,
    pub cost: u64,
    pub overshoot: u64,
    pub notional: u64,
    pub liquidated: usize,
    pub payers: usize,
    /// Minutes at whose end somebody was still open to liquidation.
    pub unhealed_minutes: i64,
    /// Users still open to liquidation at the end of the path.
    pub due_at_end: usize,
}

impl Figures {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            bad_debt: self.bad_debt + other.bad_debt,
            pool_paid: self.pool_paid + other.pool_paid,
            users_paid: self.users_paid + other.users_paid,
            flat_paid: self.flat_paid + other.flat_paid,
            worst_charge: self.worst_charge.max(other.worst_charge),
            left_open: self.left_open + other.left_open,
            cost: self.cost + other.cost,
            overshoot: self.overshoot + other.overshoot,
            notional: self.notional + other.notional,
            liquidated: self.liquidated + other.liquidated,
            payers: self.payers + other.payers,
            unhealed_minutes: self.unhealed_minutes + other.unhealed_minutes,
            due_at_end: self.due_at_end + other.due_at_end,
        }
    }
}

impl Tally {
    /// Books what liquidation did to one account: `before` and `after` at the same marks.
    pub fn compare(&mut self, sight: &Sight, key: Address, before: &MarginAccount, after: &MarginAccount) {
        let mut moved = 0u64;
        for leg in before.legs() {
            let left = after.lots(leg.expiry_id, leg.strike, leg.kind);
            let lots = leg.lots.saturating_sub(left).unsigned_abs();
            moved = moved.saturating_add(sight.notional(leg, lots));
        }
        if moved == 0 {
            return;
        }
        self.liquidated.insert(key);
        self.notional += moved;
        let equity = sight.equity(before);
        // What an account pays when it has nothing left is bad debt, not a cost to its user.
        let cost = equity.max(0).saturating_sub(sight.equity(after).max(0)).max(0).unsigned_abs();
        self.cost += cost;
        self.overshoot += cost.saturating_sub(needed(sight, before, cost, equity));
    }

    /// A user paid for somebody else's loss.
    pub fn charge(&mut self, key: Address, amount: u64, is_flat: bool) {
        if amount == 0 {
            return;
        }
        *self.payers.entry(key).or_default() += amount;
        self.flat_paid += if is_flat { amount } else { 0 };
    }

    /// The figures at the end of a path, of which `end` remains.
    #[must_use]
    pub fn figures(&self, end: &Remains) -> Figures {
        let users_paid = self.payers.values().sum();
        Figures {
            bad_debt: end.bad_debt,
            pool_paid: end.pool_paid,
            users_paid,
            flat_paid: self.flat_paid,
            worst_charge: self.payers.values().copied().max().unwrap_or(0),
            left_open: end.bad_debt.saturating_sub(end.pool_paid + users_paid - end.surplus),
            cost: self.cost,
            overshoot: self.overshoot + end.surplus,
            notional: self.notional,
            liquidated: self.liquidated.len(),
            payers: self.payers.len(),
            ..Figures::default()
        }
    }
}

/// The part of a cost that the least slice asks for which restores the account's margin with the buffer, at the market's
/// discount and fee. A bankrupt account has to go as a whole.
fn needed(sight: &Sight, account: &MarginAccount, cost: u64, equity: i64) -> u64 {
    let Some(seen) = sight.preview(account).filter(|_| equity > 0) else { return cost };
    let terms = sight.mirror.market.params.liquidation_terms();
    let rate = terms.discount_ppm + terms.fee_ppm;
    let whole = ppm_of(seen.measure.requirement.maintenance, rate, Round::Up).unwrap_or(0);
    let least = mul_div(whole, seen.due.share_ppm, 1_000_000, Round::Up).unwrap_or(0);
    // Lots are whole: one of each leg may be more than its share.
    let rounding: u64 = account.legs().iter().map(|leg| rounding_of(sight, leg, rate)).sum();
    least + rounding
}

/// The cost of one lot more, at most.
fn rounding_of(sight: &Sight, leg: &Leg, rate_ppm: u64) -> u64 {
    ppm_of(sight.notional(leg, 1), rate_ppm, Round::Up).unwrap_or(0)
}
