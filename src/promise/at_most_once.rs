//! Each request of a client changes something at most once: at one place of the log, whichever server carries it out, and by each
//! server once in its life.

use std::collections::BTreeMap;

use super::{Broken, Check, promised};
use crate::node::{ClientId, Index, Note, Payload, RequestNumber, ServerId};
use crate::shop::Outcome;
use crate::sim::{Detail, Sim};

/// Where each request was carried out, and how far each server has come since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtMostOnce {
    carried_out: BTreeMap<(ClientId, RequestNumber), Index>,
    applied: BTreeMap<ServerId, Index>,
}

impl Check for AtMostOnce {
    fn see(&mut self, _sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note } = detail else { return Ok(()) };
        match note {
            Note::Recovers { snapshot, .. } => drop(self.applied.insert(*server, *snapshot)),
            Note::InstallsSnapshot { upto, .. } => drop(self.applied.insert(*server, upto.index)),
            Note::Applies { entry, outcome, duplicate } => {
                let before = self.applied.insert(*server, entry.id.index);
                promised(before.is_none_or(|before| before < entry.id.index))?;
                if let (Payload::Request { client, number, .. }, Some(Outcome::Done), false) =
                    (entry.payload, outcome, duplicate)
                {
                    let first = *self.carried_out.entry((client, number)).or_insert(entry.id.index);
                    return promised(first == entry.id.index);
                }
            }
            _ => {}
        }
        Ok(())
    }
}
