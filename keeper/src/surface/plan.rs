//! What to submit for an expiry, as a pure function of the market, the clock and the quotes.

mod error;

pub use error::PlanError;

use {
    crate::{
        chain::Now,
        mirror::Mirror,
        surface::{
            fit::{fit, Fit, Point},
            implied::{implied, to_ppm, years, ImpliedError},
            quotes::{parity_forward, Dropped, Quote, QuoteFile, QuoteKind},
            smile::Smile,
            step::{Listed, Step},
        },
    },
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor},
        margin::OptionKind,
    },
    bulkhead_sdk::bulkhead::{constants::MAX_BASIS_PPM, forward::forward_price, state::Expiry},
    solana_address::Address,
};

/// How far a listed strike may lie outside the quoted ones, in standard deviations at the money.
const MAX_REACH: f64 = 2.5;
/// Factor by which a volatility outside the quoted strikes may leave the range of the quoted ones.
const MAX_WING: f64 = 1.75;
/// Share by which total variance may fall from one expiry to the next: the neighbour's surface is older.
const CALENDAR_SLACK: f64 = 0.01;

/// What to fit and what to make of it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub expiry: u16,
    pub file: &'a QuoteFile,
    /// Quotes older than this take no part.
    pub max_age_seconds: i64,
    /// Submits a smile that crosses a neighbouring expiry's all the same.
    pub allow_calendar: bool,
}

/// A quote in use, with the volatility that its mid makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Used {
    pub quote: Quote,
    pub vol: f64,
    /// Volatility of the smile less that of the quote.
    pub error: f64,
}

#[derive(Clone, Debug)]
pub struct SurfacePlan {
    pub market: Address,
    pub expiry: u16,
    pub decimals: u8,
    /// Quote atoms per unit.
    pub forward: u64,
    pub basis_ppm: i64,
    pub strikes: Vec<u64>,
    /// Volatilities on the chain before; zero where there was none.
    pub last_ppm: Vec<u32>,
    pub used: Vec<Used>,
    pub dropped: Vec<(Quote, Dropped)>,
    pub fit: Fit,
    pub step: Step,
}

