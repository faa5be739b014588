//! Volatility surfaces and risk arrays.

use {
    super::{all_shards, append, build},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix, instructions::set_surface::SetSurfaceArgs},
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
    let expiry = |id: &u16| AccountMeta::new_readonly(pda::expiry(&market, *id), false);
    append(build(&accounts, &ix::SetSurface { args }), others.iter().map(expiry).collect())
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
