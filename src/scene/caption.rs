//! The words of the picture: names, labels and descriptions, for the eye and for a screen reader.

use crate::frame::{Answer, Entry, EntryKind, MessageKind, Place, Request, Role, Server, ServerId};
use crate::time::Time;
use crate::words::{Args, Words, plain, word};

pub use crate::words::grouped;

use super::{PacketShape, ServerShape, ViewShape, Votes};

/// "Server A, leader, generation 3, 5 entries, 4 committed".
pub fn server(server: &ServerShape, words: &Words) -> String {
    let args = args([
        ("server", plain(server.id)),
        ("role", plain(role(server.role, server.paused, words))),
        ("generation", plain(server.generation)),
        ("entries", plain(count("count.entry", server.entries_total, words))),
        ("committed", plain(server.committed)),
    ]);
    let mut name = words.fill("server.name", &args);
    for (key, waiting) in [("server.queue", server.queue), ("server.inbox", server.inbox)] {
        if waiting > 0 {
            name += &words.fill(key, &self::args([("waiting", plain(waiting))]));
        }
    }
    name
}

/// "leader", or "leader, paused".
pub fn role(role: Role, paused: bool, words: &Words) -> String {
    let name = words.text(&format!("role.{}", role.name())).to_string();
    if paused && role != Role::Down { format!("{name}, {}", words.text("role.paused")) } else { name }
}

/// "gen 3".
pub fn generation(generation: u64, words: &Words) -> String {
    words.fill("generation.short", &args([("generation", plain(generation))]))
}

/// "2 of 5 votes".
pub fn votes(votes: Votes, words: &Words) -> String {
    words.fill("server.votes", &args([("granted", plain(votes.granted)), ("of", plain(votes.of))]))
}

/// "1 entry", "5 entries".
fn count(key: &str, number: u64, words: &Words) -> String {
    let form = if number == 1 { "one" } else { "many" };
    words.fill(&format!("{key}-{form}"), &args([("number", plain(number))]))
}

/// A server's letter or a machine's name by itself, as in a heading: "A", "Web server 1".
pub fn title(id: ServerId, words: &Words) -> String {
    match id.is_in_a_cluster() {
        true => id.to_string(),
        false => words.text(&format!("machine-title.{id}")).to_string(),
    }
}

/// The name of a menu: "Server A: actions", "Web server 1: actions".
pub fn menu(id: ServerId, words: &Words) -> String {
    let key = if id.is_in_a_cluster() { "server.menu" } else { "server.machine-menu" };
    words.fill(key, &args([("server", plain(title(id, words)))]))
}

/// A server's letter, or a customer's name.
pub fn place(place: Place, words: &Words) -> String {
    match place {
        Place::Server(id) if id.is_in_a_cluster() => id.to_string(),
        Place::Server(id) => words.text(&format!("machine.{id}")).to_string(),
        Place::Client(id) => words.name(&id.owner().name()),
    }
}

/// What stands beside a message on the stage: "append +2", which brings two entries, or "yes".
pub fn label(packet: &PacketShape, words: &Words) -> String {
    let name = words.text(&label_key(packet.kind, packet.granted)).to_string();
    match packet.kind {
        MessageKind::Append if packet.entries > 0 => format!("{name} +{}", packet.entries),
        _ => name,
    }
}

fn label_key(kind: MessageKind, granted: Option<bool>) -> String {
    let refused =
        matches!(kind, MessageKind::AppendAnswer | MessageKind::PreVoteAnswer | MessageKind::VoteAnswer)
            && granted == Some(false);
    format!("label.{}{}", kind.name(), if refused { "-no" } else { "" })
}

/// A message in the list of those in flight: "append, generation 2, from A to B".
pub fn packet(packet: &PacketShape, words: &Words) -> String {
    let key = match (packet.generation, packet.held, packet.cut) {
        (_, true, _) => "message.held",
        (_, _, true) => "message.cut",
        (Some(_), ..) => "message.between-servers",
        (None, ..) => "message.with-client",
    };
    let kind = match packet.granted {
        Some(false) => format!("kind.{}-no", packet.kind.name()),
        _ => format!("kind.{}", packet.kind.name()),
    };
    let args = args([
        ("kind", word(kind)),
        ("generation", plain(packet.generation.unwrap_or(0))),
        ("from", plain(place(packet.from, words))),
        ("to", plain(place(packet.to, words))),
    ]);
    words.fill(key, &args)
}

