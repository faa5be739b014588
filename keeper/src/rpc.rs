//! A chain behind an RPC node.

use {
    crate::chain::{Chain, Now, Receipt, SendError},
    anyhow::{Context, Result},
    bulkhead_sdk::PROGRAM_ID,
    solana_account::Account,
    solana_address::Address,
    solana_commitment_config::CommitmentConfig,
    solana_compute_budget_interface::ComputeBudgetInstruction,
    solana_instruction::{error::InstructionError, Instruction},
    solana_keypair::Keypair,
    solana_rpc_client::rpc_client::RpcClient,
    solana_rpc_client_api::{
        client_error::{Error as ClientError, ErrorKind, TransactionError},
        config::RpcTransactionConfig,
        request::{RpcError, RpcResponseErrorData},
    },
    solana_signer::Signer,
    solana_transaction::Transaction,
    std::{
        sync::atomic::{AtomicU32, Ordering},
        time::Duration,
    },
};

const CLOCK: Address = Address::from_str_const("SysvarC1ock11111111111111111111111111111111");
/// In the clock's account: the slot comes first, the Unix time last of five words.
const CLOCK_UNIX_AT: usize = 32;
/// Accounts that a node returns at once.
const ACCOUNTS_PER_CALL: usize = 100;
/// The most a transaction may use. What it did use is what it pays for.
const COMPUTE_UNITS: u32 = 1_400_000;
/// Transactions in a row that are told apart although their instructions and blockhash are the same.
const DISTINCT: u32 = 1_024;

/// A node, read and written at `confirmed`.
pub struct RpcChain {
    client: RpcClient,
    sent: AtomicU32,
}

impl RpcChain {
    #[must_use]
    pub fn new(url: &str, timeout: Duration) -> Self {
        let commitment = CommitmentConfig::confirmed();
        Self {
            client: RpcClient::new_with_timeout_and_commitment(url, timeout, commitment),
            sent: AtomicU32::new(0),
        }
    }

    /// A limit that differs from call to call: the same instructions under one blockhash would be the same
    /// transaction, and a node reports a repeated one as done without running it.
    fn compute_limit(&self) -> Instruction {
        let distinct = self.sent.fetch_add(1, Ordering::Relaxed).checked_rem(DISTINCT).unwrap_or(0);
        ComputeBudgetInstruction::set_compute_unit_limit(COMPUTE_UNITS.saturating_sub(distinct))
    }

    /// As [`Chain::send`], from several threads at once.
    ///
    /// # Errors
    /// The node's refusal.
    pub fn submit(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        let budget = solana_compute_budget_interface::id();
        let mut all = Vec::with_capacity(instructions.len().saturating_add(1));
        if instructions.iter().all(|i| i.program_id != budget) {
            all.push(self.compute_limit());
        }
        all.extend_from_slice(instructions);
        let payer = signers.first().map(|key| key.pubkey());
        let mut transaction = Transaction::new_with_payer(&all, payer.as_ref());
        let blockhash = self.client.get_latest_blockhash().map_err(|e| refusal(&e))?;
        transaction.try_sign(signers, blockhash).map_err(|e| plain(format!("cannot sign: {e}")))?;
        let signature = self.client.send_and_confirm_transaction(&transaction).map_err(|e| refusal(&e))?;

        let config = RpcTransactionConfig {
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(0),
            ..RpcTransactionConfig::default()
        };
        let details = self.client.get_transaction_with_config(&signature, config).ok();
        let meta = details.and_then(|d| d.transaction.meta);
        let compute_units = meta.and_then(|m| m.compute_units_consumed.into()).unwrap_or(0);
        Ok(Receipt { compute_units, signature: signature.to_string() })
    }
}

impl Chain for RpcChain {
    fn now(&self) -> Result<Now> {
        let clock = self.client.get_account(&CLOCK).context("cannot read the clock")?;
        parse_clock(&clock.data).context("the clock's account is malformed")
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(ACCOUNTS_PER_CALL) {
            found.extend(self.client.get_multiple_accounts(chunk)?);
        }
        Ok(found)
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        Ok(self.client.get_program_accounts(&PROGRAM_ID)?)
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        self.submit(instructions, signers)
    }
}

fn parse_clock(data: &[u8]) -> Option<Now> {
    let slot = u64::from_le_bytes(*data.first_chunk()?);
    let unix = i64::from_le_bytes(*data.get(CLOCK_UNIX_AT..)?.first_chunk()?);
    Some(Now { unix, slot })
}

fn plain(message: String) -> SendError {
    SendError { code: None, message, logs: Vec::new() }
}

/// Finds the program's code in what a node says, whether it refused in preflight or after inclusion.
fn refusal(error: &ClientError) -> SendError {
    let code = match error.get_transaction_error() {
        Some(TransactionError::InstructionError(_, InstructionError::Custom(code))) => Some(code),
        _ => None,
    };
    let logs = match error.kind() {
        ErrorKind::RpcError(RpcError::RpcResponseError {
            data: RpcResponseErrorData::SendTransactionPreflightFailure(result),
            ..
        }) => result.logs.clone().unwrap_or_default(),
        _ => Vec::new(),
    };
    SendError { code, message: error.to_string(), logs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_clock_and_refuses_a_short_one() {
        let words: [u64; 5] = [77, 1, 2, 3, 1_700_000_000];
        let data: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        let now = parse_clock(&data).unwrap();
        assert_eq!((now.slot, now.unix), (77, 1_700_000_000));
        assert!(parse_clock(&data[..39]).is_none());
    }

    #[test]
    fn finds_the_code_of_a_refused_transaction() {
        let refused = TransactionError::InstructionError(1, InstructionError::Custom(6_203));
        let error = refusal(&ErrorKind::TransactionError(refused).into());
        assert_eq!(error.code, Some(6_203));
        let error = refusal(&ErrorKind::TransactionError(TransactionError::BlockhashNotFound).into());
        assert_eq!(error.code, None);
    }

    #[test]
    fn repeated_instructions_make_distinct_transactions() {
        let chain = RpcChain::new("http://127.0.0.1:1", Duration::from_secs(1));
        assert_ne!(chain.compute_limit().data, chain.compute_limit().data);
    }
}
