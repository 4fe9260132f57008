//! A client: asks whom it believes to lead, follows redirects, tries again with the same number, gives up after three tries.

use crate::node::{Ask, ClientId, Place, Reply, Request as Wish, RequestNumber, ServerId, View, ViewNumber};
use crate::shop::{Outcome, Trade};

use super::Sim;
use super::agenda::{Happening, Slot};
use super::network::Content;
use super::trace::Detail;

/// A customer's program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The server that it believes to lead.
    pub asks: ServerId,
    /// Its requests, oldest first.
    pub requests: Vec<Request>,
    /// The number of its next request.
    pub next_number: RequestNumber,
    /// Its newest question for what its account holds.
    pub viewing: Option<Viewing>,
    /// What it was shown last, and by whom.
    pub last_view: Option<(ServerId, View)>,
    /// The next answer to it will be lost.
    pub loses_next_answer: bool,
}

/// A request of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// The client's number of it, the same for every try.
    pub number: RequestNumber,
    /// What is wished.
    pub trade: Trade,
    /// How often it was tried, redirects and visitors' retries not counted.
    pub tries: u32,
    /// The answer that the client has seen last.
    pub answer: Option<Answer>,
    /// An earlier try was not answered: it may have been accepted.
    pub unanswered: bool,
    /// While an answer is awaited: whom was asked last, and when patience ends.
    pub waiting: Option<Waiting>,
}

/// A question for what the account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Viewing {
    /// The client's number of it.
    pub number: ViewNumber,
    /// It wants the latest value.
    pub latest: bool,
    /// How often it was tried.
    pub tries: u32,
    /// While an answer is awaited.
    pub waiting: Option<Waiting>,
}

/// How a client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// The server that was asked last.
    pub asked: ServerId,
    pub(super) slot: Slot,
}

/// What a client knows of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// The shop's answer.
    Outcome(Outcome),
    /// It is in the leader's line; what becomes of it is told later.
    Accepted,
    /// The session is gone, or the client had given the request up before: it will not be carried out any more.
    Expired,
    /// The leader had too much to do; the request was not accepted.
    Busy,
    /// Nobody answered: perhaps carried out, perhaps not.
    Unknown,
}

impl Answer {
    /// Whether it leaves open what becomes of the request.
    const fn is_open(self) -> bool {
        matches!(self, Answer::Accepted | Answer::Unknown)
    }
}

impl Client {
    /// A client that has asked for nothing yet and tries A first.
    pub fn new(id: ClientId) -> Client {
        Client {
            id,
            asks: ServerId::new(0),
            requests: Vec::new(),
            next_number: RequestNumber(1),
            viewing: None,
            last_view: None,
            loses_next_answer: false,
        }
    }

    /// The request with that number.
    pub fn request(&mut self, number: RequestNumber) -> Option<&mut Request> {
        self.requests.iter_mut().rev().find(|request| request.number == number)
    }

    /// A request that was not made before.
    pub fn new_request(&mut self, trade: Trade) -> RequestNumber {
        let number = self.next_number;
        self.next_number = number.next();
        self.requests.push(Request {
            number,
            trade,
            tries: 0,
            answer: None,
            unanswered: false,
            waiting: None,
        });
        number
    }

    /// A question for the account that was not asked before; it takes the place of the last one.
    pub fn new_view(&mut self, latest: bool) -> ViewNumber {
        let number = self.viewing.map_or(ViewNumber(1), |viewing| viewing.number.next());
        self.viewing = Some(Viewing { number, latest, tries: 0, waiting: None });
        number
    }

    /// The first request that still wants an answer when `number` is asked: all before it are answered or given up.
    fn first_outstanding(&self, number: RequestNumber) -> RequestNumber {
        let waits = |request: &&Request| request.waiting.is_some();
        self.requests
            .iter()
            .filter(waits)
            .map(|request| request.number)
            .min()
            .map_or(number, |first| first.min(number))
    }

    fn waiting(&mut self, ask: Ask) -> Option<&mut Option<Waiting>> {
        match ask {
            Ask::Request(number) => self.request(number).map(|request| &mut request.waiting),
            Ask::View(number) => {
                let newest = self.viewing.as_mut().filter(|viewing| viewing.number == number);
                newest.map(|viewing| &mut viewing.waiting)
            }
        }
    }

    fn content(&mut self, ask: Ask) -> Option<Content> {
        match ask {
            Ask::Request(number) => {
                let first_outstanding = self.first_outstanding(number);
                let trade = self.request(number)?.trade;
                Some(Content::Request(Wish { number, first_outstanding, trade }))
            }
            Ask::View(number) => {
                let latest = self.viewing.filter(|viewing| viewing.number == number)?.latest;
                Some(Content::View { number, latest })
            }
        }
    }

