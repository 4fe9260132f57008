//! What was measured, as a chart: how long a purchase takes against the load of a single server, or how many are answered against the
//! number of web servers. A table behind it says the same.

use crate::frame::{Load, Point as Measured};
use crate::words::{Words, plain};

use super::caption::{args, grouped};
use super::machines::duration;
use super::paint::Shape;

/// The view box.
pub const WIDTH: f64 = 420.0;
/// The view box.
pub const HEIGHT: f64 = 230.0;

/// The plot within it.
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 28.0;
const BOTTOM: f64 = 42.0;

/// What an axis shows.
struct Axis {
    /// From the least to the most.
    range: (f64, f64),
    /// Each power of ten is as long as the next.
    logarithmic: bool,
    /// Values with a mark, and what is written there.
    ticks: Vec<(f64, String)>,
    /// The key of what it is.
    name: &'static str,
}

impl Axis {
    /// Where a value lies, from 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.logarithmic { value.max(1e-9).log10() } else { value };
        let (least, most) = (scale(self.range.0), scale(self.range.1));
        ((scale(value) - least) / (most - least)).clamp(0.0, 1.0)
    }
}

/// All points, the one that is being measured last.
pub fn points(load: &Load) -> Vec<&Measured> {
    load.points.iter().chain(&load.point).collect()
}

/// The chart of a load: axes and points.
pub fn chart(load: &Load, words: &Words) -> Vec<Shape> {
    let single = load.web_servers == 0;
    let (x, y) = if single { latency_axes(words) } else { throughput_axes() };
    let place = |point: &Measured| match single {
        true => (f64::from(point.users), point.p50_us as f64 / 1_000.0),
        false => (f64::from(point.web_servers), f64::from(point.answered)),
    };
    let mut shapes = axes(&x, &y, words);
    shapes.extend(points(load).into_iter().map(|point| {
        let now = load.point.as_ref() == Some(point);
        let (at_x, at_y) = place(point);
        mark(&x, &y, at_x, at_y, if now { "point now" } else { "point" })
    }));
    shapes
}

/// The heading of the chart, by its key.
pub fn title(load: &Load) -> &'static str {
    if load.web_servers == 0 { "chart.latency" } else { "chart.throughput" }
}

/// A row of the table: users, web servers, came, answered, half within, 99 % within, measured for.
pub fn row(point: &Measured, words: &Words) -> [String; 7] {
    [
        grouped(point.users.into()),
        point.web_servers.to_string(),
        grouped(point.arrived.into()),
        grouped(point.answered.into()),
        duration(point.p50_us, words),
        duration(point.p99_us, words),
        words.fill("load.s", &args([("number", plain(point.ms / 1_000))])),
    ]
}

fn latency_axes(words: &Words) -> (Axis, Axis) {
    let plain = |number: f64| (number, grouped(number as u64));
    let ms = |ms: f64| (ms, duration((ms * 1_000.0) as u64, words));
    let x = Axis {
        range: (1_000.0, 1_000_000.0),
        logarithmic: true,
        ticks: [1_000.0, 10_000.0, 100_000.0, 1_000_000.0].map(plain).into(),
        name: "chart.users",
    };
    let y = Axis {
        range: (1.0, 10_000.0),
        logarithmic: true,
        ticks: [1.0, 10.0, 100.0, 1_000.0, 10_000.0].map(ms).into(),
        name: "chart.half-within",
    };
    (x, y)
}

fn throughput_axes() -> (Axis, Axis) {
    let plain = |number: f64| (number, grouped(number as u64));
    let x = Axis {
        range: (0.0, 8.5),
        logarithmic: false,
        ticks: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0].map(plain).into(),
        name: "chart.web-servers",
    };
    let y = Axis {
        range: (0.0, 4_000.0),
        logarithmic: false,
        ticks: [0.0, 1_000.0, 2_000.0, 3_000.0, 4_000.0].map(plain).into(),
        name: "chart.answered",
    };
    (x, y)
}

/// Where values lie in the view box.
fn at(x: &Axis, y: &Axis, at_x: f64, at_y: f64) -> (f64, f64) {
    let across = LEFT + x.share(at_x) * (WIDTH - LEFT - RIGHT);
    let up = HEIGHT - BOTTOM - y.share(at_y) * (HEIGHT - TOP - BOTTOM);
    ((across * 10.0).round() / 10.0, (up * 10.0).round() / 10.0)
}

fn mark(x: &Axis, y: &Axis, at_x: f64, at_y: f64, class: &str) -> Shape {
    let (cx, cy) = at(x, y, at_x, at_y);
    Shape::new("circle").class(class).with("cx", cx).with("cy", cy).with("r", 4.5)
}

/// Axes, marks and their names.
fn axes(x: &Axis, y: &Axis, words: &Words) -> Vec<Shape> {
    let bottom = HEIGHT - BOTTOM;
    let axis =
        Shape::new("path").class("axis").with("d", format!("M{LEFT} {TOP} V{bottom} H{}", WIDTH - RIGHT));
    let text = |class: &'static str, at_x: f64, at_y: f64, text: &str| {
        Shape::new("text").class(class).with("x", at_x).with("y", at_y).saying(text)
    };
    let across = x.ticks.iter().map(|(value, name)| {
        let (tick, _) = at(x, y, *value, y.range.0);
        text("tick", tick, bottom + 15.0, name)
    });
    let up = y.ticks.iter().flat_map(|(value, name)| {
        let (_, tick) = at(x, y, x.range.0, *value);
        let line = Shape::new("path").class("grid").with("d", format!("M{LEFT} {tick} H{}", WIDTH - RIGHT));
        [line, text("tick ends", LEFT - 6.0, tick + 4.0, name)]
    });
    let names = [
        text("axis-name", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8.0, words.text(x.name)),
        text("axis-name begins", 0.0, 12.0, words.text(y.name)),
    ];
    up.chain(std::iter::once(axis)).chain(across).chain(names).collect()
}
