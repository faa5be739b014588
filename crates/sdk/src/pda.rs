//! Addresses of every account, derived from the seeds the program uses.

use {
    bulkhead::{constants::UPGRADEABLE_LOADER, state::seeds, ID},
    solana_address::Address,
};

fn derive(parts: &[&[u8]]) -> Address {
    Address::find_program_address(parts, &ID).0
}

#[must_use]
pub fn protocol() -> Address {
    derive(&[seeds::PROTOCOL])
}

/// The loader's account that names the program's upgrade authority.
#[must_use]
pub fn program_data() -> Address {
    Address::find_program_address(&[ID.as_ref()], &UPGRADEABLE_LOADER).0
}

#[must_use]
pub fn market(id: u16) -> Address {
    derive(&[seeds::MARKET, &id.to_le_bytes()])
}

#[must_use]
pub fn vault(market: &Address) -> Address {
    derive(&[seeds::VAULT, market.as_ref()])
}

#[must_use]
pub fn ledger(market: &Address) -> Address {
    derive(&[seeds::LEDGER, market.as_ref()])
}

#[must_use]
pub fn oracle(market: &Address) -> Address {
    derive(&[seeds::ORACLE, market.as_ref()])
}

#[must_use]
pub fn pool(market: &Address) -> Address {
    derive(&[seeds::POOL, market.as_ref()])
}

/// `fund`: the market whose pool it is in, or the senior pool.
#[must_use]
pub fn stake(fund: &Address, owner: &Address) -> Address {
    derive(&[seeds::STAKE, fund.as_ref(), owner.as_ref()])
}

#[must_use]
pub fn senior(quote_mint: &Address) -> Address {
    derive(&[seeds::SENIOR, quote_mint.as_ref()])
}

#[must_use]
pub fn senior_vault(senior: &Address) -> Address {
    derive(&[seeds::SENIOR_VAULT, senior.as_ref()])
}

#[must_use]
pub fn feed(market: &Address, publisher: &Address) -> Address {
    derive(&[seeds::FEED, market.as_ref(), publisher.as_ref()])
}

/// A keeper's bond.
#[must_use]
pub fn keeper(market: &Address, keeper: &Address) -> Address {
    derive(&[seeds::KEEPER, market.as_ref(), keeper.as_ref()])
}

#[must_use]
pub fn expiry(market: &Address, id: u16) -> Address {
    derive(&[seeds::EXPIRY, market.as_ref(), &u64::from(id).to_le_bytes()])
}

#[must_use]
pub fn risk_array(market: &Address, expiry_id: u16) -> Address {
    derive(&[seeds::RISK, market.as_ref(), &u64::from(expiry_id).to_le_bytes()])
}

#[must_use]
pub fn shard(market: &Address, index: u8) -> Address {
    derive(&[seeds::SHARD, market.as_ref(), &[index]])
}

#[must_use]
pub fn margin_account(market: &Address, owner: &Address, sub_id: u8) -> Address {
    derive(&[seeds::MARGIN, market.as_ref(), owner.as_ref(), &[sub_id]])
}

#[must_use]
pub fn panel(market: &Address, index: u8) -> Address {
    derive(&[seeds::PANEL, market.as_ref(), &[index]])
}

/// A member's vote on the surface of an expiry.
#[must_use]
pub fn vote(panel: &Address, expiry_id: u16, member: &Address) -> Address {
    derive(&[seeds::VOTE, panel.as_ref(), &u64::from(expiry_id).to_le_bytes(), member.as_ref()])
}

#[must_use]
pub fn proposal(index: u64) -> Address {
    derive(&[seeds::PROPOSAL, &index.to_le_bytes()])
}
