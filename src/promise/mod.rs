//! Promises: what must hold whatever happens, checked from outside after every event.
//!
//! A promise looks at what happened ([`TraceEvent`]) and at the servers, never into how they decide. It says when it was
//! broken first; it is never mended. Only promises that are really watched are listed.

mod at_most_once;
mod money_and_goods;
mod one_leader_per_generation;
mod same_order;

use crate::node::{Note, ServerId};
use crate::sim::{Detail, Sim, TraceEvent};
use crate::time::Time;

use at_most_once::AtMostOnce;
use money_and_goods::MoneyAndGoods;
use one_leader_per_generation::OneLeaderPerGeneration;
use same_order::SameOrder;

/// A promise that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

/// A check of one note of one server; an error when the promise is broken by it.
trait Check {
    fn see(&mut self, sim: &Sim, server: ServerId, note: &Note) -> Result<(), Broken>;

    /// A server has lost its memory and will carry out its log again.
    fn forget(&mut self, _server: ServerId) {}
}

/// Everything that is promised, and whether it was kept so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    one_leader_per_generation: Watched<OneLeaderPerGeneration>,
    same_order: Watched<SameOrder>,
    at_most_once: Watched<AtMostOnce>,
    money_and_goods: Watched<MoneyAndGoods>,
}

/// A promise and when it was broken first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Watched<C> {
    check: C,
    broken_at: Option<Time>,
}

impl<C: Check> Watched<C> {
    fn see(&mut self, sim: &Sim, event: &TraceEvent) {
        for detail in &event.details {
            if let Detail::Noted { server, note } = detail
                && self.check.see(sim, *server, note).is_err()
            {
                self.broken_at.get_or_insert(event.at);
            }
            if let Detail::Crashed { server } = detail {
                self.check.forget(*server);
            }
        }
    }
}

impl Promises {
    /// Looks at what has just happened.
    pub fn see(&mut self, sim: &Sim, event: &TraceEvent) {
        self.one_leader_per_generation.see(sim, event);
        self.same_order.see(sim, event);
        self.at_most_once.see(sim, event);
        self.money_and_goods.see(sim, event);
    }

    /// The promises that were broken, and when.
    pub fn broken(&self) -> impl Iterator<Item = (&'static str, Time)> {
        self.verdicts().into_iter().filter_map(|(name, broken_at)| Some((name, broken_at?)))
    }

    /// Every promise by name, with the moment at which it was broken first.
    pub fn verdicts(&self) -> [(&'static str, Option<Time>); 4] {
        [
            ("one-leader-per-generation", self.one_leader_per_generation.broken_at),
            ("same-order", self.same_order.broken_at),
            ("at-most-once", self.at_most_once.broken_at),
            ("money-and-goods", self.money_and_goods.broken_at),
        ]
    }
}