/// Plans the next surface of an expiry.
///
/// # Errors
/// What stands in the way; nothing is submitted then.
pub fn plan(mirror: &Mirror, now: Now, request: &Request) -> Result<SurfacePlan, PlanError> {
    let expiry = mirror.expiry(request.expiry).ok_or(PlanError::UnknownExpiry(request.expiry))?;
    let seconds_left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    if seconds_left == 0 || expiry.is_fixed() {
        return Err(PlanError::Expired);
    }
    match request.file.expires_at {
        Some(file) if file != expiry.expires_at => {
            return Err(PlanError::WrongExpiry { file, chain: expiry.expires_at });
        }
        _ => {}
    }
    if !mirror.has_quorum(now.unix) {
        return Err(PlanError::NoOracleQuorum);
    }
    let tenor = Tenor::from_seconds(seconds_left).map_err(PlanError::Kernel)?;
    let atoms = 10_f64.powi(i32::from(mirror.market.decimals));
    let (live, mut dropped) = request.file.screen(now.unix, request.max_age_seconds);

    let basis_ppm = basis(mirror.oracle.mark, expiry, request.file, &live, atoms)?;
    let forward =
        forward_price(mirror.oracle.mark, basis_ppm).ok().ok_or(PlanError::BasisTooLarge { basis_ppm })?;
    let listed = Listed { forward, strikes: expiry.listed(), seconds_left };

    let mut points = Vec::new();
    let mut used = Vec::new();
    let kernel = Forward::new(forward).map_err(PlanError::Kernel)?;
    for quote in live {
        match point(&quote, &kernel, &tenor, atoms)? {
            Ok(point) => {
                points.push(point);
                used.push(Used { quote, vol: point.vol, error: 0.0 });
            }
            Err(reason) => dropped.push((quote, reason)),
        }
    }
    let passes = |smile: &Smile| listed.sample(smile).is_ok_and(|vols| listed.check(&vols).is_ok());
    let fit = fit(&points, years(&tenor), passes).map_err(PlanError::Fit)?;
    check_wings(&listed, &fit.smile, &points)?;
    if !request.allow_calendar {
        check_calendar(mirror, expiry, &listed, &fit.smile, now)?;
    }
    for (used, point) in used.iter_mut().zip(&points) {
        used.error = fit.smile.vol(point.k) - point.vol;
    }
    let target = listed.sample(&fit.smile).map_err(PlanError::Step)?;
    let last_ppm: Vec<u32> = expiry.vols_ppm.iter().take(target.len()).copied().collect();
    let max_step_ppm = mirror.market.params.max_vol_step_ppm;
    let step = listed.step(&last_ppm, target, max_step_ppm).map_err(PlanError::Step)?;
    Ok(SurfacePlan {
        market: mirror.key,
        expiry: expiry.id,
        decimals: mirror.market.decimals,
        forward,
        basis_ppm,
        strikes: expiry.listed().to_vec(),
        last_ppm,
        used,
        dropped,
        fit,
        step,
    })
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

/// A quote as a volatility to fit, or why it is of no use.
fn point(
    quote: &Quote,
    forward: &Forward,
    tenor: &Tenor,
    atoms: f64,
) -> Result<Result<Point, Dropped>, PlanError> {
    let k = (quote.strike * atoms / forward.price() as f64).ln();
    let kind = match quote.kind {
        QuoteKind::Vol => {
            let point = Point { k, vol: quote.mid(), half_spread: quote.half_spread() };
            return Ok(to_ppm(point.vol).map(|_| point).ok_or(Dropped::NoVolatility));
        }
        QuoteKind::Call => OptionKind::Call,
        QuoteKind::Put => OptionKind::Put,
    };
    let Ok(strike) = Strike::new((quote.strike * atoms).round() as u64) else {
        return Ok(Err(Dropped::NoVolatility));
    };
    match implied(forward, &strike, kind, (quote.mid() * atoms).round() as u64, tenor) {
        Ok(found) => {
            Ok(Ok(Point { k, vol: found.vol, half_spread: quote.half_spread() * atoms / found.vega }))
        }
        Err(ImpliedError::NoVolatility) => Ok(Err(Dropped::NoVolatility)),
        Err(ImpliedError::NoVega) => Ok(Err(Dropped::NoVega)),
        Err(error @ ImpliedError::KernelDisagrees { .. }) => Err(PlanError::KernelDisagrees(error)),
    }
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

/// Total variance at equal moneyness must not fall from one expiry to a later one (Gatheral and Jacquier, 2014, lemma
/// 2.1). Compared at the neighbours' listed strikes that lie within this expiry's, where both are known.
fn check_calendar(
    mirror: &Mirror,
    expiry: &Expiry,
    listed: &Listed,
    smile: &Smile,
    now: Now,
) -> Result<(), PlanError> {
    let (Some(first), Some(last)) = (listed.strikes.first(), listed.strikes.last()) else {
        return Ok(());
    };
    let inside = listed.moneyness(*first)..=listed.moneyness(*last);
    let others = mirror.expiries.iter().filter(|e| e.id != expiry.id && e.surface_version > 0);
    for other in others.filter(|e| e.expires_at > now.unix && !e.is_fixed()) {
        let Ok(forward) = forward_price(mirror.oracle.mark, other.basis_ppm) else { continue };
        let seconds_left = u64::try_from(other.expires_at.saturating_sub(now.unix)).unwrap_or(0);
        let Ok(tenor) = Tenor::from_seconds(seconds_left) else { continue };
        let theirs = Listed { forward, strikes: other.listed(), seconds_left };
        for (strike, vol_ppm) in other.listed().iter().zip(&other.vols_ppm) {
            let k = theirs.moneyness(*strike);
            let their_variance = (f64::from(*vol_ppm) / 1e6).powi(2) * years(&tenor);
            let ours = smile.svi.total_variance(k);
            let (early, late) = if other.expires_at < expiry.expires_at {
                (their_variance, ours)
            } else {
                (ours, their_variance)
            };
            if inside.contains(&k) && late < early * (1.0 - CALENDAR_SLACK) {
                return Err(PlanError::Calendar { neighbour: other.id, strike: *strike });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
