//! What must hold after every transaction: a refused one changes nothing, an accepted one changes one market at most, and
//! the books of that market balance.

use {
    crate::history,
    anyhow::Result,
    bulkhead_drill::svm::SvmChain,
    bulkhead_keeper::{
        chain::{Chain, Now, Receipt, SendError},
        mirror::Mirror,
    },
    bulkhead_sdk::{accounts::decode, bulkhead::state::SeniorPool, pda, PROGRAM_ID},
    bulkhead_tests::invariants::{broken_books, broken_margins, broken_senior},
    solana_account::{Account, AccountSharedData, ReadableAccount},
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    std::{
        collections::{BTreeMap, BTreeSet, HashMap},
        sync::Arc,
    },
};

/// Owner of the accounts that the runtime writes.
const SYSVARS: Address = Address::from_str_const("Sysvar1111111111111111111111111111111111111");

/// Every account as it was after the last transaction, and every market's books.
#[derive(Clone)]
pub struct Watch {
    markets: Vec<Address>,
    seen: HashMap<Address, AccountSharedData>,
    /// Which market an account is of, by its place in `markets`. None: wallets, the protocol, other programs.
    homes: BTreeMap<Address, Option<usize>>,
    books: Vec<Mirror>,
    quote_mint: Address,
    senior: Option<SeniorPool>,
    touched: BTreeSet<Address>,
}

impl Watch {
    pub fn new(chain: &SvmChain, markets: Vec<Address>, quote_mint: Address) -> Self {
        let mut watch = Self {
            markets,
            seen: HashMap::new(),
            homes: BTreeMap::new(),
            books: Vec::new(),
            quote_mint,
            senior: senior(chain, &quote_mint),
            touched: BTreeSet::new(),
        };
        watch.remember(chain, &watch.all_changed(chain));
        watch.books = (0..watch.markets.len()).map(|market| watch.read(chain, market)).collect();
        watch
    }

    /// The promises that a transaction broke which named these accounts.
    pub fn look(
        &mut self,
        chain: &SvmChain,
        accepted: bool,
        payer: &Address,
        named: &[Address],
    ) -> Vec<String> {
        let all: BTreeSet<Address> = named.iter().chain([payer]).copied().collect();
        let mut changed: Vec<Address> = all.into_iter().filter(|key| self.has_changed(chain, key)).collect();
        self.remember(chain, &changed);
        changed.retain(|key| key != payer);
        if !accepted {
            return changed.into_iter().map(|key| format!("a refused transaction changed {key}")).collect();
        }
        let of_markets: BTreeSet<usize> = changed.iter().filter_map(|key| self.homes[key]).collect();
        let mut found = Vec::new();
        if changed.contains(&pda::senior(&self.quote_mint)) {
            found.extend(self.look_at_senior(chain));
        }
        if of_markets.len() > 1 {
            found.push(format!("one transaction changed the markets {of_markets:?}"));
        }
        for market in of_markets {
            let after = self.read(chain, market);
            found.extend(broken_books(&after, chain.clock().unix_timestamp));
            found.extend(history::broken_between(&self.books[market], &after));
            self.books[market] = after;
        }
        self.touched.extend(changed);
        found
    }

    /// Accounts that changed although no transaction named them.
    #[must_use]
    pub fn look_around(&self, chain: &SvmChain) -> Vec<String> {
        self.all_changed(chain).into_iter().map(|key| format!("{key} changed by itself")).collect()
    }

    /// The promises of margin that the accounts touched last, or all of them, break.
    pub fn measure(&mut self, now: i64, all: bool) -> Vec<String> {
        let touched = std::mem::take(&mut self.touched);
        let of = |key: &Address| all || touched.contains(key);
        self.books.iter().flat_map(|books| broken_margins(books, now, of)).collect()
    }

    fn look_at_senior(&mut self, chain: &SvmChain) -> Vec<String> {
        let members = self.homes.iter().filter(|(_, home)| home.is_none()).map(|(key, _)| *key).collect();
        let mut found = broken_senior(&OneMarket { chain, members }, &self.quote_mint);
        let now = senior(chain, &self.quote_mint);
        found.extend(history::broken_senior(self.senior.as_ref(), now.as_ref()));
        self.senior = now;
        found
    }

    fn read(&self, chain: &SvmChain, market: usize) -> Mirror {
        let of_market = self.homes.iter().filter(|(_, home)| **home == Some(market)).map(|(key, _)| *key);
        let members = of_market.chain([pda::protocol()]).collect();
        Mirror::read(&OneMarket { chain, members }, &self.markets[market]).expect("the market can be read")
    }

    fn has_changed(&self, chain: &SvmChain, key: &Address) -> bool {
        match (self.seen.get(key), chain.svm.accounts_db().inner.get(key)) {
            (Some(before), Some(after)) => !is_same(before, after),
            (before, after) => before.is_some() != after.is_some(),
        }
    }

    /// Accounts that differ from the last look. The clock is not one of them: it is set by hand.
    fn all_changed(&self, chain: &SvmChain) -> Vec<Address> {
        let accounts = &chain.svm.accounts_db().inner;
        let gone = self.seen.keys().filter(|key| !accounts.contains_key(*key));
        let kept = accounts.iter().filter(|(_, account)| *account.owner() != SYSVARS).map(|(key, _)| key);
        kept.filter(|key| self.has_changed(chain, key)).chain(gone).copied().collect()
    }

    fn remember(&mut self, chain: &SvmChain, changed: &[Address]) {
        for key in changed {
            match chain.svm.accounts_db().inner.get(key) {
                Some(account) => {
                    self.seen.insert(*key, account.clone());
                    let home = || home(key, account, &self.markets);
                    self.homes.entry(*key).or_insert_with(home);
                }
                None => drop(self.seen.remove(key)),
            }
        }
    }
}

/// Data that nobody wrote is shared with the last look, so most accounts need no reading.
fn is_same(before: &AccountSharedData, after: &AccountSharedData) -> bool {
    let is_shared = Arc::ptr_eq(&before.data_clone(), &after.data_clone());
    (is_shared && before.lamports() == after.lamports() && before.owner() == after.owner()) || before == after
}

/// Every account of the program that belongs to a market names it; so do its vault's address and its own.
fn home(key: &Address, account: &AccountSharedData, markets: &[Address]) -> Option<usize> {
    let is_named = |market: &Address| account.data().windows(32).any(|bytes| bytes == market.as_ref());
    markets.iter().position(|market| {
        key == market
            || *key == pda::vault(market)
            || (account.owner() == &PROGRAM_ID && *key != pda::protocol() && is_named(market))
    })
}

fn senior(chain: &SvmChain, quote_mint: &Address) -> Option<SeniorPool> {
    let account = chain.svm.get_account(&pda::senior(quote_mint))?;
    decode(&account.data).ok()
}

/// The chain as if it held one market only.
struct OneMarket<'a> {
    chain: &'a SvmChain,
    members: Vec<Address>,
}

impl Chain for OneMarket<'_> {
    fn now(&self) -> Result<Now> {
        self.chain.now()
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        self.chain.accounts(keys)
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        let found = self.members.iter().map(|key| (*key, self.chain.svm.get_account(key)));
        Ok(found
            .filter_map(|(key, account)| Some((key, account?)))
            .filter(|(_, a)| a.owner == PROGRAM_ID)
            .collect())
    }

    fn send(&mut self, _: &[Instruction], _: &[&Keypair]) -> Result<Receipt, SendError> {
        Err(SendError { message: "only to look at".to_owned(), ..SendError::default() })
    }
}
