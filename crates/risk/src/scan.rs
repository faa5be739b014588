//! The exposure of many accounts at once, to the last unit what [`Exposure::add`](crate::margin::Exposure::add) sums.
//!
//! Who watches every account prices every series once and then adds up rows millions of times. So a series is one flat
//! row here: profit of one long lot per scenario, then its mark and the value of its forward, so that value and net
//! notional come out of the same multiplications. Entries of 32 bits multiply four at a time on ordinary processors;
//! where one does not fit, the same code runs on 64 bits.

use crate::{
    margin::{Exposure, LegRisk, OptionKind, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS},
    math_error::MathError,
    scenario::SCENARIOS,
};

/// Entries of a row: the scenarios, the mark, the forward, and one zero that fills whole vectors.
const COLUMNS: usize = SCENARIOS + 3;

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
    forward: u64,
    /// Profit of the best scenario: the worst one of a short lot.
    best: i64,
}

impl<E: Entry> SeriesRow<E> {
    /// Flattens a leg; its lots do not matter.
    ///
    /// # Errors
    /// [`MathError::Domain`] when the leg is outside the bounds of the margin engine, [`MathError::Overflow`] when an
    /// entry does not fit `E`.
    pub fn new(leg: &LegRisk) -> Result<Self, MathError> {
        if leg.mark >= MAX_ROW_ATOMS || leg.forward >= MAX_ROW_ATOMS {
            return Err(MathError::Domain);
        }
        let mut wide = [0_i64; COLUMNS];
        let mut best = i64::MIN;
        for ((slot, call), forward) in wide.iter_mut().zip(leg.call_row).zip(leg.forward_row) {
            let profit = match leg.kind {
                OptionKind::Call => *call,
                OptionKind::Put => call.checked_sub(*forward).ok_or(MathError::Overflow)?,
            };
            // A put's entry is the difference of two.
            if profit.unsigned_abs() >= MAX_ROW_ATOMS.saturating_mul(2) {
                return Err(MathError::Domain);
            }
            best = best.max(profit);
            *slot = profit;
        }
        let [.., mark, forward, _] = &mut wide;
        *mark = i64::try_from(leg.mark).map_err(|_| MathError::Domain)?;
        *forward = i64::try_from(leg.forward).map_err(|_| MathError::Domain)?;
        let [first, ..] = wide;
        let mut columns = [E::try_from(first).map_err(|_| MathError::Overflow)?; COLUMNS];
        for (slot, entry) in columns.iter_mut().zip(wide) {
            *slot = E::try_from(entry).map_err(|_| MathError::Overflow)?;
        }
        Ok(Self { columns, forward: leg.forward, best })
    }
}

