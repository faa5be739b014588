//! The published price path of the March 2020 crash.
//!
//! `data/btc-2020-03-12.csv` holds hourly BTC-USD candles; its source and the checks made on it are in
//! `data/README.md`. The path within an hour is not published, so [`price_at`] follows a fixed rule through the
//! four published prices. Everything is integer arithmetic: a given time always has the same price.

/// The length of one candle.
pub const CANDLE_SECONDS: i64 = 3_600;

const DATA: &str = include_str!("../data/btc-2020-03-12.csv");
const HEADER: &str = "unix_time,open,high,low,close";
const MICRO_DIGITS: usize = 6;
const QUARTER: i64 = CANDLE_SECONDS / 4;

/// One hour of trading. Prices are in micro-dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    /// The start of the hour.
    pub unix_time: i64,
    pub open: u64,
    pub high: u64,
    pub low: u64,
    pub close: u64,
}

impl Candle {
    /// The first second after the candle.
    pub fn end(&self) -> i64 {
        self.unix_time + CANDLE_SECONDS
    }

    /// Seconds into the hour and the price there, in order.
    fn path(&self) -> [(i64, u64); 4] {
        let (first, second) =
            if self.close < self.open { (self.high, self.low) } else { (self.low, self.high) };
        [(0, self.open), (QUARTER, first), (3 * QUARTER, second), (CANDLE_SECONDS, self.close)]
    }

    fn price_after(&self, seconds: i64) -> u64 {
        let path = self.path();
        for leg in path.windows(2) {
            let ((start, from), (end, to)) = (leg[0], leg[1]);
            if seconds <= end {
                return between(from, to, seconds - start, end - start);
            }
        }
        self.close
    }
}

/// The candles of the crash in ascending order.
pub fn candles() -> Vec<Candle> {
    parse(DATA).expect("the embedded price file is well formed")
}

/// The price in micro-dollars at `unix_time`.
///
/// Within a candle the price moves along straight lines: open, high, low, close when the candle closes below its
/// open, and open, low, high, close otherwise, with the extremes at the first and third quarter of the hour.
/// Before the first candle it is the first open; after a candle ends it is that close until the next one starts.
///
/// `candles` must be in ascending order.
///
/// # Panics
///
/// If `candles` is empty: there is no price to give.
pub fn price_at(candles: &[Candle], unix_time: i64) -> u64 {
    let started = candles.partition_point(|candle| candle.unix_time <= unix_time);
    match started.checked_sub(1) {
        Some(current) => candles[current].price_after(unix_time - candles[current].unix_time),
        None => candles.first().expect("at least one candle").open,
    }
}

/// The point `elapsed / span` of the way along the line, rounded towards `from`.
fn between(from: u64, to: u64, elapsed: i64, span: i64) -> u64 {
    let moved = u128::from(from.abs_diff(to)) * elapsed as u128 / span as u128;
    // At most the distance between two u64 values, so it fits.
    let moved = moved as u64;
    if to < from {
        from - moved
    } else {
        from + moved
    }
}

fn parse(text: &str) -> Result<Vec<Candle>, String> {
    let mut rows = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    if rows.next() != Some(HEADER) {
        return Err(format!("the first row must be {HEADER}"));
    }
    let candles: Vec<Candle> = rows
        .map(|row| parse_row(row).ok_or_else(|| format!("not a candle: {row}")))
        .collect::<Result<_, _>>()?;
    if let Some(pair) = candles.windows(2).find(|pair| pair[1].unix_time < pair[0].end()) {
        return Err(format!("the candle at {} starts before the last one ends", pair[1].unix_time));
    }
    Ok(candles)
}

fn parse_row(row: &str) -> Option<Candle> {
    let fields: Vec<&str> = row.split(',').collect();
    let [unix_time, open, high, low, close] = fields[..] else {
        return None;
    };
    let candle = Candle {
        unix_time: unix_time.parse().ok()?,
        open: micro_dollars(open)?,
        high: micro_dollars(high)?,
        low: micro_dollars(low)?,
        close: micro_dollars(close)?,
    };
    let bounded = candle.low <= candle.open.min(candle.close) && candle.high >= candle.open.max(candle.close);
    (bounded && candle.low > 0).then_some(candle)
}

