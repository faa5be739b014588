//! The story: prices fall as published, sources lie and fall silent, a keeper dies, a guardian brakes, a user leaves,
//! the market recovers, expires and settles. After every step the books are read and must balance to the atom.

use {
    crate::{
        cast::{at_mark, strikes, Cast, HEDGE_LOTS_CLOSED, HEDGE_STRIKE},
        crash::{candles, price_at, Candle},
        keepers::Keepers,
        market::mark_age,
        pace::{Pace, SECOND_TENOR, STORY_EXPIRY},
        progress::Progress,
        report::{Check, Event, Report},
        schedule::{self as plan, Span},
        stage::Stage,
        stagehand::Stagehand,
        watch::{look, Sample},
    },
    anyhow::{Context, Result},
    bulkhead_keeper::chain::SendError,
    bulkhead_risk::breaker::Level,
    bulkhead_sdk::{
        bulkhead::{
            error::BulkheadError,
            instructions::{trade::TradeArgs, trip_breaker::TripBreakerArgs},
            state::{Expiry, OracleAggregate},
        },
        errors::code,
        instructions as ix, pda,
    },
    solana_keypair::Keypair,
    solana_signer::Signer,
};

const USDC: u64 = 1_000_000;
const POOL_ATOMS: u64 = 500_000 * USDC;
const KEEPER_ATOMS: u64 = 400_000 * USDC;
const EXIT_ATOMS: u64 = 5_000 * USDC;
const SURFACE_VOL_PPM: u32 = 900_000;
/// Honest sources differ from the published price by at most this.
const NOISE_PPM: u64 = 800;
/// Chain seconds for listing two expiries and opening all positions on a validator.
const OPENING_SECONDS: i64 = 45;
/// How often a fill that came too late after a round is tried again.
const FILL_ATTEMPTS: usize = 8;
/// Steps left after the story for fixing, collecting and paying out.
const SETTLING_STEPS: i64 = 80;

/// The running story.
pub struct Story<'a, C: Stagehand, K: Keepers<C>> {
    pub stage: &'a mut Stage<C>,
    pub keepers: K,
    pub pace: Pace,
    pub seed: u64,
    pub progress: Progress,
}

/// Everybody and everything on the stage.
struct Scene {
    cast: Cast,
    keeper_keys: [Keypair; 2],
    near: u16,
    far: u16,
    candles: Vec<Candle>,
}

