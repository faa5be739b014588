use super::*;
use std::vec::Vec;

fn flat(vol: u32) -> QuotedSurface {
    QuotedSurface { vols_ppm: [vol; MAX_STRIKES], ..QuotedSurface::default() }
}

fn flats(vols: &[u32]) -> Vec<QuotedSurface> {
    vols.iter().map(|vol| flat(*vol)).collect()
}

fn median_of(vols: &[u32], last: u32) -> u32 {
    median(&flats(vols), &flat(last)).vols_ppm[7]
}

#[test]
fn a_quorum_is_more_than_half() {
    let enough = [(1, 1), (2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (3, 5), (4, 5), (5, 5)];
    for members in 0..=MAX_MEMBERS {
        for quorum in 0..=MAX_MEMBERS + 1 {
            let wanted = enough.contains(&(quorum, members));
            assert_eq!(is_majority(quorum, members), wanted, "{quorum} of {members}");
        }
    }
}

#[test]
fn a_vote_counts_for_ten_minutes() {
    for (age, fresh) in [(0, true), (600, true), (601, false), (i64::MAX, false)] {
        assert_eq!(is_fresh(0, age), fresh, "{age}");
    }
}

#[test]
fn the_middle_of_an_odd_number_counts() {
    assert_eq!(median_of(&[700_000], 800_000), 700_000);
    assert_eq!(median_of(&[900_000, 700_000, 800_001], 1), 800_001);
    assert_eq!(median_of(&[5, 1, 4, 2, 3], 9), 3);
}

#[test]
fn of_an_even_number_the_nearest_to_the_last_surface_counts() {
    for (last, counts) in [(600, 700), (700, 700), (750, 750), (900, 900), (2_000, 900)] {
        assert_eq!(median_of(&[900, 700], last), counts, "{last}");
        assert_eq!(median_of(&[1, 900, 700, 9_999], last), counts, "{last}");
    }
    // Before the first surface the dearer.
    assert_eq!(median_of(&[900, 700], 0), 900);
}

#[test]
fn basis_and_quotes_are_medians_on_the_careful_side() {
    let vote = |basis_ppm, spread_ppm, depth_lots| QuotedSurface {
        basis_ppm,
        spread_ppm,
        depth_lots,
        ..flat(800_000)
    };
    let last = vote(100, 0, 0);
    let of = |votes: &[QuotedSurface]| {
        let m = median(votes, &last);
        (m.basis_ppm, m.spread_ppm, m.depth_lots)
    };
    assert_eq!(of(&[vote(-5, 10, 300), vote(7, 20, 100), vote(9, 30, 200)]), (7, 20, 200));
    assert_eq!(of(&[vote(-5, 10, 300), vote(7, 20, 100)]), (7, 20, 100));
    // No quoted depth is no limit, not the lowest one.
    assert_eq!(of(&[vote(0, 0, 0), vote(0, 0, 0), vote(0, 0, 5)]), (0, 0, 0));
    assert_eq!(of(&[vote(0, 0, 0), vote(0, 0, 7), vote(0, 0, 5)]), (0, 0, 7));
    assert_eq!(of(&[vote(0, 0, 0), vote(0, 0, 5)]), (0, 0, 5));
    assert_eq!(of(&[vote(0, 0, u64::MAX)]), (0, 0, 0));
}

#[test]
fn nobody_s_votes_are_the_last_surface() {
    assert_eq!(median(&[], &flat(800_000)).vols_ppm, flat(800_000).vols_ppm);
}

#[test]
fn votes_follow_by_their_distance() {
    let votes = flats(&[900, 700, 790, 810]);
    let mut order = Vec::new();
    let mut rank = None;
    while let Some(next) = next_nearest(&votes, &flat(800), rank) {
        order.push(next.1);
        rank = Some(next);
    }
    assert_eq!(order, [2, 3, 0, 1]);
}

#[test]
fn all_strikes_go_the_same_share_of_their_way() {
    let (mut last, mut target) = ([0; MAX_STRIKES], [0; MAX_STRIKES]);
    (last[0], last[1], last[2]) = (800_000, 800_000, 800_000);
    (target[0], target[1], target[2]) = (1_200_000, 700_000, 800_000);
    // A quarter of 800,000 is half of the longest way.
    let half = approach(&last, &target, 250_000).unwrap();
    assert_eq!(half[..4], [1_000_000, 750_000, 800_000, 0]);
    assert_eq!(approach(&last, &target, 0).unwrap(), last);
    assert_eq!(approach(&last, &target, 500_000).unwrap(), target);
    assert_eq!(approach(&[0; MAX_STRIKES], &target, 0).unwrap(), target);
}

#[test]
fn a_basis_moves_by_its_step_at_most() {
    for (target, there) in [(50, 15), (12, 12), (-50, 5), (i64::MIN, 5)] {
        assert_eq!(approach_basis(10, target, 5), there);
    }
    assert_eq!(approach_basis(i64::MAX, i64::MIN, u64::MAX), i64::MIN);
}
