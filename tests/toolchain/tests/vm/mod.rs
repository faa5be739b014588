//! The probe in the virtual machine.

// Each test file uses a part of this.
#![allow(dead_code)]

use std::path::Path;

use anchor_lang::{InstructionData, ToAccountMetas};
use litesvm::{types::TransactionMetadata, LiteSVM};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;
use toolchain_probe::accounts::Probe;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/deploy/toolchain_probe.so");
const COMPUTE_BUDGET: solana_address::Address =
    solana_address::Address::from_str_const("ComputeBudget111111111111111111111111111111");
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

pub struct Vm {
    svm: LiteSVM,
    payer: Keypair,
    sent: u32,
}

pub struct Failed {
    pub error: String,
    pub logs: Vec<String>,
}

impl Vm {
    pub fn new() -> Self {
        assert!(
            Path::new(PROGRAM).is_file(),
            "{PROGRAM} is missing: run `cargo xtask build --program tests/toolchain`"
        );
        // Signatures are not what is tested, and checking them takes longer than the program.
        let mut svm = LiteSVM::new().with_sigverify(false);
        svm.add_program_from_file(toolchain_probe::ID, PROGRAM).expect("the program loads");
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 100_000_000_000).expect("an airdrop");
        Self { svm, payer, sent: 0 }
    }

    pub fn send(&mut self, call: impl InstructionData) -> Result<TransactionMetadata, Failed> {
        self.sent += 1;
        let accounts = Probe { payer: self.payer.pubkey() }.to_account_metas(None);
        let probe = Instruction { program_id: toolchain_probe::ID, accounts, data: call.data() };
        // A limit of its own makes each transaction unique: the VM refuses repetitions.
        let mut limit = vec![2u8];
        limit.extend((MAX_COMPUTE_UNITS - self.sent).to_le_bytes());
        let limit = Instruction { program_id: COMPUTE_BUDGET, accounts: vec![], data: limit };
        let message = Message::new(&[limit, probe], Some(&self.payer.pubkey()));
        let transaction = Transaction::new(&[&self.payer], message, self.svm.latest_blockhash());
        self.svm
            .send_transaction(transaction)
            .map_err(|failed| Failed { error: format!("{:?}", failed.err), logs: failed.meta.logs })
    }

    /// The answer, filled up to `length`: the runtime drops trailing zeros.
    pub fn answer(&mut self, call: impl InstructionData, length: usize) -> Vec<u8> {
        match self.send(call) {
            Ok(done) => {
                let mut bytes = done.return_data.data;
                assert!(bytes.len() <= length, "{} bytes instead of {length}", bytes.len());
                bytes.resize(length, 0);
                bytes
            }
            Err(failed) => panic!("the program failed: {}\n{}", failed.error, failed.logs.join("\n")),
        }
    }

    pub fn words(&mut self, call: impl InstructionData, count: usize) -> Vec<u64> {
        let bytes = self.answer(call, count * 8);
        bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes"))).collect()
    }

    pub fn wide_words(&mut self, call: impl InstructionData, count: usize) -> Vec<u128> {
        let bytes = self.answer(call, count * 16);
        bytes
            .chunks_exact(16)
            .map(|word| u128::from_le_bytes(word.try_into().expect("sixteen bytes")))
            .collect()
    }
}
