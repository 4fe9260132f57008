//! All servers carry out the same entries in the same order, with the same outcome (Raft paper, figure 3: State Machine Safety).
//!
//! A snapshot stands for all that it covers: the states that different servers have at the same entry must be the same.

use std::collections::BTreeMap;

use super::{Broken, Check, promised};
use crate::node::{Entry, Index, Note};
use crate::shop::Outcome;
use crate::sim::{Detail, Sim};

/// What was carried out first at each place of the log, and the states that snapshots hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameOrder {
    carried_out: BTreeMap<Index, (Entry, Option<Outcome>, bool)>,
    states: BTreeMap<Index, u64>,
}

impl Check for SameOrder {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { note, .. } = detail else { return Ok(()) };
        match note {
            Note::Applies { entry, outcome, duplicate } => {
                let this = (*entry, *outcome, *duplicate);
                promised(*self.carried_out.entry(entry.id.index).or_insert(this) == this)
            }
            Note::TakesSnapshot { upto, state } | Note::InstallsSnapshot { upto, state } => {
                promised(self.states.entry(upto.index).or_insert(*state) == state)
            }
            _ => Ok(()),
        }
    }
}
