//! One machine: a door at which requests wait, and CPU and disk, each of which does one thing at a time.

use std::collections::VecDeque;

use crate::node::ServerId;
use crate::time::{Span, Time};

use super::super::agenda::Slot;
use super::super::rng::Stream;
use super::Request;
use super::books::Books;
use super::fifo::Fifo;
use super::meter::Meter;

/// The memory of a machine, in KB.
pub const MEMORY_KB: u64 = 16_000_000;

/// What a connected user takes of it.
pub const USER_KB: u64 = 5;

/// What a request takes of it, from its arrival to its answer.
pub const REQUEST_KB: u64 = 50;

/// How many requests a machine works on at once; the others wait at its door. (As many as a web server such as Tomcat has threads.)
pub const WORKERS: u32 = 200;

/// How long the network card is busy with a request or an answer: 2.5 KB at 1 Gbit/s. It is never what limits a machine here (a million
/// users make it a quarter busy), so messages are counted and do not queue.
pub const MESSAGE: Span = Span::from_us(20);

/// What a machine is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Does everything itself.
    Alone,
    /// Has the business logic and asks the database.
    Web,
    /// Has the data.
    Database,
}

/// What a machine has one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Computes.
    Cpu,
    /// Keeps data.
    Disk,
    /// Talks to users and to other machines.
    Network,
}

/// A step of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Reads the user.
    Read,
    /// Checks the money.
    Check,
    /// Debits.
    Debit,
    /// Grants the item.
    Grant,
    /// Saves.
    Save,
}

/// A step, the resource that does it, and how long that takes in the mean: the times are exponentially distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The step.
    pub step: Step,
    /// Who does it.
    pub resource: Resource,
    /// The mean.
    pub mean: Span,
}

const fn work(step: Step, resource: Resource, mean_us: u64) -> Work {
    Work { step, resource, mean: Span::from_us(mean_us) }
}

impl Kind {
    /// The steps of a purchase that are done here, in their order.
    ///
    /// The single server does all five: 1 ms of CPU in two halves, 0.5 ms of disk in three thirds. Behind web servers the same steps
    /// are divided: a web server thinks (0.5 ms of CPU, 2,000 a second), the database reads and writes (0.333 ms of disk, 3,000 a second).
    pub const fn works(self) -> &'static [Work] {
        const ALONE: &[Work] = &[
            work(Step::Read, Resource::Disk, 167),
            work(Step::Check, Resource::Cpu, 500),
            work(Step::Debit, Resource::Disk, 167),
            work(Step::Grant, Resource::Cpu, 500),
            work(Step::Save, Resource::Disk, 166),
        ];
        const WEB: &[Work] = &[work(Step::Check, Resource::Cpu, 250), work(Step::Grant, Resource::Cpu, 250)];
        const DATABASE: &[Work] = &[
            work(Step::Read, Resource::Disk, 167),
            work(Step::Debit, Resource::Cpu, 100),
            work(Step::Save, Resource::Disk, 166),
        ];
        match self {
            Kind::Alone => ALONE,
            Kind::Web => WEB,
            Kind::Database => DATABASE,
        }
    }
}

/// A request at one of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// Which one.
    pub request: Request,
    /// The place of its step among those of the machine.
    pub step: u8,
    /// Since when it waits for the resource.
    pub since: Time,
}

/// A resource that does one job at a time, in the order in which they come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// What it works on, for how long, and the end of that on the agenda.
    pub(super) working: Option<(Job, Span, Slot)>,
    pub(super) waiting: VecDeque<Job>,
    /// How long all jobs so far have been here, waiting and being done.
    spent: Span,
    chance: Stream,
}

impl Line {
    fn new(chance: Stream) -> Line {
        Line { working: None, waiting: VecDeque::new(), spent: Span::ZERO, chance }
    }

    /// All jobs that are here.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.working.iter().map(|(job, ..)| job).chain(&self.waiting)
    }

    /// How long all jobs that are through have been here, waiting and being done.
    pub fn spent(&self) -> Span {
        self.spent
    }
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host {
    /// Its name.
    pub id: ServerId,
    /// What it is there for.
    pub kind: Kind,
    /// It runs.
    pub up: bool,
    /// How often it was started: what was sent by an earlier life is not its business any more.
    pub(super) life: u16,
    /// Requests that wait to be worked on.
    pub(super) door: Fifo<Request>,
    /// How many are being worked on.
    pub(super) inside: u32,
    /// How many have been handed on to the database, which has not answered yet.
    pub(super) away: u32,
    pub(super) cpu: Line,
    pub(super) disk: Line,
    /// What it knows, if it keeps any data.
    pub books: Option<Books>,
    pub(super) meter: Meter,
}

impl Host {
    pub(super) fn new(seed: u32, id: ServerId, kind: Kind, books: Option<Books>) -> Host {
        let line = |resource| Line::new(Stream::of_work(seed, id, resource as u8));
        Host {
            id,
            kind,
            up: true,
            life: 0,
            door: Fifo::default(),
            inside: 0,
            away: 0,
            cpu: line(Resource::Cpu),
            disk: line(Resource::Disk),
            books,
            meter: Meter::default(),
        }
    }

    /// How many requests wait at its door.
    pub fn queue(&self) -> usize {
        self.door.len()
    }