/// What a request asks for: "#1 Legendary Sword".
pub fn wish(request: &Request, words: &Words) -> String {
    let args = args([
        ("number", plain(request.number)),
        ("item", word(format!("item.{}", request.item.name()))),
        ("count", plain(request.count)),
    ]);
    let many = if request.count == 1 { "one" } else { "many" };
    words.fill(&format!("request.{}-{many}", request.kind.name()), &args)
}

/// What became of a request so far: "waiting, try 2 of 3", "done".
pub fn fate(request: &Request, words: &Words) -> String {
    match request.answer {
        Some(Answer::Done) if !request.waiting && request.kind == EntryKind::Sell => {
            words.text("answer.sold").to_string()
        }
        Some(answer) if !request.waiting || answer == Answer::Accepted => {
            words.text(&format!("answer.{}", answer.name())).to_string()
        }
        _ => words.fill("request.waiting", &args([("try", plain(request.tries))])),
    }
}

/// What a customer was shown: "sees 90,000 won", or that this is old.
pub fn shown(view: &ViewShape, words: &Words) -> String {
    let key = if view.is_old { "client.sees-old" } else { "client.sees" };
    words.fill(key, &args([("money", plain(money(view.money, words)))]))
}

/// Whose value that is: "as of entry 4, at E". Machines have no entries: "at web server 2".
pub fn as_of(view: &ViewShape, words: &Words) -> String {
    let key = if view.server.is_in_a_cluster() { "client.as-of" } else { "client.at-machine" };
    let server = place(Place::Server(view.server), words);
    words.fill(key, &args([("entry", plain(view.as_of)), ("server", plain(server))]))
}

/// What an entry of a log says: "Cheolsu: buys 1 Legendary Sword (#1)".
pub fn entry(entry: &Entry, words: &Words) -> String {
    let args = args([
        ("who", plain(entry.client.map(|id| words.name(&id.owner().name())).unwrap_or_default())),
        ("number", plain(entry.number.unwrap_or(0))),
        ("count", plain(entry.count.unwrap_or(1))),
        ("item", word(entry.item.map_or(String::new(), |item| format!("item.{}", item.name())))),
    ]);
    words.fill(&format!("entry.{}", entry.kind.name()), &args)
}

/// A cell of the log table, in full: "generation 2, Cheolsu: buys 1 Legendary Sword (#1), committed".
pub fn cell(server: &Server, found: &Entry, words: &Words) -> String {
    let state = match found.index {
        index if index <= server.high_water_mark => "log.committed",
        index if index <= server.durable_index => "log.uncommitted",
        _ => "log.not-durable",
    };
    let args = args([
        ("generation", plain(found.generation)),
        ("entry", plain(entry(found, words))),
        ("state", word(state)),
    ]);
    words.fill("log.cell", &args)
}

/// The sign of an entry in a small cell: what is traded, or what else it is.
pub fn entry_sign(entry: &Entry) -> &'static str {
    match (entry.kind, entry.item) {
        (EntryKind::Buy | EntryKind::Sell, Some(item)) => item.name(),
        (EntryKind::Open, _) => "open",
        _ => "empty",
    }
}

/// "12.345 s".
pub fn time(time: Time, words: &Words) -> String {
    seconds(time, 3, words)
}

/// "12.3 s", for what changes while one watches.
pub fn time_short(time: Time, words: &Words) -> String {
    seconds(time, 1, words)
}

fn seconds(time: Time, decimals: usize, words: &Words) -> String {
    let seconds = time.ms() as f64 / 1_000.0;
    words.fill("time.seconds", &args([("seconds", plain(format!("{seconds:.decimals$}")))]))
}

/// "95 %".
pub fn percent(percent: u8, words: &Words) -> String {
    words.fill("gauge.percent", &args([("percent", plain(percent))]))
}

/// "90,000 won".
pub fn money(won: i64, words: &Words) -> String {
    words.fill("money.won", &args([("amount", plain(grouped(won)))]))
}

/// The name of a rule in force, given as `pattern:value`.
pub fn rule(rule: &str, words: &Words) -> String {
    let key = format!("rule.{}", rule.replace(':', "."));
    let text = words.text(&key);
    if text == key { rule.to_string() } else { text.to_string() }
}

/// Arguments of a template.
pub fn args<const N: usize>(args: [(&str, crate::words::Arg); N]) -> Args {
    args.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}
