//! Margin of an account: the program's `MarginBasis::measure` over legs and rows that the caller has.

use bulkhead_risk::{
    cover::Cover,
    exposure::{
        ExpiryBook, ExpiryRisk, Exposure, OptionKind, SeriesRisk, Totals, MAX_LEGS, MAX_LEG_LOTS,
        MAX_ROW_ATOMS,
    },
    greek_limits::{GreekLimits, MoneyGreeks, UNLIMITED},
    margin::{equity, health, requirement, stale_free_collateral, Charges, Funds, Requirement},
    math_error::MathError,
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

/// Takes from the exchange charges, funds and `expiries`, nearest first: each the number of its legs, what they share, the
/// forward's row, then the legs with their rows. Answers with a measure.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn measure(expiries: usize) -> u32 {
    status::of(Measure::read(expiries, &mut Cursor::start()).and_then(|measure| measure.write()))
}

struct Measure {
    charges: Charges,
    funds: Funds,
    equity: i64,
    requirement: Requirement,
    exposure: Exposure,
    cover: Cover,
}

impl Measure {
    fn read(expiries: usize, words: &mut Cursor) -> Result<Self, MathError> {
        let charges = read_charges(words)?;
        let funds = Funds { cash: words.read()?, debt: words.read()?, claims: words.read()? };
        let mut exposure = Exposure::default();
        let mut cover = Cover::default();
        let mut legs = 0_usize;
        for later in (0..expiries).rev() {
            legs = legs.saturating_add(add_expiry(&mut exposure, words)?);
            if legs > MAX_LEGS {
                return Err(MathError::Domain);
            }
            // Legs remain that expire later: these here stand alone against the cash, without limits of Greeks, which are
            // for the whole book.
            if later > 0 {
                let near = Charges { greek_limits: UNLIMITED, ..charges };
                let near = requirement(&exposure.totals, exposure.worst_loss(), &near)?;
                cover.observe(exposure.totals.value, near, &charges)?;
            }
        }
        let requirement = requirement(&exposure.totals, exposure.worst_loss(), &charges)?;
        let equity = equity(&funds, exposure.totals.value)?;
        Ok(Self { charges, funds, equity, requirement, exposure, cover })
    }

    fn write(&self) -> Result<(), MathError> {
        let Self { charges, funds, equity, requirement, exposure, cover } = self;
        let initial = self.initial_surplus()?;
        let with_claims = equity.checked_add_unsigned(funds.claims).ok_or(MathError::Overflow)?;
        let mut out = Cursor::start();
        out.write_row(&exposure.profit)?;
        out.write(exposure.worst_loss())?;
        write_totals(&exposure.totals, &mut out)?;
        out.write_signed(*equity)?;
        out.write(requirement.initial)?;
        out.write(requirement.maintenance)?;
        out.write_signed(initial)?;
        out.write_signed(health(with_claims, requirement.maintenance)?)?;
        write_optional(cover.initial_surplus(funds)?, &mut out)?;
        write_optional(cover.maintenance_surplus(funds)?, &mut out)?;
        let free = u64::try_from(initial).unwrap_or(0).min(funds.cash.saturating_sub(funds.debt));
        out.write(free)?;
        out.write(stale_free_collateral(funds, &exposure.totals)?)?;
        out.write(charges.greek_limits.breached(&exposure.totals.greeks).into())
    }

    /// Of equity at the worse of mark and stable price, and of cash for the nearer expiries.
    fn initial_surplus(&self) -> Result<i64, MathError> {
        let worse = self.equity.checked_add(self.exposure.totals.stable.min(0)).ok_or(MathError::Overflow)?;
        let surplus = health(worse, self.requirement.initial)?;
        Ok(surplus.min(self.cover.initial_surplus(&self.funds)?.unwrap_or(i64::MAX)))
    }
}

/// Adds the legs of one expiry; returns how many there were, at least one.
fn add_expiry(exposure: &mut Exposure, words: &mut Cursor) -> Result<usize, MathError> {
    let legs = usize::try_from(words.read()?).map_err(|_| MathError::Domain)?;
    if legs == 0 || legs > MAX_LEGS {
        return Err(MathError::Domain);
    }
    let (forward, forward_stable, error_atoms) = (words.read()?, words.read_signed()?, words.read()?);
    let (ramp_atoms, impact_q20) = (words.read()?, words.read()?);
    let (open_lots, spread_atoms) = (words.read()?, words.read()?);
    let forward_row = &read_profits(words)?;
    let mut book = exposure.expiry(ExpiryRisk {
        forward,
        forward_row,
        forward_stable,
        error_atoms,
        ramp_atoms,
        impact_q20,
        open_lots,
        spread_atoms,
    })?;
    for _ in 0..legs {
        add_leg(&mut book, words)?;
    }
    book.close();
    Ok(legs)
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
