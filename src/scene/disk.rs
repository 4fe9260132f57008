//! What is said of a server's disk: facts in a sentence each, its records row by row, and what can be done to it.

use crate::command::{Command, Refusal};
use crate::frame::{Disk, Frame, InPlace, RecordState, Role, Server, ServerId};
use crate::shop::Item as Goods;
use crate::words::{Words, plain, word};

use super::caption::{self, args};
use super::menu::Item;

/// A disk as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// How far it is synced, its vote, its snapshot.
    pub facts: Vec<String>,
    /// The records of the log.
    pub log: Vec<Row>,
    /// The records that are overwritten in place.
    pub in_place: Vec<Row>,
    /// There is no log: accounts are overwritten in place.
    pub without_log: bool,
}

/// A record as it is drawn: its edge says how safe it is, and so do its words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// What it is called: an index, or an owner.
    pub name: String,
    /// The generation that wrote it, by which it has its colour.
    pub generation: Option<u64>,
    /// What it holds.
    pub holds: String,
    /// How it is.
    pub state: RecordState,
    /// That, in words.
    pub says: String,
}

/// The disk of a server, when the frame has it.
pub fn shown(frame: &Frame, id: ServerId, words: &Words) -> Option<Shown> {
    let disk = frame.servers.iter().find(|server| server.id == id)?.disk.as_ref()?;
    let without_log = frame.wrong.iter().any(|rule| rule == "log:in-place");
    Some(Shown {
        facts: facts(disk, without_log, words),
        log: log(disk, words),
        in_place: disk.accounts.iter().flat_map(|account| in_place(account, words)).collect(),
        without_log,
    })
}

fn facts(disk: &Disk, without_log: bool, words: &Words) -> Vec<String> {
    let key = |name: &str| format!("disk.{name}");
    let mut facts = Vec::new();
    if !disk.named {
        facts.push(words.text(&key("lost")).to_string());
    }
    let synced = match disk.synced {
        _ if without_log => "without-log",
        0 => "nothing-synced",
        _ => "synced-upto",
    };
    facts.push(words.fill(&key(synced), &args([("entry", plain(disk.synced))])));
    let vote = if disk.voted_for.is_some() { "vote" } else { "no-vote" };
    let safe = if disk.vote_safe { RecordState::Synced } else { RecordState::Written };
    let vote_args = args([
        ("generation", plain(disk.generation)),
        ("candidate", plain(disk.voted_for.map(|id| id.to_string()).unwrap_or_default())),
        ("state", word(state_key(safe))),
    ]);
    facts.push(words.fill(&key(vote), &vote_args));
    if disk.snapshot > 0 {
        facts.push(words.fill(&key("snapshot"), &args([("entry", plain(disk.snapshot))])));
    }
    if disk.earlier > 0 {
        facts.push(words.fill(&key("earlier"), &args([("count", plain(disk.earlier))])));
    }
    facts
}

fn log(disk: &Disk, words: &Words) -> Vec<Row> {
    let row = |record: &crate::frame::Record| {
        let holds = match record.state {
            RecordState::Synced | RecordState::Written => caption::entry(&record.entry, words),
            RecordState::Torn | RecordState::Damaged => words.text("disk.unreadable").to_string(),
        };
        Row {
            name: record.entry.index.to_string(),
            generation: Some(record.entry.generation),
            holds,
            state: record.state,
            says: words.text(&state_key(record.state)).to_string(),
        }
    };
    disk.records.iter().map(row).collect()
}

/// Money and items of one owner: two records.
fn in_place(account: &InPlace, words: &Words) -> [Row; 2] {
    let items: Vec<String> = Goods::ALL.iter().map(|item| goods(account, *item, words)).collect();
    let row = |holds, safe: bool| {
        let state = if safe { RecordState::Synced } else { RecordState::Written };
        let says = words.text(&state_key(state)).to_string();
        Row { name: words.name(&account.owner), generation: None, holds, state, says }
    };
    [row(caption::money(account.money, words), account.money_safe), row(items.join(", "), account.items_safe)]
}

