//! Moves quote tokens in and out of vaults. The amount booked is the change of the vault's balance.

use {
    super::account::{balance, require_quote_account},
    crate::{
        error::BulkheadError,
        state::{seeds, Market, SeniorPool},
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
        self.movement().receive(authority)
    }

    /// From the vault, signed by the market, to the wallet.
    ///
    /// # Errors
    /// [`BulkheadError::NotQuoteAccount`], the token program's, or [`BulkheadError::TransferMismatch`] when another
    /// amount left the vault.
    #[inline(never)]
    pub fn pay(&self) -> Result<()> {
        let id = self.market.id.to_le_bytes();
        let bump = [self.market.bump];
        let seeds = [CpiSeed::from(seeds::MARKET), CpiSeed::from(&id), CpiSeed::from(&bump)];
        self.movement().pay(self.market.account(), &CpiSigner::from(&seeds))
    }

    fn movement(&self) -> Movement<'_> {
        Movement {
            vault: self.vault,
            wallet: self.wallet,
            mint: self.quote_mint,
            token_program: &self.market.token_program,
            decimals: self.market.decimals,
            amount: self.amount,
        }
    }
}

/// A transfer between the senior pool's vault and a wallet or a market's vault. The caller has matched vault, mint and token
/// program with the pool's; the other side is checked here.
pub struct SeniorTransfer<'a> {
    pub senior: &'a Account<SeniorPool>,
    pub vault: &'a UncheckedAccount,
    /// A token account of the quote mint.
    pub wallet: &'a UncheckedAccount,
    pub quote_mint: &'a UncheckedAccount,
    /// Quote atoms.
    pub amount: u64,
}

impl SeniorTransfer<'_> {
    /// From the wallet, signed by its `authority`, into the vault.
    ///
    /// # Errors
    /// Those of [`Transfer::receive`].
    #[inline(never)]
    pub fn receive(&self, authority: &Signer) -> Result<()> {
        self.movement().receive(authority)
    }

    /// From the vault, signed by the pool, to the other side.
    ///
    /// # Errors
    /// Those of [`Transfer::pay`].
    #[inline(never)]
    pub fn pay(&self) -> Result<()> {
        let bump = [self.senior.bump];
        let mint = self.senior.quote_mint;
        let seeds = [CpiSeed::from(seeds::SENIOR), CpiSeed::from(mint.as_ref()), CpiSeed::from(&bump)];
        self.movement().pay(self.senior.account(), &CpiSigner::from(&seeds))
    }

    fn movement(&self) -> Movement<'_> {
        Movement {
            vault: self.vault,
            wallet: self.wallet,
            mint: self.quote_mint,
            token_program: &self.senior.token_program,
            decimals: self.senior.decimals,
            amount: self.amount,
        }
    }
}

struct Movement<'a> {
    vault: &'a UncheckedAccount,
    wallet: &'a UncheckedAccount,
    mint: &'a UncheckedAccount,
    token_program: &'a Address,
    decimals: u8,
    amount: u64,
}

impl Movement<'_> {
    fn receive(&self, authority: &Signer) -> Result<()> {
        let before = self.open()?;
        self.call(self.wallet, self.vault, authority.account()).invoke()?;
        let received = balance(self.vault.account())?.checked_sub(before);
        require!(received == Some(self.amount), BulkheadError::TransferMismatch);
        Ok(())
    }

    fn pay(&self, authority: &AccountView, signer: &CpiSigner) -> Result<()> {
        let before = self.open()?;
        self.call(self.vault, self.wallet, authority).invoke_signed(core::slice::from_ref(signer))?;
        let paid = before.checked_sub(balance(self.vault.account())?);
        require!(paid == Some(self.amount), BulkheadError::TransferMismatch);
        Ok(())
    }

    /// Checks the wallet and returns the vault's balance.
    fn open(&self) -> Result<u64> {
        require_quote_account(self.wallet.account(), self.mint.address(), self.token_program)?;
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
            mint: self.mint.account(),
            to: to.account(),
            authority,
            amount: self.amount,
            decimals: self.decimals,
            token_program: self.token_program,
        }
    }
}
