//! No step of a kernel leaves its type: interval arithmetic over the whole domain, with the tables and constants that the
//! kernels use. Each walk repeats its kernel line by line; where a step's range depends on how two values move together,
//! the domain is cut into the pieces on which it does not.

use bulkhead_risk::black76::{MAX_PRICE, MAX_TENOR_SECONDS, MAX_VOL_PPM, MIN_VOL_PPM};
use bulkhead_risk::tables::{
    CDF, EXP, INV_MILLION_Q83, INV_SQRT_2PI_Q64, INV_SQRT_YEAR_Q76, LN, LN2_LOW7, LN2_Q57, MILLS,
    STEPS_PER_UNIT_Q23, STEP_LOW32, STEP_Q57,
};

const U64: i128 = u64::MAX as i128;
const I64: i128 = i64::MAX as i128;

/// All values from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    lo: i128,
    hi: i128,
}

fn range(lo: impl Into<i128>, hi: impl Into<i128>) -> Range {
    let (lo, hi) = (lo.into(), hi.into());
    assert!(lo <= hi);
    Range { lo, hi }
}

fn point(value: impl Into<i128>) -> Range {
    let value = value.into();
    range(value, value)
}

impl Range {
    fn of(corners: [i128; 4]) -> Self {
        range(*corners.iter().min().unwrap(), *corners.iter().max().unwrap())
    }

    /// Fits an unsigned word.
    #[track_caller]
    fn u(self) -> Self {
        assert!(self.lo >= 0 && self.hi <= U64, "{self:?} leaves u64");
        self
    }

    /// Fits a signed word.
    #[track_caller]
    fn i(self) -> Self {
        assert!(self.lo >= -I64 - 1 && self.hi <= I64, "{self:?} leaves i64");
        self
    }

    #[track_caller]
    fn below(self, bits: f64) -> Self {
        assert!(self.lo >= 0 && (self.hi as f64) < bits.exp2(), "{self:?} reaches 2^{bits}");
        self
    }

    fn plus(self, o: Self) -> Self {
        range(self.lo + o.lo, self.hi + o.hi)
    }

    fn minus(self, o: Self) -> Self {
        range(self.lo - o.hi, self.hi - o.lo)
    }

    fn times(self, o: Self) -> Self {
        let product = |a: i128, b: i128| a.checked_mul(b).expect("far outside any word");
        Self::of([
            product(self.lo, o.lo),
            product(self.lo, o.hi),
            product(self.hi, o.lo),
            product(self.hi, o.hi),
        ])
    }

    /// Shift by the least and the most places, either way.
    fn shr(self, least: u32, most: u32) -> Self {
        Self::of([self.lo >> least, self.lo >> most, self.hi >> least, self.hi >> most])
    }

    fn shl(self, places: u32) -> Self {
        self.times(point(1_i128 << places))
    }

    fn over(self, o: Self) -> Self {
        assert!(o.lo > 0);
        Self::of([self.lo / o.lo, self.lo / o.hi, self.hi / o.lo, self.hi / o.hi])
    }

    /// High word of a product, short by at most 2. Total in itself.
    #[track_caller]
    fn mulh(self, o: Self) -> Self {
        let (a, b) = (self.u(), o.u());
        let high = |a: i128, b: i128| ((a as u128 * b as u128) >> 64) as i128;
        range((high(a.lo, b.lo) - 2).max(0), high(a.hi, b.hi))
    }

    #[track_caller]
    fn smulh(self, o: Self) -> Self {
        let high = self.i().times(o.i()).shr(64, 64);
        range(high.lo - 2, high.hi)
    }
}

/// A mantissa with its top bit set.
fn mantissa() -> Range {
    range(1_i128 << 63, U64)
}

/// `ratio_q63`, whose proof is the same for every numerator below half the denominator.
fn ratio_q63(most: i128) -> Range {
    let divisor = range((1_i128 << 31) + 1, 1_i128 << 32);
    let first = range(0, (1_i128 << 31) - 1);
    first.times(divisor).u();
    let rest = range(0, divisor.hi - 1).shl(31).u(); // below the divisor
    let rest = rest.plus(first.times(range(1, 1_i128 << 32)).u().shr(1, 1)).u();
    first.shl(31).plus(rest.over(divisor)).u();
    range(0, most) // what the quotient itself is below, by its definition
}

