//! What comes into a server.

use super::ids::{ClientId, Generation, RequestNumber, ServerId, WriteId};
use super::message::Message;
use super::write_ahead_log::Entry;
use crate::shop::Trade;

/// Something that a server is told. There is no other way in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A message from another server has arrived.
    Receive {
        /// Who sent it.
        from: ServerId,
        /// What it says.
        message: Message,
    },
    /// A timer that the server had set has fired.
    Timer(TimerKind),
    /// This write, and all before it, are safe on the disk.
    Durable(WriteId),
    /// A client asks for something.
    Request {
        /// Who asks.
        client: ClientId,
        /// The client's number of the request; a retry has the same one.
        number: RequestNumber,
        /// What is wished.
        trade: Trade,
    },
    /// The process has just started, with what its disk holds. The first event of every life of a server.
    Restart(Recovered),
}

/// What a disk still holds after a restart; empty for a new server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Recovered {
    /// The highest generation that was stored.
    pub generation: Generation,
    /// The vote given in that generation.
    pub voted_for: Option<ServerId>,
    /// The log.
    pub entries: Vec<Entry>,
}

/// A server's timers; each one runs at most once at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerKind {
    /// No word from a leader (or no end of an election) for long enough: stand for election.
    Election,
    /// No word from a leader for the shortest election time-out: from now on others may be elected.
    LeaderSilent,
    /// Leader: time for the next heartbeat.
    Heartbeat,
    /// Leader: do I still reach a majority?
    CheckQuorum,
    /// Leader: this follower has not acknowledged for a heartbeat's time; send again.
    Resend(ServerId),
}
