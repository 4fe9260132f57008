//! Where everything stands: servers on a ring, customers outside it, and the way between each two.
//!
//! Lengths are units of the view box, about one CSS pixel on an ordinary screen.

use crate::frame::{CROWD, ClientId, Frame, Place, ServerId};
use crate::ordered::Map;

/// A place in the view box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The point `x` to the right and `y` down.
    pub const fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    fn plus(self, direction: Point, length: f64) -> Point {
        Point::new(self.x + direction.x * length, self.y + direction.y * length)
    }

    fn middle(self, other: Point) -> Point {
        Point::new((self.x + other.x) / 2.0, (self.y + other.y) / 2.0)
    }

    /// How far apart two points are.
    pub fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The direction to another point, of length one; to the right when they are the same.
    fn direction_to(self, other: Point) -> Point {
        let distance = self.distance(other);
        if distance == 0.0 {
            return Point::new(1.0, 0.0);
        }
        Point::new((other.x - self.x) / distance, (other.y - self.y) / distance)
    }

    /// The direction a quarter turn to the right of this one.
    fn turned(self) -> Point {
        Point::new(-self.y, self.x)
    }
}

/// The form of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Wider than high: customers on the left.
    #[default]
    Wide,
    /// Higher than wide, for a phone held upright: customers below.
    Narrow,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width of the view box.
    pub width: f64,
    /// Height of the view box.
    pub height: f64,
    /// The radius of a server's disc.
    pub server_radius: f64,
    /// The radius of a customer's disc.
    pub client_radius: f64,
    servers: Vec<Point>,
    machines: Vec<Machine>,
    clients: Vec<(ClientId, Point)>,
    /// How far the line between two places bends, by the lower and the higher of them; worked out once.
    bends: Map<(Place, Place), f64>,
}

/// Where a machine's box lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Which one.
    pub id: ServerId,
    /// The middle of its box.
    pub at: Point,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// From the side of one machine's box to the side of another's.
pub fn between(from: &Machine, to: &Machine) -> (Point, Point) {
    if (from.at.x - to.at.x).abs() > (from.at.y - to.at.y).abs() {
        let side = if from.at.x < to.at.x { 0.5 } else { -0.5 };
        let start = Point::new(from.at.x + side * from.width, from.at.y);
        return (start, Point::new(to.at.x - side * to.width, to.at.y));
    }
    let side = if from.at.y < to.at.y { 0.5 } else { -0.5 };
    let start = Point::new(from.at.x, from.at.y + side * from.height);
    (start, Point::new(to.at.x, to.at.y - side * to.height))
}

/// How far a way lies beside the line between its ends: the two directions are twice as far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Heartbeats and their answers, which come and go all the time.
    Inner,
    /// Where walls and gates stand.
    Middle,
    /// Everything else.
    Outer,
}

impl Lane {
    fn beside(self) -> f64 {
        match self {
            Lane::Inner => 5.0,
            Lane::Middle => 11.0,
            Lane::Outer => 18.0,
        }
    }
}

/// Between a disc and the place where messages leave it or arrive.
const GAP: f64 = 12.0;
/// Between the line of two places and the discs that it passes: the outer lane, and some air.
const CLEARANCE: f64 = 19.0;
/// What is written below a server counts as a second disc, a small one: how far below the first one, and how large.
const WRITING_BELOW: f64 = 27.0;
const WRITING_RADIUS: f64 = 4.0;
/// How many of a crowd stand in a column of the wide form, and in a row of the narrow one.
const CROWD_COLUMN: usize = 5;
const CROWD_ROW: usize = 10;
/// A way bends to the side in steps of so much, at most so many.
const BEND: f64 = 20.0;
const BENDS_MAX: i32 = 14;

/// The ring of one form: the view box, the ring's middle, and its radii.
struct Ring {
    width: f64,
    height: f64,
    middle: Point,
    radius_x: f64,
    radius_y: f64,
}

const WIDE: Ring =
    Ring { width: 800.0, height: 470.0, middle: Point::new(490.0, 221.0), radius_x: 228.0, radius_y: 155.0 };
const NARROW: Ring =
    Ring { width: 400.0, height: 548.0, middle: Point::new(200.0, 198.0), radius_x: 142.0, radius_y: 138.0 };

