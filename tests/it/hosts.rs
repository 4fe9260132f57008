//! Machines with a load: what comes of a load is what queueing theory says, and what becomes of machines is what the lessons say.

use playground::command::{Command, Refusal};
use playground::node::{ClientId, Note, Rules, ServerId};
use playground::promise::Promises;
use playground::shop::Item;
use playground::sim::hosts::{Histogram, Host, Hosts, Kind, Resource, WORKERS};
use playground::sim::{Answer, Detail, Options, Sim, TraceEvent};
use playground::time::{Span, Time};

use crate::world::CHEOLSU;

const YEONGHUI: ClientId = ClientId::of_customer(2);

/// One machine that does everything, and its users.
fn one_server(users: u32) -> Options {
    Options {
        servers: 0,
        users,
        queue_limit: u32::MAX,
        latency: Span::from_ms(5),
        jitter: Span::ZERO,
        ..Options::default()
    }
}

/// Web servers before a database, and their users.
fn web_servers(web_servers: u8, users: u32) -> Options {
    Options { web_servers, ..one_server(users) }
}

struct World {
    sim: Sim,
    promises: Promises,
    events: Vec<TraceEvent>,
}

impl World {
    fn new(options: Options, seed: u32) -> World {
        World::with_rules(options, seed, Rules::default())
    }

    fn with_rules(options: Options, seed: u32, rules: Rules) -> World {
        let sim = Sim::new(options, rules, seed, Time::ZERO);
        World { sim, promises: Promises::default(), events: Vec::new() }
    }

    /// Lets so much time pass; events of which there is nothing to tell are not kept.
    fn pass(&mut self, ms: u64) {
        let until = self.sim.now() + Span::from_ms(ms);
        while self.sim.next_due().is_some_and(|due| due <= until) {
            let event = self.sim.step().expect("something is due");
            self.see(event);
        }
        self.sim.pass_to(until);
    }

    fn see(&mut self, event: TraceEvent) {
        self.promises.see(&self.sim, &event);
        if !event.details.is_empty() {
            self.events.push(event);
        }
    }

    fn act(&mut self, command: Command) {
        let event = self.sim.execute(&command).unwrap_or_else(|why| panic!("{command:?}: {why:?}"));
        self.see(event);
    }

    fn hosts(&self) -> &Hosts {
        self.sim.hosts().expect("a world without a cluster")
    }

    fn host(&self, id: ServerId) -> &Host {
        self.hosts().get(id).expect("there is that machine")
    }

    fn details<T>(&self, look: impl Fn(&Detail) -> Option<T>) -> Vec<(Time, T)> {
        let of = |event: &TraceEvent| {
            event.details.iter().filter_map(&look).map(|found| (event.at, found)).collect::<Vec<_>>()
        };
        self.events.iter().flat_map(of).collect()
    }

    fn broken(&self) -> Vec<&'static str> {
        self.promises.broken().map(|(name, _)| name).collect()
    }

    /// What is answered in the next seconds: how long it takes.
    fn measure(&mut self, ms: u64) -> Histogram {
        // Any command about the load begins a new measurement.
        let users = self.sim.options().users;
        self.act(Command::Users { count: users });
        self.pass(ms);
        self.hosts().measure().took.clone()
    }
}

/// The mean time that a request spends at a resource, over so many seconds of load, in microseconds.
fn time_at(resource: Resource, users: u32, seed: u32, seconds: u64) -> u64 {
    let mut sim = Sim::new(one_server(users), Rules::default(), seed, Time::ZERO);
    let mut until = |ms| {
        while sim.next_due().is_some_and(|due| due <= Time::from_ms(ms)) {
            sim.step();
        }
        let hosts = sim.hosts().expect("a world without a cluster");
        let spent = hosts.get(ServerId::SINGLE).expect("the one machine").line(resource).spent();
        (spent.us(), hosts.totals().answered)
    };
    let (spent_before, answered_before) = until(20_000);
    let (spent, answered) = until(20_000 + 1_000 * seconds as i64);
    (spent - spent_before) / (answered - answered_before)
}

