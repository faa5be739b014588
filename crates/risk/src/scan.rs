//! Worst losses of many accounts at once, to the last unit what the books of [`crate::exposure`] sum.
//!
//! Who watches every account prices every series once and then adds up rows millions of times. So a series is one flat
//! row here: profit of one long lot per scenario, then its mark and its profit at the stable price, so that all come out
//! of the same multiplications. Entries of 32 bits multiply four at a time on ordinary processors; where one does not
//! fit, the same code runs on 64 bits. What the margin charges beyond the worst scenario is left to the margin engine,
//! for the few accounts that come close.

use crate::{
    exposure::{ExpiryRisk, OptionKind, SeriesRisk, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS},
    math_error::MathError,
    scenario::SCENARIOS,
};

/// Entries of a row: the scenarios, the mark, the profit at the stable price, and one zero that fills whole vectors.
const COLUMNS: usize = SCENARIOS + 3;
/// Magnitude that no entry may reach: a put's is the difference of two.
const MAX_ENTRY: u64 = MAX_ROW_ATOMS << 1;

/// One position of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Place of the series among the rows.
    pub series: u32,
    /// Signed lots, positive long; at most [`MAX_LEG_LOTS`] either way.
    pub lots: i32,
}

/// What a row is made of: `i32` where every entry of the market fits, else `i64`.
pub trait Entry: Copy + Into<i64> + TryFrom<i64> {}
impl Entry for i32 {}
impl Entry for i64 {}

/// One series, per lot, in quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesRow<E> {
    columns: [E; COLUMNS],
}

impl<E: Entry> SeriesRow<E> {
    /// Flattens a series with its expiry's forward.
    ///
    /// # Errors
    /// [`MathError::Domain`] when an entry is outside the bounds of the margin engine, [`MathError::Overflow`] when one
    /// does not fit `E`.
    pub fn new(series: &SeriesRisk, expiry: &ExpiryRisk) -> Result<Self, MathError> {
        let less_forward = |call: i64, forward: i64| match series.kind {
            OptionKind::Call => Ok(call),
            OptionKind::Put => call.checked_sub(forward).ok_or(MathError::Overflow),
        };
        let mut wide = [0_i64; COLUMNS];
        for ((slot, call), forward) in wide.iter_mut().zip(series.call_row).zip(expiry.forward_row) {
            *slot = less_forward(*call, *forward)?;
        }
        let [.., mark, stable, _] = &mut wide;
        *mark = i64::try_from(series.mark).map_err(|_| MathError::Domain)?;
        *stable = less_forward(series.call_stable, expiry.forward_stable)?;
        if wide.iter().any(|entry| entry.unsigned_abs() >= MAX_ENTRY) {
            return Err(MathError::Domain);
        }
        let [.., filler] = wide;
        let mut columns = [E::try_from(filler).map_err(|_| MathError::Overflow)?; COLUMNS];
        for (slot, entry) in columns.iter_mut().zip(wide) {
            *slot = E::try_from(entry).map_err(|_| MathError::Overflow)?;
        }
        Ok(Self { columns })
    }
}

/// What the rows of one account add up to, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Loss of the worst scenario.
    pub worst_loss: u64,
    /// Value at the marks.
    pub value: i64,
    /// Profit if the marks were the stable price.
    pub stable: i64,
}

/// The outlook of one account.
///
/// # Errors
/// [`MathError::Domain`] with more than [`MAX_LEGS`] positions, more than [`MAX_LEG_LOTS`] in one, or a series that is
/// not among the rows.
#[inline]
pub fn outlook<E: Entry>(positions: &[Position], rows: &[SeriesRow<E>]) -> Result<Outlook, MathError> {
    let mut sums = [0; COLUMNS];
    add_up(positions, rows, &mut sums)?;
    let [profit @ .., value, stable, _] = &sums;
    let worst = profit.iter().copied().fold(0, i64::min);
    Ok(Outlook { worst_loss: worst.unsigned_abs(), value: *value, stable: *stable })
}

