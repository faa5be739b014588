//! The figures against their bounds, as JSON and as the table of `docs/BENCHMARKS.md`.

use {
    crate::Units,
    anyhow::{ensure, Context, Result},
    bulkhead_tests::{
        document::{self, grouped, spread},
        program_file,
    },
    serde_json::json,
    std::{fmt::Write as _, fs},
};

/// Every byte is rent. The foundation fitted 350,000, the risk engine (two price tiers, their tables, repricing on the spot,
/// surfaces, limits) takes 100,000, and the oracle's eleven instructions (publishers, signed prices, registry, panels) with four
/// more adapters another 100,000: about 8,000 an instruction, most of it Anchor's loading of accounts. Bonded prices, the observation
/// and the pool's cover of a shortfall are five more; auctions with their graces four, keepers' bonds and leases eight, and the pools
/// behind the markets twelve.
const MAX_PROGRAM_BYTES: u64 = 830_000;

/// Cases whose largest figure must not exceed a bound.
const BOUNDS: [(&str, u64); 18] = [
    ("publish_price", 700),
    ("deposit", 6_000),
    ("withdraw, no legs", 9_000),
    ("trade, 8 legs each side", 40_000),
    ("trade, 8 legs each side, both reduce", 40_000),
    ("settle_account, 16 legs", 25_000),
    ("cover_shortfall", 5_000),
    ("start_auction, 8 legs", 20_000),
    ("bid, whole book of 8 legs", 20_000),
    ("bid, one of 8 legs", 25_000),
    ("start_auction, 32 legs", 35_000),
    ("bid, whole book of 32 legs", 35_000),
    // Every scenario of the account, and a liquidator that holds as many legs.
    ("bid, one of 32 legs", 40_000),
    // 110 for each of the 16 x 33 cells, with everything around them.
    ("refresh_risk, 16 strikes", 58_080),
    ("update_oracle, 5 sources with Pyth push and pull", 8_000),
    ("update_oracle, 5 publishers", 8_000),
    ("update_oracle, 5 sources with Pyth, a bucket closes", 8_000),
    ("update_oracle, 5 publishers, a bucket closes", 8_000),
];

/// Figures that other repositories publish for comparable work.
const PEERS: [(&str, &str, &str); 4] = [
    ("deposit", "vault deposit on Anchor v1: 5,707", "otter-sec/anchor, benchmarks of the vault example"),
    ("trade", "single trade: about 75,600", "aeyakovenko/percolator-prog, tests/v16_cu.rs and commit log"),
    ("liquidate", "normal liquidation: about 247,000", "aeyakovenko/percolator-prog, pull request 206"),
    (
        "liquidate",
        "TokenLiqWithToken: 79,000 to 84,000",
        "blockworks-foundation/mango-v4, test_liq_tokens.rs and test_bankrupt_tokens.rs",
    ),
];

pub fn report(units: &Units) -> Result<()> {
    let size = fs::metadata(program_file()).context("no program")?.len();
    let bound_of = |name: &str| BOUNDS.iter().find(|(n, _)| *n == name).map(|(_, bound)| *bound);
    let mut missed = Vec::new();
    let mut table =
        String::from("| Case | Runs | Minimum | Median | Maximum | Bound |\n|---|---|---|---|---|---|\n");
    let mut cases = Vec::new();
    for (name, values) in &units.0 {
        let [min, median, max] = spread(values);
        let bound = bound_of(name);
        if bound.is_some_and(|b| max > b) {
            missed.push(format!("{name}: {max} compute units, at most {}", bound.unwrap_or(0)));
        }
        let shown = bound.map_or_else(|| "-".to_owned(), grouped);
        writeln!(
            table,
            "| {name} | {} | {} | {} | {} | {shown} |",
            values.len(),
            grouped(min),
            grouped(median),
            grouped(max)
        )?;
        cases.push(json!({ "case": name, "runs": values.len(), "min": min, "median": median, "max": max, "bound": bound }));
    }
    for (name, _) in BOUNDS {
        if !units.0.contains_key(name) {
            missed.push(format!("{name}: not measured"));
        }
    }
    if size > MAX_PROGRAM_BYTES {
        missed.push(format!("the program has {size} bytes, at most {MAX_PROGRAM_BYTES}"));
    }
    let folder = document::bench_folder();
    fs::create_dir_all(&folder)?;
    let whole = json!({ "program_bytes": size, "program_bytes_bound": MAX_PROGRAM_BYTES, "cases": cases, "missed": missed });
    fs::write(folder.join("cu.json"), serde_json::to_string_pretty(&whole)?)?;
    if !is_check() {
        write_document(&table, size)?;
    }
    println!("{table}\nprogram: {} of {} bytes", grouped(size), grouped(MAX_PROGRAM_BYTES));
    ensure!(missed.is_empty(), "bounds exceeded:\n{}", missed.join("\n"));
    Ok(())
}

/// With `--check` only the bounds count, and the document stays as it is.
fn is_check() -> bool {
    std::env::args().any(|argument| argument == "--check")
}

/// The sections that this command writes: the head with the table, and the published figures.
fn write_document(table: &str, size: u64) -> Result<()> {
    let mut text = String::from("# Benchmarks\n\nWritten by `cargo xtask bench`. Compute units of the built program under LiteSVM, without the 150 units of the\ncompute-budget line. Each case is one instruction; a withdrawal is bounded in the case without legs.\n\n");
    text.push_str(table);
    writeln!(text, "\nProgram: {} bytes, bound {}.", grouped(size), grouped(MAX_PROGRAM_BYTES))?;
    document::put("", &text)?;
    let mut text = String::from("Of other programs doing comparable, not equal, work; not measured here.\n\n| Instruction | Published compute units | Source |\n|---|---|---|\n");
    for (name, figure, source) in PEERS {
        writeln!(text, "| {name} | {figure} | {source} |")?;
    }
    document::put("## Published figures of other repositories", &text)
}
