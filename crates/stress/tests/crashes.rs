//! A small crowd through two crashes, under all policies. That the books of every policy balance to the atom after every step is
//! checked as they are played.

use {
    bulkhead_stress::{
        path::named,
        policy::{ALL, BULKHEAD, HAIRCUT, INSTANT, QUEUE},
        population::Population,
        run::{play_all, Played},
        staging::stage,
        tally::Figures,
    },
    std::path::Path,
};

const ACCOUNTS: usize = 60;
/// A winner goes without a part of an atom in each.
const EXPIRIES: u64 = 2;

fn play(seed: u64, names: &[&str]) -> Vec<Played> {
    let so = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/deploy/bulkhead.so");
    let population = Population::of_seed(seed, ACCOUNTS);
    let staged = stage(&so, seed, &population, || ()).unwrap_or_else(|e| panic!("seed {seed}: {e:?}"));
    let paths: Vec<_> = names.iter().map(|name| named(name).expect("a path of that name")).collect();
    let played = play_all(&staged, &paths, seed, |_| ()).unwrap_or_else(|e| panic!("seed {seed}: {e:?}"));
    for of_path in &played {
        for policy in ALL {
            eprintln!("seed {seed}, {}, {policy}: {:?}", of_path.path, of_path.of(policy));
        }
    }
    played
}

#[test]
fn conserves_every_atom_and_keeps_a_loss_with_those_who_took_its_risk() {
    for seed in [1, 2] {
        let played = &play(seed, &["abyss"])[0];
        let ours = played.of(BULKHEAD);
        assert!(ours.bad_debt > ours.pool_paid && ours.pool_paid > 0, "the pool is not enough: {ours:?}");
        assert_eq!(ours.flat_paid, 0, "users without positions paid: {ours:?}");
        assert_eq!(ours.left_open, 0, "somebody's money is missing: {ours:?}");
        let rounding = ours.pool_paid + ours.users_paid - ours.bad_debt;
        assert!(rounding <= EXPIRIES * ours.payers as u64, "more was taken than lost: {ours:?}");
        assert!(ours.payers > 0, "the winners share what the pool cannot pay: {ours:?}");

        assert!(played.of(INSTANT).left_open > 0, "a model without a rule for losses leaves them open");
        assert!(played.of(HAIRCUT).flat_paid > 0, "a model that charges everybody charges the uninvolved");
        let queue = played.of(QUEUE);
        assert!(queue.payers > 0 && queue.payers < ours.payers, "a queue charges few: {queue:?}");
        let most = |figures: &Figures| figures.worst_charge as f64 / figures.users_paid as f64;
        assert!(most(queue) > most(ours), "and the first of them most: {queue:?} {ours:?}");
    }
}

#[test]
fn takes_no_more_than_margins_ask_for() {
    for seed in [1, 2] {
        for played in play(seed, &["slow", "flash"]) {
            let ours = played.of(BULKHEAD);
            assert!(ours.liquidated > 0, "somebody is liquidated: {ours:?}");
            assert_eq!(ours.due_at_end, 0, "keepers restore everybody: {ours:?}");
            for policy in [INSTANT, QUEUE, HAIRCUT] {
                let theirs = played.of(policy);
                assert!(ours.overshoot < theirs.overshoot, "{policy}: {ours:?} {theirs:?}");
                assert!(ours.notional < theirs.notional, "{policy}: {ours:?} {theirs:?}");
            }
        }
    }
}