/// M/M/1: a mean service time of 1 ms at a load of ρ makes a mean time of 1 / (1 - ρ) ms, waiting and being served.
#[test]
fn the_time_at_the_cpu_agrees_with_m_m_1() {
    for (users, seconds) in [(50_000, 100), (80_000, 150), (90_000, 500)] {
        let theory = 1_000 * 100_000 / (100_000 - u64::from(users));
        for seed in [1, 2] {
            let measured = time_at(Resource::Cpu, users, seed, seconds);
            let off = measured.abs_diff(theory) * 100 / theory;
            println!("{users} users, seed {seed}: {measured} µs at the CPU, M/M/1 {theory} µs");
            assert!(off < 10, "{users} users, seed {seed}: {measured} µs at the CPU, M/M/1 says {theory}");
        }
    }
}

/// The disk has half the work: 0.5 ms at half the load.
#[test]
fn the_time_at_the_disk_agrees_with_m_m_1() {
    let measured = time_at(Resource::Disk, 80_000, 1, 100);
    assert!((750..=916).contains(&measured), "0.5 / (1 - 0.4) ms is 833 µs: {measured}");
}

#[test]
fn a_thousand_users_are_one_percent_of_load() {
    let mut world = World::new(one_server(1_000), 1);
    world.pass(2_000);
    let took = world.measure(60_000);
    assert!((500..=700).contains(&took.count()), "10 a second: {}", took.count());
    assert!((1_400..=1_650).contains(&took.mean().us()), "1 ms of CPU and 0.5 ms of disk: {:?}", took.mean());
    let reading = world.hosts().reading_at(world.host(ServerId::SINGLE), world.sim.now());
    assert!(reading.busy[Resource::Cpu as usize] <= 3, "{reading:?}");
}

/// Where the knee is: at half the load a request takes about twice as long as alone, at 95 % more than ten times.
#[test]
fn the_wait_rises_steeply_just_below_the_limit() {
    let mut world = World::new(one_server(1_000), 3);
    world.pass(2_000);
    let idle = world.measure(100_000).mean().us();
    let mut mean = |users| {
        world.act(Command::Users { count: users });
        world.pass(10_000);
        world.measure(60_000).mean().us()
    };
    let (half, knee) = (mean(50_000), mean(95_000));
    println!("idle {idle} µs, 50 % {half} µs, 95 % {knee} µs");
    assert!((15..=25).contains(&(half * 10 / idle)), "at half the load {half} µs, alone {idle} µs");
    assert!(knee > 6 * half && knee > 10 * idle, "at 95 % {knee} µs, at half the load {half} µs");
}

#[test]
fn a_million_users_fill_the_memory_in_24_seconds() {
    let mut world = World::new(one_server(1_000_000), 1);
    world.pass(10_000);
    let queue = world.host(ServerId::SINGLE).queue();
    assert!((88_000..=92_000).contains(&queue), "9,000 more a second: {queue}");
    assert!(world.hosts().reading(world.sim.now()).answered.abs_diff(1_000) < 100);
    world.pass(20_000);
    let full = world.details(|detail| matches!(detail, Detail::OutOfMemory { .. }).then_some(()));
    let [(at, ())] = full[..] else { panic!("it goes down once: {full:?}") };
    assert!((23_000..=26_000).contains(&at.ms()), "at {at}");
    assert!(!world.hosts().is_up(ServerId::SINGLE));
    let lost = world.details(|detail| match detail {
        Detail::Requests { moved: 0, lost, .. } => Some(*lost),
        _ => None,
    });
    assert!((215_000..=225_000).contains(&lost[0].1), "all that waited: {lost:?}");
    let crashed_with = world.hosts().totals();
    world.pass(1_000);
    assert_eq!(world.hosts().totals().answered, crashed_with.answered, "nobody is answered any more");
    assert_eq!(world.hosts().requests(), 0);
}

#[test]
fn a_burst_waits_until_it_is_worked_off_and_two_are_one_too_many_for_a_million() {
    let mut world = World::new(one_server(1_000), 1);
    world.act(Command::Burst { count: 100_000 });
    let server = world.host(ServerId::SINGLE);
    assert_eq!(server.queue(), 100_000 - WORKERS as usize);
    assert_eq!(world.hosts().memory_kb(server, world.sim.options()), 1_000 * 5 + 100_000 * 50);
    world.pass(105_000);
    assert!(world.host(ServerId::SINGLE).queue() < 10, "1,000 a second");
    assert_eq!(world.hosts().totals().failed, 0);
    world.act(Command::Users { count: 1_000_000 });
    assert!(world.hosts().is_up(ServerId::SINGLE));
    world.pass(3_000);
    world.act(Command::Burst { count: 100_000 });
    assert!(world.hosts().is_up(ServerId::SINGLE));
    world.act(Command::Burst { count: 100_000 });
    world.pass(1);
    assert!(!world.hosts().is_up(ServerId::SINGLE));
}

