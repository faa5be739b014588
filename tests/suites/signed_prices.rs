//! `publish_signed` and `report_equivocation`: what the Ed25519 precompile has checked, and what it has not.

use {
    crate::prelude::*,
    bulkhead_drill::staging::BOND,
    bulkhead_sdk::{bulkhead::ed25519, instructions::PriceSignature, risk::oracle::SignedPrice},
};

/// The price that a publisher would sign now.
fn price(w: &Bank, who: Who, price: u64) -> SignedPrice {
    let feed: PublisherFeed = w.state(&pda::feed(&w.market(), &w.key(who)));
    SignedPrice {
        domain: feed.domain,
        price,
        slot: u32::try_from(w.slot()).unwrap(),
        publish_time: u32::try_from(w.now()).unwrap(),
        confidence_ppm: 500,
    }
}

fn sign(w: &Bank, who: Who, price: SignedPrice) -> PriceSignature {
    let key = &w.stage_key(who);
    let signature = key.sign_message(&price.to_bytes()).into();
    PriceSignature { publisher: key.pubkey(), price, signature }
}

fn batch(w: &Bank, signed: &[PriceSignature]) -> [Instruction; 2] {
    let publishers: Vec<Address> = signed.iter().map(|s| s.publisher).collect();
    [ix::signatures(signed), ix::publish_signed(w.market(), &publishers)]
}

fn now(w: &Bank, who: Who, at: u64) -> PriceSignature {
    sign(w, who, price(w, who, at))
}

/// The second instruction is refused, and no feed changes.
#[track_caller]
fn refuses(w: &mut Bank, call: [Instruction; 2], refusal: impl Into<Refusal>) {
    let keys: Vec<Address> = call[1].accounts.iter().map(|a| a.pubkey).collect();
    let before = w.snapshot(&keys);
    let error = w.send(&call).expect_err("refused");
    let refusal = refusal.into();
    assert!(refusal.explains(&error), "refused with {error} instead of {refusal}\n{}", error.logs.join("\n"));
    w.assert_unchanged(&keys, &before);
}

fn feed(w: &Bank, who: Who) -> PublisherFeed {
    w.state(&pda::feed(&w.market(), &w.key(who)))
}

#[test]
fn allows_anybody_to_bring_prices_of_all_publishers() {
    let mut w = Bank::bank();
    w.warp(1);
    let signed = [0, 1, 2].map(|i| now(&w, Publisher(i), PRICE + i as u64));
    let call = batch(&w, &signed);
    w.send(&call).expect("a batch");
    for i in 0..3 {
        let feed = feed(&w, Publisher(i));
        assert_eq!(
            (feed.price, feed.publish_time, feed.publish_slot),
            (PRICE + i as u64, START + 1, w.slot())
        );
        assert_eq!(feed.confidence, PRICE / 2_000 + 1 - u64::from(i == 0));
    }
    w.accepts(w.update_oracle());
    assert_eq!(w.oracle().mark.price, PRICE + 1);
    // A second relayer comes too late and does no harm; with something new it is heard.
    refuses(&mut w, call, InvalidPublication);
    w.warp(1);
    let mixed = [signed[0], now(&w, Publisher(1), PRICE + 9)];
    let call = batch(&w, &mixed);
    w.send(&call).expect("half of it is new");
    assert_eq!((feed(&w, Publisher(0)).publish_time, feed(&w, Publisher(1)).price), (START + 1, PRICE + 9));
}

/// With an address lookup table it fits one packet; the client's tests hold it to that.
#[test]
fn allows_seven_prices_in_one_transaction() {
    let mut w = Bank::bank();
    for _ in 0..4 {
        w.add_publisher();
    }
    w.warp(1);
    let signed: Vec<_> = (0..7).map(|i| now(&w, Publisher(i), PRICE)).collect();
    let call = batch(&w, &signed);
    let receipt = w.send(&call).expect("seven prices");
    assert!(receipt.compute_units < 15_000, "{}", receipt.compute_units);
    assert!((0..7).all(|i| feed(&w, Publisher(i)).publish_time == START + 1));
}

#[test]
fn rejects_prices_for_another_feed_or_time() {
    let mut w = Bank::bank();
    w.warp(200);
    let good = price(&w, Publisher(0), PRICE);
    let slots = good.slot;
    for bad in [
        SignedPrice { domain: feed(&w, Publisher(1)).domain, ..good },
        SignedPrice { slot: slots + 1, ..good },
        SignedPrice { slot: slots - 26, ..good },
        SignedPrice { publish_time: good.publish_time + 6, ..good },
        SignedPrice { price: 0, ..good },
        SignedPrice { price: u64::MAX, ..good },
    ] {
        let call = batch(&w, &[sign(&w, Publisher(0), bad)]);
        refuses(&mut w, call, InvalidPublication);
    }
    let oldest = SignedPrice { slot: slots - 25, ..good };
    let call = batch(&w, &[sign(&w, Publisher(0), oldest)]);
    w.send(&call).expect("ten seconds old");
}

