use super::*;

const LIMITS: GreekLimits = GreekLimits { delta: 1_000, gamma: 200, vega: 50, theta: 50 };
const AT: MoneyGreeks = MoneyGreeks { delta: 1_000, gamma: -200, vega: 50, theta: -50 };

#[test]
fn a_book_at_its_limits_breaches_nothing_and_pays_nothing() {
    assert_eq!(LIMITS.breached(&AT), 0);
    assert_eq!(LIMITS.addon(&AT), Ok(0));
    assert_eq!(LIMITS.share_beyond(&AT), Ok(0));
    assert_eq!(LIMITS.worsened(&MoneyGreeks::default(), &AT), None);
}

#[test]
fn each_greek_breaches_on_its_own_and_either_way() {
    for (i, greek) in GREEKS.into_iter().enumerate() {
        for sign in [-1, 1] {
            let far = sign * (i64::try_from(LIMITS.get(greek)).unwrap() + 1);
            let book = match greek {
                Greek::Delta => MoneyGreeks { delta: far, ..AT },
                Greek::Gamma => MoneyGreeks { gamma: far, ..AT },
                Greek::Vega => MoneyGreeks { vega: far, ..AT },
                Greek::Theta => MoneyGreeks { theta: far, ..AT },
            };
            assert_eq!(LIMITS.breached(&book), 1 << i);
            assert_eq!(LIMITS.worsened(&AT, &book), Some(greek));
            assert_eq!(LIMITS.worsened(&book, &book), None);
            assert!(LIMITS.addon(&book).unwrap() >= 1);
        }
    }
}

#[test]
fn the_addon_is_the_loss_of_the_excess_in_ten_per_cent_ten_points_and_ten_days() {
    let book = MoneyGreeks { delta: -1_500, gamma: 0, vega: 0, theta: 0 };
    assert_eq!(LIMITS.addon(&book), Ok(50));
    let book = MoneyGreeks { delta: 0, gamma: 300, vega: 53, theta: -54 };
    // Half of 100 per 1 %, times 10 % twice, is 50; 3 points and 4 days of excess, ten times.
    assert_eq!(LIMITS.addon(&book), Ok(50 + 30 + 40));
}

#[test]
fn a_rough_regime_divides_the_limits() {
    let rough = LIMITS.in_regime(2_000_000).unwrap();
    assert_eq!(rough, GreekLimits { delta: 500, gamma: 100, vega: 25, theta: 25 });
    assert_eq!(LIMITS.in_regime(PPM), Ok(LIMITS));
}

#[test]
fn beyond_twice_the_limit_a_share_leads_back_to_it() {
    let book = |delta| MoneyGreeks { delta, ..MoneyGreeks::default() };
    assert_eq!(LIMITS.share_beyond(&book(2_000)), Ok(0));
    assert_eq!(LIMITS.share_beyond(&book(-4_000)), Ok(750_000));
    assert_eq!(LIMITS.share_beyond(&MoneyGreeks { vega: 500, ..book(4_000) }), Ok(900_000));
}

#[test]
fn sums_that_leave_the_range_are_refused() {
    let most = MoneyGreeks { delta: i64::MAX, gamma: i64::MAX, vega: i64::MIN, theta: i64::MIN };
    assert_eq!(most.checked_add(&most), None);
    assert_eq!(MoneyGreeks::default().checked_sub(&most), None);
    let none = GreekLimits { delta: 0, gamma: 0, vega: 0, theta: 0 };
    assert_eq!(none.addon(&most), Err(MathError::Overflow));
    assert_eq!(none.share_beyond(&most), Ok(PPM));
}

#[test]
fn open_greeks_add_up_without_signs_and_saturate() {
    let of = |delta, gamma| SeriesGreeks {
        call_delta: delta,
        gamma,
        vega: &[3, 3],
        theta: &[-5, -5],
        forward: 100,
    };
    // Strike 0: 2 calls of delta 60, 1 put of delta -40; strike 1: 4 puts of delta -70.
    let sum = gross(&[2, 1, 0, 4], &of(&[60, 30], &[7, 9]));
    assert_eq!(sum, MoneyGreeks { delta: 120 + 40 + 280, gamma: 21 + 36, vega: 21, theta: 35 });
    let far = gross(&[i64::MAX, 0, 0, 1 << 30], &of(&[1 << 36, -(1 << 36)], &[1 << 37, 1 << 37]));
    assert_eq!((far.delta, far.gamma), (i64::MAX, i64::MAX));
}