#[test]
fn logarithm() {
    for (index, entry) in LN.into_iter().enumerate() {
        let cut = point(index as i128 + 256).shl(55).u();
        let m = range(cut.lo, cut.lo + (1 << 55) - 1).u();
        let excess = range(0, (1_i128 << 55) - 1);
        let mean = m.shr(1, 1).plus(cut.shr(1, 1)).u();
        assert!(mean.lo >= 1 << 63 && excess.shl(6).u().hi < mean.lo / 2);
        // excess / mean in Q69 rises with the excess, so the last mantissa of the piece bounds it.
        let last_mean = (m.hi >> 1) + (cut.hi >> 1);
        let rho = ratio_q63((excess.hi as f64 / last_mean as f64 * 69_f64.exp2()) as i128 + 1).below(61.0);
        let rho_q40 = rho.shr(29, 29).below(32.0);
        let square = rho_q40.times(rho_q40).u().shr(32, 32);
        let cube = rho_q40.times(square).u();
        let fifth = cube.shr(32, 32).times(square).u().over(point(80));
        let series = rho.shr(5, 5).plus(cube.over(point(12)).shr(24, 24)).plus(fifth.shr(40, 40)).u();
        let fraction = point(entry).plus(series).u();
        let octaves = range(0, 63);
        let low = octaves.times(point(LN2_LOW7)).plus(fraction).u();
        octaves.times(point(LN2_Q57)).plus(low.shr(7, 7)).u().i();

        // ln_q28
        let mean = m.shr(33, 33).plus(cut.shr(33, 33)).u();
        assert!(mean.lo >= 1 << 31);
        let rho_q32 = excess.shl(8).u().over(mean).shr(8, 8);
        let cube = rho_q32.times(rho_q32).u().shr(32, 32).times(rho_q32).u().shr(32, 32);
        let fraction = point(entry).shr(32, 32).plus(rho_q32).plus(cube.over(point(12))).u();
        octaves.times(point(LN2_Q57)).u().shr(25, 25).plus(fraction).u().shr(4, 4).i();
    }
}

#[test]
fn exponential() {
    let most = (44_i128 << 57) - 1;
    let per_unit = point(STEPS_PER_UNIT_Q23);
    let last = ((most >> 32) * i128::from(STEPS_PER_UNIT_Q23)) >> 48;
    assert!(last >> 8 <= 63, "the final shift");
    range(0, most >> 32).times(per_unit).u();
    for steps in 0..=last {
        // All y of these steps: y >> 32 times the constant lies in [steps, steps + 1) * 2^48.
        let first = ((steps << 48) + i128::from(STEPS_PER_UNIT_Q23) - 1) / i128::from(STEPS_PER_UNIT_Q23);
        let next =
            (((steps + 1) << 48) + i128::from(STEPS_PER_UNIT_Q23) - 1) / i128::from(STEPS_PER_UNIT_Q23);
        let y = range(first << 32, ((next << 32) - 1).min(most));
        let low = point(steps).times(point(STEP_LOW32)).u().shr(32, 32);
        let g = y.minus(point(steps).times(point(STEP_Q57)).u()).minus(low).below(48.5);
        let g_q40 = g.shr(17, 17);
        let fifth = point(1_i128 << 32).minus(g_q40.times(point(858_993_459)).u().shr(40, 40)).u();
        let quarter = point(1_i128 << 32).minus(g_q40.times(fifth).u().shr(42, 42)).u();
        let third = g_q40.times(quarter).u().shr(30, 30).over(point(3));
        let square = g.shl(15).mulh(g.shl(15));
        let correction = square.shr(33, 33).times(third).u().shr(27, 27);
        let e = point(1_i128 << 63).minus(g.shl(6)).plus(square.shr(18, 18)).minus(correction).u();
        e.mulh(point(EXP[(steps & 255) as usize])).shl(1).u();
    }
}

