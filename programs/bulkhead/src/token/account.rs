//! The parts of a token account that matter here. SPL Token and Token-2022 share this base layout.

use {crate::error::BulkheadError, anchor_lang::prelude::*, core::ops::Range};

const MINT: Range<usize> = 0..32;
const AMOUNT: Range<usize> = 64..72;
const BASE_LENGTH: usize = 165;

/// Quote atoms in `account`, which the caller knows to be a token account.
///
/// # Errors
/// [`BulkheadError::NotQuoteAccount`] when the account is shorter than a token account.
pub fn balance(account: &AccountView) -> Result<u64> {
    let data = account.try_borrow()?;
    let amount = data.get(AMOUNT).and_then(|bytes| bytes.try_into().ok());
    Ok(u64::from_le_bytes(amount.ok_or(BulkheadError::NotQuoteAccount)?))
}

/// Accepts only a token account of `mint` at `token_program`.
///
/// # Errors
/// [`BulkheadError::NotQuoteAccount`].
pub fn require_quote_account(account: &AccountView, mint: &Address, token_program: &Address) -> Result<()> {
    require!(account.owned_by(token_program), BulkheadError::NotQuoteAccount);
    let data = account.try_borrow()?;
    let holds_quote = data.len() >= BASE_LENGTH && data.get(MINT) == Some(mint.as_ref());
    require!(holds_quote, BulkheadError::NotQuoteAccount);
    Ok(())
}
