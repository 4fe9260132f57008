//! What is said of one thing on the stage, and what can be done to it: a server, a message, or a link.

use crate::command::{Command, Refusal};
use crate::frame::{Entry, Frame, Host, HostKind, Packet, Place, Role, Server, ServerId};
use crate::ordered::sort_by_key;
use crate::time::Time;
use crate::words::{Args, Words, plain, word};

use super::menu::{self, Item};
use super::{caption, is_cut, is_held, keepers, machines};

/// What a visitor looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chosen {
    /// A server.
    Server(ServerId),
    /// A message, by its id.
    Message(u64),
    /// The link between two servers, both ways.
    Link(ServerId, ServerId),
    /// A place of the logs, by its index.
    Entry(u64),
}

/// What there is to say and to do; none when it is no longer there.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    /// Its name.
    pub title: String,
    /// What it is and how it stands, a sentence each.
    pub sentences: Vec<String>,
    /// What can be done.
    pub actions: Vec<Item>,
    /// Other things to look at: links of a server, messages on its links.
    pub others: Vec<(Chosen, String)>,
}

/// Looks at something.
pub fn inspect(frame: &Frame, chosen: Chosen, words: &Words) -> Option<Inspected> {
    match chosen {
        Chosen::Server(id) => {
            let of_cluster = frame.servers.iter().find(|server| server.id == id);
            let alone = || frame.hosts.iter().find(|host| host.id == id);
            let of_cluster = of_cluster.map(|found| server(frame, found, words));
            of_cluster.or_else(|| alone().map(|found| machine(frame, found, words)))
        }
        Chosen::Message(id) => {
            frame.packets.iter().find(|packet| packet.id == id).map(|found| message(found, words))
        }
        Chosen::Link(one, other) => Some(link(frame, one, other, words)),
        Chosen::Entry(index) => entry(frame, index, words),
    }
}

fn args<const COUNT: usize>(pairs: [(&str, crate::words::Arg); COUNT]) -> Args {
    caption::args(pairs)
}

fn server(frame: &Frame, server: &Server, words: &Words) -> Inspected {
    let id = server.id;
    let mut sentences = vec![standing(frame, server, words)];
    if server.paused {
        sentences.push(words.text("inspect.paused").to_string());
    }
    if server.role != Role::Down {
        sentences.extend(server.voted_for.map(|candidate| {
            let args = args([("candidate", plain(candidate)), ("generation", plain(server.generation))]);
            words.fill("inspect.voted", &args)
        }));
    }
    if server.queue > 0 {
        sentences.push(words.fill("inspect.queue", &args([("waiting", plain(server.queue))])));
    }
    sentences.push(log(server, words));
    sentences.extend(server.timer.as_ref().filter(|_| server.role != Role::Leader).map(|timer| {
        let left = Time::from_us((timer.due.us() - frame.at.us()).max(0));
        words.fill("inspect.timer", &args([("time", plain(caption::time_short(left, words)))]))
    }));
    sentences.extend(progress(server, words));
    let mut actions = menu::items(frame, id);
    actions.push(pause(server));
    Inspected {
        title: words.fill("inspect.server", &args([("server", plain(id))])),
        sentences,
        actions,
        others: around(frame, id, words),
    }
}

fn machine(frame: &Frame, host: &Host, words: &Words) -> Inspected {
    let count = |count: u32| plain(caption::grouped(count.into()));
    let args = args([
        ("users", count(host.users)),
        ("arrived", count(host.arrived)),
        ("answered", count(host.answered)),
    ]);
    let does = match host.kind {
        HostKind::Server => "inspect.does-everything",
        HostKind::Web if keepers(frame).contains(&host.id) => "inspect.thinks-and-keeps",
        HostKind::Web => "inspect.thinks",
        HostKind::Database => "inspect.remembers",
    };
    let mut sentences = vec![words.text(does).to_string()];
    if host.up {
        sentences.push(machines::name(host, words));
        sentences.push(words.fill("inspect.serves", &args));
        sentences.push(machines::latency(host.p50_us, host.p99_us, words));
    } else {
        sentences.push(words.text("inspect.machine-down").to_string());
    }
    Inspected {
        title: caption::title(host.id, words),
        sentences,
        actions: menu::items(frame, host.id),
        others: Vec::new(),
    }
}

