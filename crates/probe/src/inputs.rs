//! Arguments of options: hostile ones for equality and accuracy, ordinary ones for cost.

use bulkhead_risk::black76::{MAX_PRICE, MAX_TENOR_SECONDS, MAX_VOL_PPM, MIN_VOL_PPM, YEAR_SECONDS};

use crate::{Rng, Words};

/// Square root of a year in seconds, near enough to place strikes.
const ROOT_YEAR: u64 = 5_616;

/// Forward, strike, volatility (ppm), seconds: the whole domain of the pricing kernels, its corners and, once in 32,
/// a value beyond it.
pub fn hostile_terms(rng: &mut Rng) -> Words {
    let f = match rng.word() & 3 {
        0 => rng.hostile(1, MAX_PRICE),
        1 => rng.between(1, 1 << 20),
        _ => rng.any_size(1 << 20, MAX_PRICE),
    };
    let vol = rng.hostile(MIN_VOL_PPM.into(), MAX_VOL_PPM.into());
    let seconds = rng.hostile(0, MAX_TENOR_SECONDS);
    let k = match rng.word() & 7 {
        0 => rng.hostile(1, MAX_PRICE),
        1 => f.wrapping_add(rng.word() & 7).wrapping_sub(3).clamp(1, MAX_PRICE),
        // Beyond 9 standard deviations the density is cut, beyond 32 the quotient.
        2 => strike_at(f, vol, seconds, rng.between(8 << 8, 36 << 8), rng.word()),
        _ => {
            let far = rng.between(0, 9 << 8);
            strike_at(f, vol, seconds, far, rng.word())
        }
    };
    let mut words = [f, k, vol, seconds, 0, 0];
    let selector = rng.word();
    if selector & 31 == 0 {
        let beyond = [MAX_PRICE + 1, MAX_PRICE + 1, u64::from(MAX_VOL_PPM) + 1, MAX_TENOR_SECONDS + 1];
        let below = [0, 0, u64::from(MIN_VOL_PPM) - 1, u64::MAX];
        let at = (selector >> 5) as usize & 3;
        let from = if selector & 128 == 0 { &beyond } else { &below };
        if let (Some(word), Some(value)) = (words.get_mut(at), from.get(at)) {
            *word = *value;
        }
    }
    words
}

/// As [`hostile_terms`] for a listed option: 1 to 1,000,000 units of quote money with six decimals, volatility of 10 %
/// to 300 %, one hour to one year, strike within four standard deviations.
pub fn ordinary_terms(rng: &mut Rng) -> Words {
    let f = rng.any_size(1_000_000, 1_000_000_000_000);
    let vol = rng.between(100_000, 3_000_000);
    let seconds = rng.any_size(3_600, YEAR_SECONDS);
    let far = rng.between(0, 4 << 8);
    [f, strike_at(f, vol, seconds, far, rng.word()), vol, seconds, 0, 0]
}

/// About `far / 256` standard deviations from the forward, above or below by the last bit of `noise`.
///
/// f <= 2^50, vol <= 2^25, seconds <= 2^30 and far <= 2^14 after the cuts, so no product reaches 2^64.
fn strike_at(f: u64, vol_ppm: u64, seconds: u64, far: u64, noise: u64) -> u64 {
    let (f, vol, seconds) = (f.min(MAX_PRICE), vol_ppm.min(1 << 25), seconds.min(1 << 30));
    let total_ppm = vol.wrapping_mul(seconds.isqrt()) / ROOT_YEAR; // < 2^28
    let log_q20 = far.min(1 << 14).wrapping_mul(total_ppm).wrapping_mul(4_096) / 1_000_000; // < 2^35
                                                                                            // 2^x as its whole octaves and a chord through the fraction.
    let octaves_q20 = log_q20.wrapping_mul(1_477) >> 10;
    let octaves = u32::try_from(octaves_q20 >> 20).unwrap_or(63);
    let factor = (octaves_q20 & 0xf_ffff).wrapping_add(1 << 20); // Q20, below 2
    let wide = f >= 1 << 43;
    let k = if noise & 1 == 0 {
        let once = if wide { (f >> 10).wrapping_mul(factor) >> 10 } else { f.wrapping_mul(factor) >> 20 };
        if octaves >= 51 {
            MAX_PRICE
        } else {
            once.min(MAX_PRICE) << octaves.min(13)
        }
    } else {
        let once = if wide { ((f << 13) / factor) << 7 } else { (f << 20) / factor };
        once.checked_shr(octaves).unwrap_or(0)
    };
    k.saturating_add(noise >> 56).clamp(1, MAX_PRICE)
}
