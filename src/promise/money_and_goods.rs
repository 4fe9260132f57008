//! Money and goods only move: on every server their totals stay what they were at the start.

use super::{Broken, Check};
use crate::node::{Note, ServerId};
use crate::shop::{Item, Shop};
use crate::sim::{Options, Sim};

/// Nothing needs to be remembered: the totals at the start follow from the options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyAndGoods;

impl Check for MoneyAndGoods {
    fn see(&mut self, sim: &Sim, server: ServerId, note: &Note) -> Result<(), Broken> {
        let Note::Applies { .. } = note else { return Ok(()) };
        let Some(node) = &sim.server(server).node else { return Ok(()) };
        if totals(node.shop()) == totals_at_start(sim.options()) { Ok(()) } else { Err(Broken) }
    }
}

fn totals(shop: &Shop) -> (u64, [u64; 2]) {
    let money = shop.accounts().values().map(|account| account.money).sum();
    (money, Item::ALL.map(|item| shop.accounts().values().map(|account| account.count(item)).sum()))
}

fn totals_at_start(options: &Options) -> (u64, [u64; 2]) {
    (options.money * u64::from(options.customers), Item::ALL.map(|_| options.stock))
}
