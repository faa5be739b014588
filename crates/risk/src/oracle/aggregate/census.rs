//! Who counts, and the grade that follows.

use super::{Limits, SourceInput};
use crate::oracle::{
    grade::{Grade, Reason},
    observation::Verdict,
    MAX_SOURCES,
};

/// Groups are bits of a 64-bit set; one beyond it counts as none.
const GROUPS: u8 = 64;

#[derive(Default)]
pub struct Census {
    pub valid: u64,
    pub groups: u64,
    /// Valid sources of the one group that may be in the majority, or more than any group has where none can be.
    leading: u64,
}

impl Census {
    #[inline]
    pub fn of(sources: &[SourceInput], verdicts: &[Verdict; MAX_SOURCES]) -> Self {
        let (mut census, mut seen) = (Self::default(), 0u64);
        // At most eight sources: no count wraps.
        for (source, verdict) in sources.iter().zip(verdicts) {
            if *verdict != Verdict::Valid {
                continue;
            }
            census.valid = census.valid.wrapping_add(1);
            let group = 1u64.wrapping_shl(source.group.into());
            if seen & group == 0 && source.group < GROUPS {
                seen |= group;
                census.groups = census.groups.wrapping_add(1);
            }
        }
        // All the other groups have one each at least.
        let most = census.valid.wrapping_sub(census.groups).wrapping_add(1);
        let is_minority = most.wrapping_mul(2) <= census.valid;
        census.leading = if is_minority { most } else { leading(sources, verdicts) };
        census
    }

    pub fn grade(&self, limits: &Limits, is_divided: bool, registered: u64) -> (Grade, Reason) {
        // Whatever the market asks for, half of the sources or fewer speak for nobody.
        if self.valid < limits.quorum || self.valid.wrapping_mul(2) <= registered {
            (Grade::D, Reason::NoQuorum)
        } else if self.groups < limits.min_groups {
            (Grade::D, Reason::TooFewGroups)
        } else if is_divided {
            (Grade::D, Reason::Divided)
        } else if self.leading.wrapping_mul(2) > self.valid {
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

/// Valid sources of the one group that may be in the majority. Boyer and Moore: a group in the majority cannot be outvoted by
/// all the others.
fn leading(sources: &[SourceInput], verdicts: &[Verdict; MAX_SOURCES]) -> u64 {
    let valid = || sources.iter().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::Valid);
    let (mut leading, mut lead) = (u8::MAX, 0u64);
    for (source, _) in valid() {
        if lead == 0 {
            leading = source.group;
        }
        // Never below zero: at zero the group leads itself.
        lead = if leading == source.group { lead.wrapping_add(1) } else { lead.wrapping_sub(1) };
    }
    if lead == 0 {
        return 0;
    }
    valid().fold(0, |count, (source, _)| count.wrapping_add(u64::from(source.group == leading)))
}
