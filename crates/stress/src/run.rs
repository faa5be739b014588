//! One path under one policy, and all of them side by side.

use {
    crate::{
        arena::{FIRST_PRICE, START},
        path::{Moment, Path},
        policy,
        staging::Staged,
        tally::{Figures, Remains, Tally},
    },
    anyhow::{Context, Result},
    serde::Serialize,
    std::{
        collections::BTreeSet,
        sync::{
            atomic::{AtomicUsize, Ordering},
            Mutex,
        },
    },
};

/// Minutes after which half of the pressure on the price is gone.
const RELIEF_MINUTES: f64 = 20.0;

/// A look at a policy after a step, quote atoms.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    pub second: i64,
    pub price: u64,
    pub due: usize,
    pub bad_debt: u64,
    pub overshoot: u64,
    pub notional: u64,
    /// Users liquidated or charged so far.
    pub hit: usize,
}

/// A policy at the end of a path.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    pub policy: &'static str,
    pub figures: Figures,
    pub curve: Vec<Sample>,
}

/// What happened on a path.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    pub path: &'static str,
    pub about: &'static str,
    pub standings: Vec<Standing>,
}

impl Played {
    /// The figures of a policy.
    ///
    /// # Panics
    /// When it was not played.
    #[must_use]
    pub fn of(&self, policy: &str) -> &Figures {
        let found = self.standings.iter().find(|standing| standing.policy == policy);
        &found.unwrap_or_else(|| panic!("the policy {policy} was not played")).figures
    }
}

/// Plays all paths under all policies, on as many threads as there are processors; `at` hears of every step.
///
/// # Errors
/// Where a market fails or its books do not balance.
pub fn play_all(staged: &Staged, paths: &[Path], seed: u64, at: impl Fn(&str) + Sync) -> Result<Vec<Played>> {
    let jobs: Vec<(&Path, &'static str)> =
        paths.iter().flat_map(|path| policy::ALL.map(|policy| (path, policy))).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((path, policy)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = play(staged, path, policy, seed, &at);
                    let played = played.with_context(|| format!("{} under {policy}", path.name));
                    done.lock().expect("no thread panics with the lock").push((path.name, played));
                }
            });
        }
    });
    let mut all: Vec<Played> = paths
        .iter()
        .map(|path| Played { path: path.name, about: path.about, standings: Vec::new() })
        .collect();
    for (name, standing) in done.into_inner().expect("no thread panics with the lock") {
        let standing = standing?;
        all.iter_mut().filter(|played| played.path == name).for_each(|p| p.standings.push(standing.clone()));
    }
    let rank = |standing: &Standing| policy::ALL.iter().position(|name| *name == standing.policy);
    all.iter_mut().for_each(|played| played.standings.sort_by_key(rank));
    Ok(all)
}

/// Plays one path under one policy.
///
/// # Errors
/// Where the market fails or its books do not balance.
pub fn play(
    staged: &Staged,
    path: &Path,
    name: &'static str,
    seed: u64,
    at: impl Fn(&str),
) -> Result<Standing> {
    let (mut arena, mut policy) = policy::begin(name, staged)?;
    let (mut tally, mut curve) = (Tally::default(), Vec::new());
    let (mut pressure, mut unhealed, mut last) = (0.0, 0, Remains::default());
    for moment in path.moments(seed) {
        let price = price(&moment, pressure);
        arena.advance(START + path.step_seconds + moment.second, price, Some(moment.vol))?;
        last = policy.act(&mut arena, &mut tally)?;
        pressure =
            relieved(pressure, path) - path.impact * last.delta_taken as f64 / staged.collateral as f64;
        unhealed += if last.due > 0 { path.step_seconds / 60 } else { 0 };
        curve.push(sample(&moment, price, &last, &tally));
        at(path.name);
    }
    let end = policy.close(&mut arena, &mut tally)?;
    let figures = Figures { unhealed_minutes: unhealed, due_at_end: last.due, ..tally.figures(&end) };
    Ok(Standing { policy: name, figures, curve })
}

/// Steps that a path takes under all policies.
#[must_use]
pub fn steps(path: &Path, seed: u64) -> usize {
    path.moments(seed).len() * policy::ALL.len()
}

fn price(moment: &Moment, pressure: f64) -> u64 {
    (FIRST_PRICE as f64 * moment.price * f64::exp(pressure)).round() as u64
}

fn relieved(pressure: f64, path: &Path) -> f64 {
    pressure * f64::powf(0.5, path.step_seconds as f64 / 60.0 / RELIEF_MINUTES)
}

fn sample(moment: &Moment, price: u64, remains: &Remains, tally: &Tally) -> Sample {
    let hit: BTreeSet<_> = tally.liquidated.iter().chain(tally.payers.keys()).collect();
    Sample {
        second: moment.second,
        price,
        due: remains.due,
        bad_debt: remains.bad_debt,
        overshoot: tally.overshoot + remains.surplus,
        notional: tally.notional,
        hit: hit.len(),
    }
}
