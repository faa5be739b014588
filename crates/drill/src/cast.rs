//! Who trades what before the storm.

use {
    crate::{
        stage::{Actor, Stage, TICK_ATOMS},
        stagehand::Stagehand,
    },
    anyhow::Result,
    bulkhead_sdk::{
        bulkhead::{instructions::trade::TradeArgs, state::RiskArray},
        pda,
    },
};

const USDC: u64 = 1_000_000;
const CALL: u8 = 0;
const PUT: u8 = 1;

/// Strikes of both expiries, USDC per Bitcoin.
pub const STRIKES: [u64; 9] = [4_000, 5_000, 6_000, 7_000, 7_500, 8_000, 8_500, 9_000, 10_000];

/// Strikes in quote atoms per unit.
#[must_use]
pub fn strikes() -> Vec<u64> {
    STRIKES.iter().map(|k| k * USDC).collect()
}

/// Strike of the puts that the hedger buys from their writer, USDC per Bitcoin; how many, and how many they close again.
pub const HEDGE_STRIKE: u64 = 7_500;
pub const HEDGE_LOTS: u64 = 200;
pub const HEDGE_LOTS_CLOSED: u64 = 100;

/// The traders by role.
pub struct Cast {
    pub maker: Actor,
    pub hedger: Actor,
    /// Sells the hedger's puts with cash behind every one of them, and holds nothing else.
    pub writer: Actor,
    /// Sells puts with too little collateral for a crash.
    pub put_seller: Actor,
    pub spreader: Actor,
    /// Leaves while the breaker is tripped.
    pub leaver: Actor,
    pub strangler: Actor,
    pub call_buyer: Actor,
}

impl Cast {
    /// Opens and funds every account.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn open<C: Stagehand>(stage: &mut Stage<C>) -> Result<Self> {
        Ok(Self {
            maker: stage.actor("market maker", 60_000 * USDC)?,
            hedger: stage.actor("hedger", 12_000 * USDC)?,
            writer: stage.actor("put writer", 16_000 * USDC)?,
            put_seller: stage.actor("put seller", 36_500 * USDC)?,
            spreader: stage.actor("spreader", 6_000 * USDC)?,
            leaver: stage.actor("leaver", 12_000 * USDC)?,
            strangler: stage.actor("strangle seller", 12_000 * USDC)?,
            call_buyer: stage.actor("call buyer", 8_000 * USDC)?,
        })
    }

    #[must_use]
    pub fn all(&self) -> [&Actor; 8] {
        [
            &self.maker,
            &self.hedger,
            &self.writer,
            &self.put_seller,
            &self.spreader,
            &self.leaver,
            &self.strangler,
            &self.call_buyer,
        ]
    }

    /// Everybody's positions in two expiries, in the order in which they are opened.
    #[must_use]
    pub fn positions(&self, near: u16, far: u16) -> [Position<'_>; 9] {
        let position = |buyer, seller, expiry, strike, kind, lots| Position {
            buyer,
            seller,
            expiry,
            strike,
            kind,
            lots,
        };
        [
            position(&self.hedger, &self.writer, near, HEDGE_STRIKE, PUT, HEDGE_LOTS),
            position(&self.maker, &self.put_seller, near, 7_000, PUT, 1_000),
            position(&self.maker, &self.put_seller, far, 6_000, PUT, 500),
            position(&self.spreader, &self.maker, far, 8_000, CALL, 300),
            position(&self.maker, &self.spreader, far, 9_000, CALL, 300),
            position(&self.leaver, &self.maker, near, 8_000, PUT, 50),
            position(&self.maker, &self.strangler, far, 5_000, PUT, 600),
            position(&self.maker, &self.strangler, far, 10_000, CALL, 600),
            position(&self.call_buyer, &self.maker, near, 8_000, CALL, 300),
        ]
    }
}

/// What one trader buys from another before the storm.
pub struct Position<'a> {
    pub buyer: &'a Actor,
    pub seller: &'a Actor,
    pub expiry: u16,
    /// USDC per Bitcoin.
    pub strike: u64,
    pub kind: u8,
    pub lots: u64,
}

impl Position<'_> {
    /// Opens it at the mark.
    ///
    /// # Errors
    /// When the trade is refused.
    pub fn open<C: Stagehand>(&self, stage: &mut Stage<C>) -> Result<()> {
        let Self { buyer, seller, expiry, strike, kind, lots } = *self;
        let fill = at_mark(stage, expiry, strike, kind, lots)?;
        stage.trade(buyer, seller, fill).map_err(|e| {
            anyhow::anyhow!("{} buys {lots} of {strike}: {e}\n{}", buyer.name, e.logs.join("\n"))
        })
    }
}

/// A trade at the mark, rounded up to the tick.
///
/// # Errors
/// When the risk array cannot be read.
pub fn at_mark<C: Stagehand>(
    stage: &Stage<C>,
    expiry_id: u16,
    strike: u64,
    kind: u8,
    lots: u64,
) -> Result<TradeArgs> {
    let array: RiskArray = stage.state(&pda::risk_array(&stage.keys.market, expiry_id))?;
    let index = STRIKES.iter().position(|k| *k == strike).unwrap_or(0);
    let marks = if kind == CALL { &array.call_marks } else { &array.put_marks };
    let price = marks[index].div_ceil(TICK_ATOMS).max(1) * TICK_ATOMS;
    Ok(TradeArgs { expiry_id, strike: u8::try_from(index)?, kind, lots, price })
}
