//! The figures against their bounds, as JSON and as sections of `docs/BENCHMARKS.md`.

use {
    crate::{
        accuracy::{self, Errors},
        native::{self, Timed},
        units::Measured,
        Options,
    },
    anyhow::{ensure, Result},
    bulkhead_tests::document::{bench_folder, grouped, put, spread, table},
    serde_json::json,
    std::fs,
};

const UNITS: &str = "## Kernels";
const UNITS_INTRO: &str = "\
Compute units of single calls in the virtual machine, net of the calling program (`calling a kernel`) and, where terms
are cached, of preparing them. Built as the program is: same compiler, same flags, optimised for speed as the kernels in
the program are, overflow checks on. 400 fixed-seed inputs each: forwards of 1 to 1,000,000 with six decimals, volatility
10 % to 300 %, one hour to one year, strikes within four standard deviations. Every answer equals the native one. A round of
the oracle is the program's own code, optimised as there: from the loaded accounts of five sources, their keys and bytes,
to the mark, its settlement bucket and the regime, without the event.";
const PEERS_INTRO: &str = "\
Other ways to call, put and Greeks on the same inputs in the same program and run, net of converting the arguments: the
crate [solmath](https://crates.io/crates/solmath) at a rate of zero, and the textbook formulas in double precision, which
the chain runs in software.";
const NATIVE_INTRO: &str = "\
On one core of the machine that wrote this file, built for x86-64-v3, overflow checks on; same inputs.";

const ACCURACY: &str = "## Accuracy of the kernels";
const ACCURACY_INTRO: &str = "\
Against mpmath at 50 digits; written by `cargo xtask bench --accuracy`. Half of the points are spread over the whole
domain and its corners, half are ordinary. An error is a difference to the exact value, absolute, relative, or in the
smallest unit of the result: atoms, or parts per million. Prices and Greeks are whole units, so half of one is rounding.";
const PEER_ACCURACY_INTRO: &str = "\
On listed options (the inputs of the table of compute units), beside the other ways. Those answer with fractions of a
unit, ours with whole ones. solmath is held to the time in years with its twelve decimals.";

pub fn report(options: &Options, units: &[Measured]) -> Result<()> {
    let times = options.native.as_deref().map(native::read).transpose()?;
    let errors = options.accuracy.as_deref().map(accuracy::read).transpose()?;
    let missed: Vec<String> = units.iter().filter_map(exceeded).collect();
    fs::create_dir_all(bench_folder())?;
    let whole = json!({
        "compute_units": units.iter().map(as_json).collect::<Vec<_>>(),
        "native": times.iter().flatten().map(time_as_json).collect::<Vec<_>>(),
        "missed": missed,
    });
    fs::write(bench_folder().join("kernels.json"), serde_json::to_string_pretty(&whole)?)?;
    let (own, peers) = (unit_table(units, false), unit_table(units, true));
    println!("{own}\n{peers}");
    let timed = times.as_deref().map(time_tables).unwrap_or_default();
    println!("{timed}");
    if !options.is_check {
        put(UNITS, &format!("{UNITS_INTRO}\n\n{own}\n{PEERS_INTRO}\n\n{peers}\n{timed}"))?;
        if let Some(errors) = &errors {
            let (own, peers) = (error_table(errors, true), error_table(errors, false));
            put(ACCURACY, &format!("{ACCURACY_INTRO}\n\n{own}\n{PEER_ACCURACY_INTRO}\n\n{peers}"))?;
        }
    }
    ensure!(missed.is_empty(), "bounds exceeded:\n{}", missed.join("\n"));
    Ok(())
}

fn exceeded(measured: &Measured) -> Option<String> {
    let bound = measured.case.bound?;
    let [_, _, most] = spread(&measured.units);
    (most > bound).then(|| format!("{}: {most} compute units, at most {bound}", measured.case.title))
}

fn as_json(measured: &Measured) -> serde_json::Value {
    let [min, median, max] = spread(&measured.units);
    let case = measured.case;
    json!({ "case": case.title, "runs": measured.units.len(), "min": min, "median": median, "max": max, "bound": case.bound, "peer": case.is_peer })
}

fn time_as_json(timed: &Timed) -> serde_json::Value {
    let [min, median, max] = timed.values;
    let unit = if timed.is_rate { "million accounts per second" } else { "nanoseconds" };
    json!({ "case": timed.title, "unit": unit, "min": min, "median": median, "max": max })
}

fn unit_table(units: &[Measured], peers: bool) -> String {
    let rows: Vec<Vec<String>> = units
        .iter()
        .filter(|measured| measured.case.is_peer == peers)
        .map(|measured| {
            let [min, median, max] = spread(&measured.units).map(grouped);
            let bound = measured.case.bound.map_or_else(|| "-".to_owned(), grouped);
            vec![measured.case.title.to_owned(), min, median, max, bound]
        })
        .collect();
    table(&["Kernel", "Minimum", "Median", "Maximum", "Bound"], &rows)
}

fn time_tables(times: &[Timed]) -> String {
    let rows = |rates: bool| -> Vec<Vec<String>> {
        let of_kind = times.iter().filter(|timed| timed.is_rate == rates);
        of_kind
            .map(|timed| {
                let mut row = vec![timed.title.clone()];
                row.extend(timed.values.map(|value| format!("{value:.1}")));
                row
            })
            .collect()
    };
    let calls = table(&["Nanoseconds per call", "Minimum", "Median", "Maximum"], &rows(false));
    let rates = table(&["Million accounts per second", "Minimum", "Median", "Maximum"], &rows(true));
    format!("{NATIVE_INTRO}\n\n{calls}\n{rates}")
}

fn error_table(errors: &[Errors], bounded: bool) -> String {
    let rows: Vec<Vec<String>> = errors
        .iter()
        .filter(|e| e.bound.is_some() == bounded)
        .map(|e| {
            let mut row = vec![e.quantity.clone(), e.unit.clone(), grouped(e.points)];
            row.extend([e.median, e.p99, e.worst].map(|error| format!("{error:.1e}")));
            if let (Some(bound), Some(share)) = (&e.bound, e.share_of_bound) {
                row.extend([bound.clone(), format!("{:.0} %", share * 100.0)]);
            }
            row
        })
        .collect();
    let mut head = vec!["Quantity", "Error in", "Points", "Median", "99th percentile", "Worst"];
    if bounded {
        head.extend(["Bound", "Largest share of it"]);
    }
    table(&head, &rows)
}
