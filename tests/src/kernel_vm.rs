//! The numeric kernels in the virtual machine, each call alone or very many in one digest.

use {
    anyhow::{anyhow, ensure, Context, Result},
    bulkhead_probe::{Answer, Words},
    litesvm::{types::TransactionMetadata, LiteSVM},
    solana_address::Address,
    solana_compute_budget::compute_budget::ComputeBudget,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_message::Message,
    solana_signer::Signer,
    solana_transaction::Transaction,
    std::path::{Path, PathBuf},
};

/// No digest comes near it; a chain would stop at 1,400,000.
const COMPUTE_UNITS: u64 = 1 << 50;
/// For fees.
const LAMPORTS: u64 = 100_000_000_000_000;
const DIGEST: u8 = 0;
const CALL: u8 = 1;

/// The built program that calls kernels.
#[must_use]
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/kernel_probe.so")
}

/// LiteSVM with the kernels' program and without a limit of compute units.
pub struct KernelVm {
    svm: LiteSVM,
    payer: Keypair,
    program: Address,
}

impl KernelVm {
    /// # Errors
    /// When the program was not built or does not verify.
    pub fn new() -> Result<Self> {
        let path = file();
        let bytes = std::fs::read(&path).with_context(|| {
            format!("no program at {}: run `cargo xtask build --program tests/kernels`", path.display())
        })?;
        let budget =
            ComputeBudget { compute_unit_limit: COMPUTE_UNITS, ..ComputeBudget::new_with_defaults(false) };
        // Without a history the machine accepts two equal transactions; signatures are not what is measured.
        let mut svm =
            LiteSVM::new().with_transaction_history(0).with_sigverify(false).with_compute_budget(budget);
        let program = Address::new_from_array([7; 32]);
        svm.add_program(program, &bytes).map_err(|e| anyhow!("{} does not load: {e:?}", path.display()))?;
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), LAMPORTS).map_err(|e| anyhow!("no airdrop: {:?}", e.err))?;
        Ok(Self { svm, payer, program })
    }

    /// As [`bulkhead_probe::digest`], computed in the machine.
    ///
    /// # Errors
    /// When the program fails.
    pub fn digest(&mut self, kernel: u32, seed: u64, count: u32) -> Result<u64> {
        let mut data = vec![DIGEST];
        data.extend(kernel.to_le_bytes());
        data.extend(seed.to_le_bytes());
        data.extend(count.to_le_bytes());
        let done = self.send(data)?;
        let [digest] = answer_words(&done)?;
        Ok(digest)
    }

    /// One call: its answer and what the whole program used for it.
    ///
    /// # Errors
    /// When the program fails.
    pub fn call(&mut self, kernel: u32, words: &Words) -> Result<(Answer, u64)> {
        let mut data = vec![CALL];
        data.extend(kernel.to_le_bytes());
        data.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        let done = self.send(data)?;
        Ok((answer_words(&done)?, done.compute_units_consumed))
    }

    fn send(&mut self, data: Vec<u8>) -> Result<TransactionMetadata> {
        let call = Instruction { program_id: self.program, accounts: vec![], data };
        let message = Message::new(&[call], Some(&self.payer.pubkey()));
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        self.svm
            .send_transaction(transaction)
            .map_err(|failed| anyhow!("{:?}\n{}", failed.err, failed.meta.logs.join("\n")))
    }
}

/// The runtime drops trailing zeros.
fn answer_words<const N: usize>(done: &TransactionMetadata) -> Result<[u64; N]> {
    let mut bytes = done.return_data.data.clone();
    ensure!(bytes.len() <= N * 8, "{} bytes instead of {}", bytes.len(), N * 8);
    bytes.resize(N * 8, 0);
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = u64::from_le_bytes(bytes.try_into()?);
    }
    Ok(words)
}
