//! An expiry: its strikes and volatilities while it lives, its price and escrow once it settles.

use {
    crate::{
        error::{refuse, BulkheadError},
        state::BondedPrice,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::Strike, exposure::OptionKind, liquidity::Spread, round::PPM_ONE,
        settlement::RECOVERY_SECONDS, surface_panel::QuotedSurface,
    },
};

#[account]
pub struct Expiry {
    pub version: u8,
    pub bump: u8,
    /// Slot in the market's list and in the shards.
    pub slot: u8,
    pub strike_count: u8,
    /// 0 until the settlement price is fixed, then the tier that fixed it.
    pub tier: u8,
    /// 1 once what was left in escrow went to the pool.
    pub swept: u8,
    pub id: u16,
    pub market: Address,
    /// Who paid the rent and gets it back.
    pub payer: Address,
    /// Unix time of expiry.
    pub expires_at: i64,
    /// Forward over mark, parts per million.
    pub basis_ppm: i64,
    /// Strikes in ascending order, quote atoms per unit.
    pub strikes: [u64; 16],
    /// Volatility per strike, parts per million per square root of a year; zero until set.
    pub vols_ppm: [u32; 16],
    pub surface_version: u64,
    /// Quote atoms per unit.
    pub settlement_price: u64,
    pub fixed_at: i64,
    /// Lots not yet settled.
    pub short_lots_left: u64,
    pub long_lots_left: u64,
    /// Sum of all net debits met so far; equals the sum of all claims once no short lot is left.
    pub due_total: u64,
    /// What accounts and the pool paid towards it. Over `due_total` it is the index by which claims are paid.
    pub collected_total: u64,
    /// Proceeds of accounts that are not finally paid.
    pub claims_left: u64,
    /// Quote atoms held for the winners.
    pub escrow: u64,
    /// Unix time of the last surface, by which its steps are rationed and its age is told.
    pub surface_at: i64,
    /// Half-spread (share of the forward) and depth of the quotes behind the last surface, and when it came.
    pub quoted_spread_ppm: u64,
    pub quoted_depth_lots: u64,
    pub quoted_at: u64,
    /// Natural logarithm of each strike, Q57, so that no refresh computes it again.
    pub strike_lns: [i64; 16],
    /// Net debits that their accounts have not paid: what the winners miss, and what the pool lent.
    pub owed_left: u64,
    /// What the oracle's buckets say, and when that was taken down; zero: not yet.
    pub observed_at: i64,
    pub window_price: u64,
    pub window_seconds: u64,
    pub reference: u64,
    pub proposal: BondedPrice,
    pub dispute: BondedPrice,
    /// 1 once nothing is missing or the pool was asked for it: from then on winners are paid.
    pub pool_asked: u8,
    pub _pad0: [u8; 7],
    /// What the pool was asked for and did not pay, quote atoms.
    pub asked_of_pool: u64,
    pub _reserved: [u8; 24],
}

const _: () = assert!(core::mem::size_of::<Expiry>() == 704);

impl Expiry {
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.tier != 0
    }

    /// The listed strikes.
    #[must_use]
    pub fn listed(&self) -> &[u64] {
        self.strikes.get(..usize::from(self.strike_count)).unwrap_or(&[])
    }

    /// A listed strike with its logarithm.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`], [`BulkheadError::OutOfRange`].
    pub fn prepared_strike(&self, index: u8) -> Result<Strike> {
        let ln = self.strike_lns.get(usize::from(index)).ok_or(BulkheadError::UnknownSeries)?;
        Strike::with_ln(self.strike(index)?, *ln).map_err(refuse)
    }

    /// # Errors
    /// [`BulkheadError::UnknownSeries`].
    pub fn strike(&self, index: u8) -> Result<u64> {
        self.listed().get(usize::from(index)).copied().ok_or_else(|| BulkheadError::UnknownSeries.into())
    }

    /// The last surface.
    #[must_use]
    pub fn surface(&self) -> QuotedSurface {
        QuotedSurface {
            vols_ppm: self.vols_ppm,
            basis_ppm: self.basis_ppm,
            spread_ppm: self.quoted_spread_ppm,
            depth_lots: self.quoted_depth_lots,
        }
    }

    /// Half-spread of the quotes behind the last surface.
    #[must_use]
    pub fn quoted_spread(&self) -> Spread {
        Spread { ppm: self.quoted_spread_ppm, at: self.quoted_at }
    }

    /// True once every short is met and the sum of all claims is known.
    #[must_use]
    pub fn is_collected(&self) -> bool {
        self.is_fixed() && self.short_lots_left == 0
    }

    /// What winners miss of their claims, quote atoms.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.due_total.saturating_sub(self.collected_total)
    }

    /// Whether what is missing is too little to wait for: at most a millionth of what is due, or one atom.
    fn is_dust(&self) -> bool {
        self.missing() <= self.due_total.checked_div(PPM_ONE).unwrap_or(0).max(1)
    }

    /// True once the index no longer rises: winners get the rest of their share and their claims end.
    #[must_use]
    pub fn is_final(&self, now: i64) -> bool {
        let is_over = now >= self.fixed_at.saturating_add(RECOVERY_SECONDS);
        self.is_collected() && self.pool_asked == 1 && (self.is_dust() || is_over)
    }

    /// True once nobody is owed anything.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.is_collected() && self.pool_asked == 1 && self.long_lots_left == 0 && self.claims_left == 0
    }
}

/// Reads a submitted or stored option kind.
///
/// # Errors
/// [`BulkheadError::UnknownSeries`].
pub fn kind_from_byte(byte: u8) -> Result<OptionKind> {
    match byte {
        0 => Ok(OptionKind::Call),
        1 => Ok(OptionKind::Put),
        _ => Err(BulkheadError::UnknownSeries.into()),
    }
}
