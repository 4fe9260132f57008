//! What a server wants done. The world does it, in order, before anything else happens.

use std::sync::Arc;

use super::event::TimerKind;
use super::ids::{Ask, ClientId, Generation, Index, ServerId, WriteId};
use super::message::Message;
use super::note::Note;
use super::snapshot::Snapshot;
use super::write_ahead_log::Record;
use crate::shop::{Account, Outcome, Owner};
use crate::time::{Span, Time};

/// Something that a server wants done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Write to the disk; [`super::Event::Durable`] follows once it is safe.
    Persist {
        /// The name under which it becomes durable.
        id: WriteId,
        /// What to write.
        write: Write,
    },
    /// Send a message to another server.
    Send {
        /// To whom.
        to: ServerId,
        /// What to say.
        message: Message,
        /// Not before this write is durable; at once when absent. "First durable, then answered" stands in the type.
        after: Option<WriteId>,
    },
    /// Set (or set anew) a timer; the world draws the moment, evenly between the two spans from now.
    SetTimer {
        /// Which one.
        kind: TimerKind,
        /// The shortest and the longest time.
        between: (Span, Span),
    },
    /// Stop a timer, if it runs.
    StopTimer(TimerKind),
    /// Answer a client.
    Reply {
        /// To whom.
        client: ClientId,
        /// Which of its questions.
        ask: Ask,
        /// What to say.
        reply: Reply,
    },
    /// Tell those who watch what was decided, and why. Changes nothing.
    Note(Note),
    /// End this process: it must not start.
    Halt,
}

/// What a write changes on the disk, as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// Whose disk this is.
    Identity(ServerId),
    /// The generation and the vote given in it.
    Vote {
        /// The generation.
        generation: Generation,
        /// The vote.
        voted_for: Option<ServerId>,
    },
    /// New records at the end of the log.
    Records {
        /// First cut the log off from this index on; absent when nothing is in the way.
        truncate_from: Option<Index>,
        /// What to append.
        records: Vec<Record>,
    },
    /// A state that replaces the log up to where it was taken.
    Snapshot {
        /// The state.
        snapshot: Arc<Snapshot>,
        /// The records behind it stay; otherwise the whole log goes.
        keep_rest: bool,
    },
    /// Accounts that overwrite what is there (`log=in-place` only).
    InPlace(Vec<(Owner, Account)>),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The request was carried out or refused by the shop; the same answer comes to every retry.
    Outcome(Outcome),
    /// What the account holds.
    View(View),
    /// The client has no session any more, or has given the request up: it will not be carried out any more.
    Expired,
    /// The request is in line; what becomes of it is told later.
    Accepted,
    /// Too many requests wait already; this one was not accepted.
    Busy,
    /// This server does not lead.
    NotLeader {
        /// The one that does, if this server knows.
        leader: Option<ServerId>,
    },
}

/// An account as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// The last entry that had been carried out.
    pub as_of: Index,
    /// What the account held then.
    pub account: Account,
}

/// Where a server puts its effects while it handles an event.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    now: Time,
    effects: Vec<Effect>,
}

impl Outbox {
    /// An empty one.
    pub fn new() -> Outbox {
        Outbox::default()
    }

    /// Takes out everything, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = Effect> {
        self.effects.drain(..)
    }

    /// Begins the effects of an event that is handled at that moment.
    pub(super) fn begin(&mut self, now: Time) {
        self.now = now;
    }

    /// The moment at which the event is handled, by the server's own clock.
    pub(super) fn now(&self) -> Time {
        self.now
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn note(&mut self, note: Note) {
        self.effects.push(Effect::Note(note));
    }
}
