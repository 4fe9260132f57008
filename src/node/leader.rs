//! The leader: takes requests, writes them into its log, and brings every follower's log in line with it.

use super::effect::{Effect, Outbox, Reply};
use super::event::{Request, TimerKind};
use super::ids::{Ask, ClientId, EntryId, Index, RequestNumber, Round, ServerId};
use super::message::{AppendAnswer, Body};
use super::note::{Note, StepDown};
use super::reads::PendingViews;
use super::rules::{Bug, CheckQuorum, Dedupe, Quorum};
use super::update_queue::UpdateQueue;
use super::write_ahead_log::{Entry, Payload};
use super::{Node, Role};
use crate::ordered::{Map, Set};
use crate::shop::Outcome;

/// State that only a leader has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leader {
    /// What it knows of each follower's log.
    progress: Map<ServerId, Progress>,
    /// Who has answered since the last check that a majority does.
    heard: Set<ServerId>,
    /// Who has answered within the shortest election time-out: what `quorum=of-the-living` goes by.
    pub(super) living: Set<ServerId>,
    /// The newest round of heartbeats.
    pub(super) round: Round,
    /// Questions for the latest value.
    pub(super) views: PendingViews,
    /// Requests that wait to be written down.
    pub(super) queue: UpdateQueue,
    /// Requests that wait for their answer.
    pub(super) waiting: Set<(ClientId, RequestNumber)>,
    /// Answers that only this leader remembers (`dedupe=leader-memory` only).
    remembered: Map<(ClientId, RequestNumber), Outcome>,
}

/// What a leader knows of a follower's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The last entry that the follower is known to hold durably. It only rises.
    pub matched: Index,
    /// The next entry to send.
    pub next: Index,
    /// It is not known yet where the logs agree: one append at a time. Otherwise entries are sent without waiting.
    pub probing: bool,
    /// Something that was sent has not been acknowledged.
    pub unacknowledged: bool,
    /// It was sent twice; nothing more is sent until the follower gives a sign of life.
    pub silent: bool,
}

impl Leader {
    /// Up to where each follower holds the log.
    pub fn held(&self) -> Vec<Index> {
        self.progress.values().map(|progress| progress.matched).collect()
    }

    /// Every follower, with the last entry that it is known to hold.
    pub fn matched(&self) -> impl Iterator<Item = (ServerId, Index)> {
        self.progress.iter().map(|(peer, progress)| (*peer, progress.matched))
    }

    /// The line of requests.
    pub fn queue(&self) -> &UpdateQueue {
        &self.queue
    }

    /// What is known of each follower.
    pub fn progress(&self) -> impl Iterator<Item = (ServerId, Progress)> {
        self.progress.iter().map(|(peer, progress)| (*peer, *progress))
    }
}

impl Node {
    /// A majority has voted for this server: it leads its generation.
    pub(super) fn lead(&mut self, votes: u8, out: &mut Outbox) {
        let next = self.log.last().index.next();
        let fresh = Progress { matched: Index(0), next, probing: true, unacknowledged: false, silent: false };
        let progress = self.config.peers().map(|peer| (peer, fresh)).collect();
        let living = self.config.peers().collect();
        self.role = Role::Leader(Leader { progress, living, ..Leader::default() });
        out.note(Note::Leads { generation: self.generation, votes });
        out.push(Effect::StopTimer(TimerKind::Election));
        out.push(Effect::StopTimer(TimerKind::LeaderSilent));
        self.restart_quorum_check(out);
        self.beat(out);
        if self.config.rules.bug != Bug::M12 {
            self.append_payloads(&[Payload::Empty], out);
        }
        for peer in self.config.peers() {
            self.watch_living(peer, out);
        }
    }

    /// Appends to the own log and sends it on.
    pub(super) fn append_payloads(&mut self, payloads: &[Payload], out: &mut Outbox) {
        let entries = self.entries_of(payloads, out);
        self.append(None, entries, out);
        for peer in self.config.peers() {
            self.send_appends(peer, out);
        }
        if self.must_be_durable(self.log.last().index).is_none() {
            self.commit(out);
        }
    }

