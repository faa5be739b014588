//! The machine under all markets. It asks for no signatures, which take most of a transaction's time, but refuses to send
//! without every signer's key, and it looks at the books after every transaction, whoever sent it.

use {
    crate::watch::Watch,
    anyhow::Result,
    bulkhead_drill::{stagehand::Stagehand, svm::SvmChain},
    bulkhead_keeper::chain::{Chain, Now, Receipt, SendError},
    bulkhead_tests::{
        machine,
        markets::{self, People},
        world::{World, START},
    },
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{cell::RefCell, mem, rc::Rc},
};

/// Transactions that a failure shows.
const SHOWN: usize = 24;

struct Inside {
    chain: SvmChain,
    /// Nothing is watched while the markets are opened.
    watch: Option<Watch>,
    trail: Vec<String>,
    name: &'static str,
}

/// The one machine, as each market holds it.
#[derive(Clone)]
pub struct Machine(Rc<RefCell<Inside>>);

impl Machine {
    fn new(chain: SvmChain, watch: Option<Watch>) -> Self {
        Self(Rc::new(RefCell::new(Inside { chain, watch, trail: Vec::new(), name: "" })))
    }

    /// What the next transaction is called in a report; those without a name are left out while they are accepted.
    pub fn name_next(&self, name: &'static str) {
        self.0.borrow_mut().name = name;
    }

    /// Adds a line to the report.
    pub fn note(&self, line: String) {
        self.0.borrow_mut().trail.push(line);
    }

    /// The last transactions, for a report.
    pub fn recent(&self) -> String {
        let trail = &self.0.borrow().trail;
        trail[trail.len().saturating_sub(SHOWN)..].join("\n")
    }

    /// Measures the margin accounts that were touched since the last time, or all of them.
    ///
    /// # Panics
    /// When a promise is broken.
    pub fn measure(&self, all: bool) {
        let mut inside = self.0.borrow_mut();
        let now = inside.chain.clock().unix_timestamp;
        let found = inside.watch.as_mut().map(|watch| watch.measure(now, all)).unwrap_or_default();
        drop(inside);
        self.report(&found);
    }

    /// No account has changed but those that transactions named.
    ///
    /// # Panics
    /// When one has.
    pub fn look_around(&self) {
        let inside = self.0.borrow();
        let found = inside.watch.as_ref().map(|watch| watch.look_around(&inside.chain)).unwrap_or_default();
        drop(inside);
        self.report(&found);
    }

    fn report(&self, found: &[String]) {
        assert!(found.is_empty(), "broken:\n{}", found.join("\n"));
    }
}

impl Chain for Machine {
    fn now(&self) -> Result<Now> {
        self.0.borrow().chain.now()
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        self.0.borrow().chain.accounts(keys)
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        self.0.borrow().chain.program_accounts()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        let keys: Vec<Address> = signers.iter().map(|s| s.pubkey()).collect();
        let mut asked = instructions.iter().flat_map(|i| &i.accounts).filter(|a| a.is_signer);
        if let Some(missing) = asked.find(|a| !keys.contains(&a.pubkey)) {
            let message = format!("{} did not sign", missing.pubkey);
            return Err(SendError { message, ..SendError::default() });
        }
        let mut inside = self.0.borrow_mut();
        let Inside { chain, watch, trail, name } = &mut *inside;
        let sent = chain.send_unsigned(instructions, &keys[0]);
        let outcome = sent.as_ref().err().map_or_else(|| "done".to_owned(), ToString::to_string);
        let name = mem::take(name);
        if !name.is_empty() || sent.is_err() {
            trail.push(format!("{name}: {outcome}"));
        }
        let named: Vec<Address> = instructions.iter().flat_map(|i| &i.accounts).map(|a| a.pubkey).collect();
        let found = watch.as_mut().map(|w| w.look(chain, sent.is_ok(), &keys[0], &named)).unwrap_or_default();
        drop(inside);
        self.report(&found);
        sent
    }
}

impl Stagehand for Machine {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        self.0.borrow_mut().chain.wait_until(unix)
    }

    fn place(&mut self, key: Address, account: Account) -> Result<()> {
        self.0.borrow_mut().chain.place(key, account)
    }
}

/// The markets as they are opened, from which every sequence starts.
pub struct Opening {
    chain: SvmChain,
    watch: Watch,
    worlds: Vec<World<Machine>>,
}

impl Opening {
    pub fn play() -> Self {
        let people = People::default();
        let mut chain = machine::svm(&people.governor.pubkey(), START, &[]);
        chain.svm = chain.svm.with_sigverify(false);
        let machine = Machine::new(chain, None);
        let worlds = markets::open(machine.clone(), people);
        let chain = machine.0.borrow().chain.clone();
        let mint = worlds[0].stage.keys.quote_mint;
        let watch = Watch::new(&chain, worlds.iter().map(World::market).collect(), mint);
        Self { chain, watch, worlds }
    }

    /// A machine of its own in the state after the opening, and the markets on it.
    pub fn begin(&self) -> (Machine, Vec<World<Machine>>) {
        let machine = Machine::new(self.chain.clone(), Some(self.watch.clone()));
        let worlds = self.worlds.iter().map(|world| world.on(machine.clone())).collect();
        (machine, worlds)
    }
}