#[test]
fn a_limit_on_the_queue_keeps_the_server_alive() {
    let mut world = World::new(one_server(1_000_000), 1);
    world.act(Command::Option { name: "queue-limit".into(), value: 1_000 });
    world.pass(30_000);
    assert!(world.hosts().is_up(ServerId::SINGLE));
    let reading = world.hosts().reading(world.sim.now());
    assert!(reading.answered.abs_diff(1_000) < 100 && reading.failed.abs_diff(9_000) < 400, "{reading:?}");
    world.act(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None });
    world.pass(3_000);
    let learned = learned(&world);
    assert!(matches!(learned[..], [Answer::Busy | Answer::Outcome(_)]), "turned away, or lucky: {learned:?}");
}

/// The highest one that can be chosen is as good as none: the memory is full before.
#[test]
fn a_limit_can_be_taken_away_again_and_what_is_measured_begins_anew() {
    let mut world = World::new(one_server(1_000), 1);
    let limit = |value| Command::Option { name: "queue-limit".into(), value };
    world.act(limit(1_000));
    world.pass(3_000);
    world.act(limit(1_000_000));
    let (points, since) = (world.hosts().points().len(), world.hosts().measure().since);
    assert_eq!((points, since), (1, world.sim.now()));
    world.act(Command::Burst { count: 400_000 });
    assert!(!world.hosts().is_up(ServerId::SINGLE), "its memory is full");
    assert_eq!(world.sim.execute(&limit(1_000_001)), Err(Refusal::BadMessage));
}

fn learned(world: &World) -> Vec<Answer> {
    let learned = world.details(|detail| match detail {
        Detail::Learned { answer, .. } => Some(*answer),
        _ => None,
    });
    learned.into_iter().map(|(_, answer)| answer).collect()
}

/// Requests answered a second with so many web servers, and where the queues are.
fn throughput(count: u8) -> (u64, usize, usize) {
    let mut world = World::new(web_servers(count, 400_000), 1);
    world.pass(2_000);
    let took = world.measure(3_000);
    let at_web = world.hosts().iter().filter(|host| host.kind == Kind::Web).map(Host::queue).sum();
    (took.count() / 3, at_web, world.host(ServerId::DATABASE).queue())
}

/// 4,000 requests a second: one web server does 2,000, and beyond two the database does 3,000, however many they are.
#[test]
fn throughput_flattens_at_what_the_database_does() {
    for (count, expected, database_is_the_bottleneck) in
        [(1, 2_000, false), (2, 3_000, true), (5, 3_000, true), (8, 3_000, true)]
    {
        let (measured, at_web, at_database) = throughput(count);
        println!(
            "{count} web servers: {measured} a second, {at_web} wait there, {at_database} at the database"
        );
        assert!(measured.abs_diff(expected) < 100, "{count}: {measured} a second");
        assert_eq!(at_database > at_web, database_is_the_bottleneck, "{count}: {at_web} and {at_database}");
    }
}

#[test]
fn a_web_server_crashes_and_nothing_is_lost() {
    for seed in 1..=5 {
        let mut world = World::new(web_servers(5, 150_000), seed);
        world.pass(1_000);
        world.act(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None });
        // The request is on its way, or at one of the web servers, or at the database.
        world.pass(u64::from(4 + seed));
        for number in 1..=4 {
            world.act(Command::Crash { server: ServerId::web(number) });
        }
        world.pass(1_000);
        world.act(Command::Users { count: 0 });
        world.pass(10_000);
        let totals = world.hosts().totals();
        assert_eq!((totals.failed, totals.arrived), (0, totals.answered), "seed {seed}");
        assert_eq!(world.hosts().requests(), 0);
        assert_eq!(learned(&world).len(), 1, "Cheolsu hears of it");
        assert_eq!(world.broken(), Vec::<&str>::new());
    }
}

