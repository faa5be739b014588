//! Who holds what before the crash: a seeded mix of accounts, as plain data.

use {
    rand::{seq::IndexedRandom, Rng, SeedableRng},
    rand_chacha::ChaCha8Rng,
    serde::Serialize,
};

/// Strikes of both expiries, dollars; the first price is 8,000.
pub const STRIKES: [u64; 7] = [5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 12_000];
const CALL: u8 = 0;
const PUT: u8 = 1;
/// One account in so many makes markets.
const MAKER_EVERY: usize = 25;

/// How an account behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Role {
    /// Takes the other side of what finds no match.
    Maker,
    /// Sells puts with the whole strike in cash behind them.
    CashSecured,
    /// Sells calls of the near expiry over deep calls of the far one.
    CoveredWriter,
    ShortPuts,
    ShortCalls,
    ShortStrangle,
    /// Buys one put or call and sells one further out.
    Spread,
    /// Bought what somebody sold.
    Long,
    /// Holds cash and nothing else.
    Flat,
}

impl Role {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Maker => "market maker",
            Self::CashSecured => "cash-secured put writer",
            Self::CoveredWriter => "covered call writer",
            Self::ShortPuts => "put seller",
            Self::ShortCalls => "call seller",
            Self::ShortStrangle => "strangle seller",
            Self::Spread => "spreader",
            Self::Long => "option buyer",
            Self::Flat => "cash holder",
        }
    }
}

/// A series, by expiry (0 near, 1 far), index of the strike and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub expiry: usize,
    pub strike: u8,
    pub kind: u8,
}

#[derive(Clone, Copy, Debug)]
pub struct User {
    pub role: Role,
    /// Share of its equity that the initial requirement takes up.
    pub usage: f64,
}

/// A trade to come, by numbers of users.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub buyer: usize,
    pub seller: usize,
    pub series: Series,
    pub lots: u64,
}

/// Everybody and everything they agreed on, in order.
#[derive(Clone, Debug, Default)]
pub struct Population {
    pub users: Vec<User>,
    pub orders: Vec<Order>,
}

impl Population {
    /// About `count` accounts.
    #[must_use]
    pub fn of_seed(seed: u64, count: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut all = Self::default();
        for _ in 0..(count / MAKER_EVERY).max(2) {
            all.join(Role::Maker, rng.random_range(0.3..0.6));
        }
        let makers = all.users.len();
        while all.users.len() < count {
            all.add_story(makers, &mut rng);
        }
        all
    }

    /// The lots of a user, long positive, series by series.
    #[must_use]
    pub fn book(&self, user: usize) -> Vec<(Series, i64)> {
        let mut book = std::collections::BTreeMap::new();
        for order in &self.orders {
            let lots = i64::try_from(order.lots).unwrap_or(0);
            let change = match user {
                _ if order.buyer == user => lots,
                _ if order.seller == user => -lots,
                _ => continue,
            };
            *book.entry(order.series).or_insert(0) += change;
        }
        book.into_iter().filter(|(_, lots)| *lots != 0).collect()
    }

    fn join(&mut self, role: Role, usage: f64) -> usize {
        self.users.push(User { role, usage });
        self.users.len() - 1
    }

    /// One more account with its trades, and often the one it trades with.
    fn add_story(&mut self, makers: usize, rng: &mut ChaCha8Rng) {
        let maker = rng.random_range(0..makers);
        let lots = lots(rng);
        let expiry = usize::from(rng.random_bool(0.5));
        let usage = rng.random_range(0.4..0.97);
        let put = |strike| Series { expiry, strike, kind: PUT };
        let call = |strike| Series { expiry, strike, kind: CALL };
        match rng.random_range(0..100) {
            0..6 => {
                self.join(Role::Flat, 0.0);
            }
            6..14 => {
                let me = self.join(Role::CashSecured, rng.random_range(0.12..0.2));
                self.trade(maker, me, put(pick(&[1, 2, 3], rng)), lots);
            }
            14..22 => {
                let me = self.join(Role::CoveredWriter, usage);
                self.trade(me, maker, Series { expiry: 1, strike: 0, kind: CALL }, lots);
                self.trade(maker, me, Series { expiry: 0, strike: pick(&[4, 5], rng), kind: CALL }, lots);
            }
            22..52 => {
                let me = self.join(Role::ShortPuts, usage);
                let buyer = self.match_or(maker, rng);
                self.trade(buyer, me, put(pick(&[0, 1, 2, 2, 3], rng)), lots);
            }
            52..70 => {
                let me = self.join(Role::ShortCalls, usage);
                let buyer = self.match_or(maker, rng);
                self.trade(buyer, me, call(pick(&[3, 4, 4, 5, 6], rng)), lots);
            }
            70..86 => {
                let me = self.join(Role::ShortStrangle, usage);
                self.trade(maker, me, put(pick(&[0, 1, 2], rng)), lots);
                self.trade(maker, me, call(pick(&[4, 5, 6], rng)), lots);
            }
            86..93 => {
                let me = self.join(Role::Spread, usage);
                self.trade(me, maker, put(pick(&[0, 1], rng)), lots);
                self.trade(maker, me, put(pick(&[2, 3], rng)), lots);
            }
            _ => {
                let me = self.join(Role::Spread, usage);
                self.trade(me, maker, call(pick(&[5, 6], rng)), lots);
                self.trade(maker, me, call(pick(&[3, 4], rng)), lots);
            }
        }
    }

    /// A buyer of its own, or the maker.
    fn match_or(&mut self, maker: usize, rng: &mut ChaCha8Rng) -> usize {
        match rng.random_bool(0.6) {
            true => self.join(Role::Long, rng.random_range(0.3..0.9)),
            false => maker,
        }
    }

    fn trade(&mut self, buyer: usize, seller: usize, series: Series, lots: u64) {
        self.orders.push(Order { buyer, seller, series, lots });
    }
}

/// Most accounts are small, a few are large.
fn lots(rng: &mut ChaCha8Rng) -> u64 {
    let size = 40.0 * f64::exp(0.9 * crate::path::gaussian(rng));
    (size.round() as u64).clamp(1, 800)
}

fn pick(strikes: &[u8], rng: &mut ChaCha8Rng) -> u8 {
    strikes.choose(rng).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_people_and_every_lot_has_two_sides() {
        let all = Population::of_seed(3, 300);
        assert_eq!(all.users.len() / 2, 150);
        assert_eq!(format!("{all:?}"), format!("{:?}", Population::of_seed(3, 300)));
        let net: i64 = (0..all.users.len()).flat_map(|user| all.book(user)).map(|(_, lots)| lots).sum();
        assert_eq!(net, 0);
        let flat = (0..all.users.len()).filter(|user| all.users[*user].role == Role::Flat);
        assert!(flat.clone().count() > 0 && flat.clone().all(|user| all.book(user).is_empty()));
    }
}
