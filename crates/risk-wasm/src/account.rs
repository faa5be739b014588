//! Margin of an account: the program's `MarginBasis::measure` over legs and rows that the caller has.

use bulkhead_risk::{
    exposure::{
        ExpiryBook, ExpiryRisk, OptionKind, SeriesRisk, Totals, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS,
    },
    greek_limits::{GreekLimits, MoneyGreeks},
    margin::{stale_free_collateral, Charges, Funds},
    math_error::MathError,
    measure::{Assessor, Measure, Scan},
    scenario::SCENARIOS,
};

use crate::{
    exchange::{answer, Cursor},
    status,
};

type Row = [i64; SCENARIOS];

/// Answers with the most legs of an account, the most lots of a leg, and what no mark or row entry may reach.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn margin_bounds() -> u32 {
    let legs = u64::try_from(MAX_LEGS).map_err(|_| MathError::Overflow);
    status::of(legs.and_then(|legs| answer(&[legs, MAX_LEG_LOTS, MAX_ROW_ATOMS])))
}

/// Takes from the exchange charges, funds and `expiries`, nearest first: each the number of its legs, whether it is settled,
/// what they share, the forward's row, then the legs with their rows. Answers with a measure.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn measure(expiries: usize) -> u32 {
    status::of(answer_measure(expiries))
}

fn answer_measure(expiries: usize) -> Result<(), MathError> {
    let mut words = Cursor::start();
    let charges = read_charges(&mut words)?;
    let funds = Funds { cash: words.read()?, debt: words.read()?, claims: words.read()? };
    let mut assessor = Assessor::new(&charges, Scan::Rows);
    for later in (0..expiries).rev() {
        let is_settled = add_expiry(&mut assessor, &mut words)?;
        assessor.end_expiry(is_settled, later > 0)?;
    }
    write_measure(&assessor.finish(funds)?, &charges)
}

/// Adds the legs of one expiry, at least one; returns whether it is settled.
fn add_expiry(assessor: &mut Assessor, words: &mut Cursor) -> Result<bool, MathError> {
    let legs = words.read()?;
    if legs == 0 {
        return Err(MathError::Domain);
    }
    let is_settled = words.read()? != 0;
    let (forward, forward_stable, error_atoms) = (words.read()?, words.read_signed()?, words.read()?);
    let (ramp_atoms, impact_q20, quoted_impact_q20) = (words.read()?, words.read()?, words.read()?);
    let (open_lots, spread_atoms) = (words.read()?, words.read()?);
    let forward_row = &read_profits(words)?;
    let mut book = assessor.expiry(ExpiryRisk {
        forward,
        forward_row,
        forward_stable,
        error_atoms,
        ramp_atoms,
        impact_q20,
        quoted_impact_q20,
        open_lots,
        spread_atoms,
    })?;
    for _ in 0..legs {
        add_leg(&mut book, words)?;
    }
    book.close();
    Ok(is_settled)
}

fn add_leg(book: &mut ExpiryBook<'_>, words: &mut Cursor) -> Result<(), MathError> {
    let kind = match words.read()? {
        0 => OptionKind::Call,
        1 => OptionKind::Put,
        _ => return Err(MathError::Domain),
    };
    let lots = words.read_signed()?;
    let (mark, call_stable, peak) = (words.read()?, words.read_signed()?, words.read()?);
    let call_greeks = MoneyGreeks {
        delta: words.read_signed()?,
        gamma: words.read_signed()?,
        vega: words.read_signed()?,
        theta: words.read_signed()?,
    };
    let call_row = &read_profits(words)?;
    book.add(lots, &SeriesRisk { kind, mark, call_row, call_stable, peak, call_greeks })
}

/// A row with the bound checked that keeps sums of it in 64 bits; the program checks it when a row is made.
fn read_profits(words: &mut Cursor) -> Result<Row, MathError> {
    let row: Row = words.read_row()?;
    let bounded = row.iter().all(|profit| profit.unsigned_abs() < MAX_ROW_ATOMS);
    bounded.then_some(row).ok_or(MathError::Domain)
}

fn read_charges(words: &mut Cursor) -> Result<Charges, MathError> {
    Ok(Charges {
        short_minimum_ppm: words.read()?,
        maintenance_ppm: words.read()?,
        confidence_ppm: words.read()?,
        initial_factor_ppm: words.read()?,
        regime_ppm: words.read()?,
        cover_ppm: words.read()?,
        greek_limits: GreekLimits {
            delta: words.read()?,
            gamma: words.read()?,
            vega: words.read()?,
            theta: words.read()?,
        },
    })
}

fn write_measure(measure: &Measure, charges: &Charges) -> Result<(), MathError> {
    let Measure { funds, equity, unpaid, requirement, exposure, cover, .. } = measure;
    let mut out = Cursor::start();
    out.write_row(&exposure.profit)?;
    out.write(exposure.worst_loss())?;
    write_totals(&exposure.totals, &mut out)?;
    out.write_signed(*equity)?;
    out.write_signed(*unpaid)?;
    out.write(requirement.initial)?;
    out.write(requirement.maintenance)?;
    out.write_signed(measure.initial_surplus()?)?;
    out.write_signed(measure.maintenance_health()?)?;
    write_optional(cover.initial_surplus(funds)?, &mut out)?;
    write_optional(cover.maintenance_surplus(funds)?, &mut out)?;
    out.write(measure.free_collateral()?)?;
    out.write(stale_free_collateral(funds, &exposure.totals)?)?;
    out.write(measure.breaches(charges))
}

fn write_totals(totals: &Totals, out: &mut Cursor) -> Result<(), MathError> {
    out.write_signed(totals.value)?;
    out.write_signed(totals.stable)?;
    out.write(totals.bound)?;
    out.write_signed(totals.short_floor)?;
    out.write(totals.short_notional)?;
    out.write(totals.gross_notional)?;
    out.write(totals.gross_lots)?;
    out.write(totals.error)?;
    out.write(totals.ramp)?;
    out.write(totals.impact)?;
    out.write(totals.scarcity)?;
    out.write(totals.spread)?;
    out.write_signed(totals.greeks.delta)?;
    out.write_signed(totals.greeks.gamma)?;
    out.write_signed(totals.greeks.vega)?;
    out.write_signed(totals.greeks.theta)
}

/// One word that says whether there is a value, and the value or zero.
fn write_optional(value: Option<i64>, out: &mut Cursor) -> Result<(), MathError> {
    out.write(value.is_some().into())?;
    out.write_signed(value.unwrap_or(0))
}
