use {
    super::*,
    crate::{
        fixture::{MARK, NOW},
        surface::{
            fit::{FitError, Repair},
            listed::Refusal,
            quotes::QuoteKind,
            samples::{file, mirror, planned, priced, MONTH, STRIKES},
        },
    },
    bulkhead_risk::{
        black76::{price, Strike, TotalVol},
        surface::{check_arbitrage, SurfaceFault},
    },
};

#[test]
fn fits_the_example_within_its_spreads() {
    let plan = planned(&mirror(), &file()).unwrap();
    println!("{plan}");
    assert_eq!((plan.used.len(), plan.dropped.len()), (12, 0));
    assert!(plan.basis_ppm.abs() < 1_000, "{}", plan.basis_ppm);
    assert!(plan.step.is_whole() && matches!(plan.form, Form::Slice(_)));
    assert_eq!(plan.fit.repair, Repair::None);
    // 25 units is the thinner middle size near the money, 0.085 the wider middle half-spread.
    assert_eq!(plan.liquidity.depth_lots, 25_000);
    assert!((848..=852).contains(&plan.liquidity.spread_ppm), "{}", plan.liquidity.spread_ppm);
    assert_eq!(plan.prices.as_ref().map(Vec::len), Ok(7));
    assert!(plan.to_string().contains("travels as a slice") && plan.to_string().contains("call prices: 7"));
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
    let forward = Forward::new(plan.quoted_forward).unwrap();
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
    let listed = Listed { forward: MARK, strikes: &STRIKES, seconds_left: MONTH as u64, neighbours: &[] };
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
    let target = planned(&mirror(), &file()).unwrap().step.target_ppm;
    let mut mirror = priced(&[1_000_000; 7], 60);
    for updates in 1.. {
        let plan = planned(&mirror, &file()).unwrap();
        assert_eq!(plan.pace.check(&plan.step.vols_ppm), Ok(()));
        let tenor = Tenor::from_seconds(MONTH as u64).unwrap();
        assert_eq!(check_arbitrage(plan.quoted_forward, &STRIKES, &plan.step.vols_ppm, &tenor), Ok(()));
        if plan.step.is_whole() {
            assert_eq!(plan.step.vols_ppm, target);
            // 0.75^3 is the first power below 0.5.
            assert_eq!(updates, 3);
            return;
        }
        assert_eq!((plan.form, &plan.prices), (Form::Vols(NoSlice::Partial), &Err(NoPrices::Partial)));
        assert!(updates < 50 && plan.to_string().contains("run again"));
        mirror = priced(&plan.step.vols_ppm, 60);
        mirror.expiries[0].basis_ppm = plan.basis_ppm;
    }
}

#[test]
fn steps_grow_with_the_time_since_the_last_surface() {
    let target = planned(&mirror(), &file()).unwrap().step.target_ppm;
    let last: Vec<u32> = target.iter().map(|vol| vol / 10 * 11).collect();
    let young = planned(&priced(&last, 0), &file()).unwrap_err();
    assert_eq!(young, PlanError::Step(StepError::TooSoon { wait_seconds: 60 }));
    // An eleventh of the volatilities, of a quarter in 60 s.
    let plan = planned(&priced(&last, 10), &file()).unwrap();
    assert!(!plan.step.is_whole());
    assert_eq!(plan.pace.wait(&plan.step.target_ppm, plan.target_basis_ppm), Some(12));
    assert!(plan.to_string().contains("wait 12 s"));
    let before = planned(&priced(&last, 21), &file()).unwrap();
    let after = planned(&priced(&last, 22), &file()).unwrap();
    assert!(!before.step.is_whole() && after.step.is_whole());
    // So near to the limit, the chain's own evaluation at another mark might pass it.
    assert!(matches!(after.form, Form::Vols(NoSlice::Late(_))), "{}", after.form);
    let settled = planned(&priced(&last, 60), &file()).unwrap();
    assert!(matches!(settled.form, Form::Slice(_)), "{}", settled.form);
}

