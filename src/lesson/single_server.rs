//! Lesson 1: the limits of a single server.

use crate::command::Command;
use crate::frame::{Service, service};
use crate::node::ServerId;
use crate::shop::Item;
use crate::sim::hosts::Measure;
use crate::sim::{Options, Sim};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{CHEOLSU, learned, saw};
use super::{Choice, Curve, Figure, Goal, Lesson, LessonId, Setup, Step};

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
        Step::After(saw),
        // The gauges show two seconds: by then they have forgotten the crowd.
        Step::Later(2_500),
        Step::Stop,
    ]
}

/// How many users there are, in the figure: up to right below the limit.
const CROWDS: [u32; 11] =
    [1_000, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 90_000, 95_000];

/// How long a purchase takes at each load, in milliseconds: what is measured once the queues have formed, and what theory says of the
/// mean.
pub(super) fn figures() -> Vec<Figure> {
    let measured = CROWDS.map(|users| measure(0, users, Span::from_ms(20_000), Span::from_ms(60_000)));
    let ms = |span: Span| span.us() as f64 / 1_000.0;
    let curve = |name, is_theory, of: &dyn Fn(&Measured) -> Option<f64>| Curve {
        name,
        points: measured.iter().filter_map(|at| Some((f64::from(at.measure.users), of(at)?))).collect(),
        is_theory,
    };
    let expected = |at: &Measured| Some(at.service.as_ref()?.expects_us(at.measure.users)? as f64 / 1_000.0);
    let curves = vec![
        curve("mean", false, &|at| Some(ms(at.measure.took.mean()))),
        curve("most", false, &|at| at.measure.took.percentile(99).map(ms)),
        curve("theory", true, &expected),
    ];
    vec![Figure { name: "latency", by_tens: (false, true), curves }]
}

/// What comes of a load, and what theory needs to know of the machine.
pub(super) struct Measured {
    pub(super) measure: Measure,
    service: Option<Service>,
}

/// In the lesson's world with so many web servers and users: what is measured after a first time in which queues form.
pub(super) fn measure(web_servers: u8, users: u32, before: Span, span: Span) -> Measured {
    let setup = machines(web_servers, users);
    let mut sim = setup.world(setup.options.clone(), setup.rules, LessonId::SingleServer.seed(), |_, _| ());
    wait(&mut sim, before);
    // Told how many users there are, the machines begin to measure anew.
    sim.execute(&Command::Users { count: users }).expect("so many users are possible");
    wait(&mut sim, span);
    let hosts = sim.hosts().expect("a world without a cluster");
    Measured { measure: hosts.measure().clone(), service: service(hosts) }
}

fn wait(sim: &mut Sim, span: Span) {
    let until = sim.now() + span;
    while sim.next_due().is_some_and(|due| due <= until) {
        sim.step();
    }
    sim.pass_to(until);
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
