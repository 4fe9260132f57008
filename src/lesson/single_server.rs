//! Lesson 1: the limits of a single server.

use crate::command::Command;
use crate::node::ServerId;
use crate::shop::Item;
use crate::sim::{Detail, Options, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::CHEOLSU;
use super::{Choice, Goal, Lesson, LessonId, Setup, Step};

/// The lesson. It has no wrong world: nothing is done wrong here, there is only too little of it.
pub const LESSON: Lesson = Lesson {
    id: LessonId::SingleServer,
    setup: || machines(0, 1_000),
    script,
    pace: &["1"],
    second: None,
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "twice", world: None },
        Choice { name: "unchanged", world: None },
        Choice { name: "turned-away", world: None },
    ],
    wrong: &[],
    goal: || Goal::new(Challenge::HighestLoad(HighestLoad)),
    par: 1,
    code: &["sim/hosts/host.rs", "sim/hosts/way.rs"],
    used: &[
        ("tomcat", "https://tomcat.apache.org/tomcat-10.1-doc/config/http.html"),
        ("postgresql", "https://www.postgresql.org/docs/current/runtime-config-connection.html"),
        ("sre", "https://sre.google/sre-book/addressing-cascading-failures/"),
    ],
    terms: &["load", "queue", "latency", "percentile", "crash"],
    sources: &[
        ("Jackson: Networks of Waiting Lines (1957)", "https://doi.org/10.1287/opre.5.4.518"),
        ("Site Reliability Engineering: Handling Overload", "https://sre.google/sre-book/handling-overload/"),
    ],
};

/// A world without a cluster: so many web servers before a database, or none and one machine that does everything. Nothing limits
/// its queues but its memory. It has been running for two seconds when the lesson begins.
pub(super) fn machines(web_servers: u8, users: u32) -> Setup {
    let options = Options { servers: 0, web_servers, users, queue_limit: u32::MAX, ..Options::default() };
    Setup { options, begin: Time::from_ms(-2_000), ..Setup::default() }
}

/// Nearly idle, half busy, nearly full, far too much; the server goes down, and comes back to a load that it can bear.
fn script() -> Vec<Step> {
    vec![
        Step::At(1_000),
        Step::Do(|_| {
            Some(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None })
        }),
        Step::After(learned),
        Step::Stop,
        Step::Do(|_| Some(Command::Users { count: 50_000 })),
        Step::Later(2_000),
        Step::Stop,
        Step::Do(|_| Some(Command::Users { count: 95_000 })),
        Step::Later(3_000),
        Step::Stop,
        Step::Do(|_| Some(Command::Users { count: 1_000_000 })),
        Step::Later(2_000),
        Step::Stop,
        Step::Do(|_| Some(Command::Burst { count: 100_000 })),
        Step::Later(500),
        Step::Do(|_| Some(Command::Burst { count: 150_000 })),
        Step::Stop,
        Step::Later(300),
        Step::Do(|_| Some(Command::Users { count: 50_000 })),
        Step::Do(|_| Some(Command::Restart { server: ServerId::SINGLE })),
        Step::Later(200),
        Step::Do(|_| Some(Command::View { client: CHEOLSU, server: None })),
        Step::After(|_, event| event.details.iter().any(|detail| matches!(detail, Detail::Saw { .. }))),
        Step::Later(1_000),
        Step::Stop,
    ]
}

pub(super) fn learned(_: &Sim, event: &TraceEvent) -> bool {
    event.details.iter().any(|detail| matches!(detail, Detail::Learned { .. }))
}

/// The users that the challenge asks for at least: close to where the 99th percentile is three times that of an idle server.
const USERS_WANTED: u32 = 60_000;

/// Three times the 99th percentile of an idle server, which is a bit more than 4 ms.
const P99_MOST: Span = Span::from_ms(13);

/// For how long the load must be borne.
const HELD: Span = Span::from_ms(10_000);

/// The challenge: a high load under which hardly anybody waits long, held for ten seconds in which nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HighestLoad;

impl HighestLoad {
    pub(super) fn see(&self, sim: &Sim) -> bool {
        let Some(measure) = sim.hosts().map(|hosts| hosts.measure()) else { return false };
        let long_enough = sim.now().since(measure.since) >= HELD && measure.users >= USERS_WANTED;
        long_enough && measure.failed == 0 && measure.took.percentile(99).is_some_and(|p99| p99 < P99_MOST)
    }
}
