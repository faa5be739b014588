//! Decodes account bytes into the program's own layouts.

use {
    anchor_lang::{prelude::Discriminator, Owner},
    bytemuck::Pod,
    core::mem::size_of,
    std::{error::Error, fmt},
};

/// Why bytes are not the account they were taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    WrongDiscriminator,
    WrongLength { expected: usize, found: usize },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongDiscriminator => write!(f, "the account is of another type"),
            Self::WrongLength { expected, found } => {
                write!(f, "the account holds {found} bytes where its type has {expected}: the program is of another version")
            }
        }
    }
}

impl Error for DecodeError {}

/// Reads an account of type `T`. The caller has checked that the program owns it.
///
/// # Errors
/// [`DecodeError`].
pub fn decode<T: Pod + Discriminator + Owner>(data: &[u8]) -> Result<T, DecodeError> {
    let body = data.strip_prefix(T::DISCRIMINATOR).ok_or(DecodeError::WrongDiscriminator)?;
    if body.len() != size_of::<T>() {
        let header = T::DISCRIMINATOR.len();
        return Err(DecodeError::WrongLength { expected: size_of::<T>() + header, found: data.len() });
    }
    Ok(bytemuck::pod_read_unaligned(body))
}

/// True when the bytes carry `T`'s discriminator.
#[must_use]
pub fn is<T: Discriminator>(data: &[u8]) -> bool {
    data.starts_with(T::DISCRIMINATOR)
}
