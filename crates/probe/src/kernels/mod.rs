//! The table of kernels. A kernel's number is its place, so new ones go to the end.

mod functions;
mod portfolio;
mod pricing;
mod reprice;
mod rows;
mod smile;

use crate::{Answer, Book, Rng, Words};

/// One kernel as words to words.
#[derive(Debug)]
pub struct Kernel {
    pub name: &'static str,
    /// Inputs for equality and accuracy: the whole domain, its corners, a little beyond.
    pub hostile: fn(&mut Rng) -> Words,
    /// Inputs for cost: within the domain, as in use.
    pub ordinary: fn(&mut Rng) -> Words,
    /// Every call goes through this pointer, so all pay the same for being found.
    pub call: fn(&Words, &mut Answer, &mut Book),
}

static KERNELS: [Kernel; 25] = [
    functions::NOTHING,
    functions::LN,
    functions::EXP_NEG,
    functions::SQRT,
    functions::DENSITY,
    functions::MILLS,
    pricing::TERMS,
    pricing::PRICE,
    pricing::PRICE_AND_GREEKS,
    rows::STRIKE_ROW,
    portfolio::BOOK,
    portfolio::EXPOSURE,
    portfolio::TOTALS,
    functions::CDF,
    rows::GRID_TERMS,
    rows::GRID_PRICE,
    rows::FORWARD_RISK,
    rows::STRIKE_RISK,
    reprice::REPRICE_TERMS,
    reprice::REPRICE,
    smile::SVI_TERMS,
    smile::SVI,
    smile::SVI_VOL,
    pricing::VOL_GREEKS,
    pricing::PRICE_AND_GREEKS_OF,
];

/// How many kernels of our own there are: numbers `0..count()`.
#[must_use]
pub fn count() -> u32 {
    u32::try_from(KERNELS.len()).unwrap_or(u32::MAX)
}

/// The kernel of a number.
#[must_use]
pub fn kernel(number: u32) -> Option<&'static Kernel> {
    #[cfg(feature = "oracle")]
    if let Some(round) = number.checked_sub(crate::oracle::FIRST_ROUND) {
        return crate::oracle::ROUNDS.get(usize::try_from(round).ok()?);
    }
    #[cfg(feature = "peers")]
    if let Some(peer) = number.checked_sub(crate::FIRST_PEER) {
        return crate::peers::PEERS.get(usize::try_from(peer).ok()?);
    }
    KERNELS.get(usize::try_from(number).ok()?)
}

/// The number of a kernel by its name.
#[must_use]
pub fn number_of(name: &str) -> Option<u32> {
    let place = |table: &[Kernel]| {
        table.iter().position(|kernel| kernel.name == name).and_then(|at| u32::try_from(at).ok())
    };
    #[cfg(feature = "oracle")]
    if let Some(at) = place(&crate::oracle::ROUNDS) {
        return at.checked_add(crate::oracle::FIRST_ROUND);
    }
    #[cfg(feature = "peers")]
    if let Some(at) = place(&crate::peers::PEERS) {
        return at.checked_add(crate::FIRST_PEER);
    }
    place(&KERNELS)
}
