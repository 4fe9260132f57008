//! What scripts wait for, and whom they turn to, in more than one lesson.

use crate::command::Command;
use crate::node::{ClientId, Note, ServerId, TimerKind};
use crate::shop::Item;
use crate::sim::{Cause, Detail, Sim, TraceEvent};

/// The customer of the story.
pub const CHEOLSU: ClientId = ClientId::of_customer(1);
/// The other one.
pub const YEONGHUI: ClientId = ClientId::of_customer(2);

/// The server that leads first, or is alone.
pub const A: ServerId = ServerId::new(0);
/// The second server.
pub const B: ServerId = ServerId::new(1);
/// The third one.
pub const C: ServerId = ServerId::new(2);
/// The fourth one.
pub const D: ServerId = ServerId::new(3);
/// The fifth one.
pub const E: ServerId = ServerId::new(4);

/// Some server noted such a thing.
pub fn noted(event: &TraceEvent, fits: impl Fn(&Note) -> bool) -> bool {
    event.details.iter().any(|detail| matches!(detail, Detail::Noted { note, .. } if fits(note)))
}

/// That server noted such a thing.
pub fn noted_at(event: &TraceEvent, at: ServerId, fits: impl Fn(&Note) -> bool) -> bool {
    event
        .details
        .iter()
        .any(|detail| matches!(detail, Detail::Noted { server, note } if *server == at && fits(note)))
}

/// Somebody leads.
pub fn leads(_: &Sim, event: &TraceEvent) -> bool {
    noted(event, |note| matches!(note, Note::Leads { .. }))
}

/// A client learned what became of a request.
pub fn learned(_: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| matches!(detail, Detail::Learned { .. }))
}

/// A client was shown its account.
pub fn saw(_: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| matches!(detail, Detail::Saw { .. }))
}

/// A leader's heartbeat goes out.
pub fn beats(_: &Sim, event: &TraceEvent) -> bool {
    matches!(event.cause, Cause::TimerFired { kind: TimerKind::Heartbeat, .. })
}

/// No request waits for its answer.
pub fn all_answered(sim: &Sim, _: &TraceEvent) -> bool {
    sim.clients().iter().flat_map(|client| &client.requests).all(|request| request.waiting.is_none())
}

/// Cheolsu buys some of an item at that server.
pub fn buy_at(server: ServerId, item: Item, count: u32) -> Command {
    Command::Buy { client: CHEOLSU, item, count: Some(count), server: Some(server) }
}