#[test]
fn rejects_feeds_that_are_not_the_signers() {
    let mut w = Bank::bank();
    w.warp(1);
    let signed = [now(&w, Publisher(0), PRICE), now(&w, Publisher(1), PRICE)];
    let good = batch(&w, &signed);
    let feeds: Vec<Address> = good[1].accounts[1..].iter().map(|a| a.pubkey).collect();
    let with = |change: &dyn Fn(&mut Vec<AccountMeta>)| {
        let mut call = good.clone();
        change(&mut call[1].accounts);
        call
    };
    refuses(&mut w, with(&|a| a.swap(1, 2)), FeedAccountsMismatch);
    refuses(&mut w, with(&|a| a.truncate(2)), FeedAccountsMismatch);
    refuses(&mut w, with(&|a| a[2] = a[1].clone()), FeedAccountsMismatch);
    let forged = w.forge(&feeds[0]);
    refuses(&mut w, with(&|a| a[1].pubkey = forged), FeedAccountsMismatch);
    let oracle = pda::oracle(&w.market());
    refuses(&mut w, with(&|a| a[1].pubkey = oracle), FeedAccountsMismatch);
    let call = with(&|a| a[1].is_writable = false);
    assert!(w.send(&call).is_err());
    w.send(&good).expect("the right feeds");
}

#[test]
fn rejects_what_the_precompile_has_not_checked() {
    let mut w = Bank::bank();
    w.warp(1);
    let [checked, publish] = batch(&w, &[now(&w, Publisher(0), PRICE * 3)]);
    // Nothing before it, or something else.
    w.rejects(publish.clone(), InvalidSignatures);
    let other = w.update_oracle();
    refuses(&mut w, [other, publish.clone()], InvalidSignatures);
    // Checked in an instruction that is not the one before.
    let deposit = w.deposit(Alice, 1);
    let keys: Vec<Address> = publish.accounts.iter().map(|a| a.pubkey).collect();
    let before = w.snapshot(&keys);
    assert!(w.send(&[checked.clone(), deposit, publish.clone()]).is_err());
    w.assert_unchanged(&keys, &before);
    // A forged signature does not pass the precompile.
    let mut forged = checked.clone();
    forged.data[16 + 32] ^= 1;
    assert!(w.send(&[forged, publish.clone()]).is_err());
    w.assert_unchanged(&keys, &before);
    // Another account in the place of the instructions.
    let fake = w.forge(&keys[1]);
    refuses(&mut w, [checked.clone(), swap(publish.clone(), &keys[0], &fake)], InvalidSignatures);
    w.send(&[checked, publish]).expect("the real thing");
}

/// Signature, key or message taken from another instruction, where something else stands than what the program would read.
#[test]
fn rejects_parts_that_lie_in_another_instruction() {
    let mut w = Bank::bank();
    w.warp(1);
    let honest = now(&w, Publisher(0), PRICE);
    let checked = ix::signatures(&[honest]);
    // The precompile's instruction is the second, after the budget: index 1 is itself by number, 2 the program's.
    for at in [4, 8, 14] {
        let mut moved = checked.clone();
        moved.data[at..at + 2].copy_from_slice(&1u16.to_le_bytes());
        let call = [moved, ix::publish_signed(w.market(), &[honest.publisher])];
        refuses(&mut w, call, InvalidSignatures);
    }
    // All three parts are checked in a first precompile instruction, while the second shows a lie at the same places.
    let lie = PriceSignature { price: SignedPrice { price: PRICE * 3, ..honest.price }, ..honest };
    let mut borrowed = ix::signatures(&[lie]);
    for at in [4, 8, 14] {
        borrowed.data[at..at + 2].copy_from_slice(&1u16.to_le_bytes());
    }
    let publish = ix::publish_signed(w.market(), &[honest.publisher]);
    let keys: Vec<Address> = publish.accounts.iter().map(|a| a.pubkey).collect();
    let before = w.snapshot(&keys);
    let error = w.send(&[checked, borrowed, publish]).expect_err("refused");
    assert!(Refusal::from(InvalidSignatures).explains(&error), "{error}");
    w.assert_unchanged(&keys, &before);
}

