//! The picture of a path: the price, and below it what each policy has made of it so far.

use {
    crate::{
        policy,
        run::{Played, Sample},
    },
    anyhow::{anyhow, Result},
    plotters::{coord::Shift, prelude::*},
    std::path::Path,
};

const SIZE: (u32, u32) = (1_280, 1_080);
const PANES: usize = 5;
/// Width for the legends, as a share of the time shown.
const LEGEND: f64 = 0.14;
const COLORS: [RGBColor; 4] =
    [RGBColor(200, 30, 40), RGBColor(31, 119, 180), RGBColor(44, 160, 44), RGBColor(148, 103, 189)];
/// Curves of policies that do the same lie upon each other: later ones are thinner.
const WIDTHS: [u32; 4] = [5, 4, 3, 1];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;
/// A caption, and its value of a sample.
type Measure = (&'static str, fn(&Sample) -> f64);

/// Writes an SVG.
///
/// # Errors
/// When the file cannot be written.
pub fn draw(played: &Played, path: &Path) -> Result<()> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    panes(played, &root).map_err(|e| anyhow!("cannot draw {}: {e}", path.display()))
}

fn panes<'a>(played: &Played, root: &Area<'a>) -> Drawn<'a> {
    root.fill(&WHITE)?;
    let (head, body) = root.split_vertically(36);
    head.titled(&format!("{}: {}", played.path, played.about), ("sans-serif", 19))?;
    let measures: [Measure; PANES] = [
        ("price (USD)", |s| s.price as f64 / 1e6),
        ("bad debt so far (USDC)", |s| s.bad_debt as f64 / 1e6),
        ("taken beyond the need so far (USDC)", |s| s.overshoot as f64 / 1e6),
        ("liquidated value so far (USDC)", |s| s.notional as f64 / 1e6),
        ("users liquidated or charged so far", |s| s.hit as f64),
    ];
    for (area, measure) in body.split_evenly((PANES, 1)).iter().zip(measures) {
        pane(played, area, measure)?;
    }
    root.present()
}

fn pane<'a>(played: &Played, area: &Area<'a>, (title, value): Measure) -> Drawn<'a> {
    let samples = || played.standings.iter().flat_map(|standing| &standing.curve);
    let minutes = |sample: &Sample| sample.second as f64 / 60.0;
    let end = samples().map(minutes).fold(1.0, f64::max);
    let (low, high) = samples().map(value).fold((f64::MAX, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let low = if low > high * 0.2 { low * 0.95 } else { 0.0 };
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 15))
        .margin(6)
        .margin_right(20)
        .x_label_area_size(24)
        .y_label_area_size(80)
        .build_cartesian_2d(0.0..end * (1.0 + LEGEND), low..(high * 1.08).max(1.0))?;
    chart
        .configure_mesh()
        .x_labels(14)
        .x_label_formatter(&|minute| format!("{minute:.0} min"))
        .y_labels(5)
        .y_label_formatter(&|v| format!("{v:.0}"))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (i, standing) in played.standings.iter().enumerate() {
        let rank = policy::ALL.iter().position(|name| *name == standing.policy).unwrap_or(i);
        let style = COLORS[rank % COLORS.len()].stroke_width(WIDTHS[rank % WIDTHS.len()]);
        let points = standing.curve.iter().map(|sample| (minutes(sample), value(sample)));
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(standing.policy)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 12))
        .draw()
}
