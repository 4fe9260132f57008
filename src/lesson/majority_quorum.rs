//! Lesson 7: majority quorum.

use crate::command::{Command, Timed};
use crate::node::{ClientId, Note, Payload, Place, RequestNumber, ServerId};
use crate::ordered::Set;
use crate::shop::Item;
use crate::sim::{Answer, Cause, Detail, Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{A, B, C, CHEOLSU, D, E, YEONGHUI, leads, learned, noted_at};
use super::{Choice, Goal, Lesson, LessonId, Setup, Step, WrongWorld};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::MajorityQuorum,
    setup,
    script,
    pace: &["0.1", "0.1", "0.1", "0.25", "0.5", "1"],
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "of-the-living", world: Some(("quorum", "of-the-living")) },
        Choice { name: "one-is-enough", world: Some(("quorum", "one")) },
        Choice { name: "failed-for-sure", world: Some(("quorum", "one")) },
    ],
    wrong: &[
        WrongWorld { pattern: "quorum", value: "one", breaks: Some("done-is-kept") },
        WrongWorld { pattern: "quorum", value: "of-the-living", breaks: Some("done-is-kept") },
        WrongWorld { pattern: "quorum", value: "all", breaks: None },
    ],
    second: None,
    goal: || Goal::new(Challenge::UnknownButCommitted(UnknownButCommitted::default())),
    par: 5,
    code: &["node/majority_quorum.rs", "node/high_water_mark.rs"],
    used: &[
        ("etcd", "https://etcd.io/docs/v3.5/faq/"),
        ("zookeeper", "https://zookeeper.apache.org/doc/current/zookeeperInternals.html"),
        ("mongodb", "https://www.mongodb.com/docs/manual/reference/write-concern/"),
        ("cassandra", "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"),
    ],
    terms: &["entry", "log", "acknowledgement", "majority", "quorum", "committed", "partition", "durable"],
    sources: &[
        (
            "Patterns of Distributed Systems: Majority Quorum",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/majority-quorum.html",
        ),
        (
            "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.3",
            "https://raft.github.io/raft.pdf",
        ),
    ],
};

/// Everything has a fixed delay, so that the timeline comes out to the millisecond: a follower's sync takes 20 ms, so B's
/// acknowledgement is back 14 + 20 + 14 ms after the append was sent.
fn setup() -> Setup {
    let options = Options { queue_time: Span::from_ms(1), jitter: Span::ZERO, ..Options::default() };
    let pair = |server: ServerId, out_ms: u64, back_ms: u64| {
        let (a, other) = (Place::Server(A), Place::Server(server));
        [(a, other, Span::from_ms(out_ms)), (other, a, Span::from_ms(back_ms))]
    };
    let customer = |client: ClientId| {
        let client = Place::Client(client);
        [(client, Place::Server(A), Span::from_ms(1)), (Place::Server(A), client, Span::from_ms(2))]
    };
    let delays = [
        pair(B, 14, 14),
        pair(C, 14, 15),
        pair(D, 239, 239),
        pair(E, 14, 14),
        customer(CHEOLSU),
        customer(YEONGHUI),
    ];
    let begin = Time::from_ms(-75_000);
    let mut prelude = vec![Timed { at: begin, command: Command::TimeOut { server: A } }];
    // Bought and sold again, until entry 99 is everywhere: one entry begins the generation, one opens the session.
    for nth in 0..97 {
        let (client, item, count, server) = (CHEOLSU, Item::MagicShield, None, None);
        let command = match nth % 2 {
            0 => Command::Buy { client, item, count, server },
            _ => Command::Sell { client, item, count, server },
        };
        prelude.push(Timed { at: begin + Span::from_ms(3_000 + 700 * nth), command });
    }
    prelude.push(Timed { at: Time::from_ms(-2_000), command: Command::Crash { server: E } });
    Setup { options, delays: delays.concat(), begin, prelude, ..Setup::default() }
}

/// One purchase, millisecond by millisecond; then the leader is cut off, is asked once more, and dies.
fn script() -> Vec<Step> {
    fn buy(client: ClientId, server: Option<ServerId>) -> Option<Command> {
        Some(Command::Buy { client, item: Item::LegendarySword, count: None, server })
    }
    vec![
        Step::At(0),
        Step::Do(|_| buy(CHEOLSU, None)),
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::Appends { .. }))),
        Step::Stop,
        Step::After(|_, event| {
            noted_at(event, A, |note| matches!(note, Note::MarkRises { decided: true, .. }))
        }),
        Step::Stop,
        Step::After(learned),
        Step::Stop,
        Step::After(|_, event| {
            noted_at(event, A, |note| matches!(note, Note::SendsAgain { follower } if *follower == E))
        }),
        Step::Stop,
        Step::Later(1_000),
        Step::Do(|_| Some(Command::Partition { groups: vec![vec![A], vec![B, C, D, E]], customers: None })),
        Step::Later(100),
        Step::Do(|_| buy(YEONGHUI, Some(A))),
        Step::Later(400),
        Step::Stop,
        Step::After(leads),
        Step::Later(700),
        Step::Do(|_| Some(Command::Crash { server: A })),
        Step::Later(1_500),
        Step::Stop,
    ]
}

/// The challenge: a purchase is answered while as many servers are down as can be; then a request whose client has given up is
/// carried out after all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UnknownButCommitted {
    answered_with_most_down: bool,
    given_up: Set<(ClientId, RequestNumber)>,
}

impl UnknownButCommitted {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        let down = sim.servers().filter(|(_, server)| server.node.is_none()).count();
        let most = (usize::from(sim.options().servers) - 1) / 2;
        let mut done = false;
        for detail in &event.details {
            match detail {
                Detail::Learned { client, number, answer: Answer::Unknown, .. } => {
                    self.given_up.insert((*client, *number));
                }
                Detail::Learned { answer: Answer::Outcome(_), .. } if most > 0 && down == most => {
                    self.answered_with_most_down = true;
                }
                Detail::Noted { note: Note::Applies { entry, duplicate: false, .. }, .. } => {
                    if let Payload::Request { client, number, .. } = entry.payload {
                        let unknown = self.given_up.contains(&(client, number));
                        done |= unknown
                            && self.answered_with_most_down
                            && !matches!(event.cause, Cause::Command(Command::Restart { .. }));
                    }
                }
                _ => (),
            }
        }
        done
    }
}
