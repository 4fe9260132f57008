//! Lesson 6: generation clock.

use crate::command::Command;
use crate::node::{ClientId, Generation, Index, Note, Payload, RequestNumber, Rules, ServerId, StepDown};
use crate::ordered::{Map, Set};
use crate::shop::{Item, Outcome};
use crate::sim::{Answer, Detail, Options, Sim, TraceEvent};
use crate::time::{Span, StoryClock};

use super::goal::Challenge;
use super::signs::{A, buy_at, learned, noted, noted_at};
use super::{Choice, Goal, Lesson, LessonId, Setup, Step, WrongWorld, led_by_a};

/// Ten o'clock at time zero; one minute of the story is six seconds.
const CLOCK: StoryClock = StoryClock { opens: 10 * 60, minute: Span::from_ms(6_000) };

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::GenerationClock,
    setup,
    script,
    pace: &["2", "1", "1", "0.5", "1", "1"],
    second: None,
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "done", world: Some(("generation", "ignored")) },
        Choice { name: "old-leader-knows", world: Some(("generation", "ignored")) },
        Choice { name: "never-two", world: Some(("generation", "ignored")) },
    ],
    wrong: &[WrongWorld { pattern: "generation", value: "ignored", breaks: Some("same-order") }],
    goal: || Goal::new(Challenge::HealedWell(HealedWell::default())),
    par: 4,
    code: &["node/generation_clock.rs"],
    used: &[
        ("raft", "https://raft.github.io/raft.pdf"),
        ("kafka", "https://kafka.apache.org/protocol.html"),
        ("zookeeper", "https://zookeeper.apache.org/doc/current/zookeeperInternals.html"),
        ("mongodb", "https://www.mongodb.com/docs/manual/reference/command/replSetGetStatus/"),
    ],
    terms: &["generation", "leader", "partition", "majority", "committed", "check-quorum"],
    sources: &[
        (
            "Patterns of Distributed Systems: Generation Clock",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/generation.html",
        ),
        (
            "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.1",
            "https://raft.github.io/raft.pdf",
        ),
        ("Ongaro: Consensus: Bridging Theory and Practice, 6.2", "https://github.com/ongardie/dissertation"),
    ],
};

/// A leader does not notice by itself that it reaches nobody: so two lead for as long as the story needs. Whoever buys waits a minute
/// and a half of the story before trying elsewhere.
fn setup() -> Setup {
    let mut rules = Rules::default();
    rules.set("check-quorum", "off").expect("a rule");
    let options = Options { money: 50_000, patience: Span::from_ms(9_000), ..Options::default() };
    Setup { rules, story: Some(CLOCK), ..led_by_a(options) }
}

/// The story from 10:01 to 10:05; and the same once more, with leaders that notice by themselves.
fn script() -> Vec<Step> {
    fn at(minute: u32) -> Step {
        Step::At(CLOCK.after(minute).ms())
    }
    fn cut_off(server: ServerId) -> Option<Command> {
        let others = ServerId::all(5).filter(|other| *other != server).collect();
        Some(Command::Partition { groups: vec![vec![server], others], customers: None })
    }
    vec![
        at(1),
        Step::Do(|_| cut_off(A)),
        Step::After(|sim, _| sim.now() >= CLOCK.after(2) && sim.leader() != Some(A)),
        Step::Stop,
        at(3),
        Step::Do(|sim| Some(buy_at(sim.leader()?, Item::LegendarySword, 1))),
        Step::After(learned),
        Step::Stop,
        at(4),
        Step::Do(|_| Some(buy_at(A, Item::LegendarySword, 2))),
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::Appends { .. }))),
        Step::Later(2_500),
        Step::Stop,
        at(5),
        Step::Do(|_| Some(Command::HealAll)),
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::Truncates { .. }))),
        Step::Stop,
        Step::After(learned),
        Step::Later(1_500),
        Step::Stop,
        Step::Do(|_| Some(Command::Rule { pattern: "check-quorum".into(), value: "on".into() })),
        Step::Later(500),
        Step::Do(|sim| cut_off(sim.leader()?)),
        Step::After(|_, event| {
            noted(event, |note| matches!(note, Note::StepsDown { why: StepDown::NoMajority }))
        }),
        Step::Stop,
    ]
}

type Asked = (ClientId, RequestNumber);

/// The challenge: two lead at the same time, and each takes up a purchase. In the end the older one has stepped down, and on all servers
/// everything is carried out that was answered with "done".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct HealedWell {
    /// Who took up a request while somebody else led a newer generation.
    deceived: Set<ServerId>,
    /// One of those has stepped down.
    stepped_down: bool,
    /// A purchase was answered by a leader while another one led an older generation.
    answered_beside: bool,
    /// What was answered with "done".
    answered: Set<Asked>,
}

impl HealedWell {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        for detail in &event.details {
            match detail {
                Detail::Noted { server, note: Note::Queues { .. } } if leads_beside_a_newer(sim, *server) => {
                    self.deceived.insert(*server);
                }
                Detail::Noted { server, note: Note::StepsDown { .. } } => {
                    self.stepped_down |= self.deceived.contains(server);
                }
                Detail::Crashed { server } => {
                    self.deceived.remove(server);
                }
                Detail::Learned { client, number, answer: Answer::Outcome(Outcome::Done), from, .. } => {
                    self.answered.insert((*client, *number));
                    self.answered_beside |= from.is_some_and(|from| leads_beside_an_older(sim, from));
                }
                _ => (),
            }
        }
        self.stepped_down && self.answered_beside && self.is_whole(sim)
    }

    /// All servers are up and have carried out the same, all that was answered with "done" included.
    fn is_whole(&self, sim: &Sim) -> bool {
        let Some(nodes) = sim.servers().map(|(_, server)| server.node.as_ref()).collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        let first = nodes[0].applied();
        nodes.iter().all(|node| {
            let carried_out = node.log().from(Index(1)).iter();
            let carried_out = carried_out.take_while(|entry| entry.id.index <= first).filter_map(|entry| {
                match entry.payload {
                    Payload::Request { client, number, .. } => Some((client, number)),
                    _ => None,
                }
            });
            let carried_out: Set<Asked> = carried_out.collect();
            // A snapshot takes the place of entries, but brings the answers along.
            let is_there = |(client, number): &Asked| {
                carried_out.contains(&(*client, *number))
                    || node.sessions().answer(*client, *number).is_some()
            };
            node.applied() == first && self.answered.iter().all(is_there)
        })
    }
}

/// Who leads which generation, or believes to.
fn leaders(sim: &Sim) -> Map<ServerId, Generation> {
    sim.leaders().map(|(id, node)| (id, node.generation())).collect()
}

fn leads_beside_a_newer(sim: &Sim, server: ServerId) -> bool {
    let leaders = leaders(sim);
    leaders.get(&server).is_some_and(|mine| leaders.values().any(|other| other > mine))
}

fn leads_beside_an_older(sim: &Sim, server: ServerId) -> bool {
    let leaders = leaders(sim);
    leaders.get(&server).is_some_and(|mine| leaders.values().any(|other| other < mine))
}
