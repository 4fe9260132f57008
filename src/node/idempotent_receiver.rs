//! Idempotent receiver: a request that arrives twice is carried out once and answered twice.
//!
//! A client numbers its requests and keeps the number when it tries again. The answer is kept under (client, number), in the
//! replicated state: every server has it, so the next leader has it too. The check is made when an entry is *applied*, not
//! when a request arrives: two copies may both be in the log already (Raft dissertation, section 6.3).

//!
//! A session is opened by an entry of its own, and expires when its client was silent for too long, by the time that the leader
//! has written into the log: so every server lets it expire at the same entry. An expired client is refused for ever; if its
//! request were taken for a new one, it would be carried out a second time.
//!
//! With each request the client says which answers it still waits for. Answers before that are dropped, and a request from
//! before that is never carried out: its client has given it up.

use super::Node;
use super::event::Request;
use super::ids::{ClientId, RequestNumber};
use super::rules::{Bug, Dedupe, Expiry};
use crate::ordered::{Map, Set};
use crate::shop::{Outcome, Shop, Trade};
use crate::time::{Span, Time};

/// How many answers of a client `dedupe=last-five` keeps.
const LAST_FIVE: usize = 5;

/// The sessions of all clients: part of the replicated state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sessions {
    open: Map<ClientId, Session>,
    /// Clients whose session has expired; none is ever opened again.
    expired: Set<ClientId>,
}

/// What is known of a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// The time written into its last entry.
    last_used: Time,
    /// Everything before it has been given up or acknowledged by the client.
    first_outstanding: RequestNumber,
    answers: Map<RequestNumber, Outcome>,
}

/// What came of applying a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Applied {
    /// The answer; absent when the client has no session, or has given the request up.
    pub outcome: Option<Outcome>,
    /// It is the kept answer of an earlier time; nothing was changed.
    pub duplicate: bool,
}

impl Applied {
    const REFUSED: Applied = Applied { outcome: None, duplicate: false };
}

impl Sessions {
    /// Opens a client's session. Opening it again changes nothing, and an expired one stays closed.
    pub fn open(&mut self, client: ClientId, at: Time) {
        if !self.expired.contains(&client) {
            let fresh = Session { last_used: at, first_outstanding: RequestNumber(0), answers: Map::new() };
            self.open.get_or_insert(client, fresh);
        }
    }

    /// Whether the client has a session.
    pub fn is_open(&self, client: ClientId) -> bool {
        self.open.contains_key(&client)
    }

    /// Whether the client had a session that has expired.
    pub fn is_expired(&self, client: ClientId) -> bool {
        self.expired.contains(&client)
    }

    /// The kept answer of a request.
    pub fn answer(&self, client: ClientId, number: RequestNumber) -> Option<Outcome> {
        self.open.get(&client)?.answers.get(&number).copied()
    }

    /// Whether the client has said that it waits for the answer of that request no more.
    pub fn is_given_up(&self, client: ClientId, number: RequestNumber) -> bool {
        self.open.get(&client).is_some_and(|session| number < session.first_outstanding)
    }

    /// The kept answers of each client, by number.
    pub fn answers(&self) -> impl Iterator<Item = (ClientId, &Map<RequestNumber, Outcome>)> {
        self.open.iter().map(|(client, session)| (*client, &session.answers))
    }

    /// Closes every session that was not used for longer than `longest`, and tells whose.
    pub fn expire(&mut self, now: Time, longest: Span) -> Vec<ClientId> {
        let silent = |session: &Session| now.since(session.last_used) > longest;
        let gone: Vec<ClientId> =
            self.open.iter().filter(|(_, session)| silent(session)).map(|(client, _)| *client).collect();
        for client in &gone {
            self.open.remove(client);
            self.expired.insert(*client);
        }
        gone
    }

