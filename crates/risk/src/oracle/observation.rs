//! What a source said, and what the round made of it.

/// How far a publisher's clock may run ahead of the chain's, seconds.
pub const MAX_FUTURE_SECONDS: i64 = 5;

/// One source's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Observation {
    /// Quote atoms per unit of the underlying.
    pub price: u64,
    /// Half-width of the confidence interval, same unit.
    pub confidence: u64,
    /// Unix time at which the price was observed.
    pub publish_time: i64,
    /// Slot in which it was published or posted on chain.
    pub slot: u64,
}

/// How one source did in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Verdict {
    /// No such source.
    #[default]
    Absent = 0,
    /// Counted.
    Valid = 1,
    /// The account could not be read as what it was registered as.
    Unreadable = 2,
    /// Older than allowed.
    Stale = 3,
    /// Confidence interval too wide.
    Uncertain = 4,
    /// Zero or beyond the price domain.
    NotAPrice = 5,
    /// Far from a median that most of all sources agree with: wrong.
    Outlier = 6,
    /// Serving a quarantine: not listened to.
    Quarantined = 7,
    /// Dated after the chain's clock.
    Future = 8,
    /// On trial and in agreement: judged, not counted.
    Watched = 9,
    /// Too far from the median to count; but not far enough, or too few agree with the median, to say who is wrong.
    Astray = 10,
}

impl Verdict {
    /// True for a source that said nothing that could be used, rather than something wrong.
    #[must_use]
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::Unreadable | Self::Stale | Self::Uncertain | Self::Future)
    }
}
