use {
    super::*,
    crate::{
        fixture::{self, FakeChain, MARK, NOW},
        surface::{
            command::FitSurface,
            fit::{FitError, Repair},
            step::StepError,
            submit,
        },
    },
    bulkhead_risk::{
        black76::{price, TotalVol},
        surface::{check_arbitrage, check_steps, SurfaceFault},
    },
    solana_signer::Signer,
};

const STRIKES: [u64; 7] =
    [70_000_000, 80_000_000, 90_000_000, 100_000_000, 110_000_000, 120_000_000, 130_000_000];
const MONTH: i64 = 30 * 86_400;

/// A market that lists seven strikes a month away, without a surface yet, in a token of six decimals.
fn mirror() -> Mirror {
    let mut mirror = fixture::mirror();
    mirror.market.decimals = 6;
    mirror.market.surface_authority = fixture::keypair().pubkey();
    let expiry = &mut mirror.expiries[0];
    expiry.expires_at = NOW.unix + MONTH;
    expiry.strike_count = 7;
    expiry.strikes[..7].copy_from_slice(&STRIKES);
    expiry.vols_ppm = [0; 16];
    expiry.surface_version = 0;
    mirror
}

/// The example's quotes, taken now for the fixture's expiry.
fn file() -> QuoteFile {
    let example = QuoteFile::parse(include_str!("../../../examples/quotes.json")).unwrap();
    QuoteFile { as_of: NOW.unix, expires_at: Some(NOW.unix + MONTH), ..example }
}

fn request(file: &QuoteFile) -> Request<'_> {
    Request { expiry: 1, file, max_age_seconds: 300, allow_calendar: false }
}

fn planned(mirror: &Mirror, file: &QuoteFile) -> Result<SurfacePlan, PlanError> {
    plan(mirror, NOW, &request(file))
}

#[test]
fn fits_the_example_within_its_spreads() {
    let plan = planned(&mirror(), &file()).unwrap();
    println!("{plan}");
    assert_eq!((plan.used.len(), plan.dropped.len()), (12, 0));
    assert!(plan.basis_ppm.abs() < 1_000, "{}", plan.basis_ppm);
    assert!(plan.step.is_whole());
    assert_eq!(plan.fit.repair, Repair::None);
    assert!(plan.fit.rms_error < 0.01 && plan.fit.max_error < 0.01);
    // The volatilities that the example was made with.
    let made = [784_300, 678_000, 578_600, 509_000, 503_100, 531_600, 566_000];
    for (sent, made) in plan.step.vols_ppm.iter().zip(made) {
        assert!(sent.abs_diff(made) < 8_000, "{sent} {made}");
    }
}

#[test]
fn what_is_sent_reprices_the_quotes_within_their_spreads() {
    let plan = planned(&mirror(), &file()).unwrap();
    let forward = Forward::new(plan.forward).unwrap();
    let tenor = Tenor::from_seconds(MONTH as u64).unwrap();
    for used in &plan.used {
        let strike = (used.quote.strike * 1e6) as u64;
        let Some(at) = STRIKES.iter().position(|k| *k == strike) else { continue };
        let total = TotalVol::new(plan.step.vols_ppm[at], &tenor).unwrap();
        let at = price(&forward, &Strike::new(strike).unwrap(), &total);
        let made = if used.quote.kind == QuoteKind::Call { at.call } else { at.put } as f64 / 1e6;
        let half = used.quote.half_spread() * 1.5;
        assert!((made - used.quote.mid()).abs() <= half, "{:?} {made}", used.quote);
    }
}

#[test]
fn a_smile_fills_listed_strikes_without_quotes() {
    let mut quotes = file();
    quotes.quotes.retain(|q| q.strike != 90.0 && q.strike != 120.0);
    let (all, some) = (planned(&mirror(), &file()).unwrap(), planned(&mirror(), &quotes).unwrap());
    for (with, without) in all.step.vols_ppm.iter().zip(&some.step.vols_ppm) {
        assert!(with.abs_diff(*without) < 10_000, "{with} {without}");
    }
}

