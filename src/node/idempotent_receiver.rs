//! Idempotent receiver: a request that arrives twice is carried out once and answered twice.
//!
//! A client numbers its requests and keeps the number when it tries again. The answer is kept under (client, number), in the
//! replicated state: every server has it, so the next leader has it too. The check is made when an entry is *applied*, not
//! when a request arrives: two copies may both be in the log already (Raft dissertation, section 6.3).

use std::collections::BTreeMap;

use super::ids::{ClientId, RequestNumber};
use crate::shop::{Outcome, Shop, Trade};

/// The sessions of all clients: part of the replicated state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sessions {
    answers: BTreeMap<ClientId, BTreeMap<RequestNumber, Outcome>>,
}

/// What came of applying a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Applied {
    /// The answer; absent when the client has no session.
    pub outcome: Option<Outcome>,
    /// It is the kept answer of an earlier time; nothing was changed.
    pub duplicate: bool,
}

impl Sessions {
    /// Opens a client's session. Opening it again changes nothing.
    pub fn open(&mut self, client: ClientId) {
        self.answers.entry(client).or_default();
    }

    /// Whether the client has a session.
    pub fn is_open(&self, client: ClientId) -> bool {
        self.answers.contains_key(&client)
    }

    /// The kept answer of a request.
    pub fn answer(&self, client: ClientId, number: RequestNumber) -> Option<Outcome> {
        self.answers.get(&client)?.get(&number).copied()
    }

    /// The kept answers of each client, by number.
    pub fn answers(&self) -> impl Iterator<Item = (ClientId, &BTreeMap<RequestNumber, Outcome>)> {
        self.answers.iter().map(|(client, answers)| (*client, answers))
    }

    /// Carries out a request; one that is to be carried out `once` and was before only finds its kept answer. Without a session
    /// it is refused for good.
    pub fn apply(
        &mut self,
        client: ClientId,
        number: RequestNumber,
        trade: Trade,
        once: bool,
        shop: &mut Shop,
    ) -> Applied {
        let Some(answers) = self.answers.get_mut(&client) else {
            return Applied { outcome: None, duplicate: false };
        };
        if once && let Some(kept) = answers.get(&number) {
            return Applied { outcome: Some(*kept), duplicate: true };
        }
        let outcome = shop.apply(client.owner(), trade);
        answers.insert(number, outcome);
        Applied { outcome: Some(outcome), duplicate: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Goods, Item, Owner};
    use crate::stable_hash::each_field_counts;

    const CLIENT: ClientId = ClientId::of_customer(1);
    const SWORD: Trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });

    fn swords_after_twice(once: bool) -> (u64, Applied) {
        let (mut shop, mut sessions) = (Shop::open(1, 100_000, 100), Sessions::default());
        sessions.open(CLIENT);
        sessions.apply(CLIENT, RequestNumber(1), SWORD, once, &mut shop);
        let second = sessions.apply(CLIENT, RequestNumber(1), SWORD, once, &mut shop);
        (shop.accounts()[&Owner::Customer(1)].count(Item::LegendarySword), second)
    }

    #[test]
    fn a_repeated_request_is_carried_out_once_and_gets_its_first_answer() {
        let expected = Applied { outcome: Some(Outcome::Done), duplicate: true };
        assert_eq!(swords_after_twice(true), (1, expected));
    }

    #[test]
    fn without_the_pattern_it_is_carried_out_twice() {
        let expected = Applied { outcome: Some(Outcome::Done), duplicate: false };
        assert_eq!(swords_after_twice(false), (2, expected));
    }

    #[test]
    fn without_a_session_nothing_is_carried_out() {
        let (mut shop, mut sessions) = (Shop::open(1, 100_000, 100), Sessions::default());
        let applied = sessions.apply(CLIENT, RequestNumber(1), SWORD, true, &mut shop);
        assert_eq!(applied.outcome, None);
        assert_eq!(shop, Shop::open(1, 100_000, 100));
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        each_field_counts!(Sessions::default() => Sessions { answers: [(CLIENT, BTreeMap::new())].into() });
    }
}
