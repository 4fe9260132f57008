//! All servers carry out the same entries in the same order, with the same outcome (Raft paper, figure 3: State Machine Safety).
//!
//! A snapshot stands for all that it covers: the states that different servers have at the same entry must be the same.

use super::{Broken, Check, promised};
use crate::node::{Entry, Index, Note};
use crate::ordered::Map;
use crate::shop::Outcome;
use crate::sim::{Detail, Sim};

/// What was carried out first at each place of the log, and the states that snapshots hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameOrder {
    carried_out: Map<Index, (Entry, Option<Outcome>, bool)>,
    states: Map<Index, u64>,
}

impl Check for SameOrder {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { note, .. } = detail else { return Ok(()) };
        match note {
            Note::Applies { entry, outcome, duplicate } => {
                let this = (*entry, *outcome, *duplicate);
                promised(*self.carried_out.get_or_insert(entry.id.index, this) == this)
            }
            Note::TakesSnapshot { upto, state } | Note::InstallsSnapshot { upto, state } => {
                promised(self.states.get_or_insert(upto.index, *state) == state)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::ServerId;
    use crate::promise::example::{CHEOLSU, FIRST, YEONGHUI, entry, example, id, judge, noted, request};

    fn applies(server: u8, entry: Entry, outcome: Option<Outcome>, duplicate: bool) -> Detail {
        noted(ServerId::new(server), Note::Applies { entry, outcome, duplicate })
    }

    #[test]
    fn every_server_carries_out_the_same_with_the_same_outcome() {
        let sim = example().sim;
        let (hers, his) = (entry(3, request(YEONGHUI, FIRST)), entry(3, request(CHEOLSU, FIRST)));
        let done = Some(Outcome::Done);
        for (now, verdict) in [
            (applies(1, his, done, false), Ok(())),
            (applies(1, hers, done, false), Err(Broken)),
            (applies(1, his, Some(Outcome::SoldOut), false), Err(Broken)),
            (applies(1, his, None, false), Err(Broken)),
            (applies(1, his, done, true), Err(Broken)),
            (applies(1, Entry { id: id(1, 4), ..hers }, done, false), Ok(())),
        ] {
            let story = [vec![applies(0, his, done, false)], vec![now]];
            assert_eq!(judge::<SameOrder>(&sim, &story), verdict, "{story:?}");
        }
    }

    #[test]
    fn snapshots_of_the_same_entry_hold_the_same_state() {
        let sim = example().sim;
        let takes = |index, state| noted(ServerId::new(0), Note::TakesSnapshot { upto: id(1, index), state });
        let installs = |index, state| {
            vec![noted(ServerId::new(1), Note::InstallsSnapshot { upto: id(1, index), state })]
        };
        for (now, verdict) in
            [(installs(3, 7), Ok(())), (installs(3, 8), Err(Broken)), (installs(4, 8), Ok(()))]
        {
            assert_eq!(judge::<SameOrder>(&sim, &[vec![takes(3, 7)], now.clone()]), verdict, "{now:?}");
        }
    }
}
