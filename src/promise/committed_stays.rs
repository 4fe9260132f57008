//! What was committed stays (Raft paper, figure 3: Leader Completeness).
//!
//! At the moment of a commit it is recorded what was committed, and in which generation. Later another entry must not be
//! committed in its place, no server that holds it may cut it off, and whoever begins to lead a later generation must hold it.
//! An older leader, elected before, need not: taking "committed by then" from the logs made a well-known specification false
//! for correct runs.
//!
//! Of entries that are cut off the first one tells enough. Where logs match (a promise of its own), whoever holds a committed entry
//! holds the committed ones before it; so if any that is cut off was committed, the first one was. A different entry at the
//! same place may go: nobody was promised that one.
//!
//! Where an entry is carried out as soon as it is appended (`mark=apply-on-append`) nobody decides on a commit, so there is nothing to
//! keep: what is lost then is for `same-order` and `done-is-kept` to tell.

use super::{Broken, Check, holds, promised};
use crate::node::{Entry, EntryId, Generation, Index, Note, ServerId};
use crate::ordered::Map;
use crate::sim::{Detail, Sim, TraceEvent};

/// What was committed first at each place of the log, and the generation in which it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommittedStays {
    committed: Map<Index, (Entry, Generation)>,
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
            Note::Truncates { from, .. } => return promised(!self.is_committed(*from)),
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
        let (first, _) = self.committed.get_or_insert(entry.id.index, (entry, node.generation()));
        promised(*first == entry)
    }

    fn is_committed(&self, id: EntryId) -> bool {
        self.committed.get(&id.index).is_some_and(|(entry, _)| entry.id == id)
    }

    fn check_leader(&self, sim: &Sim, leader: ServerId, generation: Generation) -> Result<(), Broken> {
        let before = self.committed.values().filter(|(_, committed_in)| *committed_in < generation);
        promised(before.into_iter().all(|(entry, _)| holds(sim, leader, entry.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::example::{
        Example, PURCHASE, applies, example, example_with_snapshot, id, judge, leads, noted,
    };

    /// The leader decides that an entry is committed.
    fn commits(server: ServerId, entry: Entry) -> Vec<Detail> {
        vec![noted(server, Note::MarkRises { mark: entry.id.index, decided: true }), applies(server, entry)]
    }

    fn cuts_off(server: ServerId, from: EntryId) -> Vec<Detail> {
        vec![noted(server, Note::Truncates { from, to: Index(from.index.0 + 2) })]
    }

    fn after_the_purchase(example: &Example, now: Vec<Detail>) -> Result<(), Broken> {
        let committed = commits(example.leader, example.entry(PURCHASE));
        judge::<CommittedStays>(&example.sim, &[committed, now])
    }

    #[test]
    fn nothing_else_is_committed_in_its_place() {
        let example = example();
        let purchase = example.entry(PURCHASE);
        let another = Entry { stamp: purchase.stamp + crate::time::Span::from_ms(1), ..purchase };
        for (now, verdict) in [
            (commits(example.follower, another), Err(Broken)),
            (commits(example.follower, purchase), Ok(())),
            // What a follower carries out is for the promise of the same order to judge: it has decided nothing.
            (vec![applies(example.follower, another)], Ok(())),
        ] {
            assert_eq!(after_the_purchase(&example, now.clone()), verdict, "{now:?}");
        }
    }

    #[test]
    fn whoever_leads_a_later_generation_holds_it() {
        let example = example();
        let (this, later) = example.generations();
        for (server, generation, verdict) in [
            (example.behind, later, Err(Broken)),
            (example.follower, later, Ok(())),
            // Votes that come late: a generation that was over when the entry was committed.
            (example.behind, this, Ok(())),
        ] {
            let leads = vec![leads(server, generation)];
            assert_eq!(after_the_purchase(&example, leads), verdict, "{server} in {generation}");
        }
    }

    #[test]
    fn who_holds_it_does_not_cut_it_off() {
        let example = example();
        let committed = example.entry(PURCHASE).id;
        let of_another_generation = EntryId { generation: committed.generation.next(), ..committed };
        let behind_it = id(committed.generation.0, PURCHASE + 1);
        for (from, verdict) in [
            (committed, Err(Broken)),
            // It stands at the same place, but is not the one that was committed.
            (of_another_generation, Ok(())),
            (behind_it, Ok(())),
        ] {
            let cut = cuts_off(example.follower, from);
            assert_eq!(after_the_purchase(&example, cut), verdict, "{from:?}");
        }
    }

    #[test]
    fn what_is_not_committed_yet_may_be_cut_off() {
        let example = example();
        let purchase = example.entry(PURCHASE);
        let carried_out = vec![applies(example.follower, purchase)];
        let cut = cuts_off(example.follower, purchase.id);
        assert_eq!(judge::<CommittedStays>(&example.sim, &[carried_out, cut]), Ok(()));
    }

    #[test]
    fn a_snapshot_stands_for_what_it_covers() {
        let (plain, compact) = (example(), example_with_snapshot());
        let committed = commits(plain.leader, plain.entry(PURCHASE));
        let log = compact.sim.server(compact.leader).node.as_ref().map(|node| node.log().start().index);
        assert_eq!(log, Some(Index(PURCHASE)), "the entry itself is gone");
        let leads = vec![leads(compact.leader, compact.generations().1)];
        assert_eq!(judge::<CommittedStays>(&compact.sim, &[committed, leads]), Ok(()));
    }
}