    /// Carries out a request by what its entry says (how a repetition is treated; what was decided before, if anything was); one that
    /// was carried out before only finds its kept answer, if that rule looks for it. Without a session it is refused for good.
    pub fn apply(
        &mut self,
        client: ClientId,
        request: Request,
        (dedupe, decided): (Dedupe, Option<Outcome>),
        at: Time,
        shop: &mut Shop,
    ) -> Applied {
        let Some(session) = self.open.get_mut(&client) else { return Applied::REFUSED };
        session.last_used = session.last_used.max(at);
        if matches!(dedupe, Dedupe::Replicated | Dedupe::LastFive)
            && let Some(kept) = session.answers.get(&request.number)
        {
            return Applied { outcome: Some(*kept), duplicate: true };
        }
        if dedupe == Dedupe::Replicated {
            if request.number < session.first_outstanding {
                return Applied::REFUSED;
            }
            session.acknowledge(request.first_outstanding);
        }
        let outcome = carry_out(client, request.trade, decided, shop);
        session.keep(request.number, outcome, dedupe);
        Applied { outcome: Some(outcome), duplicate: false }
    }
}

/// Judges a trade and carries it out. What was decided before is not judged again, whatever has changed since.
fn carry_out(client: ClientId, trade: Trade, decided: Option<Outcome>, shop: &mut Shop) -> Outcome {
    if decided == Some(Outcome::Done) {
        shop.hand_over(client.owner(), trade);
    }
    decided.unwrap_or_else(|| shop.apply(client.owner(), trade))
}

impl Session {
    /// The client has the answers of everything before `first_outstanding`, or wants them no more.
    fn acknowledge(&mut self, first_outstanding: RequestNumber) {
        self.first_outstanding = self.first_outstanding.max(first_outstanding);
        let first = self.first_outstanding;
        self.answers.retain(|number, _| *number >= first);
    }

    fn keep(&mut self, number: RequestNumber, outcome: Outcome, dedupe: Dedupe) {
        match dedupe {
            Dedupe::Off | Dedupe::LeaderMemory => return,
            Dedupe::Replicated | Dedupe::AtPropose | Dedupe::LastFive => self.answers.insert(number, outcome),
        };
        if dedupe == Dedupe::LastFive {
            while self.answers.len() > LAST_FIVE {
                self.answers.pop_first();
            }
        }
    }
}

impl Node {
    /// Leader: the answer of a request that was carried out before, if the rule looks for it.
    pub(super) fn kept_answer(&self, client: ClientId, number: RequestNumber) -> Option<Outcome> {
        match self.config.rules.dedupe {
            Dedupe::Off => None,
            Dedupe::LeaderMemory => self.remembered(client, number),
            Dedupe::Replicated | Dedupe::AtPropose | Dedupe::LastFive => self.sessions.answer(client, number),
        }
    }

    /// Leader: whether the client has given that request up, so that it will never be carried out, and the rule looks for it.
    pub(super) fn is_given_up(&self, client: ClientId, number: RequestNumber) -> bool {
        self.config.rules.dedupe == Dedupe::Replicated && self.sessions.is_given_up(client, number)
    }

    /// Leader: whether that request waits to be appended or applied, and the rule looks for that.
    pub(super) fn knows_request(&self, client: ClientId, number: RequestNumber) -> bool {
        if matches!(self.config.rules.dedupe, Dedupe::Off | Dedupe::AtPropose) {
            return false;
        }
        let in_log = || {
            self.log.from(self.applied.next()).iter().any(|entry| entry.payload.is_request(client, number))
        };
        self.is_queued(client, number) || in_log()
    }

    /// Carries out a client's request that stands in an entry.
    pub(super) fn apply_request(
        &mut self,
        client: ClientId,
        request: Request,
        by: (Dedupe, Option<Outcome>),
        at: Time,
    ) -> Applied {
        if self.config.rules.bug == Bug::M64 && !self.sessions.is_open(client) {
            self.sessions.expired.remove(&client);
            self.sessions.open(client, at);
        }
        let applied = self.sessions.apply(client, request, by, at, &mut self.shop);
        if applied.duplicate && self.config.rules.bug == Bug::M62 {
            return Applied { outcome: Some(Outcome::Done), ..applied };
        }
        applied
    }

