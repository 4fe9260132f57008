//! Singular update queue: requests are put in one line, and one worker writes them down in that order.
//!
//! The leader takes a request at once and goes on listening. While its disk is busy with what it wrote last, requests pile up;
//! when it is free, all of them go into the log as one batch, which costs one sync and one message to each follower instead
//! of one for each request. The line has a limit: beyond it a client is told that the leader is busy, which is better than a
//! line in which everybody gives up before it is their turn. What was accepted is not dropped; if the leader steps down, those
//! in line are sent to the next one.
//!
//! Accepted is not committed: a line in memory dies with its leader. So a client is told at most that its request was accepted, and
//! hears what became of it when the entry is carried out (`answer-on-enqueue` says "done" here, too early by two hundred milliseconds
//! and a crash).
//!
//! No request is judged here, either: whether the money suffices is decided when the entry is carried out, after everything before it in
//! the log, and by one worker. Where each request has a writer of its own (`many-writers`), it reads the accounts, decides, and only
//! then writes; what the others have decided and not carried out yet it cannot see, so two of them spend the same money.

use std::collections::VecDeque;

use super::effect::{Effect, Outbox, Reply};
use super::event::{Request, TimerKind};
use super::ids::{Ask, ClientId, Index, RequestNumber, ServerId};
use super::leader::Leader;
use super::note::Note;
use super::rules::Queue;
use super::write_ahead_log::Payload;
use super::{Node, Role};
use crate::shop::Outcome;
use crate::time::Span;

/// The most requests that one batch takes.
const BATCH_MAX: usize = 64;

/// The line of requests at the leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UpdateQueue {
    waiting: VecDeque<(ClientId, Request)>,
    /// Up to where the worker has written the log; it goes on when that is settled.
    written: Option<Index>,
    /// The worker has begun to look at what waits (`queue-ms`); who comes in the meantime is part of the same batch.
    looking: bool,
}

impl UpdateQueue {
    /// How many requests wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl Node {
    /// Leader: puts a request in line, unless the line is too long.
    pub(super) fn enqueue(&mut self, client: ClientId, request: Request, out: &mut Outbox) {
        if self.config.rules.queue == Queue::ManyWriters {
            return self.write_beside_others(client, request, out);
        }
        let (limit, number) = (self.config.queue_limit as usize, request.number);
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.queue.len() >= limit {
            out.note(Note::QueueFull { client, number });
            out.push(Effect::Reply { client, ask: Ask::Request(number), reply: Reply::Busy });
            return;
        }
        leader.queue.waiting.push_back((client, request));
        out.note(Note::Queues { client, number, waiting: leader.queue.len() as u32 });
        self.answer_accepted(client, number, out);
        self.work_off(out);
    }

    /// What a client hears once its request is accepted: that, if the world is so, and the rest when the entry is carried out.
    fn answer_accepted(&mut self, client: ClientId, number: RequestNumber, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        let reply = match self.config.rules.queue {
            Queue::AnswerOnEnqueue => Some(Reply::Outcome(Outcome::Done)),
            _ => {
                leader.waiting.insert((client, number));
                self.config.tells_accepted.then_some(Reply::Accepted)
            }
        };
        if let Some(reply) = reply {
            out.push(Effect::Reply { client, ask: Ask::Request(number), reply });
        }
    }

    /// What the line replaces (`queue=many-writers`): a writer for each request, who looks at the accounts as they are now, decides, and
    /// writes down what is to be done, not what was asked.
    fn write_beside_others(&mut self, client: ClientId, request: Request, out: &mut Outbox) {
        let (number, outcome) = (request.number, self.shop.judge(client.owner(), request.trade));
        out.note(Note::DecidesBeforeWriting { client, number, outcome });
        self.answer_accepted(client, number, out);
        self.write(&[(client, request)], Some(outcome), out);
    }

    /// Leader: takes up what waits if the worker is free, after the time that it needs to look at it.
    pub(super) fn work_off(&mut self, out: &mut Outbox) {
        while self.worker_is_free() {
            let Role::Leader(leader) = &mut self.role else { return };
            leader.queue.looking = true;
            let time = self.config.queue_time;
            if time > Span::ZERO {
                out.push(Effect::SetTimer { kind: TimerKind::UpdateQueue, between: (time, time) });
                return;
            }
            self.write_batch(out);
        }
    }

    /// Leader: the worker has looked at what waits.
    pub(super) fn has_looked(&mut self, out: &mut Outbox) {
        self.write_batch(out);
        self.work_off(out);
    }

    fn worker_is_free(&self) -> bool {
        let Role::Leader(Leader { queue, .. }) = &self.role else { return false };
        !queue.looking && !queue.is_empty() && queue.written.is_none_or(|written| self.is_settled(written))
    }

    /// Whether the worker may go on behind what it has written: once the leader's own disk has it, for the next batch may follow the
    /// last one on its way to the followers. One at a time it waits until that is committed.
    fn is_settled(&self, written: Index) -> bool {
        match self.config.rules.queue {
            // A wrong rule may have cut off what was written; nobody will commit that any more.
            Queue::OneAtATime => written.min(self.log.last().index) <= self.mark,
            _ => self.must_be_durable(written).is_none(),
        }
    }

    /// Leader: writes down, in order, what has piled up.
    fn write_batch(&mut self, out: &mut Outbox) {
        let most = if self.config.rules.queue == Queue::OneAtATime { 1 } else { BATCH_MAX };
        let Role::Leader(leader) = &mut self.role else { return };
        let size = leader.queue.len().min(most);
        let batch: Vec<(ClientId, Request)> = leader.queue.waiting.drain(..size).collect();
        if !batch.is_empty() {
            self.write(&batch, None, out);
        }
        let last = self.log.last().index;
        if let Role::Leader(leader) = &mut self.role {
            leader.queue.looking = false;
            leader.queue.written = Some(last);
        }
    }

    /// Leader: an entry for each request, and before it one that opens its client's session, if there is none.
    fn write(&mut self, batch: &[(ClientId, Request)], decided: Option<Outcome>, out: &mut Outbox) {
        let dedupe = self.config.rules.dedupe;
        let mut payloads = Vec::with_capacity(batch.len() + 1);
        for (client, Request { number, first_outstanding, trade }) in batch.iter().copied() {
            if !self.has_session(client) && !payloads.contains(&Payload::Open { client }) {
                payloads.push(Payload::Open { client });
            }
            payloads.push(Payload::Request { client, number, trade, first_outstanding, dedupe, decided });
        }
        self.append_payloads(&payloads, out);
    }

    /// Whether that request waits in line.
    pub(super) fn is_queued(&self, client: ClientId, number: RequestNumber) -> bool {
        let Role::Leader(leader) = &self.role else { return false };
        leader.queue.waiting.iter().any(|(c, request)| (*c, request.number) == (client, number))
    }

    /// It leads no more: who waits in line asks the next leader.
    pub(super) fn send_queue_elsewhere(queue: &UpdateQueue, leader: Option<ServerId>, out: &mut Outbox) {
        for (client, request) in &queue.waiting {
            let ask = Ask::Request(request.number);
            out.push(Effect::Reply { client: *client, ask, reply: Reply::NotLeader { leader } });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{Goods, Item, Trade};
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        let trade = Trade::Buy(Goods { item: Item::MagicShield, count: 1 });
        let number = RequestNumber(1);
        let request = Request { number, first_outstanding: number, trade };
        each_field_counts!(UpdateQueue::default() => UpdateQueue {
            waiting: [(ClientId::of_customer(1), request)].into(),
            written: Some(Index(1)),
            looking: true,
        });
    }
}
