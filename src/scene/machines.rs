//! Machines with a load as they are drawn: a box with a gauge for each resource, the queue at its door, and the steps of a purchase.
//!
//! A gauge is a bar and a number; a full one has a class of its own and says so by its number, too. Web servers are rows of one size, whatever
//! happens in them; the single server and the database have room for their steps.

use crate::decimal::short;
use crate::frame::{Frame, Host, HostKind, Load, Station};
use crate::words::{Words, plain, word};

use super::caption::{self, args, grouped};
use super::layout::Machine;
use super::paint::{Shape, translate};
use super::{Layout, Point, Scene};

/// A machine, and where its box lies.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineShape {
    /// What is known of it.
    pub host: Host,
    /// Its place.
    pub place: Machine,
}

/// Every machine of a frame.
pub fn machines(frame: &Frame, layout: &Layout) -> Vec<MachineShape> {
    let shape = |host: &Host| Some(MachineShape { host: host.clone(), place: layout.machine(host.id)? });
    frame.hosts.iter().filter_map(shape).collect()
}

/// From how many percent on a gauge counts as full.
const FULL: u8 = 90;

/// All machines, with what is around them, in a still picture.
pub fn paint(scene: &Scene, words: &Words) -> Vec<Shape> {
    let boxes = scene.machines.iter().map(|machine| {
        Shape::new("g")
            .class(class(&machine.host))
            .with("transform", translate(machine.place.at))
            .holding(self::machine(machine, words))
    });
    around(scene, words).into_iter().chain(boxes).collect()
}

/// What is around the machines: the lines between web servers and database, and what the load is.
pub fn around(scene: &Scene, words: &Words) -> Vec<Shape> {
    let load = scene.load.as_ref().map(|load| load_line(load, scene, words));
    wires(&scene.machines).into_iter().chain(load).collect()
}

/// The class of a machine's group.
pub fn class(host: &Host) -> &'static str {
    if host.up { "machine up" } else { "machine down" }
}

/// The height of a web server's box, and of the others', as they are drawn; where there is room they are made larger.
const ROW: f64 = 44.0;
const TALL: f64 = 196.0;

/// A machine around the origin, without its group.
pub fn machine(machine: &MachineShape, words: &Words) -> Vec<Shape> {
    let MachineShape { host, place } = machine;
    let is_row = host.kind == HostKind::Web;
    let larger = place.height / if is_row { ROW } else { TALL };
    let width = place.width / larger;
    let content = if is_row { row(host, width, words) } else { tall(host, width, words) };
    vec![
        outline(place),
        Shape::new("g").with("transform", format!("scale({})", short(larger, 3))).holding(content),
    ]
}

