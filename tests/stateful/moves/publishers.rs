//! Bonds of the market's publishers, and feeds that somebody opens without being asked.

use {
    super::prices::SOURCES,
    crate::player::Player,
    bulkhead_drill::staging::BOND,
    bulkhead_sdk::{bulkhead::state::PublisherFeed, pda},
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, DAY},
    },
};

/// Bonds are slashed and filled up, sources lose and regain their vote.
pub fn bonds(p: &mut Player) {
    let publisher = Who::Publisher(p.draw(0..SOURCES));
    let who = p.who();
    let call = p.world().slash_publisher(publisher, who);
    p.call("slash_publisher", call);
    let amount = p.one_of(&[0, 1, 100_000_000]);
    let call = p.world().add_bond(who, publisher, amount);
    p.call("add_bond", call);
    let by = p.one_of(&[Who::Guardian, Who::Governor, who]);
    let source = p.draw(0..SOURCES);
    let source = p.world().stage.source_keys[source];
    let call = p.world().quarantine_source(by, source);
    p.call("quarantine_source", call);
}

/// A feed that no market listens to, from its bond to its end. A few people have one, so that they get that far.
pub fn feed(p: &mut Player) {
    let who = p.one_of(&ACTORS[..2]);
    let key = pda::feed(&p.world().market(), &p.world().key(who));
    if !p.world().exists(&key) {
        let bond = p.one_of(&[BOND - 1, BOND, BOND + 1]);
        let call = p.world().register_publisher(who, bond);
        p.call("register_publisher", call);
        return;
    }
    let feed: PublisherFeed = p.world().state(&key);
    match p.draw(0..6) {
        0 => {
            let (price, now) = (p.price(), p.world().now());
            let at = now + p.one_of(&[-1, 0, 5, 6]);
            let call = p.world().publish(who, price, at);
            p.call("publish_price", call);
        }
        1 => {
            let by = p.who();
            let call = p.world().add_bond(by, who, 1_000_000);
            p.call("add_bond", call);
        }
        2 => {
            let call = p.world().resign_publisher(who);
            p.call("resign_publisher", call);
        }
        3 => {
            let amount = p.one_of(&[0, 1, feed.bond, feed.bond + 1]);
            let call = p.world().withdraw_bond(who, amount);
            p.call("withdraw_bond", call);
        }
        4 => {
            // The whole of its end.
            let call = p.world().resign_publisher(who);
            p.call("resign_publisher", call);
            p.world_mut().warp(7 * DAY);
            let call = p.world().withdraw_bond(who, feed.bond);
            p.call("withdraw_bond", call);
            let call = p.world().close_publisher(who);
            p.call("close_publisher", call);
        }
        _ => {
            let call = p.world().close_publisher(who);
            p.call("close_publisher", call);
        }
    }
}
