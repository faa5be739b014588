//! Hand-built markets and a chain that answers from a script.

use {
    crate::{
        chain::{Chain, Now, Receipt, SendError},
        config::Config,
        mirror::Mirror,
    },
    anchor_lang::Discriminator,
    anyhow::Result,
    bulkhead_risk::scenario::SCENARIOS,
    bulkhead_sdk::{
        bulkhead::{
            constants::VERSION,
            state::{
                oracle::StoredMark, Expiry, Ledger, Leg, MarginAccount, Market, MarketParams, OiShard,
                OracleAggregate, Pool, Protocol, RiskArray,
            },
        },
        pda, PROGRAM_ID,
    },
    bytemuck::{bytes_of, Pod, Zeroable},
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::collections::VecDeque,
};

pub const NOW: Now = Now { unix: 1_000_000, slot: 2_500_000 };
pub const MARKET_ID: u16 = 3;
pub const MARK: u64 = 100_000_000;
pub const VICTIM: Address = Address::new_from_array([2; 32]);
pub const TRADER: Address = Address::new_from_array([3; 32]);

/// The keeper's key, the same in every test.
pub fn keypair() -> Keypair {
    Keypair::new_from_array([5; 32])
}

pub fn config() -> Config {
    Config::new(MARKET_ID, keypair().pubkey(), 0)
}

/// A market in perfect order: two shards, a fresh mark, expiry 1 a day away with a fresh array, a funded keeper
/// without legs, and a victim short ten calls with ample collateral against a trader who is long.
pub fn mirror() -> Mirror {
    let key = pda::market(MARKET_ID);
    let mut mirror = Mirror {
        key,
        protocol: Protocol { version: VERSION, ..Protocol::zeroed() },
        market: market(key),
        ledger: Ledger { version: VERSION, market: key, claims: 900, ..Ledger::zeroed() },
        oracle: oracle(key),
        pool: Pool { version: VERSION, market: key, cash: 1_000_000_000, required: 10_000, ..Pool::zeroed() },
        senior: None,
        vault_balance: 900,
        wallet_balance: 0,
        expiries: vec![expiry(key)],
        risk_arrays: vec![array(key)],
        shards: vec![shard(key, 0), shard(key, 1)],
        accounts: vec![
            (VICTIM, owned(key, VICTIM, 1_000_000, -10)),
            (TRADER, owned(key, TRADER, 1_000_000, 10)),
            (config().account, owned(key, config().authority, 100_000_000, 0)),
        ],
        stakes: Vec::new(),
        feeds: Vec::new(),
        keepers: Vec::new(),
    };
    mirror.accounts.sort_by_key(|(key, _)| *key);
    mirror
}

fn market(key: Address) -> Market {
    Market {
        version: VERSION,
        shard_count: 2,
        id: MARKET_ID,
        vault: pda::vault(&key),
        lots_per_unit: 1_000,
        params: MarketParams::defaults(),
        oi_room_ppm: 1_000_000,
        expiries: [1, 0, 0, 0, 0, 0, 0, 0],
        ..Market::zeroed()
    }
}

fn oracle(market: Address) -> OracleAggregate {
    OracleAggregate {
        version: VERSION,
        market,
        source_count: 3,
        mark: StoredMark {
            price: MARK,
            stable: MARK,
            at: NOW.unix,
            round_at: NOW.unix,
            rounds: 50,
            healthy_rounds: 50,
            ..StoredMark::zeroed()
        },
        ..OracleAggregate::zeroed()
    }
}

fn expiry(market: Address) -> Expiry {
    let mut expiry = Expiry {
        version: VERSION,
        strike_count: 1,
        id: 1,
        market,
        payer: Address::new_from_array([4; 32]),
        expires_at: NOW.unix + 86_400,
        surface_version: 1,
        ..Expiry::zeroed()
    };
    expiry.strikes[0] = MARK;
    expiry.vols_ppm[0] = 600_000;
    expiry
}

