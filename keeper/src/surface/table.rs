//! A plan as text: what became of each quote, what is sent for each strike, and a picture of the smile.

use {
    crate::surface::SurfacePlan,
    std::fmt::{self, Write},
};

const WIDTH: usize = 66;
const HEIGHT: usize = 13;
/// Columns that the picture's labels take.
const LABEL: usize = 8;

impl fmt::Display for SurfacePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.unit();
        writeln!(
            f,
            "expiry {}: forward {:.2}, {:+.3} % off the mark",
            self.expiry,
            self.quoted_forward as f64 / unit,
            self.target_basis_ppm as f64 / 1e4
        )?;
        if self.basis_ppm != self.target_basis_ppm {
            writeln!(f, "the basis may go to {:+.3} % so far", self.basis_ppm as f64 / 1e4)?;
        }
        let (a, b, rho, m, sigma) = self.fit.smile.svi.parameters();
        writeln!(f, "raw SVI: a {a:.6e}  b {b:.6}  rho {rho:+.6}  m {m:+.6}  sigma {sigma:.6}")?;
        writeln!(
            f,
            "error: {:.2} % on average, {:.2} % beyond the spread at worst; {}",
            self.fit.rms_error * 100.0,
            self.fit.max_error * 100.0,
            self.fit.repair
        )?;
        writeln!(
            f,
            "quotes near the money: {:.4} % of the forward to either side, {} lots deep\n",
            self.liquidity.spread_ppm as f64 / 1e4,
            self.liquidity.depth_lots
        )?;
        f.write_str(&self.quotes_table()?)?;
        f.write_str(&self.strikes_table()?)?;
        f.write_str(&self.picture())?;
        writeln!(f, "the surface travels {}", self.form)?;
        match &self.prices {
            Ok(prices) => writeln!(f, "call prices: {}, which the chain checks", prices.len())?,
            Err(reason) => writeln!(f, "call prices: none, {reason}")?,
        }
        f.write_str(&self.rest())
    }
}

impl SurfacePlan {
    fn unit(&self) -> f64 {
        10_f64.powi(i32::from(self.decimals))
    }

    /// What has to happen before the rest of the way; empty when there is none.
    fn rest(&self) -> String {
        if self.step.is_whole() && self.basis_ppm == self.target_basis_ppm {
            return String::new();
        }
        if let Some(refusal) = self.step.held_by {
            return format!("a longer step would fail: {refusal}\n");
        }
        match self.pace.wait(&self.step.target_ppm, self.target_basis_ppm) {
            Some(wait) => format!(
                "the market allows a part of the way so far: run again later, or wait {wait} s instead of sending this \
                 to go the whole way at once\n"
            ),
            None => format!(
                "the whole way is more than one update may go: run again, the longest step is allowed every {} s\n",
                self.pace.vols.interval_seconds
            ),
        }
    }

    fn quotes_table(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        writeln!(text, "{:>12} {:>5} {:>12} {:>9} {:>8}", "strike", "kind", "mid", "implied", "error")?;
        for used in &self.used {
            let (strike, kind, mid) = (used.quote.strike, used.quote.kind, used.quote.mid());
            let (vol, error) = (used.point.vol * 100.0, used.error * 100.0);
            writeln!(text, "{strike:>12.2} {kind:>5} {mid:>12.4} {vol:>8.2}% {error:>+7.2}%")?;
        }
        for (quote, reason) in &self.dropped {
            let (strike, kind, mid) = (quote.strike, quote.kind, quote.mid());
            writeln!(text, "{strike:>12.2} {kind:>5} {mid:>12.4} dropped: {reason}")?;
        }
        Ok(text)
    }

    fn strikes_table(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        writeln!(text, "\n{:>12} {:>9} {:>9} {:>9}", "listed", "last", "fitted", "sent")?;
        let rows = self.strikes.iter().zip(&self.pace.last_ppm).zip(&self.step.target_ppm);
        for (((strike, last), fitted), sent) in rows.zip(&self.step.vols_ppm) {
            let strike = *strike as f64 / self.unit();
            let [last, fitted, sent] = [last, fitted, sent].map(|ppm| f64::from(*ppm) / 1e4);
            writeln!(text, "{strike:>12.2} {last:>8.3}% {fitted:>8.3}% {sent:>8.3}%")?;
        }
        text.push('\n');
        Ok(text)
    }

    /// `.` the smile, `o` quotes, `x` what is sent.
    fn picture(&self) -> String {
        let at = |strike: f64| (strike * self.unit() / self.quoted_forward as f64).ln();
        let quotes: Vec<(f64, f64)> = self.used.iter().map(|u| (u.point.k, u.point.vol)).collect();
        let sent: Vec<(f64, f64)> = self
            .strikes
            .iter()
            .zip(&self.step.vols_ppm)
            .map(|(strike, ppm)| (at(*strike as f64 / self.unit()), f64::from(*ppm) / 1e6))
            .collect();
        let (left, right) = range(quotes.iter().chain(&sent).map(|p| p.0));
        let across = |column: usize| left + (right - left) * column as f64 / (WIDTH - 1) as f64;
        let smile: Vec<(f64, f64)> = (0..WIDTH).map(|c| (across(c), self.fit.smile.vol(across(c)))).collect();
        let (low, high) = range(quotes.iter().chain(&sent).chain(&smile).map(|p| p.1));

        let mut grid = vec![vec![' '; WIDTH]; HEIGHT];
        let cell = |value: f64, from: f64, to: f64, cells: usize| {
            let share = if to > from { (value - from) / (to - from) } else { 0.5 };
            (share * (cells - 1) as f64).round() as usize
        };
        for (points, mark) in [(smile, '.'), (quotes, 'o'), (sent, 'x')] {
            for (k, vol) in points {
                let row = HEIGHT - 1 - cell(vol, low, high, HEIGHT).min(HEIGHT - 1);
                if let Some(slot) =
                    grid.get_mut(row).and_then(|line| line.get_mut(cell(k, left, right, WIDTH)))
                {
                    *slot = mark;
                }
            }
        }
        let mut text = String::new();
        for (row, line) in grid.iter().enumerate() {
            let label = match row {
                0 => format!("{:.1}%", high * 100.0),
                _ if row == HEIGHT - 1 => format!("{:.1}%", low * 100.0),
                _ => String::new(),
            };
            let line: String = line.iter().collect();
            text += &format!("{label:>LABEL$} |{}\n", line.trim_end());
        }
        let strike = |k: f64| format!("{:.2}", k.exp() * self.quoted_forward as f64 / self.unit());
        let (from, to) = (strike(left), strike(right));
        text += &format!("{:>LABEL$}  {from}{to:>rest$}\n", "", rest = WIDTH.saturating_sub(from.len()));
        text += &format!("{:>LABEL$}  . smile   o quotes   x sent\n\n", "");
        text
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
}
