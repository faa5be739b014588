//! Which promises held, judged by what was sampled after every step.

use {
    crate::{
        cast::{HEDGE_LOTS, HEDGE_LOTS_CLOSED, HEDGE_STRIKE},
        pace::STORY_EXPIRY,
        report::{usdc, Check, Report},
        schedule as plan,
        stage::LOTS_PER_UNIT,
        story::clock,
        watch::{Books, Sample},
    },
    bulkhead_risk::{breaker::Level, oracle::Verdict},
    bulkhead_sdk::bulkhead::state::{Expiry, OracleAggregate},
};

/// Steps of the story in the window whose average settles an expiry: one per bucket.
const SETTLEMENT_WINDOW_STEPS: i64 = 30;

/// Steps of the story by which the mark may lag behind the price: the age that a market accepts, and one.
const LAG_STEPS: usize = 6;
/// Tolerance for the sources' noise and the limited speed of the mark. The lie is seven times as far off.
const LIE_MARGIN_PPM: u64 = 50_000;

impl Report {
    /// The promises that show in the samples.
    pub fn judge(&mut self, oracle: &OracleAggregate, expiry: Option<&Expiry>) {
        self.judge_books();
        self.judge_oracle(oracle);
        self.judge_regime();
        self.judge_breaker();
        self.judge_liquidations();
        self.judge_settlement(expiry);
        let failures = self.keeper_failures.len();
        self.check(Check::new("no keeper action failed", failures == 0, format!("{failures} failures")));
        self.ok = self.checks.iter().all(|c| c.ok);
    }

    /// `expiry` is the first one, if it is still there. The hedger's puts must pay what the average of the marks before
    /// the expiry says, out of their writer's collateral and nobody else's.
    fn judge_settlement(&mut self, expiry: Option<&Expiry>) {
        let escrow = expiry.map_or(0, |e| e.escrow);
        let is_closed = expiry.is_none_or(|e| e.swept == 1);
        let figures = format!("escrow left {escrow}, {}", if expiry.is_none() { "closed" } else { "open" });
        self.check(Check::new(
            "the expiry settles and its escrow empties",
            is_closed && escrow == 0,
            figures,
        ));

        let lots = HEDGE_LOTS - HEDGE_LOTS_CLOSED;
        let (received, paid) = (self.settled("hedger"), self.settled("put writer"));
        let strike = HEDGE_STRIKE * 1_000_000;
        let implied = strike.saturating_sub(received.unsigned_abs() * LOTS_PER_UNIT / lots);
        let average = self.average_mark();
        // On a validator the price moves by percents between two looks.
        let tolerance = if self.compressed { 33 } else { 1_000 };
        let ok = received > 0 && received == -paid && implied.abs_diff(average) <= average / tolerance;
        let figures = format!(
            "{} USDC moved, so the price was {}; average of the marks {}",
            usdc(received.unsigned_abs()),
            usdc(implied),
            usdc(average)
        );
        self.check(Check::new(
            "the hedger gets to the atom what the writer pays, by the average price",
            ok,
            figures,
        ));
    }

    /// Change of a trader's collateral from the last look before the expiry to the end, quote atoms.
    fn settled(&self, trader: &str) -> i64 {
        let at = |sample: Option<&Sample>| {
            let index = self.traders.iter().position(|n| n == trader)?;
            i64::try_from(*sample?.cash.get(index)?).ok()
        };
        let before = self.samples.iter().rev().find(|s| s.time < STORY_EXPIRY);
        at(self.samples.last()).unwrap_or(0) - at(before).unwrap_or(0)
    }

    /// Average of the marks in the window that settlement looks at, quote atoms per Bitcoin.
    fn average_mark(&self) -> u64 {
        let from = STORY_EXPIRY - SETTLEMENT_WINDOW_STEPS * self.step_seconds;
        let window = self.samples.iter().filter(|s| s.time >= from && s.time < STORY_EXPIRY);
        let marks: Vec<u64> = window.map(|s| s.mark).collect();
        marks.iter().sum::<u64>() / u64::try_from(marks.len()).unwrap_or(1).max(1)
    }

