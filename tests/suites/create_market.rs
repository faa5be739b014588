//! `create_market`.

use {
    crate::prelude::*,
    bulkhead_sdk::bulkhead::{constants::TOKEN_2022_PROGRAM, instructions::create_market::CreateMarketArgs},
    bulkhead_sdk::instructions::{MarketKeys, TOKEN_PROGRAM},
    solana_account::Account,
};

const ID: u16 = 7;
/// Extensions by their number in Token-2022: transfer fee, permanent delegate, transfer hook, metadata pointer.
const TRANSFER_FEE: u16 = 1;
const PERMANENT_DELEGATE: u16 = 12;
const TRANSFER_HOOK: u16 = 14;
const METADATA_POINTER: u16 = 18;

fn args() -> CreateMarketArgs {
    CreateMarketArgs {
        id: ID,
        symbol: *b"ETH\0\0\0\0\0\0\0\0\0\0\0\0\0",
        lots_per_unit: 100,
        tick_atoms: 1_000,
        surface_authority: Address::new_from_array([5; 32]),
        params: params(),
    }
}

/// A mint with extensions of these kinds and lengths, as the token program lays it out.
fn mint(owner: Address, decimals: u8, extensions: &[(u16, usize)]) -> Account {
    let mut data = vec![0; 82];
    data[44] = decimals;
    data[45] = 1;
    if !extensions.is_empty() {
        data.resize(165, 0);
        data.push(1);
        for (kind, length) in extensions {
            data.extend(kind.to_le_bytes());
            data.extend(u16::try_from(*length).unwrap().to_le_bytes());
            data.resize(data.len() + length, 0);
        }
    }
    Account { lamports: 10_000_000, data, owner, executable: false, rent_epoch: u64::MAX }
}

fn create(
    w: &Bank,
    by: Who,
    quote_mint: Address,
    token_program: Address,
    args: CreateMarketArgs,
) -> Instruction {
    let keys = MarketKeys { market: pda::market(args.id), quote_mint, token_program };
    ix::create_market(w.key(by), &keys, args)
}

fn placed(w: &mut Bank, account: Account) -> Address {
    let key = Keypair::new().pubkey();
    w.place(key, account);
    key
}

fn legacy(w: &Bank, by: Who, args: CreateMarketArgs) -> Instruction {
    create(w, by, w.stage.keys.quote_mint, TOKEN_PROGRAM, args)
}

#[test]
fn allows_the_governor_to_create_a_market_once() {
    let mut w = Bank::bank();
    let call = legacy(&w, Governor, args());
    w.accepts(call.clone());
    let key = pda::market(ID);
    let market: Market = w.state(&key);
    assert_eq!((market.id, market.decimals, market.next_expiry_id), (ID, 6, 1));
    assert_eq!(market.vault, pda::vault(&key));
    assert_eq!(*market.params.values(), *params().values());
    assert_all(&w.stage.chain, &key);
    let error = w.send(&[call]).expect_err("a second market at the same address");
    assert!(!error.message.is_empty());
    assert_eq!(w.state::<Market>(&key).event_seq, market.event_seq);
}

#[test]
fn allows_an_address_that_somebody_prefunded() {
    let mut w = Bank::bank();
    for key in [pda::market(ID), pda::ledger(&pda::market(ID)), pda::vault(&pda::market(ID))] {
        w.place(key, bulkhead_tests::machine::wallet(1_000_000));
    }
    w.accepts(legacy(&w, Governor, args()));
}

#[test]
fn allows_plain_token_2022_mints_and_metadata() {
    let mut w = Bank::bank();
    for (id, extensions) in [(7, vec![]), (8, vec![(METADATA_POINTER, 64)])] {
        let mint = placed(&mut w, mint(TOKEN_2022_PROGRAM, 6, &extensions));
        let call = create(&w, Governor, mint, TOKEN_2022_PROGRAM, CreateMarketArgs { id, ..args() });
        w.accepts(call);
        assert_eq!(w.state::<Market>(&pda::market(id)).token_program, TOKEN_2022_PROGRAM);
    }
}

#[test]
fn rejects_mints_that_can_change_amounts_or_move_tokens() {
    let mut w = Bank::bank();
    for extension in [(TRANSFER_FEE, 108), (PERMANENT_DELEGATE, 32), (TRANSFER_HOOK, 64)] {
        for extensions in [vec![extension], vec![(METADATA_POINTER, 64), extension]] {
            let mint = placed(&mut w, mint(TOKEN_2022_PROGRAM, 6, &extensions));
            let call = create(&w, Governor, mint, TOKEN_2022_PROGRAM, args());
            w.rejects(call, UnsupportedMint);
        }
    }
}

