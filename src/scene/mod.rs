//! The picture as a value: what is drawn, where and how, without a browser.
//!
//! ```text
//! Frame ──draw(frame, layout)──▶ Scene ──paint──▶ Shapes ──svg──▶ text of a still picture
//!                                  │                └──page/stage──▶ live elements
//!                                  └── packets ──place(packet, now)──▶ where each one is at this instant
//! ```
//!
//! One visual language for everything: **colour is the generation, shape is the kind of message, a dashed line is what is
//! not certain yet**. Each of the three is also said in text or number, so that nobody depends on colour. Stage, log table,
//! legend and the still pictures all paint from here.
//!
//! What is not here: time (the caller says which moment is drawn), the DOM, and any decision about the world.

pub mod caption;
pub mod chart;
pub mod courses;
pub mod disk;
pub mod icons;
pub mod inspect;
pub mod layout;
pub mod load;
pub mod machines;
pub mod menu;
pub mod motion;
pub mod narrate;
pub mod paint;
pub mod plate;
pub mod promises;
pub mod proof;
pub mod qr;
pub mod rules;
pub mod spot;
pub mod svg;
pub mod timeline;

pub use layout::{Form, Lane, Layout, Point, Route};
pub use motion::{Placed, place};
pub use svg::svg;

use crate::frame::{self, ClientId, Frame, HostKind, Load, MessageKind, Place, Role, ServerId, Timer};
use crate::time::Time;
use machines::MachineShape;

/// How many entries are drawn below a server: the newest ones.
pub const ENTRIES_SHOWN: usize = 6;

/// How many colours the generations take turns with.
pub const GENERATION_COLOURS: u64 = 6;

/// Everything that is drawn at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The moment.
    pub at: Time,
    /// Width of the view box.
    pub width: f64,
    /// Height of the view box.
    pub height: f64,
    /// The servers, A first.
    pub servers: Vec<ServerShape>,
    /// The machines of a world without a cluster.
    pub machines: Vec<MachineShape>,
    /// Their load.
    pub load: Option<Load>,
    /// The customers.
    pub clients: Vec<ClientShape>,
    /// The lines between the places.
    pub links: Vec<LinkShape>,
    /// Messages in flight.
    pub packets: Vec<PacketShape>,
}

/// A server as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerShape {
    /// Its letter.
    pub id: ServerId,
    /// The middle of its disc.
    pub at: Point,
    /// The radius of its disc.
    pub radius: f64,
    /// What it is.
    pub role: Role,
    /// Its process stands still.
    pub paused: bool,
    /// The highest generation that it has heard of.
    pub generation: u64,
    /// Its election timer.
    pub timer: Option<Timer>,
    /// The votes of a candidate.
    pub votes: Option<Votes>,
    /// How many requests wait in its update queue, as leader.
    pub queue: u32,
    /// How many things wait for its process, which stands still.
    pub inbox: u32,
    /// The newest entries of its log, at most [`ENTRIES_SHOWN`].
    pub entries: Vec<EntryShape>,
    /// How many entries its log holds.
    pub entries_total: u64,
    /// How many of them it knows to be committed.
    pub committed: u64,
}

/// How far an election has come, as the candidate sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Votes {
    /// Votes granted, its own included.
    pub granted: usize,
    /// The size of the cluster.
    pub of: usize,
}

/// An entry of a log as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryShape {
    /// Its place in the log.
    pub index: u64,
    /// The generation that wrote it.
    pub generation: u64,
    /// The server knows that it is committed: drawn solid. Dashed otherwise.
    pub committed: bool,
    /// It is safe on the server's disk.
    pub durable: bool,
}

/// A customer as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientShape {
    /// Its id.
    pub id: ClientId,
    /// The middle of its disc.
    pub at: Point,
    /// The radius of its disc.
    pub radius: f64,
    /// One of many: only its number and a sign are drawn.
    pub small: bool,
    /// The customer's name in messages.
    pub name: String,
    /// Its newest request.
    pub request: Option<frame::Request>,
    /// Those before it that are known, the newest first.
    pub earlier: Vec<frame::Request>,
    /// The next answer to it will be lost.
    pub loses_next_answer: bool,
    /// What it was shown last of its account.
    pub view: Option<ViewShape>,
}

/// What a customer was shown of the account.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewShape {
    /// By which server.
    pub server: ServerId,
    /// Up to which entry that is true.
    pub as_of: u64,
    /// Won.
    pub money: i64,
    /// The server that has carried out most has something else by now.
    pub is_old: bool,
}

