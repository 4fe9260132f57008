//! At most one server leads a generation (Raft paper, figure 3: Election Safety).

use std::collections::BTreeMap;

use super::{Broken, Check, promised};
use crate::node::{Generation, Note, ServerId};
use crate::sim::{Detail, Sim};

/// Who has led each generation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneLeaderPerGeneration {
    leaders: BTreeMap<Generation, ServerId>,
}

impl Check for OneLeaderPerGeneration {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note: Note::Leads { generation, .. } } = detail else { return Ok(()) };
        promised(self.leaders.entry(*generation).or_insert(*server) == server)
    }
}
