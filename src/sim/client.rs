//! A client: asks whom it believes to lead, follows redirects, tries again with the same number, gives up after three tries.

use crate::node::{ClientId, Place, Reply, RequestNumber, ServerId};
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
    /// While an answer is awaited: whom was asked last, and when patience ends.
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
    /// The session is gone.
    Expired,
    /// Nobody answered: perhaps carried out, perhaps not.
    Unknown,
}

impl Client {
    /// A client that has asked for nothing yet and tries A first.
    pub fn new(id: ClientId) -> Client {
        Client { id, asks: ServerId::new(0), requests: Vec::new(), loses_next_answer: false }
    }

    /// The request with that number.
    pub fn request(&mut self, number: RequestNumber) -> Option<&mut Request> {
        self.requests.iter_mut().find(|request| request.number == number)
    }

    /// A request that was not made before.
    pub fn new_request(&mut self, trade: Trade) -> RequestNumber {
        let number = RequestNumber(self.requests.len() as u64 + 1);
        self.requests.push(Request { number, trade, tries: 0, answer: None, waiting: None });
        number
    }

    /// The server to try after `asked` did not answer.
    pub fn next_server(asked: ServerId, servers: u8) -> ServerId {
        ServerId::new((asked.place() + 1) % servers)
    }
}

impl Answer {
    /// What a reply means for the client; nothing when it is a redirect.
    pub fn of(reply: Reply) -> Option<Answer> {
        match reply {
            Reply::Outcome(outcome) => Some(Answer::Outcome(outcome)),
            Reply::Expired => Some(Answer::Expired),
            Reply::NotLeader { .. } => None,
        }
    }
}

/// What clients do.
impl Sim {
    /// Sends a request to a server and waits for its answer, anew.
    pub(super) fn ask(
        &mut self,
        id: ClientId,
        number: RequestNumber,
        server: ServerId,
        counts: bool,
        details: &mut Vec<Detail>,
    ) {
        self.stop_waiting(id, number);
        let slot = self.agenda.add(self.now + self.options.patience, Happening::Impatient(id, number));
        let Some(client) = self.client_mut(id) else { return };
        client.asks = server;
        let Some(request) = client.request(number) else { return };
        request.tries += u32::from(counts);
        request.waiting = Some(Waiting { asked: server, slot });
        let (trade, attempt) = (request.trade, if counts { request.tries } else { 0 });
        details.push(Detail::Asked { client: id, number, trade, server, attempt });
        self.send(Place::Client(id), Place::Server(server), Content::Request { number, trade });
    }

    fn stop_waiting(&mut self, id: ClientId, number: RequestNumber) -> Option<Waiting> {
        let waiting = self.client_mut(id)?.request(number)?.waiting.take()?;
        self.agenda.remove(waiting.slot);
        Some(waiting)
    }

    pub(super) fn client_hears(
        &mut self,
        id: ClientId,
        server: ServerId,
        number: RequestNumber,
        reply: Reply,
        details: &mut Vec<Detail>,
    ) {
        if let Reply::NotLeader { leader } = reply {
            return self.follow_redirect(id, server, number, leader);
        }
        self.stop_waiting(id, number);
        if let Some(answer) = Answer::of(reply) {
            self.learn(id, number, answer, details);
        }
    }

    /// Asks the leader that was named, if that request still waits for the server that named it. Patience goes on running.
    fn follow_redirect(
        &mut self,
        id: ClientId,
        from: ServerId,
        number: RequestNumber,
        leader: Option<ServerId>,
    ) {
        let Some(leader) = leader else { return };
        let Some(client) = self.client_mut(id) else { return };
        let Some(request) = client.request(number) else { return };
        let trade = request.trade;
        match &mut request.waiting {
            Some(waiting) if waiting.asked == from => waiting.asked = leader,
            _ => return,
        }
        client.asks = leader;
        self.send(Place::Client(id), Place::Server(leader), Content::Request { number, trade });
    }

    fn learn(&mut self, id: ClientId, number: RequestNumber, answer: Answer, details: &mut Vec<Detail>) {
        if let Some(request) = self.client_mut(id).and_then(|client| client.request(number)) {
            request.answer = Some(answer);
            details.push(Detail::Learned { client: id, number, answer });
        }
    }

    /// No answer for too long: the next server, or, after the last try, the honest "unknown".
    pub(super) fn client_is_impatient(
        &mut self,
        id: ClientId,
        number: RequestNumber,
        details: &mut Vec<Detail>,
    ) {
        let (tries, servers) = (self.options.tries, self.options.servers);
        let Some(waiting) = self.stop_waiting(id, number) else { return };
        let Some(request) = self.client_mut(id).and_then(|client| client.request(number)) else { return };
        if request.tries < tries {
            self.ask(id, number, Client::next_server(waiting.asked, servers), true, details);
        } else if matches!(request.answer, None | Some(Answer::Unknown)) {
            self.learn(id, number, Answer::Unknown, details);
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
        let slot = |ms| Agenda::default().add(Time::from_ms(ms), Happening::Impatient(id, RequestNumber(1)));
        let goods = Goods { item: Item::LegendarySword, count: 1 };
        let waiting = Waiting { asked: ServerId::new(0), slot: slot(1) };
        let number = RequestNumber(1);
        let request = Request { number, trade: Trade::Buy(goods), tries: 0, answer: None, waiting: None };
        each_field_counts!(Client::new(id) => Client {
            id: ClientId::of_customer(2), asks: ServerId::new(1), requests: vec![request.clone()], loses_next_answer: true,
        });
        each_field_counts!(request => Request {
            number: RequestNumber(2),
            trade: Trade::Sell(goods),
            tries: 1,
            answer: Some(Answer::Unknown),
            waiting: Some(waiting),
        });
        each_field_counts!(waiting => Waiting { asked: ServerId::new(1), slot: slot(2) });
        each_field_counts!(goods => Goods { item: Item::MagicShield, count: 2 });
    }
}
