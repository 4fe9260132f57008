//! All servers carry out the same entries in the same order (Raft paper, figure 3: State Machine Safety).

use std::collections::BTreeMap;

use super::{Broken, Check};
use crate::node::{Entry, Index, Note, ServerId};
use crate::sim::Sim;

/// What was carried out first at each place of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameOrder {
    carried_out: BTreeMap<Index, Entry>,
}

impl Check for SameOrder {
    fn see(&mut self, _sim: &Sim, _server: ServerId, note: &Note) -> Result<(), Broken> {
        let Note::Applies { entry, .. } = note else { return Ok(()) };
        let first = *self.carried_out.entry(entry.id.index).or_insert(*entry);
        if first == *entry { Ok(()) } else { Err(Broken) }
    }
}
