//! Lesson 8: high-water mark. Its second part is figure 8 of the Raft paper.

use std::cmp::Reverse;

use crate::command::{Command, Timed};
use crate::node::{EntryId, Generation, Index, Node, Note, Place, Role, ServerId, held_by, majority};
use crate::ordered::{Map, sort_by_key};
use crate::shop::Item;
use crate::sim::{Detail, Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{A, B, C, CHEOLSU, D, E, beats, leads, learned, noted_at};
use super::{Choice, Goal, Lesson, LessonId, Part, Setup, Step, WrongWorld};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::HighWaterMark,
    setup,
    script,
    pace: &["0.1", "0.1", "0.1", "0.25", "0.5", "1"],
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "lost", world: Some(("commit", "index-only")) },
        Choice { name: "as-soon-as-written", world: Some(("mark", "apply-on-append")) },
        Choice { name: "what-the-leader-names", world: Some(("mark", "blind")) },
    ],
    wrong: &[
        WrongWorld { pattern: "mark", value: "blind", breaks: Some("same-order") },
        WrongWorld { pattern: "mark", value: "apply-on-append", breaks: Some("same-order") },
        WrongWorld { pattern: "mark", value: "never-told", breaks: None },
    ],
    second: Some(Part {
        script: figure_8,
        pace: &["1"],
        wrong: &[WrongWorld { pattern: "commit", value: "index-only", breaks: Some("committed-stays") }],
    }),
    goal: || Goal::new(Challenge::LostThenHeldBack(LostThenHeldBack::default())),
    par: 8,
    code: &["node/high_water_mark.rs", "node/majority_quorum.rs"],
    used: &[
        ("kafka", "https://kafka.apache.org/documentation/#replication"),
        ("etcd", "https://github.com/etcd-io/raft/blob/main/raft.go"),
        ("hashicorp", "https://github.com/hashicorp/raft/blob/main/commitment.go"),
        ("mongodb", "https://www.mongodb.com/docs/manual/reference/read-concern-majority/"),
    ],
    terms: &[
        "entry",
        "log",
        "acknowledgement",
        "majority",
        "committed",
        "high-water-mark",
        "heartbeat",
        "generation",
    ],
    sources: &[
        (
            "Patterns of Distributed Systems: High-Water Mark",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/high-watermark.html",
        ),
        (
            "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.4.2 and figure 8",
            "https://raft.github.io/raft.pdf",
        ),
        (
            "A model of Raft that believed the bare number",
            "https://github.com/ongardie/runway-model-raft/issues/4",
        ),
        ("Howard, Malkhi, Spiegelman: Flexible Paxos", "https://arxiv.org/abs/1608.06696"),
    ],
};

/// The logs at time 0: A, B and C end in entry 5, D in 3, E in 4, and everybody has carried out 2. What the followers have to say of 3
/// to 5 is on its way to A.
///
/// Until then the other direction takes 2 ms, so that this comes out with every seed; and A beats so slowly that its next beat can be
/// brought to 800 ms.
fn setup() -> Setup {
    let options = Options { heartbeat: Span::from_ms(3_000), entries_per_append: 1, ..Options::default() };
    let back = |(server, ms)| (Place::Server(server), Place::Server(A), Span::from_ms(ms));
    let delays = [(B, 120), (C, 130), (D, 140), (E, 150)].map(back).to_vec();
    let cut = |to| Command::Cut { from: A, to, both: false };
    let heal = |to| Command::Heal { from: A, to, both: false };
    let pace = Command::Pace { heartbeat_ms: Some(1_000), election_ms: None, sync_ms: None };
    let prelude = [
        (BEGIN_MS, network(2, 0)),
        (BEGIN_MS, Command::TimeOut { server: A }),
        (-200, pace),
        // A writes one after the other: each waits until the one before is on its disk, for 20 ms.
        (-72, buy(Item::MagicShield)),
        (-67, cut(D)),
        (-57, buy(Item::MagicShield)),
        (-47, cut(E)),
        (-47, buy(Item::MagicShield)),
        (-25, heal(D)),
        (-25, heal(E)),
        (-25, network(100, 100)),
    ];
    let prelude = prelude.map(|(ms, command)| Timed { at: Time::from_ms(ms), command }).to_vec();
    let begin = Time::from_ms(BEGIN_MS);
    Setup { options, delays, begin, prelude, sessions: vec![CHEOLSU], ..Setup::default() }
}

/// When the servers start.
const BEGIN_MS: i64 = -2_000;

