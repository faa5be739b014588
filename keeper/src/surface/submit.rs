//! The instruction that submits a planned surface.

use {
    crate::surface::{form::Form, SurfacePlan},
    bulkhead_risk::svi::SviParams,
    bulkhead_sdk::{
        bulkhead::{instructions::set_surface::SetSurfaceArgs, surface_update::SviArgs},
        instructions,
    },
    solana_address::Address,
    solana_instruction::Instruction,
};

/// `authority` must be the market's surface authority.
pub fn instruction(plan: &SurfacePlan, authority: Address) -> Instruction {
    instructions::set_surface(authority, plan.market, plan.expiry, &plan.others, args(plan))
}

fn args(plan: &SurfacePlan) -> SetSurfaceArgs {
    let (vols_ppm, svi) = match plan.form {
        Form::Slice(SviParams { a, b, rho, m, sigma }) => (Vec::new(), vec![SviArgs { a, b, rho, m, sigma }]),
        Form::Vols(_) => (plan.step.vols_ppm.clone(), Vec::new()),
    };
    SetSurfaceArgs {
        vols_ppm,
        svi,
        basis_ppm: plan.basis_ppm,
        quoted_spread_ppm: plan.liquidity.spread_ppm,
        quoted_depth_lots: plan.liquidity.depth_lots,
        call_prices: plan.prices.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::{
            fixture::NOW,
            surface::samples::{file, mirror, planned, STRIKES},
        },
        bulkhead_sdk::pda,
    };

    #[test]
    fn a_whole_step_travels_as_a_slice_with_its_prices() {
        let plan = planned(&mirror(), &file()).unwrap();
        let args = args(&plan);
        assert!(args.vols_ppm.is_empty());
        let Form::Slice(params) = plan.form else { panic!("{}", plan.form) };
        assert_eq!((args.svi.len(), args.svi[0].sigma), (1, params.sigma));
        assert_eq!(args.call_prices.len(), STRIKES.len());
        assert_eq!(args.quoted_depth_lots, plan.liquidity.depth_lots);
        assert_eq!((args.basis_ppm, args.quoted_spread_ppm), (plan.basis_ppm, plan.liquidity.spread_ppm));
    }

    #[test]
    fn a_part_of_the_way_travels_as_volatilities_alone() {
        let mut mirror = mirror();
        mirror.expiries[0].vols_ppm[..7].fill(1_000_000);
        let plan = planned(&mirror, &file()).unwrap();
        let args = args(&plan);
        assert_eq!(args.vols_ppm, plan.step.vols_ppm);
        assert!(args.svi.is_empty() && args.call_prices.is_empty());
        assert!(args.quoted_spread_ppm > 0 && args.quoted_depth_lots > 0);
    }

    #[test]
    fn every_other_live_expiry_follows_in_the_order_of_slots() {
        let mut mirror = mirror();
        for id in [2, 3] {
            let mut other = mirror.expiries[0];
            (other.id, other.expires_at) = (id, NOW.unix + i64::from(id) * 86_400);
            mirror.expiries.push(other);
        }
        mirror.market.expiries = [3, 0, 1, 2, 0, 0, 0, 0];
        let plan = planned(&mirror, &file()).unwrap();
        let sent = instruction(&plan, mirror.market.surface_authority);
        let keys: Vec<Address> = sent.accounts.iter().map(|meta| meta.pubkey).collect();
        assert_eq!(keys[keys.len() - 2..], [3, 2].map(|id| pda::expiry(&mirror.key, id)));
    }
}