/// Reads a plain decimal of dollars exactly; more than six decimals are refused, not rounded.
fn micro_dollars(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > MICRO_DIGITS || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<MICRO_DIGITS$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOLLAR: u64 = 1_000_000;
    const CENT: u64 = DOLLAR / 100;
    /// 2020-03-12 00:00 UTC.
    const START: i64 = 1_583_971_200;
    /// 2020-03-13 02:00 UTC, the hour of the low.
    const LOW_HOUR: i64 = START + 26 * CANDLE_SECONDS;

    fn candle(open: u64, high: u64, low: u64, close: u64) -> Candle {
        Candle { unix_time: 0, open, high, low, close }
    }

    #[test]
    fn the_file_holds_three_contiguous_days() {
        let candles = candles();
        assert_eq!(candles.len(), 72);
        assert_eq!(candles[0].unix_time, START);
        for pair in candles.windows(2) {
            assert_eq!(pair[1].unix_time, pair[0].end());
            assert_eq!(pair[1].open, pair[0].close, "at {}", pair[1].unix_time);
        }
    }

    #[test]
    fn the_file_holds_the_published_extremes() {
        let candles = candles();
        assert_eq!(candles[0].open, 793_805 * CENT);
        assert_eq!(candles[71].close, 516_525 * CENT);
        let lowest = candles.iter().min_by_key(|candle| candle.low).unwrap();
        assert_eq!((lowest.unix_time, lowest.low), (LOW_HOUR, 385_803 * CENT));
        let highest = candles.iter().max_by_key(|candle| candle.high).unwrap();
        assert_eq!((highest.unix_time, highest.high), (START, 796_945 * CENT));
    }

    #[test]
    fn a_falling_hour_goes_to_the_high_first() {
        let hour = [candle(100, 140, 60, 80)];
        let path: Vec<u64> = [0, 450, 900, 1_800, 2_700, 3_150, 3_600].map(|at| price_at(&hour, at)).to_vec();
        assert_eq!(path, [100, 120, 140, 100, 60, 70, 80]);
    }

    #[test]
    fn a_rising_hour_goes_to_the_low_first() {
        let hour = [candle(100, 140, 60, 120)];
        let path: Vec<u64> = [0, 450, 900, 1_800, 2_700, 3_150, 3_600].map(|at| price_at(&hour, at)).to_vec();
        assert_eq!(path, [100, 80, 60, 100, 140, 130, 120]);
    }

    #[test]
    fn an_unchanged_hour_goes_to_the_low_first() {
        let hour = [candle(100, 140, 60, 100)];
        assert_eq!(price_at(&hour, 900), 60);
        assert_eq!(price_at(&hour, 2_700), 140);
    }

    #[test]
    fn lines_round_towards_their_start() {
        assert_eq!(between(10, 11, 899, 900), 10);
        assert_eq!(between(11, 10, 899, 900), 11);
        assert_eq!(between(0, u64::MAX, 900, 900), u64::MAX);
        assert_eq!(between(u64::MAX, 0, 900, 900), 0);
    }

    #[test]
    fn outside_the_candles_the_nearest_published_price_holds() {
        let candles = candles();
        let end = candles[71].end();
        assert_eq!(price_at(&candles, i64::MIN), 793_805 * CENT);
        assert_eq!(price_at(&candles, START - 1), 793_805 * CENT);
        assert_eq!(price_at(&candles, end), 516_525 * CENT);
        assert_eq!(price_at(&candles, i64::MAX), 516_525 * CENT);
    }

    #[test]
    fn a_gap_holds_the_last_close() {
        let late = Candle { unix_time: 3 * CANDLE_SECONDS, ..candle(200, 200, 200, 200) };
        let hours = [candle(100, 140, 60, 120), late];
        assert_eq!(price_at(&hours, late.unix_time - 1), 120);
        assert_eq!(price_at(&hours, late.unix_time), 200);
    }

    #[test]
    #[should_panic(expected = "at least one candle")]
    fn no_candles_have_no_price() {
        price_at(&[], START);
    }

    #[test]
    fn the_path_meets_every_published_price_and_stays_within_its_candle() {
        let candles = candles();
        for candle in &candles {
            let prices: Vec<u64> =
                (candle.unix_time..candle.end()).map(|at| price_at(&candles, at)).collect();
            assert_eq!(prices[0], candle.open);
            assert_eq!(prices.iter().min(), Some(&candle.low));
            assert_eq!(prices.iter().max(), Some(&candle.high));
            assert_eq!(price_at(&candles, candle.end()), candle.close);
        }
    }

    #[test]
    fn the_path_has_no_jumps() {
        let candles = candles();
        let mut last = price_at(&candles, START);
        let mut steepest = 0;
        for at in START + 1..=candles[71].end() {
            let price = price_at(&candles, at);
            steepest = steepest.max(price.abs_diff(last));
            last = price;
        }
        // The steepest line is the rebound from 3,858.03 to 5,750.00 over half an hour.
        assert_eq!(steepest, (575_000 - 385_803) * CENT / 1_800 + 1);
    }

    #[test]
    fn the_low_of_the_crash_is_a_quarter_past_two() {
        let candles = candles();
        let lowest = (START..candles[71].end()).min_by_key(|at| price_at(&candles, *at)).unwrap();
        assert_eq!(lowest, LOW_HOUR + QUARTER);
        assert_eq!(price_at(&candles, lowest), 385_803 * CENT);
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(micro_dollars("7938.05"), Some(7_938_050_000));
        assert_eq!(micro_dollars("5800"), Some(5_800_000_000));
        assert_eq!(micro_dollars("0.000001"), Some(1));
        for bad in ["", ".5", "-1", "+1", "1.0000001", "1e3", "1.2.3", " 1", "99999999999999999999"] {
            assert_eq!(micro_dollars(bad), None, "{bad}");
        }
    }

    #[test]
    fn malformed_files_are_refused() {
        let with = |rows: &str| parse(&format!("# note\n{HEADER}\n{rows}"));
        assert_eq!(with("").unwrap(), []);
        assert_eq!(with("0,1,1,1,1\n3600,1,1,1,1\n").unwrap().len(), 2);
        assert!(parse("0,1,1,1,1\n").is_err());
        for bad in ["0,1,1,1", "0,1,1,1,1,1", "x,1,1,1,1", "0,2,1,1,1", "0,1,1,2,1", "0,0,0,0,0"] {
            assert!(with(bad).is_err(), "{bad}");
        }
        assert!(with("3600,1,1,1,1\n0,1,1,1,1\n").is_err());
        assert!(with("0,1,1,1,1\n3599,1,1,1,1\n").is_err());
    }
}
