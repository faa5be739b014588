//! The panel's promise: a lying minority moves nothing out of the honest members' range, and a step only leads towards it.

mod cases;

use bulkhead_risk::{
    surface::{check_steps, StepLimit, MAX_VOL_PPM, MIN_VOL_PPM},
    surface_panel::{
        approach, approach_basis, is_majority, median, next_nearest, QuotedSurface, MAX_STRIKES,
    },
};
use proptest::prelude::*;

fn any_surface() -> impl Strategy<Value = QuotedSurface> {
    let vol = prop_oneof![3 => 700_000..=900_000u32, 1 => MIN_VOL_PPM..=MAX_VOL_PPM];
    let basis = prop_oneof![-1_000..=1_000i64, -200_000..=200_000i64];
    (prop::array::uniform16(vol), basis, 0..=200_000u64, 0..=10_000u64).prop_map(
        |(vols_ppm, basis_ppm, spread_ppm, depth_lots)| QuotedSurface {
            vols_ppm,
            basis_ppm,
            spread_ppm,
            depth_lots,
        },
    )
}

/// Up to two liars among more honest members than liars, in any order, and the honest ones alone.
fn any_panel() -> impl Strategy<Value = (Vec<QuotedSurface>, Vec<QuotedSurface>)> {
    let sizes = (0..=2usize).prop_flat_map(|liars| (Just(liars), liars + 1..=5 - liars));
    sizes.prop_flat_map(|(liars, honest)| {
        let lying = prop::collection::vec(any_surface(), liars);
        let truthful = prop::collection::vec(any_surface(), honest);
        (lying, truthful).prop_flat_map(|(lying, truthful)| {
            let all: Vec<_> = lying.into_iter().chain(truthful.clone()).collect();
            (Just(all).prop_shuffle(), Just(truthful))
        })
    })
}

fn within(value: i64, honest: &[QuotedSurface], of: impl Fn(&QuotedSurface) -> i64) -> bool {
    let low = honest.iter().map(&of).min().unwrap();
    let high = honest.iter().map(&of).max().unwrap();
    (low..=high).contains(&value)
}

proptest! {
    #![proptest_config(cases::usually(2_000))]

    #[test]
    fn a_lying_minority_stays_within_the_honest_range(
        (votes, honest) in any_panel(),
        last in prop_oneof![Just(QuotedSurface::default()), any_surface()],
    ) {
        let found = median(&votes, &last);
        for strike in 0..MAX_STRIKES {
            let of = |v: &QuotedSurface| i64::from(v.vols_ppm[strike]);
            prop_assert!(within(of(&found), &honest, of), "strike {strike}: {found:?}");
        }
        prop_assert!(within(found.basis_ppm, &honest, |v| v.basis_ppm));
        prop_assert!(within(found.spread_ppm.cast_signed(), &honest, |v| v.spread_ppm.cast_signed()));
        let depth = |v: &QuotedSurface| if v.depth_lots == 0 { i64::MAX } else { v.depth_lots.cast_signed() };
        prop_assert!(within(depth(&found), &honest, depth));
    }

    #[test]
    fn half_of_the_voters_lying_cannot_carry_a_surface_off(
        honest in prop::collection::vec(any_surface(), 1..=2),
        lie in any_surface(),
        last in any_surface(),
    ) {
        let mut votes = honest.clone();
        votes.resize(honest.len() * 2, lie);
        let found = median(&votes, &last);
        let mut bounds = honest;
        bounds.push(last);
        for strike in 0..MAX_STRIKES {
            let of = |v: &QuotedSurface| i64::from(v.vols_ppm[strike]);
            prop_assert!(within(of(&found), &bounds, of));
        }
        prop_assert!(within(found.basis_ppm, &bounds, |v| v.basis_ppm));
    }

    #[test]
    fn a_candidate_lies_no_further_off_than_the_honest_one_behind_it(
        (votes, honest) in any_panel(),
        last in any_surface(),
    ) {
        let centre = median(&votes, &last);
        let nearest_honest = honest.iter().map(|v| v.distance(&centre)).min().unwrap();
        let (mut rank, mut seen) = (None, 0);
        while let Some(next) = next_nearest(&votes, &centre, rank) {
            prop_assert!(Some(next) > rank);
            if seen == 0 {
                prop_assert!(next.0 <= nearest_honest);
            }
            (rank, seen) = (Some(next), seen + 1);
        }
        prop_assert_eq!(seen, votes.len());
    }

    #[test]
    fn a_step_only_leads_towards_its_target_and_passes_the_check_of_steps(
        last in prop_oneof![Just(QuotedSurface::default()), any_surface()],
        target in any_surface(),
        max_step_ppm in 10_000..=1_000_000u64,
        interval_seconds in 1..=86_400u64,
        elapsed in 0..=100_000u64,
    ) {
        let limit = StepLimit { max_step_ppm, interval_seconds };
        let step = limit.allowed_ppm(elapsed).unwrap();
        let there = approach(&last.vols_ppm, &target.vols_ppm, step).unwrap();
        prop_assert_eq!(check_steps(&last.vols_ppm, &there, &limit, elapsed), Ok(()));
        let mut arrived_somewhere = step == 0 || there == target.vols_ppm;
        for (now, (from, to)) in there.into_iter().zip(last.vols_ppm.into_iter().zip(target.vols_ppm)) {
            if from != 0 {
                prop_assert!((from.min(to)..=from.max(to)).contains(&now));
                let allowed = u64::from(from) * step / 1_000_000;
                arrived_somewhere |= u64::from(from.abs_diff(now)) == allowed;
            }
        }
        prop_assert!(arrived_somewhere, "one strike takes its whole step");
        let basis = approach_basis(last.basis_ppm, target.basis_ppm, step);
        prop_assert!(basis.abs_diff(last.basis_ppm) <= step);
        prop_assert!(basis.abs_diff(target.basis_ppm) <= last.basis_ppm.abs_diff(target.basis_ppm));
    }
}

#[test]
fn two_quorums_of_a_panel_share_a_member() {
    for members in 1..=5 {
        for quorum in 1..=members {
            assert_eq!(is_majority(quorum, members), quorum + quorum > members);
        }
    }
}
