//! How everything looks: a scene becomes a tree of SVG shapes, with classes instead of colours.
//!
//! The still pictures are this tree as text, the live stage is this tree as elements, so they cannot differ. The style sheet
//! `stage.css` has a rule for each class named here.

use crate::decimal::short;
use crate::frame::{Answer, MessageKind, Role};
use crate::shop::Owner;
use crate::words::Words;

use super::icons::{self, Layer};
use super::machines;
use super::motion::{self, Placed};
use super::{
    ClientShape, EntryShape, LinkKind, LinkShape, PacketShape, Point, Route, Scene, ServerShape, ViewShape,
    Votes, caption, colour_of,
};

/// An SVG element as a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The element's name.
    pub tag: &'static str,
    /// Its attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// What it holds.
    pub inside: Inside,
}

/// What a shape holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Inside {
    /// Other shapes, possibly none.
    Shapes(Vec<Shape>),
    /// Plain text.
    Text(String),
}

impl Shape {
    /// An element without attributes.
    pub fn new(tag: &'static str) -> Shape {
        Shape { tag, attributes: Vec::new(), inside: Inside::Shapes(Vec::new()) }
    }

    /// The same with another attribute.
    pub fn with(mut self, name: &'static str, value: impl Value) -> Shape {
        self.attributes.push((name, value.text()));
        self
    }

    /// The same with a class.
    pub fn class(self, class: impl Value) -> Shape {
        self.with("class", class)
    }

    /// The same with these shapes inside.
    pub fn holding(mut self, shapes: Vec<Shape>) -> Shape {
        self.inside = Inside::Shapes(shapes);
        self
    }

    /// The same with this text inside.
    pub fn saying(mut self, text: impl Into<String>) -> Shape {
        self.inside = Inside::Text(text.into());
        self
    }
}

/// What an attribute can be.
pub trait Value {
    /// As it stands there.
    fn text(self) -> String;
}

impl Value for String {
    fn text(self) -> String {
        self
    }
}

impl Value for &str {
    fn text(self) -> String {
        self.to_string()
    }
}

impl Value for f64 {
    fn text(self) -> String {
        short(self, 3)
    }
}

/// Numbers without fractions.
macro_rules! whole {
    ($($of:ty)*) => {
        $(impl Value for $of {
            fn text(self) -> String {
                self.to_string()
            }
        })*
    };
}

whole!(i32 u32 u64 usize);

/// A length with one decimal.
fn units(length: f64) -> String {
    short(length, 1)
}

/// The attribute that moves a shape to a place.
pub fn translate(at: Point) -> String {
    format!("translate({} {})", units(at.x), units(at.y))
}

/// The path data of a way.
pub fn path(route: &Route) -> String {
    let Route { start, control, end } = route;
    format!(
        "M{} {} Q{} {} {} {}",
        units(start.x),
        units(start.y),
        units(control.x),
        units(control.y),
        units(end.x),
        units(end.y)
    )
}

fn circle(class: &str, radius: f64) -> Shape {
    Shape::new("circle").class(class).with("r", units(radius))
}

fn text(class: &str, y: f64, text: impl Into<String>) -> Shape {
    Shape::new("text").class(class).with("y", units(y)).saying(text)
}

fn sign(layers: &[Layer]) -> Vec<Shape> {
    layers.iter().map(|(class, data)| Shape::new("path").class(*class).with("d", *data)).collect()
}

/// The class that carries the colour of a generation.
pub fn generation_class(generation: u64) -> String {
    format!("gen-{}", colour_of(generation))
}

/// The signs of the messages, to be defined once in a picture; each packet uses one by its id, `m-` and its name.
pub fn definitions() -> Shape {
    let signs = icons::MESSAGES
        .iter()
        .map(|(name, layers)| Shape::new("g").with("id", format!("m-{name}")).holding(sign(layers)));
    Shape::new("defs").holding(signs.collect())
}

