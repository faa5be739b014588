//! A stored parameter set and the table of its bounds agree word by word.

use {crate::layouts, bulkhead::state::MarketParams, bulkhead_risk::params::SPECS};

#[test]
fn parameters_match_their_specs() {
    let layouts = layouts::all();
    let stored = layouts.iter().find(|l| l.name == "MarketParams").expect("the parameters' layout");
    let word = size_of::<u64>();
    let named: Vec<(&str, usize)> = SPECS.iter().enumerate().map(|(i, spec)| (spec.name, i * word)).collect();
    assert_eq!(stored.fields, named);
    assert_eq!(size_of::<MarketParams>(), SPECS.len() * word);
}
