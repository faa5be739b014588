//! A market and a quotes file for tests.

use {
    crate::{
        fixture::{self, NOW},
        mirror::Mirror,
        surface::{
            plan::{plan, PlanError, Request, SurfacePlan},
            quotes::QuoteFile,
        },
    },
    solana_signer::Signer,
};

pub const STRIKES: [u64; 7] =
    [70_000_000, 80_000_000, 90_000_000, 100_000_000, 110_000_000, 120_000_000, 130_000_000];
pub const MONTH: i64 = 30 * 86_400;

/// A market that lists seven strikes a month away, without a surface yet, in a token of six decimals.
pub fn mirror() -> Mirror {
    let mut mirror = fixture::mirror();
    mirror.market.decimals = 6;
    mirror.market.surface_authority = fixture::keypair().pubkey();
    let expiry = &mut mirror.expiries[0];
    expiry.expires_at = NOW.unix + MONTH;
    expiry.strike_count = 7;
    expiry.strikes[..7].copy_from_slice(&STRIKES);
    expiry.vols_ppm = [0; 16];
    expiry.surface_version = 0;
    mirror
}

/// The same with a surface that was set `age` seconds ago.
pub fn priced(vols_ppm: &[u32], age: i64) -> Mirror {
    let mut mirror = mirror();
    let expiry = &mut mirror.expiries[0];
    expiry.vols_ppm[..7].copy_from_slice(vols_ppm);
    expiry.surface_version = 1;
    expiry.surface_at = NOW.unix - age;
    mirror
}

/// The example's quotes, taken now for the fixture's expiry.
pub fn file() -> QuoteFile {
    let example = QuoteFile::parse(include_str!("../../examples/quotes.json")).unwrap();
    QuoteFile { as_of: NOW.unix, expires_at: Some(NOW.unix + MONTH), ..example }
}

pub fn request(file: &QuoteFile) -> Request<'_> {
    Request { expiry: 1, file, max_age_seconds: 300 }
}

pub fn planned(mirror: &Mirror, file: &QuoteFile) -> Result<SurfacePlan, PlanError> {
    plan(mirror, NOW, &request(file))
}
