//! The outcome: samples, events, checks with their figures, and the tables that show them.

use {
    crate::{
        keepers::Deed,
        pace::{Pace, STORY_EXPIRY},
        stage::ComputeUnits,
        story::clock,
        watch::Sample,
    },
    bulkhead_risk::breaker::Level,
    serde::Serialize,
    std::collections::BTreeMap,
};

/// A promise and whether it held.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub figures: String,
}

impl Check {
    #[must_use]
    pub fn new(name: &str, ok: bool, figures: String) -> Self {
        Self { name: name.to_owned(), ok, figures }
    }
}

/// Something that happened, at story time.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub time: i64,
    pub text: String,
}

impl Event {
    #[must_use]
    pub fn new(time: i64, text: &str) -> Self {
        Self { time, text: text.to_owned() }
    }
}

/// Traders who close nothing themselves: where their legs shrink, they were liquidated.
const NEVER_REDUCES: [&str; 2] = ["put seller", "strangle seller"];

/// Compute units of one instruction over the whole drill.
#[derive(Clone, Debug, Serialize)]
pub struct Units {
    pub calls: usize,
    pub min: u64,
    pub median: u64,
    pub max: u64,
}

/// A trader at the end, quote atoms.
#[derive(Clone, Debug, Serialize)]
pub struct Final {
    pub name: String,
    pub equity: i64,
    pub collateral: u64,
    pub wallet: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub ok: bool,
    pub seed: u64,
    pub compressed: bool,
    /// Story seconds per step.
    pub step_seconds: i64,
    pub checks: Vec<Check>,
    pub events: Vec<Event>,
    pub traders: Vec<String>,
    pub finals: Vec<Final>,
    pub liquidations: usize,
    pub keeper_failures: Vec<String>,
    pub compute_units: BTreeMap<String, Units>,
    pub samples: Vec<Sample>,
    #[serde(skip)]
    keeper_units: BTreeMap<String, Vec<u64>>,
}

impl Report {
    #[must_use]
    pub fn new(traders: Vec<String>, seed: u64, pace: &Pace) -> Self {
        Self {
            ok: false,
            seed,
            compressed: pace.is_compressed(),
            step_seconds: pace.story_step,
            checks: Vec::new(),
            events: Vec::new(),
            traders,
            finals: Vec::new(),
            liquidations: 0,
            keeper_failures: Vec::new(),
            compute_units: BTreeMap::new(),
            samples: Vec::new(),
            keeper_units: BTreeMap::new(),
        }
    }

    pub fn check(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Adds a sample, and an event for everything that the keepers and the program did since the one before.
    pub fn push(&mut self, sample: Sample) {
        if let Some(last) = self.samples.last() {
            let told = changes(last, &sample, &self.traders);
            self.events.extend(told.iter().map(|text| Event::new(sample.time, text)));
        }
        self.samples.push(sample);
    }

    /// Books what keepers did.
    pub fn note_keepers(&mut self, time: i64, deeds: Vec<Deed>) {
        for Deed { action, compute_units, failure } in deeds {
            match failure {
                Some(why) => self.keeper_failures.push(format!("{} {action}: {why}", clock(time))),
                None => self.keeper_units.entry(action).or_default().push(compute_units),
            }
        }
    }

    /// Books what everybody has in the end, `wallets` in quote atoms per trader, and what the stage's own calls took.
    pub fn finish(&mut self, wallets: &[u64], units: &ComputeUnits) {
        let last = self.samples.last();
        let equity = last.map(|s| s.equity.clone()).unwrap_or_default();
        let cash = last.map(|s| s.cash.clone()).unwrap_or_default();
        let finals = self.traders.iter().zip(equity).zip(cash).zip(wallets);
        self.finals = finals
            .map(|(((name, equity), collateral), wallet)| Final {
                name: name.clone(),
                equity,
                collateral,
                wallet: *wallet,
            })
            .collect();
        self.liquidations = self.keeper_units.get("bid").map_or(0, Vec::len);
        let mut all = std::mem::take(&mut self.keeper_units);
        for (name, own) in units.iter().filter(|(name, _)| **name != "fund") {
            all.entry((*name).to_owned()).or_default().extend(own);
        }
        for (name, mut list) in all {
            list.retain(|units| *units > 0);
            if list.is_empty() {
                continue;
            }
            list.sort_unstable();
            let figures = Units {
                calls: list.len(),
                min: list[0],
                median: list[list.len() / 2],
                max: list[list.len() - 1],
            };
            self.compute_units.insert(name, figures);
        }
    }

    /// The closing tables.
    #[must_use]
    pub fn tables(&self) -> String {
        let mut out = String::from("\nEvents\n");
        for e in &self.events {
            out += &format!("  {}  {}\n", clock(e.time), e.text);
        }
        out += "\nAccounts (USDC)                     equity      collateral          wallet\n";
        for f in &self.finals {
            let sign = if f.equity < 0 { "-" } else { "" };
            let equity = format!("{sign}{}", usdc(f.equity.unsigned_abs()));
            out +=
                &format!("  {:<24} {equity:>15} {:>15} {:>15}\n", f.name, usdc(f.collateral), usdc(f.wallet));
        }
        if let Some(last) = self.samples.last() {
            out += &format!("  {:<24} {:>15}\n", "solvency pool", usdc(last.books.pool));
        }
        out += &format!("\nLiquidations: {}\n", self.liquidations);
        out += "\nCompute units            calls      min   median      max\n";
        for (name, u) in &self.compute_units {
            out += &format!("  {name:<20} {:>7} {:>8} {:>8} {:>8}\n", u.calls, u.min, u.median, u.max);
        }
        out += "\nChecks\n";
        for c in &self.checks {
            out += &format!("  {} {}  {}\n", if c.ok { "ok  " } else { "FAIL" }, c.name, c.figures);
        }
        for failure in &self.keeper_failures {
            out += &format!("  keeper: {failure}\n");
        }
        out
    }
}

/// What differs between two looks at the market.
fn changes(before: &Sample, after: &Sample, traders: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    if before.level != after.level {
        told.push(format!("the breaker is at {:?}", Level::from_byte(after.level)));
    }
    for (trader, name) in
        traders.iter().enumerate().filter(|(_, name)| NEVER_REDUCES.contains(&name.as_str()))
    {
        let lots = |s: &Sample| s.lots.get(trader).copied().unwrap_or(0);
        if lots(after) < lots(before) && after.time < STORY_EXPIRY {
            told.push(format!(
                "a keeper liquidates the {name}: {} of {} lots left",
                lots(after),
                lots(before)
            ));
        }
    }
    if after.expiries < before.expiries {
        told.push("everybody is settled; the first expiry is closed and its rent is returned".to_owned());
    }
    told
}

/// Quote atoms as USDC.
#[must_use]
pub fn usdc(atoms: u64) -> String {
    format!("{}.{:06}", atoms / 1_000_000, atoms % 1_000_000)
}