#[test]
fn the_basis_steps_within_the_market_s_bound() {
    let whole = planned(&mirror(), &file()).unwrap();
    let mut mirror = priced(&whole.step.target_ppm, 60);
    mirror.expiries[0].basis_ppm = whole.basis_ppm - 15_000;
    let first = planned(&mirror, &file()).unwrap();
    assert_eq!((first.basis_ppm, first.target_basis_ppm), (whole.basis_ppm - 5_000, whole.basis_ppm));
    // The volatilities are there already, yet without its forward the smile is not.
    assert!(first.step.is_whole());
    assert_eq!((first.form, first.prices.is_err()), (Form::Vols(NoSlice::Partial), true));
    assert!(first.to_string().contains("run again"));
    mirror.expiries[0].basis_ppm = first.basis_ppm;
    let second = planned(&mirror, &file()).unwrap();
    assert_eq!(second.basis_ppm, whole.basis_ppm);
    assert!(matches!(second.form, Form::Slice(_)) && second.prices.is_ok());
}

#[test]
fn call_prices_need_a_quote_at_every_listed_strike() {
    let mut quotes = file();
    quotes.quotes.retain(|q| q.strike != 90.0);
    let plan = planned(&mirror(), &quotes).unwrap();
    assert_eq!(plan.prices, Err(NoPrices::Unquoted { strike: 90_000_000 }));
    assert!(matches!(plan.form, Form::Slice(_)));
    assert!(plan.to_string().contains("call prices: none, listed strike 90000000"));
}

#[test]
fn quotes_too_wide_for_the_chain_are_refused() {
    // 2.4 to either side of 250 %, where 1.00 of volatility is a tenth of the forward.
    let quote = |strike: u64| Quote {
        strike: strike as f64 / 1e6,
        kind: QuoteKind::Vol,
        bid: 0.1,
        ask: 4.9,
        size: None,
        at: None,
    };
    let wide = QuoteFile { quotes: STRIKES.map(quote).to_vec(), ..file() };
    let refused = planned(&mirror(), &wide).unwrap_err();
    assert!(
        matches!(refused, PlanError::SpreadTooWide { spread_ppm } if spread_ppm > 200_000),
        "{refused:?}"
    );
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
    assert_eq!(named(&|m, _| m.oracle.mark.at = 0), PlanError::NoOracleQuorum);
    assert_eq!(named(&|m, _| m.risk_arrays[0].strikes_done = 3), PlanError::RefreshUnfinished);
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
    let refusal = Refusal::Surface(SurfaceFault::NotMonotone);
    assert_eq!(stuck, PlanError::Step(StepError::Refused(refusal)));
}

#[test]
fn total_variance_may_not_fall_from_one_expiry_to_the_next() {
    let with_early = |mut mirror: Mirror, vol_ppm: u32| {
        let mut early = mirror.expiries[0];
        (early.id, early.surface_version) = (2, 1);
        early.expires_at = NOW.unix + MONTH / 2;
        early.vols_ppm[..7].fill(vol_ppm);
        mirror.expiries.push(early);
        mirror.market.expiries[1] = 2;
        mirror
    };
    let calm = planned(&with_early(mirror(), 700_000), &file()).unwrap();
    assert!(calm.step.is_whole());
    assert_eq!(calm.others, [2]);
    // 90 % for half of the time is 63.6 % for the whole: less than that at 90 and above.
    let refused = planned(&with_early(mirror(), 900_000), &file()).unwrap_err();
    let refusal = Refusal::Calendar { neighbour: 2, strike: 90_000_000 };
    assert_eq!(refused, PlanError::Step(StepError::Refused(refusal)));
    assert!(refused.to_string().contains("expiry 2; update that one first"));
    // From above, there is a part of the way.
    let held = planned(&with_early(priced(&[700_000; 7], 60), 900_000), &file()).unwrap();
    assert_eq!(held.step.held_by, Some(refusal));
    assert!(held.step.vols_ppm.iter().all(|vol| *vol > 636_000), "{:?}", held.step.vols_ppm);
    assert!(held.to_string().contains("a longer step would fail"));
}
