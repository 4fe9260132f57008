//! The world: servers, their disks, the network, the clients, and one seed.
//!
//! A run is a pure function of (engine version, options, rules, seed, timed commands). [`Sim::step`] lets the next thing happen:
//! it takes one item from the agenda, hands it to whom it concerns, and carries out everything that follows at once and in
//! order. [`Sim::execute`] does what a visitor wants. Both return what happened as a [`TraceEvent`]. Between two such moments
//! nothing changes, so time simply jumps.
//!
//! The world decides nothing of the protocol. It only makes true what [`crate::node`] asks for: messages take time or are lost,
//! a write is durable when its sync is over, a timer fires when it is due. Everything a server can learn of another goes through
//! [`network`].

mod agenda;
mod client;
mod disk;
mod execute;
pub mod hosts;
mod network;
mod options;
mod rng;
mod server;
mod trace;
mod web;

use crate::node::{
    ClientId, Effect, Event, Node, Note, Outbox, Place, Reply, Role, Rules, ServerId, TimerKind,
    WEB_SERVERS_MAX, WriteId,
};
use crate::shop::Shop;
use crate::stable_hash::stable_hash;
use crate::time::{Span, Time};

use agenda::{Agenda, Happening};
use hosts::Hosts;
use server::{HeldBack, RunningTimer};

pub use client::{Answer, Client, Request, Viewing, Waiting};
pub use disk::Disk;
pub use network::{Content, Flight, Link, Loss, MessageId, Network};
pub use options::{FROM_START_OVER, Options};
pub use server::Server;
pub use trace::{Cause, Detail, Mail, TraceEvent};

/// The version of the simulation: raised whenever a committed hash changes.
pub const ENGINE: u32 = 7;

/// A world at one moment. Everything in it is part of the state hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sim {
    now: Time,
    happened: u64,
    /// The moment of the last thing that the world did by itself.
    last_event: Option<Time>,
    options: Options,
    rules: Rules,
    agenda: Agenda,
    servers: Vec<Server>,
    network: Network,
    clients: Vec<Client>,
    /// The machines of a world that has no cluster.
    hosts: Option<Hosts>,
}

impl Sim {
    /// A world in which all servers start, from empty disks, at this moment. Without servers it has machines with a load.
    pub fn new(options: Options, rules: Rules, seed: u32, start: Time) -> Sim {
        assert!(
            options.servers <= crate::node::SERVERS_MAX && options.web_servers <= WEB_SERVERS_MAX,
            "a cluster has one to nine servers, or none; and there are at most eight web servers"
        );
        let servers = ServerId::all(options.servers)
            .map(|id| Server::new(id, rng::Stream::of_election_timer(seed, id)))
            .collect();
        let clients =
            (1..=options.customers).map(|number| Client::new(ClientId::of_customer(number))).collect();
        let hosts = (options.servers == 0).then(|| Hosts::new(&options, rules.web_state, seed, start));
        let mut sim = Sim {
            now: start,
            happened: 0,
            last_event: None,
            agenda: Agenda::default(),
            servers,
            network: Network::new(seed),
            clients,
            hosts,
            options,
            rules,
        };
        sim.with_hosts(&mut Vec::new(), |hosts, around| hosts.users_change(around));
        for id in ServerId::all(sim.options.servers) {
            sim.start_server(id, &mut Vec::new());
        }
        sim
    }

    /// The moment.
    pub fn now(&self) -> Time {
        self.now
    }

    /// How many things have happened so far.
    pub fn happened(&self) -> u64 {
        self.happened
    }

    /// When the world did something by itself last.
    pub fn last_event(&self) -> Option<Time> {
        self.last_event
    }

    /// When the next thing will happen, if nobody interferes.
    pub fn next_due(&self) -> Option<Time> {
        self.agenda.next_due()
    }

    /// The settings in force.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The rules in force.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The servers, A first.
    pub fn servers(&self) -> impl Iterator<Item = (ServerId, &Server)> {
        ServerId::all(self.options.servers).zip(&self.servers)
    }

    /// A server of this cluster.
    pub fn server(&self, id: ServerId) -> &Server {
        &self.servers[usize::from(id.place())]
    }

    /// The process of a server, while it is up. Machines without a cluster have none.
    pub fn node(&self, id: ServerId) -> Option<&Node> {
        self.servers.get(usize::from(id.place()))?.node.as_ref()
    }

    /// The machines, in a world without a cluster.
    pub fn hosts(&self) -> Option<&Hosts> {
        self.hosts.as_ref()
    }