/// What it is at the moment, and why.
fn standing(frame: &Frame, server: &Server, words: &Words) -> String {
    let votes = server.votes.iter().map(ServerId::to_string).collect::<Vec<_>>().join(", ");
    let args = args([
        ("server", plain(server.id)),
        ("generation", plain(server.generation)),
        ("leader", plain(server.leader.map(|id| id.to_string()).unwrap_or_default())),
        ("votes", plain(votes)),
        ("needed", plain(frame.servers.len() / 2 + 1)),
        ("entry", plain(server.durable_index)),
    ]);
    let key = match (server.role, server.leader) {
        (Role::Leader, _) => "inspect.leads",
        (Role::Follower, Some(_)) => "inspect.follows",
        (Role::Follower, None) => "inspect.knows-no-leader",
        (Role::PreCandidate, _) => "inspect.asks-around",
        (Role::Candidate, _) => "inspect.stands",
        (Role::Down, _) => "inspect.is-down",
    };
    words.fill(key, &args)
}

fn log(server: &Server, words: &Words) -> String {
    let key = if server.last_index == 0 { "inspect.log-empty" } else { "inspect.log" };
    let args = args([
        ("entry", plain(server.last_index)),
        ("generation", plain(server.last_generation)),
        ("durable", plain(server.durable_index)),
        ("mark", plain(server.high_water_mark)),
        ("applied", plain(server.applied)),
    ]);
    words.fill(key, &args)
}

/// What a leader knows of the others.
fn progress(server: &Server, words: &Words) -> Option<String> {
    if server.role != Role::Leader || server.progress.is_empty() {
        return None;
    }
    let each = server.progress.iter().map(|progress| {
        let args = args([("server", plain(progress.server)), ("entry", plain(progress.matched))]);
        let key = if progress.matched == 0 { "inspect.holds-nothing" } else { "inspect.holds" };
        words.fill(key, &args)
    });
    let list = each.collect::<Vec<_>>().join(", ");
    Some(words.fill("inspect.progress", &args([("list", plain(list))])))
}

fn pause(server: &Server) -> Item {
    let (key, command) = match server.paused {
        false => ("button.pause-server", Command::PauseServer { server: server.id }),
        true => ("button.resume-server", Command::ResumeServer { server: server.id }),
    };
    let down = server.role == Role::Down;
    Item { key, command, impossible: down.then(|| format!("refusal.{}", Refusal::AlreadyDown.code())) }
}

/// The links of a server, and the messages from and to it.
fn around(frame: &Frame, id: ServerId, words: &Words) -> Vec<(Chosen, String)> {
    let others = frame.servers.iter().map(|server| server.id).filter(|other| *other != id);
    let links = others.map(|other| {
        let args =
            args([("one", plain(id)), ("other", plain(other)), ("state", word(state(frame, id, other)))]);
        (Chosen::Link(id, other), words.fill("inspect.link-of", &args))
    });
    let here = Place::Server(id);
    let messages = frame.packets.iter().filter(|packet| packet.from == here || packet.to == here);
    links.chain(messages.map(|packet| (Chosen::Message(packet.id), name(packet, words)))).collect()
}

/// "append, generation 2, from A to B".
fn name(packet: &Packet, words: &Words) -> String {
    let refused = if packet.granted == Some(false) { "-no" } else { "" };
    let key = if packet.generation.is_some() { "message.between-servers" } else { "message.with-client" };
    let args = args([
        ("kind", word(format!("kind.{}{refused}", packet.kind.name()))),
        ("generation", plain(packet.generation.unwrap_or_default())),
        ("from", plain(caption::place(packet.from, words))),
        ("to", plain(caption::place(packet.to, words))),
    ]);
    words.fill(key, &args)
}

