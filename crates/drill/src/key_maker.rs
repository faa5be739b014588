//! Key pairs for a stage: the same ones for the same seed, so that figures repeat; fresh ones on a shared chain.

use solana_keypair::Keypair;

/// Makes key pairs. Those of a seed are public knowledge: never fund them where it matters.
#[derive(Clone, Debug)]
pub struct KeyMaker {
    seed: Option<u64>,
    made: u64,
}

impl KeyMaker {
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self { seed: Some(seed), made: 0 }
    }

    #[must_use]
    pub fn random() -> Self {
        Self { seed: None, made: 0 }
    }

    /// The next key pair.
    pub fn make(&mut self) -> Keypair {
        let Some(seed) = self.seed else { return Keypair::new() };
        self.made += 1;
        let mut secret = *b"bulkhead: a key that is no key..";
        secret[..8].copy_from_slice(&seed.to_le_bytes());
        secret[8..16].copy_from_slice(&self.made.to_le_bytes());
        Keypair::new_from_array(secret)
    }
}