    /// The next entries of the log, with the time: the clock's, or the last entry's if that is ahead.
    pub(super) fn entries_of(&self, payloads: &[Payload], out: &Outbox) -> Vec<Entry> {
        let stamp = self.log.last_stamp().map_or(out.now(), |last| last.max(out.now()));
        let mut index = self.log.last().index;
        let mut entries = Vec::with_capacity(payloads.len());
        for payload in payloads {
            index = index.next();
            let id = EntryId { generation: self.generation, index };
            entries.push(Entry { id, stamp, payload: *payload });
        }
        entries
    }

    /// Sends a follower what it lacks, as far as may be sent now.
    fn send_appends(&mut self, peer: ServerId, out: &mut Outbox) {
        while let Some(progress) = self.progress_of(peer) {
            let nothing_left = progress.next > self.log.last().index;
            if nothing_left || (progress.probing && progress.unacknowledged) {
                return;
            }
            self.send_append(peer, out);
        }
    }

    /// Sends one append, and watches for its acknowledgement.
    fn send_append(&mut self, peer: ServerId, out: &mut Outbox) {
        // Under a wrong rule a leader's own log may have been cut off.
        let last = self.log.last().index;
        self.update_progress(peer, |progress| progress.next = progress.next.min(last.next()));
        let Some(progress) = self.progress_of(peer) else { return };
        if progress.next <= self.log.start().index {
            return self.send_snapshot_instead(peer, out);
        }
        let prev = self.log.id_at(progress.next.before()).unwrap_or_default();
        let most = usize::from(self.config.entries_per_append);
        let entries: Vec<Entry> = self.log.from(progress.next).iter().take(most).copied().collect();
        let sent = Index(prev.index.0 + entries.len() as u64);
        self.send(peer, Body::Append { prev, entries, mark: self.told_mark() }, None, out);
        let was_unacknowledged = progress.unacknowledged;
        self.update_progress(peer, |progress| {
            progress.unacknowledged = true;
            if !progress.probing {
                progress.next = sent.next();
            }
        });
        if !was_unacknowledged {
            self.restart_resend(peer, out);
        }
    }

    /// The entries that the follower lacks are gone: it gets the state that they led to. Nothing more until it has that.
    fn send_snapshot_instead(&mut self, peer: ServerId, out: &mut Outbox) {
        self.send_snapshot(peer, out);
        let behind = self.log.start().index.next();
        self.update_progress(peer, |progress| {
            progress.next = behind;
            progress.probing = true;
            progress.unacknowledged = true;
        });
        self.restart_resend(peer, out);
    }

    fn progress_of(&self, peer: ServerId) -> Option<Progress> {
        let Role::Leader(leader) = &self.role else { return None };
        leader.progress.get(&peer).copied()
    }

    fn update_progress(&mut self, peer: ServerId, update: impl FnOnce(&mut Progress)) {
        if let Role::Leader(leader) = &mut self.role
            && let Some(progress) = leader.progress.get_mut(&peer)
        {
            update(progress);
        }
    }

    fn restart_resend(&self, peer: ServerId, out: &mut Outbox) {
        let span = self.config.heartbeat;
        out.push(Effect::SetTimer { kind: TimerKind::Resend(peer), between: (span, span) });
    }

    /// No acknowledgement for a heartbeat's time: send once more, from behind what is known to be there. After that only
    /// heartbeats, until the follower answers one: a server that is down need not be sent the same again and again.
    pub(super) fn resend(&mut self, peer: ServerId, out: &mut Outbox) {
        if self.progress_of(peer).is_none() {
            return;
        }
        self.start_over(peer);
        out.note(Note::SendsAgain { follower: peer });
        self.send_appends(peer, out);
        self.update_progress(peer, |progress| progress.silent = true);
        out.push(Effect::StopTimer(TimerKind::Resend(peer)));
    }

    /// What was sent is taken for lost: once more from behind what is known to be there. While it is not known yet where the logs agree
    /// that would be the whole log, so then the same question is asked again.
    fn start_over(&mut self, peer: ServerId) {
        let last = self.log.last().index;
        self.update_progress(peer, |progress| {
            // Behind a snapshot that may be lost there may be nothing left to ask with.
            if !progress.probing || progress.next > last {
                progress.next = progress.matched.next();
            }
            progress.probing = true;
            progress.unacknowledged = false;
            progress.silent = false;
        });
    }