fn message(packet: &Packet, words: &Words) -> Inspected {
    let time = |at: Time| plain(caption::time(at, words));
    let when = match (packet.held, packet.cut) {
        (true, _) => "inspect.waits",
        (_, true) => "inspect.will-be-lost",
        _ => "inspect.on-its-way",
    };
    let times = args([("sent", time(packet.sent)), ("due", time(packet.due))]);
    let mut sentences =
        vec![words.text(&format!("why.{}", packet.kind.name())).to_string(), words.fill(when, &times)];
    if packet.entries > 0 {
        sentences.insert(1, words.fill("inspect.carries", &args([("entries", plain(packet.entries))])));
    }
    let message = packet.id;
    let item = |key, command| Item { key, command, impossible: None };
    Inspected {
        title: name(packet, words),
        sentences,
        actions: vec![
            item("button.drop", Command::Drop { message }),
            item("button.duplicate", Command::Duplicate { message }),
            item("button.delay", Command::Delay { message, ms: None }),
        ],
        others: Vec::new(),
    }
}

/// The key of how a link stands, both ways put together.
fn state(frame: &Frame, one: ServerId, other: ServerId) -> &'static str {
    let cut = [is_cut(frame, one, other), is_cut(frame, other, one)];
    match cut {
        [true, true] => "inspect.link-cut",
        [true, false] | [false, true] => "inspect.link-half",
        _ if is_held(frame, one, other) || is_held(frame, other, one) => "inspect.link-held",
        _ => "inspect.link-works",
    }
}

fn link(frame: &Frame, one: ServerId, other: ServerId, words: &Words) -> Inspected {
    let ways = [(one, other), (other, one)];
    let sentence = |(from, to): (ServerId, ServerId)| {
        let key = match (is_cut(frame, from, to), is_held(frame, from, to)) {
            (true, _) => "inspect.way-cut",
            (_, true) => "inspect.way-held",
            _ => "inspect.way-works",
        };
        words.fill(key, &args([("from", plain(from)), ("to", plain(to))]))
    };
    let both = is_cut(frame, one, other) && is_cut(frame, other, one);
    let whole = match both {
        true => Item {
            key: "button.heal",
            command: Command::Heal { from: one, to: other, both: true },
            impossible: None,
        },
        false => Item {
            key: "button.cut",
            command: Command::Cut { from: one, to: other, both: true },
            impossible: None,
        },
    };
    let of_way = ways.into_iter().flat_map(|(from, to)| one_way(frame, from, to));
    Inspected {
        title: words.fill("inspect.link", &args([("one", plain(one)), ("other", plain(other))])),
        sentences: ways.map(sentence).to_vec(),
        actions: std::iter::once(whole).chain(of_way).collect(),
        others: [one, other]
            .map(|id| (Chosen::Server(id), words.fill("inspect.server", &args([("server", plain(id))]))))
            .to_vec(),
    }
}

/// What can be done to one direction. Its button names it by an arrow that points forward for the first and back for the second.
fn one_way(frame: &Frame, from: ServerId, to: ServerId) -> [Item; 2] {
    let forward = from < to;
    let cut = match (is_cut(frame, from, to), forward) {
        (false, true) => Item::new("button.cut-there", Command::Cut { from, to, both: false }),
        (false, false) => Item::new("button.cut-back", Command::Cut { from, to, both: false }),
        (true, true) => Item::new("button.heal-there", Command::Heal { from, to, both: false }),
        (true, false) => Item::new("button.heal-back", Command::Heal { from, to, both: false }),
    };
    let hold = match (is_held(frame, from, to), forward) {
        (false, true) => Item::new("button.hold-there", Command::Hold { from, to }),
        (false, false) => Item::new("button.hold-back", Command::Hold { from, to }),
        (true, true) => Item::new("button.release-there", Command::Release { from, to }),
        (true, false) => Item::new("button.release-back", Command::Release { from, to }),
    };
    [cut, hold]
}

