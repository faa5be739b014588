//! Pseudo-random words with a taste for the places where arithmetic breaks.

/// A counter through a mixing function (the public "splitmix" construction): a few instructions per word anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Rng(u64);

impl Rng {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Any word.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// In `low..=high`, about evenly; the bias of the remainder does not matter here.
    #[inline]
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.wrapping_sub(low).wrapping_add(1);
        low.wrapping_add(self.word().checked_rem(span).unwrap_or(0))
    }

    /// In `low..=high`, about evenly over the number of digits.
    #[inline]
    pub fn any_size(&mut self, low: u64, high: u64) -> u64 {
        let places = 64 - high.leading_zeros();
        let drop = self.word() % u64::from(places.max(1));
        let cut = (self.word() & mask(places)) >> drop;
        cut.clamp(low, high)
    }

    /// In `low..=high`: even, of any size, around powers of two, or at the ends.
    #[inline]
    pub fn hostile(&mut self, low: u64, high: u64) -> u64 {
        match self.word() & 7 {
            0 | 1 => self.between(low, high),
            2..=4 => self.any_size(low, high),
            5 | 6 => {
                let power = 1_u64 << (self.word() & 63);
                power.saturating_add(self.word() & 3).saturating_sub(2).clamp(low, high)
            }
            _ => {
                let step = self.word() & 3;
                if self.word() & 1 == 0 {
                    low.saturating_add(step).min(high)
                } else {
                    high.saturating_sub(step).max(low)
                }
            }
        }
    }
}

fn mask(places: u32) -> u64 {
    u64::MAX.checked_shr(64 - places.min(64)).unwrap_or(0)
}
