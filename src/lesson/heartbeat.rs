//! Lesson 5: heartbeat and leader election.

use crate::command::Command;
use crate::node::{Generation, Note, ServerId};
use crate::ordered::{Map, Set};
use crate::sim::{Cause, Detail, Options, Sim, TraceEvent};

use super::goal::Challenge;
use super::signs::{A, beats, leads, noted, noted_at};
use super::{Choice, Goal, Lesson, LessonId, Step, WrongWorld, led_by_a};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::Heartbeat,
    setup: || led_by_a(Options::default()),
    script,
    pace: &["1"],
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "votes-for-another", world: Some(("votes", "many")) },
        Choice { name: "always-one", world: Some(("votes", "many")) },
        Choice { name: "time-out-means-dead", world: Some(("votes", "many")) },
    ],
    wrong: &[WrongWorld { pattern: "votes", value: "many", breaks: Some("one-leader-per-generation") }],
    second: None,
    goal: || Goal::new(Challenge::SplitVote(SplitVote::default())),
    par: 4,
    code: &["node/heartbeat.rs", "node/election.rs", "node/candidate.rs"],
    used: &[
        ("etcd", "https://etcd.io/docs/v3.5/tuning/"),
        ("mongodb", "https://www.mongodb.com/docs/manual/core/replica-set-elections/"),
        ("cassandra", "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"),
    ],
    terms: &[
        "leader",
        "follower",
        "heartbeat",
        "time-out",
        "generation",
        "candidate",
        "majority",
        "vote",
        "pre-vote",
    ],
    sources: &[
        (
            "Patterns of Distributed Systems: HeartBeat",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/heartbeat.html",
        ),
        (
            "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.2",
            "https://raft.github.io/raft.pdf",
        ),
        ("Ongaro: Consensus: Bridging Theory and Practice, 9.6", "https://github.com/ongardie/dissertation"),
    ],
};

/// A beats and crashes; somebody else is elected; A comes back and follows. Then the new leader crashes too, and two servers stand
/// at once, neither
/// hearing of the other.
fn script() -> Vec<Step> {
    vec![
        Step::At(2_500),
        Step::Stop,
        Step::At(3_000),
        Step::Do(|_| Some(Command::CrashLeader)),
        Step::After(|_, event| noted(event, |note| matches!(note, Note::Stands { .. }))),
        Step::Stop,
        Step::After(leads),
        Step::Stop,
        Step::Later(2_000),
        Step::Do(|_| Some(Command::Restart { server: A })),
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::AdoptsGeneration { .. }))),
        Step::Stop,
        Step::Later(1_000),
        // Right behind a beat, so that all timers have just begun again.
        Step::After(beats),
        Step::Later(250),
        Step::Do(|_| Some(Command::CrashLeader)),
        Step::Do(|sim| {
            let mut two = followers(sim);
            Some(Command::Cut { from: two.next()?, to: two.next()?, both: true })
        }),
        // As soon as the others may believe that their leader is gone.
        Step::Later(2_950),
        Step::Do(|sim| Some(Command::TimeOut { server: followers(sim).next()? })),
        Step::Do(|sim| Some(Command::TimeOut { server: followers(sim).nth(1)? })),
        Step::After(|_, event| noted(event, |note| matches!(note, Note::Stands { .. }))),
        Step::Later(60),
        Step::Stop,
        Step::After(leads),
        Step::Later(700),
        Step::Stop,
    ]
}

/// Who is up and was not the first to lead: servers other than A, in order.
fn followers(sim: &Sim) -> impl Iterator<Item = ServerId> {
    sim.servers().filter(|(id, server)| id.place() > 0 && server.node.is_some()).map(|(id, _)| id)
}

/// The challenge: a generation in which two stood and nobody led, and behind it one with a leader, without touching a timer again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SplitVote {
    stood: Map<Generation, Set<ServerId>>,
    led: Set<Generation>,
    /// Generations in which two had stood when somebody touched a timer.
    spoilt: Set<Generation>,
}

impl SplitVote {
    pub(super) fn see(&mut self, event: &TraceEvent) -> bool {
        if let Cause::Command(Command::TimeOut { .. } | Command::Pace { .. }) = event.cause {
            self.spoilt.extend(self.split().collect::<Vec<_>>());
        }
        let mut done = false;
        for detail in &event.details {
            let Detail::Noted { server, note } = detail else { continue };
            match note {
                Note::Stands { generation } => {
                    self.stood.get_or_default(*generation).insert(*server);
                }
                Note::Leads { generation, .. } => {
                    self.led.insert(*generation);
                    done |= self.split().any(|split| split < *generation && !self.spoilt.contains(&split));
                }
                _ => (),
            }
        }
        done
    }

    /// Generations in which two stood and nobody has led.
    fn split(&self) -> impl Iterator<Item = Generation> {
        self.stood
            .iter()
            .filter(|(generation, who)| who.len() > 1 && !self.led.contains(generation))
            .map(|(generation, _)| *generation)
    }
}