    /// How many requests it has in its memory.
    pub fn requests(&self) -> usize {
        self.door.len() + (self.inside + self.away) as usize
    }

    /// How many wait for the database.
    pub fn away(&self) -> u32 {
        self.away
    }

    /// How many requests are at each of its steps, in their order.
    pub fn at_steps(&self) -> Vec<(Step, u32)> {
        let mut counts: Vec<(Step, u32)> = self.kind.works().iter().map(|work| (work.step, 0)).collect();
        for job in self.cpu.jobs().chain(self.disk.jobs()) {
            counts[usize::from(job.step)].1 += 1;
        }
        counts
    }

    /// One of its resources that do jobs.
    pub fn line(&self, resource: Resource) -> &Line {
        match resource {
            Resource::Disk => &self.disk,
            Resource::Cpu | Resource::Network => &self.cpu,
        }
    }

    pub(super) fn line_mut(&mut self, resource: Resource) -> &mut Line {
        match resource {
            Resource::Disk => &mut self.disk,
            Resource::Cpu | Resource::Network => &mut self.cpu,
        }
    }

    /// What begins next at that resource, and how long it will take; nothing when it is busy or has nothing to do.
    pub(super) fn begins(&mut self, resource: Resource) -> Option<(Job, Span)> {
        let works = self.kind.works();
        let line = self.line_mut(resource);
        if line.working.is_some() {
            return None;
        }
        let job = line.waiting.pop_front()?;
        Some((job, line.chance.exponential(works[usize::from(job.step)].mean)))
    }

    /// The job that a resource has just done.
    pub(super) fn ends(&mut self, now: Time, resource: Resource) -> Option<Job> {
        let line = self.line_mut(resource);
        let (job, span, _) = line.working.take()?;
        line.spent = line.spent + now.since(job.since);
        self.meter.worked(now, resource, span);
        Some(job)
    }

    /// Takes out every request that it has, and forgets what it was doing.
    pub(super) fn empty(&mut self) -> (Vec<Request>, Vec<Slot>) {
        let mut slots = Vec::new();
        let mut requests: Vec<Request> = Vec::with_capacity(self.requests());
        for line in [&mut self.cpu, &mut self.disk] {
            let working = line.working.take();
            slots.extend(working.iter().map(|(_, _, slot)| *slot));
            requests.extend(working.map(|(job, ..)| job.request));
            requests.extend(line.waiting.drain(..).map(|job| job.request));
        }
        requests.extend(self.door.iter());
        self.door = Fifo::default();
        (self.inside, self.away) = (0, 0);
        (requests, slots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::Shop;
    use crate::sim::agenda::{Agenda, Happening};
    use crate::stable_hash::each_field_counts;

    const REQUEST: Request = Request {
        since: Time::ZERO,
        here: Time::ZERO,
        wish: 0,
        via: ServerId::SINGLE,
        life: 1,
        asked_before: false,
    };

    #[test]
    fn the_costs_are_those_of_the_lesson() {
        let sum = |kind: Kind, resource| {
            let of = kind.works().iter().filter(|work| work.resource == resource);
            of.map(|work| work.mean.us()).sum::<u64>()
        };
        assert_eq!(sum(Kind::Alone, Resource::Cpu), 1_000, "1,000 a second at most");
        assert_eq!(sum(Kind::Alone, Resource::Disk), 500);
        assert_eq!(sum(Kind::Web, Resource::Cpu), 500, "2,000 a second at most");
        assert_eq!(sum(Kind::Web, Resource::Disk), 0, "nothing is kept there");
        assert_eq!(sum(Kind::Database, Resource::Disk), 333, "3,000 a second at most");
        assert!(sum(Kind::Database, Resource::Cpu) < 333);
        let steps: Vec<Step> = Kind::Alone.works().iter().map(|work| work.step).collect();
        assert!(steps.is_sorted() && steps.len() == 5);
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let job = Job { request: REQUEST, step: 0, since: Time::ZERO };
        let slot = |ms| {
            let happening = Happening::Done(ServerId::SINGLE, Resource::Cpu);
            Agenda::default().add(Time::from_ms(ms), happening)
        };
        each_field_counts!(job => Job {
            request: Request { wish: 1, ..REQUEST }, step: 1, since: Time::from_us(1),
        });
        let line = || Line::new(Stream::of_work(1, ServerId::SINGLE, 0));
        each_field_counts!(line() => Line {
            working: Some((job, Span::from_us(1), slot(1))),
            waiting: [job].into(),
            spent: Span::from_us(1),
            chance: Stream::of_work(1, ServerId::SINGLE, 1),
        });
        let mut door = Fifo::default();
        door.push(REQUEST);
        let mut meter = Meter::default();
        meter.arrived(Time::ZERO);
        let mut busy = line();
        busy.waiting.push_back(job);
        each_field_counts!(Host::new(1, ServerId::SINGLE, Kind::Alone, None) => Host {
            id: ServerId::DATABASE,
            kind: Kind::Web,
            up: false,
            life: 2,
            door: door.clone(),
            inside: 1,
            away: 1,
            cpu: busy.clone(),
            disk: busy.clone(),
            books: Some(Books::open(Shop::open(1, 1, 1))),
            meter: meter.clone(),
        });
    }
}