/// The class of a server's group.
pub fn server_class(server: &ServerShape) -> String {
    let paused = if server.paused { " paused" } else { "" };
    format!("server {} {}{paused}", server.role.name(), generation_class(server.generation))
}

/// A server around the origin, without its group.
pub fn server(server: &ServerShape, words: &Words) -> Vec<Shape> {
    let radius = server.radius;
    let mut shapes = vec![
        circle("target", (radius + 8.0).max(24.0)),
        circle("disc", radius),
        circle("ring", radius - 4.5),
        Shape::new("g")
            .class("sign")
            .with("transform", translate(Point::new(0.0, -0.36 * radius)))
            .holding(sign(icons::layers(&icons::ROLES, icons::role_icon(server.role, server.paused)))),
        text("letter", 0.42 * radius, server.id.to_string()),
        generation_pill(server, words),
        text("role", radius + 27.0, caption::role(server.role, server.paused, words)),
        entries(server),
    ];
    shapes.extend(server.votes.map(|votes| vote_pips(votes, radius)));
    shapes.extend(line_of(server.queue, "queue", radius));
    shapes.extend(line_of(server.inbox, "inbox", radius));
    shapes
}

/// Things that stand in line before a server: three of them are drawn at most, the number says how many there are.
fn line_of(waiting: u32, class: &'static str, radius: f64) -> Option<Shape> {
    if waiting == 0 {
        return None;
    }
    let drawn = waiting.min(3);
    let paper = |nth: u32| {
        Shape::new("rect")
            .with("x", 9 * nth)
            .with("y", -7)
            .with("width", 7)
            .with("height", 14)
            .with("rx", 1.5)
    };
    let number = Shape::new("text").with("x", 9 * drawn + 9).with("y", 5).saying(waiting.to_string());
    let place = translate(Point::new(0.72 * radius, -0.95 * radius));
    let shapes = (0..drawn).map(paper).chain([number]).collect();
    Some(Shape::new("g").class(format!("waiting-line {class}")).with("transform", place).holding(shapes))
}

fn generation_pill(server: &ServerShape, words: &Words) -> Shape {
    let pill =
        Shape::new("rect").with("x", -27).with("y", -9).with("width", 54).with("height", 18).with("rx", 9);
    Shape::new("g")
        .class("pill")
        .with("transform", translate(Point::new(0.0, server.radius + 2.0)))
        .holding(vec![pill, text("", 4.2, caption::generation(server.generation, words))])
}

/// The edge of the square of an entry, and from one to the next.
const ENTRY: f64 = 15.0;
const ENTRY_STEP: f64 = 18.0;

fn entries(server: &ServerShape) -> Shape {
    let left = -ENTRY_STEP * server.entries.len() as f64 / 2.0 + (ENTRY_STEP - ENTRY) / 2.0;
    let squares = server
        .entries
        .iter()
        .enumerate()
        .map(|(nth, entry)| entry_square(entry, left + ENTRY_STEP * nth as f64));
    Shape::new("g")
        .class("entries")
        .with("transform", translate(Point::new(0.0, server.radius + 34.0)))
        .holding(squares.collect())
}

/// The classes of an entry: its generation's colour, and how certain it is.
pub fn entry_class(entry: &EntryShape) -> String {
    let certainty = if entry.committed { "committed" } else { "uncommitted" };
    let durable = if entry.durable { "" } else { " not-durable" };
    format!("entry {} {certainty}{durable}", generation_class(entry.generation))
}

fn entry_square(entry: &EntryShape, x: f64) -> Shape {
    let square = Shape::new("rect").with("width", units(ENTRY)).with("height", units(ENTRY)).with("rx", 3);
    let number =
        Shape::new("text").with("x", units(ENTRY / 2.0)).with("y", 11.4).saying(entry.generation.to_string());
    Shape::new("g")
        .class(entry_class(entry))
        .with("transform", translate(Point::new(x, 0.0)))
        .holding(vec![square, number])
}

