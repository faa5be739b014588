//! Marks, Greeks and scenario profits of an expiry's series: from the surface while a part of its price still moves, from the
//! payoffs once all of it is known or fixed.

use {
    crate::{
        error::{refuse, BulkheadError},
        footing::Footing,
        forward::forward_price,
        state::{Expiry, Market, MarketParams},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        averaging::{MovingStrike, Outlook, ROUNDING_UNITS},
        black76::Tenor,
        explog::sqrt,
        exposure::{OptionKind, MAX_ROW_ATOMS},
        greek_limits::MoneyGreeks,
        liquidity::{depth_in_force, impact_q20, spread_atoms, Spread},
        risk_array::{ForwardRisk, StrikeRisk},
        round::{mul_div, ppm_of, Round},
        scenario::{PPM, SCENARIOS},
        settlement::payoff_per_lot,
        surface::per_lot,
    },
};

const NOTHING: [i64; SCENARIOS] = [0; SCENARIOS];

pub struct RowMaker {
    /// Value of one lot of the forward, with what the settlement average has taken in of it, quote atoms.
    pub forward_lot: u64,
    /// The part of it that still moves.
    pub moving_lot: u64,
    /// Bound of the error of any row or mark, quote atoms per lot.
    pub error_atoms: u64,
    lots_per_unit: u64,
    /// What the expiry settles at: by now, or for good where nothing is live. From the observation on that is what it leads to.
    price: u64,
    /// `None` once the price moves no more.
    live: Option<Live>,
}

/// One strike, everything quote atoms per lot.
pub struct StrikeFigures {
    pub call: u64,
    pub put: u64,
    /// Profit of one long call if the mark were the stable price.
    pub call_stable: i64,
    /// Most that a short may lose in any scenario.
    pub call_peak: u64,
    pub put_peak: u64,
    /// Of one long call.
    pub greeks: MoneyGreeks,
}

struct Live {
    shared: ForwardRisk,
    outlook: Outlook,
    tenor: Tenor,
    /// What counts of gamma and theta, parts per million: they grow towards the expiry with the inverse root of the time left,
    /// and limits of a day ahead would stop every market on its last. They count as if a day were left.
    last_day_ppm: u64,
}

/// Depth and spread of an expiry's book in money.
#[derive(Clone, Copy, Default)]
pub struct Liquidity {
    /// Price impact per lot and lot closed, 2^-20 quote atoms: at the market's own depth, and at the depth last quoted.
    pub impact_q20: u64,
    pub quoted_impact_q20: u64,
    /// Recorded half-spread beyond the normal one, quote atoms per lot.
    pub spread_atoms: u64,
}

impl Liquidity {
    /// `fills` is the spread that fills left.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn new(
        expiry: &Expiry,
        params: &MarketParams,
        forward: u64,
        fills: Spread,
        unix: i64,
    ) -> Result<Self> {
        if expiry.is_fixed() {
            return Ok(Self::default());
        }
        let unix = u64::try_from(unix).map_err(|_| BulkheadError::OutOfRange)?;
        let impact = |depth| impact_q20(forward, params.concentration_ppm, depth).map_err(refuse);
        let quoted = depth_in_force(params.depth_lots, expiry.quoted_depth_lots, expiry.quoted_at, unix);
        let spread = fills.now(unix).max(expiry.quoted_spread().now(unix));
        Ok(Self {
            impact_q20: impact(params.depth_lots)?,
            quoted_impact_q20: impact(quoted)?,
            spread_atoms: spread_atoms(forward, spread, params.normal_spread_ppm).map_err(refuse)?,
        })
    }
}

impl RowMaker {
    /// # Errors
    /// [`BulkheadError::NoMark`] before the first surface, [`BulkheadError::RowTooLarge`], [`BulkheadError::OutOfRange`].
    #[inline(never)]
    pub fn new(expiry: &Expiry, market: &Market, on: &Footing) -> Result<Self> {
        if expiry.is_fixed() {
            return Self::known(expiry.settlement_price, market.lots_per_unit);
        }
        if expiry.observed_at != 0 {
            return Self::known(expiry.expected_price(&market.params)?, market.lots_per_unit);
        }
        require!(expiry.surface_version > 0, BulkheadError::NoMark);
        let outlook = on.outlook(expiry, market)?;
        match outlook.price() {
            Some(price) => Self::known(price, market.lots_per_unit),
            None => Self::live(expiry, market, on, outlook),
        }
    }

    fn known(price: u64, lots_per_unit: u64) -> Result<Self> {
        Ok(Self {
            forward_lot: bounded(per_lot(price, lots_per_unit).map_err(refuse)?)?,
            moving_lot: 0,
            error_atoms: 0,
            lots_per_unit,
            price,
            live: None,
        })
    }

