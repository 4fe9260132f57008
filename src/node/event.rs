//! What comes into a server.

use std::sync::Arc;

use super::ids::{ClientId, Generation, Index, RequestNumber, ServerId, ViewNumber, WriteId};
use super::message::Message;
use super::snapshot::Snapshot;
use super::write_ahead_log::Record;
use crate::ordered::Map;
use crate::shop::{Account, Owner, Trade};

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
        /// What, and which of its requests that is.
        request: Request,
    },
    /// A client asks what its account holds.
    View {
        /// Who asks.
        client: ClientId,
        /// The client's number of the question; a second try has the same one.
        number: ViewNumber,
        /// It wants the latest value; otherwise whatever this server has will do.
        latest: bool,
    },
    /// The process has just started, with what its disk holds. The first event of every life of a server.
    Restart(Recovered),
    /// A client wants a session, and asks for nothing yet. Otherwise its first request opens one.
    OpenSession {
        /// Whose.
        client: ClientId,
    },
}

/// A client's wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// The client's number of it; a retry has the same one.
    pub number: RequestNumber,
    /// The client's first request that it still wants an answer for: all before it may be forgotten.
    pub first_outstanding: RequestNumber,
    /// What is wished.
    pub trade: Trade,
}

/// What a disk still holds after a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Recovered {
    /// Whose disk it is; absent when there is nothing on it.
    pub identity: Option<ServerId>,
    /// The highest generation that was stored.
    pub generation: Generation,
    /// The vote given in that generation.
    pub voted_for: Option<ServerId>,
    /// The state that the log begins behind; absent when it begins with entry 1.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The log, as it was found.
    pub records: Vec<Record>,
    /// How far the log was synced, as the last sync has written down: a bad record behind this is a write that the crash tore, one
    /// before it is damage.
    pub synced: Index,
    /// The accounts that were overwritten in place, when there is no log.
    pub in_place: Map<Owner, Account>,
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
    /// Leader: take up what waits in the update queue.
    UpdateQueue,
    /// Leader: this follower has not answered for the shortest election time-out.
    Living(ServerId),
}