/// One pip a server of the cluster, filled for each vote.
fn vote_pips(votes: Votes, radius: f64) -> Shape {
    let left = -6.5 * (votes.of as f64 - 1.0);
    let pip = |nth: usize| {
        let class = if nth < votes.granted { "pip granted" } else { "pip" };
        circle(class, 4.5).with("cx", units(left + 13.0 * nth as f64))
    };
    Shape::new("g")
        .class("votes")
        .with("transform", translate(Point::new(0.0, -radius - 17.0)))
        .holding((0..votes.of).map(pip).collect())
}

/// The radius of the arc of a server's election timer.
pub fn timer_radius(server_radius: f64) -> f64 {
    server_radius + 6.0
}

/// The length of the arc of a full timer.
pub fn timer_length(server_radius: f64) -> f64 {
    timer_radius(server_radius) * std::f64::consts::TAU
}

/// The arc of an election timer, of which so much is left (1 to 0).
fn timer(server: &ServerShape, left: f64) -> Shape {
    let length = timer_length(server.radius);
    circle("timer", timer_radius(server.radius))
        .with("transform", format!("{} rotate(-90)", translate(server.at)))
        .with("stroke-dasharray", units(length))
        .with("stroke-dashoffset", units(length * (1.0 - left)))
}

/// The class of a customer's group.
pub fn client_class(client: &ClientShape) -> &'static str {
    match (&client.request, client.small) {
        (Some(request), false) if request.waiting => "client waiting",
        (Some(_), false) => "client answered",
        (None, false) => "client",
        (Some(request), true) if request.waiting => "client small waiting",
        (Some(_), true) => "client small answered",
        (None, true) => "client small",
    }
}

/// A customer around the origin, without its group.
pub fn client(client: &ClientShape, words: &Words) -> Vec<Shape> {
    if client.small {
        return one_of_many(client, words);
    }
    let below = client.radius + 17.0;
    let mut shapes =
        vec![circle("disc", client.radius), Shape::new("g").class("sign").holding(sign(icons::PERSON))];
    shapes.push(text("name", below, words.name(&client.name)));
    if let Some(request) = &client.request {
        shapes.push(text("wish", below + 16.0, caption::wish(request, words)));
        shapes.push(text("fate", below + 31.0, caption::fate(request, words)));
    }
    shapes.extend(client.view.as_ref().map(|shown| view(shown, below + 50.0, words)));
    if client.loses_next_answer {
        let y = if client.view.is_some() { -client.radius - 9.0 } else { below + 46.0 };
        shapes.push(text("warning", y, words.text("client.loses-next-answer")));
    }
    shapes
}

/// What the customer was shown: the money, and below it, as a badge, whose value that is and how far it goes.
fn view(shown: &ViewShape, y: f64, words: &Words) -> Shape {
    let badge = Shape::new("rect")
        .with("x", -58)
        .with("y", units(y + 5.0))
        .with("width", 116)
        .with("height", 18)
        .with("rx", 9);
    Shape::new("g").class(if shown.is_old { "view old" } else { "view" }).holding(vec![
        badge,
        text("money", y, caption::shown(shown, words)),
        text("as-of", y + 18.0, caption::as_of(shown, words)),
    ])
}

/// A customer of a crowd: its number, below it a sign for what it knows of each request, and the rest in a title.
fn one_of_many(client: &ClientShape, words: &Words) -> Vec<Shape> {
    let Owner::Customer(number) = client.id.owner() else { return Vec::new() };
    let requests = || client.earlier.iter().rev().chain(&client.request);
    let told = requests()
        .map(|request| format!("{}, {}", caption::wish(request, words), caption::fate(request, words)));
    let told: Vec<String> = told.collect();
    let name = words.name(&client.name);
    let title = if told.is_empty() { name } else { format!("{name}: {}", told.join("; ")) };
    vec![
        Shape::new("title").saying(title),
        circle("disc", client.radius),
        text("name", 4.5, number.to_string()),
        text("fate", client.radius + 15.0, requests().map(fate_sign).collect::<String>()),
    ]
}

