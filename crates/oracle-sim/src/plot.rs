//! The picture of a scenario: above what the sources say, below what each policy makes of it, both against the true price.

use {
    crate::{policy, run::Played, scenario::Scenario},
    anyhow::{anyhow, Result},
    plotters::{
        coord::{types::RangedCoordf64, Shift},
        prelude::*,
    },
    std::{ops::Range, path::Path},
};

const SIZE: (u32, u32) = (1_280, 900);
/// Width for the legends, as a share of the time shown.
const LEGEND: f64 = 0.2;
/// Room above and below the true price, as a share of it; what is further away is drawn at the edge.
const MARGIN: f64 = 0.32;
/// Points of one curve; changes in between are kept.
const POINTS: usize = 1_200;
const OURS: RGBColor = RGBColor(200, 30, 40);
const COLORS: [RGBColor; 7] = [
    RGBColor(31, 119, 180),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(255, 127, 14),
    RGBColor(23, 190, 207),
    RGBColor(140, 86, 75),
    RGBColor(227, 119, 194),
];
/// Policies of the same feed lie upon each other: later ones are thinner, so that all can be seen.
const WIDTHS: [u32; 7] = [8, 6, 5, 2, 4, 3, 1];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// Writes an SVG.
///
/// # Errors
/// When the file cannot be written.
pub fn draw(scenario: &Scenario, played: &Played, path: &Path) -> Result<()> {
    let picture = Picture::of(scenario, played);
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    picture.panes(&root).map_err(|e| anyhow!("cannot draw {}: {e}", path.display()))
}

struct Picture<'a> {
    scenario: &'a Scenario,
    played: &'a Played,
    /// Minutes.
    time: Range<f64>,
    /// Dollars.
    price: Range<f64>,
}

impl<'a> Picture<'a> {
    fn of(scenario: &'a Scenario, played: &'a Played) -> Self {
        let dollars = played.truth.iter().map(|price| *price as f64 / 1e6);
        let (low, high) = dollars.fold((f64::MAX, 0.0_f64), |(low, high), p| (low.min(p), high.max(p)));
        // No more room than somebody needs.
        let said = played.standings.iter().flat_map(|s| &s.marks).chain(played.sources.iter().flatten());
        let seen = said.flatten().map(|price| *price as f64 / 1e6);
        let (least, most) = seen.fold((low, high), |(least, most), p| (least.min(p), most.max(p)));
        let price = least.max(low * (1.0 - MARGIN)) * 0.99..most.min(high * (1.0 + MARGIN)) * 1.01;
        let from = scenario.picture.from as f64 / 60.0;
        let length = played.truth.len() as f64 / 60.0;
        Self { scenario, played, time: from..from + length * (1.0 + LEGEND), price }
    }

