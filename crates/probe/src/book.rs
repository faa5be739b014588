//! A portfolio and its risk rows, for the kernels that work on many legs.

use alloc::vec::Vec;

use bulkhead_risk::{
    margin::{Exposure, LegRisk, OptionKind, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS},
    math_error::MathError,
    scenario::SCENARIOS,
};

use crate::Rng;

type Row = [i64; SCENARIOS];

/// Legs with rows of their own. Reused between calls, because a program's memory is never given back.
#[derive(Debug, Default)]
pub struct Book {
    rows: Vec<Row>,
    legs: Vec<Leg>,
    forward_row: Vec<i64>,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    lots: i64,
    mark: u64,
    forward: u64,
    is_put: bool,
}

impl Book {
    /// Fills the book with rows, lots and marks up to the bounds that the margin engine documents; `puts` of 0 keeps
    /// to calls.
    pub fn fill(&mut self, seed: u64, legs: u64, puts: u64) {
        let legs = usize::try_from(legs).unwrap_or(MAX_LEGS).min(MAX_LEGS);
        let mut rng = Rng::seeded(seed);
        self.clear();
        self.forward_row.extend((0..SCENARIOS).map(|_| entry(&mut rng)));
        for _ in 0..legs {
            let mut row: Row = [0; SCENARIOS];
            for slot in &mut row {
                *slot = entry(&mut rng);
            }
            self.rows.push(row);
            let lots = rng.hostile(1, MAX_LEG_LOTS).cast_signed();
            let short = rng.word() & 1 == 1;
            self.legs.push(Leg {
                lots: if short { lots.wrapping_neg() } else { lots },
                mark: rng.hostile(0, MAX_ROW_ATOMS - 1),
                forward: rng.hostile(1, MAX_ROW_ATOMS - 1),
                is_put: puts != 0 && rng.word() & 1 == 1,
            });
        }
    }

    fn clear(&mut self) {
        // Room for the largest book at once: a bump allocator would keep every smaller try.
        self.rows.reserve(MAX_LEGS.saturating_sub(self.rows.len()));
        self.legs.reserve(MAX_LEGS.saturating_sub(self.legs.len()));
        self.forward_row.reserve(SCENARIOS.saturating_sub(self.forward_row.len()));
        self.rows.clear();
        self.legs.clear();
        self.forward_row.clear();
    }

    /// The exposure of all legs: the dot product under every scenario with its side sums.
    ///
    /// # Errors
    /// As [`Exposure::add`].
    pub fn exposure(&self) -> Result<Exposure, MathError> {
        let forward_row: &Row = self.forward_row.as_slice().try_into().map_err(|_| MathError::Domain)?;
        let mut exposure = Exposure::default();
        for (leg, call_row) in self.legs.iter().zip(&self.rows) {
            exposure.add(&LegRisk {
                kind: if leg.is_put { OptionKind::Put } else { OptionKind::Call },
                lots: leg.lots,
                mark: leg.mark,
                call_row,
                forward_row,
                forward: leg.forward,
            })?;
        }
        Ok(exposure)
    }
}

fn entry(rng: &mut Rng) -> i64 {
    let size = rng.hostile(0, MAX_ROW_ATOMS - 1).cast_signed();
    if rng.word() & 1 == 1 {
        size.wrapping_neg()
    } else {
        size
    }
}
