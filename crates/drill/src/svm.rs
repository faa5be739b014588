//! The Solana virtual machine in this process: the real bytecode, with a clock that the drill sets.

use {
    anyhow::{anyhow, Context, Result},
    bulkhead_keeper::chain::{Chain, Now, Receipt, SendError},
    bulkhead_sdk::{pda, PROGRAM_ID},
    litesvm::LiteSVM,
    solana_account::Account,
    solana_address::Address,
    solana_clock::Clock,
    solana_compute_budget_interface::ComputeBudgetInstruction,
    solana_instruction::{error::InstructionError, Instruction},
    solana_keypair::Keypair,
    solana_message::Message,
    solana_signer::Signer,
    solana_transaction::Transaction,
    std::path::Path,
};

/// Slot at the first time that is set.
const FIRST_SLOT: u64 = 1_000;
const SLOTS_PER_2_SECONDS: i64 = 5;
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// LiteSVM with the program deployed and an upgrade authority set. A clone goes on by itself.
#[derive(Clone)]
pub struct SvmChain {
    pub svm: LiteSVM,
}

impl SvmChain {
    /// Loads the program and sets the clock to `start`.
    ///
    /// # Errors
    /// When the program file cannot be read or does not verify.
    pub fn new(so: &Path, upgrade_authority: &Address, start: i64) -> Result<Self> {
        let bytes = std::fs::read(so)
            .with_context(|| format!("no program at {}: run `cargo xtask build`", so.display()))?;
        // Without a history the machine accepts two equal transactions, as a chain with moving blockhashes does.
        let mut svm = LiteSVM::new().with_transaction_history(0);
        svm.add_program(PROGRAM_ID, &bytes).map_err(|e| anyhow!("{} does not load: {e:?}", so.display()))?;
        name_upgrade_authority(&mut svm, upgrade_authority)?;
        let mut chain = Self { svm };
        chain.set_clock(start);
        Ok(chain)
    }

    /// Moves the clock, with as many slots as fit the time.
    pub fn set_clock(&mut self, unix: i64) {
        let mut clock: Clock = self.svm.get_sysvar();
        let elapsed = unix.saturating_sub(clock.unix_timestamp).max(0);
        clock.slot = match clock.unix_timestamp {
            0 => FIRST_SLOT,
            _ => clock.slot + u64::try_from(elapsed * SLOTS_PER_2_SECONDS / 2).unwrap_or(0),
        };
        clock.unix_timestamp = unix;
        self.svm.set_sysvar(&clock);
    }

    #[must_use]
    pub fn clock(&self) -> Clock {
        self.svm.get_sysvar()
    }

    /// Sends what nobody signed, to a machine that does not ask for signatures.
    ///
    /// # Errors
    /// The program's refusal.
    pub fn send_unsigned(
        &mut self,
        instructions: &[Instruction],
        payer: &Address,
    ) -> Result<Receipt, SendError> {
        let mut message = message(instructions, Some(payer));
        message.recent_blockhash = self.svm.latest_blockhash();
        self.run(Transaction::new_unsigned(message))
    }

    fn run(&mut self, transaction: Transaction) -> Result<Receipt, SendError> {
        match self.svm.send_transaction(transaction) {
            Ok(meta) => Ok(Receipt {
                compute_units: meta.compute_units_consumed,
                signature: meta.signature.to_string(),
            }),
            Err(failed) => Err(SendError {
                code: custom_code(&failed.err),
                message: failed.err.to_string(),
                logs: failed.meta.logs,
            }),
        }
    }

    /// # Errors
    /// When the machine refuses the account.
    pub fn put(&mut self, key: Address, account: Account) -> Result<()> {
        self.svm.set_account(key, account).map_err(|e| anyhow!("cannot place {key}: {e:?}"))
    }
}

/// Writes the authority into the loader's program data, as a real deployment would have.
fn name_upgrade_authority(svm: &mut LiteSVM, authority: &Address) -> Result<()> {
    let key = pda::program_data();
    let mut account = svm.get_account(&key).context("the machine made no program data")?;
    let header = account.data.get_mut(12..45).context("program data is too short")?;
    header[0] = 1;
    header[1..].copy_from_slice(authority.as_ref());
    svm.set_account(key, account).map_err(|e| anyhow!("cannot write the program data: {e:?}"))
}

impl Chain for SvmChain {
    fn now(&self) -> Result<Now> {
        let clock = self.clock();
        Ok(Now { unix: clock.unix_timestamp, slot: clock.slot })
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        Ok(keys.iter().map(|k| self.svm.get_account(k).filter(|a| a.lamports > 0)).collect())
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        Ok(self.svm.get_program_accounts(&PROGRAM_ID))
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        let message = message(instructions, signers.first().map(|s| s.pubkey()).as_ref());
        let transaction = Transaction::new(signers, message, self.svm.latest_blockhash());
        self.run(transaction)
    }
}

fn message(instructions: &[Instruction], payer: Option<&Address>) -> Message {
    let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(MAX_COMPUTE_UNITS)];
    all.extend_from_slice(instructions);
    Message::new(&all, payer)
}

fn custom_code(error: &solana_transaction::TransactionError) -> Option<u32> {
    match error {
        solana_transaction::TransactionError::InstructionError(_, InstructionError::Custom(code)) => {
            Some(*code)
        }
        _ => None,
    }
}
