//! The generated tables satisfy identities that determine them, so a wrong digit cannot hide in both the generator and
//! the vectors.

use bulkhead_risk::tables::{
    CDF, EXP, INV_MILLION_Q83, INV_SQRT_2PI_Q64, INV_SQRT_YEAR_Q76, LN, LN2_LOW7, LN2_Q57, MILLS,
    STEPS_PER_UNIT_Q23, STEP_LOW32, STEP_Q57,
};

const LN2_Q64: u128 = ((LN2_Q57 as u128) << 7) | LN2_LOW7 as u128;

/// ln((n + 1) / n) in Q100 from 2 atanh(1 / (2 n + 1)), by whole-number division alone.
fn ln_step_q100(n: u128) -> u128 {
    let z = 2 * n + 1;
    let (mut sum, mut power, mut degree) = (0, (2_u128 << 100) / z, 1);
    while power > 0 {
        sum += power / degree;
        power /= z * z;
        degree += 2;
    }
    sum
}

#[test]
fn logarithms_are_sums_of_their_steps() {
    let mut sum = 0_u128;
    for (i, &entry) in LN.iter().enumerate() {
        assert!((sum >> 36).abs_diff(entry.into()) <= 1, "LN[{i}]");
        sum += ln_step_q100(256 + i as u128);
    }
    assert!((sum >> 36).abs_diff(LN2_Q64) <= 1, "the steps from 1 to 2 add up to ln 2");
}

#[test]
fn powers_are_the_256th_roots_of_a_half() {
    assert_eq!(EXP[0], 1 << 63);
    for (i, pair) in EXP.windows(2).enumerate() {
        let next = (u128::from(pair[0]) * u128::from(EXP[1])) >> 63;
        assert!(next.abs_diff(pair[1].into()) <= 2, "EXP[{}]", i + 1);
    }
    // Anchored by exact squares, so the errors of the chain above cannot add up.
    for i in 0..128 {
        let square = (u128::from(EXP[i]) * u128::from(EXP[i])) >> 63;
        assert!(square.abs_diff(EXP[2 * i].into()) <= 2, "EXP[{}]", 2 * i);
    }
    let half = (u128::from(EXP[128]) * u128::from(EXP[128])) >> 63;
    assert!(half.abs_diff(1 << 62) <= 2);
}

#[test]
fn exponent_steps_divide_ln_2() {
    let step_q89 = (u128::from(STEP_Q57) << 32) | u128::from(STEP_LOW32);
    // 256 steps in Q89 against ln 2 in Q64.
    assert!((step_q89 * 256).abs_diff(LN2_Q64 << 25) <= (1 << 24) + 256);
    // Rounded down, the product of step and steps per unit is just below one.
    let product = (step_q89 * u128::from(STEPS_PER_UNIT_Q23)) >> 12;
    assert!(product <= 1 << 100 && product > (1 << 100) - (1 << 70));
}

#[test]
fn reciprocal_constants_invert() {
    let million = u128::from(INV_MILLION_Q83) * 1_000_000;
    assert!(million.abs_diff(1 << 83) <= 500_000);
    // (1 / sqrt(year))^2 * year = 1, in Q88 after dropping 64 bits of the square.
    let year = (u128::from(INV_SQRT_YEAR_Q76).pow(2) >> 64) * 31_536_000;
    assert!(year.abs_diff(1 << 88) <= 31_536_000 * 2);
}

/// A Mills coefficient with 70 fraction bits.
fn coefficient(piece: usize, degree: usize) -> i128 {
    let bits = if degree < 4 { 62 } else { 54 };
    i128::from(MILLS[piece][degree]) << (70 - bits)
}

fn at(piece: usize, u: i128) -> i128 {
    (0..8).rev().fold(0, |sum, degree| sum * u + coefficient(piece, degree))
}

#[test]
fn mills_pieces_meet() {
    for piece in 1..MILLS.len() {
        // u = 1 of one piece is u = -1 of the next. Three units of the coarser format, 2^-54.
        let gap = (at(piece - 1, 1) - at(piece, -1)).unsigned_abs();
        assert!(gap <= 3 << 16, "pieces {} and {piece} are {gap} * 2^-70 apart", piece - 1);
    }
}

#[test]
fn mills_pieces_solve_their_equation() {
    // M' = x M - 1 with M(0) = sqrt(pi / 2) determines the ratio. At the centre x = (2 i + 1) / 32, M' = 32 c1.
    for piece in 0..MILLS.len() {
        let want = (2 * piece as i128 + 1) * coefficient(piece, 0) / 32 - (1 << 70);
        let gap = (32 * coefficient(piece, 1) - want).unsigned_abs();
        assert!(gap <= 1 << 20, "piece {piece}: {gap} * 2^-70");
    }
    // M(0) n(0) = 1/2, and n(0) is the constant.
    let start = at(0, -1).unsigned_abs() >> 8; // Q62
    let product = (start * u128::from(INV_SQRT_2PI_Q64)) >> 62; // Q64
    assert!(product.abs_diff(1 << 63) <= 1 << 11, "{product}");
}

/// The cubic at u = 0 and u = 1, Q40.
fn ends(piece: [i64; 4]) -> (i64, i64) {
    let [c0, c1, c2, c3] = q40(piece);
    (c0, c0 + c1 + c2 + c3)
}

/// The constant put together.
fn q40([c0, c1, c2, c3]: [i64; 4]) -> [i64; 4] {
    [(c0 << 8) + (c3 & 255) - 128, c1, c2, c3 >> 8]
}

#[test]
fn cdf_pieces_meet_and_mirror() {
    for (i, pair) in CDF.windows(2).enumerate() {
        // Twice the fit of a piece, 1.7e-10, and rounding.
        let gap = ends(pair[0]).1 - ends(pair[1]).0;
        assert!(gap.abs() <= 400, "pieces {i} and {} are {gap} * 2^-40 apart", i + 1);
    }
    for (i, piece) in CDF.iter().enumerate() {
        let (left, right) = ends(*piece);
        let (mirror_left, mirror_right) = ends(CDF[CDF.len() - 1 - i]);
        let one = 1_i64 << 40;
        assert!((left + mirror_right - one).abs() <= 8, "piece {i}");
        assert!((right + mirror_left - one).abs() <= 8, "piece {i}");
    }
}

#[test]
fn cdf_pieces_have_the_density_as_their_slope() {
    // N' = n and n' = -x n: at the centre of a piece, 32 (c1 + c2 + 3/4 c3) = n and 32^2 (2 c2 + 3 c3) = -x n.
    for (i, [_, c1, c2, c3]) in CDF.map(q40).into_iter().enumerate() {
        let x = (i as f64 - 256.0 + 0.5) / 32.0;
        let density = (-x * x / 2.0).exp() * 0.398_942_280_401_432_7;
        let unit = 2_f64.powi(-40);
        let slope = 32.0 * (c1 as f64 + c2 as f64 + 0.75 * c3 as f64) * unit;
        assert!((slope - density).abs() < 2e-9, "piece {i}: {slope} {density}");
        let bend = 1_024.0 * (2.0 * c2 as f64 + 3.0 * c3 as f64) * unit;
        assert!((bend + x * density).abs() < 1e-4, "piece {i}: {bend} {}", -x * density);
    }
    assert!((q40(CDF[256])[0] - (1 << 39)).abs() <= 8, "N(0) is a half");
}
