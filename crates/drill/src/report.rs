//! The outcome: samples, events, checks with their figures, and how they are shown.

use {
    crate::{
        schedule as plan,
        stage::ComputeUnits,
        story::clock,
        watch::{Books, Sample},
    },
    bulkhead_keeper::{action::Action, execute::Outcome, keeper::TickReport},
    bulkhead_risk::{breaker::Level, oracle::STRIKES_TO_QUARANTINE},
    bulkhead_sdk::bulkhead::state::{Expiry, OracleAggregate},
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
    pub collateral: u64,
    pub wallet: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub ok: bool,
    pub seed: u64,
    pub compressed: bool,
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
    pub fn new(traders: Vec<String>, seed: u64, compressed: bool) -> Self {
        Self {
            ok: false,
            seed,
            compressed,
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

    #[must_use]
    pub fn last_time(&self) -> i64 {
        self.samples.last().map_or(0, |s| s.time)
    }

    /// Adds a sample, and an event where the level moved or a trader's legs shrank without a trade of its own.
    pub fn push(&mut self, sample: Sample) {
        if let Some(last) = self.samples.last() {
            if last.level != sample.level {
                let text = format!("breaker: {:?}", Level::from_byte(sample.level));
                self.events.push(Event::new(sample.time, &text));
            }
        }
        self.samples.push(sample);
    }

    /// Books what a keeper of this process did.
    pub fn note_keeper(&mut self, time: i64, ticked: &TickReport) {
        for (action, outcome, units) in &ticked.actions {
            match outcome {
                Outcome::Failed(why) => {
                    self.keeper_failures.push(format!("{} {}: {why:?}", clock(time), name(action)));
                }
                Outcome::Done => {
                    self.keeper_units.entry(name(action).to_owned()).or_default().push(*units);
                    if matches!(action, Action::Liquidate { .. }) {
                        self.liquidations += 1;
                        self.events.push(Event::new(time, "a keeper liquidates an account"));
                    }
                }
                Outcome::LostRace(_) => {}
            }
        }
        if let Some(error) = &ticked.error {
            self.keeper_failures.push(format!("{}: {error:#}", clock(time)));
        }
    }

    pub fn finish(&mut self, equities: &[(u64, u64)], units: &ComputeUnits) {
        self.finals = self
            .traders
            .iter()
            .zip(equities)
            .map(|(name, (collateral, wallet))| Final {
                name: name.clone(),
                collateral: *collateral,
                wallet: *wallet,
            })
            .collect();
        let own = units.iter().map(|(name, list)| ((*name).to_owned(), list.clone()));
        for (name, mut list) in own.chain(std::mem::take(&mut self.keeper_units)) {
            if name == "fund" || list.iter().all(|u| *u == 0) {
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

    /// The promises that show in the samples.
    pub fn judge(&mut self, oracle: &OracleAggregate, expiry: Option<&Expiry>) {
        self.judge_books();
        self.judge_oracle(oracle);
        self.judge_breaker();
        self.judge_liquidations();
        let settled = expiry.is_none_or(|e| e.swept == 1);
        let figures = match expiry {
            Some(e) => {
                format!("price {} atoms, tier {}, escrow left {}", e.settlement_price, e.tier, e.escrow)
            }
            None => "settled and closed".to_owned(),
        };
        self.check(Check::new("the expiry settles and its escrow empties", settled, figures));
        let failures = self.keeper_failures.len();
        self.check(Check::new("no keeper action failed", failures == 0, format!("{failures} failures")));
        self.ok = self.checks.iter().all(|c| c.ok);
    }

    fn judge_books(&mut self) {
        let wrong = self.samples.iter().filter(|s| !s.books.balance()).count();
        let Books { vault, claims, collateral, pool, fees, escrow, .. } =
            self.samples.last().map(|s| s.books).unwrap_or_default();
        let figures = format!(
            "{} looks; at the end vault {vault} = claims {claims} = {collateral} + {pool} + {fees} + {escrow}",
            self.samples.len()
        );
        let ok = wrong == 0 && !self.samples.is_empty();
        self.check(Check::new("the books balance to the atom after every step", ok, figures));
        let uneven = self.samples.iter().filter(|s| !s.books.zero_sum).count();
        self.check(Check::new(
            "open interest is zero-sum after every step",
            uneven == 0,
            format!("{uneven} uneven"),
        ));
    }

    fn judge_oracle(&mut self, oracle: &OracleAggregate) {
        let worst = self
            .samples
            .iter()
            .filter(|s| s.grade <= 2 && plan::LIAR.contains(s.time))
            .map(|s| s.mark.abs_diff(s.truth).saturating_mul(1_000_000) / s.truth.max(1))
            .max();
        // Between two rounds the price itself moves; the mark may lag by a round but never follow the lie.
        let ok = worst.is_some_and(|w| w < 150_000);
        let figures = format!("largest distance while lied to: {} ppm of the price", worst.unwrap_or(0));
        self.check(Check::new("a lying source does not move the mark", ok, figures));
        let honest = oracle.registered().iter().all(|s| s.strikes < STRIKES_TO_QUARANTINE);
        let figures = format!("{} rounds, {} with a quorum in a row", oracle.rounds, oracle.healthy_rounds);
        self.check(Check::new("every source is heard again at the end", honest, figures));
    }

    fn judge_breaker(&mut self) {
        let during = |from: i64, to: i64| self.samples.iter().filter(move |s| s.time >= from && s.time < to);
        let closed = during(plan::SILENCE.from, plan::SILENCE.to).any(|s| s.level == Level::CloseOnly as u8);
        let braked =
            during(plan::GUARDIAN_TRIPS, plan::TRADES_AGAIN).any(|s| s.level == Level::ReduceOnly as u8);
        let recovered = during(plan::SILENCE.to, plan::GUARDIAN_TRIPS).any(|s| s.level == 0);
        let last = self.samples.last().map_or(5, |s| s.level);
        let checks = [
            Check::new("lost quorum trips the market to CloseOnly", closed, String::new()),
            Check::new("the market recovers by proof", recovered, String::new()),
            Check::new("a guardian's brake holds the market at ReduceOnly", braked, String::new()),
            Check::new("the market ends at Normal", last == 0, format!("level {last}")),
        ];
        self.checks.extend(checks);
    }

    fn judge_liquidations(&mut self) {
        let shrank = |trader: usize, without_quorum: bool| {
            self.samples.windows(2).filter(move |w| {
                let lots = |s: &Sample| s.lots.get(trader).copied().unwrap_or(0);
                // After the expiry legs vanish by settlement.
                let live = w[1].time < crate::pace::STORY_EXPIRY;
                live && lots(&w[1]) < lots(&w[0]) && (w[1].level == Level::CloseOnly as u8) == without_quorum
            })
        };
        let seller = self.traders.iter().position(|n| n == "put seller").unwrap_or(0);
        let liquidated = shrank(seller, false).count();
        let blind: usize = (0..self.traders.len()).map(|t| shrank(t, true).count()).sum();
        let after_death = shrank(seller, false).filter(|w| w[1].time >= plan::SECOND_KEEPER_STARTS).count();
        let figures = format!("{liquidated} slices taken, {after_death} of them by the second keeper");
        self.check(Check::new("keepers liquidate the over-extended account", liquidated > 0, figures));
        let figures = format!("{blind} slices");
        self.check(Check::new("nobody is liquidated without an oracle quorum", blind == 0, figures));
        self.liquidations = self.liquidations.max(liquidated);
    }

    /// The closing tables.
    #[must_use]
    pub fn tables(&self) -> String {
        let mut out = String::from("\nEvents\n");
        for e in &self.events {
            out += &format!("  {}  {}\n", clock(e.time), e.text);
        }
        out += "\nAccounts (USDC)                 collateral        wallet\n";
        for f in &self.finals {
            out += &format!("  {:<24} {:>15} {:>15}\n", f.name, usdc(f.collateral), usdc(f.wallet));
        }
        if let Some(last) = self.samples.last() {
            out += &format!("  {:<24} {:>15}\n", "solvency pool", usdc(last.books.pool));
        }
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

/// The instruction an action sends.
fn name(action: &Action) -> &'static str {
    match action {
        Action::UpdateOracle => "update_oracle",
        Action::RefreshRisk { .. } => "refresh_risk",
        Action::ReportFault { .. } => "report_fault",
        Action::RecoverBreaker { .. } => "recover_breaker",
        Action::Liquidate { .. } => "liquidate",
        Action::FixSettlement { .. } => "fix_settlement",
        Action::SettleAccount { .. } => "settle_account",
        Action::CollectFees { .. } => "collect_fees",
        Action::CloseExpiry { .. } => "close_expiry",
    }
}

fn usdc(atoms: u64) -> String {
    format!("{}.{:06}", atoms / 1_000_000, atoms % 1_000_000)
}
