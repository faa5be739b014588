//! A market made insolvent on purpose, by its own sources and trades alone: what it costs whom, and what another market of the same
//! protocol, quote token and senior pool notices of it. No account is written past the program once the markets are opened.

use {
    crate::prelude::*,
    bulkhead_drill::svm::SvmChain,
    bulkhead_keeper::chain::Chain,
    bulkhead_tests::{
        machine,
        markets::{self, People},
        shared::SharedChain,
    },
    solana_account::Account,
};

type Place = World<SharedChain<SvmChain>>;

const HOUR: i64 = 3_600;
/// A market may draw on the senior pool so long after it joined.
const NOTICE: i64 = 16 * DAY;
/// Where the price has run to when the expiry comes, quote atoms.
const AWAY: u64 = 26_900_000_000;
/// In the money by so much a lot.
const PAYOFF: u64 = 189_000_000;
const RICH: [Who; 3] = [Alice, Bob, Carol];

/// Three markets of one chain, their notice over for real; the first two stand before the senior pool.
fn opened() -> Vec<Place> {
    let people = People::default();
    let chain = SharedChain::new(machine::svm(&people.governor.pubkey(), START, &[]));
    let mut places = markets::open_waiting(chain, people);
    places[0].warp_to(START + NOTICE + HOUR);
    for place in &mut places {
        place.price(PRICE);
        place.accepts(place.fix_settlement(place.near));
        place.accepts(place.close_expiry(place.near));
    }
    places
}

/// Every account of the program that names the market, the market itself, and its vault.
fn all_of(place: &Place) -> Vec<(Address, Account)> {
    let market = place.market();
    let is_its_own = |(key, account): &(Address, Account)| {
        *key == market || account.data.windows(32).any(|part| part == market.as_ref())
    };
    let all = place.stage.chain.program_accounts().expect("the program's accounts");
    let mut own: Vec<_> = all.into_iter().filter(is_its_own).collect();
    own.push((pda::vault(&market), place.raw(&pda::vault(&market))));
    own.sort_by_key(|(key, _)| *key);
    own
}

#[track_caller]
fn books(place: &Place) {
    assert_all(&place.stage.chain, &place.market());
}

/// Its own sources speak, its own arrays follow, and two of its traders trade.
fn trade_far(place: &mut Place, lots: u64) {
    place.freshen();
    let args = place.at_mark(place.far, 4, CALL, lots);
    place.accepts(place.trade(Carol, Alice, args));
}

/// Every source names the price every half minute until the expiry is over, and once more.
fn run_away(place: &mut Place, expires_at: i64) {
    place.warp_to(expires_at - 33 * 60);
    while place.now() < expires_at {
        place.price(AWAY);
        place.warp(25);
    }
    place.price(AWAY);
}

#[test]
fn conserves_an_insolvency_within_its_market_and_its_expiry() {
    let mut places = opened();
    let [here, there, aside] = &mut places[..] else { panic!("three markets") };
    trade_far(there, 10);
    trade_far(here, 10);
    let expires_at = START + NOTICE + 3 * HOUR;
    let id = here.stage.list(expires_at, strikes(), 800_000).expect("an expiry");
    for (who, lots) in [(Alice, 600), (Carol, 400)] {
        let args = here.at_mark(id, 4, CALL, lots);
        here.accepts(here.trade(who, Bob, args));
    }
    let (next_door, third) = (all_of(there), all_of(aside));
    assert!(next_door.len() > 15, "{} accounts", next_door.len());

    run_away(here, expires_at);
    here.accepts(here.fix_settlement(id));
    assert_eq!((here.expiry(id).settlement_price, here.expiry(id).tier), (AWAY, 1));
    let flat = [Provider, Stranger, Extra(0)].map(|who| here.account_of(who));
    let bystanders = here.snapshot(&flat);
    let had = RICH.map(|who| here.margin(who).cash);
    let before: SeniorPool = here.state(&here.senior());
    let mut calls: Vec<Instruction> = RICH.map(|who| here.settle(id, who)).into();
    calls.extend([here.cover(id), here.draw_senior(), here.cover(id)]);
    calls.extend([Alice, Bob, Carol, Provider, Stranger, Extra(0)].map(|who| here.settle(id, who)));
    for call in calls {
        here.accepts(call);
        books(here);
    }

    // Bob pays all he has, the market's pool half of its own as its daily limit says, the senior pool a tenth.
    let pool: Pool = here.state(&pda::pool(&here.market()));
    let after: SeniorPool = here.state(&here.senior());
    let lent = before.cash - after.cash;
    assert_eq!((here.margin(Bob).cash, pool.draws_total), (0, STAKE / 2));
    assert_eq!((lent, pool.senior_cash), (STAKE / 10, 0));
    here.rejects(here.draw_senior(), SeniorCapReached);
    // The winners share that in proportion, and keep all they came with.
    let (due, collected) = (u128::from(1_000 * PAYOFF), u128::from(had[1] + STAKE / 2 + lent));
    assert!(collected < due);
    for (who, lots, had) in [(Alice, 600, had[0]), (Carol, 400, had[2])] {
        let exact = u128::from(lots * PAYOFF) * collected / due;
        assert_eq!(u128::from(here.margin(who).cash - had), exact);
    }
    here.assert_unchanged(&flat, &bystanders);

    // Elsewhere every account is as it was, byte by byte, and business goes on: by its own sources, arrays and trades.
    assert!(all_of(there) == next_door, "the other market changed");
    assert!(all_of(aside) == third, "the third market changed");
    for place in [there, aside] {
        books(place);
        trade_far(place, 10);
        books(place);
        place.accepts(place.withdraw(Carol, 1_000_000));
        books(place);
    }

    // So does the other expiry of the insolvent market: its far calls are worth what they are.
    here.freshen();
    let args = here.at_mark(here.far, 4, CALL, 1);
    here.accepts(here.trade(Alice, Carol, args));
    books(here);
}
