//! Every instruction on a bank of `solana-program-test`: what it allows, and each way it refuses with its exact error
//! and every account untouched. And the kernels, bit for bit against native code.

mod prelude;

mod accounts;
mod auction;
mod averaging;
mod bid;
mod breaker;
mod close_expiry;
mod cover;
mod create_market;
mod dead_keepers;
mod deposit;
mod fix_settlement;
mod foreign_sources;
mod grace;
mod greek_limits;
mod init_protocol;
mod insolvency;
mod keepers;
mod kernels;
mod leases;
mod list_expiry;
mod margin_account;
mod oracle;
mod params;
mod pool;
mod proposals;
mod publisher;
mod refresh_risk;
mod regime;
mod reprice;
mod set_surface;
mod settle_account;
mod settlement_orders;
mod settlement_price;
mod shards;
mod shortfall;
mod signed_prices;
mod sources;
mod surface_age;
mod surface_panel;
mod surface_votes;
mod trade;
mod withdraw;
