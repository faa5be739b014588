use crate::plant;
use bulkhead_model::{
    check::finds,
    outflow::{judge, Fund, Outflow},
    rules::Rules,
};
use bulkhead_risk::{
    draw_limit::{capacity, Room, ShareLimit},
    limiter::{drain, take, Bucket, TakeError},
    math_error::MathError,
};

fn vault(rules: &'static dyn Rules) -> Outflow {
    Outflow { rules, fund: Fund::Vault, share_ppm: 250_000, floor: 1, start: 12, deposits: 0 }
}

fn pool(rules: &'static dyn Rules) -> Outflow {
    Outflow { fund: Fund::Pool, ..vault(rules) }
}

/// The same seconds leak again with the next call.
fn leak_twice(bucket: Bucket, now: i64, capacity: u64, window: u64) -> Result<Bucket, MathError> {
    let drained = drain(bucket, now, capacity, window)?;
    Ok(if drained.used == 0 { drained } else { Bucket { updated_at: bucket.updated_at, ..drained } })
}

plant!(LeaksTwice {
    fn take(&self, b: Bucket, now: i64, amount: u64, capacity: u64, window: u64) -> Result<Bucket, TakeError> {
        let taken = take(b, now, amount, capacity, window)?;
        let again = leak_twice(b, now, capacity, window)?;
        Ok(Bucket { updated_at: again.updated_at, ..taken })
    }
});

plant!(CountsNothing {
    fn take(&self, b: Bucket, now: i64, amount: u64, capacity: u64, window: u64) -> Result<Bucket, TakeError> {
        take(Bucket { used: 0, ..b }, now, amount, capacity, window)
    }
});

plant!(LeaksAtDoubleSpeed {
    fn take(&self, b: Bucket, now: i64, amount: u64, capacity: u64, window: u64) -> Result<Bucket, TakeError> {
        take(b, now, amount, capacity, window / 2)
    }
});

plant!(ForgetsWhatWasDrawn {
    fn room(&self, limit: ShareLimit, taken: Bucket, held: u64, now: i64) -> Result<Room, MathError> {
        limit.room(Bucket { used: taken.used / 2, ..taken }, held, now)
    }
});

#[test]
fn finds_a_window_in_which_too_much_leaves() {
    assert!(finds(vault(&LeaksTwice), judge::BOUND));
    assert!(finds(vault(&CountsNothing), judge::BOUND));
    assert!(finds(vault(&LeaksAtDoubleSpeed), judge::BOUND));
    assert!(finds(pool(&ForgetsWhatWasDrawn), judge::BOUND));
}

// Whoever brings something may take all of it and the share.
plant!(DepositsCountInFull {
    fn capacity(&self, base: u64, share_ppm: u64, floor: u64) -> Result<u64, MathError> {
        Ok(capacity(base, share_ppm, floor)? + 2 * base.saturating_sub(12))
    }
});

#[test]
fn finds_a_deposit_that_lets_out_more_than_it_brought() {
    let machine = Outflow { deposits: 3, ..vault(&DepositsCountInFull) };
    assert!(finds(machine, judge::NET));
}

plant!(LosesTheFraction {
    fn drain(&self, b: Bucket, now: i64, capacity: u64, window: u64) -> Result<Bucket, MathError> {
        Ok(Bucket { updated_at: now, ..drain(b, now, capacity, window)? })
    }
    fn take(&self, b: Bucket, now: i64, amount: u64, capacity: u64, window: u64) -> Result<Bucket, TakeError> {
        let drained = self.drain(b, now, capacity, window)?;
        take(drained, now, amount, capacity, window)
    }
});

plant!(HasNoFloor {
    fn capacity(&self, base: u64, share_ppm: u64, _: u64) -> Result<u64, MathError> {
        capacity(base, share_ppm, 0)
    }
});

#[test]
fn finds_money_that_can_never_leave() {
    assert!(finds(vault(&LosesTheFraction), judge::EXIT));
    assert!(finds(vault(&HasNoFloor), judge::EXIT));
}