    /// The server to try after `asked` did not answer.
    pub fn next_server(asked: ServerId, servers: u8) -> ServerId {
        ServerId::new((asked.place() + 1) % servers)
    }
}

/// What clients do.
impl Sim {
    /// Asks a server and waits for its answer, anew.
    pub(super) fn ask(
        &mut self,
        id: ClientId,
        ask: Ask,
        server: ServerId,
        counts: bool,
        details: &mut Vec<Detail>,
    ) {
        self.stop_waiting(id, ask);
        let slot = self.agenda.add(self.now + self.options.patience, Happening::Impatient(id, ask));
        let Some(client) = self.client_mut(id) else { return };
        if let Some(waiting) = client.waiting(ask) {
            *waiting = Some(Waiting { asked: server, slot });
        }
        let Some(content) = client.content(ask) else { return };
        details.extend(client.try_once(ask, server, counts));
        self.send(Place::Client(id), Place::Server(server), content);
    }

    pub(super) fn stop_waiting(&mut self, id: ClientId, ask: Ask) -> Option<Waiting> {
        let waiting = self.client_mut(id)?.waiting(ask)?.take()?;
        self.agenda.remove(waiting.slot);
        Some(waiting)
    }

    pub(super) fn client_hears(
        &mut self,
        id: ClientId,
        server: ServerId,
        ask: Ask,
        reply: Reply,
        details: &mut Vec<Detail>,
    ) {
        let answer = match reply {
            Reply::NotLeader { leader } => return self.follow_redirect(id, server, ask, leader),
            Reply::View(view) => return self.see(id, server, ask, view, details),
            Reply::Outcome(outcome) => Answer::Outcome(outcome),
            Reply::Accepted => return self.is_accepted(id, ask, server, details),
            Reply::Expired => Answer::Expired,
            Reply::Busy => Answer::Busy,
        };
        let Ask::Request(number) = ask else { return };
        let Some(request) = self.client_mut(id).and_then(|client| client.request(number)) else { return };
        // "Not accepted" is said of this try only; an earlier one may still be carried out, so the client goes on asking.
        if answer == Answer::Busy && request.unanswered {
            return;
        }
        // A copy that arrives late may be refused: what became of the request is known better, or cannot be known any more.
        let is_late = request.waiting.is_none() && answer == Answer::Expired;
        let has_outcome = matches!(request.answer, Some(Answer::Outcome(_)));
        self.stop_waiting(id, ask);
        if matches!(answer, Answer::Outcome(_)) || !(has_outcome || is_late) {
            self.learn(id, number, answer, Some(server), details);
        }
    }

    /// It goes on waiting for the rest. Whoever knows more already, because this comes late or once more, learns nothing new.
    fn is_accepted(&mut self, id: ClientId, ask: Ask, server: ServerId, details: &mut Vec<Detail>) {
        let Ask::Request(number) = ask else { return };
        let Some(request) = self.client_mut(id).and_then(|client| client.request(number)) else { return };
        if request.waiting.is_some() && matches!(request.answer, None | Some(Answer::Unknown)) {
            self.learn(id, number, Answer::Accepted, Some(server), details);
        }
    }

    /// Asks the leader that was named, if that question still waits for the server that named it. Patience goes on running.
    fn follow_redirect(&mut self, id: ClientId, from: ServerId, ask: Ask, leader: Option<ServerId>) {
        let Some(leader) = leader.filter(|leader| *leader != from) else { return };
        let Some(client) = self.client_mut(id) else { return };
        let Some(content) = client.content(ask) else { return };
        match client.waiting(ask) {
            Some(Some(waiting)) if waiting.asked == from => waiting.asked = leader,
            _ => return,
        }
        if matches!(content, Content::Request(_)) || matches!(content, Content::View { latest: true, .. }) {
            client.asks = leader;
        }
        self.send(Place::Client(id), Place::Server(leader), content);
    }

    fn see(&mut self, id: ClientId, server: ServerId, ask: Ask, view: View, details: &mut Vec<Detail>) {
        // An answer to an older question, or a second one to this, tells nothing new.
        if self.stop_waiting(id, ask).is_none() {
            return;
        }
        let Some(client) = self.client_mut(id) else { return };
        let (Ask::View(number), Some(viewing)) = (ask, client.viewing) else { return };
        client.last_view = Some((server, view.clone()));
        details.push(Detail::Saw { client: id, number, server, latest: viewing.latest, view });
    }

