//! Lesson 10: idempotent receiver.

use crate::command::Command;
use crate::node::{Index, MessageKind, Note, Payload, Place, RequestNumber, ServerId};
use crate::ordered::{Map, Set};
use crate::shop::Item;
use crate::sim::{Answer, Cause, Detail, Loss, Options, Sim, TraceEvent};

use super::goal::Challenge;
use super::signs::{CHEOLSU, leads, learned, noted};
use super::{Choice, Goal, Lesson, LessonId, Setup, Step, WrongWorld, led_by_a};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::IdempotentReceiver,
    setup: || Setup { sessions: vec![CHEOLSU], ..led_by_a(Options::default()) },
    script,
    pace: &["1"],
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "leader-remembers", world: Some(("dedupe", "leader-memory")) },
        Choice { name: "delivered-once", world: Some(("dedupe", "off")) },
        Choice { name: "new-number", world: Some(("dedupe", "off")) },
    ],
    wrong: &[
        WrongWorld { pattern: "dedupe", value: "off", breaks: Some("at-most-once") },
        WrongWorld { pattern: "dedupe", value: "leader-memory", breaks: Some("at-most-once") },
    ],
    second: None,
    goal: || Goal::new(Challenge::OneSwordEach(OneSwordEach::default())),
    par: 8,
    code: &["node/idempotent_receiver.rs"],
    used: &[
        ("kafka", "https://kafka.apache.org/documentation/#semantics"),
        ("mongodb", "https://www.mongodb.com/docs/manual/core/retryable-writes/"),
        ("idempotency-key", "https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/"),
    ],
    terms: &["client", "session", "idempotent", "committed", "log", "leader"],
    sources: &[
        (
            "Patterns of Distributed Systems: Idempotent Receiver",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/idempotent-receiver.html",
        ),
        ("Ongaro: Consensus: Bridging Theory and Practice, 6.3", "https://github.com/ongardie/dissertation"),
    ],
};

/// An answer is lost and the request repeated; then the leader crashes while its answer is in flight, and that answer is lost too.
fn script() -> Vec<Step> {
    fn buy(_: &Sim) -> Option<Command> {
        Some(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None })
    }
    vec![
        Step::At(500),
        Step::Do(|_| Some(Command::LoseAnswer { client: CHEOLSU })),
        Step::At(1_000),
        Step::Do(buy),
        Step::After(committed),
        Step::Stop,
        Step::After(|_, event| matches!(event.cause, Cause::Lost { why: Loss::AnswerLost, .. })),
        Step::Stop,
        Step::After(from_cache),
        Step::Stop,
        Step::After(learned),
        Step::Later(1_000),
        Step::Do(buy),
        Step::After(|sim, _| answer_in_flight(sim).is_some()),
        Step::Do(|_| Some(Command::CrashLeader)),
        Step::Do(|sim| answer_in_flight(sim).map(|message| Command::Drop { message })),
        Step::Stop,
        Step::After(leads),
        Step::Later(300),
        Step::Do(|_| Some(Command::Retry { client: CHEOLSU })),
        Step::After(from_cache),
        Step::Stop,
        Step::After(learned),
        Step::Later(1_500),
        Step::Stop,
    ]
}

fn committed(_: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| {
        let Detail::Noted { note: Note::Applies { entry, .. }, .. } = detail else { return false };
        matches!(entry.payload, Payload::Request { .. })
    })
}

fn from_cache(_: &Sim, event: &TraceEvent) -> bool {
    noted(event, |note| matches!(note, Note::AnswersFromCache { .. }))
}

fn answer_in_flight(sim: &Sim) -> Option<u64> {
    let to_cheolsu = |flight: &crate::sim::Flight| {
        flight.to == Place::Client(CHEOLSU) && flight.content.kind() == MessageKind::Answer
    };
    sim.network().flights().find(|(_, flight)| to_cheolsu(flight)).map(|(id, _)| id.0)
}

/// At which stage of a request its leader crashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// It was in the leader's log, but not committed.
    Appended,
    /// It was carried out, but the client had not heard of it.
    CarriedOut,
    /// The client had heard of it.
    Answered,
}

/// The challenge: the leader crashes at each of the three stages of a purchase, each purchase is carried out once and ends well, and
/// a kept answer was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OneSwordEach {
    /// How far each of Cheolsu's purchases has come.
    stages: Map<RequestNumber, Stage>,
    /// The entries by which each was carried out: more than one is one too many.
    entries: Map<RequestNumber, Set<Index>>,
    /// Who led before what happens next.
    leader: Option<ServerId>,
    /// What the crashes of leaders have met.
    crashed_at: Set<(Stage, RequestNumber)>,
    cache_hit: bool,
}

impl OneSwordEach {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        for detail in &event.details {
            match detail {
                Detail::Crashed { server } if self.leader == Some(*server) => self.leader_crashes(),
                Detail::Learned { client, number, answer: Answer::Outcome(_), .. } if *client == CHEOLSU => {
                    self.stages.insert(*number, Stage::Answered);
                }
                Detail::Noted { server, note } => self.note(sim, *server, note),
                _ => (),
            }
        }
        self.leader = sim.leader();
        let ended_well = |number: &RequestNumber| self.stages.get(number) == Some(&Stage::Answered);
        let met = self.crashed_at.iter().filter(|(_, number)| ended_well(number));
        let met: Set<Stage> = met.map(|(stage, _)| *stage).collect();
        let once = self.entries.values().all(|entries| entries.len() == 1);
        self.cache_hit && once && met.len() == 3
    }

    fn leader_crashes(&mut self) {
        self.crashed_at.extend(self.stages.last_key_value().map(|(number, stage)| (*stage, *number)));
    }

    fn note(&mut self, sim: &Sim, server: ServerId, note: &Note) {
        match note {
            Note::Appends { first, .. } if sim.leader() == Some(server) => {
                let log = sim.server(server).node.iter().flat_map(|node| node.log().from(*first));
                for number in log.filter_map(|entry| purchase(&entry.payload)) {
                    self.stages.get_or_insert(number, Stage::Appended);
                }
            }
            Note::Applies { entry, duplicate: false, .. } => {
                if let Some(number) = purchase(&entry.payload) {
                    let stage = self.stages.get_or_insert(number, Stage::CarriedOut);
                    *stage = (*stage).max(Stage::CarriedOut);
                    self.entries.get_or_default(number).insert(entry.id.index);
                }
            }
            Note::AnswersFromCache { client, .. } => self.cache_hit |= *client == CHEOLSU,
            _ => (),
        }
    }
}

/// The number of a request of Cheolsu's.
fn purchase(payload: &Payload) -> Option<RequestNumber> {
    match payload {
        Payload::Request { client, number, .. } if *client == CHEOLSU => Some(*number),
        _ => None,
    }
}
