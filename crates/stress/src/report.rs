//! Tables for the terminal and for the document.

use {
    crate::{
        policy,
        population::{Population, Role},
        run::{Played, Standing},
        staging::{Staged, KEEPERS},
        tally::Figures,
    },
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
fn money(atoms: u64) -> String {
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

fn table(played: &Played) -> Vec<Vec<String>> {
    let rows = played.standings.iter().map(|Standing { policy, figures, .. }| row(policy, figures));
    std::iter::once(HEAD.map(str::to_owned).to_vec()).chain(rows).collect()
}

/// Sums over all paths.
fn totals(all: &[Played]) -> Vec<Vec<String>> {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for name in policy::ALL {
        let sum = all.iter().map(|played| played.of(name)).fold(Figures::default(), Figures::plus);
        rows.push(row(name, &sum));
    }
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

fn sizes(report: &Report) -> String {
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

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let _ = match column {
                0 => write!(text, "  {cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

fn markdown(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        let _ = writeln!(text, "| {} |", row.join(" | "));
        if i == 0 {
            let _ = writeln!(text, "|{}", "---|".repeat(row.len()));
        }
    }
    text
}

const MEASURES: &str = "\
Sums are USDC, rounded up.

* **bad debt**: what users' accounts end below zero, with what was paid for them counted as debt;
* **pool paid**: of that, what the market's pool, or the model's fund of the same size, paid;
* **users paid**: what was taken from other users for it; **flat users paid**: of that, from users without positions;
* **worst charge**: the most that one user paid for others, of all paths the largest;
* **left open**: what nobody paid: somebody's balance is not there;
* **overshoot**: what was taken beyond the need: from a liquidated user, beyond the cost of the least slice that restores its
  margin and the buffer at the market's first discount and fee; from others, beyond all losses that they paid for;
* **cost**: what liquidated users paid beyond the marks, overshoot included; **liquidated value**: notional that was taken over
  or closed against somebody's will;
* **liquidated**: users whose own margin was short; **charged**: users who paid for others;
* **unhealed**: minutes at whose end somebody was still open to liquidation.
";

const RULES: &str = "\
`bulkhead` is the program's own bytecode in a virtual machine, with the keepers' own planner: every deposit, trade, price, risk
array, liquidation and settlement is a transaction that the program accepted. After every step its books are added up, to the
atom, and the accounts without positions are compared with what they held at first; at the end both expiries settle at the last
price, and a second market on the same chain is compared byte by byte.

The other three are models of rules that are in use, in their simplest form and in plain Rust (`crates/stress/src/policy`). They
are nobody's code and say nothing about any venue. They hold the same books as the program's users at the start, read the same
marks and risk arrays from a copy of the same chain and measure accounts by the same code, so that nothing differs but what is
done with an account that is due:

* All three sell a due account as a whole, at the marks, for a penalty of 5 % of its maintenance requirement, never more than its
  equity. The buyer is never short of capital, asks nothing for taking over an account below zero, and hands its losses on.
* The fund is as large as the market's pool and pays without a daily limit.
* What the fund cannot pay: `instant` leaves it open. `queue` closes the holders of the series that the bankrupt is short in,
  the most profitable first, as a whole, each at the price at which the bankrupt would have been at zero, until at least as
  many lots are closed; where the other side is with the buyer already, the rest stays open. `haircut` takes it from everybody's cash in proportion, rounded up. What is taken beyond a loss
  pays for the next one.

Each of these choices favours the models: the program's keepers have limited capital and take the discount from the pool too,
and its pool pays within a daily limit. The models' money and lots are checked to add up in the end.
";

/// The document.
#[must_use]
pub fn document(report: &Report) -> String {
    let mut text = format!(
        "# Stress, simulated\n\nWritten by `cargo xtask stress --write`. {}\n\
         The market is one underlying with a near and a far expiry, a day and a week away, at seven strikes each. Half of the\n\
         short positions use more than two thirds of their collateral. Prices come every minute, of `march-2020` every five.\n\n\
         ## All paths\n\n{}\n",
        sizes(report).replace("; seed", ", seed").trim_end().to_owned() + ".",
        markdown(&totals(&report.played)),
    );
    text += MEASURES;
    let _ = write!(text, "\n## Policies\n\n");
    let mut rows = vec![vec!["policy".to_owned(), "what it does".to_owned()]];
    rows.extend(policy::ALL.map(|name| vec![name.to_owned(), policy::about(name).to_owned()]));
    text += &markdown(&rows);
    let _ = write!(text, "\n{RULES}\n## Accounts\n\n");
    let mut rows = vec![vec!["role".to_owned(), "accounts".to_owned()]];
    rows.extend(report.roles.iter().map(|(role, count)| vec![(*role).to_owned(), count.to_string()]));
    text += &markdown(&rows);
    for played in &report.played {
        let about = capitalised(played.about);
        let _ = write!(text, "\n## {}\n\n{about}.\n\n{}", played.path, markdown(&table(played)));
    }
    text
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