/// Adds every row times its lots. On its own, with all sums written at the end, or the compiler finds no vectors in it.
#[inline(never)]
fn add_up<E: Entry>(
    positions: &[Position],
    rows: &[SeriesRow<E>],
    out: &mut [i64; COLUMNS],
) -> Result<(), MathError> {
    if positions.len() > MAX_LEGS {
        return Err(MathError::Domain);
    }
    let mut sums = [0_i64; COLUMNS];
    // Wrapping: lots <= 2^20 and entries < 2^38 bound a product by 2^58 and the sum over 32 positions by 2^63.
    for position in positions {
        let row =
            usize::try_from(position.series).ok().and_then(|at| rows.get(at)).ok_or(MathError::Domain)?;
        let lots = i64::from(position.lots);
        if lots.unsigned_abs() > MAX_LEG_LOTS {
            return Err(MathError::Domain);
        }
        for (sum, entry) in sums.iter_mut().zip(&row.columns) {
            *sum = sum.wrapping_add(lots.wrapping_mul((*entry).into()));
        }
    }
    *out = sums;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exposure::Exposure, greek_limits::MoneyGreeks};
    use proptest::prelude::*;
    use std::vec::Vec;

    type Row = [i64; SCENARIOS];

    /// Call row, mark, stable profit, put, lots.
    type Leg = (Vec<i64>, u64, i64, bool, i32);
    /// Forward row, its stable profit.
    type Shared = (Vec<i64>, i64);

    fn book(bits: u32) -> impl Strategy<Value = (Shared, Vec<Leg>)> {
        let top = 1_i64 << bits;
        let entry = || 1 - top..top;
        let row = || prop::collection::vec(entry(), SCENARIOS);
        let lots = -(1_i32 << 20)..=1 << 20;
        let leg = (row(), 0..top.cast_unsigned(), entry(), any::<bool>(), lots);
        ((row(), entry()), prop::collection::vec(leg, 0..=32))
    }

    fn agrees<E: Entry>((shared, legs): &(Shared, Vec<Leg>)) {
        let forward_row: Row = shared.0.as_slice().try_into().unwrap();
        let expiry = ExpiryRisk {
            forward: 1,
            forward_row: &forward_row,
            forward_stable: shared.1,
            error_atoms: 0,
            ramp_atoms: 0,
            impact_q20: 0,
            quoted_impact_q20: 0,
            open_lots: 0,
            spread_atoms: 0,
        };
        let mut want = Exposure::default();
        let mut engine = want.expiry(expiry).unwrap();
        let mut rows: Vec<SeriesRow<E>> = Vec::new();
        let mut positions = Vec::new();
        for (call, mark, stable, put, lots) in legs {
            let call_row: Row = call.as_slice().try_into().unwrap();
            let series = SeriesRisk {
                kind: if *put { OptionKind::Put } else { OptionKind::Call },
                mark: *mark,
                call_row: &call_row,
                call_stable: *stable,
                peak: 0,
                call_greeks: MoneyGreeks::default(),
            };
            engine.add(i64::from(*lots), &series).unwrap();
            positions.push(Position { series: u32::try_from(rows.len()).unwrap(), lots: *lots });
            rows.push(SeriesRow::new(&series, &expiry).ok().unwrap());
        }
        engine.close();
        let Exposure { totals, .. } = want;
        let want = Outlook { worst_loss: want.worst_loss(), value: totals.value, stable: totals.stable };
        assert_eq!(outlook(&positions, &rows).unwrap(), want);
    }

    proptest! {
        #[test]
        fn equals_the_margin_engine_in_both_widths(narrow in book(30), wide in book(37)) {
            agrees::<i32>(&narrow);
            agrees::<i64>(&narrow);
            agrees::<i64>(&wide);
        }
    }

    #[test]
    fn the_largest_books_give_the_engines_answer() {
        let most = i64::try_from(MAX_ROW_ATOMS - 1).unwrap();
        for (entry, lots) in [(most, 1 << 20), (-most, 1 << 20), (most, -(1 << 20)), (-most, -(1 << 20))] {
            let leg = (std::vec![entry; SCENARIOS], MAX_ROW_ATOMS - 1, entry, true, lots);
            agrees::<i64>(&((std::vec![-entry; SCENARIOS], -entry), std::vec![leg; MAX_LEGS]));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (small, large, none) = ([5; SCENARIOS], [1 << 31; SCENARIOS], [0; SCENARIOS]);
        let expiry = ExpiryRisk {
            forward: 1,
            forward_row: &none,
            forward_stable: 0,
            error_atoms: 0,
            ramp_atoms: 0,
            impact_q20: 0,
            quoted_impact_q20: 0,
            open_lots: 0,
            spread_atoms: 0,
        };
        let series = |call_row| SeriesRisk {
            kind: OptionKind::Call,
            mark: 1,
            call_row,
            call_stable: 0,
            peak: 0,
            call_greeks: MoneyGreeks::default(),
        };
        assert_eq!(SeriesRow::<i32>::new(&series(&large), &expiry), Err(MathError::Overflow));
        assert!(SeriesRow::<i64>::new(&series(&large), &expiry).is_ok());
        let beyond = SeriesRisk { mark: MAX_ENTRY, ..series(&small) };
        assert_eq!(SeriesRow::<i64>::new(&beyond, &expiry), Err(MathError::Domain));
        let rows = [SeriesRow::<i32>::new(&series(&small), &expiry).unwrap()];
        let one = Position { series: 0, lots: 1 };
        assert!(outlook(&[one; MAX_LEGS], &rows).is_ok());
        assert_eq!(outlook(&[one; MAX_LEGS + 1], &rows), Err(MathError::Domain));
        assert_eq!(outlook(&[Position { series: 1, ..one }], &rows), Err(MathError::Domain));
        assert_eq!(outlook(&[Position { lots: (1 << 20) + 1, ..one }], &rows), Err(MathError::Domain));
    }
}