/// No ring at all: the height is that of one server or machine above its customers. The style sheet of the stage names the same form.
const ALONE: Ring =
    Ring { width: 400.0, height: 430.0, middle: Point::new(200.0, 116.0), radius_x: 0.0, radius_y: 0.0 };

impl Layout {
    /// Where a cluster of so many servers and these customers stand.
    pub fn new(form: Form, servers: u8, clients: &[ClientId]) -> Layout {
        Layout::around(form, &ring(form, servers == 1), servers, clients)
    }

    fn around(form: Form, ring: &Ring, servers: u8, clients: &[ClientId]) -> Layout {
        let mut layout = Layout {
            width: ring.width,
            height: ring.height,
            server_radius: server_radius(form, servers),
            client_radius: if clients.len() > CROWD { 13.0 } else { 26.0 },
            servers: (0..servers).map(|place| on_ring(ring, place, servers)).collect(),
            machines: Vec::new(),
            clients: clients
                .iter()
                .enumerate()
                .map(|(nth, id)| (*id, outside(form, ring, nth, clients.len())))
                .collect(),
            bends: Map::new(),
        };
        let places: Vec<Place> = layout.places().collect();
        let pairs = places.iter().flat_map(|a| places.iter().filter(move |b| a < *b).map(move |b| (*a, *b)));
        // Customers do not talk to each other.
        let pairs = pairs.filter(|pair| !matches!(pair, (Place::Client(_), Place::Client(_))));
        layout.bends = pairs.map(|(a, b)| ((a, b), layout.bend_between(a, b))).collect();
        layout
    }

    /// Where the machines of a world without a cluster and these customers stand.
    pub fn of_machines(form: Form, ids: &[ServerId], clients: &[ClientId]) -> Layout {
        let machines = ids.iter().enumerate().map(|(nth, id)| machine(form, *id, nth, ids.len())).collect();
        Layout { machines, ..Layout::around(form, &ring(form, ids.len() == 1), 0, clients) }
    }

    /// Where the servers and customers of a frame stand.
    pub fn of(frame: &Frame, form: Form) -> Layout {
        let clients: Vec<ClientId> = frame.clients.iter().map(|client| client.id).collect();
        let machines: Vec<ServerId> = frame.hosts.iter().map(|host| host.id).collect();
        match machines.is_empty() {
            true => Layout::new(form, frame.servers.len() as u8, &clients),
            false => Layout::of_machines(form, &machines, &clients),
        }
    }

    /// Where a machine's box lies.
    pub fn machine(&self, id: ServerId) -> Option<Machine> {
        self.machines.iter().find(|machine| machine.id == id).copied()
    }

    /// There are so many customers that they are drawn small.
    pub fn has_crowd(&self) -> bool {
        self.clients.len() > CROWD
    }

    /// The middle of a place; none for one that this layout was not made for.
    pub fn at(&self, place: Place) -> Option<Point> {
        match place {
            Place::Server(id) if id.is_in_a_cluster() => self.servers.get(usize::from(id.place())).copied(),
            Place::Server(id) => self.machine(id).map(|machine| machine.at),
            Place::Client(id) => self.clients.iter().find(|(client, _)| *client == id).map(|(_, at)| *at),
        }
    }

    /// The way of a message: from the edge of one disc to the edge of the other, on the right-hand side of the line between
    /// them, bent around what stands in between.
    pub fn route(&self, from: Place, to: Place, lane: Lane) -> Option<Route> {
        self.way(from, to, lane.beside())
    }

    /// The line between two places itself, belonging to neither direction.
    pub fn line(&self, from: Place, to: Place) -> Option<Route> {
        self.way(from, to, 0.0)
    }

    fn way(&self, from: Place, to: Place, lane: f64) -> Option<Route> {
        let (start, end) = self.ends(from, to)?;
        // Both directions bend alike: the side is named from the lower of the two places.
        let (ahead, bend) =
            (start.direction_to(end), self.bends.get(&(from.min(to), from.max(to))).copied().unwrap_or(0.0));
        let (right, bend) = (ahead.turned(), if from <= to { bend } else { -bend });
        let aside = |point: Point| point.plus(right, lane);
        Some(Route {
            start: aside(start),
            control: aside(start.middle(end).plus(right, bend)),
            end: aside(end),
        })
    }

