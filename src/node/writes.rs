//! Writes: one server takes them, the leader, and so decides in which order things happen; the others copy what it writes.
//!
//! Whoever else is asked does nothing but name the leader. If each server wrote down what it is asked, two of them would put different
//! things in the same place of the log, and each would be right by its own accounts.

use super::effect::{Effect, Outbox, Reply};
use super::event::Request;
use super::ids::{Ask, ClientId};
use super::message::Body;
use super::note::Note;
use super::rules::Writes;
use super::write_ahead_log::Payload;
use super::{Node, Role};

impl Node {
    /// A client wants something written.
    pub(super) fn request(&mut self, client: ClientId, request: Request, out: &mut Outbox) {
        if matches!(self.role, Role::Leader(_)) {
            self.receive_request(client, request, out);
        } else if self.config.rules.writes == Writes::AnyServer {
            self.write_without_leading(client, request, out);
        } else {
            self.redirect(client, Ask::Request(request.number), out);
        }
    }

    /// Whoever leads knows: the client is sent there.
    pub(super) fn redirect(&mut self, client: ClientId, ask: Ask, out: &mut Outbox) {
        let leader = self.leader();
        out.note(Note::Redirects { client, leader });
        out.push(Effect::Reply { client, ask, reply: Reply::NotLeader { leader } });
    }

    /// What one leader replaces (`writes=any-server`): this server writes into its own log as if it led, carries the entry out, says
    /// so, and tells the others, who may have put something else in that place.
    fn write_without_leading(&mut self, client: ClientId, request: Request, out: &mut Outbox) {
        let Request { number, first_outstanding, trade } = request;
        let dedupe = self.config.rules.dedupe;
        let mut payloads =
            vec![Payload::Request { client, number, trade, first_outstanding, dedupe, decided: None }];
        if !self.has_session(client) {
            payloads.insert(0, Payload::Open { client });
        }
        let prev = self.log.last();
        let entries = self.entries_of(&payloads, out);
        self.append(None, entries.clone(), out);
        let (last, applied_before) = (self.log.last().index, self.applied);
        out.note(Note::AsksNobody { upto: last });
        self.raise_mark(last, true, out);
        if applied_before < self.applied
            && let Some(outcome) = self.sessions.answer(client, number)
        {
            out.push(Effect::Reply { client, ask: Ask::Request(number), reply: Reply::Outcome(outcome) });
        }
        self.send_to_all(&Body::Append { prev, entries, mark: last }, out);
    }
}
