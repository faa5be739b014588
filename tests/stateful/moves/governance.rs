//! Parameters and proposals.

use {
    crate::player::Player,
    bulkhead_sdk::{
        bulkhead::state::{proposal::kind, MarketParams, Proposal},
        pda,
    },
    bulkhead_tests::{
        calls::proposal,
        world::{params, Who, DAY},
    },
};

pub fn govern(p: &mut Player) {
    let by = if p.once_in(4) { Who::Alice } else { Who::Governor };
    let tighter = MarketParams { trade_fee_ppm: 300 - p.draw(0..3u64), ..params() };
    let call = p.world().set_params(by, tighter);
    p.call("set_params", call);
    let index = p.world().next_proposal();
    let mut args = proposal(kind::SET_PARAMS);
    args.params = params();
    let call = p.world().propose(by, args);
    p.call("propose", call);
    if p.once_in(5) {
        p.world_mut().warp(2 * DAY);
    }
    let key = pda::proposal(index);
    if !p.world().exists(&key) {
        return;
    }
    let found: Proposal = p.world().state(&key);
    assert_eq!(found.index, index);
    let call = p.world().execute_proposal(index, true);
    p.call("execute_proposal", call);
    if p.world().exists(&key) {
        let by = if p.once_in(3) { Who::Bob } else { Who::Guardian };
        let call = p.world().cancel_proposal(by, index);
        p.call("cancel_proposal", call);
    }
}
