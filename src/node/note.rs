//! Why: what a server decided, told to those who watch. Notes change nothing; promises, event lists and golden scripts live on them.

use super::ids::{ClientId, EntryId, Generation, Index, RequestNumber, ServerId, ViewNumber};
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
        /// The first one that is gone: not only where it stood, for another one will stand there.
        from: EntryId,
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
    /// It takes its own entry for committed without having asked anybody (`writes=any-server`).
    AsksNobody {
        /// The entry.
        upto: Index,
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
    /// A request was turned away: too many wait already.
    QueueFull {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
    },
    /// A request waits in the leader's update queue.
    Queues {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
        /// How many wait now, this one included.
        waiting: u32,
    },
    /// A writer of its own has looked at the accounts and decided a request, before it is written down (`queue=many-writers` only).
    DecidesBeforeWriting {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
        /// What it has decided.
        outcome: Outcome,
    },
    /// A request was turned away for ever: its client's session has expired.
    RefusesExpired {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
    },
    /// A request was turned away: its client has the answer already, or has given it up.
    RefusesGivenUp {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
    },
    /// A client's session has expired.
    SessionExpires {
        /// Whose.
        client: ClientId,
    },
    /// A question for the latest value waits until a round of heartbeats has confirmed the lead.
    ConfirmsLead {
        /// Whose question.
        client: ClientId,
        /// Which one.
        number: ViewNumber,
    },
    /// A client was shown its account.
    Shows {
        /// The client.
        client: ClientId,
        /// Which of its questions.
        number: ViewNumber,
        /// The last entry that had been carried out.
        as_of: Index,
        /// As the latest value; otherwise as one that may be old.
        latest: bool,
    },
    /// The process has started, with what its disk holds.
    Recovers {
        /// The last entry that the snapshot covers.
        snapshot: Index,
        /// The last entry of the log.
        last: Index,
    },
    /// A record that a crash tore in half was cut off the log.
    CutsTornRecord {
        /// Where it stood.
        index: Index,
    },
    /// The server must not start.
    RefusesToStart {
        /// Because.
        why: StartRefusal,
    },
    /// The log was replaced by the state that it led to.
    TakesSnapshot {
        /// The last entry that it covers.
        upto: EntryId,
        /// The stable hash of the state.
        state: u64,
    },
    /// The leader sends a follower the state, because it no longer has the entries.
    SendsSnapshot {
        /// To whom.
        follower: ServerId,
        /// The last entry that it covers.
        upto: Index,
    },
    /// The leader's state replaces its own.
    InstallsSnapshot {
        /// The last entry that it covers.
        upto: EntryId,
        /// The stable hash of the state.
        state: u64,
    },
    /// A snapshot that brings nothing new was put aside.
    IgnoresSnapshot {
        /// The last entry that it covers.
        upto: EntryId,
    },
    /// It leads, and goes on leading although another one claims to (`generation=ignored` only).
    IgnoresRival {
        /// The other one.
        from: ServerId,
    },
    /// An account was overwritten on the disk, and is safe there (`log=in-place` only).
    OverwritesInPlace {
        /// Whose request.
        client: ClientId,
        /// Which one.
        number: RequestNumber,
        /// The step, 1 (the payer's money) or 2 (all the rest).
        step: u8,
    },
    /// A client was sent elsewhere.
    Redirects {
        /// The client.
        client: ClientId,
        /// To whom, if known.
        leader: Option<ServerId>,
    },
}

/// Why a server must not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StartRefusal {
    /// A record that had been synced cannot be read.
    Damaged {
        /// Where it stands.
        index: Index,
    },
    /// There is nothing on its disk, not even its name: it may have promised something that it has forgotten.
    NoIdentity,
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
