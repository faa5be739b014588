//! A market made insolvent on purpose: what it costs whom, and what another market notices of it.

use {
    crate::prelude::*,
    bulkhead_drill::tokens,
    bulkhead_sdk::{bulkhead::state::Expiry, instructions::Party},
};

const HOUR: i64 = 3_600;
/// In the money by so much a lot.
const PAYOFF: u64 = 189_000_000;

/// A counterparty for the other market's trader, with money there.
fn neighbour(w: &mut Bank) -> Party {
    let (market, mint) = (w.foreign.market, w.foreign.quote_mint);
    let (owner, governor) = (w.key(Alice), w.key(Governor));
    let wallet = Keypair::new();
    let mut open = tokens::create_account(&governor, &wallet.pubkey(), &mint, &owner);
    open.push(tokens::mint_to(&mint, &wallet.pubkey(), &governor, COLLATERAL));
    w.stage.pay_with("fund", &open, &[&wallet]).expect("a wallet");
    w.accepts(ix::open_account(governor, owner, market, 0));
    let account = pda::margin_account(&market, &owner, 0);
    w.accepts(ix::deposit(owner, &w.foreign, account, wallet.pubkey(), COLLATERAL, false));
    Party { authority: owner, account }
}

/// The other market's trader buys a lot from its neighbour.
fn trade_there(w: &Bank, neighbour: Party) -> Instruction {
    let (keys, id) = (w.foreign, w.foreign_expiry);
    let array: RiskArray = w.state(&pda::risk_array(&keys.market, id));
    let price = array.call_marks[4] / 1_000 * 1_000;
    let args = TradeArgs { expiry_id: id, strike: 4, kind: CALL, lots: 1, price };
    ix::trade(&keys, 0, w.party(Foreigner), neighbour, args, &[id])
}

/// The other market's mark and surface as if its own keepers had just renewed them; then its risk array, by anyone.
fn renew_there(w: &mut Bank) {
    let (market, id) = (w.foreign.market, w.foreign_expiry);
    let (now, slot) = (w.now(), w.slot());
    w.edit(&pda::oracle(&market), |o: &mut OracleAggregate| {
        (o.mark.at, o.mark.round_at, o.mark.slot, o.mark.round_slot) = (now, now, slot, slot);
    });
    w.edit(&pda::expiry(&market, id), |e: &mut Expiry| e.surface_at = now);
    w.accepts(ix::refresh_risk(market, id, u8::MAX, 0));
}

#[test]
fn conserves_an_insolvency_within_its_market_and_its_expiry() {
    let mut w = Bank::bank();
    let next_door = neighbour(&mut w);
    w.accepts(trade_there(&w, next_door));
    let flat = w.add_trader(COLLATERAL);
    let id = w.stage.list(START + HOUR, strikes(), 800_000).expect("an expiry");
    for (who, lots) in [(Alice, 600), (Carol, 400)] {
        w.accepts(w.trade(who, Bob, w.at_mark(id, 4, CALL, lots)));
    }
    // Carol also wins in another expiry, at Alice's expense: what happens here must not touch it.
    w.accepts(w.trade(Carol, Alice, w.at_mark(w.near, 4, CALL, 10)));

    let there = w.foreign.market;
    let foreign = [
        there,
        pda::vault(&there),
        pda::ledger(&there),
        pda::oracle(&there),
        pda::pool(&there),
        pda::expiry(&there, w.foreign_expiry),
        pda::risk_array(&there, w.foreign_expiry),
        pda::shard(&there, 0),
        w.account_of(Foreigner),
        next_door.account,
    ];
    let untouched = [w.account_of(flat), w.account_of(Stranger), pda::expiry(&w.market(), w.near)];
    let before = w.snapshot(&foreign);
    let flat_before = w.snapshot(&untouched);

    fill_window(&mut w, START + HOUR, 30, 26_900_000_000);
    w.warp_to(START + HOUR);
    w.accepts(w.fix_settlement(id));
    let had = [Alice, Bob, Carol].map(|who| w.margin(who).cash);
    for who in [Alice, Bob, Carol, flat, Stranger] {
        w.accepts(w.settle(id, who));
    }
    w.accepts(w.cover(id));
    for who in [Alice, Bob, Carol, flat, Stranger] {
        w.accepts(w.settle(id, who));
        sound(&w);
    }
    let drawn = w.state::<Pool>(&pda::pool(&w.market())).draws_total;
    assert_eq!((w.margin(Bob).cash, drawn), (0, STAKE / 2));
    // The winners share what Bob and the pool had, in proportion, and keep all they came with.
    let (due, collected) = (u128::from(1_000 * PAYOFF), u128::from(had[1] + drawn));
    for (who, lots, had) in [(Alice, 600, had[0]), (Carol, 400, had[2])] {
        let exact = u128::from(lots * PAYOFF) * collected / due;
        assert_eq!(u128::from(w.margin(who).cash - had), exact);
    }
    w.assert_unchanged(&untouched, &flat_before);

    // Next door nothing moved, nothing was read, and business goes on.
    w.assert_unchanged(&foreign, &before);
    assert_all(&w.stage.chain, &there);
    renew_there(&mut w);
    w.accepts(trade_there(&w, next_door));
    assert_all(&w.stage.chain, &there);

    // So does the other expiry of the insolvent market.
    w.freshen();
    w.accepts(w.trade(Carol, Alice, w.at_mark(w.near, 4, CALL, 10)));
    sound(&w);
}
