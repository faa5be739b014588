//! An expiry priced on the spot from its surface and the mark: what `refresh_risk` would store now, computed for the
//! series that an instruction asks for. With it nobody depends on a crank.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::ExpirySource,
        now::Now,
        row_maker::RowMaker,
        state::{Expiry, Market, MarketParams, OracleAggregate},
    },
    alloc::boxed::Box,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, OptionKind, SeriesRisk},
        liquidity::{depth_in_force, impact_q20, ramp_atoms, spread_atoms},
        scenario::SCENARIOS,
    },
};

pub struct Repricer {
    expiry: Account<Expiry>,
    rows: RowMaker,
    impact_q20: u64,
    spread_atoms: u64,
}

impl Repricer {
    /// Boxed: it would not fit a frame of the virtual machine.
    ///
    /// # Errors
    /// [`BulkheadError::NoOracleQuorum`] without a mark to price from, those of [`RowMaker::new`].
    #[inline(never)]
    pub fn new(
        expiry: Account<Expiry>,
        market: &Market,
        oracle: &OracleAggregate,
        now: Now,
    ) -> Result<Box<Self>> {
        let params = &market.params;
        let quorum = oracle.grade_at(params, now.unix).is_quorum();
        require!(quorum || expiry.is_fixed(), BulkheadError::NoOracleQuorum);
        let rows = RowMaker::new(&expiry, market, oracle.mark, oracle.stable, now.unix)?;
        let (mut impact, mut spread) = (0, 0);
        if !expiry.is_fixed() {
            let unix = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
            let depth = depth_in_force(params.depth_lots, expiry.quoted_depth_lots, expiry.quoted_at, unix);
            impact = impact_q20(rows.forward_lot, params.concentration_ppm, depth).map_err(refuse)?;
            let quoted = expiry.quoted_spread().now(unix);
            spread = spread_atoms(rows.forward_lot, quoted, params.normal_spread_ppm).map_err(refuse)?;
        }
        Ok(Box::new(Self { expiry, rows, impact_q20: impact, spread_atoms: spread }))
    }
}

impl ExpirySource for Repricer {
    fn expiry_id(&self) -> u16 {
        self.expiry.id
    }

    fn slot(&self) -> u8 {
        self.expiry.slot
    }

    fn expires_at(&self) -> i64 {
        self.expiry.expires_at
    }

    fn is_fresh(&self, _oracle: &OracleAggregate, _params: &MarketParams, _now: Now) -> Result<bool> {
        Ok(true)
    }

    fn expiry_risk(&self, params: &MarketParams, now: Now) -> Result<ExpiryRisk<'_>> {
        let forward = self.rows.forward_lot;
        let ramp = if self.expiry.is_fixed() { 0 } else { params.expiry_ramp_ppm };
        let left = u64::try_from(self.expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
        Ok(ExpiryRisk {
            forward,
            forward_row: self.rows.forward_profit(),
            forward_stable: self.rows.forward_stable(),
            error_atoms: self.rows.error_atoms,
            ramp_atoms: ramp_atoms(forward, ramp, left).map_err(refuse)?,
            impact_q20: self.impact_q20,
            open_lots: 0,
            spread_atoms: self.spread_atoms,
        })
    }

    #[inline(never)]
    fn series<'a>(
        &'a self,
        strike: u8,
        kind: OptionKind,
        row: &'a mut [i64; SCENARIOS],
    ) -> Result<SeriesRisk<'a>> {
        let risk = self.rows.strike(&self.expiry, strike, row)?;
        let (mark, peak) = match kind {
            OptionKind::Call => (risk.call, risk.call_peak),
            OptionKind::Put => (risk.put, risk.put_peak),
        };
        Ok(SeriesRisk {
            kind,
            mark,
            call_row: row,
            call_stable: risk.call_stable,
            peak,
            call_greeks: risk.greeks,
        })
    }
}