/// What a web server had asked the database is asked again by another one. If there is no room for it any more nobody may say that it was
/// not accepted, for the database may have done it, or be about to.
#[test]
fn nobody_is_told_busy_of_what_the_database_may_have_done() {
    let mut waits_in_vain = 0;
    for seed in 1..=60 {
        let options = Options { queue_limit: 100, ..web_servers(3, 397_000) };
        let mut world = World::new(options, seed);
        world.pass(1_000);
        let (client, item) = (CHEOLSU, Item::LegendarySword);
        world.act(Command::Buy { client, item, count: None, server: Some(ServerId::web(1)) });
        world.pass(30 + u64::from(seed) % 8);
        world.act(Command::Crash { server: ServerId::web(1) });
        world.pass(150);
        let books = world.host(ServerId::DATABASE).books.as_ref().expect("the database keeps books");
        let is_done = books.kept().any(|(of, ..)| of == client);
        let answers = learned(&world);
        assert!(!(is_done && answers.contains(&Answer::Busy)), "seed {seed}: {answers:?}");
        waits_in_vain += usize::from(answers.is_empty());
    }
    assert!(waits_in_vain > 0, "it never came to that");
}

#[test]
fn without_the_database_everything_stops_and_comes_back_as_it_was() {
    let mut world = World::new(web_servers(5, 100_000), 1);
    world.act(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None });
    world.pass(1_000);
    assert_eq!(learned(&world).len(), 1);
    world.act(Command::Crash { server: ServerId::DATABASE });
    let before = world.hosts().totals().answered;
    world.pass(2_000);
    assert_eq!(world.hosts().totals().answered, before);
    assert!(world.hosts().reading(world.sim.now()).failed > 500);
    assert!(!world.hosts().serves());
    world.act(Command::Restart { server: ServerId::DATABASE });
    world.act(Command::View { client: CHEOLSU, server: None });
    world.pass(1_000);
    let seen = world.details(|detail| match detail {
        Detail::Saw { view, latest: true, .. } => Some(view.account.money),
        _ => None,
    });
    assert_eq!(seen.last().map(|(_, money)| *money), Some(90_000), "it was on disk");
    assert_eq!(world.broken(), Vec::<&str>::new());
}

/// Cheolsu buys at one web server, and the account is looked at through another.
fn buys_here_and_looks_there(rules: Rules) -> World {
    let mut world = World::with_rules(web_servers(5, 100_000), 1, rules);
    let (client, item) = (CHEOLSU, Item::LegendarySword);
    world.act(Command::Buy { client, item, count: None, server: Some(ServerId::web(1)) });
    world.pass(500);
    for server in [1, 2] {
        world.act(Command::View { client, server: Some(ServerId::web(server)) });
        world.pass(500);
    }
    world
}

fn in_web_servers() -> Rules {
    let mut rules = Rules::default();
    rules.set("web-state", "in-web-servers").expect("a rule");
    rules
}

fn seen(world: &World) -> Vec<i64> {
    let seen = world.details(|detail| match detail {
        Detail::Saw { view, .. } => Some(view.account.money),
        _ => None,
    });
    seen.into_iter().map(|(_, money)| money).collect()
}

#[test]
fn every_web_server_shows_what_the_database_has() {
    let world = buys_here_and_looks_there(Rules::default());
    assert_eq!(seen(&world), [90_000, 90_000]);
    assert_eq!(world.broken(), Vec::<&str>::new());
}

#[test]
fn web_servers_that_keep_state_disagree() {
    let mut world = buys_here_and_looks_there(in_web_servers());
    assert_eq!(seen(&world), [90_000, 100_000]);
    assert_eq!(world.broken(), ["latest-is-latest"]);
    assert_eq!(world.host(ServerId::DATABASE).requests(), 0, "the database is asked for nothing");
    // Yeonghui's purchase is the first one of the other web server, as Cheolsu's was of his.
    let (client, item) = (YEONGHUI, Item::MagicShield);
    world.act(Command::Buy { client, item, count: None, server: Some(ServerId::web(2)) });
    world.pass(500);
    assert!(world.broken().contains(&"same-order"));
    // What one keeps in memory dies with it, though "bought" was said.
    world.act(Command::Crash { server: ServerId::web(1) });
    world.act(Command::Restart { server: ServerId::web(1) });
    assert!(world.broken().contains(&"done-is-kept"));
}