/// "Web server 1, running: CPU 20 %, …": what a screen reader hears.
pub fn name(host: &Host, words: &Words) -> String {
    let state = if host.up { "machine-state.up" } else { "machine-state.down" };
    let args = args([
        ("machine", plain(caption::title(host.id, words))),
        ("state", word(state)),
        ("cpu", plain(host.cpu)),
        ("memory", plain(host.memory)),
        ("disk", plain(host.disk)),
        ("network", plain(host.network)),
        ("queue", plain(grouped(host.queue.into()))),
    ]);
    let away = (host.away > 0).then(|| self::away(host.away, words));
    [Some(words.fill("gauge.all", &args)), away].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn outline(place: &Machine) -> Shape {
    Shape::new("rect")
        .class("case")
        .with("x", -place.width / 2.0)
        .with("y", -place.height / 2.0)
        .with("width", place.width)
        .with("height", place.height)
        .with("rx", 8)
}

/// A text that begins at a place, or ends there.
fn text(class: &str, at: Point, text: impl Into<String>) -> Shape {
    Shape::new("text").class(class).with("x", at.x).with("y", at.y).saying(text)
}

/// A web server, so wide: name, CPU and memory, and what waits.
fn row(host: &Host, width: f64, words: &Words) -> Vec<Shape> {
    let (left, top) = (-width / 2.0 + 8.0, -ROW / 2.0);
    let right = width / 2.0 - 8.0;
    let state = match (host.up, host.queue, host.away) {
        (false, ..) => words.text("machine-state.down").to_string(),
        (true, 0, 0) => String::new(),
        // They are at the database: no queue of its own.
        (true, 0, away) => self::away(away, words),
        (true, queue, _) => waiting(queue, words),
    };
    let bar = width - 16.0;
    vec![
        text("title begins", Point::new(left, top + 14.0), caption::title(host.id, words)),
        text("state ends", Point::new(right, top + 14.0), state),
        gauge("cpu", host.cpu, Point::new(left, top + 18.0), bar, words),
        gauge("memory", host.memory, Point::new(left, top + 30.0), bar, words),
    ]
}

/// The single server or the database, so wide.
fn tall(host: &Host, width: f64, words: &Words) -> Vec<Shape> {
    let (left, top) = (-width / 2.0 + 12.0, -TALL / 2.0);
    let bar = width - 24.0;
    let down = if host.up { String::new() } else { format!(": {}", words.text("machine-state.down")) };
    let title = caption::title(host.id, words) + &down;
    let gauges = [("cpu", host.cpu), ("memory", host.memory), ("disk", host.disk), ("network", host.network)];
    let mut shapes = vec![text("title", Point::new(0.0, top + 22.0), title)];
    shapes.extend(gauges.iter().enumerate().map(|(nth, (name, percent))| {
        gauge(name, *percent, Point::new(left, top + 34.0 + 15.0 * nth as f64), bar, words)
    }));
    shapes.push(text("queue", Point::new(0.0, top + 116.0), waiting(host.queue, words)));
    shapes.push(text("quiet", Point::new(0.0, top + 133.0), latency(host.p50_us, host.p99_us, words)));
    shapes.extend(stations(&host.stations, Point::new(left, top + 144.0), bar, words));
    shapes
}

/// A bar with its name and its number, in a line of 12.
fn gauge(name: &'static str, percent: u8, at: Point, width: f64, words: &Words) -> Shape {
    let (left, right) = (62.0, 36.0);
    let [track, level] = bar(percent, left, width - left - right);
    Shape::new("g").class(gauge_class(name, percent)).with("transform", translate(at)).holding(vec![
        text("begins", Point::new(0.0, 9.5), words.text(&format!("gauge.{name}"))),
        track,
        level,
        text("ends", Point::new(width, 9.5), caption::percent(percent, words)),
    ])
}

fn gauge_class(name: &str, percent: u8) -> String {
    format!("gauge {name}{}", if percent >= FULL { " full" } else { "" })
}

/// The track of a gauge, and as much of it as is filled.
fn bar(percent: u8, left: f64, width: f64) -> [Shape; 2] {
    let rect = |class: &str, width: f64| {
        Shape::new("rect")
            .class(class)
            .with("x", left)
            .with("y", 1.5)
            .with("width", width)
            .with("height", 8)
            .with("rx", 4)
    };
    let filled = (width * f64::from(percent) / 100.0 * 10.0).round() / 10.0;
    [rect("track", width), rect("level", filled)]
}

/// The steps of a purchase, side by side or, where there is little room, each with its number of requests.
fn stations(stations: &[Station], at: Point, width: f64, words: &Words) -> Vec<Shape> {
    let step = width / stations.len().max(1) as f64;
    let station = |(nth, station): (usize, &Station)| {
        let middle = step / 2.0 - 2.0;
        let case = Shape::new("rect").with("width", step - 4.0).with("height", 40).with("rx", 6);
        Shape::new("g")
            .class(station_class(station.requests))
            .with("transform", translate(Point::new(at.x + step * nth as f64, at.y)))
            .holding(vec![
                case,
                text("step", Point::new(middle, 15.0), words.text(&format!("step.{}", station.step.name()))),
                text("count", Point::new(middle, 32.0), grouped(station.requests.into())),
            ])
    };
    stations.iter().enumerate().map(station).collect()
}

fn station_class(requests: u32) -> &'static str {
    if requests > 0 { "station busy" } else { "station" }
}

