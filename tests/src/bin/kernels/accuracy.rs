//! Errors against high-precision arithmetic, from the file that the accuracy script leaves.

use {
    anyhow::{Context, Result},
    serde_json::Value,
    std::{fs, path::Path},
};

/// One quantity of one kernel.
pub struct Errors {
    pub quantity: String,
    pub unit: String,
    pub points: u64,
    pub median: f64,
    pub p99: f64,
    pub worst: f64,
    pub bound: Option<String>,
    /// Largest share of its bound that an error took.
    pub share_of_bound: Option<f64>,
}

pub fn read(path: &Path) -> Result<Vec<Errors>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let whole: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
    let list = whole["quantities"].as_array().context("no quantities")?;
    list.iter().map(|item| of_json(item).with_context(|| format!("cannot read {item}"))).collect()
}

fn of_json(item: &Value) -> Option<Errors> {
    Some(Errors {
        quantity: item["quantity"].as_str()?.to_owned(),
        unit: item["unit"].as_str()?.to_owned(),
        points: item["points"].as_u64()?,
        median: item["median"].as_f64()?,
        p99: item["p99"].as_f64()?,
        worst: item["worst"].as_f64()?,
        bound: item["bound"].as_str().map(str::to_owned),
        share_of_bound: item["share_of_bound"].as_f64(),
    })
}
