//! How fast the world runs: `cargo bench`. The pace is that of the known visualisations (heartbeats every 50 ms, 10 to 15 ms one
//! way), so that the figures can be compared: one minute of simulated time, five servers, all promises watched.

// Native only: the page measures in the browser.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    divan::main();
}

#[cfg(not(target_arch = "wasm32"))]
mod minute {
    use divan::Bencher;
    use playground::command::Command;
    use playground::node::{ClientId, Rules};
    use playground::promise::Promises;
    use playground::shop::Item;
    use playground::sim::{Options, Sim};
    use playground::time::{Span, Time};

    const MINUTE_MS: i64 = 60_000;

    fn world() -> (Sim, Promises) {
        let options = Options {
            heartbeat: Span::from_ms(50),
            election: Span::from_ms(150),
            sync: Span::from_ms(1),
            latency: Span::from_ms(10),
            jitter: Span::from_ms(5),
            ..Options::default()
        };
        let mut world = (Sim::new(options, Rules::default(), 1, Time::from_ms(-2_000)), Promises::default());
        run_to(&mut world, Time::ZERO);
        assert!(world.0.leader().is_some(), "somebody leads when the minute begins");
        world
    }

    fn run_to((sim, promises): &mut (Sim, Promises), to: Time) {
        while sim.next_due().is_some_and(|due| due <= to) {
            let event = sim.step().expect("something is due");
            promises.see(sim, &event);
        }
        sim.pass_to(to);
    }

    /// Heartbeats only.
    #[divan::bench]
    fn idle(bencher: Bencher) {
        bencher.with_inputs(world).bench_values(|mut world| {
            run_to(&mut world, Time::from_ms(MINUTE_MS));
            world.0.happened()
        });
    }

    /// Four purchases or sales a second.
    #[divan::bench]
    fn four_requests_a_second(bencher: Bencher) {
        bencher.with_inputs(world).bench_values(|mut world| {
            let (client, item) = (ClientId::of_customer(1), Item::MagicShield);
            for (turn, ms) in (0..MINUTE_MS).step_by(250).enumerate() {
                run_to(&mut world, Time::from_ms(ms));
                let command = match turn % 2 {
                    0 => Command::Buy { client, item, count: None, server: None },
                    _ => Command::Sell { client, item, count: None, server: None },
                };
                world.0.execute(&command).expect("a request can always be made");
            }
            run_to(&mut world, Time::from_ms(MINUTE_MS));
            world.0.happened()
        });
    }
}

/// A second of a million users on one machine: 10,000 requests come, 1,000 are served, the queue grows.
#[cfg(not(target_arch = "wasm32"))]
mod load {
    use divan::Bencher;
    use playground::node::Rules;
    use playground::promise::Promises;
    use playground::sim::{Options, Sim};
    use playground::time::Time;

    fn world(web_servers: u8, users: u32) -> (Sim, Promises) {
        let options = Options { servers: 0, web_servers, users, queue_limit: u32::MAX, ..Options::default() };
        let mut sim = Sim::new(options, Rules::default(), 1, Time::ZERO);
        run_to(&mut sim, &mut Promises::default(), 5_000);
        (sim, Promises::default())
    }

    fn run_to(sim: &mut Sim, promises: &mut Promises, ms: i64) {
        while sim.next_due().is_some_and(|due| due <= Time::from_ms(ms)) {
            let event = sim.step().expect("something is due");
            promises.see(sim, &event);
        }
    }

    fn a_second(bencher: Bencher, web_servers: u8, users: u32) {
        let before = world(web_servers, users).0.happened();
        let (mut sim, mut promises) = world(web_servers, users);
        run_to(&mut sim, &mut promises, 6_000);
        let events = sim.happened() - before;
        bencher
            .counter(divan::counter::ItemsCount::new(events))
            .with_inputs(|| world(web_servers, users))
            .bench_values(|(mut sim, mut promises)| {
                run_to(&mut sim, &mut promises, 6_000);
                sim.happened()
            });
    }

    /// The single server with a million users.
    #[divan::bench]
    fn a_million_users(bencher: Bencher) {
        a_second(bencher, 0, 1_000_000);
    }

    /// Eight web servers with a million users: as many requests, and three times as many served.
    #[divan::bench]
    fn eight_web_servers(bencher: Bencher) {
        a_second(bencher, 8, 1_000_000);
    }

    /// A copy of a world in which 45,000 requests wait: what a checkpoint costs.
    #[divan::bench]
    fn checkpoint(bencher: Bencher) {
        bencher.with_inputs(|| world(0, 1_000_000)).bench_refs(|(sim, _)| sim.clone());
    }
}
