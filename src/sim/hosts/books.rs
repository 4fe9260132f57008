//! What a machine that keeps data knows: the shop, and the answers to the purchases that it has carried out.
//!
//! Purchases are counted as if each were an entry of a log with a single writer: that is the order that views and promises speak of. On
//! the single server and in the database the books are on disk, and a purchase counts once its last step, the save, is done; so a crash
//! loses none that was answered. A web server that keeps books (`web-state=in-web-servers`) has them in memory.

use crate::node::{
    Ask, ClientId, Dedupe, Entry, EntryId, Generation, Index, Note, Payload, Reply, Request, RequestNumber,
    View,
};
use crate::ordered::Map;
use crate::shop::{Outcome, Shop};
use crate::time::Time;

use super::Wish;

/// The books of one machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Books {
    shop: Shop,
    /// The number of the last purchase.
    applied: Index,
    /// The answers given, so that a request that comes again is carried out once.
    kept: Map<(ClientId, RequestNumber), Outcome>,
}

impl Books {
    /// The books at the start.
    pub fn open(shop: Shop) -> Books {
        Books { shop, applied: Index(0), kept: Map::new() }
    }

    /// The accounts.
    pub fn shop(&self) -> &Shop {
        &self.shop
    }

    /// The answers given, by client and number.
    pub fn kept(&self) -> impl Iterator<Item = (ClientId, RequestNumber, Outcome)> {
        self.kept.iter().map(|((client, number), outcome)| (*client, *number, *outcome))
    }

    /// The number of the last purchase.
    pub fn applied(&self) -> Index {
        self.applied
    }

    /// Does what a customer wishes; gives what is to be noted of it, and the answer.
    pub(super) fn carry_out(&mut self, now: Time, client: ClientId, wish: Wish) -> (Note, Ask, Reply) {
        match wish {
            Wish::Trade(request) => {
                let (note, outcome) = self.trade(now, client, request);
                (note, Ask::Request(request.number), Reply::Outcome(outcome))
            }
            Wish::View { number, latest } => {
                let as_of = self.applied;
                let account = self.shop.accounts().get(&client.owner()).cloned().unwrap_or_default();
                let note = Note::Shows { client, number, as_of, latest };
                (note, Ask::View(number), Reply::View(View { as_of, account }))
            }
        }
    }

    fn trade(&mut self, now: Time, client: ClientId, request: Request) -> (Note, Outcome) {
        let Request { number, first_outstanding, trade } = request;
        if let Some(outcome) = self.kept.get(&(client, number)) {
            return (Note::AnswersFromCache { client, number }, *outcome);
        }
        self.applied = self.applied.next();
        let outcome = self.shop.apply(client.owner(), trade);
        self.kept.insert((client, number), outcome);
        let dedupe = Dedupe::Replicated;
        let payload = Payload::Request { client, number, trade, first_outstanding, dedupe, decided: None };
        let id = EntryId { generation: Generation(0), index: self.applied };
        let entry = Entry { id, stamp: now, payload };
        (Note::Applies { entry, outcome: Some(outcome), duplicate: false }, outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::ViewNumber;
    use crate::shop::{Goods, Item, Trade};
    use crate::stable_hash::each_field_counts;

    const CHEOLSU: ClientId = ClientId::of_customer(1);

    fn buy(number: u64) -> Wish {
        let trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });
        let number = RequestNumber(number);
        Wish::Trade(Request { number, first_outstanding: number, trade })
    }

    fn money(books: &mut Books) -> (Index, i64) {
        let wish = Wish::View { number: ViewNumber(1), latest: true };
        let (_, _, reply) = books.carry_out(Time::ZERO, CHEOLSU, wish);
        let Reply::View(view) = reply else { panic!("{reply:?} is no view") };
        (view.as_of, view.account.money)
    }

    #[test]
    fn a_purchase_is_carried_out_once_and_seen_at_once() {
        let mut books = Books::open(Shop::open(2, 100_000, 100));
        assert_eq!(money(&mut books), (Index(0), 100_000));
        let (note, ask, reply) = books.carry_out(Time::ZERO, CHEOLSU, buy(1));
        assert!(matches!(note, Note::Applies { duplicate: false, .. }));
        assert_eq!((ask, reply), (Ask::Request(RequestNumber(1)), Reply::Outcome(Outcome::Done)));
        let (note, _, reply) = books.carry_out(Time::ZERO, CHEOLSU, buy(1));
        assert!(matches!(note, Note::AnswersFromCache { .. }));
        assert_eq!(reply, Reply::Outcome(Outcome::Done));
        assert_eq!(money(&mut books), (Index(1), 90_000));
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let mut other = Books::open(Shop::open(2, 100_000, 100));
        other.carry_out(Time::ZERO, CHEOLSU, buy(1));
        each_field_counts!(Books::open(Shop::open(2, 100_000, 100)) => Books {
            shop: other.shop.clone(), applied: other.applied, kept: other.kept.clone(),
        });
    }
}