#[test]
fn volatilities_serve_as_quotes() {
    let prices = planned(&mirror(), &file()).unwrap();
    let of = |strike: f64, vol: f64| Quote {
        strike,
        kind: QuoteKind::Vol,
        bid: vol - 0.005,
        ask: vol + 0.005,
        size: None,
        at: None,
    };
    let vols = [0.7843, 0.678, 0.5786, 0.509, 0.5031, 0.5316, 0.566];
    let mut quotes: Vec<Quote> =
        STRIKES.iter().zip(vols).map(|(strike, vol)| of(*strike as f64 / 1e6, vol)).collect();
    // Per cent by mistake.
    quotes.push(of(105.0, 50.0));
    let plan = planned(&mirror(), &QuoteFile { quotes, ..file() }).unwrap();
    assert_eq!(plan.dropped.iter().map(|d| d.1).collect::<Vec<_>>(), [Dropped::NoVolatility]);
    assert_eq!(plan.basis_ppm, 0);
    for (a, b) in plan.step.vols_ppm.iter().zip(&prices.step.vols_ppm) {
        assert!(a.abs_diff(*b) < 10_000, "{a} {b}");
    }
}

#[test]
fn too_few_quotes_are_an_error_and_never_a_surface() {
    let mut quotes = file();
    quotes.quotes.retain(|q| q.strike > 100.0);
    let refused = planned(&mirror(), &quotes);
    assert!(
        matches!(refused, Err(PlanError::Fit(FitError::TooFewQuotes { strikes: 4, need: 5 }))),
        "{refused:?}"
    );
    let stale = QuoteFile { as_of: NOW.unix - 301, ..file() };
    assert!(matches!(
        planned(&mirror(), &stale),
        Err(PlanError::Fit(FitError::TooFewQuotes { strikes: 0, .. }))
    ));
}

#[test]
fn a_strike_out_of_reach_is_refused_by_name() {
    let mut mirror = mirror();
    mirror.expiries[0].strike_count = 8;
    mirror.expiries[0].strikes[7] = 260_000_000;
    let refused = planned(&mirror, &file()).unwrap_err();
    assert_eq!(refused, PlanError::TooFarFromQuotes { strike: 260_000_000 });
    assert!(refused.to_string().contains("260000000"));
}

#[test]
fn a_wing_that_leaves_the_quotes_behind_is_refused_by_name() {
    // Half of the variance at the money comes from the wings: 50 % there, twice that two deviations out.
    let listed = Listed { forward: MARK, strikes: &STRIKES, seconds_left: MONTH as u64 };
    let years = MONTH as f64 / 31_536_000.0;
    let svi = regit_svi::RawSvi::new(0.01, 0.2, 0.0, 0.0, 0.05).unwrap();
    let smile = Smile { svi, years };
    let quoted = |ks: [f64; 5]| ks.map(|k| Point { k, vol: smile.vol(k), half_spread: 0.005 });
    assert_eq!(check_wings(&listed, &smile, &quoted([-0.4, -0.1, 0.0, 0.1, 0.3])), Ok(()));
    let refused = check_wings(&listed, &smile, &quoted([-0.02, -0.01, 0.0, 0.01, 0.02]));
    assert!(matches!(refused, Err(PlanError::WildWing { strike: 70_000_000, .. })), "{refused:?}");
}

#[test]
fn a_bounded_market_takes_the_jump_in_steps() {
    let mut mirror = mirror();
    let max_step = mirror.market.params.max_vol_step_ppm;
    mirror.expiries[0].vols_ppm[..7].fill(1_000_000);
    mirror.expiries[0].surface_version = 1;
    let target = planned(&mirror, &file()).unwrap().step.target_ppm;
    for updates in 1.. {
        let plan = planned(&mirror, &file()).unwrap();
        assert_eq!(check_steps(&plan.last_ppm, &plan.step.vols_ppm, max_step), Ok(()));
        let tenor = Tenor::from_seconds(MONTH as u64).unwrap();
        assert_eq!(check_arbitrage(plan.forward, &STRIKES, &plan.step.vols_ppm, &tenor), Ok(()));
        mirror.expiries[0].vols_ppm[..7].copy_from_slice(&plan.step.vols_ppm);
        if plan.step.is_whole() {
            assert_eq!(plan.step.vols_ppm, target);
            assert!(updates > 1);
            println!("{updates} updates of at most {max_step} ppm");
            return;
        }
        assert!(updates < 50 && plan.to_string().contains("run again"));
    }
}

