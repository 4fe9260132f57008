//! Nothing that a client was answered is lost: every later leader holds the entry that the answer came from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Broken, Check, holds, promised};
use crate::node::{ClientId, EntryId, Note, Payload, RequestNumber, ServerId};
use crate::sim::{Answer, Detail, Sim};

/// The entries that requests were carried out by, and those of them that a client has the answer of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoneIsKept {
    carried_out: BTreeMap<(ClientId, RequestNumber), BTreeMap<ServerId, EntryId>>,
    answered: BTreeSet<EntryId>,
}

impl Check for DoneIsKept {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        match detail {
            Detail::Noted { server, note: Note::Applies { entry, outcome: Some(_), duplicate: false } } => {
                if let Payload::Request { client, number, .. } = entry.payload {
                    self.carried_out.entry((client, number)).or_default().insert(*server, entry.id);
                }
            }
            Detail::Learned { client, number, answer: Answer::Outcome(_), from: Some(server) } => {
                self.answered.extend(self.entry_behind(*client, *number, *server));
            }
            Detail::Noted { server, note: Note::Leads { .. } } => {
                return promised(self.answered.iter().all(|entry| holds(sim, *server, *entry)));
            }
            _ => {}
        }
        Ok(())
    }
}

impl DoneIsKept {
    /// The entry that an answer came from: the one that this server has carried out, or, when a snapshot has brought it the
    /// answer, the one that another has.
    fn entry_behind(&self, client: ClientId, number: RequestNumber, server: ServerId) -> Option<EntryId> {
        let entries = self.carried_out.get(&(client, number))?;
        entries.get(&server).or_else(|| entries.values().next()).copied()
    }
}