/// A line between two places.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkShape {
    /// What it stands for.
    pub kind: LinkKind,
    /// Where it runs.
    pub route: Route,
    /// The two servers at its ends; absent when one end is a customer.
    pub between: Option<(ServerId, ServerId)>,
}

/// What a line between two places stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Two servers that can reach each other.
    Working,
    /// The server that a customer believes to lead.
    Asks,
    /// What is sent this way is lost at the wall.
    Cut,
    /// What is sent this way waits at the gate.
    Held,
}

/// A message in flight as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct PacketShape {
    /// Its id, unique in a run.
    pub id: u64,
    /// What it is: its shape.
    pub kind: MessageKind,
    /// The generation that it speaks for: its colour.
    pub generation: Option<u64>,
    /// Whether a vote or an append was granted (answers only).
    pub granted: Option<bool>,
    /// How many entries it carries.
    pub entries: u32,
    /// Where it comes from.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// It waits at the gate.
    pub held: bool,
    /// It ends at the wall.
    pub cut: bool,
    /// Its way.
    pub route: Route,
}

/// The number of the colour of a generation: 0 before the first election, then 1 to [`GENERATION_COLOURS`] in turn.
pub fn colour_of(generation: u64) -> u64 {
    match generation {
        0 => 0,
        _ => (generation - 1) % GENERATION_COLOURS + 1,
    }
}

/// The picture of a frame.
pub fn draw(frame: &Frame, layout: &Layout) -> Scene {
    Scene {
        at: frame.at,
        width: layout.width,
        height: layout.height,
        servers: frame.servers.iter().filter_map(|server| server_shape(frame, server, layout)).collect(),
        machines: machines::machines(frame, layout),
        load: frame.load.clone(),
        clients: frame.clients.iter().filter_map(|client| client_shape(frame, client, layout)).collect(),
        links: links(frame, layout),
        packets: frame.packets.iter().filter_map(|packet| packet_shape(packet, layout)).collect(),
    }
}

/// A message as it is drawn; none when the layout does not know one of its ends.
pub fn packet_shape(packet: &frame::Packet, layout: &Layout) -> Option<PacketShape> {
    Some(PacketShape {
        id: packet.id,
        kind: packet.kind,
        generation: packet.generation,
        granted: packet.granted,
        entries: packet.entries,
        from: packet.from,
        to: packet.to,
        sent: packet.sent,
        due: packet.due,
        held: packet.held,
        cut: packet.cut,
        route: layout.route(packet.from, packet.to, lane_of(packet.kind))?,
    })
}

fn lane_of(kind: MessageKind) -> Lane {
    match kind {
        MessageKind::Heartbeat | MessageKind::HeartbeatAnswer => Lane::Inner,
        _ => Lane::Outer,
    }
}

fn server_shape(frame: &Frame, server: &frame::Server, layout: &Layout) -> Option<ServerShape> {
    let stands = matches!(server.role, Role::Candidate | Role::PreCandidate);
    let skipped = server.log.len().saturating_sub(ENTRIES_SHOWN);
    Some(ServerShape {
        id: server.id,
        at: layout.at(Place::Server(server.id))?,
        radius: layout.server_radius,
        role: server.role,
        paused: server.paused,
        generation: server.generation,
        timer: server.timer.clone().filter(|_| server.role != Role::Down),
        votes: stands.then_some(Votes { granted: server.votes.len(), of: frame.servers.len() }),
        queue: server.queue,
        inbox: server.inbox,
        entries: server.log[skipped..].iter().map(|entry| entry_shape(server, entry)).collect(),
        entries_total: server.last_index,
        committed: server.high_water_mark,
    })
}

/// An entry as the server that holds it sees it.
pub fn entry_shape(server: &frame::Server, entry: &frame::Entry) -> EntryShape {
    EntryShape {
        index: entry.index,
        generation: entry.generation,
        committed: entry.index <= server.high_water_mark,
        durable: entry.index <= server.durable_index,
    }
}

/// Whether a server or a machine is down.
pub fn is_down(frame: &Frame, id: ServerId) -> bool {
    frame.servers.iter().any(|server| server.id == id && server.role == Role::Down)
        || frame.hosts.iter().any(|host| host.id == id && !host.up)
}