fn network(latency_ms: u32, jitter_ms: u32) -> Command {
    let (latency_ms, jitter_ms) = (Some(latency_ms), Some(jitter_ms));
    Command::Network { loss_percent: None, latency_ms, jitter_ms, reorder: None }
}

fn buy(item: Item) -> Command {
    Command::Buy { client: CHEOLSU, item, count: None, server: Some(A) }
}

/// The mark rises to 4, to 5 when C's acknowledgement comes, and walks on to the followers with the heartbeat. Then an answered purchase
/// outlives its leader before anybody was told that it is committed, and D comes back with an entry that was not.
fn script() -> Vec<Step> {
    vec![
        Step::At(20),
        Step::Do(|_| Some(Command::Hold { from: C, to: A })),
        Step::Stop,
        Step::After(|sim, _| places(sim, A) == [5, 5, 4, 3, 2]),
        Step::Stop,
        Step::Later(300),
        Step::Do(|_| Some(Command::Release { from: C, to: A })),
        Step::After(|sim, _| mark(sim, A) == 5),
        Step::Stop,
        Step::After(|sim, _| {
            [(B, 5), (C, 5), (D, 3), (E, 4)].iter().all(|(id, upto)| mark(sim, *id) >= *upto)
        }),
        Step::Stop,
        Step::After(|sim, _| ServerId::all(5).all(|id| mark(sim, id) == 5)),
        Step::After(beats),
        Step::Later(50),
        Step::Do(|_| Some(buy(Item::LegendarySword))),
        Step::After(learned),
        Step::Do(|_| Some(Command::Partition { groups: vec![vec![A, D], vec![B, C, E]], customers: None })),
        Step::Do(|_| Some(buy(Item::MagicShield))),
        Step::After(|sim, _| durable(sim, D) == 7),
        Step::Do(|_| Some(Command::Crash { server: A })),
        Step::Stop,
        Step::After(leads),
        Step::Later(1_500),
        Step::Do(|_| Some(Command::HealAll)),
        // It asks around, and so hears of the new generation before the leader's next beat.
        Step::Do(|_| Some(Command::TimeOut { server: D })),
        Step::After(|sim, _| mark(sim, D) >= 7),
        Step::Later(200),
        Step::Stop,
    ]
}

/// Figure 8 of the Raft paper, at entry 6: A brings it to B only, E leads a generation that only E writes in, and A, back again, brings
/// the old entry to a majority. Then E returns and replaces it.
fn figure_8() -> Vec<Step> {
    fn partition(groups: Vec<Vec<ServerId>>) -> Option<Command> {
        Some(Command::Partition { groups, customers: None })
    }
    // Only who reaches both of the others can be elected.
    fn cut(one: ServerId, other: ServerId) -> Option<Command> {
        Some(Command::Cut { from: one, to: other, both: true })
    }
    fn time_out(server: ServerId) -> Option<Command> {
        Some(Command::TimeOut { server })
    }
    vec![
        Step::After(|sim, _| ServerId::all(5).all(|id| mark(sim, id) == 5)),
        Step::After(beats),
        Step::Later(250),
        Step::Do(|_| partition(vec![vec![A, B], vec![C, D, E]])),
        Step::Do(|_| Some(buy(Item::LegendarySword))),
        Step::After(|sim, _| durable(sim, B) == 6),
        Step::Do(|_| Some(Command::Crash { server: A })),
        Step::Do(|_| cut(C, D)),
        Step::Stop,
        // Three seconds after the last beat that reached them C and D believe that their leader is gone; E's own timer has hardly run out.
        Step::At(5_010),
        Step::Do(|_| time_out(E)),
        Step::After(|sim, _| sim.leader() == Some(E)),
        Step::After(|sim, _| durable(sim, E) == 6),
        Step::Do(|_| Some(Command::Crash { server: E })),
        Step::Do(|_| partition(Vec::new())),
        Step::Stop,
        Step::Later(500),
        Step::Do(|_| Some(Command::Restart { server: A })),
        Step::Do(|_| partition(vec![vec![A, B, C]])),
        Step::Do(|_| cut(B, C)),
        Step::Do(|_| time_out(A)),
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::AdoptsGeneration { .. }))),
        Step::Do(|_| time_out(A)),
        Step::After(|sim, _| sim.leader() == Some(A)),
        Step::Do(|_| Some(Command::Retry { client: CHEOLSU })),
        Step::After(|sim, _| places(sim, A).get(2) == Some(&6)),
        Step::Do(|_| cut(A, C)),
        Step::Stop,
        Step::Later(500),
        Step::Do(|_| Some(Command::Crash { server: A })),
        Step::Do(|_| Some(Command::Restart { server: E })),
        Step::Do(|_| partition(vec![vec![C, D, E]])),
        Step::Do(|_| cut(C, D)),
        Step::Later(2_700),
        Step::Do(|_| time_out(E)),
        Step::After(|_, event| noted_at(event, E, |note| matches!(note, Note::AdoptsGeneration { .. }))),
        Step::Do(|_| time_out(E)),
        Step::After(|sim, _| sim.leader() == Some(E)),
        Step::After(|_, event| noted_at(event, C, |note| matches!(note, Note::Truncates { .. }))),
        Step::Stop,
        Step::Later(300),
        Step::Do(|_| Some(Command::HealAll)),
        Step::Do(|_| Some(Command::Restart { server: A })),
        Step::After(|sim, _| ServerId::all(5).all(|id| mark(sim, id) == 7)),
        Step::Do(|_| Some(Command::Retry { client: CHEOLSU })),
        Step::After(learned),
        Step::Later(1_500),
        Step::Stop,
    ]
}

