use {super::*, proptest::prelude::*, std::vec::Vec};

const EXPIRY: u64 = 60_000;
const MAX_AGE: u64 = 60;

fn ring(price: impl Fn(u64) -> u64, from: u64, to: u64) -> [Bucket; RING_BUCKETS] {
    let mut r = [Bucket::default(); RING_BUCKETS];
    for at in (from..to).step_by(20) {
        record(&mut r, price(at), at, at + 20, 60).unwrap();
    }
    r
}

fn mark_at(at: u64) -> LastMark {
    LastMark { price: 7, at, max_age: MAX_AGE }
}

/// Observed with a mark as young as it can be.
fn seen(r: &[Bucket; RING_BUCKETS], now: u64) -> Observation {
    observe(r, &mark_at(now), EXPIRY, now, 60).unwrap().unwrap()
}

fn fixed(seen: &Observation, proposal: Option<&Proposal>, waited: u64) -> Option<(u64, Tier)> {
    fix(seen, proposal, EXPIRY, EXPIRY + waited, 60).unwrap().map(|f| (f.price, f.tier))
}

#[test]
fn the_window_average_is_fixed_by_time_not_by_the_caller() {
    let r = ring(|at| if at >= EXPIRY { 9_999 } else { at }, EXPIRY - 3_600, EXPIRY + 1_200);
    let (early, late) = (seen(&r, EXPIRY), seen(&r, EXPIRY + 1_200));
    assert_eq!(early, late);
    // Mean of 20-second steps over the last 1,800 seconds, and of the last three of them.
    assert_eq!((early.window_price, early.covered_seconds), (EXPIRY - 910, 1_800));
    assert_eq!(early.reference, EXPIRY - 40);
    assert_eq!(fixed(&early, None, 0), Some((EXPIRY - 910, Tier::FullWindow)));
    assert_eq!(fixed(&early, None, 1_200), fixed(&early, None, 0));
    assert_eq!(observe(&r, &mark_at(EXPIRY), EXPIRY, EXPIRY - 1, 60).unwrap(), None);
    assert_eq!(fix(&early, None, EXPIRY, EXPIRY - 1, 60).unwrap(), None);
}

#[test]
fn nothing_is_observed_while_the_window_may_still_grow() {
    let r = ring(|_| 500, EXPIRY - 1_800, EXPIRY - 20);
    let look = |at, now| observe(&r, &mark_at(at), EXPIRY, now, 60).unwrap();
    // The mark of the last seconds is recorded by the next round, if that comes in time.
    assert_eq!(look(EXPIRY - 20, EXPIRY), None);
    assert_eq!(look(EXPIRY - 20, EXPIRY - 20 + MAX_AGE), None);
    let late = look(EXPIRY - 20, EXPIRY - 19 + MAX_AGE).unwrap();
    assert_eq!((late.window_price, late.covered_seconds), (500, 1_780));
    assert_eq!(look(EXPIRY, EXPIRY), Some(late));
}

#[test]
fn settlement_always_ends() {
    let thin = ring(|_| 500, EXPIRY - 1_200, EXPIRY);
    let partial = seen(&thin, EXPIRY + 599);
    assert_eq!(fixed(&partial, None, 599), None);
    assert_eq!(fixed(&partial, None, 600), Some((500, Tier::PartialWindow)));
    let none = seen(&[Bucket::default(); RING_BUCKETS], EXPIRY);
    assert_eq!(fixed(&none, None, 240 * 60 - 1), None);
    assert_eq!(fixed(&none, None, 240 * 60), Some((7, Tier::Reference)));
    // The last bucket that holds a price is the reference, however long ago.
    let old = seen(&ring(|_| 500, EXPIRY - 7_000, EXPIRY - 6_000), EXPIRY);
    assert_eq!(fixed(&old, None, 240 * 60), Some((500, Tier::Reference)));
}

