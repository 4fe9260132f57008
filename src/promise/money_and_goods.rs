//! Money and goods only move: on every server their totals stay what they were at the start, and no account falls below zero.

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
        let Some(shop) = sim.shop(*server).filter(|_| changes) else { return Ok(()) };
        promised(totals(shop) == totals_at_start(sim.options()) && !shop.is_overdrawn())
    }
}

fn totals(shop: &Shop) -> (i64, [i64; 2]) {
    let money = shop.accounts().values().map(|account| account.money).sum();
    (money, Item::ALL.map(|item| shop.accounts().values().map(|account| account.count(item)).sum()))
}

fn totals_at_start(options: &Options) -> (i64, [i64; 2]) {
    (options.money as i64 * i64::from(options.customers), Item::ALL.map(|_| options.stock as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::node::{Index, Rules, ServerId};
    use crate::promise::example::{CHEOLSU, act, example, judge, noted, until_served};
    use crate::time::Time;

    #[test]
    fn a_purchase_moves_money_and_keeps_the_totals() {
        let example = example();
        let recovers = Note::Recovers { snapshot: Index(0), last: Index(3) };
        for server in [example.leader, example.follower, example.behind] {
            let seen = vec![noted(server, recovers.clone())];
            assert_eq!(judge::<MoneyAndGoods>(&example.sim, &[seen]), Ok(()), "{server}");
        }
    }

    /// A server without a log that crashed between the two steps of a purchase, and has started again.
    fn torn_in_two() -> Sim {
        let mut rules = Rules::default();
        rules.set("log", "in-place").expect("a rule");
        let mut sim = Sim::new(Options { servers: 1, ..Options::default() }, rules, 1, Time::ZERO);
        let server = until_served(&mut sim);
        act(
            &mut sim,
            Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None },
        );
        let first_step = |detail: &Detail| {
            matches!(detail, Detail::Noted { note: Note::OverwritesInPlace { step: 1, .. }, .. })
        };
        while !sim.step().expect("something happens").details.iter().any(first_step) {}
        act(&mut sim, Command::Crash { server });
        act(&mut sim, Command::Restart { server });
        sim
    }

    #[test]
    fn money_that_is_gone_breaks_it() {
        let (sim, a) = (torn_in_two(), ServerId::new(0));
        let recovers = noted(a, Note::Recovers { snapshot: Index(0), last: Index(0) });
        assert_eq!(judge::<MoneyAndGoods>(&sim, &[vec![recovers]]), Err(Broken));
        let asks = noted(a, Note::AsksAround);
        assert_eq!(
            judge::<MoneyAndGoods>(&sim, &[vec![asks]]),
            Ok(()),
            "looked at only when accounts change"
        );
    }
}
