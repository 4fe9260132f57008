//! Machines with a load: one server that does everything, or web servers before a database. A world has these or a cluster.
//!
//! **The load.** Each of the users asks once every 100 s, independently of how the answers come (an open loop): together they make a
//! Poisson stream, so one exponential time after the other is drawn. A change of the number of users draws the next one anew, which an
//! exponential time forgives: it has no memory. Every request is an event of its own. Nobody looks at the users' accounts, so a request
//! of theirs costs what a purchase costs, and changes nothing; the purchases of the named customers, who stand in the same
//! queues, change the [`Books`].
//!
//! **A machine** ([`Host`]) works on 200 requests at once, the others wait at its door. CPU and disk are queues with one place at the
//! counter and exponential times, so that up to that limit the single server is a Jackson network: at its CPU everything
//! waits as in an M/M/1 queue (Jackson 1957; a test compares). Memory is space: 5 KB for a connected user, 50 KB for a request from
//! arrival to answer, of 16 GB. When it is full the machine goes down with all that it had in memory.
//!
//! **In front of web servers** a balancer hands each request to the next one that runs. What a crashed one had is handed to another, and
//! what it had asked the database is asked again; the database knows a request that it has carried out before. When the database is
//! down, requests fail. The balancer is no machine here: it takes no time and does not crash.
//!
//! Left out: the time that a connection takes, connections that break, caches, more than one database, a load that reacts.

mod books;
mod fifo;
mod host;
mod life;
mod measure;
mod meter;
mod way;

use crate::node::{Ask, ClientId, Reply, Request as Purchase, ServerId, ViewNumber, WebState};
use crate::ordered::Map;
use crate::time::{Span, Time};

use super::agenda::{Agenda, Happening, Slot};
use super::options::Options;
use super::rng::Stream;
use super::trace::Detail;

pub use books::Books;
pub use host::{Host, Kind, MEMORY_KB, REQUEST_KB, Resource, Step, USER_KB, WORKERS};
pub use measure::{Measure, POINTS_MAX, Point};
pub use meter::{Histogram, Reading};

use meter::Meter;

/// How long a user waits between two requests, in the mean.
pub const THINKS: Span = Span::from_ms(100_000);

/// A request on its way through the machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// When it came.
    pub since: Time,
    /// When it came to the machine where it is now.
    pub here: Time,
    /// The number of the named customer's wish; 0: a user's.
    pub wish: u32,
    /// The web server that has asked the database.
    pub via: ServerId,
    /// Which life of it.
    pub life: u16,
    /// A web server that is gone had asked the database for it: it may be done.
    pub asked_before: bool,
}

/// What a named customer wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// To buy or sell something.
    Trade(Purchase),
    /// To see the account.
    View {
        /// The client's number of the question.
        number: ViewNumber,
        /// It wants the latest value.
        latest: bool,
    },
}

/// An answer to a named customer, to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// From which machine.
    pub from: ServerId,
    /// To whom.
    pub client: ClientId,
    /// To which of their questions.
    pub ask: Ask,
    /// What.
    pub reply: Reply,
}

/// What the machines may use of the world while something happens.
pub struct Around<'a> {
    /// The moment.
    pub now: Time,
    /// The settings in force.
    pub options: &'a Options,
    /// What will happen.
    pub agenda: &'a mut Agenda,
    /// What is told of it.
    pub details: &'a mut Vec<Detail>,
    /// Answers to named customers.
    pub letters: Vec<Letter>,
}

/// What became of all requests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totals {
    /// They came.
    pub arrived: u64,
    /// They were answered.
    pub answered: u64,
    /// They were lost with a machine, found none, or were turned away.
    pub failed: u64,
}

/// All machines, and their users.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hosts {
    seed: u32,
    /// When this world began.
    began: Time,
    web_state: WebState,
    hosts: Map<ServerId, Host>,
    /// How many lives machines have begun.
    lives: u16,
    /// Draws the times between the users' requests.
    chance: Stream,
    next_user: Option<Slot>,
    /// The web server that had the last request.
    last_web: ServerId,
    /// What named customers have asked for, until they are answered.
    wishes: Map<u32, (ClientId, Wish)>,
    last_wish: u32,
    meter: Meter,
    totals: Totals,
    measure: Measure,
    points: Vec<Point>,
}

/// How it begins.
impl Hosts {
    /// The machines of a world without a cluster. Nothing happens before [`Hosts::users_change`].
    pub fn new(options: &Options, web_state: WebState, seed: u32, now: Time) -> Hosts {
        let mut hosts = Hosts {
            seed,
            began: now,
            web_state,
            hosts: Map::new(),
            lives: 0,
            chance: Stream::of_users(seed),
            next_user: None,
            last_web: ServerId::web(1),
            wishes: Map::new(),
            last_wish: 0,
            meter: Meter::default(),
            totals: Totals::default(),
            measure: Measure::default(),
            points: Vec::new(),
        };
        match options.web_servers {
            0 => hosts.add(ServerId::SINGLE, Kind::Alone, options),
            count => {
                hosts.add(ServerId::DATABASE, Kind::Database, options);
                (1..=count).for_each(|number| hosts.add(ServerId::web(number), Kind::Web, options));
            }
        }
        hosts.measure_anew(now, options);
        hosts
    }

    fn add(&mut self, id: ServerId, kind: Kind, options: &Options) {
        let host = Host::new(self.seed, id, kind, self.books_at_start(kind, options));
        self.hosts.insert(id, host);
        self.begin_life(id);
    }

