//! At most one server leads a generation (Raft paper, figure 3: Election Safety).

use std::collections::BTreeMap;

use super::{Broken, Check};
use crate::node::{Generation, Note, ServerId};
use crate::sim::Sim;

/// Who has led each generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneLeaderPerGeneration {
    leaders: BTreeMap<Generation, ServerId>,
}

impl Check for OneLeaderPerGeneration {
    fn see(&mut self, _sim: &Sim, server: ServerId, note: &Note) -> Result<(), Broken> {
        let Note::Leads { generation, .. } = note else { return Ok(()) };
        let first = *self.leaders.entry(*generation).or_insert(server);
        if first == server { Ok(()) } else { Err(Broken) }
    }
}
