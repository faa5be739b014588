//! The document: the tables, what they measure and what the policies are.

use {
    crate::{
        policy,
        report::{money, sizes, table, total, totals, Report},
        run::Played,
        tally::Figures,
    },
    bulkhead_figures::markdown,
    std::fmt::Write as _,
};

/// What the totals say, in words.
fn reading(all: &[Played]) -> String {
    let [ours, instant, queue, haircut] = policy::ALL.map(|name| total(all, name));
    let models = [&instant, &queue, &haircut];
    let range = |of: fn(&Figures) -> u64| {
        let sums = || models.iter().map(|figures| of(figures));
        let (low, high) = (sums().min().unwrap_or(0), sums().max().unwrap_or(0));
        if low == high {
            money(low)
        } else {
            format!("{} to {}", money(low), money(high))
        }
    };
    format!(
        "* Positions of {} USDC change hands against somebody's will; in the models {}.\n\
         * Beyond the need {} USDC are taken; in the models {}.\n\
         * Users without positions pay {} USDC, and {} in `haircut`. {} USDC are left open, {} in `instant` and {} in `queue`.\n\
         * One user pays at most {} USDC for others' losses on a path; {} in `queue`, which charges {} users where this charges {}.\n\
         * Bad debt is {} USDC, in the models {}: whoever takes over an account near or below zero gets the first\n  \
           discount for it here, out of the pool, and what that may not pay within a day waits for the settlement; the models' buyer\n  \
           takes over everything at once for nothing.\n",
        money(ours.notional),
        range(|f| f.notional),
        money(ours.overshoot),
        range(|f| f.overshoot),
        money(ours.flat_paid),
        money(haircut.flat_paid),
        money(ours.left_open),
        money(instant.left_open),
        money(queue.left_open),
        money(ours.worst_charge),
        money(queue.worst_charge),
        queue.payers,
        ours.payers,
        money(ours.bad_debt),
        range(|f| f.bad_debt),
    )
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
price, keepers looking after what is left six times before each, and a second market on the same chain is compared byte by byte.

The other three are models of rules that are in use, in their simplest form and in plain Rust (`crates/stress/src/policy`). They
are nobody's code and say nothing about any venue. They hold the same books as the program's users at the start, read the same
marks and risk arrays from a copy of the same chain and measure accounts by the same code, so that nothing differs but what is
done with an account that is due:

* All three sell a due account as a whole, at the marks, for a penalty of 5 % of its maintenance requirement, never more than its
  equity. The buyer is never short of capital, asks nothing for taking over an account below zero, and hands its losses on.
* The fund is as large as the market's pool and pays without a daily limit.
* What the fund cannot pay: `instant` leaves it open. `queue` closes the holders of the series that the bankrupt is short in,
  the most profitable first, as a whole, each at the price at which the bankrupt would have been at zero, until at least as
  many lots are closed; where the other side is with the buyer already, the rest stays open. `haircut` takes it from
  everybody's cash in proportion, rounded up. What is taken beyond a loss pays for the next one.

Most of these choices favour the models: the program's keepers have limited capital and take the discount from the pool too,
and its pool pays within a daily limit. The models' money and lots are checked to add up in the end.
";

/// The document.
#[must_use]
pub fn document(report: &Report) -> String {
    let mut text = format!(
        "# Stress, simulated\n\nWritten by `cargo xtask stress --write`.\n\n{}\n\
         The market is one underlying with a near and a far expiry, a day and a week away, at seven strikes each. Initial margin\n\
         takes up 40 to 97 % of the equity of those who sell. The pool is too small on purpose. Prices come every minute, of\n\
         `march-2020` every five. Pictures of all paths are in `target/stress` afterwards.\n\n\
         ## All paths\n\n{}\n{}\n",
        sizes(report).replace("; seed", ", seed").trim_end().to_owned() + ".",
        markdown(&totals(&report.played)),
        reading(&report.played),
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
