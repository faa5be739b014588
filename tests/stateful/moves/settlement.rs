//! The end of an expiry.

use crate::player::Player;
use bulkhead_tests::markets::ACTORS;

/// Some steps of it, in time or not.
pub fn settle(p: &mut Player) {
    let Some(id) = p.live() else { return };
    fix(p, id);
    for _ in 0..3 {
        let who = p.who();
        let call = p.world().settle(id, who);
        p.call("settle_account", call);
    }
    close(p, id);
}

/// All of it, for one that has expired.
pub fn sweep_expired(p: &mut Player) {
    let world = p.world();
    let now = world.now();
    let expired: Vec<u16> =
        world.live().into_iter().filter(|id| world.expiry(*id).expires_at <= now).collect();
    let Some(id) = p.any_of(&expired) else { return };
    fix(p, id);
    for _ in 0..2 {
        for who in ACTORS {
            let call = p.world().settle(id, who);
            p.call("settle_account", call);
        }
    }
    close(p, id);
}

fn fix(p: &mut Player, id: u16) {
    let call = p.world().fix_settlement(id);
    p.call("fix_settlement", call);
}

fn close(p: &mut Player, id: u16) {
    let call = p.world().close_expiry(id);
    p.call("close_expiry", call);
}
