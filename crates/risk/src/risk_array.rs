//! The rows of a risk array: what one lot gains or loses under every scenario, with the marks and Greeks it stands on.
//!
//! Marks come from the precise tier, moved prices from the margin tier; [`ForwardRisk::error_atoms`] bounds what that and
//! rounding may do to a row. Each strike is priced on its own, so one row computed alone equals its row in the array bit
//! for bit.

use core::num::NonZeroU64;

use crate::{
    black76::{self, Forward, Strike, Tenor, TotalVol},
    fixed::quotient,
    lot_greeks::{Lot, LotGreeks},
    margin_tier::{call_per_lot, GridForward, GridStrike, GridTenor, GridVol, Scale, ERROR_Q40},
    math_error::MathError,
    scenario::{Shocks, VolMove, Weight, CORE_MOVES, CORE_ROWS, CORE_VOLS, GRID, MOVES, SCENARIOS},
};

/// A row of scenario profits, in the order of [`crate::scenario::GRID`], quote atoms per lot.
pub type Row = [i64; SCENARIOS];

/// Rounding to whole atoms in the moved price, the mark, the forward's row and their weights.
const ROUNDING_ATOMS: u64 = 5;
/// Where the largest gain of a long call lies, whatever the shocks: the highest core forward with volatility up, the
/// mildest fall (its volatility may rise further than any other) and the rising tails.
const CALL_PEAKS: [usize; 5] = [22, 7, 27, 29, 31];
/// Where that of a long put lies: the lowest core forward with volatility up, and the falling tails.
const PUT_PEAKS: [usize; 4] = [25, 28, 30, 32];

/// What all strikes of an expiry share: moved forwards and the profit of one lot of the forward per scenario.
#[derive(Clone, Copy, Debug)]
pub struct ForwardRisk {
    /// Profit of one long lot of the forward per scenario, weight applied. A put's row is the call's row minus
    /// this one, so only calls are stored.
    pub profit: Row,
    /// Profit of one long lot of the forward were it at its stable price.
    pub stable_profit: i64,
    /// Most by which a call's or put's entry may be off, quote atoms per lot, whatever the strike.
    pub error_atoms: u64,
    /// Value of one lot of the forward.
    pub forward_lot: u64,
    unmoved: Forward,
    stable_price: u64,
    moved_prices: [u64; MOVES],
    scale: Scale,
    stable: GridForward,
    moved: [GridForward; MOVES],
    shocks: Shocks,
    tail_weights: [Weight; 3],
    lot: Lot,
}

/// One strike's marks, extremes and sensitivities. Everything is quote atoms per lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrikeRisk {
    pub call: u64,
    pub put: u64,
    /// Profit of one long call were the forward at its stable price and volatility unchanged.
    pub stable_profit: i64,
    /// At least the largest gain of one long call in its row, and so the largest loss of a short one; never below zero.
    pub call_peak: u64,
    /// The same for the put, whose row is the call's minus the forward's.
    pub put_peak: u64,
    /// Delta of the call times the value of one lot of the forward. That of the put is less by one such lot.
    pub delta: i64,
    /// Change of delta, times the value of a lot, when the forward rises by 1 %. The same for call and put, as are the
    /// next two.
    pub gamma: u64,
    /// Change of the mark when volatility rises by one percentage point.
    pub vega: u64,
    /// Change of the mark over one day, at most zero.
    pub theta: i64,
}

/// One volatility per move.
struct VolMoves<V> {
    unchanged: V,
    up: V,
    up_in_fall: V,
    down: V,
}

impl ForwardRisk {
    /// `stable_forward` is the forward that follows the market at bounded speed.
    ///
    /// # Errors
    /// [`MathError::Domain`] when a forward leaves `1..=MAX_PRICE` or a shock its bounds, [`MathError::DivideByZero`]
    /// when a unit holds no lots.
    #[inline(never)]
    pub fn new(
        forward: u64,
        stable_forward: u64,
        lots_per_unit: u64,
        shocks: &Shocks,
    ) -> Result<Self, MathError> {
        let lots_per_unit = NonZeroU64::new(lots_per_unit).ok_or(MathError::DivideByZero)?;
        let moved_prices = shocks.forwards(forward)?;
        let largest = moved_prices.iter().copied().fold(stable_forward, u64::max);
        let scale = Scale::new(largest, lots_per_unit)?;
        let stable = GridForward::new(stable_forward, &scale)?;
        let mut moved = [stable; MOVES];
        let mut change = [0; MOVES];
        let unmoved = Forward::new(forward)?;
        let lot = Lot::new(&unmoved, lots_per_unit);
        let base = lot.worth.cast_signed(); // < 2^51, as are all that follow
        for ((slot, gain), price) in moved.iter_mut().zip(&mut change).zip(moved_prices) {
            *slot = GridForward::new(price, &scale)?;
            *gain = quotient(price, lots_per_unit).cast_signed().wrapping_sub(base);
        }
        let tail_weights = shocks.tail_weights();
        let mut profit = spread(&change);
        weigh_tails(&mut profit, &tail_weights);
        Ok(Self {
            profit,
            stable_profit: quotient(stable_forward, lots_per_unit).cast_signed().wrapping_sub(base),
            error_atoms: error_atoms(largest, lots_per_unit),
            forward_lot: lot.worth,
            unmoved,
            stable_price: stable_forward,
            moved_prices,
            scale,
            stable,
            moved,
            shocks: *shocks,
            tail_weights,
            lot,
        })
    }

