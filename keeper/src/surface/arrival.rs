//! When and where a planned surface may arrive: what passes now must pass then.

use {bulkhead_risk::math_error::MathError, bulkhead_sdk::bulkhead::forward::forward_price};

/// A transaction arrives up to this many seconds after it was planned,
const LATEST_SECONDS: u64 = 60;
/// when the mark may have moved by this much, parts per million.
const DRIFT_PPM: i64 = 2_000;

/// A moment and a mark at which the chain may check what was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Seconds since the plan.
    pub seconds: u64,
    /// Move of the mark, and with it of every forward, parts per million.
    pub drift_ppm: i64,
}

impl Arrival {
    /// At the mark that was planned with.
    pub const AT_ONCE: Self = Self { seconds: 0, drift_ppm: 0 };

    /// The extremes and what lies between them; at once comes first.
    pub fn all() -> impl Iterator<Item = Self> {
        let drifts = |seconds| [0, -DRIFT_PPM, DRIFT_PPM].map(|drift_ppm| Self { seconds, drift_ppm });
        [0, LATEST_SECONDS].into_iter().flat_map(drifts)
    }

    /// A forward then, price units.
    ///
    /// # Errors
    /// [`MathError::Domain`] when it leaves 64 bits.
    pub fn forward(self, planned: u64) -> Result<u64, MathError> {
        forward_price(planned, self.drift_ppm).map_err(|_| MathError::Domain)
    }

    /// The time left then; `None` once there is none.
    #[must_use]
    pub fn seconds_left(self, planned: u64) -> Option<u64> {
        planned.checked_sub(self.seconds).filter(|left| *left > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_both_times_and_both_sides_of_the_mark() {
        let all: Vec<Arrival> = Arrival::all().collect();
        assert_eq!((all.len(), all[0]), (6, Arrival::AT_ONCE));
        let forwards: Vec<u64> = all.iter().map(|at| at.forward(1_000_000).unwrap()).collect();
        assert_eq!(forwards, [1_000_000, 998_000, 1_002_000, 1_000_000, 998_000, 1_002_000]);
        let left: Vec<Option<u64>> = all.iter().map(|at| at.seconds_left(60)).collect();
        assert_eq!(left, [Some(60), Some(60), Some(60), None, None, None]);
    }
}
