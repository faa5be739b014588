//! Tables for the terminal and for the document.

use {
    crate::{
        policy,
        population::{Population, Role},
        run::{Played, Standing},
        staging::{Staged, KEEPERS},
        tally::Figures,
    },
    bulkhead_figures::aligned,
    serde::Serialize,
    std::{collections::BTreeMap, fmt::Write as _},
};

const USDC: u64 = 1_000_000;
const HEAD: [&str; 13] = [
    "policy",
    "bad debt",
    "pool paid",
    "users paid",
    "flat users paid",
    "worst charge",
    "left open",
    "overshoot",
    "cost",
    "liquidated value",
    "liquidated",
    "charged",
    "unhealed",
];

/// Everything that was found.
#[derive(Debug, Serialize)]
pub struct Report {
    pub seed: u64,
    pub accounts: usize,
    pub roles: BTreeMap<&'static str, usize>,
    pub trades: usize,
    /// Quote atoms.
    pub collateral: u64,
    pub pool: u64,
    pub played: Vec<Played>,
}

impl Report {
    #[must_use]
    pub fn new(seed: u64, population: &Population, staged: &Staged, played: Vec<Played>) -> Self {
        let mut roles = BTreeMap::new();
        for user in &population.users {
            *roles.entry(Role::name(user.role)).or_insert(0) += 1;
        }
        Self {
            seed,
            accounts: population.users.len(),
            roles,
            trades: population.orders.len(),
            collateral: staged.collateral,
            pool: staged.pool,
            played,
        }
    }
}

/// Whole units of the quote, with a comma for the thousands.
pub(crate) fn money(atoms: u64) -> String {
    let digits = atoms.div_ceil(USDC).to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn row(name: &str, f: &Figures) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    let sums = [
        f.bad_debt,
        f.pool_paid,
        f.users_paid,
        f.flat_paid,
        f.worst_charge,
        f.left_open,
        f.overshoot,
        f.cost,
        f.notional,
    ];
    row.extend(sums.map(money));
    row.extend([f.liquidated, f.payers].map(|count| count.to_string()));
    row.push(format!("{} min", f.unhealed_minutes));
    row
}

pub(crate) fn table(played: &Played) -> Vec<Vec<String>> {
    let rows = played.standings.iter().map(|Standing { policy, figures, .. }| row(policy, figures));
    std::iter::once(HEAD.map(str::to_owned).to_vec()).chain(rows).collect()
}

/// Sums of a policy over all paths.
pub(crate) fn total(all: &[Played], name: &str) -> Figures {
    all.iter().map(|played| played.of(name)).fold(Figures::default(), Figures::plus)
}

pub(crate) fn totals(all: &[Played]) -> Vec<Vec<String>> {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(policy::ALL.map(|name| row(name, &total(all, name))));
    rows
}

/// All tables for a terminal.
#[must_use]
pub fn terminal(report: &Report) -> String {
    let mut text = String::new();
    for played in &report.played {
        let _ = write!(text, "\n{}: {}\n{}", played.path, played.about, aligned(&table(played)));
    }
    if report.played.len() > 1 {
        let _ = write!(text, "\nall paths\n{}", aligned(&totals(&report.played)));
    }
    let _ = write!(text, "\n{}", sizes(report));
    text
}

pub(crate) fn sizes(report: &Report) -> String {
    format!(
        "{} accounts with {} USDC of collateral, {} trades, a pool of {} USDC, {KEEPERS} keepers with {} USDC in all; seed {}\n",
        report.accounts,
        money(report.collateral),
        report.trades,
        money(report.pool),
        money(report.collateral),
        report.seed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_head() {
        assert_eq!(row("any", &Figures::default()).len(), HEAD.len());
    }

    #[test]
    fn sums_are_whole_units_with_commas_rounded_up() {
        assert_eq!([0, 1, 999_000_000, 1_000_000_000].map(money), ["0", "1", "999", "1,000"]);
        assert_eq!(money(1_234_567_000_001), "1,234,568");
    }
}
