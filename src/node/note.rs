//! Why: what a server decided, told to those who watch. Notes change nothing; promises, event lists and golden scripts live on them.

use super::ids::{ClientId, EntryId, Generation, Index, RequestNumber, ServerId};
use super::write_ahead_log::Entry;
use crate::shop::Outcome;

/// A decision and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// Its time-out passed without word from a leader: it asks whether an election would have a chance.
    AsksAround,
    /// It stands for election.
    Stands {
        /// In this generation.
        generation: Generation,
    },
    /// It voted for a candidate (its vote is on its way to the disk).
    Votes {
        /// For whom.
        candidate: ServerId,
    },
    /// It would vote for this server.
    WouldVote {
        /// For whom.
        candidate: ServerId,
    },
    /// It refused a vote.
    RefusesVote {
        /// To whom.
        candidate: ServerId,
        /// Because.
        why: VoteRefusal,
    },
    /// A vote (or the promise of one) was counted.
    CountsVote {
        /// Whose.
        from: ServerId,
        /// Votes so far, its own included.
        votes: u8,
        /// Votes needed.
        needed: u8,
    },
    /// It leads.
    Leads {
        /// In this generation.
        generation: Generation,
        /// Who voted for it.
        votes: u8,
    },
    /// It leads or stands no more.
    StepsDown {
        /// Because.
        why: StepDown,
    },
    /// It has heard of a newer generation and obeys it.
    AdoptsGeneration {
        /// From whom.
        from: ServerId,
        /// Which one.
        generation: Generation,
    },
    /// A message of an old generation was turned away.
    RejectsOldGeneration {
        /// Whose.
        from: ServerId,
        /// Which generation that was.
        theirs: Generation,
        /// The generation that this server is in.
        mine: Generation,
    },
    /// Entries were appended to its log (and are on their way to the disk).
    Appends {
        /// The first one.
        first: Index,
        /// The last one.
        last: Index,
    },
    /// Entries that contradict the leader's were cut off.
    Truncates {
        /// The first one that is gone.
        from: Index,
        /// The last one that is gone.
        to: Index,
    },
    /// An append did not fit.
    RefusesAppend {
        /// The entry that should have come before.
        prev: EntryId,
    },
    /// The leader knows that a follower holds its log up to here.
    Matched {
        /// Which follower.
        follower: ServerId,
        /// Up to which entry.
        upto: Index,
        /// How many servers hold that entry durably, as far as the leader knows.
        holders: u8,
    },
    /// The leader has heard no acknowledgement for too long, and sends again.
    SendsAgain {
        /// To which follower.
        follower: ServerId,
    },
    /// The high-water mark rose.
    MarkRises {
        /// Everything up to here is committed.
        mark: Index,
        /// It was this server that decided so, as leader.
        decided: bool,
    },
    /// An entry was carried out.
    Applies {
        /// The entry.
        entry: Entry,
        /// What became of its trade; absent when it has none or its session is gone.
        outcome: Option<Outcome>,
        /// It had been carried out before: the kept answer counts, and nothing changed.
        duplicate: bool,
    },
    /// A request that was carried out before gets its kept answer.
    AnswersFromCache {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
    },
    /// A request that is on its way already is not appended again.
    KnowsRequest {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
    },
    /// A client was sent elsewhere.
    Redirects {
        /// The client.
        client: ClientId,
        /// To whom, if known.
        leader: Option<ServerId>,
    },
}

/// Why a vote is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoteRefusal {
    /// The candidate's generation is over.
    OldGeneration,
    /// The vote of this generation is given already.
    VotedFor(ServerId),
    /// The candidate's log ends before this server's.
    LogBehind {
        /// Where this server's log ends.
        mine: EntryId,
        /// Where the candidate's does.
        theirs: EntryId,
    },
    /// A leader was heard just now.
    LeaderAlive,
}

/// Why a server steps down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepDown {
    /// A newer generation has begun.
    NewerGeneration,
    /// Another server leads this generation.
    AnotherLeads(ServerId),
    /// As leader, it reached no majority for an election time-out.
    NoMajority,
}