    /// Where the line between two places begins and ends: a little outside their discs.
    fn ends(&self, from: Place, to: Place) -> Option<(Point, Point)> {
        let (start, end) = (self.at(from)?, self.at(to)?);
        let ahead = start.direction_to(end);
        Some((start.plus(ahead, self.radius(from) + GAP), end.plus(ahead, -(self.radius(to) + GAP))))
    }

    /// The least bend that keeps the line between two places clear of everything else; the clearest one when none does.
    fn bend_between(&self, from: Place, to: Place) -> f64 {
        let Some((start, end)) = self.ends(from, to) else { return 0.0 };
        let right = start.direction_to(end).turned();
        let mut clearest = (f64::NEG_INFINITY, 0.0);
        for step in std::iter::once(0).chain((1..=BENDS_MAX).flat_map(|step| [-step, step])) {
            let bend = BEND * f64::from(step);
            let room = self.room_beside(
                &Route { start, control: start.middle(end).plus(right, bend), end },
                from,
                to,
            );
            if room > clearest.0 {
                clearest = (room, bend);
            }
            if room >= CLEARANCE {
                break;
            }
        }
        clearest.1
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let servers = ServerId::all(self.servers.len() as u8).map(Place::Server);
        servers.chain(self.clients.iter().map(|(id, _)| Place::Client(*id)))
    }

    /// What a way must not cross at a place: its disc, and what is written below it.
    fn discs(&self, place: Place) -> impl Iterator<Item = (Point, f64)> {
        let (at, radius) = (self.at(place).unwrap_or_default(), self.radius(place));
        let writing = Point::new(at.x, at.y + radius + WRITING_BELOW);
        [(at, radius), (writing, WRITING_RADIUS)].into_iter()
    }

    fn radius(&self, place: Place) -> f64 {
        match place {
            Place::Server(id) if id.is_in_a_cluster() => self.server_radius,
            // Customers are at the side of a wide picture, and below a narrow one.
            Place::Server(id) => self.machine(id).map_or(0.0, |machine| {
                if self.width > self.height { machine.width / 2.0 } else { machine.height / 2.0 }
            }),
            Place::Client(_) => self.client_radius,
        }
    }

    /// The smallest distance between a way and the discs of others or the edge of the picture.
    fn room_beside(&self, way: &Route, from: Place, to: Place) -> f64 {
        let others: Vec<(Point, f64)> = self
            .places()
            .filter(|place| *place != from && *place != to)
            .flat_map(|place| self.discs(place))
            .collect();
        let beside = |at: Point| {
            let edge = at.x.min(at.y).min(self.width - at.x).min(self.height - at.y);
            others.iter().fold(edge, |room, (middle, radius)| room.min(at.distance(*middle) - radius))
        };
        (0..=24).map(|step| beside(way.at(f64::from(step) / 24.0))).fold(f64::INFINITY, f64::min)
    }
}

fn ring(form: Form, is_alone: bool) -> Ring {
    match (form, is_alone) {
        (Form::Wide, _) => WIDE,
        (Form::Narrow, true) => ALONE,
        (Form::Narrow, false) => NARROW,
    }
}

/// The box of the nth of so many machines, the database the last of them: web servers in a column before it, or in two below it.
fn machine(form: Form, id: ServerId, nth: usize, of: usize) -> Machine {
    let webs = of - 1;
    let (at, width, height) = match (form, of == 1, nth == webs) {
        // Alone it has the whole picture.
        (Form::Wide, true, _) => (Point::new(470.0, 215.0), 600.0, 294.0),
        (Form::Narrow, true, _) => (Point::new(200.0, 116.0), 392.0, 196.0),
        (Form::Wide, _, true) => (Point::new(645.0, 215.0), 290.0, 240.0),
        (Form::Narrow, _, true) => (Point::new(200.0, 104.0), 330.0, 196.0),
        (Form::Wide, ..) => {
            let (step, height) = if webs <= 5 { (67.0, 60.0) } else { (51.0, 46.0) };
            let top = 215.0 - step / 2.0 * (webs as f64 - 1.0);
            (Point::new(290.0, top + step * nth as f64), 250.0, height)
        }
        (Form::Narrow, ..) => (
            Point::new(if nth.is_multiple_of(2) { 103.0 } else { 297.0 }, 236.0 + 48.0 * (nth / 2) as f64),
            184.0,
            44.0,
        ),
    };
    Machine { id, at, width, height }
}