    /// The accounts as a server or a machine has them, if it is up and keeps any.
    pub fn shop(&self, id: ServerId) -> Option<&Shop> {
        let books = || self.hosts()?.get(id)?.books.as_ref();
        self.node(id).map(Node::shop).or_else(|| books().map(|books| books.shop()))
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The clients.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The hash of the whole world.
    pub fn hash(&self) -> u64 {
        stable_hash(self)
    }

    /// Who leads the newest generation, if anybody who is up does.
    pub fn leader(&self) -> Option<ServerId> {
        self.leaders().map(|(id, node)| (node.generation(), id)).max().map(|(_, id)| id)
    }

    /// All who are up and lead, each its own generation.
    pub fn leaders(&self) -> impl Iterator<Item = (ServerId, &Node)> {
        let nodes = self.servers().filter_map(|(id, server)| Some((id, server.node.as_ref()?)));
        nodes.filter(|(_, node)| matches!(node.role(), Role::Leader(_)))
    }

    /// From now on messages in that direction take exactly so long, whatever the options say.
    pub fn set_delay(&mut self, from: Place, to: Place, delay: Span) {
        self.network.set_delay(from, to, delay);
    }

    /// The leader opens a client's session before the client asks for anything.
    pub fn open_session(&mut self, client: ClientId) -> Option<TraceEvent> {
        let leader = self.leader()?;
        let mut details = Vec::new();
        self.tell(leader, Event::OpenSession { client }, &mut details);
        Some(self.record(Cause::OpensSession { client }, details))
    }

    /// Lets time pass up to a moment at which nothing is due before.
    pub fn pass_to(&mut self, moment: Time) {
        assert!(self.next_due().is_none_or(|due| due >= moment), "nothing may be skipped");
        self.now = self.now.max(moment);
    }

    /// Lets the next thing happen. Nothing if the agenda is empty.
    pub fn step(&mut self) -> Option<TraceEvent> {
        let (at, happening) = self.agenda.pop()?;
        self.now = at;
        self.last_event = Some(at);
        let mut details = Vec::new();
        let cause = self.happen(happening, &mut details);
        Some(self.record(cause, details))
    }

    /// Makes the record of what has just happened.
    fn record(&mut self, cause: Cause, details: Vec<Detail>) -> TraceEvent {
        self.happened += 1;
        TraceEvent { number: self.happened, at: self.now, cause, details }
    }

    fn happen(&mut self, happening: Happening, details: &mut Vec<Detail>) -> Cause {
        match happening {
            Happening::Deliver(id) => self.deliver(id, details),
            Happening::Timer(server, kind) => {
                self.tell(server, Event::Timer(kind), details);
                Cause::TimerFired { server, kind }
            }
            Happening::CatchUp(server) => {
                self.catch_up(server, details);
                Cause::CaughtUp { server }
            }
            Happening::Synced(server, upto) => self.synced(server, upto, details),
            Happening::Report(server, upto) => {
                self.tell(server, Event::Durable(upto), details);
                Cause::Reported { server }
            }
            Happening::Impatient(client, ask) => {
                self.client_is_impatient(client, ask, details);
                Cause::Impatient { client, ask }
            }
            Happening::UserAsks => {
                self.with_hosts(details, |hosts, around| hosts.user_asks(around));
                Cause::UserAsked
            }
            Happening::Done(server, resource) => {
                self.with_hosts(details, |hosts, around| hosts.done(server, resource, around));
                Cause::Worked { server, resource }
            }
        }
    }

    fn server_mut(&mut self, id: ServerId) -> &mut Server {
        &mut self.servers[usize::from(id.place())]
    }

    fn client_mut(&mut self, id: ClientId) -> Option<&mut Client> {
        self.clients.iter_mut().find(|client| client.id == id)
    }
}

/// What happens to servers.
impl Sim {
    /// Starts a server's process from what its disk holds.
    fn start_server(&mut self, id: ServerId, details: &mut Vec<Detail>) {
        let options = &self.options;
        let node = Node::new(options.config(id, self.rules), options.shop());
        let server = self.server_mut(id);
        server.node = Some(node);
        let recovered = server.disk.stored().clone();
        self.tell(id, Event::Restart(recovered), details);
    }

    /// Ends a server's process: memory, timers and what was not synced are gone.
    fn stop_server(&mut self, id: ServerId) {
        self.forget_process(id);
        self.server_mut(id).disk.crash();
    }

