//! Margin of an account from its legs and the rows of their strikes.

use bulkhead_risk::{
    margin::{
        self, Charges, Exposure, LegRisk, OptionKind, Requirement, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS,
    },
    math_error::MathError,
};

use crate::{
    exchange::{answer, Cursor},
    status,
};

/// Answers with the most legs of an account, the most lots of a leg, and what no mark or row entry may reach.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn margin_bounds() -> u32 {
    let legs = u64::try_from(MAX_LEGS).map_err(|_| MathError::Overflow);
    status::of(legs.and_then(|legs| answer(&[legs, MAX_LEG_LOTS, MAX_ROW_ATOMS])))
}

/// Takes `legs` legs from the exchange: each its kind (0 call, 1 put), signed lots, mark, value of one lot of the
/// forward, the call's row and the forward's row. Answers with an exposure, in the order of its fields.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn exposure(legs: usize) -> u32 {
    let sum = || {
        if legs > MAX_LEGS {
            return Err(MathError::Domain);
        }
        let (mut words, mut sum) = (Cursor::start(), Exposure::default());
        for _ in 0..legs {
            add_leg(&mut sum, &mut words)?;
        }
        write_exposure(&sum)
    };
    status::of(sum())
}

/// Takes an exposure from the exchange; answers with the initial and the maintenance requirement.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn requirement(
    short_minimum_ppm: u64,
    maintenance_ppm: u64,
    confidence_ppm: u64,
    initial_factor_ppm: u64,
) -> u32 {
    let charges = Charges { short_minimum_ppm, maintenance_ppm, confidence_ppm, initial_factor_ppm };
    let required = read_exposure().and_then(|exposure| margin::requirement(&exposure, &charges));
    status::of(required.and_then(|required| answer(&[required.initial, required.maintenance])))
}

/// Answers with collateral less debt plus value.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn equity(cash: u64, debt: u64, value: i64) -> u32 {
    status::of(margin::equity(cash, debt, value).and_then(|equity| answer(&[equity.cast_unsigned()])))
}

/// Answers with the surplus of equity over a requirement.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn health(equity: i64, requirement: u64) -> u32 {
    status::of(margin::health(equity, requirement).and_then(|surplus| answer(&[surplus.cast_unsigned()])))
}

/// Answers with the collateral that may leave at a fresh mark.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn free_collateral(cash: u64, debt: u64, value: i64, initial: u64, maintenance: u64) -> u32 {
    let required = Requirement { initial, maintenance };
    status::of(margin::free_collateral(cash, debt, value, &required).and_then(|free| answer(&[free])))
}

/// Takes an exposure from the exchange; answers with the collateral that may leave while prices are stale.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn stale_free_collateral(cash: u64, debt: u64) -> u32 {
    let free = read_exposure().and_then(|exposure| margin::stale_free_collateral(cash, debt, &exposure));
    status::of(free.and_then(|free| answer(&[free])))
}

fn add_leg(sum: &mut Exposure, words: &mut Cursor) -> Result<(), MathError> {
    let kind = match words.read()? {
        0 => OptionKind::Call,
        1 => OptionKind::Put,
        _ => return Err(MathError::Domain),
    };
    let (lots, mark, forward) = (words.read_signed()?, words.read()?, words.read()?);
    let (call_row, forward_row) = (words.read_row()?, words.read_row()?);
    sum.add(&LegRisk { kind, lots, mark, call_row: &call_row, forward_row: &forward_row, forward })
}

fn write_exposure(exposure: &Exposure) -> Result<(), MathError> {
    let mut words = Cursor::start();
    words.write_row(&exposure.profit)?;
    words.write_signed(exposure.value)?;
    words.write_signed(exposure.short_floor)?;
    words.write(exposure.short_notional)?;
    words.write(exposure.gross_notional)?;
    words.write(exposure.gross_lots)
}

fn read_exposure() -> Result<Exposure, MathError> {
    let mut words = Cursor::start();
    Ok(Exposure {
        profit: words.read_row()?,
        value: words.read_signed()?,
        short_floor: words.read_signed()?,
        short_notional: words.read()?,
        gross_notional: words.read()?,
        gross_lots: words.read()?,
    })
}
