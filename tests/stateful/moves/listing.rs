//! New expiries and their surfaces, by the surface authority or a panel.

use {
    super::prices,
    crate::player::Player,
    bulkhead_sdk::pda,
    bulkhead_tests::world::{Who, DAY},
};

/// The one panel that a market opens here. It never comes into force: that takes a week's notice.
const PANEL: u8 = 1;
const MEMBERS: [Who; 3] = [Who::Alice, Who::Bob, Who::Carol];

pub fn list(p: &mut Player) {
    let by = if p.once_in(6) { Who::Alice } else { Who::Governor };
    let tenor = p.one_of(&[10, 3_600, 2 * DAY, 20 * DAY, 60 * DAY]);
    let price = p.price();
    let strikes = (0..9).map(|i| price / 2_000 * 1_000 + i * (price / 8_000) * 1_000).collect();
    let expires_at = p.world().now() + tenor;
    let call = p.world().list_expiry(by, expires_at, strikes);
    p.call("list_expiry", call);
    let Some(id) = p.live() else { return };
    let vol = p.draw(700_000..=900_000);
    let call = p.world().set_surface(by, id, vec![vol; 9], 0);
    p.call("set_surface", call);
    prices::refresh(p);
}

/// Opens the panel, votes, applies what was voted, takes a vote back.
pub fn panel(p: &mut Player) {
    let key = pda::panel(&p.world().market(), PANEL);
    if !p.world().exists(&key) {
        let quorum = p.one_of(&[2, 3]);
        let call = p.world().open_panel(Who::Governor, PANEL, &MEMBERS, quorum);
        p.call("open_panel", call);
    }
    let Some(id) = p.live() else { return };
    let (by, vol) = (p.one_of(&MEMBERS), p.draw(700_000..=900_000));
    let call = p.world().vote(by, PANEL, id, vec![vol; 9], 0);
    p.call("submit_surface", call);
    let vote = pda::vote(&key, id, &p.world().key(by));
    if p.once_in(2) && p.world().exists(&vote) {
        let call = p.world().close_vote(by, PANEL, id);
        p.call("close_vote", call);
    }
    let call = p.world().apply_surface(PANEL, id);
    p.call("apply_surface", call);
}
