//! One scenario, played second by second for all policies at once.

use crate::{
    book::COHORT_SECONDS,
    fault, moment, policy,
    scenario::Scenario,
    score::{Figures, Score},
    source::Source,
};
use bulkhead_risk::oracle::Observation;

/// Averages fill up before anybody is judged by them.
pub const WARM_UP: i64 = 600;

/// A policy at the end of a scenario.
#[derive(Clone, Debug)]
pub struct Standing {
    pub policy: &'static str,
    pub about: &'static str,
    pub figures: Figures,
    /// The price it would liquidate at, second by second of the scenario's picture.
    pub marks: Vec<Option<u64>>,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Played {
    pub name: &'static str,
    pub about: &'static str,
    pub is_beyond: bool,
    pub standings: Vec<Standing>,
    /// What each source's account said, second by second of the picture.
    pub sources: Vec<Vec<Option<u64>>>,
    pub truth: Vec<u64>,
}

impl Played {
    /// The figures of a policy.
    ///
    /// # Panics
    /// When there is none of that name.
    #[must_use]
    pub fn of(&self, policy: &str) -> &Figures {
        let found = self.standings.iter().find(|standing| standing.policy == policy);
        &found.unwrap_or_else(|| panic!("there is no policy {policy}")).figures
    }
}

/// Plays a scenario; `at` hears of every second.
pub fn play(scenario: &Scenario, seed: u64, mut at: impl FnMut(i64)) -> Played {
    let truth = scenario.truth(seed);
    let groups: Vec<u8> = scenario.panel.iter().map(|profile| profile.group).collect();
    let mut sources: Vec<Source> =
        scenario.panel.iter().enumerate().map(|(i, profile)| Source::new(i, *profile, seed)).collect();
    let mut policies: Vec<_> =
        policy::all(&groups).into_iter().map(|policy| (policy, Score::default(), Vec::new())).collect();
    let mut accounts: Vec<Option<Observation>> = vec![None; sources.len()];
    let mut said = vec![Vec::new(); sources.len()];
    for second in 0..truth.seconds() {
        at(second);
        let is_seen = scenario.picture.contains(second);
        let runs = !scenario.stalls.iter().any(|stall| stall.contains(second));
        if runs {
            for (i, (source, account)) in sources.iter_mut().zip(&mut accounts).enumerate() {
                let fault = scenario.faults.iter().find(|fault| fault.strikes(i, second));
                *account = fault::publish(source, *account, fault, second, &truth);
            }
        }
        let (now, price) = (moment(second), truth.at(second));
        for (policy, score, marks) in &mut policies {
            if runs {
                policy.hear(now, &accounts);
                if second >= WARM_UP {
                    if second % COHORT_SECONDS == 0 {
                        score.book.open(price);
                    }
                    score.pass(second, &truth, policy.liquidates_at(now), policy.trades_at(now));
                }
            }
            if is_seen {
                marks.push(policy.liquidates_at(now).filter(|_| runs));
            }
        }
        if is_seen {
            for (account, said) in accounts.iter().zip(&mut said) {
                said.push(account.map(|seen| seen.price).filter(|_| runs));
            }
        }
    }
    let standings = policies
        .into_iter()
        .map(|(policy, score, marks)| Standing {
            policy: policy.name(),
            about: policy.about(),
            figures: score.figures(),
            marks,
        })
        .collect();
    let seen = scenario.picture.from..scenario.picture.to.min(truth.seconds());
    let truth = seen.map(|second| truth.at(second)).collect();
    Played {
        name: scenario.name,
        about: scenario.about,
        is_beyond: scenario.is_beyond,
        standings,
        sources: said,
        truth,
    }
}
