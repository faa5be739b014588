//! Turns actions into transactions and says what became of them.
//!
//! Sending an action twice, or after another keeper did it, changes nothing: the program refuses it or it is a
//! no-op. Such refusals are races lost, not failures.

use {
    crate::{
        action::Action,
        chain::{Chain, SendError},
        config::Config,
        mirror::Mirror,
    },
    bulkhead_sdk::{
        bulkhead::{error::BulkheadError as E, instructions::bid::BidArgs, state::Market},
        errors::code,
        instructions::{self, MarketKeys, Party},
        pda,
    },
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
};

/// A bid that proves too large is halved at most this often.
const MAX_SPLITS: usize = 4;

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The chain moved on between reading and sending; the next plan takes that into account.
    LostRace(SendError),
    Failed(SendError),
}

/// Sends actions to a chain, one transaction each.
pub struct Executor<'a, C: Chain> {
    chain: &'a mut C,
    payer: &'a Keypair,
    config: &'a Config,
}

impl<'a, C: Chain> Executor<'a, C> {
    /// `payer` is the key that `config.authority` names.
    pub fn new(chain: &'a mut C, payer: &'a Keypair, config: &'a Config) -> Self {
        Self { chain, payer, config }
    }

    /// Carries out an action planned from `mirror`. Returns it as it was sent last, what became of it and the compute
    /// units it took.
    pub fn execute(&mut self, mirror: &Mirror, mut action: Action) -> (Action, Outcome, u64) {
        let mut splits = 0;
        loop {
            let error = match self.send(mirror, &action) {
                Ok(compute_units) => return (action, Outcome::Done, compute_units),
                Err(error) => error,
            };
            let may_split = splits < MAX_SPLITS && is_too_large(&error);
            match may_split.then(|| split(&action)).flatten() {
                Some(smaller) => action = smaller,
                None => {
                    let outcome = self.classify(&action, error);
                    return (action, outcome, 0);
                }
            }
            splits += 1;
        }
    }

    fn send(&mut self, mirror: &Mirror, action: &Action) -> Result<u64, SendError> {
        let instruction = instruction(action, mirror, self.config).ok_or_else(|| SendError {
            message: "the action does not belong to this mirror".into(),
            ..SendError::default()
        })?;
        self.chain.send(&[instruction], &[self.payer]).map(|receipt| receipt.compute_units)
    }

    fn classify(&self, action: &Action, error: SendError) -> Outcome {
        let raced = error.code.is_some_and(|code| races(action).contains(&code));
        if raced || self.is_gone(action) {
            Outcome::LostRace(error)
        } else {
            Outcome::Failed(error)
        }
    }

    /// True when what the action was about has been closed in the meantime.
    fn is_gone(&self, action: &Action) -> bool {
        let expiry = |id: &u16| pda::expiry(&self.config.market, *id);
        let about: Vec<Address> = match action {
            Action::RefreshRisk { expiry: id }
            | Action::ObserveSettlement { expiry: id }
            | Action::FixSettlement { expiry: id }
            | Action::ProposePrice { expiry: id, .. }
            | Action::DisputePrice { expiry: id, .. }
            | Action::CoverShortfall { expiry: id }
            | Action::CloseExpiry { expiry: id } => vec![expiry(id)],
            Action::SettleAccount { expiry: id, account } | Action::ReturnBond { expiry: id, account } => {
                vec![expiry(id), *account]
            }
            Action::StartAuction { account, .. }
            | Action::CoverAccount { account, .. }
            | Action::Bid { account, .. }
            | Action::EndAuction { account, .. } => vec![*account],
            Action::UpdateOracle
            | Action::ReportFault { .. }
            | Action::RecoverBreaker { .. }
            | Action::ReportOpenGreeks { .. }
            | Action::RecoverOpenGreeks { .. }
            | Action::CollectFees { .. }
            | Action::SlashPublisher { .. }
            | Action::DrawSenior
            | Action::RepaySenior
            | Action::UpdateRequirement { .. }
            | Action::Heartbeat => return false,
            Action::TakeLease { account, .. } => vec![*account],
            Action::ResolveLease { account, keeper, .. } => {
                vec![*account, pda::keeper(&self.config.market, keeper)]
            }
        };
        self.chain.accounts(&about).is_ok_and(|found| found.iter().any(Option::is_none))
    }
}