fn node(sim: &Sim, server: ServerId) -> Option<&Node> {
    sim.server(server).node.as_ref()
}

fn mark(sim: &Sim, server: ServerId) -> u64 {
    node(sim, server).map_or(0, |node| node.mark().0)
}

fn durable(sim: &Sim, server: ServerId) -> u64 {
    node(sim, server).map_or(0, |node| node.log().durable().0)
}

/// Up to where each server holds the log of that leader, as far as the leader knows, the furthest first; nothing of who does not lead.
fn places(sim: &Sim, leader: ServerId) -> Vec<u64> {
    let Some(node) = node(sim, leader) else { return Vec::new() };
    let Role::Leader(known) = node.role() else { return Vec::new() };
    let mut places: Vec<u64> = known.held().iter().map(|index| index.0).collect();
    places.push(node.log().durable().0);
    sort_by_key(&mut places, |place| Reverse(*place));
    places
}

/// The challenge: an entry of an older generation that was committed by counting is lost; and another one, on a majority just so, was
/// held back until an entry of the leader's own generation committed it, or until a later leader replaced what nobody had relied on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LostThenHeldBack {
    /// Entries of older generations that were committed by counting, and the generation in which that was.
    counted: Map<EntryId, Generation>,
    /// Entries of older generations that a leader knew on a majority and did not commit, and its generation.
    held_back: Map<EntryId, Generation>,
    was_lost: bool,
    was_safe: bool,
}

impl LostThenHeldBack {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        for detail in &event.details {
            let Detail::Noted { server, note } = detail else { continue };
            let Some(node) = node(sim, *server) else { continue };
            match note {
                Note::MarkRises { mark, decided: true } => self.commits(node, *mark),
                Note::Leads { generation, .. } => self.leads(node, *generation),
                _ => (),
            }
        }
        for (_, server) in sim.servers() {
            let old = server.node.as_ref().and_then(|node| Some((held_back(node)?, node.generation())));
            self.held_back.extend(old.filter(|(id, _)| !self.counted.contains_key(id)));
        }
        self.was_lost && self.was_safe
    }

    fn commits(&mut self, leader: &Node, mark: Index) {
        let Some(id) = leader.log().id_at(mark) else { return };
        if id.generation < leader.generation() {
            self.held_back.remove(&id);
            self.counted.get_or_insert(id, leader.generation());
        } else {
            self.was_safe |=
                self.held_back.keys().any(|held| held.index <= mark && leader.log().holds(*held));
        }
    }

    fn leads(&mut self, leader: &Node, generation: Generation) {
        let lacks = |(id, before): (&EntryId, &Generation)| *before < generation && !leader.log().holds(*id);
        self.was_lost |= self.counted.iter().any(lacks);
        self.was_safe |= self.held_back.iter().any(lacks);
    }
}

/// The entry of an older generation that this leader knows on a majority, if that is how far it has got.
fn held_back(node: &Node) -> Option<EntryId> {
    let Role::Leader(leader) = node.role() else { return None };
    let mut places = leader.held();
    places.push(node.log().durable());
    let proven = held_by(majority(node.config().servers), &mut places);
    let id = node.log().id_at(proven)?;
    (node.mark() < proven && id.generation < node.generation()).then_some(id)
}
