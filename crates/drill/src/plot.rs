//! The picture: price against mark with the faults behind them, the breaker's level, and everybody's health.

use {
    crate::{
        pace::STORY_START,
        report::Report,
        schedule::{self as plan, Span},
        story::clock,
        watch::Sample,
    },
    anyhow::{anyhow, Result},
    plotters::{
        coord::{ranged1d::Ranged, types::RangedCoordf64, Shift},
        prelude::*,
    },
    std::{ops::Range, path::Path},
};

const SIZE: (u32, u32) = (1_280, 1_120);
/// Hours on the right that stay free for the legends.
const LEGEND_HOURS: f64 = 5.0;
/// Health outside of this is drawn at the edge.
const HEALTH: Range<f64> = 60.0..4_000.0;
const MARK: RGBColor = RGBColor(200, 30, 40);
const COLORS: [RGBColor; 8] = [
    RGBColor(31, 119, 180),
    RGBColor(44, 160, 44),
    RGBColor(227, 119, 194),
    RGBColor(214, 39, 40),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(255, 127, 14),
    RGBColor(23, 190, 207),
];
const FAULTS: [(&str, Span, RGBColor); 4] = [
    ("source 1 lies", plan::LIAR, RGBColor(255, 187, 120)),
    ("sources 2, 3 silent", plan::SILENCE, RGBColor(158, 130, 200)),
    ("no keeper", Span { from: plan::KEEPER_DIES, to: plan::SECOND_KEEPER_STARTS }, RGBColor(120, 120, 120)),
    (
        "guardian's brake",
        Span { from: plan::GUARDIAN_TRIPS, to: plan::GUARDIAN_TRIPS + plan::BRAKE_SECONDS },
        RGBColor(150, 200, 235),
    ),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, Y>>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// Writes an SVG.
///
/// # Errors
/// When there is nothing to draw or the file cannot be written.
pub fn draw(report: &Report, path: &Path) -> Result<()> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    panes(report, &root).map_err(|e| anyhow!("cannot draw {}: {e}", path.display()))
}

fn panes<'a>(report: &Report, root: &Area<'a>) -> Drawn<'a> {
    root.fill(&WHITE)?;
    let (top, rest) = root.split_vertically(480);
    let (middle, bottom) = rest.split_vertically(200);
    price(report, &top)?;
    level(report, &middle)?;
    health(report, &bottom)?;
    root.present()
}

/// Hours into the story.
fn hours(time: i64) -> f64 {
    (time - STORY_START) as f64 / 3_600.0
}

fn moment(hours: f64) -> String {
    clock(STORY_START + (hours * 3_600.0).round() as i64)
}

fn span(report: &Report) -> Range<f64> {
    let last = report.samples.last().map_or(1.0, |s| hours(s.time));
    0.0..last.max(1.0) + LEGEND_HOURS
}

fn curve(report: &Report, value: impl Fn(&Sample) -> Option<f64>) -> Vec<(f64, f64)> {
    report.samples.iter().filter_map(|s| value(s).map(|v| (hours(s.time), v))).collect()
}

fn frame<'a, 'b>(area: &'a Area<'b>, title: &str) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder
        .caption(title, ("sans-serif", 18))
        .margin(10)
        .margin_right(20)
        .x_label_area_size(28)
        .y_label_area_size(64);
    builder
}

fn line<'b, Y: Ranged<ValueType = f64>>(
    chart: &mut Chart<'_, 'b, Y>,
    name: &str,
    points: Vec<(f64, f64)>,
    style: ShapeStyle,
) -> Drawn<'b> {
    chart
        .draw_series(LineSeries::new(points, style))?
        .label(name)
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    Ok(())
}

fn legend<'a, 'b: 'a, Y: Ranged<ValueType = f64>>(chart: &mut Chart<'a, 'b, Y>) -> Drawn<'b> {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 13))
        .draw()
}

fn price<'b>(report: &Report, area: &Area<'b>) -> Drawn<'b> {
    let dollars = |atoms: u64| (atoms > 0).then_some(atoms as f64 / 1e6);
    let seen = report.samples.iter().flat_map(|s| [dollars(s.truth), dollars(s.mark)]).flatten();
    let (low, high) = seen.fold((f64::MAX, 0.0f64), |(l, h), p| (l.min(p), h.max(p)));
    let (low, high) = (low * 0.95, high * 1.03);
    let mut chart = frame(area, "Bitcoin: published price and the mark of the market (USD)")
        .build_cartesian_2d(span(report), low..high)?;
    for (name, fault, color) in FAULTS {
        let corners = [(hours(fault.from), low), (hours(fault.to), high)];
        let style = color.mix(0.35).filled();
        chart
            .draw_series([Rectangle::new(corners, style)])?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 18, y + 5)], style));
    }
    chart
        .configure_mesh()
        .x_labels(16)
        .x_label_formatter(&|t| moment(*t))
        .y_label_formatter(&|p| format!("{p:.0}"))
        .light_line_style(TRANSPARENT)
        .draw()?;
    line(&mut chart, "published", curve(report, |s| dollars(s.truth)), BLACK.stroke_width(1))?;
    line(&mut chart, "mark", curve(report, |s| dollars(s.mark)), MARK.stroke_width(2))?;
    legend(&mut chart)
}

fn level<'b>(report: &Report, area: &Area<'b>) -> Drawn<'b> {
    const NAMES: [&str; 6] = ["Normal", "Guarded", "ReduceOnly", "CloseOnly", "SettleOnly", "WindDown"];
    let mut chart = frame(area, "Breaker level").build_cartesian_2d(span(report), 0.0..5.0)?;
    chart
        .configure_mesh()
        .x_labels(16)
        .x_label_formatter(&|t| moment(*t))
        .y_labels(6)
        .y_label_formatter(&|l: &f64| NAMES.get(l.round() as usize).copied().unwrap_or_default().to_owned())
        .light_line_style(TRANSPARENT)
        .draw()?;
    let points = curve(report, |s| Some(f64::from(s.level)));
    chart.draw_series(AreaSeries::new(points, 0.0, MARK.mix(0.3)).border_style(MARK))?;
    Ok(())
}

fn health<'b>(report: &Report, area: &Area<'b>) -> Drawn<'b> {
    let range = span(report);
    let mut chart = frame(area, "Equity over maintenance requirement (%): below 100 a keeper liquidates")
        .build_cartesian_2d(range.clone(), HEALTH.log_scale())?;
    chart
        .configure_mesh()
        .x_labels(16)
        .x_label_formatter(&|t| moment(*t))
        .y_label_formatter(&|h| format!("{h:.0}"))
        .light_line_style(TRANSPARENT)
        .draw()?;
    chart.draw_series(LineSeries::new([(range.start, 100.0), (range.end, 100.0)], BLACK.stroke_width(1)))?;
    for (i, name) in report.traders.iter().enumerate() {
        let style = COLORS[i % COLORS.len()].stroke_width(2);
        let points = curve(report, |s| {
            let percent = s.health_percent.get(i).copied().flatten()?;
            Some((percent as f64).clamp(HEALTH.start, HEALTH.end))
        });
        line(&mut chart, name, points, style)?;
    }
    legend(&mut chart)
}
