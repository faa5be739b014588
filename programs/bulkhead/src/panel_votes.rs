//! The votes of a panel on one expiry, appended to an instruction in the order of its members. The address of a vote follows
//! from its member, so whoever applies a surface can leave nobody out.

use {
    crate::{
        error::BulkheadError,
        now::Now,
        state::{seeds, SurfacePanel, SurfaceVote},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::surface_panel::{is_fresh, QuotedSurface, MAX_MEMBERS},
    core::mem::size_of,
};

/// The votes that count now.
pub struct PanelVotes {
    pub surfaces: Vec<QuotedSurface>,
    /// Unix time of the latest.
    pub latest: i64,
}

impl PanelVotes {
    /// Takes the votes from the front of `appended`; returns what follows them, too.
    ///
    /// # Errors
    /// [`BulkheadError::VoteAccountsMismatch`] unless they are those of all members in order, [`BulkheadError::TooFewVotes`].
    #[inline(never)]
    pub fn load<'a>(
        appended: &'a [AccountView],
        panel: &Account<SurfacePanel>,
        expiry_id: u16,
        now: Now,
    ) -> Result<(Self, &'a [AccountView])> {
        let split = appended.split_at_checked(usize::from(panel.member_count));
        let (views, rest) = split.ok_or(BulkheadError::VoteAccountsMismatch)?;
        let mut votes = Self { surfaces: Vec::with_capacity(MAX_MEMBERS), latest: 0 };
        for (view, member) in views.iter().zip(panel.listed()) {
            let Some(vote) = read(view, panel.address(), member, expiry_id)? else { continue };
            if is_fresh(vote.submitted_at, now.unix) {
                votes.surfaces.push(vote.surface());
                votes.latest = votes.latest.max(vote.submitted_at);
            }
        }
        let enough = votes.surfaces.len() >= usize::from(panel.quorum);
        require!(enough, BulkheadError::TooFewVotes);
        Ok((votes, rest))
    }
}

/// The vote of one member; `None` where it has none, which only the right address can prove.
fn read(
    view: &AccountView,
    panel: &Address,
    member: &Address,
    expiry_id: u16,
) -> Result<Option<Account<SurfaceVote>>> {
    let mismatch = BulkheadError::VoteAccountsMismatch;
    if view.data_len() == 0 {
        let id = u64::from(expiry_id).to_le_bytes();
        let parts = [seeds::VOTE, panel.as_ref(), &id, member.as_ref()];
        let (address, _) = find_program_address(&parts, &crate::ID);
        require_keys_eq!(*view.address(), address, mismatch);
        return Ok(None);
    }
    let whole = size_of::<SurfaceVote>().saturating_add(SurfaceVote::DISCRIMINATOR.len());
    require!(view.data_len() == whole, BulkheadError::VoteAccountsMismatch);
    let vote =
        Account::<SurfaceVote>::load(*view).map_err(|_| Error::from(BulkheadError::VoteAccountsMismatch))?;
    let expected = vote.panel == *panel && vote.member == *member && vote.expiry_id == expiry_id;
    require!(expected, BulkheadError::VoteAccountsMismatch);
    Ok(Some(vote))
}
