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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Index;
    use crate::promise::example::{example, id, judge, noted};

    #[test]
    fn a_follower_may_cut_off_what_a_leader_may_not() {
        let example = example();
        let cut = |server| [vec![noted(server, Note::Truncates { from: id(1, 3), to: Index(3) })]];
        assert_eq!(judge::<LeaderAppendsOnly>(&example.sim, &cut(example.leader)), Err(Broken));
        assert_eq!(judge::<LeaderAppendsOnly>(&example.sim, &cut(example.follower)), Ok(()));
        let appends = noted(example.leader, Note::Appends { first: Index(3), last: Index(3) });
        assert_eq!(judge::<LeaderAppendsOnly>(&example.sim, &[vec![appends]]), Ok(()));
    }
}
