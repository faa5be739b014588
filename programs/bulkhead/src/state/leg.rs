//! A leg of a margin account, and how many of them are found in turn.

use {
    anchor_lang::prelude::*,
    bulkhead_risk::series_table::Holding,
    bytemuck::{Pod, Zeroable},
};

/// A position in one series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Leg {
    /// Positive long, negative short, never zero in a used leg.
    pub lots: i64,
    pub expiry_id: u16,
    pub strike: u8,
    /// 0 call, 1 put.
    pub kind: u8,
    pub _pad0: [u8; 4],
}

impl Leg {
    /// The leg as the risk crate sees it. `place`: among its account's legs.
    #[must_use]
    pub const fn holding(&self, place: u8) -> Holding {
        let Self { lots, expiry_id, strike, kind, .. } = *self;
        Holding { lots, expiry_id, strike, kind, place, _pad: [0; 3] }
    }

    /// Its series among all of the market, as one number.
    #[must_use]
    pub const fn key(&self) -> u32 {
        series_key(self.expiry_id, self.strike, self.kind)
    }
}

#[allow(clippy::cast_lossless)] // no `From` in const
pub(super) const fn series_key(expiry_id: u16, strike: u8, kind: u8) -> u32 {
    expiry_id as u32 | (strike as u32) << 16 | (kind as u32) << 24
}

/// Looks up legs of an account without a search for those that come in its order, and for those that it surely does not hold.
/// Legs that it opens meanwhile are not asked for.
#[derive(Default)]
pub struct LegFinder {
    /// A bit for each series of the expiries whose numbers end alike; made when it is first needed.
    series: Option<[u32; 8]>,
    next: usize,
}

impl LegFinder {
    /// Place of the leg of the same series among `legs`.
    pub fn find(&mut self, legs: &[Leg], wanted: &Holding) -> Option<usize> {
        let Holding { expiry_id, strike, kind, .. } = *wanted;
        let key = series_key(expiry_id, strike, kind);
        let is_next = legs.get(self.next).is_some_and(|leg| leg.key() == key);
        if is_next {
            self.next = self.next.saturating_add(1);
            return self.next.checked_sub(1);
        }
        let (word, bit) = series_bit(expiry_id, strike, kind);
        let series = self.series.get_or_insert_with(|| series_of(legs));
        if series.get(word).is_some_and(|bits| bits & bit == 0) {
            return None;
        }
        let at = legs.iter().position(|leg| leg.key() == key)?;
        self.next = at.saturating_add(1);
        Some(at)
    }
}

fn series_bit(expiry_id: u16, strike: u8, kind: u8) -> (usize, u32) {
    (usize::from(expiry_id & 7), 1u32.wrapping_shl(u32::from(strike) << 1 | u32::from(kind & 1)))
}

#[inline(never)]
fn series_of(legs: &[Leg]) -> [u32; 8] {
    let mut series = [0; 8];
    for leg in legs {
        let (word, bit) = series_bit(leg.expiry_id, leg.strike, leg.kind);
        if let Some(bits) = series.get_mut(word) {
            *bits |= bit;
        }
    }
    series
}
