//! Quotes of one expiry: the file they come in, and which of them are fit for use.
//!
//! The file is a JSON object; `keeper/examples/quotes.json` is one. Prices are in whole quote tokens per unit of the
//! underlying, volatilities are fractions (0.8 is 80 %), times are Unix seconds.
//!
//! | field | meaning |
//! |---|---|
//! | `as_of` | when the quotes were taken |
//! | `expires_at` | optional: must be the expiry's own, so that a file cannot reach the wrong one |
//! | `forward` | optional: price of the forward; without it, parity between calls and puts gives it |
//! | `quotes` | objects of `strike`, `kind` (`call`, `put` or `vol`), `bid`, `ask`, and optionally `size` and `at`, the quote's own time |

use {
    anyhow::{ensure, Context, Result},
    serde::Deserialize,
    std::{collections::BTreeSet, fmt, fs, path::Path},
};

/// More quotes than any exchange lists for one expiry.
const MAX_QUOTES: usize = 2_000;
/// How far ahead of the chain's clock a quote may be: two clocks never agree.
const MAX_AHEAD_SECONDS: i64 = 60;
/// A price above this many quote tokens is a mistake of units.
const MAX_PRICE: f64 = 1e12;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuoteFile {
    pub as_of: i64,
    #[serde(default)]
    pub expires_at: Option<i64>,
    #[serde(default)]
    pub forward: Option<f64>,
    pub quotes: Vec<Quote>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    pub strike: f64,
    pub kind: QuoteKind,
    pub bid: f64,
    pub ask: f64,
    /// Units of the underlying that the thinner side offers.
    #[serde(default)]
    pub size: Option<f64>,
    #[serde(default)]
    pub at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteKind {
    Call,
    Put,
    /// Bid and ask are volatilities.
    Vol,
}

impl fmt::Display for QuoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Call => "call",
            Self::Put => "put",
            Self::Vol => "vol",
        })
    }
}

impl Quote {
    #[must_use]
    pub fn mid(&self) -> f64 {
        self.bid.midpoint(self.ask)
    }

    #[must_use]
    pub fn half_spread(&self) -> f64 {
        (self.ask - self.bid) / 2.0
    }
}

/// Why a quote takes no part in a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dropped {
    /// The bid is above the ask.
    Crossed,
    NoBid,
    NoAsk,
    NoSize,
    Stale {
        age_seconds: i64,
    },
    /// Its time lies ahead of the chain's clock.
    FromTheFuture,
    /// No volatility in the chain's domain makes its price.
    NoVolatility,
    /// The volatility's effect on its price is lost in rounding.
    NoVega,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crossed => write!(f, "the bid is above the ask"),
            Self::NoBid => write!(f, "there is no bid"),
            Self::NoAsk => write!(f, "there is no ask"),
            Self::NoSize => write!(f, "nothing is offered at it"),
            Self::Stale { age_seconds } => write!(f, "it is {age_seconds} s old"),
            Self::FromTheFuture => write!(f, "its time is ahead of the chain's clock"),
            Self::NoVolatility => write!(f, "no volatility makes its price"),
            Self::NoVega => write!(f, "its price says nothing about volatility"),
        }
    }
}

impl QuoteFile {
    /// # Errors
    /// When the file cannot be read or is not a quotes file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is not a quotes file", path.display()))
    }

    /// # Errors
    /// The first field that makes no sense. A quote that is merely of no use is no error: see [`Self::screen`].
    pub fn parse(text: &str) -> Result<Self> {
        let file: Self = serde_json::from_str(text)?;
        let count = file.quotes.len();
        ensure!(count <= MAX_QUOTES, "{count} quotes are more than the {MAX_QUOTES} of one expiry");
        ensure!(file.forward.is_none_or(is_price), "the forward must be positive and below 1e12");
        let mut seen = BTreeSet::new();
        for (i, quote) in file.quotes.iter().enumerate() {
            let Quote { strike, kind, bid, ask, size, .. } = *quote;
            ensure!(is_price(strike), "quote {i}: the strike must be positive and below 1e12");
            for (name, value) in [("bid", bid), ("ask", ask), ("size", size.unwrap_or(0.0))] {
                ensure!(value.is_finite() && value >= 0.0, "quote {i}: the {name} must not be negative");
                ensure!(value < MAX_PRICE, "quote {i}: the {name} must be below 1e12");
            }
            ensure!(seen.insert((strike.to_bits(), kind)), "quote {i}: a second {kind} at strike {strike}");
        }
        Ok(file)
    }

    /// Splits the quotes into those that can be used at `now` and those that cannot, with the reason.
    #[must_use]
    pub fn screen(&self, now: i64, max_age_seconds: i64) -> (Vec<Quote>, Vec<(Quote, Dropped)>) {
        let mut live = Vec::new();
        let mut dropped = Vec::new();
        for quote in &self.quotes {
            match self.fault(quote, now, max_age_seconds) {
                None => live.push(*quote),
                Some(reason) => dropped.push((*quote, reason)),
            }
        }
        (live, dropped)
    }

    fn fault(&self, quote: &Quote, now: i64, max_age_seconds: i64) -> Option<Dropped> {
        let age_seconds = now.saturating_sub(quote.at.unwrap_or(self.as_of));
        if age_seconds > max_age_seconds {
            Some(Dropped::Stale { age_seconds })
        } else if age_seconds < -MAX_AHEAD_SECONDS {
            Some(Dropped::FromTheFuture)
        } else if quote.ask <= 0.0 {
            Some(Dropped::NoAsk)
        } else if quote.bid <= 0.0 {
            Some(Dropped::NoBid)
        } else if quote.bid > quote.ask {
            Some(Dropped::Crossed)
        } else if quote.size.is_some_and(|size| size <= 0.0) {
            Some(Dropped::NoSize)
        } else {
            None
        }
    }
}