    fn learn(
        &mut self,
        id: ClientId,
        number: RequestNumber,
        answer: Answer,
        from: Option<ServerId>,
        details: &mut Vec<Detail>,
    ) {
        if let Some(request) = self.client_mut(id).and_then(|client| client.request(number)) {
            request.answer = Some(answer);
            details.push(Detail::Learned { client: id, number, trade: request.trade, answer, from });
        }
    }

    /// No answer for too long: the next server, or, after the last try, the honest "unknown".
    pub(super) fn client_is_impatient(&mut self, id: ClientId, ask: Ask, details: &mut Vec<Detail>) {
        let (tries, servers) = (self.options.tries, self.options.servers);
        let Some(waiting) = self.stop_waiting(id, ask) else { return };
        let elsewhere = match self.hosts.is_some() {
            true => self.server_to_ask(waiting.asked),
            false => Client::next_server(waiting.asked, servers),
        };
        let Some(client) = self.client_mut(id) else { return };
        // Who wants one server's own value does not want another's.
        let (tried, next, answer) = match ask {
            Ask::Request(number) => {
                let Some(request) = client.request(number) else { return };
                (request.tries, elsewhere, request.answer)
            }
            Ask::View(_) => {
                let Some(viewing) = client.viewing else { return };
                (viewing.tries, if viewing.latest { elsewhere } else { waiting.asked }, None)
            }
        };
        match ask {
            _ if tried < tries => self.ask(id, ask, next, true, details),
            Ask::Request(number) if answer.is_none_or(Answer::is_open) => {
                self.learn(id, number, Answer::Unknown, None, details)
            }
            Ask::Request(_) => {}
            Ask::View(number) => details.push(Detail::SawNothing { client: id, number }),
        }
    }
}

impl Client {
    /// Counts a try and tells of it.
    fn try_once(&mut self, ask: Ask, server: ServerId, counts: bool) -> Option<Detail> {
        let client = self.id;
        match ask {
            Ask::Request(number) => {
                self.asks = server;
                let request = self.request(number)?;
                let unanswered = request.answer.is_none_or(Answer::is_open);
                request.unanswered |= request.tries > 0 && unanswered;
                request.tries += u32::from(counts);
                let (trade, attempt) = (request.trade, if counts { request.tries } else { 0 });
                Some(Detail::Asked { client, number, trade, server, attempt })
            }
            Ask::View(number) => {
                let viewing = self.viewing.as_mut()?;
                viewing.tries += 1;
                let (latest, attempt) = (viewing.latest, viewing.tries);
                Some(Detail::AskedView { client, number, server, latest, attempt })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Goods, Item};
    use crate::sim::agenda::Agenda;
    use crate::stable_hash::each_field_counts;
    use crate::time::Time;

    #[test]
    fn every_field_counts_in_the_hash() {
        let id = ClientId::of_customer(1);
        let slot = |ms| {
            Agenda::default().add(Time::from_ms(ms), Happening::Impatient(id, Ask::Request(RequestNumber(1))))
        };
        let goods = Goods { item: Item::LegendarySword, count: 1 };
        let waiting = Waiting { asked: ServerId::new(0), slot: slot(1) };
        let number = RequestNumber(1);
        let viewing = Viewing { number: ViewNumber(1), latest: true, tries: 0, waiting: None };
        let view = View { as_of: crate::node::Index(1), account: Default::default() };
        let request = Request {
            number,
            trade: Trade::Buy(goods),
            tries: 0,
            answer: None,
            unanswered: false,
            waiting: None,
        };
        each_field_counts!(Client::new(id) => Client {
            id: ClientId::of_customer(2),
            asks: ServerId::new(1),
            requests: vec![request.clone()],
            next_number: RequestNumber(7),
            viewing: Some(viewing),
            last_view: Some((ServerId::new(0), view)),
            loses_next_answer: true,
        });
        each_field_counts!(viewing => Viewing {
            number: ViewNumber(2), latest: false, tries: 1, waiting: Some(waiting),
        });
        each_field_counts!(request => Request {
            number: RequestNumber(2),
            trade: Trade::Sell(goods),
            tries: 1,
            answer: Some(Answer::Unknown),
            unanswered: true,
            waiting: Some(waiting),
        });
        each_field_counts!(waiting => Waiting { asked: ServerId::new(1), slot: slot(2) });
        each_field_counts!(goods => Goods { item: Item::MagicShield, count: 2 });
    }
}