    /// Ends a server's process; what becomes of its disk is said elsewhere.
    fn forget_process(&mut self, id: ServerId) {
        let server = &mut self.servers[usize::from(id.place())];
        for timer in std::mem::take(&mut server.timers).into_values() {
            self.agenda.remove(timer.slot);
        }
        server.node = None;
        server.paused = false;
        server.backlog.clear();
        server.held_back.clear();
        self.agenda.forget_sync(id);
    }

    /// Hands an event to a server. A stopped process finds it later, behind what waits already; one that is down never does.
    fn tell(&mut self, id: ServerId, event: Event, details: &mut Vec<Detail>) {
        if !id.is_in_a_cluster() {
            return self.tell_host(id, event, details);
        }
        let server = &mut self.servers[usize::from(id.place())];
        if !server.paused && server.backlog.is_empty() {
            return self.handle(id, event, details);
        }
        server.backlog.push_back(event);
        if !server.paused {
            self.agenda.add(self.now, Happening::CatchUp(id));
        }
    }

    /// The oldest thing that waits for a server that goes on.
    fn catch_up(&mut self, id: ServerId, details: &mut Vec<Detail>) {
        let server = self.server_mut(id);
        if server.paused {
            return;
        }
        if let Some(event) = server.backlog.pop_front() {
            self.handle(id, event, details);
        }
    }

    /// Lets a server handle an event and carries out all that follows.
    fn handle(&mut self, id: ServerId, event: Event, details: &mut Vec<Detail>) {
        let now = self.now;
        let server = self.server_mut(id);
        if let Event::Timer(kind) = event {
            // One that came due while the process stood still may have been set anew or stopped since.
            if server.timers.get(&kind).is_none_or(|timer| timer.slot.due > now) {
                return;
            }
            server.timers.remove(&kind);
        }
        let released = match event {
            Event::Durable(upto) => release(&mut server.held_back, upto),
            _ => Vec::new(),
        };
        for ready in released {
            self.send(Place::Server(id), Place::Server(ready.to), Content::Message(ready.message));
        }
        let mut outbox = Outbox::new();
        if let Some(node) = &mut self.server_mut(id).node {
            node.handle(now, event, &mut outbox);
        }
        for effect in outbox.drain() {
            self.carry_out(id, effect, details);
        }
        self.begin_sync(id);
    }

    fn carry_out(&mut self, id: ServerId, effect: Effect, details: &mut Vec<Detail>) {
        match effect {
            Effect::Persist { id: write_id, write } => self.server_mut(id).disk.write(write_id, write),
            Effect::Send { to, message, after } => match after {
                Some(after) if !self.server(id).disk.is_durable(after) => {
                    self.server_mut(id).held_back.push(HeldBack { after, to, message });
                }
                _ => self.send(Place::Server(id), Place::Server(to), Content::Message(message)),
            },
            Effect::SetTimer { kind, between } => self.set_timer(id, kind, between),
            Effect::StopTimer(kind) => self.stop_timer(id, kind),
            Effect::Reply { client, ask, reply } => {
                self.send(Place::Server(id), Place::Client(client), Content::Reply { ask, reply });
            }
            Effect::Halt => self.stop_server(id),
            Effect::Note(note) => details.push(Detail::Noted { server: id, note }),
        }
    }

    fn send(&mut self, from: Place, to: Place, content: Content) {
        self.network.send(self.now, (from, to), content, &self.options, &mut self.agenda);
    }

    fn set_timer(&mut self, id: ServerId, kind: TimerKind, (shortest, longest): (Span, Span)) {
        self.stop_timer(id, kind);
        let server = &mut self.servers[usize::from(id.place())];
        let span = if shortest == longest { shortest } else { server.chance.between(shortest, longest) };
        let slot = self.agenda.add(self.now + span, Happening::Timer(id, kind));
        server.timers.insert(kind, RunningTimer { set: self.now, slot });
    }

    fn stop_timer(&mut self, id: ServerId, kind: TimerKind) {
        if let Some(timer) = self.server_mut(id).timers.remove(&kind) {
            self.agenda.remove(timer.slot);
        }
    }

    fn shorten_timer(&mut self, id: ServerId, kind: TimerKind, longest: Span) {
        let server = &mut self.servers[usize::from(id.place())];
        let Some(timer) = server.timers.get_mut(&kind) else { return };
        let latest = self.now + longest;
        if timer.slot.due > latest {
            self.agenda.remove(timer.slot);
            timer.slot = self.agenda.add(latest, Happening::Timer(id, kind));
        }
    }

    fn begin_sync(&mut self, id: ServerId) {
        if let Some(upto) = self.server_mut(id).disk.begin_sync() {
            self.agenda.add(self.now + self.options.sync, Happening::Synced(id, upto));
        }
    }