fn contradiction(w: &Bank, change: impl Fn(&mut SignedPrice)) -> [PriceSignature; 2] {
    let first = price(w, Publisher(0), PRICE);
    let mut second = first;
    change(&mut second);
    [first, second].map(|p| sign(w, Publisher(0), p))
}

fn report(w: &Bank, evidence: &[PriceSignature]) -> [Instruction; 2] {
    [ix::signatures(evidence), w.report_equivocation(Publisher(0), Carol)]
}

#[test]
fn takes_the_whole_bond_of_who_signs_two_prices_for_one_slot() {
    let mut w = Bank::bank();
    w.warp(1);
    let evidence = contradiction(&w, |p| p.price += 1);
    let (cash, pool) = (w.margin(Carol).cash, w.state::<Pool>(&pda::pool(&w.market())).cash);
    // Whether or not either of them ever reached the chain, and even after the resignation.
    w.accepts(w.resign_publisher(Publisher(0)));
    w.warp(6 * DAY);
    let call = report(&w, &evidence);
    w.send(&call).expect("proof");
    assert_eq!((feed(&w, Publisher(0)).bond, feed(&w, Publisher(0)).equivocated), (0, 1));
    assert_eq!(w.margin(Carol).cash - cash, BOND / 2);
    assert_eq!(w.state::<Pool>(&pda::pool(&w.market())).cash - pool, BOND / 2);
    refuses(&mut w, call, PublisherClosed);
    sound(&w);
    // Nothing is left to challenge: the feed closes, and the publisher is out.
    w.accepts(w.close_publisher(Publisher(0)));
}

#[test]
fn listens_to_no_equivocator() {
    let mut w = Bank::bank();
    w.warp(1);
    let call = report(&w, &contradiction(&w, |p| p.confidence_ppm += 1));
    w.send(&call).expect("proof");
    w.rejects(w.publish(Publisher(0), PRICE, w.now()), PublisherClosed);
    let signed = batch(&w, &[now(&w, Publisher(0), PRICE)]);
    refuses(&mut w, signed, InvalidPublication);
    w.rejects(w.resign_publisher(Publisher(0)), PublisherClosed);
    w.price_by(&[1, 2], PRICE);
    assert_eq!(w.oracle().sources[0].health.verdict, bulkhead_sdk::risk::oracle::Verdict::Unreadable as u8);
}

#[test]
fn rejects_evidence_that_proves_nothing() {
    let mut w = Bank::bank();
    w.warp(1);
    let same = contradiction(&w, |_| {});
    let other_slot = contradiction(&w, |p| (p.slot, p.price) = (p.slot - 1, p.price + 1));
    let other_domain = contradiction(&w, |p| (p.domain, p.price) = (*b"foreign!", p.price + 1));
    let mut two_people = contradiction(&w, |p| p.price += 1);
    two_people[1] = sign(&w, Publisher(1), two_people[1].price);
    for evidence in [same, other_slot, other_domain, two_people] {
        let call = report(&w, &evidence);
        refuses(&mut w, call, NotEquivocation);
    }
    let one = contradiction(&w, |p| p.price += 1);
    let call = report(&w, &one[..1]);
    refuses(&mut w, call, NotEquivocation);
    w.rejects(w.report_equivocation(Publisher(0), Carol), InvalidSignatures);
    let call = [ix::signatures(&one), w.report_equivocation(Publisher(1), Carol)];
    refuses(&mut w, call, NotEquivocation);
    let foreign = (w.account_of(Carol), w.account_of(Foreigner));
    let call =
        [ix::signatures(&one), swap(w.report_equivocation(Publisher(0), Carol), &foreign.0, &foreign.1)];
    refuses(&mut w, call, WrongMarket);
    let call = [
        ix::signatures(&one),
        swap(w.report_equivocation(Publisher(0), Carol), &ed25519::INSTRUCTIONS, &w.wallet_of(Alice)),
    ];
    refuses(&mut w, call, InvalidSignatures);
}

/// A feed that was closed and opened again has another domain: what was signed in its first life proves nothing in its second.
#[test]
fn rejects_messages_of_an_earlier_life_of_the_feed() {
    let mut w = Bank::bank();
    w.warp(1);
    let evidence = contradiction(&w, |p| p.price += 1);
    w.give_wallet(Publisher(0), 0);
    w.accepts(w.resign_publisher(Publisher(0)));
    w.warp(7 * DAY);
    w.accepts(w.withdraw_bond(Publisher(0), BOND));
    w.accepts(w.close_publisher(Publisher(0)));
    w.accepts(w.register_publisher(Publisher(0), BOND));
    let call = report(&w, &evidence);
    refuses(&mut w, call, NotEquivocation);
}