fn goods(account: &InPlace, item: Goods, words: &Words) -> String {
    let count = account.items.get(&item).copied().unwrap_or(0);
    let args = args([("item", word(format!("item.{}", item.name()))), ("count", plain(count))]);
    words.fill("disk.goods", &args)
}

fn state_key(state: RecordState) -> String {
    format!("record.{}", state.name())
}

/// What can be done to a disk.
pub fn actions(server: &Server) -> Vec<Item> {
    let down = server.role == Role::Down;
    let nothing = server.disk.as_ref().is_none_or(|disk| disk.synced == 0);
    let item = |key, command, impossible| Item { key, command, impossible };
    vec![
        item(
            "button.tear",
            Command::Tear { server: server.id, index: None },
            down.then(|| format!("refusal.{}", Refusal::AlreadyDown.code())),
        ),
        item(
            "button.damage",
            Command::Damage { server: server.id, index: None },
            nothing.then(|| "disk.nothing-synced".to_string()),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::frame;
    use super::*;
    use crate::frame::Record;

    fn record(index: u64, state: RecordState) -> Record {
        Record { entry: crate::frame::Entry { index, ..frame().servers[0].log[0].clone() }, state }
    }

    fn disk(records: Vec<Record>) -> Disk {
        Disk {
            named: true,
            generation: 1,
            voted_for: None,
            vote_safe: true,
            snapshot: 0,
            synced: 1,
            records,
            earlier: 0,
            accounts: Vec::new(),
        }
    }

    fn with_disk(disk: Disk) -> Frame {
        let mut frame = frame();
        frame.servers[0].disk = Some(disk);
        frame
    }

    #[test]
    fn how_a_record_is_stands_in_words_and_a_bad_one_tells_nothing_else() {
        let states = [RecordState::Synced, RecordState::Written, RecordState::Torn, RecordState::Damaged];
        let records = states.into_iter().zip(1..).map(|(state, index)| record(index, state)).collect();
        let frame = with_disk(disk(records));
        let found = shown(&frame, frame.servers[0].id, &Words::default()).expect("it is there");
        let says: Vec<&str> = found.log.iter().map(|row| row.says.as_str()).collect();
        assert_eq!(says, ["record.synced", "record.written", "record.torn", "record.damaged"]);
        let unreadable = found.log.iter().map(|row| row.holds == "disk.unreadable").collect::<Vec<_>>();
        assert_eq!(unreadable, [false, false, true, true]);
        assert_eq!(shown(&frame, frame.servers[1].id, &Words::default()), None, "nobody looks at that one");
    }

    #[test]
    fn an_account_in_place_is_two_records_and_one_of_them_may_be_on_its_way() {
        let account = InPlace {
            owner: "Cheolsu".to_string(),
            money: 90_000,
            money_safe: true,
            items: Default::default(),
            items_safe: false,
        };
        let frame = with_disk(Disk { accounts: vec![account], ..disk(Vec::new()) });
        let found = shown(&frame, frame.servers[0].id, &Words::default()).expect("it is there");
        let states: Vec<RecordState> = found.in_place.iter().map(|row| row.state).collect();
        assert_eq!(states, [RecordState::Synced, RecordState::Written]);
    }

    #[test]
    fn a_server_that_is_down_writes_nothing_that_could_be_torn() {
        let mut server = with_disk(disk(Vec::new())).servers[0].clone();
        let possible = |server: &Server| -> Vec<bool> {
            actions(server).iter().map(|item| item.impossible.is_none()).collect()
        };
        assert_eq!(possible(&server), [true, true]);
        server.role = Role::Down;
        assert_eq!(possible(&server), [false, true]);
        server.disk = Some(Disk { synced: 0, ..disk(Vec::new()) });
        assert_eq!(possible(&server), [false, false], "nor is there anything to be damaged");
    }
}
