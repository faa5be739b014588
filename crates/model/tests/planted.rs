//! Each property finds a fault that is planted for it: a rule that is wrong in one way, everything else as in production.

mod planted {
    mod auction;
    mod ladder;
    mod outflow;
    mod source;
    mod timelock;
}

/// A set of rules that differs from production in what it lists.
#[macro_export]
macro_rules! plant {
    ($name:ident { $($rule:item)* }) => {
        #[derive(Clone, Copy, Debug)]
        struct $name;
        impl bulkhead_model::rules::Rules for $name { $($rule)* }
    };
}