/// The instruction of an action; `None` when the mirror does not hold what it is about.
#[must_use]
pub fn instruction(action: &Action, mirror: &Mirror, config: &Config) -> Option<Instruction> {
    let instruction = by_arrays(action, mirror, config)?;
    Some(match action {
        Action::StartAuction { expiries, .. }
        | Action::CoverAccount { expiries, .. }
        | Action::Bid { expiries, .. }
        | Action::EndAuction { expiries, .. }
        | Action::ResolveLease { expiries, .. }
            if mirror.market.counts_two_rows(mirror.oracle.mark.live_seconds) =>
        {
            on_the_spot(instruction, mirror.key, expiries)
        }
        _ => instruction,
    })
}

/// Puts expiries in the place of their risk arrays.
fn on_the_spot(mut instruction: Instruction, market: Address, expiries: &[u16]) -> Instruction {
    for meta in &mut instruction.accounts {
        let id = expiries.iter().find(|id| pda::risk_array(&market, **id) == meta.pubkey);
        meta.pubkey = id.map_or(meta.pubkey, |id| pda::expiry(&market, *id));
    }
    instruction
}

fn by_arrays(action: &Action, mirror: &Mirror, config: &Config) -> Option<Instruction> {
    let market = mirror.key;
    Some(match action {
        Action::UpdateOracle => {
            let sources: Vec<Address> = mirror.oracle.registered().iter().map(|s| s.key).collect();
            instructions::update_oracle(market, &sources)
        }
        Action::RefreshRisk { expiry } => {
            instructions::refresh_risk(market, *expiry, u8::MAX, mirror.market.shard_count)
        }
        Action::ReportFault { cause, shard } => {
            instructions::report_fault(config.authority, market, *cause as u8, *shard)
        }
        Action::RecoverBreaker { cause } => instructions::recover_breaker(market, *cause as u8),
        Action::ReportOpenGreeks { expiries } => {
            let shards = mirror.market.shard_count;
            instructions::report_open_greeks(config.authority, market, shards, expiries)
        }
        Action::RecoverOpenGreeks { expiries } => {
            instructions::recover_open_greeks(market, mirror.market.shard_count, expiries)
        }
        Action::StartAuction { account, expiries } => instructions::start_auction(market, *account, expiries),
        Action::CoverAccount { account, expiries } => instructions::cover_account(market, *account, expiries),
        Action::Bid {
            account, auction_id, leg, share_ppm, min_payment, scenario, expiries, shard, ..
        } => {
            let party = Party { authority: config.authority, account: config.account };
            let args = BidArgs {
                auction_id: *auction_id,
                leg: *leg,
                share_ppm: *share_ppm,
                min_payment: *min_payment,
                scenario: *scenario,
            };
            instructions::bid(&keys(mirror), *shard, party, *account, args, expiries)
        }
        Action::EndAuction { account, with_pool, expiries } => {
            instructions::end_auction(market, *account, *with_pool, expiries)
        }
        Action::FixSettlement { expiry } => {
            instructions::fix_settlement(market, *expiry, mirror.market.shard_count)
        }
        Action::ObserveSettlement { expiry } => instructions::observe_settlement(market, *expiry),
        Action::ReturnBond { expiry, account } => instructions::return_bond(market, *expiry, *account),
        Action::ProposePrice { expiry, price } => {
            let (by, account, wallet) = (config.authority, config.account, config.wallet?);
            instructions::propose_settlement(by, &keys(mirror), *expiry, account, wallet, *price)
        }
        Action::DisputePrice { expiry, price } => {
            let (by, account, wallet) = (config.authority, config.account, config.wallet?);
            instructions::dispute_settlement(by, &keys(mirror), *expiry, account, wallet, *price)
        }
        Action::DrawSenior => instructions::draw_senior(&keys(mirror)),
        Action::RepaySenior => instructions::repay_senior(&keys(mirror)),
        Action::UpdateRequirement { expiries } => {
            let with_senior = mirror.pool.has_joined();
            instructions::update_requirement(&keys(mirror), mirror.market.shard_count, expiries, with_senior)
        }
        Action::CoverShortfall { expiry } => instructions::cover_shortfall(market, *expiry),
        Action::SettleAccount { expiry, account } => instructions::settle_account(market, *expiry, *account),
        Action::CollectFees { shard } => instructions::collect_fees(market, *shard),
        Action::CloseExpiry { expiry } => {
            instructions::close_expiry(mirror.expiry(*expiry)?.payer, market, *expiry)
        }
        Action::SlashPublisher { publisher } => {
            instructions::slash_publisher(market, *publisher, config.account)
        }
        Action::Heartbeat => instructions::heartbeat(config.authority, market),
        Action::TakeLease { account, auction_id } => {
            instructions::take_lease(config.authority, market, *account, *auction_id)
        }
        Action::ResolveLease { account, keeper, expiries } => {
            instructions::resolve_lease(market, *keeper, *account, config.account, expiries)
        }
    })
}