/// Smaller discs where more of them share the ring.
fn server_radius(form: Form, servers: u8) -> f64 {
    match (form, servers) {
        (Form::Wide, 0..=5) => 37.0,
        (Form::Wide, 6..=7) => 33.0,
        (Form::Wide, _) => 28.0,
        (Form::Narrow, 0..=5) => 33.0,
        (Form::Narrow, _) => 25.0,
    }
}

/// The place of a server: A on top, then clockwise. A single one stands in the middle.
fn on_ring(ring: &Ring, place: u8, servers: u8) -> Point {
    if servers == 1 {
        return ring.middle;
    }
    let (cos, sin) = STEP_TO_NEXT[usize::from(servers) - 2];
    let (up, right) =
        (0..place).fold((1.0, 0.0), |(up, right), _| (up * cos - right * sin, up * sin + right * cos));
    Point::new(ring.middle.x + ring.radius_x * right, ring.middle.y - ring.radius_y * up)
}

/// Cosine and sine of the angle between two neighbours, for two servers to nine. The library's functions bring along what they need for
/// angles of any size, which weighs more than this picture.
const STEP_TO_NEXT: [(f64, f64); 8] = [
    (-1.0, 0.0),
    (-0.5, 0.866_025_403_784_438_6),
    (0.0, 1.0),
    (0.309_016_994_374_947_45, 0.951_056_516_295_153_5),
    (0.5, 0.866_025_403_784_438_6),
    (0.623_489_801_858_733_6, 0.781_831_482_468_029_8),
    (std::f64::consts::FRAC_1_SQRT_2, std::f64::consts::FRAC_1_SQRT_2),
    (0.766_044_443_118_978, 0.642_787_609_686_539_3),
];

/// The place of a customer: a column on the left, or a row below, close together so that their ways lead up between the servers.
fn outside(form: Form, ring: &Ring, nth: usize, of: usize) -> Point {
    let share = (nth as f64 + 0.5) / of as f64;
    match form {
        _ if of > CROWD => in_crowd(form, ring, nth),
        Form::Wide => Point::new(84.0, 20.0 + (ring.height - 70.0) * share),
        Form::Narrow => {
            // Where their ways lead up between no servers there is room for what stands below them.
            let apart = if ring.radius_x > 0.0 { 116.0 } else { 160.0 };
            let row = ring.width.min(apart * of as f64);
            Point::new((ring.width - row) / 2.0 + row * share, ring.height - 117.0)
        }
    }
}

/// The place of one of many customers: in columns on the left, or in rows below.
fn in_crowd(form: Form, ring: &Ring, nth: usize) -> Point {
    let (column, row) = match form {
        Form::Wide => (nth / CROWD_COLUMN, nth % CROWD_COLUMN),
        Form::Narrow => (nth % CROWD_ROW, nth / CROWD_ROW),
    };
    let (column, row) = (column as f64, row as f64);
    match form {
        Form::Wide => Point::new(26.0 + 46.0 * column, 60.0 + 84.0 * row),
        Form::Narrow => Point::new(20.0 + 40.0 * column, ring.height - 88.0 + 50.0 * row),
    }
}

/// A way from one place to another: a quadratic curve, straight unless something stands in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Route {
    /// Where it begins.
    pub start: Point,
    /// What it bends towards; the middle when it is straight.
    pub control: Point,
    /// Where it ends.
    pub end: Point,
}

impl Route {
    /// The point at this fraction of the way, 0 to 1.
    pub fn at(&self, fraction: f64) -> Point {
        let rest = 1.0 - fraction;
        let mix = |start: f64, control: f64, end: f64| {
            rest * rest * start + 2.0 * rest * fraction * control + fraction * fraction * end
        };
        Point::new(
            mix(self.start.x, self.control.x, self.end.x),
            mix(self.start.y, self.control.y, self.end.y),
        )
    }

