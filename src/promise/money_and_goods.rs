//! Money and goods only move: on every server their totals stay what they were at the start.

use super::{Broken, Check, promised};
use crate::node::Note;
use crate::shop::{Item, Shop};
use crate::sim::{Detail, Options, Sim};

/// Nothing needs to be remembered: the totals at the start follow from the options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyAndGoods;

impl Check for MoneyAndGoods {
    fn see(&mut self, sim: &Sim, detail: &Detail) -> Result<(), Broken> {
        let Detail::Noted { server, note } = detail else { return Ok(()) };
        let changes =
            matches!(note, Note::Applies { .. } | Note::Recovers { .. } | Note::InstallsSnapshot { .. });
        let Some(node) = sim.server(*server).node.as_ref().filter(|_| changes) else { return Ok(()) };
        promised(totals(node.shop()) == totals_at_start(sim.options()))
    }
}

fn totals(shop: &Shop) -> (u64, [u64; 2]) {
    let money = shop.accounts().values().map(|account| account.money).sum();
    (money, Item::ALL.map(|item| shop.accounts().values().map(|account| account.count(item)).sum()))
}

fn totals_at_start(options: &Options) -> (u64, [u64; 2]) {
    (options.money * u64::from(options.customers), Item::ALL.map(|_| options.stock))
}