fn keys(mirror: &Mirror) -> MarketKeys {
    let Market { quote_mint, token_program, .. } = mirror.market;
    MarketKeys { market: mirror.key, quote_mint, token_program }
}

/// Refusals that mean somebody or something else was faster.
fn races(action: &Action) -> Vec<u32> {
    match action {
        Action::UpdateOracle => vec![code(E::AlreadyUpdated), code(E::SourceAccountsMismatch)],
        Action::RefreshRisk { .. } => mark_lost(),
        Action::ReportFault { .. } | Action::ReportOpenGreeks { .. } => {
            vec![code(E::FaultAlreadyReported), code(E::FaultNotProven)]
        }
        Action::RecoverBreaker { .. } | Action::RecoverOpenGreeks { .. } => vec![code(E::RecoveryNotProven)],
        Action::StartAuction { .. }
        | Action::CoverAccount { .. }
        | Action::Bid { .. }
        | Action::EndAuction { .. } => {
            let mut races = vec![
                code(E::NotLiquidatable),
                code(E::StaleRiskArray),
                code(E::MissingRiskArray),
                code(E::ActionClosed),
                code(E::SettleFirst),
                code(E::PaymentTooSmall),
                code(E::PoolRequired),
                code(E::AuctionOpen),
                code(E::NoAuction),
                code(E::AuctionChanged),
                code(E::AuctionLapsed),
                code(E::AuctionGoesOn),
                code(E::NotInsolvent),
                code(E::PoolExhausted),
                code(E::Leased),
                code(E::BeyondPlan),
                code(E::NoSuchLeg),
                code(E::InGrace),
                code(E::GraceNeedsExpiries),
            ];
            races.extend(mark_lost());
            races
        }
        Action::SlashPublisher { .. } => vec![code(E::NothingToSlash), code(E::PublisherClosed)],
        Action::Heartbeat => Vec::new(),
        Action::TakeLease { .. } => vec![
            code(E::LeasedBefore),
            code(E::LeaseUnresolved),
            code(E::NoAuction),
            code(E::AuctionChanged),
            code(E::AuctionLapsed),
            code(E::ActionClosed),
        ]
        .into_iter()
        .chain(mark_lost())
        .collect(),
        Action::ResolveLease { .. } => vec![code(E::NoLease), code(E::LeaseRunning), code(E::StaleRiskArray)],
        Action::FixSettlement { .. } => vec![code(E::AlreadyFixed), code(E::ShardAccountsMismatch)],
        Action::ObserveSettlement { .. } => vec![code(E::AlreadyObserved)],
        Action::ReturnBond { .. } => vec![code(E::NoBond)],
        Action::ProposePrice { .. } => {
            vec![code(E::AlreadyFixed), code(E::AlreadyProposed), code(E::ProposalsClosed)]
        }
        Action::DisputePrice { .. } => vec![code(E::AlreadyFixed), code(E::DisputeClosed)],
        Action::DrawSenior => vec![code(E::NothingUnmet), code(E::SeniorCapReached)],
        Action::RepaySenior => vec![code(E::NothingToRepay), code(E::OutflowLimited)],
        Action::UpdateRequirement { .. } => vec![
            code(E::StaleRiskArray),
            code(E::RefreshUnfinished),
            code(E::RequirementIncomplete),
            code(E::ShardAccountsMismatch),
        ]
        .into_iter()
        .chain(mark_lost())
        .collect(),
        Action::CoverShortfall { .. } => vec![code(E::NothingToCover)],
        Action::SettleAccount { .. } | Action::CollectFees { .. } | Action::CloseExpiry { .. } => Vec::new(),
    }
}

/// The mark that the plan relied on is no longer good for it.
fn mark_lost() -> Vec<u32> {
    let errors =
        [E::NoOracleQuorum, E::MarkTooOld, E::MarkTooUncertain, E::MoveUnconfirmed, E::OracleResuming];
    errors.map(code).to_vec()
}

/// The keeper cannot carry the slice.
fn is_too_large(error: &SendError) -> bool {
    let carried = [code(E::BelowInitialMargin), code(E::InsufficientCollateral)];
    error.code.is_some_and(|code| carried.contains(&code))
}

fn split(action: &Action) -> Option<Action> {
    match action {
        Action::Bid { share_ppm, min_payment, .. } if *share_ppm > 1 => {
            let mut half = action.clone();
            if let Action::Bid { share_ppm: share, min_payment: least, .. } = &mut half {
                // Half of what is received or paid, rounded in the chain's favour: a floor must not refuse its half.
                (*share, *least) = (share_ppm >> 1, min_payment >> 1);
            }
            Some(half)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
