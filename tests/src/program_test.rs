//! The bank of `solana-program-test` behind the keeper's `Chain`: the same bytecode, runtime and token programs as a
//! validator, seen synchronously.

use {
    crate::machine::program_folder,
    anyhow::{Context, Result},
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_keeper::chain::{Chain, Now, Receipt, SendError},
    bulkhead_sdk::{bulkhead::constants::UPGRADEABLE_LOADER, pda, PROGRAM_ID},
    solana_account::{Account, AccountSharedData},
    solana_address::Address,
    solana_clock::Clock,
    solana_compute_budget_interface::ComputeBudgetInstruction,
    solana_instruction::{error::InstructionError, Instruction},
    solana_keypair::Keypair,
    solana_message::Message,
    solana_program_test::{ProgramTest, ProgramTestContext},
    solana_signer::Signer,
    solana_transaction::Transaction,
    solana_transaction_error::TransactionError,
    std::{collections::BTreeSet, sync::Once},
    tokio::runtime::{Builder, Runtime},
};

const MAX_COMPUTE_UNITS: u32 = 1_400_000;
const SLOTS_PER_2_SECONDS: i64 = 5;
/// Shortly after the slots in which the opening was played.
const FIRST_SLOT: u64 = 1_010;

/// A bank of its own, with the program deployed and a clock that the test sets.
pub struct ProgramTestChain {
    runtime: Runtime,
    context: ProgramTestContext,
    clock: Clock,
    known: BTreeSet<Address>,
    sent: u32,
}

impl ProgramTestChain {
    /// Starts a bank at `start` with these accounts.
    ///
    /// # Panics
    /// When the program was not built.
    #[must_use]
    pub fn new(upgrade_authority: &Address, start: i64, accounts: &[(Address, Account)]) -> Self {
        static ENVIRONMENT: Once = Once::new();
        ENVIRONMENT.call_once(|| {
            // The bank looks for programs here, and says more than a test report can hold.
            std::env::set_var("BPF_OUT_DIR", program_folder());
            if std::env::var_os("RUST_LOG").is_none() {
                std::env::set_var("RUST_LOG", "off");
            }
        });
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut test = ProgramTest::default();
        test.prefer_bpf(true);
        test.add_program("bulkhead", PROGRAM_ID, None);
        test.add_account(pda::program_data(), program_data(upgrade_authority));
        for (key, account) in accounts {
            test.add_account(*key, account.clone());
        }
        let context = runtime.block_on(test.start_with_context());
        let clock = Clock { slot: FIRST_SLOT, unix_timestamp: start, ..Clock::default() };
        context.set_sysvar(&clock);
        let known = accounts.iter().map(|(key, _)| *key).collect();
        Self { runtime, context, clock, known, sent: 0 }
    }

    fn transaction(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Transaction> {
        let payer = signers.first().map(|s| s.pubkey());
        // A limit of its own makes every transaction unique, so that none waits for the next blockhash.
        self.sent += 1;
        let limit = MAX_COMPUTE_UNITS - self.sent;
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(limit)];
        all.extend_from_slice(instructions);
        let blockhash = self.runtime.block_on(self.context.banks_client.get_latest_blockhash())?;
        let mut transaction = Transaction::new_unsigned(Message::new(&all, payer.as_ref()));
        transaction.try_sign(signers, blockhash)?;
        Ok(transaction)
    }
}

/// The loader's account that names the upgrade authority.
fn program_data(authority: &Address) -> Account {
    let mut data = 3u32.to_le_bytes().to_vec();
    data.extend(0u64.to_le_bytes());
    data.push(1);
    data.extend(authority.as_ref());
    Account {
        lamports: 1_000_000_000,
        data,
        owner: UPGRADEABLE_LOADER,
        executable: false,
        rent_epoch: u64::MAX,
    }
}

impl Chain for ProgramTestChain {
    fn now(&self) -> Result<Now> {
        Ok(Now { unix: self.clock.unix_timestamp, slot: self.clock.slot })
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        let client = &self.context.banks_client;
        let read = |key: &Address| self.runtime.block_on(client.get_account(*key));
        keys.iter().map(|key| read(key).context("the bank does not answer")).collect()
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        let keys: Vec<Address> = self.known.iter().copied().collect();
        let found = keys.iter().copied().zip(self.accounts(&keys)?);
        Ok(found
            .filter_map(|(key, account)| account.map(|a| (key, a)))
            .filter(|(_, a)| a.owner == PROGRAM_ID)
            .collect())
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        self.known.extend(instructions.iter().flat_map(|i| &i.accounts).map(|a| a.pubkey));
        let unsent = |message: String| SendError { message, ..SendError::default() };
        let transaction =
            self.transaction(instructions, signers).map_err(|e| unsent(format!("not sent: {e}")))?;
        let signature = transaction.signatures.first().map(ToString::to_string).unwrap_or_default();
        let client = &self.context.banks_client;
        let done = self
            .runtime
            .block_on(client.process_transaction_with_metadata(transaction))
            .map_err(|e| unsent(format!("not processed: {e}")))?;
        let (logs, compute_units) =
            done.metadata.map_or((Vec::new(), 0), |m| (m.log_messages, m.compute_units_consumed));
        match done.result {
            Ok(()) => Ok(Receipt { compute_units, signature }),
            Err(error) => Err(SendError { code: custom_code(&error), message: error.to_string(), logs }),
        }
    }
}

impl Stagehand for ProgramTestChain {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        let elapsed = unix.saturating_sub(self.clock.unix_timestamp).max(0);
        self.clock.slot += u64::try_from(elapsed * SLOTS_PER_2_SECONDS / 2)?;
        self.clock.unix_timestamp = unix;
        self.context.set_sysvar(&self.clock);
        Ok(())
    }

    fn place(&mut self, key: Address, account: Account) -> Result<()> {
        self.known.insert(key);
        self.context.set_account(&key, &AccountSharedData::from(account));
        Ok(())
    }
}

fn custom_code(error: &TransactionError) -> Option<u32> {
    match error {
        TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(*code),
        _ => None,
    }
}
