//! Volatility surfaces and risk arrays.

use {
    super::{all_shards, append, build, expiries, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{
        accounts as acc, instruction as ix,
        instructions::{
            open_panel::OpenPanelArgs, set_surface::SetSurfaceArgs, submit_surface::SubmitSurfaceArgs,
        },
    },
    solana_address::Address,
    solana_instruction::{AccountMeta, Instruction},
};

/// A surface of one volatility per strike, without quotes behind it.
#[must_use]
pub fn plain_surface(vols_ppm: Vec<u32>, basis_ppm: i64) -> SetSurfaceArgs {
    SetSurfaceArgs {
        vols_ppm,
        svi: Vec::new(),
        basis_ppm,
        quoted_spread_ppm: 0,
        quoted_depth_lots: 0,
        call_prices: Vec::new(),
    }
}

/// `others`: every other live expiry of the market, in the order of their slots.
#[must_use]
pub fn set_surface(
    authority: Address,
    market: Address,
    id: u16,
    others: &[u16],
    args: SetSurfaceArgs,
) -> Instruction {
    let accounts = acc::SetSurface {
        surface_authority: authority,
        market,
        oracle: pda::oracle(&market),
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
    };
    append(build(&accounts, &ix::SetSurface { args }), expiries(&market, others))
}

#[must_use]
pub fn open_panel(governor: Address, market: Address, args: OpenPanelArgs) -> Instruction {
    let accounts = acc::OpenPanel {
        governor,
        protocol: pda::protocol(),
        market,
        panel: pda::panel(&market, args.index),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::OpenPanel { args })
}

/// A member's vote on the surface of an expiry.
#[must_use]
pub fn submit_surface(
    member: Address,
    market: Address,
    panel: Address,
    id: u16,
    args: SubmitSurfaceArgs,
) -> Instruction {
    let accounts = acc::SubmitSurface {
        member,
        market,
        oracle: pda::oracle(&market),
        panel,
        expiry: pda::expiry(&market, id),
        vote: pda::vote(&panel, id, &member),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::SubmitSurface { args })
}

/// `members`: all of the panel's, in its order. `others`: every other live expiry of the market, in the order of their slots.
#[must_use]
pub fn apply_surface(
    market: Address,
    panel: Address,
    members: &[Address],
    id: u16,
    others: &[u16],
) -> Instruction {
    let accounts = acc::ApplySurface {
        market,
        oracle: pda::oracle(&market),
        panel,
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
    };
    let vote = |member: &Address| AccountMeta::new_readonly(pda::vote(&panel, id, member), false);
    let votes = members.iter().map(vote);
    let appended = votes.chain(expiries(&market, others)).collect();
    append(build(&accounts, &ix::ApplySurface {}), appended)
}

#[must_use]
pub fn close_vote(member: Address, panel: &Address, id: u16) -> Instruction {
    let accounts = acc::CloseVote { member, vote: pda::vote(panel, id, &member) };
    build(&accounts, &ix::CloseVote {})
}

/// Computes up to `max_strikes` of an expiry. With `shards`, the market's number of them, what they show of the book counts
/// from now on; with zero the last look does.
#[must_use]
pub fn refresh_risk(market: Address, id: u16, max_strikes: u8, shards: u8) -> Instruction {
    let accounts = acc::RefreshRisk {
        market,
        oracle: pda::oracle(&market),
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
    };
    append(build(&accounts, &ix::RefreshRisk { max_strikes }), all_shards(&market, shards))
}