#[test]
fn refuses_what_the_program_would_refuse() {
    let named = |change: &dyn Fn(&mut Mirror, &mut QuoteFile)| {
        let (mut mirror, mut file) = (mirror(), file());
        change(&mut mirror, &mut file);
        planned(&mirror, &file).unwrap_err()
    };
    assert_eq!(named(&|m, _| m.expiries.clear()), PlanError::UnknownExpiry(1));
    assert_eq!(named(&|m, _| m.expiries[0].expires_at = NOW.unix), PlanError::Expired);
    assert_eq!(named(&|m, _| m.oracle.mark_at = 0), PlanError::NoOracleQuorum);
    let wrong = PlanError::WrongExpiry { file: 7, chain: NOW.unix + MONTH };
    assert_eq!(named(&|_, f| f.expires_at = Some(7)), wrong);
    let far = named(&|_, f| f.forward = Some(140.0));
    assert_eq!(far, PlanError::BasisTooLarge { basis_ppm: 400_000 });
    // The market's bound holds the surface where the mark has made it arbitrageable.
    let stuck = named(&|m, _| {
        m.market.params.max_vol_step_ppm = 1;
        m.expiries[0].vols_ppm[..7].fill(500_000);
        m.expiries[0].vols_ppm[3] = 2_000_000;
    });
    assert_eq!(stuck, PlanError::Step(StepError::NoAdmissibleStep(SurfaceFault::NotMonotone)));
}

#[test]
fn total_variance_may_not_fall_from_one_expiry_to_the_next() {
    let mut mirror = mirror();
    let mut early = mirror.expiries[0];
    (early.id, early.surface_version) = (2, 1);
    early.expires_at = NOW.unix + MONTH / 2;
    early.vols_ppm[..7].fill(700_000);
    mirror.expiries.push(early);
    assert!(planned(&mirror, &file()).is_ok());
    mirror.expiries[1].vols_ppm[..7].fill(900_000);
    let refused = planned(&mirror, &file()).unwrap_err();
    assert!(matches!(refused, PlanError::Calendar { neighbour: 2, .. }), "{refused:?}");
    let file = file();
    assert!(plan(&mirror, NOW, &Request { allow_calendar: true, ..request(&file) }).is_ok());
}

/// The command with the example's quotes in a file of their own.
fn command(dry_run: bool) -> FitSurface {
    FitSurface {
        quotes: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quotes.json").into(),
        expiry: 1,
        dry_run,
        max_age: i64::MAX,
        allow_calendar: false,
        config: None,
        rpc: None,
        market_id: None,
        keypair: None,
    }
}

/// A chain at the time of the example's file.
struct LaterChain(FakeChain);

impl crate::chain::Chain for LaterChain {
    fn now(&self) -> anyhow::Result<Now> {
        Ok(Now { unix: 1_767_225_600, ..NOW })
    }
    fn accounts(&self, keys: &[Address]) -> anyhow::Result<Vec<Option<solana_account::Account>>> {
        self.0.accounts(keys)
    }
    fn program_accounts(&self) -> anyhow::Result<Vec<(Address, solana_account::Account)>> {
        self.0.program_accounts()
    }
    fn send(
        &mut self,
        instructions: &[solana_instruction::Instruction],
        signers: &[&solana_keypair::Keypair],
    ) -> Result<crate::chain::Receipt, crate::chain::SendError> {
        self.0.send(instructions, signers)
    }
}

fn later() -> (Mirror, LaterChain) {
    let mut mirror = mirror();
    mirror.oracle.mark_at = 1_767_225_600;
    mirror.oracle.round_at = 1_767_225_600;
    mirror.expiries[0].expires_at = 1_769_817_600;
    let chain = LaterChain(FakeChain::holding(&mirror));
    (mirror, chain)
}

#[test]
fn the_command_sends_what_it_planned_and_only_when_told() {
    let (mirror, mut chain) = later();
    let key = fixture::keypair();
    let shown = command(true).run(&mut chain, fixture::MARKET_ID, Some(&key)).unwrap();
    assert!(shown.contains("nothing was sent") && chain.0.sent.is_empty());
    let shown = command(false).run(&mut chain, fixture::MARKET_ID, Some(&key)).unwrap();
    assert!(shown.contains("1234 compute units"));
    let file = QuoteFile::parse(include_str!("../../../examples/quotes.json")).unwrap();
    let now = crate::chain::Chain::now(&chain).unwrap();
    let plan = plan(&mirror, now, &request(&file)).unwrap();
    assert_eq!(chain.0.sent, [submit::instruction(&plan, key.pubkey())]);
    assert_eq!(mirror.oracle.mark, MARK);
}

#[test]
fn only_the_surface_authority_sends() {
    let (_, mut chain) = later();
    let stranger = solana_keypair::Keypair::new_from_array([6; 32]);
    let refused = command(false).run(&mut chain, fixture::MARKET_ID, Some(&stranger)).unwrap_err();
    assert!(refused.to_string().contains("may not submit surfaces"));
    assert!(chain.0.sent.is_empty());
}
