//! What to submit for an expiry, as a pure function of the market, the clock and the quotes.

mod error;

pub use error::PlanError;

use {
    crate::{
        chain::Now,
        mirror::Mirror,
        surface::{
            calendar::{neighbours, others},
            fit::{fit, Fit, Point},
            form::{slice, Form, NoSlice},
            implied::years,
            liquidity::Liquidity,
            listed::Listed,
            pace::Pace,
            points::{self, Used},
            prices::{call_prices, NoPrices},
            quotes::{parity_forward, Dropped, Quote, QuoteFile},
            smile::Smile,
            step::{Step, StepError},
        },
    },
    bulkhead_risk::{
        black76::{Forward, Tenor},
        liquidity::MAX_SPREAD_PPM,
        oracle::Reliance,
    },
    bulkhead_sdk::bulkhead::{constants::MAX_BASIS_PPM, forward::forward_price, state::Expiry},
    solana_address::Address,
};

/// How far a listed strike may lie outside the quoted ones, in standard deviations at the money.
const MAX_REACH: f64 = 2.5;
/// Factor by which a volatility outside the quoted strikes may leave the range of the quoted ones.
const MAX_WING: f64 = 1.75;

/// What to fit and what to make of it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub expiry: u16,
    pub file: &'a QuoteFile,
    /// Quotes older than this take no part.
    pub max_age_seconds: i64,
}

#[derive(Clone, Debug)]
pub struct SurfacePlan {
    pub market: Address,
    pub expiry: u16,
    /// Every other live expiry, in the order of the market's slots.
    pub others: Vec<u16>,
    pub decimals: u8,
    /// As the quotes have it, quote atoms per unit.
    pub quoted_forward: u64,
    /// Its basis, of which `basis_ppm` may be a part of the way.
    pub target_basis_ppm: i64,
    pub basis_ppm: i64,
    pub strikes: Vec<u64>,
    pub pace: Pace,
    pub used: Vec<Used>,
    pub dropped: Vec<(Quote, Dropped)>,
    pub fit: Fit,
    pub step: Step,
    pub form: Form,
    pub liquidity: Liquidity,
    pub prices: Result<Vec<u64>, NoPrices>,
}

/// Plans the next surface of an expiry.
///
/// # Errors
/// What stands in the way; nothing is submitted then.
pub fn plan(mirror: &Mirror, now: Now, request: &Request) -> Result<SurfacePlan, PlanError> {
    let expiry = open_expiry(mirror, now, request)?;
    let seconds_left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    let tenor = Tenor::from_seconds(seconds_left).map_err(PlanError::Kernel)?;
    let mark = mirror.oracle.mark.price;
    let atoms = 10_f64.powi(i32::from(mirror.market.decimals));
    let (live, mut dropped) = request.file.screen(now.unix, request.max_age_seconds);

    let target_basis_ppm = basis(mark, expiry, request.file, &live, atoms)?;
    let pace = Pace::new(&mirror.market.params, expiry, now.unix);
    let basis_ppm = pace.nearest_basis(target_basis_ppm);
    // What is fitted stands on the quotes' own forward, what is sent on the one that the chain will have.
    let quoted_forward = forward_at(mark, target_basis_ppm)?;
    let quoted = Listed { forward: quoted_forward, strikes: expiry.listed(), seconds_left, neighbours: &[] };

    let mut used = Vec::new();
    let kernel = Forward::new(quoted_forward).map_err(PlanError::Kernel)?;
    for quote in live {
        match points::read(&quote, &kernel, &tenor, atoms).map_err(PlanError::KernelDisagrees)? {
            Ok(read) => used.push(read),
            Err(reason) => dropped.push((quote, reason)),
        }
    }
    let points: Vec<Point> = used.iter().map(|u| u.point).collect();
    let passes = |smile: &Smile| quoted.sample(smile).is_ok_and(|vols| quoted.check(&vols).is_ok());
    let fit = fit(&points, years(&tenor), passes).map_err(PlanError::Fit)?;
    check_wings(&quoted, &fit.smile, &points)?;
    for used in &mut used {
        used.error = fit.smile.vol(used.point.k) - used.point.vol;
    }
    let deviation = fit.smile.svi.atm_total_variance().sqrt();
    let liquidity = Liquidity::of(&used, deviation, quoted_forward, mirror.market.lots_per_unit);
    if liquidity.spread_ppm > MAX_SPREAD_PPM {
        return Err(PlanError::SpreadTooWide { spread_ppm: liquidity.spread_ppm });
    }

    let neighbours = neighbours(mirror, expiry, now.unix)?;
    let listed = Listed { forward: forward_at(mark, basis_ppm)?, neighbours: &neighbours, ..quoted };
    let target = quoted.sample(&fit.smile).map_err(StepError::from).map_err(PlanError::Step)?;
    let mut step = listed.step(&pace, target).map_err(PlanError::Step)?;
    let (mut form, mut prices) = (Form::Vols(NoSlice::Partial), Err(NoPrices::Partial));
    if step.is_whole() && basis_ppm == target_basis_ppm {
        form = match slice(&fit.smile, &listed, &pace, &step.vols_ppm) {
            Ok((params, vols_ppm)) => {
                step = Step { vols_ppm: vols_ppm.clone(), target_ppm: vols_ppm, ..step };
                Form::Slice(params)
            }
            Err(reason) => Form::Vols(reason),
        };
        prices = call_prices(&used, &listed, &step.vols_ppm, liquidity.spread_ppm);
    }
    Ok(SurfacePlan {
        market: mirror.key,
        expiry: expiry.id,
        others: others(mirror, expiry.id),
        decimals: mirror.market.decimals,
        quoted_forward,
        target_basis_ppm,
        basis_ppm,
        strikes: expiry.listed().to_vec(),
        pace,
        used,
        dropped,
        fit,
        step,
        form,
        liquidity,
        prices,
    })
}