    fn synced(&mut self, id: ServerId, upto: WriteId, details: &mut Vec<Detail>) -> Cause {
        let server = self.server_mut(id);
        let before = server.disk.synced();
        let safe = server.disk.end_sync(upto);
        let after = server.disk.synced();
        details.extend(safe.into_iter().map(|entry| Detail::Safe { server: id, entry }));
        if self.options.sync_report == Span::ZERO {
            self.tell(id, Event::Durable(upto), details);
        } else {
            self.agenda.add(self.now + self.options.sync_report, Happening::Report(id, upto));
        }
        self.begin_sync(id);
        Cause::Synced { server: id, upto: (after != before).then_some(after) }
    }
}

/// Takes out, in order, what waited for writes up to `upto`.
fn release(held_back: &mut Vec<HeldBack>, upto: WriteId) -> Vec<HeldBack> {
    let (ready, still): (Vec<HeldBack>, Vec<HeldBack>) =
        held_back.drain(..).partition(|held| held.after <= upto);
    *held_back = still;
    ready
}

/// What happens to messages.
impl Sim {
    fn deliver(&mut self, id: MessageId, details: &mut Vec<Detail>) -> Cause {
        let Some((flight, doom)) = self.network.arrive(id) else {
            return self.waits(id);
        };
        let (mail, from) = (flight.mail(), flight.from);
        let doom = doom.or_else(|| self.loss_at_arrival(&flight));
        if let Some(why) = doom {
            return Cause::Lost { mail, why };
        }
        match (flight.to, flight.content) {
            (Place::Server(to), Content::Message(message)) => {
                if let Place::Server(from) = from {
                    self.tell(to, Event::Receive { from, message }, details);
                }
            }
            (Place::Server(to), Content::Request(request)) => {
                if let Place::Client(client) = from {
                    self.tell(to, Event::Request { client, request }, details);
                }
            }
            (Place::Server(to), Content::View { number, latest }) => {
                if let Place::Client(client) = from {
                    self.tell(to, Event::View { client, number, latest }, details);
                }
            }
            (Place::Client(client), Content::Reply { ask, reply }) => {
                if let Place::Server(server) = from {
                    self.client_hears(client, server, ask, reply, details);
                }
            }
            _ => unreachable!("clients get replies, servers get the rest"),
        }
        Cause::Arrived(mail)
    }

    fn waits(&self, id: MessageId) -> Cause {
        let flight = self.network.flight(id).expect("what is on the agenda to arrive is in flight");
        Cause::Waits(flight.mail())
    }

    /// Why a message that came through is lost all the same.
    fn loss_at_arrival(&mut self, flight: &Flight) -> Option<Loss> {
        match flight.to {
            Place::Server(id) => (!self.is_up(id)).then_some(Loss::Down),
            Place::Client(id) => {
                // That a request was accepted is no answer yet.
                let is_answer = flight.content.kind() == crate::node::MessageKind::Answer
                    && !matches!(flight.content, Content::Reply { reply: Reply::Accepted, .. });
                let client = self.client_mut(id)?;
                let lost = is_answer && client.loses_next_answer;
                client.loses_next_answer &= !lost;
                lost.then_some(Loss::AnswerLost)
            }
        }
    }
}

/// Whether a note tells of a change of mark, role or generation: what makes even a heartbeat worth telling.
pub fn is_change(note: &Note) -> bool {
    matches!(
        note,
        Note::MarkRises { .. }
            | Note::AsksAround
            | Note::Stands { .. }
            | Note::Leads { .. }
            | Note::StepsDown { .. }
            | Note::AdoptsGeneration { .. }
            | Note::RejectsOldGeneration { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_of_the_world_counts_in_its_hash() {
        let sim = || Sim::new(Options::default(), Rules::default(), 1, Time::ZERO);
        let mut other = sim();
        for _ in 0..40 {
            other.step();
        }
        let mut rules = Rules::default();
        rules.set("dedupe", "off").expect("a rule");
        each_field_counts!(sim() => Sim {
            now: Time::from_ms(1),
            happened: 1,
            last_event: Some(Time::ZERO),
            options: Options { servers: 3, ..Options::default() },
            rules: rules,
            agenda: other.agenda.clone(),
            servers: other.servers.clone(),
            network: other.network.clone(),
            clients: Vec::new(),
            hosts: Sim::new(Options { servers: 0, ..Options::default() }, rules, 1, Time::ZERO).hosts.clone(),
        });
    }
}