/// Who keeps the accounts: all servers of a cluster; without one the machine that has the data, which under the wrong rule is each web
/// server for itself.
pub fn keepers(frame: &Frame) -> Vec<ServerId> {
    let in_web_servers = frame.rules.get("web-state").is_some_and(|value| value == "in-web-servers");
    let keeps = |host: &&frame::Host| match host.kind {
        HostKind::Server => true,
        HostKind::Web => in_web_servers,
        HostKind::Database => !in_web_servers,
    };
    let machines = frame.hosts.iter().filter(keeps).map(|host| host.id);
    frame.servers.iter().map(|server| server.id).chain(machines).collect()
}

/// Who knows the newest state: the server that has carried out most, or the one machine that has the data. Of several machines that
/// each have their own none is right.
pub fn newest(frame: &Frame) -> Option<ServerId> {
    let up = frame.servers.iter().filter(|server| server.role != Role::Down);
    let server = up.max_by_key(|server| server.applied).map(|server| server.id);
    let the_one = || match keepers(frame).as_slice() {
        [keeper] if !is_down(frame, *keeper) => Some(*keeper),
        _ => None,
    };
    server.or_else(the_one)
}

fn view_shape(frame: &Frame, client: &frame::Client) -> Option<ViewShape> {
    let view = client.last_view.as_ref()?;
    let newest = newest(frame);
    let now =
        frame.accounts.iter().find(|account| account.owner == client.name && Some(account.server) == newest);
    let is_old = now.is_some_and(|now| (now.money, &now.items) != (view.money, &view.items));
    Some(ViewShape { server: view.server, as_of: view.as_of, money: view.money, is_old })
}

fn client_shape(frame: &Frame, client: &frame::Client, layout: &Layout) -> Option<ClientShape> {
    Some(ClientShape {
        id: client.id,
        at: layout.at(Place::Client(client.id))?,
        radius: layout.client_radius,
        small: layout.has_crowd(),
        name: client.name.clone(),
        request: client.requests.first().cloned(),
        earlier: client.requests.iter().skip(1).cloned().collect(),
        loses_next_answer: client.loses_next_answer,
        view: view_shape(frame, client),
    })
}

/// The quiet lines first, so that walls and gates lie on top of them.
fn links(frame: &Frame, layout: &Layout) -> Vec<LinkShape> {
    // Of a crowd only those who wait: twenty lines to one server would hide all others.
    let waits = |client: &frame::Client| client.requests.first().is_some_and(|request| request.waiting);
    let asking = frame.clients.iter().filter(move |client| !layout.has_crowd() || waits(client));
    let asks = asking.filter_map(|client| {
        let route = layout.line(Place::Client(client.id), Place::Server(client.asks))?;
        Some(LinkShape { kind: LinkKind::Asks, route, between: None })
    });
    let troubled = frame.links.iter().filter_map(|link| {
        let kind = if link.cut { LinkKind::Cut } else { LinkKind::Held };
        let between = match (link.from, link.to) {
            (Place::Server(from), Place::Server(to)) => Some((from.min(to), from.max(to))),
            _ => None,
        };
        Some(LinkShape { kind, route: layout.route(link.from, link.to, Lane::Middle)?, between })
    });
    working_links(frame, layout).chain(asks).chain(troubled.collect::<Vec<_>>()).collect()
}

/// A line for each pair of servers of which at least one direction works.
fn working_links<'a>(frame: &'a Frame, layout: &'a Layout) -> impl Iterator<Item = LinkShape> + 'a {
    let ids = frame.servers.iter().map(|server| server.id);
    let pairs = ids.clone().flat_map(move |a| ids.clone().filter(move |b| a < *b).map(move |b| (a, b)));
    pairs.filter(|(a, b)| !(is_cut(frame, *a, *b) && is_cut(frame, *b, *a))).filter_map(|(a, b)| {
        let route = layout.line(Place::Server(a), Place::Server(b))?;
        Some(LinkShape { kind: LinkKind::Working, route, between: Some((a, b)) })
    })
}

/// Whether what `from` sends to `to` is lost.
pub fn is_cut(frame: &Frame, from: ServerId, to: ServerId) -> bool {
    let (from, to) = (Place::Server(from), Place::Server(to));
    frame.links.iter().any(|link| link.cut && link.from == from && link.to == to)
}

/// Whether what one server sends to another waits.
pub fn is_held(frame: &Frame, from: ServerId, to: ServerId) -> bool {
    let (from, to) = (Place::Server(from), Place::Server(to));
    frame.links.iter().any(|link| link.held && link.from == from && link.to == to)
}

#[cfg(test)]
pub(crate) mod tests;