    /// A follower has answered a heartbeat: it is there, and if it had been silent it gets what it lacks.
    pub(super) fn receive_heartbeat_answer(
        &mut self,
        from: ServerId,
        round: Option<Round>,
        out: &mut Outbox,
    ) {
        self.hear(from, out);
        if let Some(round) = round {
            self.round_is_answered(from, round, out);
        }
        if self.progress_of(from).is_some_and(|progress| progress.silent) {
            self.start_over(from);
            self.send_appends(from, out);
        }
    }

    /// A follower tells what became of an append.
    pub(super) fn receive_append_answer(&mut self, from: ServerId, answer: AppendAnswer, out: &mut Outbox) {
        self.hear(from, out);
        match answer {
            AppendAnswer::Matched { upto } => self.follower_matches(from, upto, out),
            AppendAnswer::Refused { prev, hint } => self.follower_differs(from, prev, hint, out),
            AppendAnswer::OutOfDate => {}
        }
    }

    fn follower_matches(&mut self, from: ServerId, upto: Index, out: &mut Outbox) {
        let Some(before) = self.progress_of(from) else { return };
        let (bug, last) = (self.config.rules.bug, self.log.last().index);
        self.update_progress(from, |progress| {
            // An old answer may come late: what is known never shrinks.
            progress.matched = match bug {
                Bug::M14 => upto,
                Bug::M15 => last,
                _ => progress.matched.max(upto),
            };
            progress.next = progress.next.max(progress.matched.next());
            progress.probing = false;
            progress.silent = false;
            progress.unacknowledged = progress.next > progress.matched.next();
        });
        self.watch_acknowledgement(from, out);
        if upto > before.matched {
            out.note(Note::Matched { follower: from, upto, holders: self.holders(upto) });
            self.commit(out);
        }
        self.send_appends(from, out);
    }

    fn watch_acknowledgement(&self, peer: ServerId, out: &mut Outbox) {
        match self.progress_of(peer) {
            Some(progress) if progress.unacknowledged => self.restart_resend(peer, out),
            _ => out.push(Effect::StopTimer(TimerKind::Resend(peer))),
        }
    }

    /// How many servers, this one included, are known to hold an entry durably.
    fn holders(&self, index: Index) -> u8 {
        let Role::Leader(leader) = &self.role else { return 0 };
        let followers = leader.progress.values().filter(|progress| progress.matched >= index).count();
        followers as u8 + u8::from(self.counts_upto() >= index)
    }

    /// The follower lacks the entry before the ones sent: go back to where the logs may agree, a generation at a time.
    fn follower_differs(&mut self, from: ServerId, prev: Index, hint: EntryId, out: &mut Outbox) {
        let Some(progress) = self.progress_of(from) else { return };
        let out_of_date = prev <= progress.matched
            || prev >= progress.next
            || (progress.probing && prev.next() != progress.next);
        if out_of_date {
            return;
        }
        let agree = self.log.last_upto(hint.index, hint.generation).index.min(prev.before());
        let agree = if self.config.rules.bug == Bug::M18 { prev.before() } else { agree };
        self.update_progress(from, |progress| {
            progress.next = agree.max(progress.matched).next();
            progress.probing = true;
            progress.unacknowledged = false;
            progress.silent = false;
        });
        self.send_appends(from, out);
    }

    /// A client asks for something.
    pub(super) fn receive_request(&mut self, client: ClientId, request: Request, out: &mut Outbox) {
        let (number, ask) = (request.number, Ask::Request(request.number));
        if let Some(outcome) = self.kept_answer(client, number) {
            out.note(Note::AnswersFromCache { client, number });
            let told = if self.config.rules.bug == Bug::M62 { Outcome::Done } else { outcome };
            out.push(Effect::Reply { client, ask, reply: Reply::Outcome(told) });
        } else if self.sessions.is_expired(client) && self.config.rules.bug != Bug::M64 {
            out.note(Note::RefusesExpired { client, number });
            out.push(Effect::Reply { client, ask, reply: Reply::Expired });
        } else if self.is_given_up(client, number) {
            out.note(Note::RefusesGivenUp { client, number });
            out.push(Effect::Reply { client, ask, reply: Reply::Expired });
        } else if self.knows_request(client, number) {
            out.note(Note::KnowsRequest { client, number });
            if let Role::Leader(leader) = &mut self.role {
                leader.waiting.insert((client, number));
            }
        } else {
            self.enqueue(client, request, out);
        }
    }

