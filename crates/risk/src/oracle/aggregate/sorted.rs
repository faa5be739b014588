//! A few values in order.

use crate::oracle::MAX_SOURCES;

/// Values in ascending order, once they are sorted. The general sort would weigh more than the whole aggregate.
#[derive(Clone, Copy)]
pub struct Sorted {
    /// [`FREE`] where there is none yet.
    values: [u64; MAX_SOURCES],
    count: usize,
}

/// Sorts behind every value.
const FREE: u64 = u64::MAX;

impl Sorted {
    #[inline]
    pub const fn none() -> Self {
        Self { values: [FREE; MAX_SOURCES], count: 0 }
    }

    /// At most [`MAX_SOURCES`] are kept.
    #[inline]
    pub fn push(&mut self, value: u64) {
        if let Some(place) = self.values.get_mut(self.count) {
            *place = value;
            self.count = self.count.wrapping_add(1); // a place in the list
        }
    }

    /// By a fixed network of comparisons: no loop and no index to check.
    #[inline]
    pub fn sort(&mut self) {
        match self.count {
            0..=FEW => sort_few(&mut self.values),
            _ => sort_all(&mut self.values),
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

/// Those of some values in ascending order that are no farther from a price.
#[inline]
pub fn within(mut values: &[u64], price: u64, distance: u64) -> &[u64] {
    while let Some((_, behind)) = values.split_first().filter(|(first, _)| first.abs_diff(price) > distance) {
        values = behind;
    }
    while let Some((_, before)) = values.split_last().filter(|(last, _)| last.abs_diff(price) > distance) {
        values = before;
    }
    values
}

/// Rounded down.
#[inline]
fn mean(lower: u64, upper: u64) -> u64 {
    lower.wrapping_add(upper.wrapping_sub(lower) >> 1) // the smaller of the two comes first
}

/// Orders pairs of values, one after the other.
macro_rules! for_pairs {
    ($values:ident: $($low:literal $high:literal),*) => {
        $(order($values, $low, $high);)*
    };
}

type Values = [u64; MAX_SOURCES];

/// Most values that [`sort_few`] looks at.
const FEW: usize = 5;

/// The first five, with nine comparisons: pairs, then the winners of the pairs, then what is left open between them.
#[inline(never)]
fn sort_few(values: &mut Values) {
    for_pairs!(values: 0 3, 1 4, 0 2, 1 3, 0 1, 2 4, 1 2, 3 4, 2 3);
}

/// All eight, with nineteen.
#[inline(never)]
fn sort_all(values: &mut Values) {
    for_pairs!(values: 0 2, 1 3, 4 6, 5 7, 0 4, 1 5, 2 6, 3 7, 0 1, 2 3, 4 5, 6 7, 2 4, 3 5, 1 4, 3 6, 1 2, 3 4, 5 6);
}

/// Puts the smaller of two values first.
#[inline(always)]
fn order(values: &mut Values, low: usize, high: usize) {
    if let (Some(&a), Some(&b)) = (values.get(low), values.get(high)) {
        if a > b {
            values.swap(low, high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A network that sorts all lists of zeros and ones sorts all lists.
    #[test]
    fn sorts_any_list() {
        for count in 0..=MAX_SOURCES {
            for bits in 0u32..1 << count {
                let mut list = Sorted::none();
                (0..count).for_each(|at| list.push(u64::from(bits >> at & 1)));
                list.sort();
                assert!(list.values().is_sorted(), "{count} values, {bits:b}");
                assert_eq!(list.values().iter().sum::<u64>(), bits.count_ones().into());
            }
        }
    }

    #[test]
    fn distances_have_the_median_of_their_list() {
        for count in 0u64..=8 {
            for price in 0u64..30 {
                let values: std::vec::Vec<u64> = (0..count).map(|i| i * i).collect();
                let mut distances: std::vec::Vec<u64> = values.iter().map(|v| v.abs_diff(price)).collect();
                distances.sort_unstable();
                assert_eq!(median_distance(&values, price), median(&distances), "{count} around {price}");
            }
        }
    }
}