fn is_price(value: f64) -> bool {
    value.is_finite() && value > 0.0 && value < MAX_PRICE
}

/// The forward that the quoted calls and puts agree on: the median of `strike + call - put` over the strikes that
/// have both, so that one bad pair moves nothing. `None` without a pair.
#[must_use]
pub fn parity_forward(quotes: &[Quote]) -> Option<f64> {
    let of = |kind| quotes.iter().filter(move |q| q.kind == kind);
    let mut found: Vec<f64> = of(QuoteKind::Call)
        .flat_map(|call| {
            let put = of(QuoteKind::Put).find(|put| put.strike == call.strike);
            put.map(|put| call.strike + call.mid() - put.mid())
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let upper = found.get(found.len() / 2)?;
    let lower = found.get(found.len().saturating_sub(1) / 2)?;
    Some(lower.midpoint(*upper)).filter(|forward| is_price(*forward))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../examples/quotes.json");

    fn quote(kind: QuoteKind, strike: f64, bid: f64, ask: f64) -> Quote {
        Quote { strike, kind, bid, ask, size: None, at: None }
    }

    fn file(quotes: Vec<Quote>) -> QuoteFile {
        QuoteFile { as_of: 1_000, expires_at: None, forward: None, quotes }
    }

    #[test]
    fn the_example_is_a_quotes_file_without_a_useless_quote() {
        let file = QuoteFile::parse(EXAMPLE).unwrap();
        let (live, dropped) = file.screen(file.as_of, 60);
        assert_eq!((live.len(), dropped.len()), (file.quotes.len(), 0));
    }

    #[test]
    fn says_which_field_makes_no_sense() {
        let one = |fields: &str| {
            let text = format!("{{\"as_of\": 1, \"quotes\": [{{{fields}}}]}}");
            format!("{:#}", QuoteFile::parse(&text).unwrap_err())
        };
        let cases = [
            ("\"strike\": 0, \"kind\": \"call\", \"bid\": 1, \"ask\": 2", "the strike must be positive"),
            ("\"strike\": 9, \"kind\": \"put\", \"bid\": -1, \"ask\": 2", "the bid must not be negative"),
            ("\"strike\": 9, \"kind\": \"put\", \"bid\": 1, \"ask\": 1e13", "the ask must be below"),
            ("\"strike\": 9, \"kind\": \"straddle\", \"bid\": 1, \"ask\": 2", "unknown variant"),
            ("\"strike\": 9, \"kind\": \"put\", \"bid\": 1", "missing field `ask`"),
            ("\"strike\": 9, \"kind\": \"put\", \"bid\": 1, \"ask\": 2, \"vol\": 3", "unknown field `vol`"),
        ];
        for (fields, want) in cases {
            assert!(one(fields).contains(want), "{fields}: {}", one(fields));
        }
        let twice =
            "{\"as_of\": 1, \"quotes\": [{\"strike\": 9, \"kind\": \"put\", \"bid\": 1, \"ask\": 2}, \
                     {\"strike\": 9.0, \"kind\": \"put\", \"bid\": 1, \"ask\": 2}]}";
        assert!(QuoteFile::parse(twice).unwrap_err().to_string().contains("a second put at strike 9"));
        let forward = "{\"as_of\": 1, \"forward\": -3, \"quotes\": []}";
        assert!(QuoteFile::parse(forward).unwrap_err().to_string().contains("forward"));
    }

    #[test]
    fn drops_useless_quotes_with_the_reason() {
        let base = quote(QuoteKind::Call, 100.0, 1.0, 2.0);
        let cases = [
            (base, None),
            (Quote { bid: 2.0, ..base }, None),
            (Quote { bid: 2.5, ..base }, Some(Dropped::Crossed)),
            (Quote { bid: 0.0, ..base }, Some(Dropped::NoBid)),
            (Quote { ask: 0.0, ..base }, Some(Dropped::NoAsk)),
            (Quote { size: Some(0.0), ..base }, Some(Dropped::NoSize)),
            (Quote { at: Some(1_039), ..base }, Some(Dropped::Stale { age_seconds: 61 })),
            (Quote { at: Some(1_040), ..base }, None),
            (Quote { at: Some(1_161), ..base }, Some(Dropped::FromTheFuture)),
        ];
        for (quote, want) in cases {
            let (live, dropped) = QuoteFile { as_of: 1_050, ..file(vec![quote]) }.screen(1_100, 60);
            assert_eq!(dropped.first().map(|(_, reason)| *reason), want, "{quote:?}");
            assert_eq!(live.len(), usize::from(want.is_none()), "{quote:?}");
        }
    }

    #[test]
    fn the_median_of_parity_is_the_forward() {
        let pair = |strike: f64, call: f64, put: f64| {
            [
                quote(QuoteKind::Call, strike, call - 0.1, call + 0.1),
                quote(QuoteKind::Put, strike, put - 0.1, put + 0.1),
            ]
        };
        let quotes = [pair(90.0, 14.0, 3.0), pair(100.0, 8.0, 7.1), pair(110.0, 50.0, 13.0)].concat();
        assert!((parity_forward(&quotes).unwrap() - 101.0).abs() < 1e-9);
        assert!((parity_forward(&quotes[..4]).unwrap() - 100.95).abs() < 1e-9);
        assert_eq!(parity_forward(&quotes[..1]), None);
    }
}
