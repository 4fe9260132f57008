//! A client: asks whom it believes to lead, follows redirects, tries again with the same number, gives up after three tries.

use crate::node::{ClientId, Reply, RequestNumber, ServerId};
use crate::shop::{Outcome, Trade};

use super::agenda::Slot;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Goods, Item};
    use crate::sim::agenda::{Agenda, Happening};
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
