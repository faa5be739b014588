//! Ctrl-C while something is running that must be stopped in order.

use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc, OnceLock,
};

use anyhow::{bail, Context, Result};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

static REQUESTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From its creation on, Ctrl-C no longer ends this program but sets a flag. Children get the signal as well, so
/// what waits for them comes back.
#[derive(Clone)]
pub struct Interrupt {
    requested: Arc<AtomicBool>,
}

impl Interrupt {
    pub fn listen() -> Result<Self> {
        if let Some(requested) = REQUESTED.get() {
            return Ok(Self { requested: Arc::clone(requested) });
        }
        let requested = Arc::clone(REQUESTED.get_or_init(Arc::default));
        for signal in [SIGINT, SIGTERM] {
            // A second Ctrl-C ends the program at once, should the orderly way hang.
            flag::register_conditional_shutdown(signal, 130, Arc::clone(&requested))
                .and_then(|_| flag::register(signal, Arc::clone(&requested)))
                .context("cannot listen for Ctrl-C")?;
        }
        Ok(Self { requested })
    }

    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }

    pub fn check(&self) -> Result<()> {
        if self.is_requested() {
            bail!("interrupted");
        }
        Ok(())
    }
}
