//! What servers say to each other. Every message carries its sender's generation; the body says the rest.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{EntryId, Generation, Index, Round};
use super::snapshot::Snapshot;
use super::write_ahead_log::Entry;

/// A message between two servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// The generation that the sender was in when it wrote this. Lower than the receiver's: out of date. Higher: the receiver is.
    pub generation: Generation,
    /// What is said.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// "Would you vote for me in the generation after mine?" Asked before an election, so that a server that nobody would elect does
    /// not disturb the others (Raft dissertation, section 9.6).
    PreVote {
        /// The last entry of the asker's log.
        last: EntryId,
    },
    /// The answer to [`Body::PreVote`]. It binds nobody.
    PreVoteAnswer {
        /// It would.
        granted: bool,
        /// The generation of the question: an answer that comes when its asker has moved on counts for nothing.
        asked: Generation,
    },
    /// "Vote for me in this generation" (Raft paper, section 5.2).
    Vote {
        /// The last entry of the candidate's log.
        last: EntryId,
    },
    /// The answer to [`Body::Vote`], sent once the vote is durable.
    VoteAnswer {
        /// The vote is the candidate's.
        granted: bool,
    },
    /// "Append these entries" (Raft paper, section 5.3).
    Append {
        /// The entry right before the first one sent; the receiver must hold it.
        prev: EntryId,
        /// What to append; may be empty to find out where the logs agree.
        entries: Vec<Entry>,
        /// The leader's high-water mark.
        mark: Index,
    },
    /// The answer to [`Body::Append`], sent once the entries are durable.
    AppendAnswer(AppendAnswer),
    /// "I lead." Sent at even beats, to every follower.
    Heartbeat {
        /// The leader's high-water mark.
        mark: Index,
        /// The last entry that this follower is known to share with the leader; it may apply up to here.
        matched: EntryId,
        /// Which round of heartbeats this is.
        round: Round,
    },
    /// "I hear you."
    HeartbeatAnswer {
        /// The round that was heard; absent when the beat was of an older generation, whose rounds are not this one's.
        round: Option<Round>,
    },
    /// "You lack entries that I no longer have; take the state that they led to" (Raft paper, section 7). Answered like an append
    /// that ends where the snapshot does.
    Snapshot {
        /// The state.
        snapshot: Arc<Snapshot>,
    },
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppendAnswer {
    /// The follower's log holds, durably, everything that was sent.
    Matched {
        /// The last entry that was sent (or the one before, if none was): not the last one of the follower's log.
        upto: Index,
    },
    /// The follower does not hold the entry before the first one sent.
    Refused {
        /// The index of the entry that it lacks: which append is meant.
        prev: Index,
        /// Where the logs may still agree: the follower's last entry up to `prev` of a generation not above that of `prev`.
        hint: EntryId,
    },
    /// The append is of an older generation, and says nothing about the log that this one's leader sends.
    OutOfDate,
}

/// The kinds of everything that travels, between servers and between servers and clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// Leader to follower: I lead; this is the high-water mark.
    Heartbeat,
    /// Follower to leader: I hear you.
    HeartbeatAnswer,
    /// Leader to follower: append these entries.
    Append,
    /// Follower to leader: appended and durable, or refused.
    AppendAnswer,
    /// Would you vote for me?
    PreVote,
    /// I would, or I would not.
    PreVoteAnswer,
    /// Vote for me in this generation.
    Vote,
    /// My vote is yours, or it is not.
    VoteAnswer,
    /// Leader to follower: take this state.
    Snapshot,
    /// Client to server: please do this.
    Request,
    /// Server to client: I do not lead; ask that one.
    Redirect,
    /// Server to client: this became of your request.
    Answer,
}

impl Body {
    /// Which kind of message this is.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Body::PreVote { .. } => MessageKind::PreVote,
            Body::PreVoteAnswer { .. } => MessageKind::PreVoteAnswer,
            Body::Vote { .. } => MessageKind::Vote,
            Body::VoteAnswer { .. } => MessageKind::VoteAnswer,
            Body::Append { .. } => MessageKind::Append,
            Body::AppendAnswer(_) => MessageKind::AppendAnswer,
            Body::Heartbeat { .. } => MessageKind::Heartbeat,
            Body::HeartbeatAnswer { .. } => MessageKind::HeartbeatAnswer,
            Body::Snapshot { .. } => MessageKind::Snapshot,
        }
    }
}

impl MessageKind {
    /// The name used in messages and word keys.
    pub const fn name(self) -> &'static str {
        match self {
            MessageKind::Heartbeat => "heartbeat",
            MessageKind::HeartbeatAnswer => "heartbeat-answer",
            MessageKind::Append => "append",
            MessageKind::AppendAnswer => "append-answer",
            MessageKind::PreVote => "pre-vote",
            MessageKind::PreVoteAnswer => "pre-vote-answer",
            MessageKind::Vote => "vote",
            MessageKind::VoteAnswer => "vote-answer",
            MessageKind::Snapshot => "snapshot",
            MessageKind::Request => "request",
            MessageKind::Redirect => "redirect",
            MessageKind::Answer => "answer",
        }
    }

    /// Whether it is part of the heartbeat, which is not told line by line.
    pub const fn is_beat(self) -> bool {
        matches!(self, MessageKind::Heartbeat | MessageKind::HeartbeatAnswer)
    }
}
