//! Who counts, and the grade that follows.

use super::{Limits, SourceInput};
use crate::oracle::{
    grade::{Grade, Reason},
    observation::Verdict,
    MAX_SOURCES,
};

#[derive(Default)]
pub struct Census {
    pub valid: u64,
    pub groups: u64,
    /// Valid sources of the one group that may be in the majority.
    leading: u64,
}

impl Census {
    #[inline]
    pub fn of(sources: &[SourceInput], verdicts: &[Verdict; MAX_SOURCES]) -> Self {
        let (mut valid, mut seen, mut leading, mut lead) = (0u64, 0u64, u8::MAX, 0u64);
        for (source, verdict) in sources.iter().zip(verdicts) {
            if *verdict != Verdict::Valid {
                continue;
            }
            valid = valid.saturating_add(1);
            seen |= 1u64.checked_shl(u32::from(source.group)).unwrap_or(0);
            // Boyer and Moore: a group in the majority cannot be outvoted by all the others.
            if lead == 0 {
                leading = source.group;
            }
            lead = if leading == source.group { lead.saturating_add(1) } else { lead.saturating_sub(1) };
        }
        let mut census = Self { valid, groups: u64::from(seen.count_ones()), leading: 0 };
        if lead > 0 {
            for (source, verdict) in sources.iter().zip(verdicts) {
                let leads = *verdict == Verdict::Valid && source.group == leading;
                census.leading = census.leading.saturating_add(u64::from(leads));
            }
        }
        census
    }

    pub fn grade(&self, limits: &Limits, is_divided: bool, registered: u64) -> (Grade, Reason) {
        // Whatever the market asks for, half of the sources or fewer speak for nobody.
        if self.valid < limits.quorum || self.valid.saturating_add(self.valid) <= registered {
            (Grade::D, Reason::NoQuorum)
        } else if self.groups < limits.min_groups {
            (Grade::D, Reason::TooFewGroups)
        } else if is_divided {
            (Grade::D, Reason::Divided)
        } else if self.leading.saturating_add(self.leading) > self.valid {
            (Grade::C, Reason::OneGroup)
        } else if self.valid == registered {
            (Grade::A, Reason::None)
        } else if self.valid > limits.quorum {
            (Grade::B, Reason::SourceMissing)
        } else {
            (Grade::C, Reason::BareQuorum)
        }
    }
}
