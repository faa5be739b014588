//! Moves quote tokens in and out of a market's vault. The amount booked is the change of the vault's balance.

use {
    super::account::{balance, require_quote_account},
    crate::{
        error::BulkheadError,
        state::{seeds, Market},
    },
    anchor_lang::{
        cpi::{CpiSeed, CpiSigner},
        prelude::*,
    },
    pinocchio_token_2022::instructions::TransferChecked,
};

/// A transfer between a market's vault and a wallet. The caller has matched vault, mint and token program with the
/// market's; the wallet is checked here.
pub struct Transfer<'a> {
    pub market: &'a Account<Market>,
    pub vault: &'a UncheckedAccount,
    /// A token account of the quote mint.
    pub wallet: &'a UncheckedAccount,
    pub quote_mint: &'a UncheckedAccount,
    /// Quote atoms.
    pub amount: u64,
}

impl Transfer<'_> {
    /// From the wallet, signed by its `authority`, into the vault.
    ///
    /// # Errors
    /// [`BulkheadError::NotQuoteAccount`], the token program's, or [`BulkheadError::TransferMismatch`] when the vault
    /// did not receive the amount.
    #[inline(never)]
    pub fn receive(&self, authority: &Signer) -> Result<()> {
        let before = self.open()?;
        self.call(self.wallet, self.vault, authority.account()).invoke()?;
        let received = balance(self.vault.account())?.checked_sub(before);
        require!(received == Some(self.amount), BulkheadError::TransferMismatch);
        Ok(())
    }

    /// From the vault, signed by the market, to the wallet.
    ///
    /// # Errors
    /// [`BulkheadError::NotQuoteAccount`], the token program's, or [`BulkheadError::TransferMismatch`] when another
    /// amount left the vault.
    #[inline(never)]
    pub fn pay(&self) -> Result<()> {
        let before = self.open()?;
        let id = self.market.id.to_le_bytes();
        let bump = [self.market.bump];
        let seeds = [CpiSeed::from(seeds::MARKET), CpiSeed::from(&id), CpiSeed::from(&bump)];
        self.call(self.vault, self.wallet, self.market.account())
            .invoke_signed(&[CpiSigner::from(&seeds)])?;
        let paid = before.checked_sub(balance(self.vault.account())?);
        require!(paid == Some(self.amount), BulkheadError::TransferMismatch);
        Ok(())
    }

    /// Checks the wallet and returns the vault's balance.
    fn open(&self) -> Result<u64> {
        require_quote_account(self.wallet.account(), &self.market.quote_mint, &self.market.token_program)?;
        balance(self.vault.account())
    }

    fn call<'b>(
        &'b self,
        from: &'b UncheckedAccount,
        to: &'b UncheckedAccount,
        authority: &'b AccountView,
    ) -> TransferChecked<'b, 'b> {
        TransferChecked {
            from: from.account(),
            mint: self.quote_mint.account(),
            to: to.account(),
            authority,
            amount: self.amount,
            decimals: self.market.decimals,
            token_program: &self.market.token_program,
        }
    }
}
