//! A publisher's price as it is signed: 26 bytes, so that seven of them fit one transaction.
//!
//! | bytes | what |
//! |---|---|
//! | 0..8 | domain: stands for program, market, publisher and this life of its feed |
//! | 8..16 | price, quote atoms per unit, little-endian like all that follows |
//! | 16..20 | slot in which the price was observed; 32 bits last until about 2074 |
//! | 20..24 | Unix time of the observation; 32 bits last until 2106 |
//! | 24..26 | half-width of the confidence interval, parts per million of the price |
//!
//! One publisher may sign one price for a slot. Two of them are proof of equivocation, whoever shows them.

/// Length of a signed message.
pub const LENGTH: usize = 26;

/// What a publisher signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedPrice {
    pub domain: [u8; 8],
    /// Quote atoms per unit of the underlying.
    pub price: u64,
    pub slot: u32,
    /// Unix seconds.
    pub publish_time: u32,
    pub confidence_ppm: u16,
}

impl SignedPrice {
    #[must_use]
    pub fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        let parts: [&[u8]; 5] = [
            &self.domain,
            &self.price.to_le_bytes(),
            &self.slot.to_le_bytes(),
            &self.publish_time.to_le_bytes(),
            &self.confidence_ppm.to_le_bytes(),
        ];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        bytes
    }

    /// `None` for any other length.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (domain, rest) = bytes.split_first_chunk()?;
        let (price, rest) = rest.split_first_chunk()?;
        let (slot, rest) = rest.split_first_chunk()?;
        let (publish_time, rest) = rest.split_first_chunk()?;
        let (confidence, rest) = rest.split_first_chunk()?;
        rest.is_empty().then_some(Self {
            domain: *domain,
            price: u64::from_le_bytes(*price),
            slot: u32::from_le_bytes(*slot),
            publish_time: u32::from_le_bytes(*publish_time),
            confidence_ppm: u16::from_le_bytes(*confidence),
        })
    }

    /// Both are for one slot, and do not say the same.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        self.domain == other.domain && self.slot == other.slot && self != other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: SignedPrice = SignedPrice {
        domain: *b"a domain",
        price: 8_000_000_000,
        slot: 400_000_000,
        publish_time: 1_800_000_000,
        confidence_ppm: 500,
    };

    #[test]
    fn its_bytes_are_where_the_table_says() {
        let bytes = PRICE.to_bytes();
        assert_eq!(&bytes[..8], b"a domain");
        assert_eq!(bytes[8..16], PRICE.price.to_le_bytes());
        assert_eq!(bytes[16..20], PRICE.slot.to_le_bytes());
        assert_eq!(bytes[20..24], PRICE.publish_time.to_le_bytes());
        assert_eq!(bytes[24..], PRICE.confidence_ppm.to_le_bytes());
        assert_eq!(SignedPrice::from_bytes(&bytes), Some(PRICE));
        for length in 0..LENGTH {
            assert_eq!(SignedPrice::from_bytes(&bytes[..length]), None);
        }
        assert_eq!(SignedPrice::from_bytes(&[0; LENGTH + 1]), None);
    }

    #[test]
    fn any_difference_within_a_slot_is_a_contradiction() {
        let later = |change: fn(&mut SignedPrice)| {
            let mut other = PRICE;
            change(&mut other);
            PRICE.contradicts(&other)
        };
        assert!(!PRICE.contradicts(&PRICE));
        assert!(
            later(|p| p.price += 1) && later(|p| p.publish_time += 1) && later(|p| p.confidence_ppm += 1)
        );
        assert!(!later(|p| p.slot += 1) && !later(|p| p.domain[0] ^= 1));
    }
}