    fn begin_life(&mut self, id: ServerId) {
        self.lives += 1;
        if let Some(host) = self.hosts.get_mut(&id) {
            (host.up, host.life) = (true, self.lives);
        }
    }

    fn books_at_start(&self, kind: Kind, options: &Options) -> Option<Books> {
        let keeps_books = kind != Kind::Web || self.web_state == WebState::InWebServers;
        keeps_books.then(|| Books::open(options.shop()))
    }
}

/// What can be seen.
impl Hosts {
    /// Every machine.
    pub fn iter(&self) -> impl Iterator<Item = &Host> {
        self.hosts.values()
    }

    /// A machine.
    pub fn get(&self, id: ServerId) -> Option<&Host> {
        self.hosts.get(&id)
    }

    /// Whether that machine runs.
    pub fn is_up(&self, id: ServerId) -> bool {
        self.get(id).is_some_and(|host| host.up)
    }

    /// Whether a purchase finds all that it needs.
    pub fn serves(&self) -> bool {
        let up = |kind| self.iter().any(|host| host.kind == kind && host.up);
        let has_data = self.web_state == WebState::InWebServers || up(Kind::Database);
        up(Kind::Alone) || up(Kind::Web) && has_data
    }

    /// What became of all requests so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// What has been measured since the last change of the load or of the machines.
    pub fn measure(&self) -> &Measure {
        &self.measure
    }

    /// What was measured before, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// What the users see at present.
    pub fn reading(&self, now: Time) -> Reading {
        self.meter.read(now, self.began)
    }

    /// What can be read at a machine.
    pub fn reading_at(&self, host: &Host, now: Time) -> Reading {
        host.meter.read(now, self.began)
    }

    /// How many users are connected to a machine.
    pub fn users_at(&self, host: &Host, options: &Options) -> u32 {
        match host.kind {
            _ if !host.up => 0,
            Kind::Alone => options.users,
            Kind::Web => options.users / u32::from(self.web_servers_up()).max(1),
            Kind::Database => 0,
        }
    }

    /// How much of its memory a machine uses, in KB.
    pub fn memory_kb(&self, host: &Host, options: &Options) -> u64 {
        u64::from(self.users_at(host, options)) * USER_KB + host.requests() as u64 * REQUEST_KB
    }

    /// How many web servers run.
    pub fn web_servers_up(&self) -> u8 {
        self.iter().filter(|host| host.kind == Kind::Web && host.up).count() as u8
    }

    /// How many requests wait or are worked on, of which each counts once, even when a web server waits for the database with it.
    pub fn requests(&self) -> usize {
        self.iter().map(|host| host.requests() - host.away() as usize).sum()
    }
}

/// What users and customers do.
impl Hosts {
    /// The number of users is another one, or this is the beginning: the next request is drawn anew.
    pub fn users_change(&mut self, around: &mut Around) {
        if let Some(slot) = self.next_user.take() {
            around.agenda.remove(slot);
        }
        self.expect_next_user(around);
        self.measure_anew(around.now, around.options);
    }

    /// Another number of requests may wait at a door from now on; those that wait already stay.
    pub fn limit_changes(&mut self, around: &mut Around) {
        self.measure_anew(around.now, around.options);
    }

    fn expect_next_user(&mut self, around: &mut Around) {
        let users = u64::from(around.options.users);
        if users == 0 {
            return;
        }
        let one_user = self.chance.exponential(THINKS).us();
        let due = around.now + Span::from_us((one_user + users / 2) / users);
        self.next_user = Some(around.agenda.add(due, Happening::UserAsks));
    }

    /// A user asks.
    pub fn user_asks(&mut self, around: &mut Around) {
        self.expect_next_user(around);
        self.one_more(around);
    }

    /// So many users ask at once.
    pub fn burst(&mut self, count: u32, around: &mut Around) {
        self.measure_anew(around.now, around.options);
        (0..count).for_each(|_| self.one_more(around));
    }

    fn one_more(&mut self, around: &mut Around) {
        let entry = self.next_entry();
        self.enter(entry, 0, around);
    }

    /// A named customer's wish has arrived at a machine.
    pub fn customer_asks(&mut self, at: ServerId, client: ClientId, wish: Wish, around: &mut Around) {
        self.last_wish += 1;
        self.wishes.insert(self.last_wish, (client, wish));
        self.enter(at, self.last_wish, around);
    }

    fn enter(&mut self, at: ServerId, wish: u32, around: &mut Around) {
        let now = around.now;
        self.totals.arrived += 1;
        self.measure.arrived += 1;
        self.meter.arrived(now);
        self.arrive(
            at,
            Request { since: now, here: now, wish, via: at, life: 0, asked_before: false },
            around,
        );
    }

    /// Where the next request goes: web servers take turns; one that is down is left out, as long as another runs.
    pub fn next_entry(&mut self) -> ServerId {
        let webs = || self.hosts.values().filter(|host| host.kind == Kind::Web);
        let up = || webs().filter(|host| host.up).map(|host| host.id);
        let next = up().find(|id| *id > self.last_web).or_else(|| up().next());
        let Some(next) = next.or_else(|| webs().next().map(|host| host.id)) else {
            return ServerId::SINGLE;
        };
        self.last_web = next;
        next
    }
}

/// What is measured.
impl Hosts {
    /// Something has changed: what was measured up to now is a point.
    fn measure_anew(&mut self, now: Time, options: &Options) {
        self.points.extend(self.measure.point(now));
        let surplus = self.points.len().saturating_sub(POINTS_MAX);
        self.points.drain(..surplus);
        self.measure = Measure {
            since: now,
            users: options.users,
            web_servers: self.web_servers_up(),
            ..Measure::default()
        };
    }
}