#[test]
fn rejects_mints_with_too_few_or_too_many_decimals() {
    let mut w = Bank::bank();
    for decimals in [5, 10] {
        let mint = placed(&mut w, mint(TOKEN_PROGRAM, decimals, &[]));
        let call = create(&w, Governor, mint, TOKEN_PROGRAM, args());
        w.rejects(call, UnsupportedMint);
    }
}

#[test]
fn rejects_a_stranger() {
    let mut w = Bank::bank();
    w.rejects(legacy(&w, Stranger, args()), NotGovernor);
}

#[test]
fn rejects_lots_and_ticks_that_make_no_market() {
    let mut w = Bank::bank();
    let bad = [
        CreateMarketArgs { lots_per_unit: 0, ..args() },
        CreateMarketArgs { lots_per_unit: 1_000_001, ..args() },
        CreateMarketArgs { tick_atoms: 0, ..args() },
    ];
    for args in bad {
        w.rejects(legacy(&w, Governor, args), InvalidMarket);
    }
}

#[test]
fn rejects_parameters_outside_their_bounds() {
    let mut w = Bank::bank();
    let loose = MarketParams { maintenance_ppm: 499_999, ..params() };
    w.rejects(legacy(&w, Governor, CreateMarketArgs { params: loose, ..args() }), ParameterOutOfBounds);
}

#[test]
fn rejects_an_address_that_is_not_the_markets() {
    let mut w = Bank::bank();
    let key = pda::market(ID);
    let good = legacy(&w, Governor, args());
    for derived in [pda::vault(&key), pda::ledger(&key), pda::oracle(&key), pda::pool(&key), key] {
        let elsewhere = Keypair::new().pubkey();
        w.rejects(swap(good.clone(), &derived, &elsewhere), InstructionError::InvalidSeeds);
    }
}

#[test]
fn rejects_a_mint_of_the_other_token_program() {
    let mut w = Bank::bank();
    let call = create(&w, Governor, w.stage.keys.quote_mint, TOKEN_2022_PROGRAM, args());
    let before = w.snapshot(&[pda::market(ID)]);
    assert!(w.send(&[call]).is_err());
    w.assert_unchanged(&[pda::market(ID)], &before);
}

/// A Token-2022 account that can hold back transfer fees.
fn fee_account(mint: &Address, owner: &Address, amount: u64) -> Account {
    let mut data = vec![0; 165];
    data[..32].copy_from_slice(mint.as_ref());
    data[32..64].copy_from_slice(owner.as_ref());
    data[64..72].copy_from_slice(&amount.to_le_bytes());
    data[108] = 1;
    data.push(2);
    data.extend([2, 0, 8, 0]);
    data.extend([0; 8]);
    Account { lamports: 10_000_000, data, owner: TOKEN_2022_PROGRAM, executable: false, rent_epoch: u64::MAX }
}

/// The last line of defence: no supported mint takes a fee, so one is made to after its market exists.
#[test]
fn rejects_deposits_and_withdrawals_that_move_another_amount() {
    let mut w = Bank::bank();
    let quote_mint = placed(&mut w, mint(TOKEN_2022_PROGRAM, 6, &[]));
    let keys = MarketKeys { market: pda::market(ID), quote_mint, token_program: TOKEN_2022_PROGRAM };
    w.accepts(create(&w, Governor, quote_mint, TOKEN_2022_PROGRAM, args()));
    let alice = w.key(Alice);
    w.accepts(ix::open_account(w.key(Governor), alice, keys.market, 0));
    let account = pda::margin_account(&keys.market, &alice, 0);

    let mut with_fee = mint(TOKEN_2022_PROGRAM, 6, &[(TRANSFER_FEE, 108)]);
    let config = 170;
    for schedule in [config + 72, config + 90] {
        with_fee.data[schedule + 8..schedule + 16].copy_from_slice(&u64::MAX.to_le_bytes());
        with_fee.data[schedule + 16..schedule + 18].copy_from_slice(&100u16.to_le_bytes());
    }
    w.place(quote_mint, with_fee);
    w.place(pda::vault(&keys.market), fee_account(&quote_mint, &keys.market, 0));
    let wallet = placed(&mut w, fee_account(&quote_mint, &alice, 1_000_000));
    w.rejects(ix::deposit(alice, &keys, account, wallet, 1_000, false), TransferMismatch);
}