/// The exposure of one account.
///
/// # Errors
/// [`MathError::Domain`] with more than [`MAX_LEGS`] positions, more than [`MAX_LEG_LOTS`] in one, or a series that is
/// not among the rows; [`MathError::Overflow`] where the margin engine says so, when the short floor leaves 64 bits.
#[inline]
pub fn exposure<E: Entry>(positions: &[Position], rows: &[SeriesRow<E>]) -> Result<Exposure, MathError> {
    if positions.len() > MAX_LEGS {
        return Err(MathError::Domain);
    }
    let mut sums = [0_i64; COLUMNS];
    let (mut gross_lots, mut gross_notional, mut short_floor) = (0_u64, 0_u64, 0_i64);
    // Wrapping: lots <= 2^20 and entries < 2^38 bound a product by 2^58 and the sum over 32 positions by 2^63.
    for position in positions {
        let row =
            usize::try_from(position.series).ok().and_then(|at| rows.get(at)).ok_or(MathError::Domain)?;
        let lots = i64::from(position.lots);
        let size = lots.unsigned_abs();
        if size > MAX_LEG_LOTS {
            return Err(MathError::Domain);
        }
        for (sum, entry) in sums.iter_mut().zip(&row.columns) {
            *sum = sum.wrapping_add(lots.wrapping_mul((*entry).into()));
        }
        gross_lots = gross_lots.wrapping_add(size);
        gross_notional = gross_notional.wrapping_add(size.wrapping_mul(row.forward));
        // Without a branch: which side a position is on cannot be foreseen.
        let short = lots.min(0);
        let [.., mark, _, _] = row.columns;
        let value = short.wrapping_mul(mark.into());
        let floor = short.wrapping_mul(row.best).wrapping_add(value).min(value);
        short_floor = short_floor.checked_add(floor).ok_or(MathError::Overflow)?;
        // a floor reaches 1.5 * 2^58
    }
    let [.., value, net_notional, _] = sums;
    // gross = long + short and net = long - short, so their difference is even.
    let short_notional = gross_notional.wrapping_sub(net_notional.cast_unsigned()) >> 1;
    let mut profit = [0; SCENARIOS];
    for (slot, sum) in profit.iter_mut().zip(sums) {
        *slot = sum;
    }
    Ok(Exposure { profit, value, short_floor, short_notional, gross_notional, gross_lots })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    type Row = [i64; SCENARIOS];

    /// Row, forward row, mark, forward, put, lots.
    type Leg = (Vec<i64>, Vec<i64>, u64, u64, bool, i32);

    fn legs(bits: u32) -> impl Strategy<Value = Vec<Leg>> {
        let top = 1_i64 << bits;
        let entries = || prop::collection::vec(1 - top..top, SCENARIOS);
        let amount = 0..top.cast_unsigned();
        let lots = -(1_i32 << 20)..=1 << 20;
        prop::collection::vec((entries(), entries(), amount.clone(), amount, any::<bool>(), lots), 0..=32)
    }

    fn agrees<E: Entry + core::fmt::Debug>(legs: &[Leg]) {
        let mut want = Ok(Exposure::default());
        let mut rows: Vec<SeriesRow<E>> = Vec::new();
        let mut positions = Vec::new();
        for (call, shared, mark, forward, put, lots) in legs {
            let call: Row = call.as_slice().try_into().unwrap();
            let shared: Row = shared.as_slice().try_into().unwrap();
            let leg = LegRisk {
                kind: if *put { OptionKind::Put } else { OptionKind::Call },
                lots: i64::from(*lots),
                mark: *mark,
                call_row: &call,
                forward_row: &shared,
                forward: *forward,
            };
            want = want.and_then(|mut sum| sum.add(&leg).map(|()| sum));
            positions.push(Position { series: u32::try_from(rows.len()).unwrap(), lots: *lots });
            rows.push(SeriesRow::new(&leg).unwrap());
        }
        assert_eq!(exposure(&positions, &rows), want);
    }

    proptest! {
        #[test]
        fn equals_the_margin_engine_in_both_widths(narrow in legs(30), wide in legs(37)) {
            agrees::<i32>(&narrow);
            agrees::<i64>(&narrow);
            agrees::<i64>(&wide);
        }
    }

    #[test]
    fn the_largest_books_give_the_engines_answer() {
        let most = i64::try_from(MAX_ROW_ATOMS - 1).unwrap();
        for (entry, lots) in [(most, 1 << 20), (-most, 1 << 20), (most, -(1 << 20)), (-most, -(1 << 20))] {
            let leg = (std::vec![entry; SCENARIOS], std::vec![-entry; SCENARIOS], MAX_ROW_ATOMS - 1);
            agrees::<i64>(&std::vec![(leg.0, leg.1, leg.2, leg.2, true, lots); MAX_LEGS]);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (small, large) = ([5; SCENARIOS], [1 << 31; SCENARIOS]);
        let leg = |call_row| LegRisk {
            kind: OptionKind::Call,
            lots: 0,
            mark: 1,
            call_row,
            forward_row: &[0; SCENARIOS],
            forward: 1,
        };
        assert_eq!(SeriesRow::<i32>::new(&leg(&large)), Err(MathError::Overflow));
        assert!(SeriesRow::<i64>::new(&leg(&large)).is_ok());
        assert!(SeriesRow::<i64>::new(&LegRisk { mark: MAX_ROW_ATOMS, ..leg(&small) }).is_err());
        let rows = [SeriesRow::<i32>::new(&leg(&small)).unwrap()];
        let one = Position { series: 0, lots: 1 };
        assert!(exposure(&[one; MAX_LEGS], &rows).is_ok());
        assert_eq!(exposure(&[one; MAX_LEGS + 1], &rows), Err(MathError::Domain));
        assert_eq!(exposure(&[Position { series: 1, ..one }], &rows), Err(MathError::Domain));
        assert_eq!(exposure(&[Position { lots: (1 << 20) + 1, ..one }], &rows), Err(MathError::Domain));
    }
}