/// A call is worth 1,000 a lot and loses its writer 50,000 in the worst scenario.
fn array(market: Address) -> RiskArray {
    let mut array = RiskArray {
        version: VERSION,
        strike_count: 1,
        expiry_id: 1,
        market,
        expires_at: NOW.unix + 86_400,
        as_of: NOW.unix - 10,
        mark: MARK,
        surface_version: 1,
        forward_lot: 100_000,
        moving_lot: 100_000,
        error_atoms: 2,
        ..RiskArray::zeroed()
    };
    array.call_marks[0] = 1_000;
    array.put_marks[0] = 1_000;
    array.call_profit[0] = [-900; SCENARIOS];
    array.call_profit[0][1] = 50_000;
    array
}

fn shard(market: Address, index: u8) -> OiShard {
    let mut shard = OiShard { version: VERSION, index, market, ..OiShard::zeroed() };
    shard.expiry_ids[0] = 1;
    if index == 0 {
        shard.long_lots[0][0] = 10;
        shard.short_lots[0][0] = 10;
    }
    shard
}

fn owned(market: Address, owner: Address, cash: u64, lots: i64) -> MarginAccount {
    let mut account = MarginAccount { version: VERSION, owner, market, cash, ..MarginAccount::zeroed() };
    if lots != 0 {
        account.legs[0] = Leg { lots, expiry_id: 1, strike: 0, kind: 0, _pad0: [0; 4] };
        account.leg_count = 1;
    }
    account
}

impl Mirror {
    pub fn account_mut(&mut self, key: &Address) -> &mut MarginAccount {
        self.accounts.iter_mut().find(|(k, _)| k == key).map(|(_, account)| account).unwrap()
    }
}

pub fn account(data: Vec<u8>) -> Account {
    Account { lamports: 1, data, owner: PROGRAM_ID, executable: false, rent_epoch: 0 }
}

pub fn stored<T: Pod + Discriminator>(key: Address, state: &T) -> (Address, Account) {
    (key, account([T::DISCRIMINATOR, bytes_of(state)].concat()))
}

/// Holds what it was given whatever is sent, and answers from `script`; once that is used up, everything succeeds.
#[derive(Default)]
pub struct FakeChain {
    pub program: Vec<(Address, Account)>,
    pub vault: Vec<u8>,
    /// Every account named here does not exist.
    pub closed: Vec<Address>,
    pub script: VecDeque<Result<Receipt, SendError>>,
    pub sent: Vec<Instruction>,
}

impl FakeChain {
    pub fn holding(mirror: &Mirror) -> Self {
        let market = &mirror.key;
        let mut program = vec![
            stored(pda::protocol(), &mirror.protocol),
            stored(*market, &mirror.market),
            stored(pda::ledger(market), &mirror.ledger),
            stored(pda::oracle(market), &mirror.oracle),
            stored(pda::pool(market), &mirror.pool),
        ];
        program.extend(mirror.senior.iter().map(|senior| stored(mirror.pool.senior, senior)));
        program.extend(mirror.expiries.iter().map(|e| stored(pda::expiry(market, e.id), e)));
        program.extend(mirror.risk_arrays.iter().map(|a| stored(pda::risk_array(market, a.expiry_id), a)));
        program.extend(mirror.shards.iter().map(|s| stored(pda::shard(market, s.index), s)));
        program.extend(mirror.accounts.iter().map(|(key, a)| stored(*key, a)));
        program.reverse();
        let vault = [&[0; 64][..], &mirror.vault_balance.to_le_bytes(), &[0; 93]].concat();
        Self { program, vault, ..Self::default() }
    }

    pub fn refusing(mirror: &Mirror, codes: &[u32]) -> Self {
        let refuse = |code: &u32| Err(SendError { code: Some(*code), ..SendError::default() });
        Self { script: codes.iter().map(refuse).collect(), ..Self::holding(mirror) }
    }
}

impl Chain for FakeChain {
    fn now(&self) -> Result<Now> {
        Ok(NOW)
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        let find = |key: &Address| (!self.closed.contains(key)).then(|| account(self.vault.clone()));
        Ok(keys.iter().map(find).collect())
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        Ok(self.program.clone())
    }

    fn send(&mut self, instructions: &[Instruction], _: &[&Keypair]) -> Result<Receipt, SendError> {
        self.sent.extend_from_slice(instructions);
        let done = Receipt { compute_units: 1_234, signature: String::new() };
        self.script.pop_front().unwrap_or(Ok(done))
    }
}