    fn panes<'b>(&self, root: &Area<'b>) -> Drawn<'b> {
        root.fill(&WHITE)?;
        let (top, bottom) = root.split_vertically(390);
        self.sources(&top)?;
        self.policies(&bottom)?;
        root.present()
    }

    fn sources<'b>(&self, area: &Area<'b>) -> Drawn<'b> {
        let title = format!("{}: {}", self.played.name, self.played.about);
        let mut chart = self.frame(area, &title)?;
        for (i, said) in self.played.sources.iter().enumerate() {
            let style = COLORS[i % COLORS.len()].mix(0.6).stroke_width(1);
            self.curve(&mut chart, &format!("source {}", i + 1), said, style)?;
        }
        self.truth(&mut chart)?;
        legend(&mut chart)
    }

    fn policies<'b>(&self, area: &Area<'b>) -> Drawn<'b> {
        let mut chart = self.frame(area, "price that each policy liquidates at; a gap where it does not")?;
        let (ours, others): (Vec<_>, Vec<_>) =
            self.played.standings.iter().partition(|standing| standing.policy == policy::BULKHEAD);
        for (i, standing) in others.into_iter().enumerate() {
            let style = COLORS[i % COLORS.len()].mix(0.5).stroke_width(WIDTHS[i % WIDTHS.len()]);
            self.curve(&mut chart, standing.policy, &standing.marks, style)?;
        }
        for standing in ours {
            self.curve(&mut chart, standing.policy, &standing.marks, OURS.stroke_width(4))?;
        }
        self.truth(&mut chart)?;
        legend(&mut chart)
    }

    fn frame<'b, 'c>(
        &self,
        area: &'c Area<'b>,
        title: &str,
    ) -> Result<Chart<'c, 'b>, DrawingAreaErrorKind<<SVGBackend<'b> as DrawingBackend>::ErrorType>> {
        let mut chart = ChartBuilder::on(area)
            .caption(title, ("sans-serif", 17))
            .margin(10)
            .margin_right(20)
            .x_label_area_size(38)
            .y_label_area_size(60)
            .build_cartesian_2d(self.time.clone(), self.price.clone())?;
        for fault in &self.scenario.faults {
            self.shade(&mut chart, fault.span, RGBColor(255, 187, 120).mix(0.25))?;
        }
        for stall in &self.scenario.stalls {
            self.shade(&mut chart, *stall, BLACK.mix(0.15))?;
        }
        chart
            .configure_mesh()
            .x_labels(12)
            .x_desc("minutes:seconds")
            .x_label_formatter(&|minutes| clock(*minutes))
            .y_label_formatter(&|dollars| format!("{dollars:.0}"))
            .light_line_style(TRANSPARENT)
            .draw()?;
        Ok(chart)
    }

    /// A span behind the curves, no wider than what is shown.
    fn shade<'b>(&self, chart: &mut Chart<'_, 'b>, span: crate::Span, color: RGBAColor) -> Drawn<'b> {
        let end = self.scenario.picture.from as f64 / 60.0 + self.played.truth.len() as f64 / 60.0;
        let from = (span.from as f64 / 60.0).max(self.time.start);
        let to = (span.to as f64 / 60.0).min(end);
        if from < to {
            let corners = [(from, self.price.start), (to, self.price.end)];
            chart.draw_series([Rectangle::new(corners, color.filled())])?;
        }
        Ok(())
    }

    fn truth<'b>(&self, chart: &mut Chart<'_, 'b>) -> Drawn<'b> {
        let truth: Vec<Option<u64>> = self.played.truth.iter().copied().map(Some).collect();
        self.curve(chart, "true price", &truth, BLACK.stroke_width(1))
    }

    /// One line for each stretch without a gap.
    fn curve<'b>(
        &self,
        chart: &mut Chart<'_, 'b>,
        name: &str,
        prices: &[Option<u64>],
        style: ShapeStyle,
    ) -> Drawn<'b> {
        let mut label = Some(name.to_owned());
        for stretch in self.stretches(prices) {
            let drawn = chart.draw_series(LineSeries::new(stretch, style))?;
            if let Some(name) = label.take() {
                drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
            }
        }
        Ok(())
    }

    /// A price holds for its second. Of many seconds one is kept, and every one beside a jump.
    fn stretches(&self, prices: &[Option<u64>]) -> Vec<Vec<(f64, f64)>> {
        let every = prices.len().div_ceil(POINTS).max(1);
        let mut all = vec![Vec::new()];
        for (i, price) in prices.iter().enumerate() {
            let Some(price) = price else {
                all.push(Vec::new());
                continue;
            };
            let jumps = |other: Option<&Option<u64>>| {
                other.copied().flatten().is_none_or(|other| other.abs_diff(*price) > price / 100)
            };
            let is_kept = i % every == 0 || jumps(prices.get(i + 1)) || jumps(prices.get(i.wrapping_sub(1)));
            if let (true, Some(stretch)) = (is_kept, all.last_mut()) {
                let second = self.scenario.picture.from + i as i64;
                let dollars = (*price as f64 / 1e6).clamp(self.price.start, self.price.end);
                stretch.extend([second, second + 1].map(|second| (second as f64 / 60.0, dollars)));
            }
        }
        all.retain(|stretch| !stretch.is_empty());
        all
    }
}

fn clock(minutes: f64) -> String {
    let seconds = (minutes * 60.0).round() as i64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn legend<'a, 'b: 'a>(chart: &mut Chart<'a, 'b>) -> Drawn<'b> {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 13))
        .draw()
}
