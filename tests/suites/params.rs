//! `set_params`.

use {
    crate::prelude::*,
    bulkhead_sdk::risk::params::{Safer, SPECS},
};

#[test]
fn allows_the_governor_to_tighten_every_parameter_at_once() {
    let mut w = Bank::bank();
    let mut values = *params().values();
    for (value, spec) in values.iter_mut().zip(SPECS) {
        *value = match spec.safer {
            Safer::Higher => (*value + 1).min(spec.max),
            Safer::Lower => (*value - 1).max(spec.min),
        };
    }
    let tighter: MarketParams = bytemuck::cast(values);
    w.accepts(w.set_params(Governor, tighter));
    assert_eq!(*w.state::<Market>(&w.market()).params.values(), values);
}

#[test]
fn rejects_a_stranger() {
    let mut w = Bank::bank();
    w.rejects(w.set_params(Stranger, params()), NotGovernor);
}

#[test]
fn rejects_every_loosening() {
    let mut w = Bank::bank();
    for (i, spec) in SPECS.iter().enumerate() {
        let mut values = *params().values();
        match spec.safer {
            Safer::Higher if values[i] > spec.min => values[i] -= 1,
            Safer::Lower if values[i] < spec.max => values[i] += 1,
            _ => continue,
        }
        w.rejects(w.set_params(Governor, bytemuck::cast(values)), LooseningNeedsTimelock);
    }
}

#[test]
fn rejects_values_outside_their_bounds() {
    let mut w = Bank::bank();
    for (i, spec) in SPECS.iter().enumerate() {
        let mut values = *params().values();
        values[i] = spec.max + 1;
        w.rejects(w.set_params(Governor, bytemuck::cast(values)), ParameterOutOfBounds);
    }
}
