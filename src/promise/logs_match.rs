//! Logs that agree at an entry agree before it (Raft paper, figure 3: Log Matching).
//!
//! Whoever appends an entry is compared with whoever appended one of that name first: same content, same entry before it. By
//! induction that is the whole promise, at one look-up an entry.

use super::{Broken, Check, promised};
use crate::node::{EntryId, Index, Note, ServerId};
use crate::ordered::Map;
use crate::sim::{Detail, Sim};
use crate::stable_hash::stable_hash;

/// For each entry that was ever appended the one before it, and the hash of its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogsMatch {
    appended: Map<EntryId, (EntryId, u64)>,
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
        promised(*self.appended.get_or_insert(entry.id, this) == this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Rules;
    use crate::promise::example::{Example, example, noted};
    use crate::sim::Options;

    fn appends(server: ServerId, first: u64, last: u64) -> Detail {
        noted(server, Note::Appends { first: Index(first), last: Index(last) })
    }

    #[test]
    fn servers_that_hold_the_same_log_keep_it() {
        let (example, mut check) = (example(), LogsMatch::default());
        for detail in [
            appends(example.leader, 1, 2),
            appends(example.leader, 3, 3),
            appends(example.follower, 1, 3),
            // What is not there (any more) is not compared.
            appends(example.behind, 1, 3),
        ] {
            assert_eq!(check.see(&example.sim, &detail), Ok(()), "{detail:?}");
        }
    }

    /// Two worlds give the first entry of generation 1 to leaders of different moments: one name, two contents.
    #[test]
    fn one_name_for_two_contents_breaks_it() {
        let (one, other) = (example(), Example::new(Options::default(), Rules::default(), 2));
        assert_eq!(one.entry(1).id, other.entry(1).id, "the name is the same");
        assert_ne!(one.entry(1), other.entry(1));
        let mut check = LogsMatch::default();
        assert_eq!(check.see(&one.sim, &appends(one.leader, 1, 1)), Ok(()));
        assert_eq!(check.see(&other.sim, &appends(other.leader, 1, 1)), Err(Broken));
    }

    #[test]
    fn one_entry_behind_two_different_ones_breaks_it() {
        let example = example();
        let (first, second) = (example.entry(1).id, example.entry(2));
        let elsewhere = EntryId { generation: first.generation.next(), ..first };
        for (before, verdict) in [(first, Ok(())), (elsewhere, Err(Broken))] {
            let mut check = LogsMatch::default();
            check.appended.insert(second.id, (before, stable_hash(&second)));
            assert_eq!(check.see(&example.sim, &appends(example.leader, 2, 2)), verdict, "{before:?}");
        }
    }
}
