//! An expiry priced on the spot from its surface and the mark: what `refresh_risk` would store now, computed for the
//! series that an instruction asks for. With it nobody depends on a crank.

use {
    crate::{
        error::refuse,
        expiry_source::ExpirySource,
        footing::Footing,
        now::Now,
        row_maker::{Liquidity, RowMaker},
        state::{Expiry, Market, MarketParams, OracleAggregate},
    },
    alloc::boxed::Box,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, OptionKind, SeriesRisk},
        liquidity::{ramp_atoms, Spread},
        oracle::Reliance,
        scenario::SCENARIOS,
        series_table::SeriesTable,
    },
};

pub struct Repricer {
    expiry: Account<Expiry>,
    rows: RowMaker,
    liquidity: Liquidity,
}

impl Repricer {
    /// Boxed: it would not fit a frame of the virtual machine.
    ///
    /// # Errors
    /// That of what the mark lacks, those of [`RowMaker::new`].
    #[inline(never)]
    pub fn new(
        expiry: Account<Expiry>,
        market: &Market,
        oracle: &OracleAggregate,
        now: Now,
    ) -> Result<Box<Self>> {
        let params = &market.params;
        if !expiry.is_fixed() {
            oracle.require(Reliance::Refresh, params, now.unix)?;
        }
        let rows = RowMaker::new(&expiry, market, &Footing::now(&expiry, market, oracle, now)?)?;
        let liquidity = Liquidity::new(&expiry, params, rows.moving_lot, Spread::default(), now.unix)?;
        Ok(Box::new(Self { expiry, rows, liquidity }))
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

    fn surface_at(&self) -> i64 {
        self.expiry.surface_at
    }

    fn forward_lot(&self) -> u64 {
        self.rows.forward_lot
    }

    fn is_fresh(&self, _oracle: &OracleAggregate, _params: &MarketParams, _now: Now) -> Result<bool> {
        Ok(true)
    }

    fn expiry_risk(&self, params: &MarketParams, now: Now) -> Result<ExpiryRisk<'_>> {
        let forward = self.rows.moving_lot;
        let ramp = if self.expiry.is_fixed() { 0 } else { params.expiry_ramp_ppm };
        let left = u64::try_from(self.expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
        Ok(ExpiryRisk {
            forward,
            forward_row: self.rows.forward_profit(),
            forward_stable: self.rows.forward_stable(),
            error_atoms: self.rows.error_atoms,
            ramp_atoms: ramp_atoms(forward, ramp, left).map_err(refuse)?,
            impact_q20: self.liquidity.impact_q20,
            quoted_impact_q20: self.liquidity.quoted_impact_q20,
            open_lots: 0,
            spread_atoms: self.liquidity.spread_atoms,
        })
    }

    fn table(&self) -> Result<Option<SeriesTable<'_>>> {
        Ok(None)
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
