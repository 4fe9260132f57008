//! Logs that agree at an entry agree before it (Raft paper, figure 3: Log Matching).
//!
//! Whoever appends an entry is compared with whoever appended one of that name first: same content, same entry before it. By
//! induction that is the whole promise, at one look-up an entry.

use std::collections::BTreeMap;

use super::{Broken, Check, promised};
use crate::node::{EntryId, Index, Note, ServerId};
use crate::sim::{Detail, Sim};
use crate::stable_hash::stable_hash;

/// For each entry that was ever appended the one before it, and the hash of its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogsMatch {
    appended: BTreeMap<EntryId, (EntryId, u64)>,
}

impl Check for LogsMatch {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note: Note::Appends { first, last } } = detail else { return Ok(()) };
        (first.0..=last.0).try_for_each(|index| self.compare(sim, *server, Index(index)))
    }
}

impl LogsMatch {
    fn compare(&mut self, sim: &Sim, server: ServerId, index: Index) -> Result<(), Broken> {
        let Some(log) = sim.server(server).node.as_ref().map(|node| node.log()) else { return Ok(()) };
        // What a snapshot has covered within the same event is compared there.
        let (Some(entry), Some(before)) = (log.get(index), log.id_at(index.before())) else { return Ok(()) };
        let this = (before, stable_hash(entry));
        promised(*self.appended.entry(entry.id).or_insert(this) == this)
    }
}
