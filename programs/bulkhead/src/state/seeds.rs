//! Every PDA seed. Numbers follow as little-endian bytes, keys as 32 bytes, so no two seeds can collide.

pub const PROTOCOL: &[u8] = b"protocol";
pub const MARKET: &[u8] = b"market";
pub const VAULT: &[u8] = b"vault";
pub const LEDGER: &[u8] = b"ledger";
pub const ORACLE: &[u8] = b"oracle";
pub const POOL: &[u8] = b"pool";
pub const STAKE: &[u8] = b"stake";
pub const FEED: &[u8] = b"feed";
pub const KEEPER: &[u8] = b"keeper";
pub const EXPIRY: &[u8] = b"expiry";
pub const RISK: &[u8] = b"risk";
pub const SHARD: &[u8] = b"shard";
pub const MARGIN: &[u8] = b"margin";
pub const PANEL: &[u8] = b"panel";
pub const VOTE: &[u8] = b"vote";
pub const PROPOSAL: &[u8] = b"proposal";
pub const SENIOR: &[u8] = b"senior";
pub const SENIOR_VAULT: &[u8] = b"senior_vault";
