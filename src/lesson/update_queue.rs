//! Lesson 9: singular update queue.

use crate::command::Command;
use crate::node::{ClientId, Note, Payload, Place, RequestNumber, Rules, ServerId};
use crate::ordered::Set;
use crate::shop::{Item, Outcome, Shop};
use crate::sim::{Answer, Detail, Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{A, noted_at};
use super::{Choice, Curve, Figure, Goal, Lesson, LessonId, Setup, Step, WrongWorld, led_by_a};

/// How many buyers there are.
const BUYERS: u8 = 20;

/// How many requests may wait in line.
const LIMIT: u32 = 5;

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::UpdateQueue,
    setup,
    script,
    pace: &["0.1", "0.1", "0.1", "0.25", "0.25", "1"],
    second: None,
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "accepted", world: Some(("queue", "answer-on-enqueue")) },
        Choice { name: "one-by-one", world: Some(("queue", "one-at-a-time")) },
        Choice { name: "all-at-once", world: Some(("queue", "many-writers")) },
    ],
    wrong: &[
        WrongWorld { pattern: "queue", value: "one-at-a-time", breaks: None },
        WrongWorld { pattern: "queue", value: "answer-on-enqueue", breaks: Some("done-is-kept") },
        WrongWorld { pattern: "queue", value: "many-writers", breaks: Some("money-and-goods") },
    ],
    goal: || Goal::new(Challenge::EverybodyServed(EverybodyServed::default())),
    par: 4,
    code: &["node/update_queue.rs"],
    used: &[
        (
            "zookeeper",
            "https://zookeeper.apache.org/doc/current/apidocs/zookeeper-server/org/apache/zookeeper/server/RequestProcessor.html",
        ),
        ("etcd", "https://pkg.go.dev/go.etcd.io/raft/v3"),
        ("kafka", "https://github.com/apache/kafka/pull/2816"),
        ("redis", "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/"),
    ],
    terms: &["client", "leader", "entry", "durable", "committed", "update-queue"],
    sources: &[
        (
            "Patterns of Distributed Systems: Singular Update Queue",
            "https://martinfowler.com/articles/patterns-of-distributed-systems/singular-update-queue.html",
        ),
        (
            "Ongaro: Consensus: Bridging Theory and Practice, 10.2.2",
            "https://github.com/ongardie/dissertation",
        ),
    ],
};

/// Everything has a fixed delay: a follower holds an entry 50 ms (the way) + 100 ms (its sync) after the leader has sent it, and its
/// acknowledgement is back after another 50. Customers are a millisecond away.
fn setup() -> Setup {
    let options = Options {
        customers: BUYERS,
        money: 10_000,
        sync: Span::from_ms(100),
        latency: Span::from_ms(50),
        jitter: Span::ZERO,
        entries_per_append: 64,
        queue_limit: LIMIT,
        tells_accepted: true,
        ..Options::default()
    };
    let near = |client: ClientId, server: ServerId| {
        let (client, server) = (Place::Client(client), Place::Server(server));
        [(client, server, Span::from_ms(1)), (server, client, Span::from_ms(1))]
    };
    let buyers = || (1..=BUYERS).map(ClientId::of_customer);
    let delays = buyers()
        .flat_map(|client| ServerId::all(options.servers).flat_map(move |server| near(client, server)));
    let delays = delays.collect();
    Setup { delays, sessions: buyers().collect(), ..led_by_a(options) }
}

/// Three purchases, a millisecond apart; then one buyer who asks for two things and has money for one; then a request that is still in
/// line when the leader crashes.
fn script() -> Vec<Step> {
    fn buy(customer: u8) -> Option<Command> {
        let (client, item) = (ClientId::of_customer(customer), Item::LegendarySword);
        Some(Command::Buy { client, item, count: None, server: None })
    }
    vec![
        Step::At(0),
        Step::Do(|_| buy(1)),
        Step::At(1),
        Step::Do(|_| buy(2)),
        Step::At(2),
        Step::Do(|_| buy(3)),
        Step::After(|_, event| is_queued(event, 3)),
        Step::Stop,
        Step::After(|_, event| noted_at(event, A, |note| matches!(note, Note::Appends { .. }))),
        Step::Stop,
        Step::After(|_, event| is_committed(event, 1)),
        Step::After(|_, event| is_committed(event, 3)),
        Step::Stop,
        Step::At(1_000),
        Step::Do(|_| buy(4)),
        Step::Do(|_| buy(4)),
        Step::After(|_, event| hears(event, 4, Answer::Outcome(Outcome::NotEnoughMoney))),
        Step::Stop,
        Step::At(2_000),
        Step::Do(|_| buy(5)),
        Step::At(2_001),
        Step::Do(|_| buy(6)),
        Step::After(|_, event| hears(event, 6, Answer::Accepted)),
        Step::Do(|_| Some(Command::Crash { server: A })),
        Step::Stop,
        Step::After(|_, event| hears(event, 6, Answer::Outcome(Outcome::Done))),
        Step::Later(1_500),
        Step::Stop,
    ]
}