#[test]
fn a_proposal_ends_by_its_deadline_or_at_once_when_disputed() {
    let none = seen(&[Bucket::default(); RING_BUCKETS], EXPIRY);
    let may = |waited: u64| may_propose(&none, EXPIRY, EXPIRY + waited, 60).unwrap();
    assert_eq!([3_599, 3_600, 14_399, 14_400].map(may), [false, true, true, false]);
    let full = seen(&ring(|_| 500, EXPIRY - 1_800, EXPIRY), EXPIRY);
    assert!(!may_propose(&full, EXPIRY, EXPIRY + 3_600, 60).unwrap());

    // The latest proposal there may be is decided 120 buckets later.
    let word = Proposal { price: 8, at: EXPIRY + 14_399, is_disputed: false };
    assert_eq!(fixed(&none, Some(&word), 14_399 + 7_199), None);
    assert!(may_dispute(&word, word.at + 7_199, 60).unwrap());
    assert_eq!(fixed(&none, Some(&word), 14_399 + 7_200), Some((8, Tier::Proposed)));
    assert!(!may_dispute(&word, word.at + 7_200, 60).unwrap());
    let disputed = Proposal { is_disputed: true, ..word };
    assert_eq!(fixed(&none, Some(&disputed), 14_399), Some((7, Tier::Reference)));
    assert!(!may_dispute(&disputed, word.at, 60).unwrap());
}

#[test]
fn the_ring_keeps_the_window_for_an_hour_and_a_half() {
    let until = |minutes: u64| {
        let r = ring(|at| if at < EXPIRY { 100 } else { 900 }, EXPIRY - 1_800, EXPIRY + minutes * 60);
        seen(&r, EXPIRY + minutes * 60)
    };
    assert_eq!((until(98).window_price, until(98).covered_seconds), (100, 1_800));
    // A window that lost its first bucket counts as empty; the last bucket is there for half an hour more.
    assert_eq!((until(99).window_price, until(99).covered_seconds), (0, 0));
    assert_eq!((until(127).reference, until(128).reference), (100, 7));
}

#[test]
fn a_band_of_a_fifth_includes_its_bounds() {
    let within = |price| is_in_band(price, 1_000).unwrap();
    assert_eq!([799, 800, 1_200, 1_201].map(within), [false, true, true, false]);
    assert!(!is_in_band(0, 0).unwrap());
}

#[test]
fn payoffs_are_intrinsic_per_lot() {
    assert_eq!(payoff_per_lot(OptionKind::Call, 700, 1_000, 100), Ok(3));
    assert_eq!(payoff_per_lot(OptionKind::Put, 700, 1_000, 100), Ok(0));
    assert_eq!(payoff_per_lot(OptionKind::Put, 1_000, 799, 100), Ok(2));
    assert_eq!(payoff_per_lot(OptionKind::Call, 1, 1 << 50, 1), Ok(MAX_ROW_ATOMS - 1));
}

/// One expiry as the program keeps it: accounts with cash and a net result, settled in any order and any number of times.
struct Books {
    cash: Vec<u64>,
    owed: Vec<u64>,
    claims: Vec<u64>,
    paid: Vec<u64>,
    due: u64,
    collected: u64,
    recovered: u64,
}

impl Books {
    fn new(cash: &[u64], nets: &[i64]) -> Self {
        let side = |sign: i64| nets.iter().map(|n| u64::try_from(n * sign).unwrap_or(0)).collect::<Vec<_>>();
        let owed = side(-1);
        let due = owed.iter().sum();
        let paid = std::vec![0; cash.len()];
        Self { cash: cash.to_vec(), owed, claims: side(1), paid, due, collected: 0, recovered: 0 }
    }

    fn collect(&mut self, i: usize) {
        let c = collect(self.owed[i], self.cash[i], self.due - self.collected);
        self.cash[i] -= c.to_winners + c.to_pool;
        self.owed[i] -= c.to_winners + c.to_pool;
        self.collected += c.to_winners;
        self.recovered += c.to_pool;
    }

    fn pay(&mut self, i: usize) {
        let share = payout(self.claims[i], self.collected, self.due).unwrap();
        self.cash[i] += share - self.paid[i];
        self.paid[i] = share;
    }

    /// In this order: all are collected, the pool is asked, all are paid, somebody who owes brings money, all are called twice.
    fn settle(mut self, order: &[usize], pool: u64, late: (usize, u64)) -> Self {
        order.iter().for_each(|i| self.collect(*i));
        self.collected += pool.min(self.due - self.collected);
        order.iter().for_each(|i| self.pay(*i));
        self.cash[late.0] += late.1;
        for i in order.iter().chain(order) {
            self.collect(*i);
            self.pay(*i);
        }
        order.iter().for_each(|i| self.pay(*i));
        self
    }
}