    fn judge_books(&mut self) {
        let wrong = self.samples.iter().filter(|s| !s.books.balance()).count();
        let Books { vault, claims, collateral, pool, fees, escrow, bonds, .. } =
            self.samples.last().map(|s| s.books).unwrap_or_default();
        let figures = format!(
            "{} looks; at the end vault {vault} = claims {claims} = {collateral} + {pool} + {fees} + {escrow} + {bonds}",
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
        let worst = self.distances_while_lied_to().max();
        let figures = format!("at most {} ppm outside of what was published lately", worst.unwrap_or(0));
        let ok = worst.is_some_and(|w| w < LIE_MARGIN_PPM);
        self.check(Check::new("a lying source does not move the mark", ok, figures));
        self.judge_sources(oracle);
    }

    /// The liar is put aside while it lies. A quarantine outlasts the story on a validator, whose clock cannot be set.
    /// How soon it falls again depends on the chain's time, which a validator does not compress with the story's.
    fn judge_regime(&mut self) {
        let peak = self.samples.iter().map(|s| s.regime_ppm).max().unwrap_or(0);
        let figures = format!("at most {:.2} times", peak as f64 / 1e6);
        self.check(Check::new("the crash raises initial margin", peak > 2_000_000, figures));
    }

    fn judge_sources(&mut self, oracle: &OracleAggregate) {
        let verdict = |s: &Sample, source: usize| s.verdicts.get(source).copied();
        let liar = |s: &&Sample| plan::LIAR.contains(s.time).then(|| verdict(s, plan::LIAR_SOURCE)).flatten();
        let times = |wanted: Verdict| self.samples.iter().filter(|s| liar(s) == Some(wanted as u8)).count();
        let (struck, aside) = (times(Verdict::Outlier), times(Verdict::Quarantined));
        let figures =
            format!("found out in {struck} of the steps in which it lied, in quarantine for {aside}");
        // Strikes are ten seconds of chain time apart: a compressed story may be over before the third.
        let ok = aside > 0 || (self.compressed && struck > 0);
        self.check(Check::new("a lying source is put aside", ok, figures));

        let lately = &self.samples[self.samples.len().saturating_sub(LAG_STEPS)..];
        let is_heard = |source| lately.iter().any(|s| verdict(s, source) == Some(Verdict::Valid as u8));
        let is_excused = |source| self.compressed && source == plan::LIAR_SOURCE;
        let mute: Vec<usize> =
            (0..oracle.registered().len()).filter(|s| !is_heard(*s) && !is_excused(*s)).collect();
        let figures =
            format!("{} rounds, {} with a quorum in a row", oracle.mark.rounds, oracle.mark.healthy_rounds);
        self.check(Check::new("every source is heard again at the end", mute.is_empty(), figures));
    }

    /// How far the mark lies outside of the prices of the last few steps, parts per million: it may lag in a crash, but
    /// never follow the lie.
    fn distances_while_lied_to(&self) -> impl Iterator<Item = u64> + '_ {
        let told = self
            .samples
            .windows(LAG_STEPS)
            .filter(|window| window.last().is_some_and(|s| s.grade <= 2 && plan::LIAR.contains(s.time)));
        told.map(|window| {
            let mark = window.last().map_or(0, |s| s.mark);
            let low = window.iter().map(|s| s.truth).min().unwrap_or(0);
            let high = window.iter().map(|s| s.truth).max().unwrap_or(0);
            (mark.saturating_sub(high) + low.saturating_sub(mark)) * 1_000_000 / mark.max(1)
        })
    }

    fn judge_breaker(&mut self) {
        let first = |from: i64, to: i64, level: Level| {
            let mut within = self.samples.iter().filter(|s| s.time >= from && s.time < to);
            within.find(|s| s.level == level as u8).map(|s| s.time)
        };
        let last = self.samples.last().map_or(Level::WindDown as u8, |s| s.level);
        let moments = [
            (
                "lost quorum trips the market to CloseOnly",
                first(plan::SILENCE.from, plan::SILENCE.to, Level::CloseOnly),
            ),
            ("the market recovers by proof", first(plan::SILENCE.to, plan::GUARDIAN_TRIPS, Level::Normal)),
            (
                "a guardian's brake holds the market at ReduceOnly",
                first(plan::GUARDIAN_TRIPS, plan::TRADES_AGAIN, Level::ReduceOnly),
            ),
        ];
        for (promise, moment) in moments {
            let figures = moment.map_or_else(|| "never".to_owned(), |time| format!("since {}", clock(time)));
            self.checks.push(Check::new(promise, moment.is_some(), figures));
        }
        self.checks.push(Check::new("the market ends at Normal", last == 0, format!("level {last}")));
    }

    fn judge_liquidations(&mut self) {
        let shrank = |trader: usize, without_quorum: bool| {
            self.samples.windows(2).filter(move |w| {
                let lots = |s: &Sample| s.lots.get(trader).copied().unwrap_or(0);
                // After the expiry legs vanish by settlement.
                let live = w[1].time < STORY_EXPIRY;
                live && lots(&w[1]) < lots(&w[0]) && (w[1].level == Level::CloseOnly as u8) == without_quorum
            })
        };
        let seller = self.traders.iter().position(|n| n == "put seller").unwrap_or(0);
        let liquidated = shrank(seller, false).count();
        let blind: usize = (0..self.traders.len()).map(|t| shrank(t, true).count()).sum();
        let after_death = shrank(seller, false).filter(|w| w[1].time >= plan::SECOND_KEEPER_STARTS).count();
        let figures = format!("{liquidated} slices taken, {after_death} of them by the second keeper");
        let promise = "the second keeper liquidates the over-extended account";
        self.check(Check::new(promise, after_death > 0, figures));
        let figures = format!("{blind} slices");
        self.check(Check::new("nobody is liquidated without an oracle quorum", blind == 0, figures));
    }
}
