//! The network: links with delay, loss, cuts and holds, and the messages on them.
//!
//! A link keeps the order of its messages unless `reorder` is on. What is sent while a link is cut is lost when it would have
//! arrived, and so is what arrives while it is cut. What arrives while a link is held waits at its end, in order.

use std::collections::VecDeque;

use crate::node::{AppendAnswer, Ask, Body, Message, MessageKind, Place, Reply, Request, ViewNumber};
use crate::ordered::Map;
use crate::time::{Span, Time};

use super::agenda::{Agenda, Happening, Slot};
use super::options::Options;
use super::rng::Stream;
use super::trace::Mail;

/// The most messages on one direction of a link; what is sent beyond them is lost, as in a full buffer.
const LOAD_MAX: u32 = 1_000;

/// A message in flight; ids rise in the order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// Between servers.
    Message(Message),
    /// From a client: a wish.
    Request(Request),
    /// From a client: what does my account hold?
    View {
        /// The client's number of the question.
        number: ViewNumber,
        /// It wants the latest value.
        latest: bool,
    },
    /// To a client.
    Reply {
        /// Which of its questions.
        ask: Ask,
        /// What is said.
        reply: Reply,
    },
}

impl Content {
    /// Which kind of message this is.
    pub fn kind(&self) -> MessageKind {
        match self {
            Content::Message(message) => message.body.kind(),
            Content::Request(_) | Content::View { .. } => MessageKind::Request,
            Content::Reply { reply: Reply::NotLeader { .. }, .. } => MessageKind::Redirect,
            Content::Reply { .. } => MessageKind::Answer,
        }
    }

    /// For an answer to an append or to a question for a vote: whether it says yes.
    pub fn granted(&self) -> Option<bool> {
        let Content::Message(message) = self else { return None };
        match message.body {
            Body::PreVoteAnswer { granted, .. } | Body::VoteAnswer { granted } => Some(granted),
            Body::AppendAnswer(answer) => Some(matches!(answer, AppendAnswer::Matched { .. })),
            _ => None,
        }
    }
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flight {
    /// Where it comes from.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// What it is.
    pub content: Content,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives.
    pub due: Time,
    /// It will not arrive, and why.
    pub doom: Option<Loss>,
    /// Its arrival; absent while it waits at the end of a held link.
    slot: Option<Slot>,
}

impl Flight {
    /// What the record says of it.
    pub fn mail(&self) -> Mail {
        Mail {
            kind: self.content.kind(),
            from: self.from,
            to: self.to,
            refused: self.content.granted() == Some(false),
        }
    }

    /// It waits at the end of a held link.
    pub fn is_held(&self) -> bool {
        self.slot.is_none()
    }
}

/// Why a message is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// The network lost it.
    Chance,
    /// The link was cut.
    Cut,
    /// The receiver was down.
    Down,
    /// A visitor had asked for the loss of this client's next answer.
    AnswerLost,
    /// The link had too many messages on it already.
    Full,
}

/// One direction between two places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// What is sent over it is lost.
    pub cut: bool,
    /// What arrives waits.
    pub held: bool,
    /// Messages on it take exactly so long.
    delay: Option<Span>,
    /// How many messages are on it, those that wait included.
    load: u32,
    waiting: VecDeque<MessageId>,
    last_due: Time,
    chance: Stream,
}

/// All links and all messages on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    seed: u32,
    links: Map<(Place, Place), Link>,
    flights: Map<MessageId, Flight>,
    last_id: MessageId,
}

impl Network {
    /// A network without messages, whose chance comes from this seed.
    pub fn new(seed: u32) -> Network {
        Network { seed, links: Map::new(), flights: Map::new(), last_id: MessageId(0) }
    }

    /// The messages in flight, in the order of sending.
    pub fn flights(&self) -> impl DoubleEndedIterator<Item = (MessageId, &Flight)> + ExactSizeIterator {
        self.flights.iter().map(|(id, flight)| (*id, flight))
    }

    /// A message in flight.
    pub fn flight(&self, id: MessageId) -> Option<&Flight> {
        self.flights.get(&id)
    }

    /// Every link that is cut or held.
    pub fn disturbed(&self) -> impl Iterator<Item = (Place, Place, &Link)> {
        let disturbed = self.links.iter().filter(|(_, link)| link.cut || link.held);
        disturbed.map(|((from, to), link)| (*from, *to, link))
    }

    /// Whether a message sent now would be let through.
    pub fn is_open(&self, from: Place, to: Place) -> bool {
        self.links.get(&(from, to)).is_none_or(|link| !link.cut)
    }

    /// Sends a message: draws its delay and its fate.
    pub fn send(
        &mut self,
        now: Time,
        (from, to): (Place, Place),
        content: Content,
        options: &Options,
        agenda: &mut Agenda,
    ) {
        let link = self.link(from, to);
        let mut chance = link.chance.branch();
        let delay = chance.between(options.latency, options.latency + options.jitter);
        let lost = chance.upto(99) < u64::from(options.loss_percent);
        let doubled = chance.upto(99) < u64::from(options.duplicate_percent);
        let mut due = now + link.delay.unwrap_or(delay);
        if !options.reorder {
            due = due.max(link.last_due);
        }
        link.last_due = link.last_due.max(due);
        let doom = match link {
            Link { cut: true, .. } => Some(Loss::Cut),
            Link { load: LOAD_MAX.., .. } => Some(Loss::Full),
            _ => lost.then_some(Loss::Chance),
        };
        let flight = Flight { from, to, content, sent: now, due, doom, slot: None };
        if doubled {
            self.launch(flight.clone(), agenda);
        }
        self.launch(flight, agenda);
    }

