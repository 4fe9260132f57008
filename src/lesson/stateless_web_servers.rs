//! Lesson 2: business logic apart from data.

use crate::command::Command;
use crate::node::{ServerId, WEB_SERVERS_MAX};
use crate::shop::Item;
use crate::sim::hosts::Hosts;
use crate::sim::{Detail, Sim, TraceEvent};
use crate::time::{Span, Time};

use super::goal::Challenge;
use super::signs::{CHEOLSU, learned, saw};
use super::single_server::{machines, measure};
use super::{Choice, Curve, Figure, Goal, Lesson, LessonId, Step, WrongWorld};

/// The lesson.
pub const LESSON: Lesson = Lesson {
    id: LessonId::StatelessWebServers,
    setup: || machines(5, 100_000),
    script,
    pace: &["1"],
    second: None,
    predict: &[
        Choice { name: "right", world: None },
        Choice { name: "nowhere", world: Some(("web-state", "in-web-servers")) },
        Choice { name: "at-the-web-servers", world: Some(("web-state", "in-web-servers")) },
        Choice { name: "five-times", world: Some(("web-state", "in-web-servers")) },
    ],
    wrong: &[WrongWorld { pattern: "web-state", value: "in-web-servers", breaks: Some("latest-is-latest") }],
    goal: || Goal::new(Challenge::FewestWebServers(FewestWebServers::default())),
    par: 3,
    code: &["sim/hosts/way.rs", "sim/hosts/life.rs"],
    used: &[
        ("twelve-factor", "https://12factor.net/processes"),
        ("nginx", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_next_upstream"),
        (
            "aws",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        ),
    ],
    terms: &["stateless", "bottleneck", "throughput", "queue", "load", "crash"],
    sources: &[
        ("The Twelve-Factor App: Processes", "https://12factor.net/processes"),
        (
            "Site Reliability Engineering: Addressing Cascading Failures",
            "https://sre.google/sre-book/addressing-cascading-failures/",
        ),
    ],
};

/// A purchase here is seen there; then more load than the database can bear; a web server dies and nothing is lost; more web servers, which
/// do not help, and no database.
fn script() -> Vec<Step> {
    vec![
        Step::At(500),
        Step::Do(|_| {
            Some(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None })
        }),
        Step::After(learned),
        Step::Stop,
        Step::Later(200),
        Step::Do(|sim| Some(Command::View { client: CHEOLSU, server: Some(another_web_server(sim)) })),
        Step::After(saw),
        Step::Stop,
        Step::Do(|_| Some(Command::Users { count: 400_000 })),
        Step::Later(2_000),
        Step::Stop,
        Step::Do(|sim| Some(Command::Crash { server: another_web_server(sim) })),
        Step::Later(1_500),
        Step::Stop,
        Step::Do(|_| Some(Command::WebServers { count: 8 })),
        Step::Later(2_000),
        Step::Stop,
        Step::Do(|_| Some(Command::Crash { server: ServerId::DATABASE })),
        Step::Later(500),
        Step::Stop,
    ]
}

/// A web server that Cheolsu has not asked last.
fn another_web_server(sim: &Sim) -> ServerId {
    let asked = sim.clients().iter().find(|client| client.id == CHEOLSU).map(|client| client.asks);
    if asked == Some(ServerId::web(1)) { ServerId::web(2) } else { ServerId::web(1) }
}

/// More users than the database can serve, in the figure.
const CROWD: u32 = 400_000;

/// How many requests are answered a second, by the number of web servers, while more come than the database can bear.
pub(super) fn figures() -> Vec<Figure> {
    let span = Span::from_ms(3_000);
    let answered = |web_servers: u8| {
        let took = measure(web_servers, CROWD, Span::from_ms(1_000), span).measure.took;
        (f64::from(web_servers), (took.count() * 1_000 / span.ms()) as f64)
    };
    let points = (1..=WEB_SERVERS_MAX).map(answered).collect();
    let curves = vec![Curve { name: "answered", points, is_theory: false }];
    vec![Figure { name: "throughput", by_tens: (false, false), curves }]
}

/// Web servers of which fewer would be the bottleneck.
const FEWEST: u8 = 2;

/// Requests answered a second when the database is the bottleneck, nearly.
const HIGHEST: u32 = 2_850;

/// For how long the throughput is measured.
const MEASURED: Span = Span::from_ms(3_000);

/// For how long nothing may be lost after the crash.
const SURVIVED: Span = Span::from_ms(2_000);

/// The challenge: two web servers make as many answers as the database can give; then one of them crashes, and no request is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FewestWebServers {
    /// Two were enough; so many requests had been lost by then.
    found_at: Option<u64>,
    crashed_at: Option<Time>,
}

impl FewestWebServers {
    pub(super) fn see(&mut self, sim: &Sim, event: &TraceEvent) -> bool {
        let Some(hosts) = sim.hosts() else { return false };
        let failed = hosts.totals().failed;
        if self.found_at.is_some_and(|before| before < failed) {
            *self = FewestWebServers::default();
        }
        if self.found_at.is_some() && crashes_a_web_server(event) {
            self.crashed_at.get_or_insert(event.at);
        }
        if self.found_at.is_none() && is_highest_with_fewest(hosts, event.at) {
            self.found_at = Some(failed);
        }
        self.crashed_at.is_some_and(|crashed| event.at.since(crashed) >= SURVIVED)
    }
}

fn is_highest_with_fewest(hosts: &Hosts, now: Time) -> bool {
    let measure = hosts.measure();
    let long_enough = measure.web_servers == FEWEST && now.since(measure.since) >= MEASURED;
    long_enough && measure.point(now).is_some_and(|point| point.answered >= HIGHEST)
}

fn crashes_a_web_server(event: &TraceEvent) -> bool {
    let is_it =
        |detail: &Detail| matches!(detail, Detail::Crashed { server } if server.web_number().is_some());
    event.details.iter().any(is_it)
}