/// What has become of a request, in one sign.
fn fate_sign(request: &crate::frame::Request) -> &'static str {
    match request.answer {
        Some(Answer::Done) => "✓",
        Some(Answer::Accepted) => "…",
        // Perhaps done, perhaps not: no refusal.
        Some(Answer::Unknown) | None => "?",
        Some(_) => "✕",
    }
}

fn client_group(shape: &ClientShape, words: &Words) -> Shape {
    Shape::new("g")
        .class(client_class(shape))
        .with("transform", translate(shape.at))
        .holding(client(shape, words))
}

/// All customers.
pub fn clients(scene: &Scene, words: &Words) -> Vec<Shape> {
    scene.clients.iter().map(|shape| client_group(shape, words)).collect()
}

/// All lines between the places, with walls and gates.
pub fn links(scene: &Scene) -> Vec<Shape> {
    scene.links.iter().flat_map(link).chain(scene.links.iter().filter_map(reach)).collect()
}

/// A broad, unseen line over a link between servers, so that it can be hit.
fn reach(link: &LinkShape) -> Option<Shape> {
    let (one, other) = link.between?;
    let reach = Shape::new("path").class("reach").with("d", path(&link.route));
    Some(reach.with("data-link", format!("{one} {other}")))
}

fn link(link: &LinkShape) -> Vec<Shape> {
    let line = |class: &str| Shape::new("path").class(format!("link {class}")).with("d", path(&link.route));
    match link.kind {
        LinkKind::Working => vec![line("working")],
        LinkKind::Asks => vec![line("asks")],
        LinkKind::Cut => vec![
            line("cut"),
            barrier(
                "wall",
                &link.route,
                motion::WALL,
                "M-4 -15 H4 V15 H-4 Z M-4 -5 H4 M-4 5 H4 M0 -15 V-5 M0 5 V15",
            ),
        ],
        LinkKind::Held => {
            vec![line("held"), barrier("gate", &link.route, motion::GATE, "M-3 -10 V10 M3 -10 V10")]
        }
    }
}

/// What stands across a way, at this fraction of it.
fn barrier(class: &str, route: &Route, fraction: f64, data: &str) -> Shape {
    let turned = format!("{} rotate({})", translate(route.at(fraction)), units(route.heading(fraction)));
    Shape::new("path").class(class).with("transform", turned).with("d", data)
}

/// The class of a message's group.
pub fn packet_class(packet: &PacketShape) -> String {
    let colour = packet.generation.map_or_else(|| "gen-none".to_string(), generation_class);
    let stopped = if packet.held || packet.cut { " stopped" } else { "" };
    format!("packet {} {colour}{stopped}", packet.kind.name())
}

/// The class of the line along a message's way.
pub fn wire_class(packet: &PacketShape) -> String {
    let colour = packet.generation.map_or_else(|| "gen-none".to_string(), generation_class);
    format!("wire {} {colour}", icons::line_style(packet.kind))
}

fn wire(packet: &PacketShape) -> Shape {
    Shape::new("path").class(wire_class(packet)).with("d", path(&packet.route))
}

fn packet(packet: &PacketShape, placed: Placed, words: &Words) -> Shape {
    let name = icons::message_icon(packet.kind, packet.granted);
    let sign = Shape::new("use").with("href", format!("#m-{name}"));
    let label =
        placed.is_labelled().then(|| text("label", label_y(packet.kind), caption::label(packet, words)));
    let inside = std::iter::once(sign).chain(label).collect();
    Shape::new("g")
        .class(packet_class(packet))
        .with("transform", translate(Point::new(placed.x, placed.y)))
        .holding(inside)
}