#[test]
fn square_root() {
    // How far the line is off, piece by piece of the radicand.
    let (pieces, mut off) = (1_u64 << 14, 0_i128);
    for piece in pieces / 4..pieces {
        let n = range(piece << 50, (i128::from(piece + 1) << 50) - 1).u();
        let exact = range((piece << 50).isqrt(), (n.hi as u64).isqrt() + 1);
        let line = n.shr(33, 33).plus(point(1 << 30)).times(point(1_473_799_776)).u().shr(30, 30);
        off = off.max(line.hi - exact.lo).max(exact.hi - line.lo);
        // Three steps; each iterate stays where sums fit and divisors are not zero.
        let mut root = line;
        for _ in 0..3 {
            assert!(root.lo >= 1 << 30 && root.hi < 1 << 33);
            root = range(root.lo, root.hi + 1); // odd
            root = root.plus(n.over(root)).u().shr(1, 1);
        }
    }
    // A step from s + e arrives at s + e^2 / 2(s + e), less what two divisions round off, in sum below one. It never
    // arrives below the whole part of s: (r + floor(n / r)) / 2 does not for any r > 0.
    let mut above = off as f64;
    for last in [false, false, true] {
        let off = above + 1.0;
        above = off * off / 2.0 / (31_f64.exp2() - off);
        assert!(last || above >= 1.0, "or rounding would count for more");
    }
    assert!(above < 1.0, "{above}: the whole part or one more");
    // Then the rest of the whole part is at most twice it.
    let root = range(1_i128 << 31, (1_i128 << 32) - 1);
    let rest = range(0, 2 * root.hi);
    root.shl(31).u().plus(rest.shl(30).u().over(root)).u();
}

#[test]
fn mills_ratio_and_density() {
    let u = range(-1_i128 << 63, (1_i128 << 63) - (1 << 11)).i();
    let u_q31 = u.shr(32, 32);
    for c in MILLS {
        let c = c.map(point);
        let p = c[6].plus(c[7].times(u_q31).i().shr(31, 31)).i();
        let p = c[5].plus(p.times(u_q31).i().shr(31, 31)).i();
        let p = c[4].plus(p.times(u_q31).i().shr(31, 31)).i();
        let p = c[3].plus(p.times(u_q31).i().shr(23, 23)).i();
        let times_unit = |p: Range| {
            assert!(p.lo > -1 << 62 && p.hi < 1 << 62);
            let high = p.shr(31, 31);
            let low = range(0, 0x7fff_ffff).times(u_q31).i().shr(31, 31);
            let sum = high.times(u_q31).i().plus(high.times(range(0, 0xffff_ffff_i64)).i().shr(32, 32)).i();
            sum.plus(low).i();
            p.times(u).shr(63, 63).plus(range(-2, 0)) // what the sum is short of
        };
        let p = c[2].plus(times_unit(p)).i();
        let p = c[1].plus(times_unit(p)).i();
        let p = c[0].plus(times_unit(p)).i();
        assert!(p.lo > 0 && (p.hi as f64) < 1.2535 * 62_f64.exp2() + 58_f64.exp2(), "{p:?}");
    }
    let doubled = range(0, (9_i128 << 57) - 1).shl(3).u();
    let half_square = doubled.mulh(doubled);
    assert!(half_square.hi < 44 << 57, "inside the exponential's table");
    range(0, 1_i128 << 63).mulh(point(INV_SQRT_2PI_Q64)).below(61.7);
}

#[test]
fn tenor_and_total_volatility() {
    let seconds = range(1, MAX_TENOR_SECONDS);
    assert!(seconds.hi << 36 <= U64 && seconds.lo << 36 << 31 > U64 >> 2);
    let scaled = mantissa().mulh(point(INV_SQRT_YEAR_Q76));
    assert!(scaled.lo >= (1 << 62) - 2);
    let (vol, root) = (range(MIN_VOL_PPM, MAX_VOL_PPM), per_ppm());
    let high = root.shr(32, 32).times(vol).u().shl(8).u();
    let low = range(0, 0xffff_ffff_i64).times(vol).u().shr(24, 24);
    high.plus(low).u();
    let least = root.times(vol).shr(24, 24).lo - 1; // what cutting the low half loses
    assert!(least << 15 > 1 << 63, "15 further places at most");
}

