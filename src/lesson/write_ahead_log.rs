//! Lesson 3: write-ahead log.

use crate::command::{Command, Timed};
use crate::node::{ClientId, Index, Note, Payload, Place, RequestNumber};
use crate::ordered::{Map, Set};
use crate::shop::Item;
use crate::sim::{Answer, Detail, Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{A, CHEOLSU, YEONGHUI, learned};
use super::{Choice, Goal, Lesson, LessonId, Setup, Step, WrongWorld};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::WriteAheadLog,
    setup,
    script,
    pace: &["0.1", "0.1", "0.25", "1", "0.5", "1"],
    second: None,
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "appended-is-durable", world: Some(("log", "ack-before-sync")) },
        Choice { name: "half-of-it", world: Some(("log", "in-place")) },
        Choice { name: "repeating-is-safe", world: Some(("log", "replay-anonymous")) },
    ],
    wrong: &[
        WrongWorld { pattern: "log", value: "in-place", breaks: Some("money-and-goods") },
        WrongWorld { pattern: "log", value: "ack-before-sync", breaks: Some("done-is-kept") },
        WrongWorld { pattern: "log", value: "replay-anonymous", breaks: Some("at-most-once") },
    ],
    goal: || Goal::new(Challenge::ThreeCrashes(ThreeCrashes::default())),
    par: 7,
    code: &["node/write_ahead_log.rs", "node/in_place.rs"],
    used: &[
        ("postgresql", "https://www.postgresql.org/docs/current/wal-intro.html"),
        ("etcd", "https://etcd.io/docs/v3.5/learning/persistent-storage-files/"),
        ("cassandra", "https://cassandra.apache.org/doc/latest/cassandra/architecture/storage-engine.html"),
        ("mongodb", "https://www.mongodb.com/docs/manual/core/journaling/"),
    ],
    terms: &[
        "crash",
        "log",
        "entry",
        "record",
        "sync",
        "durable",
        "snapshot",
        "leader",
        "generation",
        "session",
        "client",
        "idempotent",
    ],
    sources: &[
        (
            "Patterns of Distributed Systems: Write-Ahead Log",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/write-ahead-log.html",
        ),
        (
            "Mohan et al.: ARIES: A Transaction Recovery Method Supporting Fine-Granularity Locking (1992)",
            "https://doi.org/10.1145/128765.128770",
        ),
    ],
};

/// How long a message takes between a customer and the server: always the same, so that each world is asked at the same moments; and no
/// whole number of milliseconds, so that who steps to what it brings acts behind it and not before it.
const ON_ITS_WAY: Span = Span::from_us(100_400);

/// One server whose disk takes its time. A server that is alone need not wait for others before it elects itself again.
fn setup() -> Setup {
    let ms = Span::from_ms;
    let ways = [CHEOLSU, YEONGHUI].map(|client| {
        let (client, a) = (Place::Client(client), Place::Server(A));
        [(client, a, ON_ITS_WAY), (a, client, ON_ITS_WAY)]
    });
    let begin = Time::from_ms(-3_000);
    let numbers = [(CHEOLSU, 12_345), (YEONGHUI, 12_346)];
    let skips = numbers.map(|(client, to)| Timed { at: begin, command: Command::SkipNumbers { client, to } });
    Setup {
        options: Options {
            servers: 1,
            sync: ms(100),
            sync_report: ms(50),
            heartbeat: ms(300),
            election: ms(1_000),
            ..Options::default()
        },
        delays: ways.concat(),
        begin,
        prelude: [Timed { at: begin, command: Command::TimeOut { server: A } }]
            .into_iter()
            .chain(skips)
            .collect(),
        sessions: vec![CHEOLSU, YEONGHUI],
        ..Setup::default()
    }
}

/// A purchase without trouble; one that is safe on the disk when the server crashes, and not yet carried out; one that is not safe yet.
fn script() -> Vec<Step> {
    fn buy(client: ClientId, item: Item) -> Option<Command> {
        Some(Command::Buy { client, item, count: None, server: None })
    }
    fn crash(_: &Sim) -> Option<Command> {
        Some(Command::Crash { server: A })
    }
    fn restart(_: &Sim) -> Option<Command> {
        Some(Command::Restart { server: A })
    }
    vec![
        Step::At(200),
        Step::Do(|_| buy(CHEOLSU, Item::LegendarySword)),
        Step::After(appended),
        Step::Later(20),
        Step::Stop,
        Step::After(carried_out),
        Step::Stop,
        Step::After(learned),
        Step::Later(1_000),
        Step::Do(|_| buy(YEONGHUI, Item::MagicShield)),
        Step::After(safe),
        Step::Later(20),
        Step::Do(crash),
        Step::Stop,
        Step::Later(1_000),
        Step::Do(restart),
        Step::After(carried_out),
        Step::Stop,
        Step::After(learned),
        Step::Later(1_000),
        Step::Do(|_| buy(YEONGHUI, Item::LegendarySword)),
        Step::After(appended),
        Step::Later(40),
        Step::Do(crash),
        Step::Stop,
        Step::Later(1_000),
        Step::Do(restart),
        Step::After(learned),
        Step::Later(500),
        Step::Stop,
    ]
}

