//! Moves quote tokens in and out of a market's vault. The amount booked is the change of the vault's balance.

use {
    crate::{
        error::BulkheadError,
        state::{seeds, Market},
    },
    anchor_lang::prelude::*,
    anchor_spl::token_interface::{self, Mint, TokenAccount, TokenInterface, TransferChecked},
};

/// Moves `amount` from `from`, owned by `authority`, into the vault.
///
/// # Errors
/// The token program's, or [`BulkheadError::TransferMismatch`] when the vault did not receive the amount.
pub fn receive(
    program: &Interface<'static, TokenInterface>,
    mint: &InterfaceAccount<Mint>,
    from: &mut InterfaceAccount<TokenAccount>,
    vault: &mut InterfaceAccount<TokenAccount>,
    authority: &Signer,
    amount: u64,
) -> Result<()> {
    let before = vault.amount();
    let accounts = TransferChecked {
        from: from.try_cpi_handle_mut()?,
        mint: mint.cpi_handle(),
        to: vault.try_cpi_handle_mut()?,
        authority: authority.cpi_handle(),
    };
    let decimals = mint.decimals();
    token_interface::transfer_checked(CpiContext::new(program.address(), accounts), amount, decimals)?;
    require!(vault.amount().checked_sub(before) == Some(amount), BulkheadError::TransferMismatch);
    Ok(())
}

/// Moves `amount` from the vault to `to`, signed by the market.
///
/// # Errors
/// The token program's, or [`BulkheadError::TransferMismatch`] when another amount left the vault.
pub fn pay(
    program: &Interface<'static, TokenInterface>,
    mint: &InterfaceAccount<Mint>,
    vault: &mut InterfaceAccount<TokenAccount>,
    to: &mut InterfaceAccount<TokenAccount>,
    market: &Account<Market>,
    amount: u64,
) -> Result<()> {
    let before = vault.amount();
    let id = market.id.to_le_bytes();
    let bump = [market.bump];
    let signer: [&[u8]; 3] = [seeds::MARKET, &id, &bump];
    let signers = [&signer[..]];
    let accounts = TransferChecked {
        from: vault.try_cpi_handle_mut()?,
        mint: mint.cpi_handle(),
        to: to.try_cpi_handle_mut()?,
        authority: market.cpi_handle(),
    };
    let context = CpiContext::new_with_signer(program.address(), accounts, &signers);
    token_interface::transfer_checked(context, amount, mint.decimals())?;
    require!(before.checked_sub(vault.amount()) == Some(amount), BulkheadError::TransferMismatch);
    Ok(())
}
