//! Trips, reports of faults, and recoveries.

use {super::prices, crate::player::Player, bulkhead_tests::world::Who};

const CAUSES: u8 = 6;
const NO_MARK: u8 = 1;
const OPEN_GREEKS: u8 = 5;

pub fn trip(p: &mut Player) {
    let by = if p.once_in(3) { Who::Alice } else { Who::Guardian };
    let (level, wide) = (p.draw(0..=3), p.once_in(8));
    let call = p.world().trip(by, level, wide);
    p.call("trip_breaker", call);
}

pub fn report(p: &mut Player) {
    let is_silence = p.once_in(3);
    if is_silence {
        p.world_mut().warp(120);
    }
    let cause = if is_silence { NO_MARK } else { p.draw(0..CAUSES) };
    let live = p.world().live();
    let call = match cause {
        OPEN_GREEKS => p.world().report_open_greeks(Who::Alice, &live),
        _ => p.world().report_fault(Who::Alice, cause, Some(0)),
    };
    p.call("report_fault", call);
}

pub fn recover(p: &mut Player) {
    let healed = !p.once_in(3);
    if healed {
        p.world_mut().warp(600);
        prices::good_rounds(p);
    }
    let cause = if healed { NO_MARK } else { p.draw(0..CAUSES) };
    let live = p.world().live();
    let call = match cause {
        OPEN_GREEKS => p.world().recover_open_greeks(&live),
        _ => p.world().recover(cause),
    };
    p.call("recover_breaker", call);
}
