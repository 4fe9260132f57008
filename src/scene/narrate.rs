//! What a narrator says of several events at once: the weighty ones, put together by who did what, and what follows from a crash.
//!
//! One sentence a subject: "B, C and E vote for D" instead of three, "D commits entry 7" instead of every entry on the way.

use crate::frame::{Frame, Line, Place, Role, Server, ServerId};
use crate::ordered::{Set, sort_by_key};
use crate::words::{Arg, Args, Words, plain};

use super::caption;

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verbosity {
    /// Nothing.
    Off,
    /// Key events while time runs; every event while stepping.
    #[default]
    Short,
    /// Every event, put together.
    Full,
}

impl Verbosity {
    /// All of them, the quietest first.
    pub const ALL: [Verbosity; 3] = [Verbosity::Off, Verbosity::Short, Verbosity::Full];

    /// The name used in word keys and choices.
    pub const fn name(self) -> &'static str {
        match self {
            Verbosity::Off => "off",
            Verbosity::Short => "short",
            Verbosity::Full => "full",
        }
    }

    /// At most so many sentences at once: more, nobody can listen to.
    const fn sentences_max(self) -> usize {
        match self {
            Verbosity::Off => 0,
            Verbosity::Short => 3,
            Verbosity::Full => 4,
        }
    }
}

/// Of these only the newest of a server counts: it says what the earlier ones said, and more.
const PROGRESS: [&str; 8] =
    ["counts-vote", "matched", "learns-mark", "commits", "synced", "appends", "applies", "sends-again"];

/// What leads to an election; told by its outcome, once there is one.
const BEFORE_LEADING: [&str; 4] = ["asks-around", "would-vote", "stands", "counts-vote"];

/// The templates that have another one for several servers (`several.` and the rest of the key) in place of one.
pub const SEVERAL: [&str; 12] = [
    "event.would-vote",
    "event.votes",
    "event.refuses-vote.old-generation",
    "event.refuses-vote.leader-alive",
    "event.adopts-generation",
    "event.appends.one",
    "event.learns-mark",
    "event.synced",
    "event.applies.first",
    "event.crash",
    "event.restart",
    "event.asks-around",
];

/// A sentence to be: a template, its arguments, and who did it.
struct Sentence<'a> {
    line: &'a Line,
    servers: Vec<ServerId>,
}

/// What is said of these lines, oldest first. `stepped`: time stands, and each event is worth telling.
pub fn narrate(lines: &[Line], frame: &Frame, verbosity: Verbosity, stepped: bool, words: &Words) -> String {
    if verbosity == Verbosity::Off {
        return String::new();
    }
    let told = |line: &&Line| line.key || stepped || verbosity == Verbosity::Full;
    let weighty: Vec<&Line> = lines.iter().filter(told).collect();
    let chosen = weightiest(put_together(&weighty), verbosity.sentences_max());
    let mut sentences: Vec<String> = chosen.iter().map(|sentence| text(sentence, words)).collect();
    let crashed = weighty.iter().any(|line| line.kind == "crash");
    sentences.extend(crashed.then(|| consequence(frame, words)).flatten());
    sentences.join(" · ")
}

/// The lines without those that a later one makes needless, the same things done by several servers as one.
fn put_together<'a>(lines: &[&'a Line]) -> Vec<Sentence<'a>> {
    let mut sentences: Vec<Sentence> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if lines[place + 1..].iter().any(|later| makes_needless(later, line)) {
            continue;
        }
        match sentences.iter_mut().find(|sentence| can_join(sentence.line, line)) {
            Some(sentence) => sentence.servers.extend(line.server),
            None => sentences.push(Sentence { line, servers: line.server.into_iter().collect() }),
        }
    }
    sentences
}

/// At most so many, in their order: key events first, what merely arrived or got lost last; of equals the newest.
fn weightiest(sentences: Vec<Sentence<'_>>, most: usize) -> Vec<Sentence<'_>> {
    let weight = |sentence: &Sentence| match sentence.line.kind.as_str() {
        _ if sentence.line.key => 0,
        "arrives" | "lost" | "waits" | "matched" | "synced" => 2,
        _ => 1,
    };
    let mut places: Vec<usize> = (0..sentences.len()).rev().collect();
    sort_by_key(&mut places, |place| weight(&sentences[*place]));
    places.truncate(most);
    let mut place = 0;
    let mut sentences = sentences;
    sentences.retain(|_| {
        place += 1;
        places.contains(&(place - 1))
    });
    sentences
}

fn makes_needless(later: &Line, line: &Line) -> bool {
    let kind = line.kind.as_str();
    let progress = later.kind == line.kind && later.server == line.server && PROGRESS.contains(&kind);
    let candidate = line.args.get("candidate").or(line.args.get("server"));
    let election =
        later.kind == "leads" && BEFORE_LEADING.contains(&kind) && later.args.get("server") == candidate;
    progress || election
}

/// The same was done by another server.
fn can_join(one: &Line, other: &Line) -> bool {
    let without_server = |line: &Line| {
        let mut args = line.args.clone();
        args.remove("server");
        args
    };
    one.text == other.text
        && SEVERAL.contains(&one.text.as_str())
        && one.server != other.server
        && without_server(one) == without_server(other)
}

fn text(sentence: &Sentence, words: &Words) -> String {
    let Sentence { line, servers } = sentence;
    if servers.len() < 2 {
        return words.fill(&line.text, &line.args);
    }
    let mut args: Args = line.args.clone();
    args.insert("servers".to_string(), listed(servers, words));
    words.fill(&line.text.replacen("event.", "several.", 1), &args)
}

/// "A", "A and B", "web server 1, web server 2 and the database".
fn listed(servers: &[ServerId], words: &Words) -> Arg {
    let servers: Set<ServerId> = servers.iter().copied().collect();
    let names: Vec<String> =
        servers.into_iter().map(|server| caption::place(Place::Server(server), words)).collect();
    let Some((last, before)) = names.split_last().filter(|(_, before)| !before.is_empty()) else {
        return plain(names.concat());
    };
    plain(
        words.fill(
            "narration.and",
            &caption::args([("before", plain(before.join(", "))), ("last", plain(last))]),
        ),
    )
}

/// What is to be expected when nobody leads any more: who waits, and when the first and the last of them will lose patience. Once one of
/// them asks the others it is too late for that.
fn consequence(frame: &Frame, words: &Words) -> Option<String> {
    if frame.servers.iter().any(|server| !matches!(server.role, Role::Follower | Role::Down)) {
        return None;
    }
    let waits = |server: &Server| Some((server.id, server.timer.as_ref()?.due));
    let waiting: Vec<_> = frame.servers.iter().filter_map(waits).collect();
    let first = waiting.iter().map(|(_, due)| *due).min()?;
    let last = waiting.iter().map(|(_, due)| *due).max()?;
    let names: Vec<ServerId> = waiting.iter().map(|(id, _)| *id).collect();
    let tenths = |due| {
        let ms = (crate::time::Time::since(due, frame.at).us() / 1_000).max(100);
        plain(format!("{}.{}", ms / 1_000, ms % 1_000 / 100))
    };
    let several = if names.len() > 1 { "narration.no-leader" } else { "narration.no-leader-one" };
    let args =
        caption::args([("servers", listed(&names, words)), ("first", tenths(first)), ("last", tenths(last))]);
    Some(words.fill(several, &args))
}
