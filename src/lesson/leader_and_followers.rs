//! Lesson 4: leader and followers.

use crate::command::Command;
use crate::node::{ClientId, Index, Note, Place, ServerId, View, ViewNumber};
use crate::ordered::{Map, Set};
use crate::shop::{Account, Item, Owner, Prices};
use crate::sim::{Detail, Options, Sim, TraceEvent};
use crate::time::Span;

use super::goal::Challenge;
use super::signs::{A, B, C, CHEOLSU, D, E, all_answered, buy_at, saw};
use super::{Choice, Goal, Lesson, LessonId, Setup, Step, WrongWorld, led_by_a};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::LeaderAndFollowers,
    setup,
    script,
    pace: &["0.5", "0.5", "0.5", "0.5", "1"],
    second: None,
    predict: &[
        Choice { name: "as-fresh", world: Some(("reads", "any-server")) },
        Choice { name: "right", world: None },
        Choice { name: "waits-for-all", world: Some(("reads", "any-server")) },
        Choice { name: "all-write", world: Some(("writes", "any-server")) },
    ],
    wrong: &[
        WrongWorld { pattern: "writes", value: "any-server", breaks: Some("same-order") },
        WrongWorld { pattern: "reads", value: "any-server", breaks: Some("latest-is-latest") },
    ],
    goal: || Goal::new(Challenge::OldThenCurrent(OldThenCurrent::default())),
    par: 3,
    code: &["node/writes.rs", "node/reads.rs"],
    used: &[
        ("kafka", "https://kafka.apache.org/documentation/#replication"),
        ("mongodb", "https://www.mongodb.com/docs/manual/core/read-preference/"),
        ("etcd", "https://etcd.io/docs/v3.5/learning/api_guarantees/"),
        ("zookeeper", "https://zookeeper.apache.org/doc/current/zookeeperProgrammers.html"),
        ("cassandra", "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"),
    ],
    terms: &["leader", "follower", "client", "entry", "log", "committed", "majority", "heartbeat"],
    sources: &[
        (
            "Patterns of Distributed Systems: Leader and Followers",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/leader-follower.html",
        ),
        (
            "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.3 and 8",
            "https://raft.github.io/raft.pdf",
        ),
        ("Ongaro: Consensus: Bridging Theory and Practice, 6.4", "https://github.com/ongardie/dissertation"),
    ],
};

/// Cheolsu can pay for one thing only, and what A says reaches E late.
fn setup() -> Setup {
    let prices = Prices { shield: 10_000, ..Prices::default() };
    let led = led_by_a(Options { money: 10_000, prices, ..Options::default() });
    let late = (Place::Server(A), Place::Server(E), Span::from_ms(700));
    Setup { delays: vec![late], sessions: vec![CHEOLSU], ..led }
}

/// Two purchases at the same moment on two servers; then reads at servers that are behind and at some that are not.
///
/// The purchases begin half way between two beats: they are committed before the next one tells the followers so.
fn script() -> Vec<Step> {
    vec![
        Step::At(1_500),
        Step::Do(|_| Some(buy_at(B, Item::LegendarySword, 1))),
        Step::Do(|_| Some(buy_at(D, Item::MagicShield, 1))),
        Step::After(all_sent_on),
        Step::Stop,
        Step::After(all_answered),
        Step::Stop,
        Step::Do(|_| Some(Command::View { client: CHEOLSU, server: Some(E) })),
        Step::After(saw),
        Step::Stop,
        // Whoever asked E for something takes it for the leader until it says otherwise, and asks it for the latest value, too.
        Step::Do(|_| Some(buy_at(E, Item::MagicShield, 1))),
        Step::Do(|_| Some(Command::View { client: CHEOLSU, server: None })),
        Step::After(saw),
        Step::Stop,
        Step::After(|sim, event| all_answered(sim, event) && has_caught_up(sim, C)),
        Step::Do(|_| Some(Command::View { client: CHEOLSU, server: Some(C) })),
        Step::After(saw),
        Step::Stop,
        Step::After(|sim, _| has_caught_up(sim, E)),
        Step::Do(|_| Some(Command::View { client: CHEOLSU, server: Some(E) })),
        Step::After(saw),
        Step::Stop,
    ]
}

/// Every request that waits is on its way to the leader, or there.
fn all_sent_on(sim: &Sim, _: &TraceEvent) -> bool {
    let waiting =
        sim.clients().iter().flat_map(|client| &client.requests).filter_map(|request| request.waiting);
    waiting.into_iter().all(|waiting| Some(waiting.asked) == sim.leader())
}

/// That server has carried out everything that anybody has.
fn has_caught_up(sim: &Sim, server: ServerId) -> bool {
    let applied = |id: ServerId| sim.server(id).node.as_ref().map(|node| node.applied());
    sim.servers().all(|(id, _)| applied(id) <= applied(server))
}

/// How a value that is shown compares with the newest one at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    /// Something has happened to the account since.
    Old,
    /// It is true up to the last entry that anybody has carried out.
    Current,
    /// Nothing has happened to the account since, but elsewhere.
    Between,
}

/// The challenge: a customer is shown an old value by a server, and later, by the same server, the current one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OldThenCurrent {
    /// The last entry that anybody has carried out, and the accounts behind it.
    newest: Index,
    accounts: Map<Owner, Account>,
    /// What is on its way to whoever asked, or has been.
    shown: Map<(ClientId, ViewNumber, ServerId, Index), Age>,
    /// Who was shown something old, and by whom.
    old: Set<(ClientId, ServerId)>,
}

impl OldThenCurrent {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        self.learn_newest(sim);
        let mut done = false;
        for detail in &event.details {
            match detail {
                Detail::Noted { server, note: Note::Shows { client, number, as_of, latest: false } } => {
                    let age = self.age(sim, *server, client.owner(), *as_of);
                    self.shown.get_or_insert((*client, *number, *server, *as_of), age);
                }
                Detail::Saw { client, number, server, latest: false, view: View { as_of, .. } } => {
                    match self.shown.get(&(*client, *number, *server, *as_of)) {
                        Some(Age::Old) => drop(self.old.insert((*client, *server))),
                        Some(Age::Current) => done |= self.old.contains(&(*client, *server)),
                        _ => (),
                    }
                }
                _ => (),
            }
        }
        done
    }

    fn learn_newest(&mut self, sim: &Sim) {
        for node in sim.servers().filter_map(|(_, server)| server.node.as_ref()) {
            if node.applied() > self.newest {
                self.newest = node.applied();
                self.accounts = node.shop().accounts().clone();
            }
        }
    }

    fn age(&self, sim: &Sim, server: ServerId, owner: Owner, as_of: Index) -> Age {
        let node = sim.server(server).node.as_ref();
        let shown = node.and_then(|node| node.shop().accounts().get(&owner));
        match () {
            () if as_of == self.newest => Age::Current,
            () if shown != self.accounts.get(&owner) => Age::Old,
            () => Age::Between,
        }
    }
}