/// Cash and nets, an order, what the pool has, and who brings how much late.
type Case = (Vec<u64>, Vec<i64>, Vec<usize>, u64, (usize, u64));

/// Six accounts whose nets add up to nothing.
fn six() -> impl Strategy<Value = Case> {
    let nets = proptest::collection::vec(-(1i64 << 40)..1 << 40, 5).prop_map(|mut nets| {
        nets.push(-nets.iter().sum::<i64>());
        nets
    });
    let order = Just((0..6).collect::<Vec<usize>>()).prop_shuffle();
    let cash = proptest::collection::vec(0u64..1 << 40, 6);
    (cash, nets, order, 0u64..1 << 40, (0usize..6, 0u64..1 << 40))
}

proptest! {
    #[test]
    fn winners_share_exactly_what_was_collected(
        claims in proptest::collection::vec(0u64..1 << 40, 1..40), share in 0u64..=1_000_000,
    ) {
        let due: u64 = claims.iter().sum();
        let collected = mul_div(due, share, 1_000_000, Round::Down).unwrap();
        let paid: u64 = claims.iter().map(|c| payout(*c, collected, due).unwrap()).sum();
        prop_assert!(paid <= collected);
        prop_assert!(collected - paid < claims.len() as u64 + 1);
        if share == 1_000_000 { prop_assert_eq!(paid, due); }
    }

    #[test]
    fn collection_conserves_and_goes_in_order(owed in 0u64..1 << 50, cash in 0u64..1 << 50, missing in 0u64..1 << 50) {
        let c = collect(owed, cash, missing);
        prop_assert_eq!(c.to_winners + c.to_pool, owed.min(cash));
        prop_assert!(c.to_winners <= missing);
        prop_assert!(c.to_pool == 0 || c.to_winners == missing);
    }

    #[test]
    fn what_is_paid_never_falls_as_more_is_collected(
        claim in 0u64..1 << 50, others in 0u64..1 << 50, collected in 0u64..1 << 51, more in 0u64..1 << 40,
    ) {
        let due = claim + others;
        let (before, after) = (payout(claim, collected, due).unwrap(), payout(claim, collected + more, due).unwrap());
        prop_assert!(before <= after && after <= claim);
    }

    #[test]
    fn every_order_pays_the_same_atoms((cash, nets, order, pool, late) in six()) {
        let given: u64 = cash.iter().sum::<u64>() + late.1;
        let straight: Vec<usize> = (0..6).collect();
        let one = Books::new(&cash, &nets).settle(&straight, pool, late);
        let other = Books::new(&cash, &nets).settle(&order, pool, late);
        prop_assert_eq!(&one.cash, &other.cash);
        prop_assert_eq!(&one.owed, &other.owed);
        prop_assert_eq!((one.collected, one.recovered), (other.collected, other.recovered));
        // Nothing is made or lost but less than an atom for each winner, and cash of those who owe nothing never falls.
        let paid: u64 = one.paid.iter().sum();
        let residue = one.collected - paid;
        prop_assert!(residue <= 6);
        let lent = one.due - one.owed.iter().sum::<u64>();
        let from_pool = one.collected + one.recovered - lent;
        prop_assert_eq!(one.cash.iter().sum::<u64>() + residue + one.recovered, given + from_pool);
        for i in (0..6).filter(|i| nets[*i] >= 0) {
            prop_assert!(one.cash[i] >= cash[i]);
        }
    }

    #[test]
    fn bonds_are_shared_to_the_atom(reference in 0u64..1 << 50, a in 0u64..1 << 50, b in 0u64..1 << 50, bond in 0u64..1 << 50) {
        let v = judge(reference, a, b, bond);
        prop_assert_eq!(v.to_proposer + v.to_disputer + v.to_pool, 2 * bond);
        let mirrored = judge(reference, b, a, bond);
        prop_assert_eq!((v.to_proposer, v.to_disputer), (mirrored.to_disputer, mirrored.to_proposer));
    }
}
