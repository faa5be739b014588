//! The circuit breaker: a ladder of levels, what each level still allows, and how a trip ends.
//!
//! Every cause holds its own trip; the level in force is the strictest of them. Whatever the level, the safety
//! set stays open: deposit, reduce, withdraw, settle and the cranks that lead back to health.

pub mod proof;

/// The ladder, strictest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    Normal = 0,
    /// Trading goes on with a higher initial margin; nothing new is listed.
    Guarded = 1,
    /// Only trades that reduce risk; liquidations go on.
    ReduceOnly = 2,
    /// No price to rely on: only reductions and exits, no liquidations.
    CloseOnly = 3,
    /// The books are in doubt: exits and settlement only, no new pool deposits.
    SettleOnly = 4,
    /// The market ends: as `SettleOnly`, until the timelock says otherwise.
    WindDown = 5,
}

/// Levels in order, for walking the whole table.
pub const LEVELS: [Level; 6] =
    [Level::Normal, Level::Guarded, Level::ReduceOnly, Level::CloseOnly, Level::SettleOnly, Level::WindDown];

impl Level {
    /// Reads a stored byte; anything unknown counts as the strictest level.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Normal,
            1 => Self::Guarded,
            2 => Self::ReduceOnly,
            3 => Self::CloseOnly,
            4 => Self::SettleOnly,
            _ => Self::WindDown,
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    Deposit = 0,
    Withdraw = 1,
    Reduce = 2,
    Settle = 3,
    ExitPool = 4,
    Crank = 5,
    Liquidate = 6,
    OpenRisk = 7,
    DepositPool = 8,
    List = 9,
}

/// Every action, for walking the whole table.
pub const ACTIONS: [Action; 10] = [
    Action::Deposit,
    Action::Withdraw,
    Action::Reduce,
    Action::Settle,
    Action::ExitPool,
    Action::Crank,
    Action::Liquidate,
    Action::OpenRisk,
    Action::DepositPool,
    Action::List,
];

impl Action {
    /// The strictest level at which the action is still allowed. The safety set is allowed at the last one.
    #[must_use]
    pub const fn allowed_through(self) -> Level {
        match self {
            Self::Deposit | Self::Withdraw | Self::Reduce | Self::Settle | Self::ExitPool | Self::Crank => {
                Level::WindDown
            }
            Self::Liquidate => Level::ReduceOnly,
            Self::DepositPool => Level::CloseOnly,
            Self::OpenRisk => Level::Guarded,
            Self::List => Level::Normal,
        }
    }

    /// True for what no level may ever refuse.
    #[must_use]
    pub const fn is_safety(self) -> bool {
        matches!(self.allowed_through(), Level::WindDown)
    }
}

/// The action table.
#[must_use]
pub const fn allows(level: Level, action: Action) -> bool {
    level as u8 <= action.allowed_through() as u8
}

/// Multiple of the initial margin at a level, parts per million.
#[must_use]
pub const fn initial_factor_ppm(level: Level) -> u64 {
    match level {
        Level::Normal => 1_000_000,
        _ => 1_250_000,
    }
}

/// Why a level is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Cause {
    Guardian = 0,
    OracleQuorum = 1,
    VaultShortfall = 2,
    OpenInterest = 3,
    Governance = 4,
    Greeks = 5,
}

/// Number of slots for causes.
pub const CAUSES: usize = 8;

impl Cause {
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Reads a stored or submitted byte.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Guardian,
            1 => Self::OracleQuorum,
            2 => Self::VaultShortfall,
            3 => Self::OpenInterest,
            4 => Self::Governance,
            5 => Self::Greeks,
            _ => return None,
        })
    }

    /// The level that a proven fault of this cause leads to.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Guardian => Level::ReduceOnly,
            Self::OracleQuorum => Level::CloseOnly,
            Self::VaultShortfall | Self::OpenInterest => Level::SettleOnly,
            Self::Governance => Level::WindDown,
            Self::Greeks => Level::Guarded,
        }
    }
}

/// Strictest level a guardian may set: liquidations and exits must go on while a human has the brake.
pub const GUARDIAN_MAX: Level = Level::ReduceOnly;
/// Length of a guardian's trip of the whole protocol, and the longest that a market may set for its own, seconds.
pub const GUARDIAN_TRIP_SECONDS: i64 = 6 * 3_600;
/// Guardian trips allowed in a row before the market must have been free for one trip's length.
pub const GUARDIAN_MAX_CONSECUTIVE: u8 = 2;

