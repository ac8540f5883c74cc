//! Two plots as plain SVG: how far each ratio has come, and what share of requests was answered by when.

use std::fmt::Write as _;

use crate::{
    goals::{Judged, Reached},
    outcome::Latency,
};

const WIDTH: f64 = 900.0;
const LEFT: f64 = 330.0;
const ROW: f64 = 30.0;
/// The bars of the ratios end at this many times the goal.
const FARTHEST: f64 = 4.0;
const COLOURS: [&str; 8] =
    ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"];

/// A bar for each figure: how many times as good as its goal it is, with a mark where the aim is.
pub(crate) fn ratios(judged: &[Judged]) -> String {
    let height = 60.0 + ROW * f64::from(u32::try_from(judged.len()).unwrap_or(0));
    let scale = (WIDTH - LEFT - 90.0) / FARTHEST;
    let mut svg = open(height, "Figures, as multiples of their goals (line: goal, tick: aim)");
    let goal = LEFT + scale;
    for (row, one) in (0_u32..).zip(judged) {
        let top = 45.0 + ROW * f64::from(row);
        let times = if one.aim < one.goal { one.goal / one.value } else { one.value / one.goal };
        let aim = if one.aim < one.goal { one.goal / one.aim } else { one.aim / one.goal };
        let colour = match one.reached {
            Reached::Aim => "#2ca02c",
            Reached::Goal => "#1f77b4",
            Reached::Missed => "#d62728",
        };
        // What could not be measured has no bar.
        let width = if times.is_finite() { times.clamp(0.0, FARTHEST) * scale } else { 0.0 };
        text(&mut svg, LEFT - 8.0, top + 14.0, "end", one.name);
        _ = writeln!(svg, r#"<rect x="{LEFT}" y="{top}" width="{width:.1}" height="18" fill="{colour}"/>"#);
        let tick = LEFT + aim.clamp(0.0, FARTHEST) * scale;
        line(&mut svg, (tick, top - 3.0), (tick, top + 21.0), "#333");
        text(&mut svg, LEFT + width + 6.0, top + 14.0, "start", &format!("{:.2}", one.value));
    }
    line(&mut svg, (goal, 38.0), (goal, height - 12.0), "#999");
    svg.push_str("</svg>\n");
    svg
}

/// A curve for each kind of request, over shares that come ever closer to all, and milliseconds, both logarithmic.
pub(crate) fn latencies(curves: &[(String, &Latency)]) -> String {
    const TOP: f64 = 40.0;
    const BOTTOM: f64 = 440.0;
    const RIGHT: f64 = 640.0;
    const SIDE: f64 = 60.0;
    let x = |share: f64| SIDE + (RIGHT - SIDE) * (-(1.0 - share).log10() / 4.0);
    let y = |ms: f64| BOTTOM - (BOTTOM - TOP) * ((ms.clamp(0.1, 10_000.0).log10() + 1.0) / 5.0);
    let mut svg = open(480.0, "Milliseconds until so many of a hundred were answered");
    for (share, label) in [(0.0, "0"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"), (0.9999, "99.99")] {
        line(&mut svg, (x(share), TOP), (x(share), BOTTOM), "#ddd");
        text(&mut svg, x(share), BOTTOM + 18.0, "middle", label);
    }
    for ms in [0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0] {
        line(&mut svg, (SIDE, y(ms)), (RIGHT, y(ms)), "#ddd");
        text(&mut svg, SIDE - 6.0, y(ms) + 4.0, "end", &format!("{ms}"));
    }
    for (number, (name, latency)) in curves.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        // The colours come round again as dashed lines.
        let dash = if number >= COLOURS.len() { "5 3" } else { "none" };
        let points: Vec<_> =
            latency.curve.iter().map(|(share, ms)| format!("{:.1},{:.1}", x(*share), y(*ms))).collect();
        let points = points.join(" ");
        _ = writeln!(
            svg,
            r#"<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" points="{points}"/>"#
        );
        let height = TOP + 10.0 + 22.0 * f64::from(u32::try_from(number).unwrap_or(0));
        _ = writeln!(
            svg,
            r#"<line x1="660" y1="{height}" x2="690" y2="{height}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>"#
        );
        text(&mut svg, 696.0, height + 4.0, "start", name);
    }
    svg.push_str("</svg>\n");
    svg
}

fn open(height: f64, title: &str) -> String {
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">"#
    );
    svg.push_str("\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(&mut svg, 20.0, 22.0, "start", title);
    svg
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#);
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    let ((x1, y1), (x2, y2)) = (from, to);
    _ = writeln!(svg, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}"/>"#);
}
