//! Singular update queue: requests are put in one line, and one worker writes them down in that order.
//!
//! The leader takes a request at once and goes on listening. While its disk is busy with what it wrote last, requests pile up;
//! when it is free, all of them go into the log as one batch, which costs one sync and one message to each follower instead
//! of one for each request. The line has a limit: beyond it a client is told that the leader is busy, which is better than a
//! line in which everybody gives up before it is their turn. What was accepted is not dropped; if the leader steps down, those
//! in line are sent to the next one.

use std::collections::VecDeque;

use super::effect::{Effect, Outbox, Reply};
use super::event::{Request, TimerKind};
use super::ids::{Ask, ClientId, RequestNumber, ServerId, WriteId};
use super::note::Note;
use super::write_ahead_log::Payload;
use super::{Node, Role};
use crate::time::Span;

/// The most requests that one batch takes.
const BATCH_MAX: usize = 64;

/// The line of requests at the leader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UpdateQueue {
    waiting: VecDeque<(ClientId, Request)>,
    /// The batch that is on its way to the leader's own disk.
    writing: Option<WriteId>,
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
        let (limit, number) = (self.config.queue_limit as usize, request.number);
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.queue.len() >= limit {
            out.note(Note::QueueFull { client, number });
            out.push(Effect::Reply { client, ask: Ask::Request(number), reply: Reply::Busy });
            return;
        }
        leader.waiting.insert((client, number));
        leader.queue.waiting.push_back((client, request));
        out.note(Note::Queues { client, number, waiting: leader.queue.len() as u32 });
        self.work_off(out);
    }

    /// Leader: takes up what waits if the worker is free, after the time that it needs to look at it.
    pub(super) fn work_off(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.queue.writing.is_some() || leader.queue.looking || leader.queue.is_empty() {
            return;
        }
        let time = self.config.queue_time;
        if time == Span::ZERO {
            self.write_batch(out);
        } else {
            leader.queue.looking = true;
            out.push(Effect::SetTimer { kind: TimerKind::UpdateQueue, between: (time, time) });
        }
    }

    /// Leader: writes down, in order, what has piled up.
    pub(super) fn write_batch(&mut self, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        leader.queue.looking = false;
        let size = leader.queue.len().min(BATCH_MAX);
        let batch: Vec<(ClientId, Request)> = leader.queue.waiting.drain(..size).collect();
        if batch.is_empty() {
            return;
        }
        let mut payloads = Vec::with_capacity(size + 1);
        for (client, Request { number, first_outstanding, trade }) in batch {
            if !self.has_session(client) && !payloads.contains(&Payload::Open { client }) {
                payloads.push(Payload::Open { client });
            }
            let dedupe = self.config.rules.dedupe;
            payloads.push(Payload::Request { client, number, trade, first_outstanding, dedupe });
        }
        self.append_payloads(&payloads, out);
        let write = self.must_be_durable(self.log.last().index);
        if let Role::Leader(leader) = &mut self.role {
            leader.queue.writing = write;
        }
    }

    /// Leader: its disk has caught up; the worker is free if that was its batch.
    pub(super) fn batch_is_durable(&mut self, durable: WriteId, out: &mut Outbox) {
        let Role::Leader(leader) = &mut self.role else { return };
        if leader.queue.writing.is_some_and(|writing| writing <= durable) {
            leader.queue.writing = None;
            self.work_off(out);
        }
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
            writing: Some(WriteId(1)),
            looking: true,
        });
    }
}
