//! A portfolio and its risk rows, for the kernels that work on many legs.

use alloc::vec::Vec;

use bulkhead_risk::{
    exposure::{
        ExpiryRisk, Exposure, OptionKind, SeriesRisk, MAX_IMPACT_Q20, MAX_LEGS, MAX_LEG_LOTS, MAX_ROW_ATOMS,
    },
    greek_limits::MoneyGreeks,
    math_error::MathError,
    scenario::SCENARIOS,
};

use crate::Rng;

type Row = [i64; SCENARIOS];

/// Legs of one expiry with rows of their own. Reused between calls, because a program's memory is never given back.
#[derive(Debug, Default)]
pub struct Book {
    rows: Vec<Row>,
    legs: Vec<Leg>,
    /// Of the expiry; empty before the first filling.
    expiry: Vec<Expiry>,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    lots: i64,
    kind: OptionKind,
    mark: u64,
    stable: i64,
    peak: u64,
    greeks: MoneyGreeks,
}

#[derive(Clone, Copy, Debug)]
struct Expiry {
    row: Row,
    forward: u64,
    stable: i64,
    impact_q20: u64,
    quoted_impact_q20: u64,
    open_lots: u64,
    per_lot: u64,
}

impl Book {
    /// Fills the book with rows, lots and marks up to the bounds that the margin engine documents; `puts` of 0 keeps
    /// to calls.
    pub fn fill(&mut self, seed: u64, legs: u64, puts: u64) {
        let legs = usize::try_from(legs).unwrap_or(MAX_LEGS).min(MAX_LEGS);
        let mut rng = Rng::seeded(seed);
        self.clear();
        let impact_q20 = rng.hostile(0, MAX_IMPACT_Q20);
        self.expiry.push(Expiry {
            row: row(&mut rng),
            forward: rng.hostile(1, MAX_ROW_ATOMS - 1),
            stable: entry(&mut rng),
            impact_q20,
            quoted_impact_q20: rng.hostile(impact_q20, MAX_IMPACT_Q20),
            open_lots: rng.hostile(0, MAX_LEG_LOTS),
            per_lot: rng.hostile(0, 1 << 30),
        });
        for _ in 0..legs {
            self.rows.push(row(&mut rng));
            let lots = rng.hostile(1, MAX_LEG_LOTS).cast_signed();
            let sides = rng.word();
            self.legs.push(Leg {
                lots: if sides & 1 == 1 { lots.wrapping_neg() } else { lots },
                kind: if puts != 0 && sides & 2 == 2 { OptionKind::Put } else { OptionKind::Call },
                mark: rng.hostile(0, MAX_ROW_ATOMS - 1),
                stable: entry(&mut rng),
                peak: rng.hostile(0, MAX_ROW_ATOMS - 1),
                greeks: MoneyGreeks {
                    delta: entry(&mut rng),
                    gamma: entry(&mut rng),
                    vega: entry(&mut rng),
                    theta: entry(&mut rng),
                },
            });
        }
    }

    fn clear(&mut self) {
        // Room for the largest book at once: a bump allocator would keep every smaller try.
        self.rows.clear();
        self.legs.clear();
        self.expiry.clear();
        self.rows.reserve(MAX_LEGS);
        self.legs.reserve(MAX_LEGS);
        self.expiry.reserve(1);
    }

    /// Profit of all legs under every scenario, and the totals; or the totals alone.
    ///
    /// # Errors
    /// As [`bulkhead_risk::exposure::ExpiryBook::add`].
    #[inline(always)]
    pub fn exposure(&self, with_rows: bool) -> Result<Exposure, MathError> {
        let mut exposure = Exposure::default();
        let Some(expiry) = self.expiry.first() else { return Ok(exposure) };
        let mut book = exposure.expiry(ExpiryRisk {
            forward: expiry.forward,
            forward_row: &expiry.row,
            forward_stable: expiry.stable,
            error_atoms: expiry.per_lot,
            ramp_atoms: expiry.per_lot,
            impact_q20: expiry.impact_q20,
            quoted_impact_q20: expiry.quoted_impact_q20,
            open_lots: expiry.open_lots,
            spread_atoms: expiry.per_lot,
        })?;
        for (leg, call_row) in self.legs.iter().zip(&self.rows) {
            let series = SeriesRisk {
                kind: leg.kind,
                mark: leg.mark,
                call_row,
                call_stable: leg.stable,
                peak: leg.peak,
                call_greeks: leg.greeks,
            };
            if with_rows {
                book.add(leg.lots, &series)?;
            } else {
                book.add_totals(leg.lots, &series)?;
            }
        }
        book.close();
        Ok(exposure)
    }
}

fn row(rng: &mut Rng) -> Row {
    let mut row: Row = [0; SCENARIOS];
    for slot in &mut row {
        *slot = entry(rng);
    }
    row
}

fn entry(rng: &mut Rng) -> i64 {
    let size = rng.hostile(0, MAX_ROW_ATOMS - 1).cast_signed();
    if rng.word() & 1 == 1 {
        size.wrapping_neg()
    } else {
        size
    }
}
