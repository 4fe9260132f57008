//! A leader only appends: it never cuts off or replaces an entry of its own log (Raft paper, figure 3: Leader Append-Only).

use super::{Broken, Check, promised};
use crate::node::{Note, Role};
use crate::sim::{Detail, Sim};

/// Nothing needs to be remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderAppendsOnly;

impl Check for LeaderAppendsOnly {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note: Note::Truncates { .. } } = detail else { return Ok(()) };
        let node = sim.server(*server).node.as_ref();
        promised(!node.is_some_and(|node| matches!(node.role(), Role::Leader(_))))
    }
}