    fn launch(&mut self, mut flight: Flight, agenda: &mut Agenda) {
        self.last_id = MessageId(self.last_id.0 + 1);
        self.link(flight.from, flight.to).load += 1;
        flight.slot = Some(agenda.add(flight.due, Happening::Deliver(self.last_id)));
        self.flights.insert(self.last_id, flight);
    }

    /// A message is due: hands it over, with the reason if it is lost on the way. Nothing when it waits at a held link.
    pub fn arrive(&mut self, id: MessageId) -> Option<(Flight, Option<Loss>)> {
        let flight = self.flights.get_mut(&id)?;
        if let Some(link) = self.links.get_mut(&(flight.from, flight.to)) {
            if link.cut {
                flight.doom = flight.doom.or(Some(Loss::Cut));
            }
            if link.held && flight.doom.is_none() {
                flight.slot = None;
                link.waiting.push_back(id);
                return None;
            }
        }
        let flight = self.remove(id)?;
        let doom = flight.doom;
        Some((flight, doom))
    }

    /// From now on messages in that direction take exactly so long.
    pub fn set_delay(&mut self, from: Place, to: Place, delay: Span) {
        self.link(from, to).delay = Some(delay);
    }

    /// Cuts or heals one direction.
    pub fn set_cut(&mut self, from: Place, to: Place, cut: bool) {
        self.link(from, to).cut = cut;
    }

    /// From now on what arrives waits.
    pub fn hold(&mut self, from: Place, to: Place) {
        self.link(from, to).held = true;
    }

    /// What waited arrives now, in its order, and before what is due at this very moment.
    pub fn release(&mut self, now: Time, from: Place, to: Place, agenda: &mut Agenda) {
        let link = self.link(from, to);
        if !std::mem::take(&mut link.held) {
            return;
        }
        let waited = std::mem::take(&mut link.waiting);
        let is_due = |flight: &Flight| {
            (flight.from, flight.to, flight.due) == (from, to, now) && flight.slot.is_some()
        };
        let due = self.flights.iter().filter(|(_, flight)| is_due(flight)).map(|(id, _)| *id);
        for id in waited.into_iter().chain(due.collect::<Vec<_>>()) {
            if let Some(flight) = self.flights.get_mut(&id) {
                flight.slot.take().into_iter().for_each(|slot| agenda.remove(slot));
                flight.due = now;
                flight.slot = Some(agenda.add(now, Happening::Deliver(id)));
            }
        }
    }

    /// Ends every cut and every hold.
    pub fn heal_all(&mut self, now: Time, agenda: &mut Agenda) {
        let disturbed: Vec<(Place, Place)> = self.disturbed().map(|(from, to, _)| (from, to)).collect();
        for (from, to) in disturbed {
            self.set_cut(from, to, false);
            self.release(now, from, to, agenda);
        }
    }

    /// Takes a message away.
    pub fn take(&mut self, id: MessageId, agenda: &mut Agenda) -> Option<Flight> {
        let flight = self.remove(id)?;
        match flight.slot {
            Some(slot) => agenda.remove(slot),
            None => self.link(flight.from, flight.to).waiting.retain(|waiting| *waiting != id),
        }
        Some(flight)
    }

    /// Lets a message arrive a second time, right behind the first.
    pub fn duplicate(&mut self, now: Time, id: MessageId, agenda: &mut Agenda) {
        if let Some(mut copy) = self.flights.get(&id).cloned() {
            copy.due = copy.due.max(now);
            self.launch(copy, agenda);
        }
    }

    /// Lets a message arrive later.
    pub fn delay(&mut self, now: Time, id: MessageId, by: Span, agenda: &mut Agenda) {
        if let Some(mut flight) = self.take(id, agenda) {
            flight.due = flight.due.max(now) + by;
            flight.slot = Some(agenda.add(flight.due, Happening::Deliver(id)));
            self.link(flight.from, flight.to).load += 1;
            self.flights.insert(id, flight);
        }
    }

    fn remove(&mut self, id: MessageId) -> Option<Flight> {
        let flight = self.flights.remove(&id)?;
        self.link(flight.from, flight.to).load -= 1;
        Some(flight)
    }

    fn link(&mut self, from: Place, to: Place) -> &mut Link {
        let seed = self.seed;
        self.links.get_or_insert_with((from, to), || Link {
            cut: false,
            held: false,
            delay: None,
            load: 0,
            waiting: VecDeque::new(),
            last_due: Time::from_us(i64::MIN),
            chance: Stream::of_link(seed, from, to),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{RequestNumber, ServerId};
    use crate::shop::{Goods, Item, Trade};
    use crate::stable_hash::each_field_counts;

    const TRADE: Trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });

    #[test]
    fn every_field_counts_in_the_hash() {
        let [a, b, c] = [0, 1, 2].map(|place| Place::Server(ServerId::new(place)));
        let (mut other, mut agenda) = (Network::new(1), Agenda::default());
        let content = |number| {
            let number = RequestNumber(number);
            Content::Request(Request { number, first_outstanding: number, trade: TRADE })
        };
        other.send(Time::ZERO, (a, b), content(1), &Options::default(), &mut agenda);
        each_field_counts!(Network::new(1) => Network {
            seed: 2, links: other.links.clone(), flights: other.flights.clone(), last_id: MessageId(1),
        });
        let flight = other.flights[&MessageId(1)].clone();
        each_field_counts!(flight => Flight {
            from: c, to: c, content: content(2), sent: Time::from_ms(1), due: Time::ZERO, doom: Some(Loss::Chance), slot: None,
        });
        let link = other.links[&(a, b)].clone();
        each_field_counts!(link => Link {
            cut: true, held: true, delay: Some(Span::ZERO), load: 7, waiting: [MessageId(1)].into(), last_due: Time::ZERO, chance: Stream::of_link(2, a, b),
        });
    }
}
