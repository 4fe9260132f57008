//! The machines of a world without a cluster, turned into what is seen of them: the part of [`super::build`] that is about them.

use crate::node::ServerId;
use crate::shop::Shop;
use crate::sim::Sim;
use crate::sim::hosts::{
    Books, Host as SimHost, Hosts, Kind, MEMORY_KB, Point as SimPoint, Reading, Resource, Step, THINKS,
};
use crate::time::Span;

use super::build::of_shop;
use super::hosts::{Host, HostKind, Load, Point, ResourceKind, Service, Station, StepKind};
use super::{KeptAnswer, REQUESTS_MAX};

/// All machines: the one, or web servers before the database.
pub fn hosts(sim: &Sim) -> Vec<Host> {
    let Some(hosts) = sim.hosts() else { return Vec::new() };
    let (database, others): (Vec<&SimHost>, Vec<&SimHost>) =
        hosts.iter().partition(|host| host.kind == Kind::Database);
    others.into_iter().chain(database).map(|host| self::host(sim, hosts, host)).collect()
}

/// The books of each machine that runs and keeps any.
fn books(sim: &Sim) -> impl Iterator<Item = (ServerId, &Books)> {
    let up = sim.hosts().into_iter().flat_map(Hosts::iter).filter(|host| host.up);
    up.filter_map(|host| Some((host.id, host.books.as_ref()?)))
}

/// The shop as each machine that keeps books has it.
pub fn shops(sim: &Sim) -> impl Iterator<Item = (ServerId, &Shop)> {
    books(sim).map(|(id, books)| (id, books.shop()))
}

/// The answers that machines keep, of each client the newest.
pub fn kept_answers(sim: &Sim) -> impl Iterator<Item = KeptAnswer> {
    books(sim).flat_map(|(server, books)| {
        let kept: Vec<KeptAnswer> = books
            .kept()
            .map(|(client, number, outcome)| KeptAnswer {
                server,
                client,
                number: number.0,
                answer: of_shop(outcome),
            })
            .collect();
        let newest = |of_one: &[KeptAnswer]| of_one[of_one.len().saturating_sub(REQUESTS_MAX)..].to_vec();
        let by_client = kept.chunk_by(|one, other| one.client == other.client);
        by_client.flat_map(newest).collect::<Vec<_>>()
    })
}

/// The load and what its users see.
pub fn load(sim: &Sim) -> Option<Load> {
    let hosts = sim.hosts()?;
    let reading = hosts.reading(sim.now());
    let totals = hosts.totals();
    let (p50_us, p99_us) = percentiles(&reading);
    Some(Load {
        users: sim.options().users,
        web_servers: sim.options().web_servers,
        queue_limit: sim.options().queue_limit,
        service: service(hosts),
        arrived: reading.arrived,
        answered: reading.answered,
        failed: reading.failed,
        p50_us,
        p99_us,
        waiting: hosts.requests() as u32,
        answered_in_all: totals.answered,
        failed_in_all: totals.failed,
        points: hosts.points().iter().map(point).collect(),
        point: hosts.measure().point(sim.now()).as_ref().map(point),
    })
}

/// What theory needs to know of the one machine that does everything; none where there are several.
pub fn service(hosts: &Hosts) -> Option<Service> {
    let works = hosts.get(ServerId::SINGLE)?.kind.works();
    let of = |resource| {
        let works = works.iter().filter(|work| work.resource == resource);
        works.map(|work| work.mean.us()).sum()
    };
    Some(Service { thinks_us: THINKS.us(), works_us: vec![of(Resource::Cpu), of(Resource::Disk)] })
}

fn host(sim: &Sim, hosts: &Hosts, host: &SimHost) -> Host {
    let reading = hosts.reading_at(host, sim.now());
    let busy = |resource: Resource| if host.up { reading.busy[resource as usize] } else { 0 };
    let (p50_us, p99_us) = percentiles(&reading);
    Host {
        id: host.id,
        kind: match host.kind {
            Kind::Alone => HostKind::Server,
            Kind::Web => HostKind::Web,
            Kind::Database => HostKind::Database,
        },
        up: host.up,
        users: hosts.users_at(host, sim.options()),
        cpu: busy(Resource::Cpu),
        memory: (hosts.memory_kb(host, sim.options()) * 100 / MEMORY_KB).min(100) as u8,
        disk: busy(Resource::Disk),
        network: busy(Resource::Network),
        queue: host.queue() as u32,
        away: host.away(),
        arrived: reading.arrived,
        answered: reading.answered,
        p50_us,
        p99_us,
        stations: stations(host),
    }
}

fn percentiles(reading: &Reading) -> (Option<u64>, Option<u64>) {
    let of = |percent| reading.took.percentile(percent).map(Span::us);
    (of(50), of(99))
}

fn stations(host: &SimHost) -> Vec<Station> {
    let works = host.kind.works().iter().zip(host.at_steps());
    works
        .map(|(work, (step, requests))| Station {
            step: match step {
                Step::Read => StepKind::Read,
                Step::Check => StepKind::Check,
                Step::Debit => StepKind::Debit,
                Step::Grant => StepKind::Grant,
                Step::Save => StepKind::Save,
            },
            resource: match work.resource {
                Resource::Disk => ResourceKind::Disk,
                Resource::Cpu | Resource::Network => ResourceKind::Cpu,
            },
            requests,
        })
        .collect()
}

fn point(point: &SimPoint) -> Point {
    Point {
        users: point.users,
        web_servers: point.web_servers,
        ms: point.span.ms(),
        arrived: point.arrived,
        answered: point.answered,
        failed: point.failed,
        mean_us: point.mean.us(),
        p50_us: point.p50.us(),
        p99_us: point.p99.us(),
    }
}