/// A place of the logs: what stands there, where, and how certain it is. Logs may hold different entries there.
fn entry(frame: &Frame, index: u64, words: &Words) -> Option<Inspected> {
    let held = |server: &Server| server.entry(index).cloned();
    let mut found: Vec<Entry> = frame.servers.iter().filter_map(held).collect();
    sort_by_key(&mut found, |entry| entry.generation);
    found.dedup_by_key(|entry| entry.generation);
    let sentences: Vec<String> = found.iter().flat_map(|entry| about(frame, entry, words)).collect();
    (!sentences.is_empty()).then(|| Inspected {
        title: words.fill("inspect.entry", &args([("entry", plain(index))])),
        sentences,
        actions: Vec::new(),
        others: [index.wrapping_sub(1), index + 1]
            .into_iter()
            .filter(|other| frame.servers.iter().any(|server| has_place(server, *other)))
            .map(|other| {
                (Chosen::Entry(other), words.fill("inspect.entry", &args([("entry", plain(other))])))
            })
            .collect(),
    })
}

/// The place is in the server's log still, and not in a snapshot.
fn has_place(server: &Server, index: u64) -> bool {
    (server.snapshot + 1..=server.last_index).contains(&index)
}

/// One entry: what it is, who holds it, who knows that it is committed.
fn about(frame: &Frame, entry: &Entry, words: &Words) -> [String; 2] {
    let holders = frame
        .servers
        .iter()
        .filter(|server| server.entry(entry.index).is_some_and(|held| held.generation == entry.generation));
    let names = |servers: Vec<&Server>| match servers.is_empty() {
        true => words.text("inspect.nobody").to_string(),
        false => servers.iter().map(|server| server.id.to_string()).collect::<Vec<_>>().join(", "),
    };
    let holders: Vec<&Server> = holders.collect();
    let of = |knows: fn(&Server, u64) -> bool| {
        names(holders.iter().copied().filter(|server| knows(server, entry.index)).collect())
    };
    let what = args([("generation", plain(entry.generation)), ("what", plain(caption::entry(entry, words)))]);
    let where_ = args([
        ("holders", plain(names(holders.clone()))),
        ("durable", plain(of(|server, index| server.durable_index >= index))),
        ("committed", plain(of(|server, index| server.high_water_mark >= index))),
        ("needed", plain(frame.servers.len() / 2 + 1)),
    ]);
    [words.fill("inspect.entry-is", &what), words.fill("inspect.entry-held", &where_)]
}