/// The root of a tenor over 1,000,000.
fn per_ppm() -> Range {
    mantissa().mulh(point(INV_MILLION_Q83))
}

/// ln of 1..=MAX_PRICE, Q28.
fn ln_q28() -> Range {
    range(0, ((MAX_PRICE as f64).ln() * 28_f64.exp2()) as i128 + 2)
}

#[test]
fn margin_tier() {
    let root = per_ppm().shr(24, 24);
    assert!(root.lo >= (1 << 38) - 1 && root.hi < 1 << 40);
    for exponent in 62..=76 {
        let v = range(MIN_VOL_PPM, MAX_VOL_PPM).times(root).u();
        let v_q32 = v.shr(exponent - 37, exponent - 37).i();
        let v_q26 = v_q32.shr(6, 6);
        assert!(v_q26.lo >= 78);
        // Of forward and strike; made odd, the divisor only grows.
        let per_vol = ln_q28().shl(30).u().over(v_q26).i().below(57.0);
        let to_table = v_q32.shr(1, 1).plus(point(8_i128 << 32)).minus(per_vol).i();
        let d1 = per_vol.plus(to_table).i();
        d1.minus(v_q32).i();
        point(16_i128 << 32).minus(v_q32).i();
    }
    let u = range(0, (1_i128 << 27) - 1);
    for c in CDF {
        let c = c.map(point);
        let p = c[2].plus(c[3].times(u).i().shr(35, 35)).i();
        let p = c[1].plus(p.times(u).i().shr(27, 27)).i();
        p.times(u).i();
    }
    // Rising from end to end, so the ends bound it.
    for piece in CDF {
        for step in 0..=256 {
            let u = (step << 19).min((1 << 27) - 1);
            assert!((0..=1 << 32).contains(&(piece[0] + (rise(piece, u) >> 35))), "Q32");
            assert!((0..=1 << 40).contains(&at(piece, u)), "Q40");
        }
    }
    let scaled = range(0, U64).shr(32, 32);
    scaled.times(range(0, 1_i128 << 32)).u(); // N in Q32
}

/// What the normal distribution rises by in its piece up to u, a Q27; Q67.
fn rise([_, c1, c2, c3]: [i64; 4], u: i64) -> i64 {
    let p = c2 + ((c3 * u) >> 35);
    let p = c1 + ((p * u) >> 27);
    p * u
}

/// The normal distribution at u, Q40.
fn at(piece: [i64; 4], u: i64) -> i64 {
    (piece[0] << 8) + (piece[3] & 255) - 128 + (rise(piece, u) >> 27)
}

/// How many forwards a strike may be worth where d2 is `d`, at most 16: above its forward, d2 <= -sqrt(2 ln(K/F)).
fn most_forwards(d: f64) -> f64 {
    (d.min(0.0).powi(2) / 2.0).exp().min(16.0)
}