/// What the signs of the machines mean, by the end of their word key, each in a view box of 76 by 28. Lines are there between web
/// servers and their database only.
pub fn legend(has_database: bool) -> Vec<(&'static str, Vec<Shape>)> {
    let case = |state: &str| {
        let case = Shape::new("rect").class("case").with("x", 18).with("y", 4).with("width", 40);
        let case = case.with("height", 20).with("rx", 5);
        vec![Shape::new("g").class(format!("machine {state}")).holding(vec![case])]
    };
    let gauge = |percent| {
        let place = translate(Point::new(2.0, 8.5));
        let gauge = Shape::new("g").class(gauge_class("cpu", percent)).with("transform", place);
        vec![gauge.holding(bar(percent, 0.0, 72.0).into())]
    };
    let step = |requests: u32| {
        let case = Shape::new("rect").with("x", 16).with("y", 2).with("width", 44).with("height", 24);
        let count = text("count", Point::new(38.0, 19.0), requests.to_string());
        let station = Shape::new("g").class(station_class(requests)).holding(vec![case.with("rx", 6), count]);
        vec![Shape::new("g").class("machine up").holding(vec![station])]
    };
    let line = |works| vec![wire(works, Point::new(2.0, 14.0), Point::new(74.0, 14.0))];
    let mut signs = vec![
        ("runs", case("up")),
        ("is-down", case("down")),
        ("gauge", gauge(40)),
        ("gauge-full", gauge(97)),
        ("idle-step", step(0)),
        ("busy-step", step(3)),
    ];
    if has_database {
        signs.extend([("line", line(true)), ("line-cut", line(false))]);
    }
    signs
}

/// From each web server to the database.
fn wires(machines: &[MachineShape]) -> Vec<Shape> {
    let database = machines.iter().find(|machine| machine.host.kind == HostKind::Database);
    let Some(database) = database else { return Vec::new() };
    let webs = machines.iter().filter(|machine| machine.host.kind == HostKind::Web);
    let wire = |web: &MachineShape| {
        let (from, to) = super::layout::between(&web.place, &database.place);
        self::wire(web.host.up && database.host.up, from, to)
    };
    webs.map(wire).collect()
}

fn wire(works: bool, from: Point, to: Point) -> Shape {
    Shape::new("path").class(if works { "link working" } else { "link cut" }).with(
        "d",
        format!("M{} {} L{} {}", short(from.x, 1), short(from.y, 1), short(to.x, 1), short(to.y, 1)),
    )
}

/// "100,000 users: 1,000 requests a second, 998 answers".
fn load_line(load: &Load, scene: &Scene, words: &Words) -> Shape {
    let args = args([
        ("users", plain(grouped(load.users.into()))),
        ("arrived", plain(grouped(load.arrived.into()))),
        ("answered", plain(grouped(load.answered.into()))),
        ("failed", plain(grouped(load.failed.into()))),
    ]);
    let key = if load.failed > 0 { "load.line-failed" } else { "load.line" };
    // In an upright picture the customers stand right above.
    let below = if scene.width > scene.height { 12.0 } else { 3.0 };
    text("load", Point::new(scene.width / 2.0, scene.height - below), words.fill(key, &args))
}

fn away(count: u32, words: &Words) -> String {
    words.fill("load.away", &args([("count", plain(grouped(count.into())))]))
}

fn waiting(count: u32, words: &Words) -> String {
    words.fill("load.waiting", &args([("count", plain(grouped(count.into())))]))
}

/// "half within 2.6 ms, 99 % within 8 ms".
pub fn latency(p50_us: Option<u64>, p99_us: Option<u64>, words: &Words) -> String {
    let (Some(p50), Some(p99)) = (p50_us, p99_us) else { return words.text("load.no-latency").to_string() };
    words.fill(
        "load.latency",
        &args([("p50", plain(duration(p50, words))), ("p99", plain(duration(p99, words)))]),
    )
}

/// "1.5 ms", "230 ms", "12 s".
pub fn duration(us: u64, words: &Words) -> String {
    let (key, number) = match us {
        0..10_000 => ("load.ms", format!("{}.{}", us / 1_000, us % 1_000 / 100)),
        10_000..10_000_000 => ("load.ms", grouped(((us + 500) / 1_000) as i64)),
        _ => ("load.s", grouped(((us + 500_000) / 1_000_000) as i64)),
    };
    words.fill(key, &args([("number", plain(number))]))
}