/// The expiry, if the program takes a surface for it now.
fn open_expiry<'a>(mirror: &'a Mirror, now: Now, request: &Request) -> Result<&'a Expiry, PlanError> {
    let expiry = mirror.expiry(request.expiry).ok_or(PlanError::UnknownExpiry(request.expiry))?;
    if expiry.expires_at <= now.unix || expiry.is_fixed() {
        return Err(PlanError::Expired);
    }
    match request.file.expires_at {
        Some(file) if file != expiry.expires_at => {
            return Err(PlanError::WrongExpiry { file, chain: expiry.expires_at });
        }
        _ => {}
    }
    if !mirror.may_rely(Reliance::SetSurface, now.unix) {
        return Err(PlanError::NoOracleQuorum);
    }
    if mirror.risk_array(expiry.id).is_some_and(|array| array.strikes_done != 0) {
        return Err(PlanError::RefreshUnfinished);
    }
    Ok(expiry)
}

fn forward_at(mark: u64, basis_ppm: i64) -> Result<u64, PlanError> {
    forward_price(mark, basis_ppm).map_err(|_| PlanError::BasisTooLarge { basis_ppm })
}

/// Forward over mark: as the file says, else as the quotes' parity says, else as it was.
fn basis(mark: u64, expiry: &Expiry, file: &QuoteFile, live: &[Quote], atoms: f64) -> Result<i64, PlanError> {
    let Some(forward) = file.forward.or_else(|| parity_forward(live)) else {
        return Ok(expiry.basis_ppm);
    };
    let basis_ppm = ((forward * atoms / mark as f64 - 1.0) * 1e6).round() as i64;
    if !(-MAX_BASIS_PPM..=MAX_BASIS_PPM).contains(&basis_ppm) {
        return Err(PlanError::BasisTooLarge { basis_ppm });
    }
    Ok(basis_ppm)
}

/// Between quotes a smile is held by them; outside, only its own shape holds it.
fn check_wings(listed: &Listed, smile: &Smile, points: &[Point]) -> Result<(), PlanError> {
    let range = |of: fn(&Point) -> f64| {
        let values = points.iter().map(of);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
    };
    let (nearest, furthest) = range(|p| p.k);
    let (lowest, highest) = range(|p| p.vol);
    let deviation = smile.svi.atm_total_variance().sqrt();
    for strike in listed.strikes {
        let k = listed.moneyness(*strike);
        let outside = (nearest - k).max(k - furthest).max(0.0);
        let vol = smile.vol(k);
        if outside > MAX_REACH * deviation {
            return Err(PlanError::TooFarFromQuotes { strike: *strike });
        }
        if outside > 0.0 && !(lowest / MAX_WING..=highest * MAX_WING).contains(&vol) {
            return Err(PlanError::WildWing { strike: *strike, vol });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