fn is_queued(event: &TraceEvent, customer: u8) -> bool {
    let of = ClientId::of_customer(customer);
    noted_at(event, A, |note| matches!(note, Note::Queues { client, .. } if *client == of))
}

fn is_committed(event: &TraceEvent, customer: u8) -> bool {
    let of = ClientId::of_customer(customer);
    noted_at(event, A, |note| {
        let Note::Applies { entry, .. } = note else { return false };
        matches!(entry.payload, Payload::Request { client, .. } if client == of)
    })
}

fn hears(event: &TraceEvent, customer: u8, what: Answer) -> bool {
    let of = ClientId::of_customer(customer);
    let it = |detail: &Detail| matches!(detail, Detail::Learned { client, answer, .. } if *client == of && *answer == what);
    event.details.iter().any(it)
}

/// The challenge: every buyer is told "done" of something that was carried out by then and had waited in a line of at most [`LIMIT`], and
/// nobody's account has fallen below zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EverybodyServed {
    /// Requests that were accepted while the limit was in force.
    accepted: Set<(ClientId, RequestNumber)>,
    carried_out: Set<(ClientId, RequestNumber)>,
    served: Set<ClientId>,
    overdrawn: bool,
}

impl EverybodyServed {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        for detail in &event.details {
            match detail {
                Detail::Noted { note: Note::Queues { client, number, waiting }, .. }
                    if sim.options().queue_limit <= LIMIT && *waiting <= LIMIT =>
                {
                    self.accepted.insert((*client, *number));
                }
                Detail::Noted { server, note: Note::Applies { entry, outcome, .. } } => {
                    if let (Payload::Request { client, number, .. }, Some(Outcome::Done)) =
                        (entry.payload, outcome)
                    {
                        self.carried_out.insert((client, number));
                    }
                    self.overdrawn |= sim.shop(*server).is_some_and(Shop::is_overdrawn);
                }
                Detail::Learned { client, number, answer: Answer::Outcome(Outcome::Done), .. } => {
                    let request = (*client, *number);
                    if self.accepted.contains(&request) && self.carried_out.contains(&request) {
                        self.served.insert(*client);
                    }
                }
                _ => (),
            }
        }
        !self.overdrawn && self.served.len() == usize::from(BUYERS)
    }
}

/// How many users ask at the same moment, in the figures.
const CROWDS: [u32; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/// So many users ask at the same moment: how long until the last one's request is committed, and how many a second that makes.
pub(super) fn figures() -> Vec<Figure> {
    let curves = [("one-at-a-time", "one-at-a-time"), ("batched", "batched")].map(|(name, value)| {
        let measured = CROWDS
            .map(|users| (f64::from(users), until_all_are_committed(value, users).us() as f64 / 1_000_000.0));
        (name, measured)
    });
    let figure = |name, of: fn(&(f64, f64)) -> (f64, f64)| Figure {
        name,
        by_tens: (true, true),
        curves: curves
            .iter()
            .map(|(name, measured)| Curve {
                name,
                points: measured.iter().map(of).collect(),
                is_theory: false,
            })
            .collect(),
    };
    vec![
        figure("latency", |point| *point),
        figure("throughput", |(users, seconds)| (*users, users / seconds)),
    ]
}

/// In the lesson's world, with a line that is long enough and clients who are patient enough: the time from the moment at which the leader
/// is asked by so many users until the last request is committed.
pub fn until_all_are_committed(queue: &str, users: u32) -> Span {
    let setup = setup();
    let patience = Span::from_ms(3_600_000);
    let options = Options {
        queue_limit: users,
        money: u64::from(users) * 10_000,
        stock: u64::from(users),
        patience,
        ..setup.options.clone()
    };
    let mut rules = Rules::default();
    rules.set("queue", queue).expect("a rule of this pattern");
    let mut sim = setup.world(options, rules, LessonId::UpdateQueue.seed(), |_, _| ());
    for user in 0..users {
        let client = ClientId::of_customer(1 + (user % u32::from(BUYERS)) as u8);
        let wish = Command::Buy { client, item: Item::LegendarySword, count: None, server: None };
        sim.execute(&wish).expect("a customer can ask");
    }
    let (mut asked_at, mut committed) = (None, 0);
    loop {
        let event = sim.step().expect("there is always something to do");
        for detail in &event.details {
            match detail {
                Detail::Noted { note: Note::Queues { .. }, .. } => drop(asked_at.get_or_insert(event.at)),
                Detail::Noted { server: A, note: Note::Applies { outcome: Some(_), .. } } => committed += 1,
                _ => (),
            }
        }
        if committed == users {
            return event.at.since(asked_at.unwrap_or(Time::ZERO));
        }
    }
}