/// Where the label of a message stands: below its sign, or above it for heartbeats, whose neighbours have theirs below.
pub fn label_y(kind: MessageKind) -> f64 {
    match kind {
        MessageKind::Heartbeat | MessageKind::HeartbeatAnswer => -14.0,
        _ => 26.0,
    }
}

/// A message's sign for the legend, with its own line beside it, in a view box of 56 by 28.
pub fn legend_sign(kind: MessageKind) -> Vec<Shape> {
    let line =
        Shape::new("path").class(format!("wire {} gen-1", icons::line_style(kind))).with("d", "M2 14 H54");
    let signs = sign(icons::layers(&icons::MESSAGES, icons::message_icon(kind, Some(true))));
    let clients = matches!(kind, MessageKind::Request | MessageKind::Redirect | MessageKind::Answer);
    let class = if clients { "packet gen-none" } else { "packet gen-1" };
    vec![line, Shape::new("g").class(class).with("transform", "translate(28 14)").holding(signs)]
}

/// A role's sign for the legend, in a view box of 28 by 28.
pub fn legend_role(role: Role) -> Vec<Shape> {
    let signs = sign(icons::layers(&icons::ROLES, icons::role_icon(role, false)));
    vec![
        Shape::new("g")
            .class(format!("server {} gen-1", role.name()))
            .with("transform", "translate(14 14)")
            .holding(vec![Shape::new("g").class("sign").holding(signs)]),
    ]
}

/// The other signs of the legend by the end of their word key, each in a view box of 56 by 28.
pub fn legend_extras() -> [(&'static str, Vec<Shape>); 6] {
    let entry = |committed, durable| {
        let shape = EntryShape { index: 1, generation: 1, committed, durable };
        vec![Shape::new("g").with("transform", "translate(20 6)").holding(vec![entry_square(&shape, 0.0)])]
    };
    let line =
        Route { start: Point::new(2.0, 14.0), control: Point::new(28.0, 14.0), end: Point::new(54.0, 14.0) };
    let arc = circle("timer", 11.0)
        .with("transform", "translate(28 14) rotate(-90)")
        .with("stroke-dasharray", "69.1")
        .with("stroke-dashoffset", 24);
    [
        ("committed", entry(true, true)),
        ("uncommitted", entry(false, true)),
        ("not-durable", entry(false, false)),
        ("timer", vec![arc]),
        (
            "wall",
            vec![
                Shape::new("g")
                    .with("transform", "translate(0 5.6) scale(1 0.6)")
                    .holding(link(&LinkShape { kind: LinkKind::Cut, route: line, between: None })),
            ],
        ),
        ("asks", link(&LinkShape { kind: LinkKind::Asks, route: line, between: None })),
    ]
}

/// The whole picture at its own moment, in the order in which it is painted.
pub fn picture(scene: &Scene, words: &Words) -> Vec<Shape> {
    let group = |class: &str, shapes: Vec<Shape>| Shape::new("g").class(class).holding(shapes);
    let timers =
        scene.servers.iter().filter_map(|server| Some(timer(server, motion::timer_left(server, scene.at)?)));
    let servers = scene.servers.iter().map(|shape| {
        Shape::new("g")
            .class(server_class(shape))
            .with("transform", translate(shape.at))
            .holding(server(shape, words))
    });
    let packets = scene.packets.iter().map(|shape| packet(shape, motion::place(shape, scene.at), words));
    let machines = (!scene.machines.is_empty()).then(|| group("machines", machines::paint(scene, words)));
    let layers = vec![
        definitions(),
        group("links", links(scene)),
        group("wires", scene.packets.iter().map(wire).collect()),
        group("timers", timers.collect()),
        group("servers", servers.collect()),
        group("clients", clients(scene, words)),
        group("packets", packets.collect()),
    ];
    machines.into_iter().chain(layers).collect()
}
