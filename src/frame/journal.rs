//! What a server that is alone writes into its journal, as a database would: `START` when the record of a purchase is safe on its disk,
//! `COMPLETE` or `FAILED` when it was carried out or refused, `RECOVER` when it reads its disk after a restart.
//!
//! Among several servers an entry becomes safe and is carried out once on each of them. There the event list tells of logs and
//! majorities instead.

use crate::command::Command;
use crate::node::{Index, Note, Payload, ServerId};
use crate::shop::{Goods, Outcome, Prices, Trade};
use crate::sim::{Cause, Detail, Sim, TraceEvent};
use crate::words::plain;

use super::build::of_shop;
use super::lines::{Told, name, weight};

/// How many records of one moment are written out; of more, the newest.
const WRITTEN_OUT: usize = 3;

/// The weight from which on details give way to the journal.
const GIVES_WAY: u8 = 4;

/// What the journal says of an event; nothing of what concerns no record, and where something weightier is to be told.
pub(super) fn told(sim: &Sim, event: &TraceEvent) -> Option<Told> {
    if let Cause::Command(command) = &event.cause {
        return matches!(command, Command::Restart { .. }).then(|| recovered(&event.details)).flatten();
    }
    if event.details.iter().any(|detail| weight(detail) < GIVES_WAY) {
        return None;
    }
    match sim.rules().log.name() {
        "in-place" => in_memory(&event.details),
        _ => journal(&event.details, sim.options().prices),
    }
}

/// `START`, `COMPLETE`, `FAILED`: what became safe, and what was carried out or refused. The line is of the kind that decides.
fn journal(details: &[Detail], prices: Prices) -> Option<Told> {
    let found: Vec<(ServerId, &'static str, String)> =
        details.iter().filter_map(|detail| record(detail, prices)).collect();
    let kind =
        ["complete", "failed", "start"].into_iter().find(|kind| found.iter().any(|(_, of, _)| of == kind))?;
    let server = found.first()?.0;
    let records: Vec<String> = found.into_iter().map(|(.., record)| record).collect();
    Some(Told::at(kind, server).with("record", plain(put_together(&records))).key())
}

/// The record of one purchase: whose journal, of which kind, and what it says.
fn record(detail: &Detail, prices: Prices) -> Option<(ServerId, &'static str, String)> {
    match detail {
        Detail::Safe { server, entry } => match entry.payload {
            Payload::Request { client, trade, .. } => {
                Some((*server, "start", start(&client.owner().name(), trade, prices)))
            }
            _ => None,
        },
        Detail::Noted { server, note: Note::Applies { entry, outcome: Some(outcome), duplicate: false } } => {
            let Payload::Request { number, trade, .. } = entry.payload else { return None };
            let kind = if *outcome == Outcome::Done { "complete" } else { "failed" };
            Some((*server, kind, end(number.0, trade, *outcome)))
        }
        _ => None,
    }
}

fn put_together(records: &[String]) -> String {
    let newest = &records[records.len().saturating_sub(WRITTEN_OUT)..];
    let before = if newest.len() < records.len() { "… · " } else { "" };
    format!("{before}{}", newest.join(" · "))
}

fn start(user: &str, trade: Trade, prices: Prices) -> String {
    let (verb, Goods { item, count }) = verb(trade);
    let price = prices.of(item) * i64::from(count);
    let several = if count > 1 { format!(" count={count}") } else { String::new() };
    format!("START {verb}_ITEM user={user} item={}{several} price={price}", item.name())
}

fn end(number: u64, trade: Trade, outcome: Outcome) -> String {
    let (verb, _) = verb(trade);
    match outcome {
        Outcome::Done => format!("COMPLETE {verb}_ITEM id={number}"),
        refusal => format!("FAILED {verb}_ITEM id={number} reason={}", of_shop(refusal).name()),
    }
}

fn verb(trade: Trade) -> (&'static str, Goods) {
    match trade {
        Trade::Buy(goods) => ("BUY", goods),
        Trade::Sell(goods) => ("SELL", goods),
    }
}

/// `RECOVER`: what the disk still had.
fn recovered(details: &[Detail]) -> Option<Told> {
    let found = details.iter().find_map(|detail| match detail {
        Detail::Noted { server, note: Note::Recovers { snapshot, last } } => {
            Some((*server, *snapshot, *last))
        }
        _ => None,
    });
    let torn = details.iter().find_map(|detail| match detail {
        Detail::Noted { note: Note::CutsTornRecord { index }, .. } => Some(*index),
        _ => None,
    });
    let (server, snapshot, last) = found?;
    let snapshot_read = if snapshot == Index(0) { String::new() } else { format!("snapshot={snapshot} ") };
    let records = last.0 - snapshot.0;
    let told = Told::at("recovers", server)
        .with("record", plain(format!("RECOVER {snapshot_read}records={records}")))
        .key();
    Some(match torn {
        Some(index) => told.variant(".alone-torn").with("entry", plain(index)),
        None => told.variant(".alone"),
    })
}

/// Without a log the accounts are changed in memory first, and nothing on the disk says so.
fn in_memory(details: &[Detail]) -> Option<Told> {
    details.iter().rev().find_map(|detail| match detail {
        Detail::Noted {
            server,
            note: Note::Applies { entry, outcome: Some(Outcome::Done), duplicate: false },
        } => {
            let Payload::Request { client, number, .. } = entry.payload else { return None };
            let told = Told::at("applies", *server).variant(".memory").with("name", name(client));
            Some(told.with("number", plain(number)).key())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_records_the_newest_are_written_out() {
        let records: Vec<String> = (1..=5).map(|number| format!("COMPLETE BUY_ITEM id={number}")).collect();
        assert_eq!(
            put_together(&records),
            "… · COMPLETE BUY_ITEM id=3 · COMPLETE BUY_ITEM id=4 · COMPLETE BUY_ITEM id=5"
        );
        assert_eq!(put_together(&records[..1]), "COMPLETE BUY_ITEM id=1");
    }
}
