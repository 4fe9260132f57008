//! What was committed stays (Raft paper, figure 3: Leader Completeness).
//!
//! At the moment of a commit it is recorded what was committed, and in which generation. Later another entry must not be
//! committed in its place, and whoever begins to lead a later generation must hold it. An older leader, elected before, need
//! not: taking "committed by then" from the logs made a well-known specification false for correct runs.

use std::collections::BTreeMap;

use super::{Broken, Check, holds, promised};
use crate::node::{Entry, Generation, Index, Note, ServerId};
use crate::sim::{Detail, Sim, TraceEvent};

/// What was committed first at each place of the log, and the generation in which it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommittedStays {
    committed: BTreeMap<Index, (Entry, Generation)>,
    /// The server that has decided a commit in this event: what it carries out now was committed by it.
    deciding: Option<ServerId>,
}

impl Check for CommittedStays {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note } = detail else { return Ok(()) };
        match note {
            Note::MarkRises { decided: true, .. } => self.deciding = Some(*server),
            Note::Applies { entry, .. } if self.deciding == Some(*server) => {
                return self.record(sim, *server, *entry);
            }
            Note::Leads { generation, .. } => return self.check_leader(sim, *server, *generation),
            _ => {}
        }
        Ok(())
    }

    fn after(&mut self, _sim: &Sim, _event: &TraceEvent) -> Result<(), Broken> {
        self.deciding = None;
        Ok(())
    }
}

impl CommittedStays {
    fn record(&mut self, sim: &Sim, server: ServerId, entry: Entry) -> Result<(), Broken> {
        let Some(node) = &sim.server(server).node else { return Ok(()) };
        let (first, _) = self.committed.entry(entry.id.index).or_insert((entry, node.generation()));
        promised(*first == entry)
    }

    fn check_leader(&self, sim: &Sim, leader: ServerId, generation: Generation) -> Result<(), Broken> {
        let before = self.committed.values().filter(|(_, committed_in)| *committed_in < generation);
        promised(before.into_iter().all(|(entry, _)| holds(sim, leader, entry.id)))
    }
}
