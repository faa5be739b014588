//! The picture: price against mark, the breaker's level, and everybody's health over the story.

use {
    crate::{report::Report, story::clock},
    anyhow::{anyhow, Result},
    plotters::prelude::*,
    std::path::Path,
};

const SIZE: (u32, u32) = (1_200, 1_000);
/// Health above this is off the chart: it is not at risk.
const HEALTH_CEILING: f64 = 400.0;
const COLORS: [RGBColor; 7] = [
    RGBColor(31, 119, 180),
    RGBColor(44, 160, 44),
    RGBColor(214, 39, 40),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(255, 127, 14),
    RGBColor(23, 190, 207),
];

/// Writes an SVG.
///
/// # Errors
/// When there is nothing to draw or the file cannot be written.
pub fn draw(report: &Report, path: &Path) -> Result<()> {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    let failed = |e: &dyn std::fmt::Display| anyhow!("cannot draw {}: {e}", path.display());
    root.fill(&WHITE).map_err(|e| failed(&e))?;
    let (top, rest) = root.split_vertically(460);
    let (middle, bottom) = rest.split_vertically(190);
    price(report, &top).map_err(|e| failed(&e))?;
    level(report, &middle).map_err(|e| failed(&e))?;
    health(report, &bottom).map_err(|e| failed(&e))?;
    root.present().map_err(|e| failed(&e))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn span(report: &Report) -> std::ops::Range<i64> {
    let first = report.samples.first().map_or(0, |s| s.time);
    first..report.samples.last().map_or(1, |s| s.time).max(first + 1)
}

fn price<'a>(report: &Report, area: &Area<'a>) -> Drawn<'a> {
    let dollars = |atoms: u64| atoms as f64 / 1e6;
    let prices = report.samples.iter().flat_map(|s| [dollars(s.truth), dollars(s.mark)]);
    let (low, high) = prices.fold((f64::MAX, 0.0f64), |(l, h), p| (l.min(p), h.max(p)));
    let mut chart = ChartBuilder::on(area)
        .caption("Bitcoin, published price and aggregate mark (USD)", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(span(report), low * 0.97..high * 1.03)?;
    chart.configure_mesh().x_label_formatter(&|t| clock(*t)).light_line_style(WHITE).draw()?;
    let published = report.samples.iter().map(|s| (s.time, dollars(s.truth)));
    chart
        .draw_series(LineSeries::new(published, BLACK.stroke_width(1)))?
        .label("published")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLACK));
    let mark = report.samples.iter().map(|s| (s.time, dollars(s.mark)));
    chart
        .draw_series(LineSeries::new(mark, RED.stroke_width(2)))?
        .label("mark")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], RED));
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()
}

fn level<'a>(report: &Report, area: &Area<'a>) -> Drawn<'a> {
    let mut chart = ChartBuilder::on(area)
        .caption("Breaker level (0 Normal, 1 Guarded, 2 ReduceOnly, 3 CloseOnly)", ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(span(report), 0i32..5i32)?;
    chart.configure_mesh().x_label_formatter(&|t| clock(*t)).y_labels(6).light_line_style(WHITE).draw()?;
    let points = report.samples.iter().map(|s| (s.time, i32::from(s.level)));
    let fill = RGBColor(214, 39, 40);
    chart.draw_series(AreaSeries::new(points, 0, fill.mix(0.3)).border_style(fill))?;
    Ok(())
}

fn health<'a>(report: &Report, area: &Area<'a>) -> Drawn<'a> {
    let mut chart = ChartBuilder::on(area)
        .caption(
            "Equity over maintenance requirement (%, cut at 400; below 100 is liquidated)",
            ("sans-serif", 16),
        )
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(span(report), 0.0..HEALTH_CEILING)?;
    chart.configure_mesh().x_label_formatter(&|t| clock(*t)).light_line_style(WHITE).draw()?;
    chart.draw_series(LineSeries::new(
        [(span(report).start, 100.0), (span(report).end, 100.0)],
        BLACK.mix(0.6).stroke_width(1),
    ))?;
    for (i, name) in report.traders.iter().enumerate() {
        let color = COLORS[i % COLORS.len()];
        let points: Vec<(i64, f64)> = report
            .samples
            .iter()
            .filter_map(|s| s.health_percent.get(i).copied().flatten().map(|h| (s.time, h as f64)))
            .map(|(t, h)| (t, h.clamp(0.0, HEALTH_CEILING)))
            .collect();
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color));
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()
}
