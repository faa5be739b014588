//! The words through which lists and results pass between the module and JavaScript.
//!
//! Atomics, because they are Rust's safe shared memory; on the one thread of a WebAssembly instance they compile to
//! plain loads and stores.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bulkhead_risk::math_error::MathError;

/// Length of the exchange in words of 64 bits: enough for 32 legs, each in an
/// expiry of its own.
pub const WORDS: usize = 3_072;

#[allow(clippy::declare_interior_mutable_const)] // only to fill the array
const ZERO: AtomicU64 = AtomicU64::new(0);
static EXCHANGE: [AtomicU64; WORDS] = [ZERO; WORDS];

/// Where the exchange lies in the module's memory.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn exchange() -> *const AtomicU64 {
    EXCHANGE.as_ptr()
}

/// Number of words of the exchange.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn exchange_words() -> usize {
    WORDS
}

/// Reads and writes one word after the other.
#[derive(Debug)]
pub struct Cursor {
    at: usize,
}

impl Cursor {
    /// At the first word.
    #[must_use]
    pub fn start() -> Self {
        Self { at: 0 }
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn read(&mut self) -> Result<u64, MathError> {
        Ok(self.word()?.load(Relaxed))
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn read_signed(&mut self) -> Result<i64, MathError> {
        Ok(self.read()?.cast_signed())
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word, or when the word does not fit 32 bits.
    pub fn read_narrow(&mut self) -> Result<u32, MathError> {
        u32::try_from(self.read()?).map_err(|_| MathError::Domain)
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn read_row<const N: usize>(&mut self) -> Result<[i64; N], MathError> {
        let mut row = [0; N];
        for entry in &mut row {
            *entry = self.read_signed()?;
        }
        Ok(row)
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn write(&mut self, value: u64) -> Result<(), MathError> {
        self.word()?.store(value, Relaxed);
        Ok(())
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn write_signed(&mut self, value: i64) -> Result<(), MathError> {
        self.write(value.cast_unsigned())
    }

    /// # Errors
    /// [`MathError::Domain`] behind the last word.
    pub fn write_row(&mut self, row: &[i64]) -> Result<(), MathError> {
        row.iter().try_for_each(|entry| self.write_signed(*entry))
    }

    fn word(&mut self) -> Result<&'static AtomicU64, MathError> {
        let word = EXCHANGE.get(self.at).ok_or(MathError::Domain)?;
        self.at = self.at.saturating_add(1);
        Ok(word)
    }
}

/// Writes results from the first word on.
///
/// # Errors
/// [`MathError::Domain`] when there are more than [`WORDS`].
pub fn answer(results: &[u64]) -> Result<(), MathError> {
    let mut out = Cursor::start();
    results.iter().try_for_each(|result| out.write(*result))
}
