//! What will happen, in order: by moment, and within a moment in the order in which it was put down.

use std::collections::BTreeMap;

use crate::node::{Ask, ClientId, ServerId, TimerKind, WriteId};
use crate::time::Time;

use super::hosts::Resource;
use super::network::MessageId;

/// Something that the world will do by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// A message arrives.
    Deliver(MessageId),
    /// A server's timer fires.
    Timer(ServerId, TimerKind),
    /// A disk has everything up to this write.
    Synced(ServerId, WriteId),
    /// A server hears that its disk has everything up to this write.
    Report(ServerId, WriteId),
    /// A process that had stood still takes up the next thing that waited for it.
    CatchUp(ServerId),
    /// A client has waited long enough for an answer.
    Impatient(ClientId, Ask),
    /// A user asks something of the machines.
    UserAsks,
    /// A resource of a machine has done its job.
    Done(ServerId, Resource),
}

/// The name of an item on the agenda: its moment and its running number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// When.
    pub due: Time,
    number: u64,
}

/// Everything that is going to happen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Agenda {
    happenings: BTreeMap<Slot, Happening>,
    last_number: u64,
}

impl Agenda {
    /// Puts something down, behind everything of the same moment.
    pub fn add(&mut self, due: Time, happening: Happening) -> Slot {
        self.last_number += 1;
        let slot = Slot { due, number: self.last_number };
        self.happenings.insert(slot, happening);
        slot
    }

    /// Strikes something out. Nothing happens if it is not there any more.
    pub fn remove(&mut self, slot: Slot) {
        self.happenings.remove(&slot);
    }

    /// Strikes out the end of a server's sync, and the report of an earlier one: the process that waited for them is gone.
    pub fn forget_sync(&mut self, server: ServerId) {
        let concerns = |happening: &Happening| matches!(happening, Happening::Synced(id, _) | Happening::Report(id, _) if *id == server);
        self.happenings.retain(|_, happening| !concerns(happening));
    }

    /// When the next thing happens.
    pub fn next_due(&self) -> Option<Time> {
        self.happenings.first_key_value().map(|(slot, _)| slot.due)
    }

    /// Takes the next thing out.
    pub fn pop(&mut self) -> Option<(Time, Happening)> {
        self.happenings.pop_first().map(|(slot, happening)| (slot.due, happening))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn every_field_counts_in_the_hash() {
        let mut other = Agenda::default();
        other.add(Time::ZERO, Happening::Deliver(MessageId(1)));
        each_field_counts!(Agenda::default() => Agenda { happenings: other.happenings.clone(), last_number: 1 });
        each_field_counts!(Slot { due: Time::ZERO, number: 1 } => Slot { due: Time::from_us(1), number: 2 });
    }

    #[test]
    fn things_happen_by_moment_and_then_in_the_order_in_which_they_were_put_down() {
        let mut agenda = Agenda::default();
        let later = Time::from_ms(2);
        let struck = agenda.add(Time::from_ms(1), Happening::Deliver(MessageId(0)));
        agenda.add(later, Happening::Deliver(MessageId(1)));
        agenda.add(Time::from_ms(1), Happening::Deliver(MessageId(2)));
        agenda.add(later, Happening::Deliver(MessageId(3)));
        agenda.remove(struck);
        let order: Vec<Happening> =
            std::iter::from_fn(|| agenda.pop()).map(|(_, happening)| happening).collect();
        assert_eq!(order, [2, 1, 3].map(|id| Happening::Deliver(MessageId(id))));
    }
}
