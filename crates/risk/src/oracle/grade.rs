//! How far to trust a mark, and why no further.

/// Quality of a mark, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Grade {
    /// Every registered source agrees.
    A = 0,
    /// At least one more than the quorum.
    B = 1,
    /// Exactly the quorum, or one group of sources could move the mark alone.
    C = 2,
    /// Not to be relied on now: no quorum, too old, divided, a large move unconfirmed, or just back from an outage.
    D = 3,
    /// No mark at all, or one far too old.
    E = 4,
}

/// Every grade, for walking whole tables.
pub const GRADES: [Grade; 5] = [Grade::A, Grade::B, Grade::C, Grade::D, Grade::E];

impl Grade {
    /// Reads a stored byte; anything unknown counts as the worst grade.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::A,
            1 => Self::B,
            2 => Self::C,
            3 => Self::D,
            _ => Self::E,
        }
    }

    /// True for a mark with a quorum behind it.
    #[must_use]
    pub const fn is_quorum(self) -> bool {
        matches!(self, Self::A | Self::B | Self::C)
    }

    /// Multiple of the initial margin at this grade, parts per million.
    #[must_use]
    pub const fn initial_factor_ppm(self) -> u64 {
        match self {
            Self::A => 1_000_000,
            Self::B => 1_050_000,
            _ => 1_200_000,
        }
    }
}

/// Why a grade is not better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Reason {
    /// Nothing is missing.
    #[default]
    None = 0,
    /// A source is missing, astray or on trial.
    SourceMissing = 1,
    /// No source to spare.
    BareQuorum = 2,
    /// Sources of one group are more than half of those that count.
    OneGroup = 3,
    /// Fewer valid sources than the quorum, or no majority of all.
    NoQuorum = 4,
    /// The valid sources come from too few groups.
    TooFewGroups = 5,
    /// Half of the valid sources lie too far from the median.
    Divided = 6,
    /// A large move without the agreement it needs; the mark is the one before it.
    MoveUnconfirmed = 7,
    /// Back from an outage: the quorum must hold for some rounds first.
    Resuming = 8,
    /// The mark is older than what it is wanted for allows.
    Aged = 9,
    /// The mark's confidence interval is wider than what it is wanted for allows.
    TooUncertain = 10,
    /// There has never been a quorum.
    NoMark = 11,
}

impl Reason {
    /// Reads a stored byte; anything unknown counts as no mark.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::None,
            1 => Self::SourceMissing,
            2 => Self::BareQuorum,
            3 => Self::OneGroup,
            4 => Self::NoQuorum,
            5 => Self::TooFewGroups,
            6 => Self::Divided,
            7 => Self::MoveUnconfirmed,
            8 => Self::Resuming,
            9 => Self::Aged,
            10 => Self::TooUncertain,
            _ => Self::NoMark,
        }
    }

    /// True when the sources fail. Before the first mark there is nothing to protect. A large move that waits for its confirmation and a return from an outage are not a fault
    /// and end by themselves: whoever could report them could stop liquidations in every crash.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::NoQuorum | Self::TooFewGroups | Self::Divided | Self::Aged)
    }
}
