//! What a mark may be relied on for: one table of grades and actions, and how old and how uncertain it may be for each.

use super::{
    grade::{Grade, Reason},
    mark::Mark,
};
use crate::{
    math_error::MathError,
    round::{ppm_of, Round},
    scenario::PPM,
};

/// What somebody wants the mark for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reliance {
    /// A trade that adds risk.
    AddRisk = 0,
    /// A trade that only reduces risk.
    Reduce = 1,
    /// Collateral leaves.
    Withdraw = 2,
    /// Positions are taken over at the mark.
    Liquidate = 3,
    /// A surface is measured against the mark.
    SetSurface = 4,
    /// Risk arrays are computed from the mark.
    Refresh = 5,
}

/// Every use, for walking the whole table.
pub const RELIANCES: [Reliance; 6] = [
    Reliance::AddRisk,
    Reliance::Reduce,
    Reliance::Withdraw,
    Reliance::Liquidate,
    Reliance::SetSurface,
    Reliance::Refresh,
];

/// What the table answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The mark is good for it.
    Mark,
    /// Possible without relying on the mark: by the worst that may happen, or by what was computed before.
    WithoutMark,
    /// Not now.
    Refused,
}

use Answer::{Mark as Yes, Refused as No, WithoutMark as Careful};

/// Grades A to E for each use. Nobody is liquidated, and no risk is added, without a quorum; nobody is ever kept from
/// reducing or leaving.
const TABLE: [[Answer; 5]; 6] = [
    /* AddRisk    */ [Yes, Yes, Yes, No, No],
    /* Reduce     */ [Yes, Yes, Yes, Careful, Careful],
    /* Withdraw   */ [Yes, Yes, Yes, Careful, Careful],
    /* Liquidate  */ [Yes, Yes, Yes, No, No],
    /* SetSurface */ [Yes, Yes, Yes, No, No],
    /* Refresh    */ [Yes, Yes, Yes, Careful, Careful],
];

/// How old and how uncertain a mark may be for a use, as shares of what the market allows, parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// Of the oldest age of a mark.
    pub age_ppm: u64,
    /// Of the widest confidence interval of a source.
    pub confidence_ppm: u64,
}

impl Reliance {
    /// At the default of 60 s and 1 %: 10 s and 0.5 % to add risk, 30 s to withdraw, 60 s and 2 % to liquidate.
    #[must_use]
    pub const fn band(self) -> Band {
        match self {
            Self::AddRisk => Band { age_ppm: 166_666, confidence_ppm: 500_000 },
            Self::Withdraw | Self::SetSurface => Band { age_ppm: 500_000, confidence_ppm: PPM },
            Self::Liquidate | Self::Reduce | Self::Refresh => {
                Band { age_ppm: PPM, confidence_ppm: 2_000_000 }
            }
        }
    }

    /// The entry of the table.
    #[must_use]
    pub fn at(self, grade: Grade) -> Answer {
        let row = TABLE.get(usize::from(self as u8));
        row.and_then(|row| row.get(usize::from(grade as u8))).copied().unwrap_or(Answer::Refused)
    }

    /// The answer for a mark now, with the reason where it is not [`Answer::Mark`].
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a limit leaves 64 bits.
    pub fn answer(
        self,
        mark: &Mark,
        now: i64,
        max_age_seconds: i64,
        max_confidence_ppm: u64,
    ) -> Result<(Answer, Reason), MathError> {
        let (grade, reason) = mark.grade_at(now, max_age_seconds);
        if !grade.is_quorum() {
            return Ok((self.at(grade), reason));
        }
        let band = self.band();
        let max_age = ppm_of(max_age_seconds.unsigned_abs(), band.age_ppm, Round::Up)?;
        let max_confidence = ppm_of(max_confidence_ppm, band.confidence_ppm, Round::Down)?;
        if mark.age(now) > i64::try_from(max_age).unwrap_or(i64::MAX) {
            Ok((self.at(Grade::D), Reason::Aged))
        } else if mark.confidence_ppm()? > max_confidence {
            Ok((self.at(Grade::D), Reason::TooUncertain))
        } else {
            Ok((self.at(grade), reason))
        }
    }
}
