//! Ways to deal with accounts that fall below their margin, and with the losses of those that fall below zero.
//!
//! Bulkhead is the program itself. The others are models, each in its simplest form, of rules that are in use elsewhere; they
//! are nobody's code. They hold the same books, see the same marks and ask for the same margin.

mod bulkhead;
mod haircut;
mod instant;
pub mod model;
mod queue;

pub use bulkhead::Bulkhead;

use {
    crate::{
        arena::Arena,
        staging::Staged,
        tally::{Remains, Tally},
    },
    anyhow::Result,
    model::Model,
};

pub const BULKHEAD: &str = "bulkhead";
pub const INSTANT: &str = "instant";
pub const QUEUE: &str = "queue";
pub const HAIRCUT: &str = "haircut";

/// Names of all policies, ours first.
pub const ALL: [&str; 4] = [BULKHEAD, INSTANT, QUEUE, HAIRCUT];

/// One way to deal with a crash, over one path.
pub trait Policy {
    /// Acts on the market of this step.
    ///
    /// # Errors
    /// When the chain fails, or does what it must not.
    fn act(&mut self, arena: &mut Arena, tally: &mut Tally) -> Result<Remains>;

    /// After the last step: closes the books and checks them. Returns what remains then.
    ///
    /// # Errors
    /// When the books do not balance to the atom.
    fn close(&mut self, arena: &mut Arena, tally: &mut Tally) -> Result<Remains>;
}

/// The policy of a name on a fresh copy of the market.
///
/// # Errors
/// When there is none of that name, or the market cannot be read.
pub fn begin(name: &str, staged: &Staged) -> Result<(Arena, Box<dyn Policy>)> {
    let mut arena = staged.arena.fork();
    let policy: Box<dyn Policy> = match name {
        BULKHEAD => Box::new(Bulkhead::new(staged)),
        INSTANT => Box::new(Model::new(staged, instant::Instant)?),
        QUEUE => Box::new(Model::new(staged, queue::Queue)?),
        HAIRCUT => Box::new(Model::new(staged, haircut::Haircut)?),
        _ => anyhow::bail!("there is no policy {name}"),
    };
    if name != BULKHEAD {
        arena.clear_accounts()?;
    }
    Ok((arena, policy))
}

/// What a policy does, for the report.
#[must_use]
pub fn about(name: &str) -> &'static str {
    match name {
        BULKHEAD => "this program and its keepers: no more than what restores the margin is taken; the account pays, then the market's pool within its daily limit, then the winners of the expiry in proportion to their profit",
        INSTANT => "instant full liquidation: whoever is due is sold as a whole at 5 % of the maintenance requirement; the fund pays for who is below zero, and what it cannot pay stays open",
        QUEUE => "as instant; what the fund cannot pay is taken by auto-deleveraging: the holders of the other side, the most profitable first, are closed as a whole at the price at which the bankrupt account would have been at zero",
        HAIRCUT => "as instant; what the fund cannot pay is taken from everybody's collateral in proportion",
        _ => "",
    }
}