    fn live(expiry: &Expiry, market: &Market, on: &Footing, outlook: Outlook) -> Result<Self> {
        let lots_per_unit = market.lots_per_unit;
        let seconds = outlook.tenor_seconds();
        let tenor = Tenor::from_seconds(seconds).map_err(refuse)?;
        let forward = forward_price(on.mark, expiry.basis_ppm)?;
        let stable = outlook.moving(forward_price(on.stable, expiry.basis_ppm)?).map_err(refuse)?;
        let moving = outlook.moving(forward).map_err(refuse)?;
        let price = outlook.settlement(forward).map_err(refuse)?;
        let shared =
            ForwardRisk::new(moving, stable, lots_per_unit, &market.params.shocks()).map_err(refuse)?;
        let bounded_row = shared.profit.iter().all(|r| r.unsigned_abs() < MAX_ROW_ATOMS);
        require!(bounded_row, BulkheadError::RowTooLarge);
        let rounding = if outlook.is_averaging() { ROUNDING_UNITS.div_ceil(lots_per_unit) } else { 0 };
        Ok(Self {
            forward_lot: bounded(per_lot(price, lots_per_unit).map_err(refuse)?)?,
            moving_lot: shared.forward_lot,
            error_atoms: shared.error_atoms.saturating_add(rounding),
            lots_per_unit,
            price,
            live: Some(Live { shared, outlook, tenor, last_day_ppm: last_day_ppm(seconds)? }),
        })
    }

    /// Scenario profit of one long lot of the forward.
    #[must_use]
    pub fn forward_profit(&self) -> &[i64; SCENARIOS] {
        self.live.as_ref().map_or(&NOTHING, |live| &live.shared.profit)
    }

    /// Profit of one long lot of the forward if the mark were the stable price.
    #[must_use]
    pub fn forward_stable(&self) -> i64 {
        self.live.as_ref().map_or(0, |live| live.shared.stable_profit)
    }

    /// One strike; writes the scenario profit of one long call into `row`.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`], [`BulkheadError::RowTooLarge`], [`BulkheadError::OutOfRange`].
    #[inline(never)] // a frame of its own: the virtual machine's frames hold 4 KiB
    pub fn strike(&self, expiry: &Expiry, index: u8, row: &mut [i64; SCENARIOS]) -> Result<StrikeFigures> {
        let Some(live) = &self.live else {
            *row = NOTHING;
            return self.payoffs(expiry.strike(index)?, self.price);
        };
        let at = usize::from(index);
        let vol = expiry.vols_ppm.get(at).copied().ok_or(BulkheadError::UnknownSeries)?;
        let strike = expiry.prepared_strike(index)?;
        let mut risk = StrikeRisk::default();
        match live.outlook.strike(strike).map_err(refuse)? {
            MovingStrike::Open(strike) => {
                live.shared.price_strike(&strike, vol, &live.tenor, row, &mut risk).map_err(refuse)?;
            }
            MovingStrike::Passed(excess) => live.shared.price_sure_call(excess, row, &mut risk),
        }
        // A call loses at most its mark and gains at most its peak, whatever the scenario: they bound the whole row.
        let union = risk.call | risk.put | risk.call_peak | risk.put_peak;
        require!(union < MAX_ROW_ATOMS, BulkheadError::RowTooLarge);
        let on_last_day = |greek| match live.last_day_ppm {
            PPM => Ok(greek),
            part => ppm_of(greek, part, Round::Up).map_err(refuse),
        };
        Ok(StrikeFigures {
            call: risk.call,
            put: risk.put,
            call_stable: risk.stable_profit,
            call_peak: risk.call_peak,
            put_peak: risk.put_peak,
            greeks: MoneyGreeks {
                delta: capped(risk.delta.unsigned_abs()),
                gamma: capped(on_last_day(risk.gamma)?),
                vega: capped(risk.vega),
                theta: capped(on_last_day(risk.theta.unsigned_abs())?).wrapping_neg(),
            },
        })
    }

    fn payoffs(&self, strike: u64, price: u64) -> Result<StrikeFigures> {
        let payoff = |kind| payoff_per_lot(kind, strike, price, self.lots_per_unit).map_err(refuse);
        Ok(StrikeFigures {
            call: bounded(payoff(OptionKind::Call)?)?,
            put: bounded(payoff(OptionKind::Put)?)?,
            call_stable: 0,
            call_peak: 0,
            put_peak: 0,
            greeks: MoneyGreeks::default(),
        })
    }
}

/// The bound that keeps margin sums inside 64 bits.
fn bounded(mark: u64) -> Result<u64> {
    require!(mark < MAX_ROW_ATOMS, BulkheadError::RowTooLarge);
    Ok(mark)
}

/// The root of the share of a day that is left, parts per million; one before the last day.
fn last_day_ppm(seconds_left: u64) -> Result<u64> {
    const DAY: u64 = 86_400;
    const SQUARE: u64 = PPM * PPM;
    if seconds_left >= DAY || seconds_left == 0 {
        return Ok(PPM);
    }
    let share = mul_div(seconds_left, SQUARE, DAY, Round::Up).map_err(refuse)?;
    let root = sqrt(share).map_err(refuse)?;
    Ok(root.mantissa.checked_shr(root.exponent).unwrap_or(0).saturating_add(1).min(PPM))
}

/// A Greek as far as sums of it fit; only the last moments of an option at the money go beyond.
fn capped(greek: u64) -> i64 {
    greek.min(MAX_ROW_ATOMS.saturating_sub(1)).cast_signed()
}
