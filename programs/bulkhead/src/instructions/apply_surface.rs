//! Takes the surface that a panel's fresh votes amount to: their median, or the vote nearest to it where the median admits an
//! arbitrage, no further from the last surface than a step allows. Anyone may. What is refused leaves the last good one.

use {
    crate::{
        calendar::Neighbours,
        error::{refuse, BulkheadError},
        events::{Header, SurfaceApplied},
        now::Now,
        panel_votes::PanelVotes,
        state::{Expiry, Market, OracleAggregate, RiskArray, SurfacePanel},
        surface_update::{replace, Standard},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        oracle::Reliance,
        surface_panel::{approach, approach_basis, median, next_nearest, QuotedSurface},
    },
};

/// The votes of all members on the expiry follow, in the order of the members; in the place of one that has none stands the
/// empty account where it would be. Then every other live expiry of the market, in the order of their slots.
#[derive(Accounts)]
pub struct ApplySurface {
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(constraint = panel.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = market.surface_authority == *panel.address() @ BulkheadError::PanelNotInForce)]
    pub panel: Account<SurfacePanel>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = risk_array.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = risk_array.expiry_id == expiry.id @ BulkheadError::MissingRiskArray)]
    pub risk_array: Account<RiskArray>,
}

impl ApplySurface {
    fn validate(&self, now: Now) -> Result<()> {
        require!(now.unix < self.expiry.expires_at, BulkheadError::Expired);
        // A half-written array would lose the surface that the rest of it must be written from.
        require!(self.risk_array.strikes_done == 0, BulkheadError::RefreshUnfinished);
        self.oracle.require(Reliance::SetSurface, &self.market.params, now.unix)
    }
}

pub fn handler(ctx: &mut Context<ApplySurface>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.validate(now)?;
    let (votes, others) = PanelVotes::load(&appended, &a.panel, a.expiry.id, now)?;
    let neighbours = Neighbours::load(others, &a.market, a.expiry.id)?;
    let standard = Standard {
        market: &a.market,
        expiry: &a.expiry,
        mark: a.oracle.mark.price,
        neighbours: &neighbours,
        now,
    };
    let chosen = choose(&votes.surfaces, &standard)?;
    // Anyone may call: without this, old votes would pass for new ones, and a surface could be renewed without its members.
    let news = votes.latest > a.expiry.surface_at || chosen.surface != a.expiry.surface();
    require!(news, BulkheadError::SurfaceUnchanged);
    replace(&mut a.expiry, &mut a.risk_array, &chosen.surface, now)?;

    let mut seq = a.expiry.surface_version.saturating_sub(1);
    emit!(SurfaceApplied {
        header: Header::next(&mut seq, now),
        market: *a.market.address(),
        panel: *a.panel.address(),
        expiry_id: u64::from(a.expiry.id),
        surface_version: a.expiry.surface_version,
        votes: u64::try_from(votes.surfaces.len()).unwrap_or(u64::MAX),
        candidate: chosen.candidate,
        is_on_its_way: u64::from(chosen.is_on_its_way),
    });
    Ok(())
}

struct Chosen {
    surface: QuotedSurface,
    /// 0: the median, 1: the vote nearest to it, and so on.
    candidate: u64,
    /// A step from what the votes amount to.
    is_on_its_way: bool,
}

/// The first candidate that passes, a step towards it.
///
/// # Errors
/// The median's, where none passes.
#[inline(never)]
fn choose(votes: &[QuotedSurface], standard: &Standard) -> Result<Chosen> {
    let centre = median(votes, &standard.expiry.surface());
    let (mut target, mut rank, mut candidate) = (centre, None, 0);
    let mut refusal = None;
    loop {
        let surface = step_towards(&target, standard)?;
        match standard.check(&surface) {
            Ok(()) => return Ok(Chosen { surface, candidate, is_on_its_way: surface != target }),
            Err(error) => refusal = refusal.or(Some(error)),
        }
        rank = next_nearest(votes, &centre, rank);
        let next = rank.and_then(|(_, at)| votes.get(at));
        let Some(vote) = next else { return Err(refusal.unwrap_or(BulkheadError::TooFewVotes.into())) };
        // Basis and quotes are the median's whatever the volatilities are.
        target.vols_ppm = vote.vols_ppm;
        candidate = candidate.saturating_add(1);
    }
}

/// As far towards `target` as the market allows by now; the first surface of an expiry arrives at once.
fn step_towards(target: &QuotedSurface, standard: &Standard) -> Result<QuotedSurface> {
    let expiry = standard.expiry;
    if expiry.surface_version == 0 {
        return Ok(*target);
    }
    let (vol_step, basis_step) = standard.allowed_ppm()?;
    Ok(QuotedSurface {
        vols_ppm: approach(&expiry.vols_ppm, &target.vols_ppm, vol_step).map_err(refuse)?,
        basis_ppm: approach_basis(expiry.basis_ppm, target.basis_ppm, basis_step),
        ..*target
    })
}