    /// Prices one strike under every scenario: writes the profit of one long call per scenario, weight applied, into
    /// `row` and the rest into `risk`, both the caller's own, because copying the rest would cost more than its Greeks do.
    /// After an error neither means anything.
    ///
    /// # Errors
    /// [`MathError::Domain`] when the volatility is outside the kernel's domain.
    #[inline(never)] // a frame of its own: the virtual machine's frames hold 4 KiB
    pub fn price_strike(
        &self,
        strike: &Strike,
        vol_ppm: u32,
        tenor: &Tenor,
        row: &mut Row,
        risk: &mut StrikeRisk,
    ) -> Result<(), MathError> {
        mark_at(&self.unmoved, strike, vol_ppm, tenor, &self.lot, risk)?;
        let mark = risk.call.cast_signed(); // < 2^51
        let grid = GridStrike::new(strike, &self.scale).zip(GridTenor::new(tenor));
        let stable_value = match &grid {
            Some((k, tenor)) => {
                let vol = |change| GridVol::new(self.vol(vol_ppm, change), tenor, k);
                let vols = VolMoves {
                    unchanged: vol(VolMove::Unchanged),
                    up: vol(VolMove::Up),
                    up_in_fall: vol(VolMove::UpInFall),
                    down: vol(VolMove::Down),
                };
                let price = call_per_lot(k);
                fill(row, mark, &self.moved, &vols, price);
                price(&self.stable, &vols.unchanged)
            }
            None if self.has_time_value(strike, vol_ppm, tenor)? => {
                self.fill_precisely(row, mark, strike, vol_ppm, tenor)?
            }
            None => {
                let value = |f: u64| quotient(f.saturating_sub(strike.price()), self.lot.per_unit);
                *row = spread(&self.moved_prices.map(|f| value(f).cast_signed().wrapping_sub(mark)));
                // Where nothing moves nothing is lost, and the mark may still hold an atom of time value.
                if let Some(unmoved) = row.first_mut() {
                    *unmoved = 0;
                }
                value(self.stable_price)
            }
        };
        weigh_tails(row, &self.tail_weights);
        let slack = self.error_atoms << 1; // with the peak below 2^52
        risk.stable_profit = stable_value.cast_signed().wrapping_sub(mark);
        risk.call_peak = peak(&CALL_PEAKS, |at| row.get(at).copied()).wrapping_add(slack);
        risk.put_peak =
            peak(&PUT_PEAKS, |at| Some(row.get(at)?.wrapping_sub(*self.profit.get(at)?))).wrapping_add(slack);
        Ok(())
    }

    /// As [`Self::price_strike`] for a call that is exercised in any case and worth `excess` more than the forward, price units,
    /// at most [`crate::black76::MAX_PRICE`]. Its put is worth nothing.
    #[inline(never)]
    pub fn price_sure_call(&self, excess: u64, row: &mut Row, risk: &mut StrikeRisk) {
        *row = self.profit;
        *risk = StrikeRisk {
            call: quotient(self.unmoved.price().wrapping_add(excess), self.lot.per_unit), // below 2^51
            stable_profit: self.stable_profit,
            call_peak: peak(&CALL_PEAKS, |at| row.get(at).copied()),
            delta: self.forward_lot.cast_signed(),
            ..StrikeRisk::default()
        };
    }

    #[inline]
    fn vol(&self, vol_ppm: u32, change: VolMove) -> u64 {
        self.shocks.moved_vol(u64::from(vol_ppm), change)
    }

    /// Whether a strike that the margin tier leaves out may be worth more than at once: one far above every forward, or any
    /// at expiry. With d1 below -6 at the highest forward under the highest volatility a call is worth at most
    /// N(-6) = 1e-9 of that forward, which is within [`ERROR_Q40`] of nothing.
    #[cold]
    #[inline(never)]
    fn has_time_value(&self, strike: &Strike, vol_ppm: u32, tenor: &Tenor) -> Result<bool, MathError> {
        if tenor.seconds() == 0 {
            return Ok(false);
        }
        let vol = self.vol(vol_ppm, VolMove::UpInFall);
        let v = TotalVol::new(u32::try_from(vol).map_err(|_| MathError::Domain)?, tenor)?.q28(); // < 2^32.5
        let highest = self.moved.iter().fold(self.stable.ln_q28(), |highest, f| highest.max(f.ln_q28()));
        let distance = (strike.ln_q57() >> 29).wrapping_sub(highest);
        let six_deviations = v.wrapping_mul(6).wrapping_add((v.wrapping_mul(v) >> 29).wrapping_add(1));
        Ok(distance <= six_deviations.cast_signed())
    }

