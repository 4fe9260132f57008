//! What the write-ahead log replaces: the accounts are overwritten on the disk, one record after the other (`log=in-place`).
//!
//! A purchase is two writes: first the payer's money, and once that is safe all the rest. A crash between the two leaves a
//! shop in which the money is gone and the goods never came, and there is no log to tell what was meant.

use std::collections::VecDeque;

use super::Node;
use super::effect::{Effect, Outbox, Reply, Write};
use super::idempotent_receiver::Applied;
use super::ids::{ClientId, RequestNumber, WriteId};
use super::note::Note;
use super::rules::LogRule;
use crate::ordered::Map;
use crate::shop::{Account, Item, Outcome, Owner};

/// Purchases on their way to the disk, the oldest first; only that one is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InPlace {
    jobs: VecDeque<Job>,
}

/// A purchase on its way to the disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Job {
    client: ClientId,
    number: RequestNumber,
    /// The payer's account with less money and everything else as it was; then all accounts that changed.
    steps: VecDeque<Vec<(Owner, Account)>>,
    writing: Option<WriteId>,
}

impl Node {
    /// Begins to write a purchase in place. Whether it did: then the answer waits until all is safe.
    pub(super) fn overwrite_in_place(
        &mut self,
        client: ClientId,
        number: RequestNumber,
        applied: Applied,
        out: &mut Outbox,
    ) -> bool {
        let changed = applied.outcome == Some(Outcome::Done) && !applied.duplicate;
        if self.config.rules.log != LogRule::InPlace || !changed {
            return false;
        }
        let account = |owner: Owner| self.shop.accounts().get(&owner).cloned().unwrap_or_default();
        let (customer, shop) = (client.owner(), account(Owner::Shop));
        let paid = Account { items: self.items_on_disk(customer), ..account(customer) };
        let rest = vec![(customer, account(customer)), (Owner::Shop, shop)];
        let steps = [vec![(customer, paid)], rest].into();
        self.in_place.jobs.push_back(Job { client, number, steps, writing: None });
        self.write_next_step(out);
        true
    }

    /// The goods as the last complete write left them on the disk.
    fn items_on_disk(&self, owner: Owner) -> Map<Item, i64> {
        self.stored.get(&owner).map(|account| account.items.clone()).unwrap_or_default()
    }

    fn write_next_step(&mut self, out: &mut Outbox) {
        if self.in_place.jobs.front().is_none_or(|job| job.writing.is_some()) {
            return;
        }
        let id = self.new_write();
        let Some(job) = self.in_place.jobs.front_mut() else { return };
        if let Some(accounts) = job.steps.pop_front() {
            job.writing = Some(id);
            self.stored.extend(accounts.iter().cloned());
            out.push(Effect::Persist { id, write: Write::InPlace(accounts) });
        }
    }

    /// A step is safe: the next one, or the answer.
    pub(super) fn in_place_step_is_durable(&mut self, write: WriteId, out: &mut Outbox) {
        let Some(job) = self.in_place.jobs.front_mut() else { return };
        if job.writing.is_none_or(|writing| writing > write) {
            return;
        }
        job.writing = None;
        let (client, number, complete) = (job.client, job.number, job.steps.is_empty());
        out.note(Note::OverwritesInPlace { client, number, step: if complete { 2 } else { 1 } });
        if complete {
            self.in_place.jobs.pop_front();
            self.answer_waiting(client, number, Reply::Outcome(Outcome::Done), out);
        }
        self.write_next_step(out);
    }
}
