//! `init_protocol`, on a bank without a protocol.

use {
    crate::prelude::*,
    bulkhead_keeper::chain::{Chain, SendError},
    bulkhead_sdk::bulkhead::{constants::UPGRADEABLE_LOADER, instructions::init_protocol::InitProtocolArgs},
    bulkhead_tests::machine::wallet,
};

struct Empty {
    chain: ProgramTestChain,
    authority: Keypair,
    stranger: Keypair,
}

fn empty() -> Empty {
    let (authority, stranger) = (Keypair::new(), Keypair::new());
    let wallets = [&authority, &stranger].map(|k| (k.pubkey(), wallet(1_000_000_000_000)));
    Empty { chain: ProgramTestChain::new(&authority.pubkey(), START, &wallets), authority, stranger }
}

fn keys(count: usize) -> Vec<Address> {
    (0..count).map(|_| Keypair::new().pubkey()).collect()
}

fn init(by: &Keypair, guardians: Vec<Address>) -> Instruction {
    ix::init_protocol(by.pubkey(), InitProtocolArgs { governor: by.pubkey(), guardians })
}

impl Empty {
    fn send(&mut self, call: Instruction, by_stranger: bool) -> Result<(), SendError> {
        let by = if by_stranger { &self.stranger } else { &self.authority };
        self.chain.send(&[call], &[by]).map(|_| ())
    }

    #[track_caller]
    fn rejects(&mut self, call: Instruction, by_stranger: bool, refusal: impl Into<Refusal>) {
        let refusal = refusal.into();
        let error = self.send(call, by_stranger).expect_err("a refusal");
        assert!(refusal.explains(&error), "{error} instead of {refusal}\n{}", error.logs.join("\n"));
        let made = self.chain.accounts(&[pda::protocol()]).unwrap().remove(0);
        assert!(made.is_none(), "the refused transaction made the protocol");
    }
}

#[test]
fn allows_the_upgrade_authority_once() {
    let mut e = empty();
    let guardians = keys(5);
    let call = init(&e.authority, guardians.clone());
    e.send(call.clone(), false).unwrap();
    let account = e.chain.accounts(&[pda::protocol()]).unwrap().remove(0).unwrap();
    let protocol: Protocol = bulkhead_sdk::accounts::decode(&account.data).unwrap();
    assert_eq!(protocol.governor, e.authority.pubkey());
    assert_eq!(&protocol.guardians[..], &guardians[..]);
    let error = e.send(call, false).expect_err("a second protocol");
    assert!(error.code.is_some() || error.message.contains("already"), "{error}");
    let after = e.chain.accounts(&[pda::protocol()]).unwrap().remove(0).unwrap();
    assert_eq!(after, account);
}

#[test]
fn rejects_everybody_but_the_upgrade_authority() {
    let mut e = empty();
    let call = init(&e.stranger, keys(1));
    e.rejects(call, true, NotUpgradeAuthority);
}

#[test]
fn rejects_forged_program_data() {
    let mut e = empty();
    let real = e.chain.accounts(&[pda::program_data()]).unwrap().remove(0).unwrap();
    let mut forged = real.clone();
    forged.data[13..45].copy_from_slice(e.stranger.pubkey().as_ref());
    let elsewhere = Keypair::new().pubkey();
    e.chain.place(elsewhere, forged).unwrap();
    let call = swap(init(&e.stranger, keys(1)), &pda::program_data(), &elsewhere);
    e.rejects(call, true, NotUpgradeAuthority);
    let call = init(&e.authority, keys(1));
    for (at, byte) in [(0, 2), (12, 0)] {
        let mut bad = real.clone();
        bad.data[at] = byte;
        e.chain.place(pda::program_data(), bad).unwrap();
        e.rejects(call.clone(), false, NotUpgradeAuthority);
    }
    let mut short = real.clone();
    short.data.truncate(44);
    e.chain.place(pda::program_data(), short).unwrap();
    e.rejects(call.clone(), false, NotUpgradeAuthority);
    let foreign = solana_account::Account { owner: ix::SYSTEM_PROGRAM, ..real };
    assert_ne!(foreign.owner, UPGRADEABLE_LOADER);
    e.chain.place(pda::program_data(), foreign).unwrap();
    e.rejects(call, false, NotUpgradeAuthority);
}

#[test]
fn rejects_guardians_that_are_none_too_many_or_repeated() {
    let mut e = empty();
    let twice = Keypair::new().pubkey();
    for guardians in [vec![], keys(6), vec![twice, twice], vec![Address::default()]] {
        let call = init(&e.authority, guardians);
        e.rejects(call, false, InvalidGuardians);
    }
}

#[test]
fn rejects_a_missing_signature_and_another_address() {
    let mut e = empty();
    let good = init(&e.authority, keys(1));
    let bare = unsigned(good.clone(), &e.authority.pubkey());
    e.rejects(bare, true, InstructionError::MissingRequiredSignature);
    let elsewhere = swap(good, &pda::protocol(), &pda::market(9));
    e.rejects(elsewhere, false, InstructionError::InvalidSeeds);
}