    /// For strikes far above every forward that are worth something all the same. Returns the price at the stable forward.
    #[cold]
    #[inline(never)]
    fn fill_precisely(
        &self,
        row: &mut Row,
        mark: i64,
        strike: &Strike,
        vol_ppm: u32,
        tenor: &Tenor,
    ) -> Result<u64, MathError> {
        let value = |price: u64, change: VolMove| {
            let vol = u32::try_from(self.vol(vol_ppm, change)).map_err(|_| MathError::Domain)?;
            let mut marked = StrikeRisk::default();
            mark_at(&Forward::new(price)?, strike, vol, tenor, &self.lot, &mut marked)?;
            Ok(marked.call)
        };
        // In one small loop rather than fast: such strikes are rare.
        for (cell, scenario) in row.iter_mut().zip(&GRID) {
            let price = self.moved_prices.get(scenario.forward).ok_or(MathError::Domain)?;
            *cell = value(*price, scenario.vol)?.cast_signed().wrapping_sub(mark);
        }
        value(self.stable_price, VolMove::Unchanged)
    }
}

/// Marks and Greeks, in the precise tier; leaves alone what follows from moved prices.
#[inline(never)]
fn mark_at(
    forward: &Forward,
    strike: &Strike,
    vol_ppm: u32,
    tenor: &Tenor,
    lot: &Lot,
    risk: &mut StrikeRisk,
) -> Result<(), MathError> {
    let total_vol = TotalVol::new(vol_ppm, tenor)?;
    let quote = black76::quote_inline(forward, strike, &total_vol);
    risk.call = quotient(quote.price.call, lot.per_unit);
    risk.put = quotient(quote.price.put, lot.per_unit);
    let greeks = LotGreeks::new(&quote, &total_vol, tenor, lot);
    risk.delta = greeks.delta;
    risk.gamma = greeks.gamma;
    risk.vega = greeks.vega;
    risk.theta = greeks.theta;
    Ok(())
}

fn error_atoms(largest: u64, lots_per_unit: NonZeroU64) -> u64 {
    let price_units = (largest.wrapping_mul(ERROR_Q40) >> 40).wrapping_add(1); // product < 2^50 * 2^11.3
    quotient(price_units, lots_per_unit).wrapping_add(1 + ROUNDING_ATOMS)
}

/// One value for each forward in the order of the scenarios, whatever the volatility; weights are left out.
fn spread(change: &[i64; MOVES]) -> Row {
    let mut row = [0; SCENARIOS];
    let (core, tails) = row.split_at_mut(CORE_ROWS);
    for (cells, gain) in core.chunks_exact_mut(CORE_VOLS).zip(change) {
        cells.fill(*gain);
    }
    for (cell, gain) in tails.iter_mut().zip(change.iter().skip(CORE_MOVES)) {
        *cell = *gain;
    }
    row
}

fn weigh_tails(row: &mut Row, tail_weights: &[Weight; 3]) {
    let (_, tails) = row.split_at_mut(CORE_ROWS);
    for (pair, weight) in tails.chunks_exact_mut(2).zip(tail_weights) {
        for cell in pair {
            *cell = weight.of(*cell);
        }
    }
}

/// Writes `value - mark` for every scenario but the first, which is zero; weights are left out. Values below 2^51.
#[inline]
fn fill<F, V>(
    row: &mut Row,
    mark: i64,
    forwards: &[F; MOVES],
    vols: &VolMoves<V>,
    value: impl Fn(&F, &V) -> u64,
) {
    let profit = |f: &F, v: &V| value(f, v).cast_signed().wrapping_sub(mark);
    let (core, tails) = row.split_at_mut(CORE_ROWS);
    let (core_forwards, tail_forwards) = forwards.split_at(CORE_MOVES);
    let mut up = &vols.up;
    let mut next_up = &vols.up_in_fall;
    for (i, (cells, f)) in core.chunks_exact_mut(CORE_VOLS).zip(core_forwards).enumerate() {
        // Index 0 stays, then rises and falls take turns.
        if let [unchanged, raised, lowered] = cells {
            *unchanged = if i == 0 { 0 } else { profit(f, &vols.unchanged) };
            *raised = profit(f, up);
            *lowered = profit(f, &vols.down);
        }
        if i > 0 {
            core::mem::swap(&mut up, &mut next_up);
        }
    }
    for (cell, f) in tails.iter_mut().zip(tail_forwards) {
        *cell = profit(f, up);
        core::mem::swap(&mut up, &mut next_up);
    }
}

/// Largest of the entries at `candidates`, at least zero.
#[inline]
fn peak(candidates: &[usize], profit: impl Fn(usize) -> Option<i64>) -> u64 {
    candidates.iter().filter_map(|at| profit(*at)).fold(0, i64::max).unsigned_abs()
}
