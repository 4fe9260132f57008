//! What becomes of machines: they crash, come back, are added and taken away.

use crate::node::{Index, Note, ServerId};

use super::super::trace::Detail;
use super::host::Kind;
use super::{Around, Hosts, Request};

/// What becomes of machines.
impl Hosts {
    /// A machine loses its memory, and with it every request that it had.
    pub fn crash(&mut self, id: ServerId, around: &mut Around) {
        let Some(host) = self.hosts.get_mut(&id).filter(|host| host.up) else { return };
        host.up = false;
        let (life, kind) = (host.life, host.kind);
        let (requests, slots) = host.empty();
        slots.into_iter().for_each(|slot| around.agenda.remove(slot));
        around.details.push(Detail::Crashed { server: id });
        self.measure_anew(around.now, around.options);
        let failed_before = self.totals.failed;
        let moved = match kind {
            Kind::Web => self.hand_over(requests, self.asked_by(id, life), around),
            Kind::Alone | Kind::Database => {
                requests.into_iter().for_each(|request| self.fail(request, None, around));
                0
            }
        };
        let lost = self.totals.failed - failed_before;
        around.details.push(Detail::Requests { server: id, moved: moved - lost.min(moved), lost });
    }

    /// Hands what a web server had, and what it had asked the database, to the others; gives how many that were.
    fn hand_over(&mut self, had: Vec<Request>, asked: Vec<Request>, around: &mut Around) -> u64 {
        let count = (had.len() + asked.len()) as u64;
        if self.web_servers_up() > 0 {
            let asked = asked.into_iter().map(|request| Request { asked_before: true, ..request });
            for request in had.into_iter().chain(asked) {
                let next = self.next_entry();
                self.arrive(next, Request { life: 0, ..request }, around);
            }
        } else {
            // The database will do what it was asked, and tell nobody.
            asked.iter().for_each(|_| self.lose_one(around));
            had.into_iter().for_each(|request| self.fail(request, None, around));
        }
        count
    }

    /// What a life of a web server has asked the database, which has not answered yet.
    fn asked_by(&self, id: ServerId, life: u16) -> Vec<Request> {
        let Some(database) = self.hosts.get(&ServerId::DATABASE) else { return Vec::new() };
        let inside = database.cpu.jobs().chain(database.disk.jobs()).map(|job| &job.request);
        let all = inside.chain(database.door.iter());
        all.filter(|request| request.via == id && request.life == life).copied().collect()
    }

    /// A machine comes back: with its books, when they are on disk.
    pub fn restart(&mut self, id: ServerId, around: &mut Around) {
        self.begin_life(id);
        if let Some(host) = self.hosts.get(&id).filter(|host| host.kind == Kind::Web) {
            let books = self.books_at_start(host.kind, around.options);
            if books.is_some() {
                let note = Note::Recovers { snapshot: Index(0), last: Index(0) };
                around.details.push(Detail::Noted { server: id, note });
            }
            if let Some(host) = self.hosts.get_mut(&id) {
                host.books = books;
            }
        }
        self.measure_anew(around.now, around.options);
    }

    /// So many web servers from now on: new ones serve at once, those taken away hand over what they have.
    pub fn set_web_servers(&mut self, count: u8, around: &mut Around) {
        for number in 1..=count {
            if !self.hosts.contains_key(&ServerId::web(number)) {
                self.add(ServerId::web(number), Kind::Web, around.options);
            }
        }
        let surplus: Vec<ServerId> =
            self.iter().map(|host| host.id).filter(|id| *id > ServerId::web(count)).collect();
        for id in surplus {
            self.crash(id, around);
            around.details.retain(|detail| *detail != Detail::Crashed { server: id });
            self.hosts.remove(&id);
        }
        self.measure_anew(around.now, around.options);
    }
}