impl<C: Stagehand, K: Keepers<C>> Story<'_, C, K> {
    /// Plays the story and returns what was seen and whether every promise held.
    ///
    /// # Errors
    /// When the chain fails in a way the story does not expect.
    pub fn play(mut self) -> Result<Report> {
        let scene = self.open().context("setting the stage")?;
        let names = scene.cast.all().iter().map(|a| a.name.to_owned()).collect();
        let mut report = Report::new(names, self.seed, &self.pace);
        let mut step = 0;
        while step < self.pace.steps() {
            step =
                self.step_after(step, &scene, &mut report).with_context(|| format!("after step {step}"))?;
        }
        self.settle(step, &scene, &mut report).context("settlement")?;
        self.progress.finish();
        self.conclude(&scene, &mut report)?;
        Ok(report)
    }

    fn open(&mut self) -> Result<Scene> {
        let candles = candles();
        self.progress
            .tell("setting the stage: a market, its sources, two expiries, the pool and the traders");
        self.stage.provide(POOL_ATOMS)?;
        let cast = Cast::open(self.stage)?;
        let keeper_keys = [
            self.stage.actor("keeper 1", KEEPER_ATOMS)?.key,
            self.stage.actor("keeper 2", KEEPER_ATOMS)?.key,
        ];
        if self.pace.is_compressed() {
            // A validator's clock runs on while positions are opened; the expiry must not come nearer meanwhile.
            self.pace.chain_start = self.stage.chain.now()?.unix + OPENING_SECONDS;
        }
        self.freshen(0, &candles, &[])?;
        let near = self.stage.list(self.pace.chain_of(STORY_EXPIRY), strikes(), SURFACE_VOL_PPM)?;
        let far_expiry = self.pace.chain_start + SECOND_TENOR;
        let far = self.stage.list(far_expiry, strikes(), SURFACE_VOL_PPM)?;
        for position in cast.positions(near, far) {
            if self.is_mark_ageing()? {
                self.freshen(0, &candles, &[near, far])?;
            }
            position.open(self.stage)?;
        }
        self.stage.chain.wait_until(self.pace.chain_start)?;
        self.freshen(0, &candles, &[near, far])?;
        self.keepers.start(&keeper_keys[0])?;
        Ok(Scene { cast, keeper_keys, near, far, candles })
    }

    /// Lets every source speak, forms the mark and measures the risk of `expiries`.
    fn freshen(&mut self, step: i64, candles: &[Candle], expiries: &[u16]) -> Result<()> {
        // A publisher's word must be newer than its last, and a round must come in a later second than the one before.
        self.stage.chain.wait_until(self.stage.chain.now()?.unix + 1)?;
        self.say(step, candles)?;
        self.stage.chain.wait_until(self.stage.chain.now()?.unix + 1)?;
        self.stage.update_oracle()?;
        expiries.iter().try_for_each(|expiry| self.stage.refresh(*expiry))
    }

    /// Whether the time in which risk may be added on the mark is over in two seconds.
    fn is_mark_ageing(&self) -> Result<bool> {
        let oracle: OracleAggregate = self.stage.state(&pda::oracle(&self.stage.keys.market))?;
        let age = self.stage.chain.now()?.unix - oracle.mark.at;
        Ok((age + 2) * 6 > mark_age(&self.pace))
    }

    /// Plays the step after `last` and returns it. Steps that a slow validator has left no time for are skipped, so
    /// that the story never falls behind the chain's clock.
    fn step_after(&mut self, last: i64, scene: &Scene, report: &mut Report) -> Result<i64> {
        let step = self.pace.step_at(self.stage.chain.now()?.unix).max(last + 1);
        let time = self.pace.story(step);
        let told = report.events.len();
        self.stage.chain.wait_until(self.pace.chain(step))?;
        self.say(step, &scene.candles)?;
        report.note_keepers(time, self.keepers.tick(self.stage)?);
        self.act(self.pace.story(last), time, scene, report)?;
        let truth = price_at(&scene.candles, time);
        let sample = look(self.stage, time, truth, &scene.cast.all())?;
        self.progress.at(step, format!("{}  {}", clock(time), line(&sample)));
        report.push(sample);
        for event in &report.events[told..] {
            self.progress.tell(&format!("{}  {}", clock(event.time), event.text));
        }
        Ok(step)
    }

    /// Every source that is able speaks.
    fn say(&mut self, step: i64, candles: &[Candle]) -> Result<()> {
        let time = self.pace.story(step);
        let truth = price_at(candles, time);
        let is_silent = |source| plan::SILENT_SOURCES.contains(&source) && plan::SILENCE.contains(time);
        let words: Vec<(usize, u64)> = (0..self.stage.sources.len())
            .filter(|source| !is_silent(*source))
            .map(|source| {
                let lies = source == plan::LIAR_SOURCE && plan::LIAR.contains(time);
                let lie = truth / 100 * plan::LIE_PERCENT;
                (source, if lies { lie } else { noisy(truth, self.seed, step, source) })
            })
            .collect();
        for (source, error) in self.stage.speak_together(&words)? {
            // A validator may drop a transaction under load; the source then misses one round.
            anyhow::ensure!(self.pace.is_compressed(), "source {source} cannot speak: {error}");
            self.progress.tell(&format!("source {} missed a round: {error}", source + 1));
        }
        Ok(())
    }

    /// The people of the story act at their hours, which lie after `last` and not after `time`.
    fn act(&mut self, last: i64, time: i64, scene: &Scene, report: &mut Report) -> Result<()> {
        let due = |moment: i64| last < moment && moment <= time;
        let edge = |span: Span| (due(span.from), due(span.to));
        let (lie_starts, lie_ends) = edge(plan::LIAR);
        let (silence_starts, silence_ends) = edge(plan::SILENCE);
        let told = [
            (lie_starts, "source 1 reports 40 % too much"),
            (silence_starts, "sources 2 and 3 fall silent: no quorum is left"),
            (silence_ends && lie_ends, "all sources are back and honest"),
        ];
        for (_, text) in told.iter().filter(|(when, _)| *when) {
            report.event(Event::new(time, text));
        }
        if due(plan::EXIT_DURING_TRIP) {
            self.leave_during_trip(time, scene, report)?;
        }
        if due(plan::KEEPER_DIES) {
            self.keepers.kill()?;
            report.event(Event::new(time, "keeper 1 is killed"));
        }
        if due(plan::SECOND_KEEPER_STARTS) {
            self.keepers.start(&scene.keeper_keys[1])?;
            report.event(Event::new(time, "keeper 2 takes over"));
        }
        if due(plan::GUARDIAN_TRIPS) {
            let args = TripBreakerArgs { level: Level::ReduceOnly as u8, protocol_wide: false };
            let guardian = self.stage.guardian.insecure_clone();
            let trip = ix::trip_breaker(guardian.pubkey(), self.stage.keys.market, args);
            self.stage.pay_with("trip_breaker", &[trip], &[&guardian])?;
            report.event(Event::new(time, "a guardian trips the breaker to ReduceOnly"));
        }
        if due(plan::TRADES_UNDER_BRAKE) {
            self.trade_under_brake(time, scene, report)?;
        }
        if due(plan::TRADES_AGAIN) {
            // Risk is added on a surface of this hour only.
            for expiry in [scene.near, scene.far] {
                self.stage.renew(expiry)?;
                self.stage.refresh(expiry)?;
            }
            let traded = self.open_risk_in_time(time, scene);
            let ok = traded.is_ok();
            report.check(Check::new(
                "normal trading resumes after the brake ended by itself",
                ok,
                outcome(&traded),
            ));
            report.event(Event::new(time, "trading is back to normal"));
        }
        Ok(())
    }

    fn leave_during_trip(&mut self, time: i64, scene: &Scene, report: &mut Report) -> Result<()> {
        let leaver = &scene.cast.leaver;
        let level = report.samples.last().map_or(0, |s| s.level);
        let opened = self.open_risk(scene);
        report.check(closed("no risk is added without an oracle quorum", &opened));
        let before = self.stage.balance(&leaver.tokens)?;
        let left = self.stage.withdraw(leaver, EXIT_ATOMS);
        let received = self.stage.balance(&leaver.tokens)? - before;
        let ok = left.is_ok() && received == EXIT_ATOMS && level == Level::CloseOnly as u8;
        let figures = format!("level {level}, received {received} atoms, {}", outcome(&left));
        report.check(Check::new(
            "a user exits while the breaker is tripped and no price is known",
            ok,
            figures,
        ));
        report.event(Event::new(time, "a user withdraws 5,000 USDC while the market is CloseOnly"));
        Ok(())
    }

    fn trade_under_brake(&mut self, time: i64, scene: &Scene, report: &mut Report) -> Result<()> {
        let opened = self.open_risk(scene);
        report.check(closed("the brake refuses new risk", &opened));
        let reduced = self.reduce(scene)?;
        report.check(Check::new("the brake lets users reduce", reduced.is_ok(), outcome(&reduced)));
        report.event(Event::new(time, "a hedger reduces under the brake"));
        Ok(())
    }

    /// The hedger buys far calls from the maker: new risk for both.
    fn open_risk(&mut self, scene: &Scene) -> Result<(), SendError> {
        let args = at_mark(self.stage, scene.far, 10_000, 0, 10).map_err(broken)?;
        self.stage.trade(&scene.cast.hedger, &scene.cast.maker, args)
    }

    /// The same, as a trader does it on a chain whose clock runs on while transactions are confirmed: a fill that came
    /// too long after the round is tried again right after a new one.
    fn open_risk_in_time(&mut self, time: i64, scene: &Scene) -> Result<(), SendError> {
        let mut traded = self.open_risk(scene);
        for _ in 0..FILL_ATTEMPTS {
            let came_late = matches!(&traded, Err(e) if e.code == Some(code(BulkheadError::StaleRiskArray)));
            if !came_late || !self.pace.is_compressed() {
                break;
            }
            // A keeper may have closed the round first, which serves as well.
            if let Err(error) =
                self.freshen(self.pace.step_of(time), &scene.candles, &[scene.near, scene.far])
            {
                self.progress.tell(&format!("a round before the fill: {error}"));
            }
            traded = self.open_risk(scene);
        }
        traded
    }

    /// The hedger sells half of its puts back to their writer. Neither holds near options that hedge them, so that no
    /// scenario gets worse for either.
    fn reduce(&mut self, scene: &Scene) -> Result<Result<(), SendError>> {
        let args: TradeArgs = at_mark(self.stage, scene.near, HEDGE_STRIKE, 1, HEDGE_LOTS_CLOSED)?;
        Ok(self.stage.trade(&scene.cast.writer, &scene.cast.hedger, args))
    }

    /// Keeps time going until the expired options are settled and the market is at Normal: on a validator that fell behind, a
    /// round may have come late and the market have closed for it.
    fn settle(&mut self, mut step: i64, scene: &Scene, report: &mut Report) -> Result<()> {
        let key = pda::expiry(&self.stage.keys.market, scene.near);
        let is_open = |stage: &Stage<C>| stage.state::<Expiry>(&key).is_ok_and(|e| e.swept == 0);
        let is_held = |report: &Report| report.samples.last().is_some_and(|s| s.level > 0);
        while (is_open(self.stage) || is_held(report)) && step < self.pace.steps() + SETTLING_STEPS {
            step = self.step_after(step, scene, report)?;
        }
        Ok(())
    }

    fn conclude(&mut self, scene: &Scene, report: &mut Report) -> Result<()> {
        let traders = scene.cast.all();
        let wallets: Result<Vec<u64>> =
            traders.iter().map(|actor| self.stage.balance(&actor.tokens)).collect();
        report.finish(&wallets?, &self.stage.compute_units);
        let oracle: OracleAggregate = self.stage.state(&pda::oracle(&self.stage.keys.market))?;
        let key = pda::expiry(&self.stage.keys.market, scene.near);
        let expiry = self.stage.state::<Expiry>(&key).ok();
        report.judge(&oracle, expiry.as_ref());
        Ok(())
    }
}

