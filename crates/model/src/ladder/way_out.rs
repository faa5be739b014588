//! The way back to Normal from any state, once the faults are gone: proof and time, and the timelock only where no proof is meant
//! to do.

use super::{tick, Act, Ladder, State, DWELL, LENGTH, TIMELOCK};
use bulkhead_risk::breaker::{Cause, Level};

impl Ladder {
    pub(super) fn has_way_out(&self, s: &State) -> bool {
        let mut s = State { faults: 0, clearance: None, ..*s };
        if self.level(&s) == Level::Normal {
            return true;
        }
        // A fresh trip dwells, is proven over and dwells again at Guarded; brakes let go meanwhile.
        for _ in 0..(2 * DWELL).max(LENGTH) {
            s = self.prove(s);
            s = tick(&s);
        }
        let others = [Cause::OpenInterest, Cause::Governance];
        for cause in others {
            let is_tripped = s.market[cause.index()].level_at(super::NOW) > Level::Normal;
            if is_tripped {
                s = self.clear(s, cause);
            }
        }
        self.level(&s) == Level::Normal
    }

    fn prove(&self, mut s: State) -> State {
        for cause in [Cause::OracleQuorum, Cause::VaultShortfall, Cause::Greeks] {
            s = self.act(&s, Act::Recover(cause)).unwrap_or(s);
        }
        s
    }

    fn clear(&self, s: State, cause: Cause) -> State {
        let Some(mut queued) = self.act(&s, Act::Propose(cause)) else { return s };
        for _ in 0..TIMELOCK {
            queued = tick(&queued);
        }
        self.act(&queued, Act::Execute).unwrap_or(queued)
    }
}
