//! Each request of a client changes something at most once in the life of a server.

use std::collections::BTreeSet;

use super::{Broken, Check};
use crate::node::{ClientId, Note, Payload, RequestNumber, ServerId};
use crate::shop::Outcome;
use crate::sim::Sim;

/// What each server has carried out since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtMostOnce {
    carried_out: BTreeSet<(ServerId, ClientId, RequestNumber)>,
}

impl Check for AtMostOnce {
    fn see(&mut self, _sim: &Sim, server: ServerId, note: &Note) -> Result<(), Broken> {
        let Note::Applies { entry, outcome: Some(Outcome::Done), duplicate: false } = note else {
            return Ok(());
        };
        let Payload::Request { client, number, .. } = entry.payload else { return Ok(()) };
        if self.carried_out.insert((server, client, number)) { Ok(()) } else { Err(Broken) }
    }

    fn forget(&mut self, server: ServerId) {
        self.carried_out.retain(|(other, _, _)| *other != server);
    }
}
