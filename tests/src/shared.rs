//! One chain under several worlds: what happens in one market passes for all of them.

use {
    anyhow::Result,
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_keeper::chain::{Chain, Now, Receipt, SendError},
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    std::{cell::RefCell, rc::Rc},
};

/// A clone is the same chain.
#[derive(Clone)]
pub struct SharedChain<C>(Rc<RefCell<C>>);

impl<C> SharedChain<C> {
    #[must_use]
    pub fn new(chain: C) -> Self {
        Self(Rc::new(RefCell::new(chain)))
    }
}

impl<C: Chain> Chain for SharedChain<C> {
    fn now(&self) -> Result<Now> {
        self.0.borrow().now()
    }

    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>> {
        self.0.borrow().accounts(keys)
    }

    fn program_accounts(&self) -> Result<Vec<(Address, Account)>> {
        self.0.borrow().program_accounts()
    }

    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError> {
        self.0.borrow_mut().send(instructions, signers)
    }
}

impl<C: Stagehand> Stagehand for SharedChain<C> {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        self.0.borrow_mut().wait_until(unix)
    }

    fn place(&mut self, key: Address, account: Account) -> Result<()> {
        self.0.borrow_mut().place(key, account)
    }
}