#[test]
fn the_margin_tiers_error_is_the_sum_of_its_parts() {
    use bulkhead_risk::{margin_tier::ERROR_Q40, normal::cdf};
    let unit = 2_f64.powi(-32);
    // The table against the forward and against the strike; what cutting takes from the strike's side.
    let (mut forward, mut strike, mut cut_strike) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (i, piece) in CDF.into_iter().enumerate() {
        for step in 0..256 {
            let u = step << 19;
            let position = ((i as i64) << 27) + u; // d + 8 in Q32
            let want = cdf((position - (8 << 32)) << 25);
            let off = (at(piece, u) as f64 - want as f64 / 2_f64.powi(23)).abs() / 2_f64.powi(40);
            let d = position as f64 * unit - 8.0;
            let forwards = most_forwards(d);
            forward = forward.max(off);
            strike = strike.max(off * forwards);
            // A strike of 2^e to 2^(e + 1) largest forwards is cut by up to 2^e units of 2^-31, N(d2) by up to one and a
            // half of 2^-32 where e is zero and one of 2^-(32 + e) elsewhere.
            let probability = want as f64 / 2_f64.powi(63);
            let excess = forwards.log2().floor().exp2();
            let cut = if forwards < 2.0 { 1.5 * forwards } else { forwards / excess };
            cut_strike = cut_strike.max((2.0 * excess * probability + cut) * unit);
        }
    }
    // Forward and N(d1), which lower the price, against strike and N(d2), which raise it; N in Q32 may err half a unit
    // to the other side.
    let lower = (2.0 + 1.5 + 2.0 * 0.5) * unit;
    let raise = cut_strike + 0.5 * unit;
    // v times F n(d1), at most 0.4: cut to Q32, and by 2^-38 of itself, which is 2.4 where 16 forwards have d1 = 0.
    let vol = 0.4 * (unit + 2.4 * 2_f64.powi(-38));
    // What d1 is off by, d2 with it, counts by its square: half v n(d1) of it. That is 5e-9 / v for the forward's logarithm
    // and |ln(F/K)| / v times 2^-26 / v for the divisor, least v being the worst; a tenth more for the cube.
    let least_vol = 0.01 / 31_536_000_f64.sqrt();
    let in_distance = (0..900).map(|d| f64::from(d) / 100.0).map(|d| {
        let off = (5e-9 + d * 2_f64.powi(-26)) / least_vol;
        1.1 * off * off * least_vol / 2.0 * 0.4 * (-d * d / 2.0).exp()
    });
    let distance = in_distance.fold(0.0, f64::max);
    let sum = lower.max(raise) + forward + strike + vol + distance;
    println!("cuts {lower:.2e} {raise:.2e}, table {forward:.2e} {strike:.2e}, v {vol:.2e}, d {distance:.2e}: {sum:.2e}");
    assert!(sum <= ERROR_Q40 as f64 / 40_f64.exp2(), "{sum}");
}

#[test]
fn a_strike_beyond_its_scale_costs_less_than_a_word_holds() {
    // K N(d2) in units of the scale times 2^32, for K >= F and so d2 <= -sqrt(2 ln(K/F)): piece by piece of the table,
    // with d2 read a hundredth too high to cover what its own rounding may do.
    for (piece, coefficients) in CDF.into_iter().enumerate().take(256) {
        let far = (piece as f64 - 256.0) / 32.0 - 0.01;
        let exercised = at(coefficients, 1 << 27) as f64 / 40_f64.exp2();
        let strike = (far * far / 2.0).exp().min(16.0) * 32_f64.exp2();
        assert!(strike * exercised * 32_f64.exp2() < 0.6 * 64_f64.exp2(), "piece {piece}");
    }
    // From the middle on d2 > 0, which no strike above its forward reaches.
}

#[test]
fn prices_and_greeks() {
    // quote
    // |ln(F/K)| / v is cut at 32, and v ends at 10 sqrt(5).
    let v = range(0, (22.4 * 57_f64.exp2()) as i128);
    range(-32_i128 << 57, 32_i128 << 57).plus(v.shr(1, 1)).i().minus(v).i();
    let phi = range(0, 1_i128 << 63).mulh(point(INV_SQRT_2PI_Q64));
    let money = mantissa().mulh(phi);
    let mills = range(0, (1.2535 * 62_f64.exp2()) as i128);
    let tail = money.mulh(mills);
    tail.plus(tail).below(62.0);
    phi.mulh(mills).shl(2).below(63.0);
    // price: intrinsic value and time value of at most the lesser of the two
    range(0, MAX_PRICE).plus(range(0, MAX_PRICE)).u();
    // greeks
    let vol = mantissa().shr(32, 32);
    let per_vol = phi.over(vol).below(31.0);
    per_vol.times(point(1_000_000)).below(63.0);
    let top = money.shr(32, 32).below(29.7);
    let decay = top.times(vol).below(62.0);
    let daily = decay.shr(14, 14).times(point(43_200)).u();
    // Up to 7 places to the left where v > 8, which a volatility of 10 reaches after 0.64 years.
    daily.over(range(20_000_000, MAX_TENOR_SECONDS)).shl(7).i();
    let per_sigma = mantissa().shr(1, 1).over(vol);
    let d = range(0, (43.4 * 26_f64.exp2()) as i128);
    // n(d1) |d2| <= 0.4 (|d1| + v) e^(-d1^2 / 2) < 0.4 * 23.1
    let slope = range(0, (9.3 * 28_f64.exp2()) as i128);
    phi.shr(32, 32).times(d).u();
    slope.times(per_sigma).u().shr(20, 20).times(point(1_000_000)).u();
    d.times(d).u();
    // |d1| < 9 and |d2| < 31.5 where money is left.
    let curve = range(0, (9.0 * 31.5 * 24_f64.exp2()) as i128);
    let curve = top.times(curve).u();
    let scale = mantissa().shr(33, 33).times(per_sigma).u().shr(32, 32);
    curve.shr(31, 31).times(scale).u();
    // rho
    let year = point(31_536_000);
    let seconds = range(0, MAX_TENOR_SECONDS);
    let whole = range(0, MAX_PRICE).over(year).times(seconds).u();
    whole.plus(range(0, year.hi - 1).times(seconds).u().over(year)).i();
}

