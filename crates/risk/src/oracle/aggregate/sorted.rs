//! A few values in order.

use crate::oracle::MAX_SOURCES;

/// Values in ascending order. The general sort would weigh more than the whole aggregate.
#[derive(Clone, Copy, Default)]
pub struct Sorted {
    values: [u64; MAX_SOURCES],
    count: usize,
}

impl Sorted {
    /// At most [`MAX_SOURCES`] are kept.
    #[inline]
    pub fn insert(&mut self, value: u64) {
        let Some(mut rest) = self.values.get_mut(..=self.count) else { return };
        self.count = self.count.wrapping_add(1); // there was a place for it
        while let Some((last, before)) = rest.split_last_mut() {
            match before.last() {
                Some(larger) if *larger > value => *last = *larger,
                _ => {
                    *last = value;
                    return;
                }
            }
            rest = before;
        }
    }

    /// The values in order.
    #[inline]
    pub fn values(&self) -> &[u64] {
        self.values.get(..self.count).unwrap_or(&self.values)
    }

    /// The middle value; of an even number the mean of the middle two, rounded down; zero of none.
    #[inline]
    pub fn median(&self) -> u64 {
        median(self.values())
    }
}

/// As [`Sorted::median`], of values in ascending order.
#[inline]
pub fn median(values: &[u64]) -> u64 {
    let count = values.len();
    let Some(&upper) = values.get(count >> 1) else { return 0 };
    if count & 1 == 1 {
        return upper;
    }
    match values.get((count >> 1).wrapping_sub(1)) {
        Some(lower) => mean(*lower, upper),
        None => upper,
    }
}

/// The median distance of values in ascending order from a price. Outwards from it both ways distances only grow, so the ends
/// give them in falling order.
#[inline]
pub fn median_distance(values: &[u64], price: u64) -> u64 {
    let mut rest = values;
    for _ in 0..values.len().saturating_sub(1) >> 1 {
        let _ = take_farthest(&mut rest, price);
    }
    let upper = take_farthest(&mut rest, price);
    match values.len() & 1 {
        1 => upper,
        _ => mean(take_farthest(&mut rest, price), upper),
    }
}

/// Takes the end that is farther from a price; its distance, or zero of none.
#[inline]
fn take_farthest(values: &mut &[u64], price: u64) -> u64 {
    let (Some((first, behind)), Some((last, before))) = (values.split_first(), values.split_last()) else {
        return 0;
    };
    let (below, above) = (first.abs_diff(price), last.abs_diff(price));
    *values = if below > above { behind } else { before };
    below.max(above)
}

/// Rounded down.
#[inline]
fn mean(lower: u64, upper: u64) -> u64 {
    lower.wrapping_add(upper.wrapping_sub(lower) >> 1) // the smaller of the two comes first
}