#[test]
fn a_purchase_that_is_asked_for_again_is_carried_out_once() {
    let mut world = World::new(web_servers(3, 100_000), 1);
    world.act(Command::LoseAnswer { client: CHEOLSU });
    world.act(Command::Buy { client: CHEOLSU, item: Item::LegendarySword, count: None, server: None });
    world.pass(1_000);
    assert_eq!(learned(&world), []);
    world.act(Command::Retry { client: CHEOLSU });
    world.pass(1_000);
    assert_eq!(learned(&world).len(), 1);
    let kept = |detail: &Detail| match detail {
        Detail::Noted { note: Note::AnswersFromCache { .. }, server } => Some(*server),
        _ => None,
    };
    assert_eq!(world.details(kept).len(), 1);
    let shop = world.sim.shop(ServerId::DATABASE).expect("it keeps the books");
    assert_eq!(shop.accounts()[&CHEOLSU.owner()].money, 90_000);
    assert_eq!(world.broken(), Vec::<&str>::new());
}

#[test]
fn web_servers_come_and_go_while_all_are_served() {
    let mut world = World::new(web_servers(5, 150_000), 1);
    for count in [1, 8, 2, 3, 8] {
        world.pass(500);
        world.act(Command::WebServers { count });
        assert_eq!(world.hosts().web_servers_up(), count);
    }
    world.act(Command::Users { count: 0 });
    world.pass(5_000);
    let totals = world.hosts().totals();
    assert_eq!((totals.failed, totals.arrived), (0, totals.answered));
}

/// A generator of its own: what is random here has nothing to do with the simulation's chance.
fn random_command(turn: u64) -> Command {
    let dice = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
    let web = ServerId::web(1 + (dice / 7 % 4) as u8);
    match dice % 12 {
        0 => Command::Users { count: (dice / 12 % 400_000) as u32 },
        1 => Command::Burst { count: (dice / 12 % 3_000) as u32 },
        2 | 3 => Command::Crash { server: web },
        4..=6 => Command::Restart { server: web },
        7 => Command::Crash { server: ServerId::DATABASE },
        8 | 9 => Command::Restart { server: ServerId::DATABASE },
        10 => Command::WebServers { count: 1 + (dice / 12 % 4) as u8 },
        _ => Command::Buy { client: CHEOLSU, item: Item::MagicShield, count: None, server: None },
    }
}

/// Whatever happens: every request that came was answered, or failed, or is somewhere; in the end none is anywhere. And the right
/// world keeps its promises.
#[test]
fn no_request_disappears_whatever_happens() {
    for seed in 0..40 {
        let mut world = World::new(web_servers(4, 100_000), seed);
        for turn in 0..30 {
            if let Ok(event) = world.sim.execute(&random_command(u64::from(seed) * 100 + turn)) {
                world.see(event);
            }
            world.pass(40);
            let (totals, there) = (world.hosts().totals(), world.hosts().requests() as u64);
            // The database may still be busy with what a crashed web server had asked, while another has asked again.
            assert!(totals.arrived <= totals.answered + totals.failed + there, "seed {seed}: {totals:?}");
        }
        world.act(Command::Users { count: 0 });
        for server in (1..=4).map(ServerId::web).chain([ServerId::DATABASE]) {
            let _ = world.sim.execute(&Command::Restart { server });
        }
        world.pass(20_000);
        let totals = world.hosts().totals();
        assert_eq!(world.hosts().requests(), 0, "seed {seed}");
        assert_eq!(totals.arrived, totals.answered + totals.failed, "seed {seed}");
        assert_eq!(world.broken(), Vec::<&str>::new(), "seed {seed}");
    }
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_one_another() {
    let hash = |seed| {
        let mut world = World::new(web_servers(3, 200_000), seed);
        (0..10).for_each(|turn| {
            let _ = world.sim.execute(&random_command(turn));
            world.pass(100);
        });
        world.sim.hash()
    };
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));
}