    /// Keeps an answer that it is about to give in the leader's own memory, if that is the rule.
    pub(super) fn remember(&mut self, client: ClientId, number: RequestNumber, outcome: Option<Outcome>) {
        if self.config.rules.dedupe == Dedupe::LeaderMemory
            && let (Role::Leader(leader), Some(outcome)) = (&mut self.role, outcome)
            && leader.waiting.contains(&(client, number))
        {
            leader.remembered.insert((client, number), outcome);
        }
    }

    /// The answer that this leader remembers.
    pub(super) fn remembered(&self, client: ClientId, number: RequestNumber) -> Option<Outcome> {
        let Role::Leader(leader) = &self.role else { return None };
        leader.remembered.get(&(client, number)).copied()
    }

    /// Writes down that a client has a session, unless it has one.
    pub(super) fn open_session(&mut self, client: ClientId, out: &mut Outbox) {
        if matches!(self.role, Role::Leader(_)) && !self.has_session(client) {
            self.append_payloads(&[Payload::Open { client }], out);
        }
    }

    /// Whether the client has a session, or will have one when the log is applied.
    pub(super) fn has_session(&self, client: ClientId) -> bool {
        let opens = |entry: &Entry| entry.payload == Payload::Open { client };
        if self.sessions.is_expired(client) {
            return true;
        }
        self.sessions.is_open(client) || self.log.from(self.applied.next()).iter().any(opens)
    }

    /// Whether somebody waits here for the answer of that request; from now on nobody does.
    pub(super) fn stops_waiting(&mut self, client: ClientId, number: RequestNumber) -> bool {
        match &mut self.role {
            Role::Leader(leader) => leader.waiting.remove(&(client, number)),
            _ => false,
        }
    }

    /// A follower has answered: it is there.
    fn hear(&mut self, from: ServerId, out: &mut Outbox) {
        if let Role::Leader(leader) = &mut self.role {
            leader.heard.insert(from);
            leader.living.insert(from);
            self.watch_living(from, out);
        }
    }

    fn watch_living(&self, peer: ServerId, out: &mut Outbox) {
        if self.config.rules.quorum == Quorum::OfTheLiving {
            let span = self.config.election;
            out.push(Effect::SetTimer { kind: TimerKind::Living(peer), between: (span, span) });
        }
    }

    /// A follower has not answered for the shortest election time-out: it does not count among the living.
    pub(super) fn seems_dead(&mut self, peer: ServerId, out: &mut Outbox) {
        if let Role::Leader(leader) = &mut self.role {
            leader.living.remove(&peer);
            self.commit(out);
        }
    }

    /// A leader that reaches no majority steps down: others may have elected a newer one, and its clients should not wait.
    pub(super) fn check_quorum(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        let heard = std::mem::take(&mut leader.heard);
        // Who was not heard since the last check is not living, whenever that rule came into force.
        leader.living.retain(|peer| heard.contains(peer));
        let alone = heard.len() as u8 + 1 < self.votes_needed(&heard);
        if alone && self.config.rules.bug != Bug::M32 && self.config.rules.check_quorum == CheckQuorum::On {
            out.note(Note::StepsDown { why: StepDown::NoMajority });
            self.follow(None, out);
        } else {
            self.restart_quorum_check(out);
        }
    }

    fn restart_quorum_check(&self, out: &mut Outbox) {
        let span = self.config.election;
        out.push(Effect::SetTimer { kind: TimerKind::CheckQuorum, between: (span, span) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        let b = ServerId::new(1);
        let progress = Progress {
            matched: Index(0),
            next: Index(1),
            probing: true,
            unacknowledged: false,
            silent: false,
        };
        each_field_counts!(progress => Progress {
            matched: Index(1), next: Index(2), probing: false, unacknowledged: true, silent: true,
        });
        let asked = (ClientId::of_customer(1), RequestNumber(1));
        let mut node = crate::node::tests::leading_alone();
        node.receive_view(asked.0, crate::node::ViewNumber(1), true, &mut Outbox::new());
        let Role::Leader(other) = node.role else { panic!("it leads") };
        each_field_counts!(Leader::default() => Leader {
            progress: [(b, progress)].into(),
            heard: [b].into(),
            living: [b].into(),
            round: Round(1),
            views: other.views.clone(),
            queue: other.queue.clone(),
            waiting: [asked].into(),
            remembered: [(asked, Outcome::Done)].into(),
        });
    }
}