fn is_purchase(payload: &Payload) -> bool {
    matches!(payload, Payload::Request { .. })
}

fn appended(sim: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| {
        let Detail::Noted { server, note: Note::Appends { last, .. } } = detail else { return false };
        let node = sim.server(*server).node.as_ref();
        node.and_then(|node| node.log().get(*last)).is_some_and(|entry| is_purchase(&entry.payload))
    })
}

fn safe(_: &Sim, event: &TraceEvent) -> bool {
    let is_safe =
        |detail: &Detail| matches!(detail, Detail::Safe { entry, .. } if is_purchase(&entry.payload));
    event.details.iter().any(is_safe)
}

fn carried_out(_: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| {
        let Detail::Noted { note: Note::Applies { entry, .. }, .. } = detail else { return false };
        is_purchase(&entry.payload)
    })
}

/// A request, by its client and number.
type Id = (ClientId, RequestNumber);

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Its record was handed to the disk and is not safe.
    Written,
    /// Its record is safe, and the client has not heard of it.
    Safe,
    /// The client has the answer.
    Answered,
}

/// The challenge: the server, which is alone, crashes at each of the three stages of its newest request; in the end it runs, each of those
/// requests is answered, and whatever was answered is carried out exactly once by what the disk had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ThreeCrashes {
    stages: Map<Id, Stage>,
    /// The last request in the log.
    newest: Option<Id>,
    crashed_at: Set<(Stage, Id)>,
    /// The entries by which each request was carried out in the present life of the server.
    carried_out: Map<Id, Set<Index>>,
}

impl ThreeCrashes {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        if sim.options().servers > 1 {
            return false;
        }
        for detail in &event.details {
            match detail {
                Detail::Crashed { .. } => self.crashes(),
                Detail::Safe { entry, .. } => self.comes_to(request(&entry.payload), Stage::Safe),
                Detail::Learned { client, number, answer: Answer::Outcome(_), .. } => {
                    self.stages.insert((*client, *number), Stage::Answered);
                }
                Detail::Noted { note, .. } => self.note(sim, note),
                _ => (),
            }
        }
        self.is_done(sim)
    }

    fn crashes(&mut self) {
        let newest = self.newest.and_then(|id| Some((*self.stages.get(&id)?, id)));
        self.crashed_at.extend(newest);
    }

    fn comes_to(&mut self, id: Option<Id>, stage: Stage) {
        let Some(id) = id else { return };
        let known = self.stages.get_or_insert(id, stage);
        *known = (*known).max(stage);
    }

    fn note(&mut self, sim: &Sim, note: &Note) {
        match note {
            Note::Appends { first, .. } => {
                for id in requests_from(sim, *first) {
                    self.comes_to(Some(id), Stage::Written);
                    self.newest = Some(id);
                }
            }
            Note::Recovers { snapshot, .. } => {
                // What a snapshot covers is not carried out again.
                self.carried_out.values_mut().for_each(|entries| entries.retain(|index| index <= snapshot));
                self.newest = requests_from(sim, Index(1)).last();
            }
            Note::Applies { entry, outcome: Some(_), duplicate: false } => {
                if let Some(id) = request(&entry.payload) {
                    self.carried_out.get_or_default(id).insert(entry.id.index);
                }
            }
            _ => (),
        }
    }

    fn is_done(&self, sim: &Sim) -> bool {
        let is_answered = |id: &Id| self.stages.get(id) == Some(&Stage::Answered);
        let is_kept = |id: &Id| self.carried_out.get(id).is_some_and(|entries| entries.len() == 1);
        let met = self.crashed_at.iter().filter(|(_, id)| is_answered(id));
        let met: Set<Stage> = met.map(|(stage, _)| *stage).collect();
        let runs = sim.server(A).node.is_some();
        runs && met.len() == 3 && self.stages.keys().filter(|id| is_answered(id)).all(is_kept)
    }
}

/// The requests in the server's log, from an index on.
fn requests_from(sim: &Sim, first: Index) -> impl Iterator<Item = Id> {
    let log = sim.server(A).node.iter().flat_map(move |node| node.log().from(first));
    log.filter_map(|entry| request(&entry.payload))
}

fn request(payload: &Payload) -> Option<Id> {
    match payload {
        Payload::Request { client, number, .. } => Some((*client, *number)),
        _ => None,
    }
}