fn broken(error: anyhow::Error) -> SendError {
    SendError { code: None, message: error.to_string(), logs: Vec::new() }
}

/// The promise that the breaker refuses an action.
fn closed(promise: &str, attempt: &Result<(), SendError>) -> Check {
    let is_closed = attempt.as_ref().err().and_then(|e| e.code) == Some(code(BulkheadError::ActionClosed));
    let figures = if is_closed { "refused: ActionClosed".to_owned() } else { outcome(attempt) };
    Check::new(promise, is_closed, figures)
}

fn outcome(result: &Result<(), SendError>) -> String {
    match result {
        Ok(()) => "accepted".to_owned(),
        Err(e) => e.to_string(),
    }
}

/// A deterministic wobble of an honest source around the published price.
fn noisy(truth: u64, seed: u64, step: i64, source: usize) -> u64 {
    let mut x = seed ^ step.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= u64::try_from(source).unwrap_or(0).wrapping_mul(0xD1B5_4A32_D192_ED03);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 27;
    let offset = x % (2 * NOISE_PPM + 1);
    truth / 1_000_000 * (1_000_000 - NOISE_PPM + offset)
}

/// `03-12 14:00` of a Unix time in the two days of the story.
#[must_use]
pub fn clock(time: i64) -> String {
    let of_day = time.rem_euclid(86_400);
    let day = if time < 1_584_057_600 { 12 } else { 13 };
    format!("03-{day} {:02}:{:02}", of_day / 3_600, of_day % 3_600 / 60)
}

fn line(sample: &Sample) -> String {
    let level = Level::from_byte(sample.level);
    let grade = char::from(b'A' + sample.grade.min(4));
    format!("BTC {}  mark {}  grade {grade}  {level:?}", sample.truth / USDC, sample.mark / USDC)
}