/// What keeps the cluster from going on, in a sentence; none while nothing does, or where there is no cluster.
pub fn obstacle(frame: &Frame, words: &Words) -> Option<String> {
    if frame.servers.is_empty() {
        return None;
    }
    let needed = frame.servers.len() / 2 + 1;
    let running = |server: &&Server| server.role != Role::Down && !server.paused;
    let up = frame.servers.iter().filter(running).count();
    let together = menu::largest_group(frame, running);
    let numbers = args([
        ("up", plain(up)),
        ("together", plain(together)),
        ("needed", plain(needed)),
        ("servers", plain(frame.servers.len())),
    ]);
    let key = match () {
        () if up < needed && frame.servers.len() == 1 => "inspect.only-one-down",
        () if up < needed => "inspect.too-few-up",
        () if together < needed => "inspect.too-few-together",
        () => return None,
    };
    Some(words.fill(key, &numbers))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cut_between, frame, one_machine, web_servers};
    use super::*;

    fn id(letter: char) -> ServerId {
        letter.to_string().parse().expect("a server")
    }

    fn words() -> Words {
        Words::default()
    }

    #[test]
    fn everything_on_the_stage_can_be_looked_at() {
        let frame = frame();
        for server in &frame.servers {
            let found = inspect(&frame, Chosen::Server(server.id), &words()).expect("it is there");
            assert!(found.sentences.len() >= 2 && found.actions.len() == 6, "{found:?}");
            let links = found.others.iter().filter(|(other, _)| matches!(other, Chosen::Link(..))).count();
            assert_eq!(links, frame.servers.len() - 1);
        }
        for packet in &frame.packets {
            let found = inspect(&frame, Chosen::Message(packet.id), &words()).expect("it is in flight");
            assert_eq!(found.sentences[0], format!("why.{}", packet.kind.name()));
            assert_eq!(found.actions.len(), 3);
        }
        assert_eq!(inspect(&frame, Chosen::Message(u64::MAX), &words()), None, "it has arrived");
    }

    #[test]
    fn a_machine_says_what_it_does_and_how_it_is() {
        let mut frame = web_servers();
        let first = |frame: &Frame, id| {
            let found = inspect(frame, Chosen::Server(id), &words()).expect("it is there");
            (found.sentences[0].clone(), found.sentences.len())
        };
        assert_eq!(first(&frame, ServerId::web(1)), ("inspect.thinks".to_string(), 4));
        assert_eq!(first(&frame, ServerId::web(2)), ("inspect.thinks".to_string(), 2), "it is down");
        assert_eq!(first(&frame, ServerId::DATABASE), ("inspect.remembers".to_string(), 4));
        frame.rules.insert("web-state".to_string(), "in-web-servers".to_string());
        assert_eq!(first(&frame, ServerId::web(1)).0, "inspect.thinks-and-keeps");
        assert_eq!(first(&one_machine(), ServerId::SINGLE).0, "inspect.does-everything");
    }

    #[test]
    fn a_link_offers_what_can_be_done_to_it() {
        let mut frame = frame();
        let keys = |frame: &Frame| -> Vec<&'static str> {
            let found =
                inspect(frame, Chosen::Link(id('B'), id('C')), &words()).expect("links are always there");
            found.actions.iter().map(|item| item.key).collect()
        };
        assert_eq!(
            keys(&frame),
            ["button.cut", "button.cut-there", "button.hold-there", "button.cut-back", "button.hold-back"]
        );
        cut_between(&mut frame, &[id('B')], &[id('C')]);
        assert_eq!(
            keys(&frame),
            ["button.heal", "button.heal-there", "button.hold-there", "button.heal-back", "button.hold-back"]
        );
    }

    #[test]
    fn a_place_of_the_logs_tells_each_entry_that_stands_there() {
        let mut frame = frame();
        let found = inspect(&frame, Chosen::Entry(1), &words()).expect("every log has it");
        assert_eq!(found.sentences.len(), 2, "one entry: what, and where");
        assert_eq!(found.others.len(), 1, "there is a next one");
        frame.servers[1].log[0].generation = 9;
        let found = inspect(&frame, Chosen::Entry(1), &words()).expect("every log has it");
        assert_eq!(found.sentences.len(), 4, "two different entries");
        assert_eq!(inspect(&frame, Chosen::Entry(99), &words()), None);
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut frame = frame();
        assert_eq!(obstacle(&frame, &words()), None, "A leads");
        let all: Vec<ServerId> = frame.servers.iter().map(|server| server.id).collect();
        cut_between(&mut frame, &all[..2], &all[2..]);
        assert_eq!(obstacle(&frame, &words()).as_deref(), Some("inspect.too-few-together"), "E is down");
        for server in &mut frame.servers[..3] {
            server.role = Role::Down;
        }
        assert_eq!(obstacle(&frame, &words()).as_deref(), Some("inspect.too-few-up"));
        frame.servers.truncate(1);
        assert_eq!(obstacle(&frame, &words()).as_deref(), Some("inspect.only-one-down"));
        frame.servers.clear();
        assert_eq!(obstacle(&frame, &words()), None, "machines without a cluster agree on nothing");
    }
}
