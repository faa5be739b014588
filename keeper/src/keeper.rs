//! One tick: each role plans from a fresh mirror and sends what it planned.

use {
    crate::{
        action::Action,
        chain::{Chain, Now},
        config::Config,
        execute::{Executor, Outcome},
        mirror::Mirror,
        plan::plan_role,
        role::{Role, ROLES},
    },
    anyhow::Result,
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// A settlement price is fixed, accounts are settled, the pool is asked, the senior pool lends, the pool is asked for that, and
/// claims are paid, each standing on the one before.
const SETTLEMENT_PASSES: usize = 6;
/// An auction starts, the pool covers the account, again with what the senior pool lends, a lease and a bid take it over, and the
/// auction ends.
const LIQUIDATION_PASSES: usize = 6;

/// A keeper of one market. It remembers nothing between ticks, so it may be killed at any moment.
pub struct Keeper {
    keypair: Keypair,
    config: Config,
}

/// What a tick did.
#[derive(Debug, Default)]
#[must_use]
pub struct TickReport {
    /// Actions in order, what became of each, and the compute units it took.
    pub actions: Vec<(Action, Outcome, u64)>,
    /// Why the tick ended early: the chain could not be read.
    pub error: Option<anyhow::Error>,
}

impl TickReport {
    /// True when nothing failed; a lost race is not a failure.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let failed = self.actions.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_)));
        self.error.is_none() && !failed
    }
}

impl Keeper {
    /// `keypair` pays for the transactions and owns `config.account`; it overrides `config.authority`.
    #[must_use]
    pub fn new(keypair: Keypair, config: Config) -> Self {
        let authority = keypair.pubkey();
        Self { keypair, config: Config { authority, ..config } }
    }

    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does all there is to do now.
    pub fn tick(&mut self, chain: &mut impl Chain) -> TickReport {
        let mut report = TickReport::default();
        report.error = self.run(chain, &mut report.actions).err();
        report
    }

    fn run(&self, chain: &mut impl Chain, done: &mut Vec<(Action, Outcome, u64)>) -> Result<()> {
        let mut seen: Option<(Mirror, Now)> = None;
        for role in ROLES.into_iter().filter(|r| self.config.roles.contains(r)) {
            let passes = match role {
                Role::Settlement => SETTLEMENT_PASSES,
                Role::Liquidation => LIQUIDATION_PASSES,
                _ => 1,
            };
            for _ in 0..passes {
                let (mirror, now) = match seen.take() {
                    Some(fresh) => fresh,
                    None => (Mirror::read_for(chain, &self.config)?, chain.now()?),
                };
                let actions = plan_role(&mirror, now, &self.config, role);
                if actions.is_empty() {
                    seen = Some((mirror, now));
                    break;
                }
                let before = done.len();
                let mut executor = Executor::new(chain, &self.keypair, &self.config);
                done.extend(actions.into_iter().map(|action| executor.execute(&mirror, action)));
                if !done.iter().skip(before).any(|(_, outcome, _)| *outcome == Outcome::Done) {
                    break;
                }
            }
        }
        Ok(())
    }
}