/// One cause's hold on the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Trip {
    /// Level as a byte; zero means not tripped.
    pub level: u8,
    /// Trips in a row without a free period between.
    pub consecutive: u8,
    /// Unix time of the trip.
    pub since: i64,
    /// Unix time at which it ends by itself; zero means it needs proof of recovery or governance.
    pub until: i64,
}

impl Trip {
    /// The level this trip imposes now.
    #[must_use]
    pub fn level_at(&self, now: i64) -> Level {
        if self.until != 0 && now >= self.until {
            return Level::Normal;
        }
        Level::from_byte(self.level)
    }
}

/// Why a guardian's trip was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TripFault {
    /// The level is above what a guardian may set, or not a tightening.
    NotTightening,
    TooManyInARow,
}

/// A guardian's trip of `length` seconds: tightens only, ends by itself, and is rationed.
///
/// # Errors
/// [`TripFault`].
pub fn guardian_trip(current: Trip, level: Level, now: i64, length: i64) -> Result<Trip, TripFault> {
    if level > GUARDIAN_MAX || level <= current.level_at(now) {
        return Err(TripFault::NotTightening);
    }
    let free_since = if current.until == 0 { i64::MIN } else { current.until };
    let rested = now.saturating_sub(free_since) >= length;
    let consecutive = if rested { 1 } else { current.consecutive.saturating_add(1) };
    if consecutive > GUARDIAN_MAX_CONSECUTIVE {
        return Err(TripFault::TooManyInARow);
    }
    Ok(Trip { level: level as u8, consecutive, since: now, until: now.saturating_add(length) })
}

/// The level in force: the strictest of all trips.
#[must_use]
pub fn level_in_force(trips: &[Trip], now: i64) -> Level {
    trips.iter().map(|t| t.level_at(now)).max().unwrap_or(Level::Normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX_HOURS: i64 = GUARDIAN_TRIP_SECONDS;

    #[test]
    fn the_safety_set_is_open_at_every_level() {
        for level in LEVELS {
            for action in ACTIONS {
                if action.is_safety() {
                    assert!(allows(level, action), "{level:?} {action:?}");
                }
            }
        }
        let safe = ACTIONS.iter().filter(|a| a.is_safety()).count();
        assert_eq!(safe, 6);
    }

    #[test]
    fn a_stricter_level_never_allows_more() {
        for pair in LEVELS.windows(2) {
            for action in ACTIONS {
                assert!(allows(pair[0], action) || !allows(pair[1], action));
            }
        }
        assert!(allows(Level::ReduceOnly, Action::Liquidate));
        assert!(!allows(Level::CloseOnly, Action::Liquidate));
        assert!(!allows(Level::ReduceOnly, Action::OpenRisk));
    }

    #[test]
    fn guardians_tighten_only_and_are_rationed() {
        let none = Trip::default();
        assert_eq!(guardian_trip(none, Level::CloseOnly, 0, SIX_HOURS), Err(TripFault::NotTightening));
        assert_eq!(guardian_trip(none, Level::Normal, 0, SIX_HOURS), Err(TripFault::NotTightening));
        let first = guardian_trip(none, Level::Guarded, 100, SIX_HOURS).unwrap();
        assert_eq!(guardian_trip(first, Level::Guarded, 101, SIX_HOURS), Err(TripFault::NotTightening));
        let second = guardian_trip(first, Level::ReduceOnly, 200, SIX_HOURS).unwrap();
        assert_eq!(second.consecutive, 2);
        let end = second.until;
        assert_eq!(second.level_at(end - 1), Level::ReduceOnly);
        assert_eq!(second.level_at(end), Level::Normal);
        assert_eq!(guardian_trip(second, Level::Guarded, end + 1, SIX_HOURS), Err(TripFault::TooManyInARow));
        assert!(guardian_trip(second, Level::Guarded, end + GUARDIAN_TRIP_SECONDS, SIX_HOURS).is_ok());
    }

    #[test]
    fn the_strictest_trip_wins_and_unknown_bytes_are_strictest() {
        let a = Trip { level: 1, ..Trip::default() };
        let b = Trip { level: 3, until: 50, ..Trip::default() };
        assert_eq!(level_in_force(&[a, b], 10), Level::CloseOnly);
        assert_eq!(level_in_force(&[a, b], 50), Level::Guarded);
        assert_eq!(Level::from_byte(77), Level::WindDown);
        for level in LEVELS {
            assert_eq!(Level::from_byte(level as u8), level);
        }
        for byte in 0..=255u8 {
            assert!(
                Cause::from_byte(byte).is_none_or(|c| c.index() == usize::from(byte) && c.index() < CAUSES)
            );
        }
    }
}
