use {
    super::*,
    crate::{
        fixture::{config, mirror, MARK, NOW, TRADER, VICTIM},
        plan::{plan, plan_role},
        role::{Role, DEFAULT_ROLES},
    },
    bulkhead_sdk::bulkhead::state::{oracle::TwapBucket, BondedPrice},
    bytemuck::Zeroable,
    solana_address::Address,
};

type Change = fn(&mut Mirror);

const MINUTE: i64 = 60;
/// A thousand units of a token without decimals.
const BOND: u64 = 1_000;

fn duty() -> Config {
    Config { roles: [Role::Propose].into(), wallet: Some(Address::new_from_array([7; 32])), ..config() }
}

fn words(mirror: &Mirror) -> Vec<Action> {
    plan_role(mirror, NOW, &duty(), Role::Propose)
}

fn proposes() -> Vec<Action> {
    vec![Action::ProposePrice { expiry: 1, price: MARK }]
}

fn disputes() -> Vec<Action> {
    vec![Action::DisputePrice { expiry: 1, price: MARK }]
}

/// An hour after an expiry without a word of the oracle in its window; the keeper has money for one bond.
fn without_average() -> Mirror {
    let mut m = mirror();
    let expiry = &mut m.expiries[0];
    expiry.expires_at = NOW.unix - 60 * MINUTE;
    (expiry.observed_at, expiry.reference) = (NOW.unix - 50 * MINUTE, MARK);
    m.wallet_balance = BOND;
    m
}

fn with_proposal(price: u64) -> Mirror {
    let mut m = without_average();
    m.expiries[0].proposal = BondedPrice { account: TRADER, price, bond: BOND, at: NOW.unix };
    m
}

#[test]
fn proposes_the_reference_where_no_average_serves() {
    assert_eq!(words(&without_average()), proposes());
    // It is said once.
    assert_eq!(words(&with_proposal(MARK)), []);
}

#[test]
fn puts_up_no_bond_unless_told_to() {
    let m = without_average();
    let others = plan(&m, NOW, &Config { wallet: duty().wallet, ..config() });
    let has_bond = |a: &Action| matches!(a, Action::ProposePrice { .. } | Action::DisputePrice { .. });
    assert!(!others.iter().any(has_bond), "{others:?}");
    assert!(!DEFAULT_ROLES.contains(&Role::Propose));
    assert_eq!(plan(&m, NOW, &Config { wallet: None, ..duty() }), []);
}

#[test]
fn proposes_nothing_that_the_program_would_refuse() {
    let cases: [(&str, Change); 9] = [
        ("too early", |m| m.expiries[0].expires_at += 1),
        ("too late, the reference settles", |m| m.expiries[0].expires_at = NOW.unix - 240 * MINUTE),
        ("fixed", |m| m.expiries[0].tier = 1),
        ("not observed yet", |m| m.expiries[0].observed_at = 0),
        ("no reference", |m| m.expiries[0].reference = 0),
        ("an average serves", |m| {
            (m.expiries[0].window_price, m.expiries[0].window_seconds) = (MARK, 1_080);
        }),
        ("no money", |m| m.wallet_balance = BOND - 1),
        ("no margin account", |m| m.accounts.retain(|(key, _)| *key != config().account)),
        ("the account is somebody else's", |m| m.account_mut(&config().account).owner = VICTIM),
    ];
    for (name, change) in cases {
        let mut m = without_average();
        change(&mut m);
        assert_eq!(words(&m), [], "{name}");
    }
}

#[test]
fn leaves_an_expiry_to_the_buckets_before_they_are_taken_down() {
    let mut m = without_average();
    let expiry = &mut m.expiries[0];
    (expiry.observed_at, expiry.reference) = (0, 0);
    let last = u64::try_from(expiry.expires_at).unwrap() / 60;
    for id in last - 30..last {
        let slot = usize::try_from(id % 128).unwrap();
        m.oracle.buckets[slot] = TwapBucket { id, price_seconds: MARK * 60, seconds: 60 };
    }
    assert_eq!(words(&m), []);
}

#[test]
fn disputes_what_differs_by_more_than_is_tolerated() {
    // Half a per cent.
    for (price, due) in
        [(MARK + 500_000, false), (MARK + 500_001, true), (MARK - 500_000, false), (MARK - 500_001, true)]
    {
        assert_eq!(words(&with_proposal(price)) == disputes(), due, "{price}");
    }
    let mut exact = duty();
    exact.limits.dispute_tolerance_ppm = 0;
    let plan = |price| plan_role(&with_proposal(price), NOW, &exact, Role::Propose);
    assert_eq!((plan(MARK), plan(MARK + 1)), (vec![], disputes()));
}

#[test]
fn disputes_nothing_that_the_program_would_refuse() {
    let cases: [(&str, Change); 4] = [
        ("disputed already", |m| {
            m.expiries[0].dispute = BondedPrice { price: MARK, ..BondedPrice::zeroed() }
        }),
        ("the time is over", |m| m.expiries[0].proposal.at = NOW.unix - 120 * MINUTE),
        ("fixed", |m| m.expiries[0].tier = 3),
        ("no money", |m| m.wallet_balance = BOND - 1),
    ];
    for (name, change) in cases {
        let mut m = with_proposal(MARK * 11 / 10);
        assert_eq!(words(&m), disputes());
        change(&mut m);
        assert_eq!(words(&m), [], "{name}");
    }
}

#[test]
fn speaks_for_as_many_expiries_as_it_has_bonds_for() {
    let mut m = without_average();
    let mut second = m.expiries[0];
    second.id = 2;
    m.expiries.push(second);
    assert_eq!(words(&m), proposes());
    m.wallet_balance = 2 * BOND;
    assert_eq!(words(&m).len(), 2);
}