#[test]
fn greeks_of_lots() {
    let worth = range(0, MAX_PRICE);
    let in_money = range(0, 1_i128 << 32);
    let low = range(0, 0xffff_ffff_i64).times(in_money).u();
    worth.shr(32, 32).times(in_money).plus(low.shr(32, 32)).below(51.0);
    // F <= 2^50 is shifted by 13 to 63 places, its quotient by 0 to 63, a hundredth of that by 6 or 7. A hundredth of 2^50
    // in 32 bits has -12 places.
    let least = mantissa().over(point(100));
    assert!(least.lo << 7 > 1 << 63 && least.hi << 6 > 1 << 63);
    assert_eq!(mantissa().over(point(100)).hi >> 57, 1, "7 places at most, 6 at least");
    let places = range(-12, 63 + 63 + 7 - 32);
    let (half, vol_places, root_places) = (mantissa().shr(32, 32), range(59, 83), range(62, 76));
    let phi = range(0, 1_i128 << 63).mulh(point(INV_SQRT_2PI_Q64)).shr(32, 32);
    let money = half.times(phi).below(61.7);
    money.over(half).shl(32).below(62.8);
    assert!(places.plus(point(95)).minus(vol_places).lo >= 0, "gamma never moves left");
    let top = money.shr(32, 32);
    top.times(half).below(61.7);
    assert!(places.plus(root_places).minus(point(33)).lo >= 0, "nor does vega");
    let decay = top.times(half).shr(14, 14).times(point(16_875)).u();
    // Up to 8 places to the left, where v > 8, which a volatility of 10 reaches after 0.64 years.
    assert_eq!(places.plus(vol_places).minus(point(55)).lo, -8);
    decay.over(range(20_000_000, MAX_TENOR_SECONDS)).shl(8).i();
}

#[test]
fn scenarios_and_weights() {
    let million = point(1_000_000);
    let forward = range(1, MAX_PRICE);
    let factor = range(20_000, 5_000_000);
    forward.over(million).times(factor).u().plus(range(0, 999_999).times(factor).u().over(million)).u();
    range(0, 10_000_000).times(range(0, 20_000_000)).plus(point(999_999)).u();
    let profit = range(-(1_i128 << 51) + 1, (1_i128 << 51) - 1);
    let weight = range(0, 1_i128 << 32);
    let high = profit.shr(20, 20).times(weight).i();
    high.plus(range(0, 0xf_ffff).times(weight).i().shr(20, 20)).i();
    // error_atoms
    forward.times(point(bulkhead_risk::margin_tier::ERROR_Q40)).u();
}

#[test]
fn svi() {
    let x = range(-(8_i128 << 57) + 1, (8_i128 << 57) - 1).i();
    let square = range(0, x.hi).shl(3).mulh(range(0, x.hi).shl(3));
    let sigma = range(1 << 12, 4_i128 << 60);
    square.plus(sigma.mulh(sigma)).u();
    let root = range(0, ((8.0_f64 * 8.0 + 16.0).sqrt() * 57_f64.exp2()) as i128 + 1);
    let arm = range(-(1_i128 << 62), 1_i128 << 62).smulh(x).shl(2).i().plus(root).i();
    let rise = range(0, 2_i128 << 60).smulh(arm).shr(1, 1).i();
    range(-(512_i128 << 52), 512_i128 << 52).plus(rise).i();
}
