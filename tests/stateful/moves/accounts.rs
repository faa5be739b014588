//! Margin accounts themselves.

use {crate::player::Player, bulkhead_sdk::instructions as ix};

pub fn account(p: &mut Player) {
    let (who, delegate) = (p.who(), p.who());
    let delegate = p.world().key(delegate);
    let call = p.world().set_delegate(who, delegate);
    p.call("set_delegate", call);
    let call = p.world().close_account(who);
    p.call("close_account", call);
    if !p.world().exists(&p.world().account_of(who)) {
        let call = p.world().open_account(who, 0);
        p.call("open_account", call);
    }
    let shard = ix::open_shard(p.world().key(who), p.world().market(), 200);
    p.attack("open_shard", &shard);
}
