//! The way of a request: from a door through the steps of a machine, to the database and back, to its answer.

use crate::node::{Ask, Reply, ServerId, WebState};

use super::super::agenda::Happening;
use super::super::trace::Detail;
use super::host::{Job, Kind, MEMORY_KB, MESSAGE, Resource, WORKERS};
use super::{Around, Hosts, Letter, Request, Wish};

/// The way of a request.
impl Hosts {
    /// A request comes to a machine.
    pub(super) fn arrive(&mut self, id: ServerId, request: Request, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id).filter(|host| host.up) else {
            return self.fail(request, None, around);
        };
        if host.door.len() >= around.options.queue_limit as usize {
            host.meter.failed(around.now, 1);
            // It is the web server that tells what the database would not take.
            let teller = if host.kind == Kind::Database { request.via } else { id };
            return self.fail(request, Some(teller), around);
        }
        host.meter.arrived(around.now);
        host.meter.worked(around.now, Resource::Network, MESSAGE);
        host.door.push(Request { here: around.now, ..request });
        let host = &self.hosts[&id];
        if self.memory_kb(host, around.options) > MEMORY_KB {
            around.details.push(Detail::OutOfMemory { server: id });
            return self.crash(id, around);
        }
        self.admit(id, around);
    }

    /// Lets requests in from the door, as long as there is somebody to work on them.
    fn admit(&mut self, id: ServerId, around: &mut Around) {
        while let Some(host) = self.hosts.get_mut(&id).filter(|host| host.inside < WORKERS) {
            let Some(request) = host.door.pop() else { return };
            host.inside += 1;
            self.begin_step(id, request, 0, around);
        }
    }

    fn begin_step(&mut self, id: ServerId, request: Request, step: u8, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id) else { return };
        let resource = host.kind.works()[usize::from(step)].resource;
        host.line_mut(resource).waiting.push_back(Job { request, step, since: around.now });
        self.work(id, resource, around);
    }

    /// The next job of a resource, if it is idle and there is one.
    fn work(&mut self, id: ServerId, resource: Resource, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id) else { return };
        if let Some((job, span)) = host.begins(resource) {
            let slot = around.agenda.add(around.now + span, Happening::Done(id, resource));
            host.line_mut(resource).working = Some((job, span, slot));
        }
    }

    /// A resource has done its job.
    pub fn done(&mut self, id: ServerId, resource: Resource, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id) else { return };
        let Some(job) = host.ends(around.now, resource) else { return };
        let steps = host.kind.works().len();
        self.work(id, resource, around);
        if usize::from(job.step) + 1 < steps {
            return self.begin_step(id, job.request, job.step + 1, around);
        }
        if let Some(host) = self.hosts.get_mut(&id) {
            host.inside -= 1;
        }
        self.admit(id, around);
        self.through(id, job.request, around);
    }

    /// All steps of a machine are done for a request.
    fn through(&mut self, id: ServerId, request: Request, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id) else { return };
        host.meter.worked(around.now, Resource::Network, MESSAGE);
        match host.kind {
            Kind::Web if self.web_state == WebState::None => {
                host.away += 1;
                let request = Request { via: id, life: host.life, ..request };
                self.arrive(ServerId::DATABASE, request, around);
            }
            Kind::Alone | Kind::Web => {
                let letter = self.carry_out(id, request, around);
                self.answer(id, request, letter, around);
            }
            Kind::Database => {
                host.meter.answered(around.now, around.now.since(request.here));
                let letter = self.carry_out(id, request, around);
                // The web server that asked may be gone; then another one has asked again.
                if self.comes_back(request) {
                    self.answer(request.via, request, letter, around);
                }
            }
        }
    }

    /// A request leaves the database; whether the web server that asked still waits for it.
    fn comes_back(&mut self, request: Request) -> bool {
        let waits = self.hosts.get_mut(&request.via).filter(|web| web.up && web.life == request.life);
        waits.map(|web| web.away -= 1).is_some()
    }

    /// The last step of a named customer's request makes it so.
    fn carry_out(&mut self, id: ServerId, request: Request, around: &mut Around) -> Option<Letter> {
        let (client, wish) = *self.wishes.get(&request.wish)?;
        let books = self.hosts.get_mut(&id)?.books.as_mut()?;
        let (note, ask, reply) = books.carry_out(around.now, client, wish);
        around.details.push(Detail::Noted { server: id, note });
        Some(Letter { from: id, client, ask, reply })
    }

    fn answer(&mut self, at: ServerId, request: Request, letter: Option<Letter>, around: &mut Around) {
        let (now, took) = (around.now, around.now.since(request.since));
        self.totals.answered += 1;
        self.meter.answered(now, took);
        self.measure.took.add(took);
        if let Some(host) = self.hosts.get_mut(&at) {
            host.meter.answered(now, took);
        }
        self.wishes.remove(&request.wish);
        around.letters.extend(letter.map(|letter| Letter { from: at, ..letter }));
    }

    /// One more request that is not answered.
    pub(super) fn lose_one(&mut self, around: &mut Around) {
        self.totals.failed += 1;
        self.measure.failed += 1;
        self.meter.failed(around.now, 1);
    }

    /// A request is lost. A named customer hears of it when a machine turned it away, and waits in vain otherwise: also when the database
    /// was asked before, for it may have done what nobody can say.
    pub(super) fn fail(&mut self, request: Request, turned_away_by: Option<ServerId>, around: &mut Around) {
        let was_at_the_database = request.life > 0;
        if was_at_the_database && !self.comes_back(request) {
            // Another web server has asked again in its place.
            return;
        }
        self.lose_one(around);
        let Some((client, wish)) = self.wishes.remove(&request.wish) else { return };
        if let (Some(from), Wish::Trade(purchase), false) = (turned_away_by, wish, request.asked_before) {
            let ask = Ask::Request(purchase.number);
            around.letters.push(Letter { from, client, ask, reply: Reply::Busy });
        }
    }
}
