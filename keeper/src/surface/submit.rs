//! The instruction that submits a planned surface.

use {
    crate::surface::SurfacePlan,
    bulkhead_sdk::{bulkhead::instructions::set_surface::SetSurfaceArgs, instructions},
    solana_address::Address,
    solana_instruction::Instruction,
};

/// `authority` must be the market's surface authority.
pub fn instruction(plan: &SurfacePlan, authority: Address) -> Instruction {
    let args = SetSurfaceArgs { vols_ppm: plan.step.vols_ppm.clone(), basis_ppm: plan.basis_ppm };
    instructions::set_surface(authority, plan.market, plan.expiry, args)
}
