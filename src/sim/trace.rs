//! What happened: the one record that promises, event list, steps and golden scripts are made from.
//!
//! A [`TraceEvent`] is one thing that happened in the world (a command, an arrival, a timer, a sync, the end of a client's
//! patience) with all that followed from it at that very moment.

use crate::command::Command;
use crate::node::{
    Ask, ClientId, Entry, Index, MessageKind, Note, Place, RequestNumber, ServerId, TimerKind, View,
    ViewNumber,
};
use crate::shop::Trade;
use crate::time::Time;

use super::client::Answer;
use super::hosts::Resource;
use super::network::Loss;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceEvent {
    /// Its number in the run, from 1.
    pub number: u64,
    /// When.
    pub at: Time,
    /// What it was.
    pub cause: Cause,
    /// What followed from it, in order.
    pub details: Vec<Detail>,
}

/// What set something off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A visitor, a lesson or a host did something.
    Command(Command),
    /// A message arrived.
    Arrived(Mail),
    /// A message was lost.
    Lost {
        /// Which one.
        mail: Mail,
        /// Because.
        why: Loss,
    },
    /// A message waits at the end of a held link.
    Waits(Mail),
    /// A timer fired.
    TimerFired {
        /// Whose.
        server: ServerId,
        /// Which.
        kind: TimerKind,
    },
    /// A process that had stood still took up something that waited for it.
    CaughtUp {
        /// Whose.
        server: ServerId,
    },
    /// A disk has caught up.
    Synced {
        /// Whose.
        server: ServerId,
        /// The last entry that is safe now, when that is news.
        upto: Option<Index>,
    },
    /// A client has waited long enough.
    Impatient {
        /// Which one.
        client: ClientId,
        /// For the answer to which of its questions.
        ask: Ask,
    },
    /// A client that has asked for nothing yet has its session opened, before a run begins.
    OpensSession {
        /// Which one.
        client: ClientId,
    },
    /// A server hears that its disk has caught up.
    Reported {
        /// Which one.
        server: ServerId,
    },
    /// A user asked something of the machines.
    UserAsked,
    /// A resource of a machine has done its job.
    Worked {
        /// Which machine.
        server: ServerId,
        /// Which resource.
        resource: Resource,
    },
}

/// What the record says of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mail {
    /// What it is.
    pub kind: MessageKind,
    /// Where it comes from.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// It is an answer that says no.
    pub refused: bool,
}

/// Something that followed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// A server decided something.
    Noted {
        /// Which one.
        server: ServerId,
        /// What and why.
        note: Note,
    },
    /// A server crashed.
    Crashed {
        /// Which one.
        server: ServerId,
    },
    /// A record has become safe on a disk.
    Safe {
        /// Whose.
        server: ServerId,
        /// What it holds.
        entry: Entry,
    },
    /// A machine's memory is full; that ends it.
    OutOfMemory {
        /// Which one.
        server: ServerId,
    },
    /// What became of the requests that a machine had when it went down.
    Requests {
        /// Which one.
        server: ServerId,
        /// So many went to another one.
        moved: u64,
        /// So many are lost.
        lost: u64,
    },
    /// A crash has torn the last record that was being written.
    Torn {
        /// Whose.
        server: ServerId,
        /// Which record.
        index: Index,
    },
    /// A visitor laid hands on a message.
    Touched(Mail),
    /// A client asked a server.
    Asked {
        /// Who.
        client: ClientId,
        /// Which of its requests.
        number: RequestNumber,
        /// What it wishes.
        trade: Trade,
        /// Whom.
        server: ServerId,
        /// The how many-th try; 0 for a visitor's retry.
        attempt: u32,
    },
    /// A client learned what became of a request.
    Learned {
        /// Who.
        client: ClientId,
        /// Which of its requests.
        number: RequestNumber,
        /// What it wished.
        trade: Trade,
        /// What it was told; "unknown" when it gave up.
        answer: Answer,
        /// By whom; absent when it gave up.
        from: Option<ServerId>,
    },
    /// A client asked a server what its account holds.
    AskedView {
        /// Who.
        client: ClientId,
        /// Which of its questions.
        number: ViewNumber,
        /// Whom.
        server: ServerId,
        /// It wants the latest value.
        latest: bool,
        /// The how many-th try.
        attempt: u32,
    },
    /// A client was shown its account.
    Saw {
        /// Who.
        client: ClientId,
        /// Which of its questions that answers.
        number: ViewNumber,
        /// By whom.
        server: ServerId,
        /// As the latest value.
        latest: bool,
        /// What.
        view: View,
    },
    /// A client gave up asking what its account holds.
    SawNothing {
        /// Who.
        client: ClientId,
        /// Which of its questions.
        number: ViewNumber,
    },
}
