//! A few values in order.

use crate::oracle::MAX_SOURCES;

/// Values in ascending order. The general sort would weigh more than the whole aggregate.
#[derive(Clone, Copy, Default)]
pub struct Sorted {
    values: [u64; MAX_SOURCES],
    count: usize,
}

impl Sorted {
    pub const fn count(&self) -> usize {
        self.count
    }

    #[inline]
    pub fn insert(&mut self, value: u64) {
        let mut at = self.count;
        while let Some(before) = at.checked_sub(1) {
            let Some(&larger) = self.values.get(before).filter(|v| **v > value) else { break };
            if let Some(slot) = self.values.get_mut(at) {
                *slot = larger;
            }
            at = before;
        }
        if let Some(slot) = self.values.get_mut(at) {
            *slot = value;
            self.count = self.count.saturating_add(1);
        }
    }

    /// The middle value; of an even number the mean of the middle two, rounded down; zero of none.
    #[inline]
    pub fn median(&self) -> u64 {
        let middle = self.count >> 1;
        let upper = self.at(middle);
        if self.count & 1 == 1 || self.count == 0 {
            return upper;
        }
        let lower = self.at(middle.saturating_sub(1));
        lower.saturating_add(upper.saturating_sub(lower) >> 1)
    }

    /// How far each value is from a price. Outwards from it both ways they only grow, so the ends give them in falling order.
    #[inline]
    pub fn distances_from(&self, price: u64) -> Self {
        let mut distances = Self { count: self.count, ..Self::default() };
        let (mut low, mut high) = (0usize, self.count);
        for slot in distances.values.iter_mut().take(self.count).rev() {
            let below = self.at(low).abs_diff(price);
            let above = self.at(high.saturating_sub(1)).abs_diff(price);
            *slot = below.max(above);
            match below > above {
                true => low = low.saturating_add(1),
                false => high = high.saturating_sub(1),
            }
        }
        distances
    }

    /// How many are no larger than `most`.
    #[inline]
    pub fn up_to(&self, most: u64) -> u64 {
        let mut few = 0u64;
        for value in self.values.iter().take(self.count) {
            few = few.saturating_add(u64::from(*value <= most));
        }
        few
    }

    /// Zero of none.
    pub fn largest(&self) -> u64 {
        self.at(self.count.saturating_sub(1))
    }

    #[inline]
    fn at(&self, index: usize) -> u64 {
        self.values.get(index).copied().unwrap_or(0)
    }
}