/// The same command: known customers press the button in a cluster, unknown users in a world of machines.
#[test]
fn a_burst_is_customers_in_a_cluster_and_users_before_machines() {
    let burst = |mut sim: Sim, count| {
        let event = sim.execute(&Command::Burst { count }).expect("possible everywhere");
        let asked = event.details.iter().filter(|detail| matches!(detail, Detail::Asked { .. })).count();
        let line = playground::frame::line(&sim, &event).expect("there is something to tell");
        (asked, sim.hosts().map(|hosts| hosts.totals().arrived), line.text)
    };
    let cluster = || Sim::new(Options::default(), Rules::default(), 1, Time::ZERO);
    assert_eq!(burst(cluster(), 2), (2, None, "event.burst.customers".to_string()));
    assert_eq!(burst(cluster(), 1), (1, None, "event.burst.customer".to_string()));
    let machines = || Sim::new(one_server(0), Rules::default(), 1, Time::ZERO);
    assert_eq!(burst(machines(), 2), (0, Some(2), "event.burst.users".to_string()));
    assert_eq!(burst(machines(), 1), (0, Some(1), "event.burst.user".to_string()));
}

#[test]
fn a_burst_of_nobody_of_too_many_or_of_those_who_have_asked_is_refused() {
    let cluster = Sim::new(Options::default(), Rules::default(), 1, Time::ZERO);
    let machines = Sim::new(one_server(0), Rules::default(), 1, Time::ZERO);
    for mut sim in [cluster.clone(), machines] {
        for (count, refusal) in [(0, Refusal::BadMessage), (1_000_001, Refusal::TooLarge)] {
            let hash = sim.hash();
            assert_eq!(sim.execute(&Command::Burst { count }).map(|_| ()), Err(refusal), "{count}");
            assert_eq!(sim.hash(), hash, "a refused command changes nothing");
        }
    }
    let mut sim = cluster;
    sim.execute(&Command::Burst { count: 1_000_000 }).expect("at most a million, of whom there are two");
    let again = sim.execute(&Command::Burst { count: 1 }).map(|_| ());
    assert_eq!(again, Err(Refusal::EverybodyAsked), "both wait for an answer");
}

#[test]
fn what_belongs_to_a_cluster_is_impossible_here_and_the_other_way_round() {
    let mut world = World::new(web_servers(2, 1_000), 1);
    let [a, b] = [0, 1].map(ServerId::new);
    let hash = world.sim.hash();
    for (command, refusal) in [
        (Command::Crash { server: a }, Refusal::NoSuchServer),
        (Command::Crash { server: ServerId::web(3) }, Refusal::NoSuchServer),
        (Command::Crash { server: ServerId::SINGLE }, Refusal::NoSuchServer),
        (Command::Restart { server: ServerId::web(1) }, Refusal::NotDown),
        (Command::CrashLeader, Refusal::NoLeader),
        (Command::TimeOut { server: ServerId::web(1) }, Refusal::NoSuchServer),
        (Command::PauseServer { server: ServerId::DATABASE }, Refusal::NoSuchServer),
        (Command::Cut { from: a, to: b, both: true }, Refusal::NoSuchServer),
        (Command::Damage { server: ServerId::DATABASE, index: None }, Refusal::NoSuchServer),
        (Command::View { client: CHEOLSU, server: Some(ServerId::DATABASE) }, Refusal::NoSuchServer),
        (Command::Users { count: 1_000_001 }, Refusal::TooLarge),
        (Command::WebServers { count: 9 }, Refusal::BadMessage),
        (Command::Option { name: "web-servers".into(), value: 0 }, Refusal::BadMessage),
    ] {
        assert_eq!(world.sim.execute(&command).map(|_| ()), Err(refusal), "{command:?}");
    }
    assert_eq!(world.sim.hash(), hash, "a refused command changes nothing");
    let mut cluster = Sim::new(Options::default(), Rules::default(), 1, Time::ZERO);
    for command in [Command::Users { count: 1 }, Command::WebServers { count: 1 }] {
        assert_eq!(cluster.execute(&command).map(|_| ()), Err(Refusal::NotInThisLesson), "{command:?}");
    }
    let mut one = Sim::new(one_server(1_000), Rules::default(), 1, Time::ZERO);
    assert_eq!(one.execute(&Command::WebServers { count: 1 }).map(|_| ()), Err(Refusal::NotInThisLesson));
}
