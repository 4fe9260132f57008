//! What comes out of a server: effects, drained by the world at once and in order.

use super::Index;
use super::event::TimerKind;
use super::ids::{ClientId, Generation, RequestNumber, ServerId, WriteId};
use super::message::Message;
use super::note::Note;
use super::write_ahead_log::Entry;
use crate::shop::Outcome;
use crate::time::Span;

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
        /// Which of its requests.
        number: RequestNumber,
        /// What to say.
        reply: Reply,
    },
    /// Tell those who watch what was decided, and why. Changes nothing.
    Note(Note),
}

/// What a write changes on the disk, as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// The generation and the vote given in it.
    Vote {
        /// The generation.
        generation: Generation,
        /// The vote.
        voted_for: Option<ServerId>,
    },
    /// New entries at the end of the log.
    Entries {
        /// First cut the log off from this index on; absent when nothing is in the way.
        truncate_from: Option<Index>,
        /// What to append.
        entries: Vec<Entry>,
    },
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// The request was carried out or refused by the shop; the same answer comes to every retry.
    Outcome(Outcome),
    /// The client has no session any more; the request will never be carried out.
    Expired,
    /// This server does not lead.
    NotLeader {
        /// The one that does, if this server knows.
        leader: Option<ServerId>,
    },
}

/// Where a server puts its effects while it handles an event.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
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

    /// How many effects wait to be drained.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// Whether everything was drained.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn note(&mut self, note: Note) {
        self.effects.push(Effect::Note(note));
    }
}
