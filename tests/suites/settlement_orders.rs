//! Every order of settling six accounts pays the same atoms, on the real program: one cannot pay and the winners take a haircut.

use {
    crate::prelude::*,
    bulkhead_drill::svm::SvmChain,
    bulkhead_sdk::{accounts::decode, bulkhead::state::Expiry},
    solana_account::Account,
};

type Machine = World<SvmChain>;

/// Six traders with legs on both sides; the near expiry is fixed where two of them win, one breaks even and one is bankrupt.
fn six() -> (Machine, [Who; 6]) {
    let mut w = Machine::svm();
    let more = [COLLATERAL, COLLATERAL, 40_000_000_000].map(|cash| w.add_trader(cash));
    let all = [Alice, Bob, Carol, more[0], more[1], more[2]];
    let fills = [
        (Alice, Bob, 4, CALL, 301),
        (Carol, Bob, 5, CALL, 203),
        (Alice, more[0], 3, PUT, 57),
        (more[0], Carol, 6, CALL, 31),
        (Alice, more[2], 4, CALL, 207),
        (more[1], Carol, 2, PUT, 11),
    ];
    for (buyer, seller, strike, kind, lots) in fills {
        let args = w.at_mark(w.near, strike, kind, lots);
        w.accepts(w.trade(buyer, seller, args));
    }
    let last = u64::try_from(START + DAY).unwrap() / 60;
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| {
        for id in last - 30..last {
            let price_seconds = 33_333_333_331 * 60;
            o.buckets[usize::try_from(id % 128).unwrap()] = TwapBucket { id, price_seconds, seconds: 60 };
        }
    });
    w.warp_to(START + DAY);
    w.accepts(w.fix_settlement(w.near));
    (w, all)
}

/// All orders of six.
fn orders() -> Vec<[usize; 6]> {
    let mut found = Vec::new();
    let mut order = [0, 1, 2, 3, 4, 5];
    permute(&mut order, 0, &mut found);
    found
}

fn permute(order: &mut [usize; 6], from: usize, found: &mut Vec<[usize; 6]>) {
    if from == order.len() {
        found.push(*order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, found);
        order.swap(from, at);
    }
}

/// Cash, debt, and amount and paid part of each claim.
type Holding = (u64, u64, Vec<(u64, u64)>);

/// What the books say: cash, debt and claims of everybody, what is left in the expiry, and the pool.
#[derive(Debug, PartialEq, Eq)]
struct Atoms {
    accounts: Vec<Holding>,
    expiry: [u64; 7],
    pool: [u64; 4],
}

fn atoms(w: &Machine, keys: &[Address]) -> Atoms {
    let raw = w.snapshot(keys);
    let data = |at: usize| &raw[at].as_ref().expect("an account").data[..];
    let accounts = (0..6).map(|at| {
        let a: MarginAccount = decode(data(at)).unwrap();
        (a.cash, a.debt, a.claims.iter().map(|c| (c.amount, c.paid)).collect())
    });
    let e: Expiry = decode(data(6)).unwrap();
    let p: Pool = decode(data(7)).unwrap();
    let [long, short] = [e.long_lots_left, e.short_lots_left];
    Atoms {
        accounts: accounts.collect(),
        expiry: [e.due_total, e.collected_total, e.claims_left, e.owed_left, e.escrow, long, short],
        pool: [p.cash, p.draws_total, p.recovered_total, p.unmet],
    }
}

#[test]
fn conserves_the_same_atoms_in_every_order_of_six_accounts() {
    let (mut w, all) = six();
    let mut keys: Vec<Address> = all.iter().map(|who| w.account_of(*who)).collect();
    keys.extend([pda::expiry(&w.market(), w.near), pda::pool(&w.market())]);
    let start: Vec<Account> = w.snapshot(&keys).into_iter().flatten().collect();
    let before = atoms(&w, &keys);
    let (settle, cover) = (all.map(|who| w.settle(w.near, who)), w.cover(w.near));
    let mut first: Option<[Atoms; 2]> = None;
    for order in orders() {
        for (key, account) in keys.iter().zip(&start) {
            w.place(*key, account.clone());
        }
        let round: Vec<Instruction> = order.iter().map(|i| settle[*i].clone()).collect();
        // Once round, the pool, round again; then the one who owes most finds a part of it, and twice round.
        let asked: Vec<Instruction> = round.iter().chain([&cover]).chain(&round).cloned().collect();
        w.send(&asked[..7]).unwrap_or_else(|e| panic!("{order:?}: {e}"));
        w.send(&asked[7..]).unwrap_or_else(|e| panic!("{order:?}: {e}"));
        let paid = atoms(&w, &keys);
        w.edit(&keys[1], |a: &mut MarginAccount| a.cash += 12_345_678_901);
        w.send(&round).unwrap_or_else(|e| panic!("{order:?}: {e}"));
        w.send(&round).unwrap_or_else(|e| panic!("{order:?}: {e}"));
        let recovered = atoms(&w, &keys);
        match &first {
            None => {
                check(&before, &paid);
                first = Some([paid, recovered]);
            }
            Some(one) => assert_eq!(one, &[paid, recovered], "{order:?}"),
        }
    }
}

/// The case is the one that is meant: a bankrupt, a haircut, and nobody who won or held nothing pays.
fn check(before: &Atoms, after: &Atoms) {
    let [due, collected, claims_left, owed_left, escrow, long, short] = after.expiry;
    assert!(0 < collected && collected < due && owed_left > 0 && claims_left == due, "{after:?}");
    assert_eq!((long, short), (0, 0));
    assert!(after.pool[1] > 0);
    let winners = || after.accounts.iter().zip(&before.accounts).filter(|(a, _)| a.1 == 0);
    assert!(winners().count() >= 3, "{after:?}");
    let mut paid = 0;
    for ((_, _, claims), _) in winners() {
        for (claim, share) in claims.iter().filter(|(claim, _)| *claim > 0) {
            let exact = u128::from(*claim) * u128::from(collected);
            // Rounded down, by less than an atom.
            assert_eq!(u128::from(*share), exact / u128::from(due));
            paid += share;
        }
    }
    assert!(winners().any(|(a, b)| a.0 > b.0));
    assert_eq!(collected - paid, escrow);
    assert!(escrow < 6);
}
