//! What the drill looks at after every step: the books, the open interest, the mark and everybody's health.

use {
    crate::{
        stage::{Actor, Stage},
        stagehand::Stagehand,
    },
    anyhow::Result,
    bulkhead_keeper::mirror::Mirror,
    bulkhead_sdk::margin::preview,
    serde::Serialize,
};

/// One look at the market.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// Story time, Unix seconds.
    pub time: i64,
    /// The published price and the aggregate mark, quote atoms per Bitcoin.
    pub truth: u64,
    pub mark: u64,
    pub stable: u64,
    /// 0 is A, 4 is E.
    pub grade: u8,
    /// 0 Normal to 5 WindDown.
    pub level: u8,
    /// Factor of the regime on initial margin, parts per million.
    pub regime_ppm: u64,
    /// Equity over maintenance requirement per trader, percent; absent without positions.
    pub health_percent: Vec<Option<i64>>,
    /// Lots over all legs per trader.
    pub lots: Vec<u64>,
    /// Collateral per trader, quote atoms.
    pub cash: Vec<u64>,
    /// Collateral and the value of all legs at the mark per trader, quote atoms.
    pub equity: Vec<i64>,
    /// What the last round thought of each source: a `Verdict`'s number.
    pub verdicts: Vec<u8>,
    pub books: Books,
    /// Expiries that have not been closed yet.
    pub expiries: usize,
}

/// The market's money, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Books {
    pub vault: u64,
    pub claims: u64,
    pub collateral: u64,
    pub pool: u64,
    pub fees: u64,
    pub escrow: u64,
    /// Of publishers, keepers and those who named a price for a settlement.
    pub bonds: u64,
    pub zero_sum: bool,
}

impl Books {
    /// Exact conservation: tokens, the ledger's total and the sum of its parts agree to the atom.
    #[must_use]
    pub fn balance(&self) -> bool {
        let parts = self.collateral + self.pool + self.fees + self.escrow + self.bonds;
        self.vault == self.claims && self.claims == parts
    }

    #[must_use]
    pub fn of(mirror: &Mirror) -> Self {
        Self {
            vault: mirror.vault_balance,
            claims: mirror.ledger.claims,
            collateral: mirror.accounts.iter().map(|(_, a)| a.cash).sum(),
            pool: mirror.pool.claims(),
            fees: mirror.shards.iter().map(|s| s.fees).sum(),
            escrow: mirror.expiries.iter().map(|e| e.escrow).sum(),
            bonds: mirror.feeds.iter().map(|(_, f)| f.bond).sum::<u64>()
                + mirror.keepers.iter().map(|(_, k)| k.bond).sum::<u64>()
                + mirror.expiries.iter().flat_map(|e| e.bonds()).map(|b| b.bond).sum::<u64>(),
            zero_sum: mirror.shards.iter().all(|s| s.is_zero_sum()),
        }
    }
}

/// Looks at everything.
///
/// # Errors
/// When the chain cannot be read.
pub fn look<C: Stagehand>(stage: &Stage<C>, time: i64, truth: u64, traders: &[&Actor]) -> Result<Sample> {
    let mirror = Mirror::read(&stage.chain, &stage.keys.market)?;
    let now = stage.chain.now()?.unix;
    let level = mirror.level(now);
    let arrays = &mirror.risk_arrays;
    let (mut health_percent, mut lots, mut cash, mut equity) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for trader in traders {
        let Some(account) = mirror.account(&trader.account) else { continue };
        lots.push(account.legs().iter().map(|l| l.lots.unsigned_abs()).sum());
        cash.push(account.cash);
        let seen = preview(account, arrays, &mirror.market, &mirror.oracle, level, now);
        let seen = seen.map_err(|e| anyhow::anyhow!("{}: {e:?}", trader.name))?;
        let need = seen.map(|p| i64::try_from(p.measure.requirement.maintenance).unwrap_or(i64::MAX));
        equity
            .push(seen.map_or_else(|| i64::try_from(account.cash).unwrap_or(i64::MAX), |p| p.measure.equity));
        health_percent.push(match (seen, need) {
            (Some(p), Some(need)) if need > 0 => Some(p.measure.equity.saturating_mul(100) / need),
            _ => None,
        });
    }
    Ok(Sample {
        time,
        truth,
        mark: mirror.oracle.mark.price,
        stable: mirror.oracle.mark.stable,
        grade: mirror.oracle.grade_at(&mirror.market.params, now).0 as u8,
        level: level as u8,
        regime_ppm: mirror.oracle.regime().factor_ppm(),
        health_percent,
        lots,
        cash,
        equity,
        verdicts: mirror.oracle.registered().iter().map(|s| s.health.verdict).collect(),
        books: Books::of(&mirror),
        expiries: mirror.expiries.len(),
    })
}
