//! What the drill needs of a chain beyond a keeper's needs, in this process and behind a validator.

use {
    crate::svm::SvmChain,
    anyhow::{anyhow, Result},
    bulkhead_keeper::{
        chain::{Chain, Receipt, SendError},
        rpc::RpcChain,
    },
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    std::{slice, thread, time::Duration},
};

/// A chain whose clock the drill can wait for, and on which it may place foreign accounts where the chain is its own.
pub trait Stagehand: Chain {
    /// Lets chain time reach `unix`.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    fn wait_until(&mut self, unix: i64) -> Result<()>;

    /// Places an account of a foreign program. Only a chain in this process can.
    ///
    /// # Errors
    /// On a chain that cannot.
    fn place(&mut self, key: Address, account: Account) -> Result<()>;

    /// Sends calls that do not depend on each other, each signed by its own key. A chain over the network sends them
    /// at the same time.
    fn send_together(&mut self, calls: &[(Instruction, &Keypair)]) -> Vec<Result<Receipt, SendError>> {
        calls.iter().map(|(call, signer)| self.send(slice::from_ref(call), &[signer])).collect()
    }
}

impl Stagehand for SvmChain {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        if self.clock().unix_timestamp < unix {
            self.set_clock(unix);
        }
        Ok(())
    }

    fn place(&mut self, key: Address, account: Account) -> Result<()> {
        self.put(key, account)
    }
}

impl Stagehand for RpcChain {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        while self.now()?.unix < unix {
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn place(&mut self, key: Address, _: Account) -> Result<()> {
        Err(anyhow!("{key} cannot be placed on a validator: only its own program may write it"))
    }

    fn send_together(&mut self, calls: &[(Instruction, &Keypair)]) -> Vec<Result<Receipt, SendError>> {
        let chain = &*self;
        thread::scope(|scope| {
            let sending: Vec<_> = calls
                .iter()
                .map(|(call, signer)| scope.spawn(move || chain.submit(slice::from_ref(call), &[signer])))
                .collect();
            sending.into_iter().map(|sent| sent.join().expect("sending does not panic")).collect()
        })
    }
}