    /// By which time sessions expire when this entry is applied.
    pub(super) fn session_time(&self, stamp: Time, now: Time) -> Time {
        match self.config.rules.expiry {
            Expiry::LoggedTime => stamp,
            Expiry::LocalClock => now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Goods, Item, Owner, Trade};
    use crate::stable_hash::each_field_counts;

    const CLIENT: ClientId = ClientId::of_customer(1);
    const SWORD: Trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });

    fn request(number: u64, first_outstanding: u64) -> Request {
        Request {
            number: RequestNumber(number),
            first_outstanding: RequestNumber(first_outstanding),
            trade: SWORD,
        }
    }

    /// A shop and sessions in which these requests were applied under a rule, and what came of the last one.
    fn after(dedupe: Dedupe, requests: &[Request]) -> (i64, Option<Applied>) {
        let (mut shop, mut sessions) = (Shop::open(1, 100_000, 100), Sessions::default());
        sessions.open(CLIENT, Time::ZERO);
        let mut last = None;
        for request in requests {
            last = Some(sessions.apply(CLIENT, *request, (dedupe, None), Time::ZERO, &mut shop));
        }
        (shop.accounts()[&Owner::Customer(1)].count(Item::LegendarySword), last)
    }

    const DONE: Applied = Applied { outcome: Some(Outcome::Done), duplicate: false };

    #[test]
    fn a_repeated_request_is_carried_out_once_and_gets_its_first_answer() {
        let twice = [request(1, 1), request(1, 1)];
        assert_eq!(after(Dedupe::Replicated, &twice), (1, Some(Applied { duplicate: true, ..DONE })));
        for wrong in [Dedupe::Off, Dedupe::LeaderMemory, Dedupe::AtPropose] {
            assert_eq!(after(wrong, &twice), (2, Some(DONE)), "{wrong:?}");
        }
    }

    #[test]
    fn a_request_that_was_given_up_is_never_carried_out() {
        assert_eq!(after(Dedupe::Replicated, &[request(2, 2), request(1, 1)]), (1, Some(Applied::REFUSED)));
    }

    #[test]
    fn the_sixth_answer_pushes_out_the_first_and_with_it_the_memory_of_its_request() {
        let mut requests: Vec<Request> = (1..=6).map(|number| request(number, 1)).collect();
        requests.push(request(1, 1));
        assert_eq!(after(Dedupe::LastFive, &requests), (7, Some(DONE)));
        assert_eq!(after(Dedupe::Replicated, &requests), (6, Some(Applied { duplicate: true, ..DONE })));
    }

    #[test]
    fn an_expired_session_is_never_opened_again() {
        let (mut shop, mut sessions) = (Shop::open(1, 100_000, 100), Sessions::default());
        let longest = Span::from_ms(1_000);
        sessions.open(CLIENT, Time::ZERO);
        assert_eq!(sessions.expire(Time::from_ms(1_000), longest), []);
        assert_eq!(sessions.expire(Time::from_ms(1_001), longest), [CLIENT]);
        sessions.open(CLIENT, Time::from_ms(1_001));
        assert!(sessions.is_expired(CLIENT) && !sessions.is_open(CLIENT));
        let applied = sessions.apply(
            CLIENT,
            request(1, 1),
            (Dedupe::Replicated, None),
            Time::from_ms(1_001),
            &mut shop,
        );
        assert_eq!(applied, Applied::REFUSED);
        assert_eq!(shop, Shop::open(1, 100_000, 100));
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let session =
            Session { last_used: Time::ZERO, first_outstanding: RequestNumber(0), answers: Map::new() };
        each_field_counts!(session.clone() => Session {
            last_used: Time::from_ms(1),
            first_outstanding: RequestNumber(1),
            answers: [(RequestNumber(1), Outcome::Done)].into(),
        });
        each_field_counts!(Sessions::default() => Sessions {
            open: [(CLIENT, session)].into(), expired: [CLIENT].into(),
        });
    }
}
