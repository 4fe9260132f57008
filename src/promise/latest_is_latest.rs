//! Answers are linearizable: what a client is told fits one order of all requests, and that order fits what came after what.
//!
//! The log is the witness of that order. Of two questions, one of which was answered before the other was asked, the later must see
//! the earlier. What an answer says must be what comes out when the log is carried out in its order by a shop of our own.
//! (A search for any fitting order would be complete without a witness, but takes exponentially long to find a violation.)

use std::collections::BTreeMap;

use super::{Broken, Check, promised};
use crate::node::{Ask, ClientId, Entry, Index, Note, Payload, RequestNumber, View};
use crate::shop::{Account, Outcome, Owner, Shop};
use crate::sim::{Answer, Detail, Sim};

/// What the clients were told, and the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestIsLatest {
    /// The furthest place of the log that any client has heard of.
    heard_of: Index,
    /// How far that was when each question was asked first.
    floors: BTreeMap<(ClientId, Ask), Index>,
    /// Where each request was carried out first, and what came of it.
    carried_out: BTreeMap<(ClientId, RequestNumber), (Index, Outcome)>,
    witness: Witness,
}

/// A shop that carries out the log in its order, and remembers what each account held when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Witness {
    applied: Index,
    shop: Option<Shop>,
    history: BTreeMap<(Owner, Index), Account>,
}

impl Check for LatestIsLatest {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        match detail {
            Detail::Asked { client, number, attempt: 1, .. } => {
                self.floors.insert((*client, Ask::Request(*number)), self.heard_of);
            }
            Detail::AskedView { client, number, latest: true, attempt: 1, .. } => {
                self.floors.insert((*client, Ask::View(*number)), self.heard_of);
            }
            Detail::Noted { note: Note::Applies { entry, outcome, duplicate: false }, .. } => {
                self.carry_out(sim, *entry, *outcome);
            }
            Detail::Learned { client, number, answer: Answer::Outcome(outcome), .. } => {
                return self.judge_answer(*client, *number, *outcome);
            }
            Detail::Saw { client, number, latest: true, view, .. } => {
                return self.judge_view(*client, Ask::View(*number), view);
            }
            _ => {}
        }
        Ok(())
    }
}

impl LatestIsLatest {
    fn carry_out(&mut self, sim: &Sim, entry: Entry, outcome: Option<Outcome>) {
        if let (Payload::Request { client, number, .. }, Some(outcome)) = (entry.payload, outcome) {
            self.carried_out.entry((client, number)).or_insert((entry.id.index, outcome));
        }
        let options = sim.options();
        let start = || Shop::open(options.customers, options.money, options.stock);
        self.witness.carry_out(entry, outcome, start);
    }

    fn judge_answer(&mut self, client: ClientId, number: RequestNumber, told: Outcome) -> Result<(), Broken> {
        let Some((index, outcome)) = self.carried_out.get(&(client, number)).copied() else { return Ok(()) };
        let floor = self.floors.get(&(client, Ask::Request(number))).copied().unwrap_or_default();
        self.heard_of = self.heard_of.max(index);
        promised(index > floor && outcome == told)
    }

    fn judge_view(&mut self, client: ClientId, ask: Ask, view: &View) -> Result<(), Broken> {
        let floor = self.floors.get(&(client, ask)).copied().unwrap_or_default();
        self.heard_of = self.heard_of.max(view.as_of);
        let shown = self.witness.account(client.owner(), view.as_of);
        promised(view.as_of >= floor && shown.is_none_or(|account| *account == view.account))
    }
}

impl Witness {
    /// The next entry of the log; one that was carried out before, by another server, tells nothing new.
    fn carry_out(&mut self, entry: Entry, outcome: Option<Outcome>, start: impl FnOnce() -> Shop) {
        if entry.id.index != self.applied.next() {
            return;
        }
        self.applied = entry.id.index;
        if let (Payload::Request { client, trade, .. }, Some(Outcome::Done)) = (entry.payload, outcome) {
            let owner = client.owner();
            let shop = self.shop.get_or_insert_with(start);
            shop.apply(owner, trade);
            let account = shop.accounts().get(&owner).cloned().unwrap_or_default();
            self.history.insert((owner, self.applied), account);
        }
    }

    /// What an account held after that entry; nothing when it had not been touched by then.
    fn account(&self, owner: Owner, as_of: Index) -> Option<&Account> {
        self.history.range((owner, Index(0))..=(owner, as_of)).next_back().map(|(_, account)| account)
    }
}
