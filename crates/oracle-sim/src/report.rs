//! Tables for the terminal and for the document.

use crate::{
    book::{Outcome, COHORT_SECONDS, LATE_SECONDS, TOLERANCE},
    run::{Played, Standing},
    score::ERROR_SECONDS,
};
use bulkhead_figures::{aligned, markdown};
use std::fmt::Write as _;

const HEAD: [&str; 10] = [
    "policy",
    "wrong",
    "due",
    "missed",
    "late",
    "slowest",
    "overrun",
    "no liquidation",
    "no trading",
    "error mean / max",
];

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn row(standing: &Standing) -> Vec<String> {
    let figures = &standing.figures;
    let outcome = &figures.outcome;
    vec![
        standing.policy.to_owned(),
        outcome.wrong.to_string(),
        outcome.due.to_string(),
        outcome.missed.to_string(),
        outcome.late.to_string(),
        format!("{} s", outcome.slowest),
        percent(outcome.overrun),
        percent(figures.no_liquidation),
        percent(figures.no_trade),
        format!("{} / {}", percent(figures.mean_error), percent(figures.max_error)),
    ]
}

/// A scenario's table for a terminal.
#[must_use]
pub fn terminal(played: &Played) -> String {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(played.standings.iter().map(row));
    format!("\n{}: {}\n{}", played.name, played.about, aligned(&rows))
}

/// The totals of all scenarios for a terminal.
#[must_use]
pub fn terminal_totals(all: &[Played]) -> String {
    format!("\nall scenarios but those in which a majority lies\n{}", aligned(&totals(all)))
}

const TOTALS: [&str; 9] = [
    "policy",
    "wrong",
    "scenarios with wrong ones",
    "due",
    "missed",
    "late",
    "worst overrun",
    "largest error",
    "mean time without liquidation",
];

/// One row for each policy over all scenarios without a majority of liars, under its head.
fn totals(all: &[Played]) -> Vec<Vec<String>> {
    let mut rows = vec![TOTALS.map(str::to_owned).to_vec()];
    let within: Vec<&Played> = all.iter().filter(|played| !played.is_beyond).collect();
    let Some(first) = within.first() else { return rows };
    for standing in &first.standings {
        let figures: Vec<_> = within.iter().map(|played| played.of(standing.policy)).collect();
        let sum = |of: fn(&Outcome) -> usize| figures.iter().map(|f| of(&f.outcome)).sum::<usize>();
        let worst = figures.iter().map(|f| f.outcome.overrun).fold(0.0, f64::max);
        let error = figures.iter().map(|f| f.max_error).fold(0.0, f64::max);
        let blind = figures.iter().map(|f| f.no_liquidation).sum::<f64>() / figures.len() as f64;
        rows.push(vec![
            standing.policy.to_owned(),
            sum(|o| o.wrong).to_string(),
            figures.iter().filter(|f| f.outcome.wrong > 0).count().to_string(),
            sum(|o| o.due).to_string(),
            sum(|o| o.missed).to_string(),
            sum(|o| o.late).to_string(),
            percent(worst),
            percent(error),
            percent(blind),
        ]);
    }
    rows
}

/// The document.
#[must_use]
pub fn document(all: &[Played], seed: u64) -> String {
    let mut text = format!(
        "# Oracles, simulated\n\nWritten by `cargo xtask oracle-sim --write`, seed {seed}. The aggregate that the program runs and other \
         policies read the same\nsources through the same faults, second by second; each liquidates the same accounts by its own \
         price.\n\n\
         A cohort of 30 long and 30 short accounts comes in every {COHORT_SECONDS} s, with thresholds 2 % to 60 % below and 4 % to \
         120 % above\nthe true price of then. A perfect price liquidates an account in the second in which the true price crosses \
         its threshold and\nthe chain runs. With a tolerance of {} for noise and latency, the same for all:\n\n\
         * **wrong**: liquidated although the true price had never been within the tolerance of the threshold;\n\
         * **due**: the true price went beyond the threshold by more than the tolerance; **missed**: due and never liquidated;\n  \
         **late**: more than {LATE_SECONDS} s after;\n\
         * **overrun**: how far the price ran on while an account was due, which is where bad debt comes from;\n\
         * **no liquidation**, **no trading**: share of the chain's time without a price for it;\n\
         * **error**: of the price for liquidations, against the nearest true one of the last {ERROR_SECONDS} s.\n\n\
         The paths and the faults are made up but for `march-2020`; what they show is how policies fail, not how often.\n\n\
         ## Policies\n\n",
        percent(TOLERANCE),
    );
    if let Some(first) = all.first() {
        let mut rows = vec![vec!["policy".to_owned(), "what it does".to_owned()]];
        rows.extend(first.standings.iter().map(|s| vec![s.policy.to_owned(), s.about.to_owned()]));
        text += &markdown(&rows);
    }
    text += "\n## All scenarios\n\nWithout the last two, in which a majority lies.\n\n";
    text += &markdown(&totals(all));
    for played in all {
        let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
        rows.extend(played.standings.iter().map(row));
        let _ = write!(text, "\n## {}\n\n{}.\n\n{}", played.name, capitalised(played.about), markdown(&rows));
    }
    text
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