    /// The direction of travel at this fraction of the way, in degrees clockwise from "to the right".
    pub fn heading(&self, fraction: f64) -> f64 {
        let (before, after) = (self.at(fraction - 0.01), self.at(fraction + 0.01));
        (after.y - before.y).atan2(after.x - before.x).to_degrees()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [Form; 2] = [Form::Wide, Form::Narrow];

    fn clients() -> [ClientId; 2] {
        [ClientId::of_customer(1), ClientId::of_customer(2)]
    }

    #[test]
    fn servers_stand_at_equal_angles() {
        let ring =
            Ring { width: 0.0, height: 0.0, middle: Point::new(0.0, 0.0), radius_x: 1.0, radius_y: 1.0 };
        for servers in 2..=9 {
            for place in 0..servers {
                let turn = f64::from(place) / f64::from(servers) * std::f64::consts::TAU;
                let at = on_ring(&ring, place, servers);
                assert!(
                    (at.x - turn.sin()).abs() < 1e-9 && (at.y + turn.cos()).abs() < 1e-9,
                    "{place} of {servers}"
                );
            }
        }
    }

    #[test]
    fn a_crowd_stands_inside_the_picture_and_nobody_on_anybody_else() {
        let crowd: Vec<ClientId> = (1..=20).map(ClientId::of_customer).collect();
        for form in FORMS {
            let layout = Layout::new(form, 5, &crowd);
            let places: Vec<Place> = layout.places().collect();
            for (nth, place) in places.iter().enumerate() {
                let (at, radius) = (layout.at(*place).unwrap(), layout.radius(*place));
                assert!(at.x >= radius && at.x + radius <= layout.width, "{place:?}");
                assert!(at.y >= radius && at.y + radius + 14.0 <= layout.height, "{place:?}");
                for other in &places[nth + 1..] {
                    let apart = at.distance(layout.at(*other).unwrap());
                    assert!(
                        apart > radius + layout.radius(*other) + 12.0,
                        "{form:?}: {place:?} and {other:?}: {apart}"
                    );
                }
            }
        }
    }

    fn places(servers: u8) -> Vec<Place> {
        ServerId::all(servers).map(Place::Server).chain(clients().map(Place::Client)).collect()
    }

    fn layouts() -> impl Iterator<Item = (u8, Layout)> {
        (1..=9).flat_map(|servers| FORMS.map(|form| (servers, Layout::new(form, servers, &clients()))))
    }

    #[test]
    fn nothing_overlaps_and_everything_is_inside() {
        for (servers, layout) in layouts() {
            let places = places(servers);
            for (nth, a) in places.iter().enumerate() {
                let at = layout.at(*a).unwrap();
                let room = at.x.min(at.y).min(layout.width - at.x).min(layout.height - at.y);
                assert!(room > layout.radius(*a) + 8.0, "{a:?} of {servers} is at the edge");
                for b in &places[..nth] {
                    let apart = at.distance(layout.at(*b).unwrap());
                    assert!(
                        apart > layout.radius(*a) + layout.radius(*b) + 20.0,
                        "{a:?} and {b:?} of {servers} touch"
                    );
                }
            }
        }
    }

    #[test]
    fn the_two_directions_never_share_a_line() {
        for (servers, layout) in layouts() {
            for a in places(servers) {
                // Customers do not talk to each other.
                for b in places(servers)
                    .into_iter()
                    .filter(|b| *b != a && matches!((a, *b), (Place::Server(_), _) | (_, Place::Server(_))))
                {
                    let lanes = [Lane::Inner, Lane::Middle, Lane::Outer];
                    let (there, back) = (
                        lanes.map(|lane| layout.route(a, b, lane).unwrap()),
                        lanes.map(|lane| layout.route(b, a, lane).unwrap()),
                    );
                    for (there, back) in
                        there.iter().flat_map(|there| back.iter().map(move |back| (there, back)))
                    {
                        assert!(there.start.distance(back.end) >= 2.0 * Lane::Inner.beside() - 0.01);
                        assert!(
                            there.at(0.5).distance(back.at(0.5)) >= 2.0 * Lane::Inner.beside() - 0.01,
                            "{a:?} and {b:?} of {servers}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn no_way_leads_through_somebody_else() {
        for servers in 1..=5 {
            let layout = Layout::new(Form::Wide, servers, &clients());
            for a in places(servers) {
                for b in ServerId::all(servers).map(Place::Server).filter(|b| *b != a) {
                    let room = layout.room_beside(&layout.route(a, b, Lane::Outer).unwrap(), a, b);
                    assert!(room > 0.0, "{a:?} to {b:?} of {servers}: {room}");
                }
            }
        }
    }

    #[test]
    fn strangers_have_no_place() {
        let layout = Layout::new(Form::Wide, 3, &clients());
        let stranger = Place::Server(ServerId::new(5));
        assert_eq!(layout.at(stranger), None);
        assert_eq!(layout.route(Place::Client(clients()[0]), stranger, Lane::Outer), None);
    }
}
