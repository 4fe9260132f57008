//! The cluster comes back into service once nothing disturbs it: the one promise about what must happen, not what must not.
//!
//! A cluster serves when some server leads and has committed an entry of its own generation. While none does the promise waits. It is
//! broken when for ten of the longest election time-outs a majority could have agreed and did not: on a leader, or, while one leads,
//! on any of the entries that wait in its log. (Elections are won by chance: above three such time-outs happens to a right cluster.)

use super::{Broken, Check, promised};
use crate::command::Command;
use crate::node::{Node, Note, Place, ServerId, majority};
use crate::sim::{Cause, Detail, Sim, TraceEvent};
use crate::time::Time;

/// For how many of the longest election time-outs it may take.
const TIME_OUTS_MAX: u64 = 10;

/// Since when nothing disturbs a cluster that comes no further; absent while it does, or is disturbed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServesAgain {
    serves: bool,
    undisturbed_since: Option<Time>,
}

impl Check for ServesAgain {
    fn after(&mut self, sim: &Sim, event: &TraceEvent) -> Result<(), Broken> {
        self.serves = serves(sim);
        let comes_further = self.serves && (nothing_waits(sim) || commits(event));
        if comes_further || is_disturbance(event) || is_disturbed(sim) {
            self.undisturbed_since = None;
            return Ok(());
        }
        let since = *self.undisturbed_since.get_or_insert(event.at);
        let longest = sim.options().election.doubled().us() * TIME_OUTS_MAX;
        promised(event.at.since(since).us() <= longest)
    }

    fn is_waiting(&self) -> bool {
        !self.serves
    }
}

fn serves(sim: &Sim) -> bool {
    match sim.hosts() {
        Some(hosts) => hosts.serves(),
        None => serving(sim).next().is_some(),
    }
}

/// The leaders that have committed an entry of their own generation.
fn serving(sim: &Sim) -> impl Iterator<Item = &Node> {
    let serves =
        |(id, node): &(ServerId, &Node)| !sim.server(*id).paused && node.has_committed_in_own_generation();
    sim.leaders().filter(serves).map(|(_, node)| node)
}

/// Whether a leader has nothing in its log that is not committed.
fn nothing_waits(sim: &Sim) -> bool {
    serving(sim).any(|node| node.mark() == node.log().last().index)
}

/// Whether an entry was committed.
fn commits(event: &TraceEvent) -> bool {
    let decides =
        |detail: &Detail| matches!(detail, Detail::Noted { note: Note::MarkRises { decided: true, .. }, .. });
    event.details.iter().any(decides)
}

/// Whether a visitor has changed something of servers or links: what customers ask for disturbs nobody.
fn is_disturbance(event: &TraceEvent) -> bool {
    use Command::{Burst, Buy, Retry, RetryAsNew, Sell, View};
    let Cause::Command(command) = &event.cause else { return false };
    !matches!(
        command,
        Buy { .. } | Sell { .. } | View { .. } | Retry { .. } | RetryAsNew { .. } | Burst { .. }
    )
}

/// Whether anything keeps a majority from agreeing: servers that are down, links that are cut, loss, or an election time-out shorter
/// than an election takes.
fn is_disturbed(sim: &Sim) -> bool {
    let options = sim.options();
    let running = sim.servers().filter(|(_, server)| server.node.is_some() && !server.paused).count();
    let between_servers = |from: Place, to: Place| matches!((from, to), (Place::Server(_), Place::Server(_)));
    let round = options.sync + options.sync_report + options.latency + options.jitter;
    // What machines without a cluster lack is somebody who restarts them.
    sim.hosts().is_some()
        || running < usize::from(majority(options.servers))
        || options.loss_percent > 0
        || options.election < round.doubled().doubled()
        || sim.network().disturbed().any(|(from, to, _)| between_servers(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{ClientId, Rules};
    use crate::promise::{Verdict, Watched};
    use crate::shop::Item;
    use crate::sim::Options;
    use crate::time::Span;

    /// The longest election time-out of these worlds, ten times: what the cluster is given.
    const GIVEN: Span = Span::from_ms(60_000);

    /// Three servers, watched.
    struct World {
        sim: Sim,
        watched: Watched<ServesAgain>,
    }

    impl World {
        fn new(options: Options, rules: &[(&str, &str)]) -> World {
            let mut in_force = Rules::default();
            for (pattern, value) in rules {
                in_force.set(pattern, value).expect("a rule");
            }
            let sim = Sim::new(Options { servers: 3, ..options }, in_force, 1, Time::ZERO);
            World { sim, watched: Watched::default() }
        }

        fn act(&mut self, command: Command) {
            let event = self.sim.execute(&command).unwrap_or_else(|why| panic!("{command:?}: {why:?}"));
            self.watched.see(&self.sim, &event);
        }

        fn go_on(&mut self, span: Span) {
            let end = self.sim.now() + span;
            while self.sim.next_due().is_some_and(|due| due <= end) {
                if let Some(event) = self.sim.step() {
                    self.watched.see(&self.sim, &event);
                }
            }
            self.sim.pass_to(end);
        }

        fn verdict(&self) -> Verdict {
            self.watched.verdict()
        }
    }

    /// A cluster that serves, and then loses its leader under a rule that lets nobody commit any more.
    fn without_service(options: Options) -> World {
        let mut world = World::new(options, &[("quorum", "all")]);
        world.go_on(Span::from_ms(10_000));
        assert_eq!(world.verdict(), Verdict::Kept, "it served while all were there");
        world.act(Command::CrashLeader);
        world
    }

    #[test]
    fn it_waits_for_the_first_leader_and_for_the_next_one() {
        let mut world = World::new(Options::default(), &[]);
        assert_eq!(world.verdict(), Verdict::Waiting, "nobody leads yet");
        world.go_on(Span::from_ms(10_000));
        assert_eq!(world.verdict(), Verdict::Kept);
        world.act(Command::CrashLeader);
        assert_eq!(world.verdict(), Verdict::Waiting);
        world.go_on(GIVEN);
        assert_eq!(world.verdict(), Verdict::Kept);
    }

    #[test]
    fn it_is_broken_after_ten_of_the_longest_time_outs_without_service() {
        let mut world = without_service(Options::default());
        let crashed = world.sim.now();
        world.go_on(GIVEN);
        assert_eq!(world.verdict(), Verdict::Waiting);
        world.go_on(Span::from_ms(5_000));
        let Verdict::Broken(at) = world.verdict() else { panic!("{:?}", world.verdict()) };
        assert!(at > crashed + GIVEN, "broken at {at:?}");
    }

    /// With a follower down and `quorum=all` the leader stays, but nothing is committed any more. Customers who go on asking disturb nobody.
    #[test]
    fn a_leader_that_comes_no_further_does_not_serve() {
        let buy = || Command::Buy {
            client: ClientId::of_customer(1),
            item: Item::LegendarySword,
            count: None,
            server: None,
        };
        let mut world = World::new(Options::default(), &[("quorum", "all")]);
        world.go_on(Span::from_ms(10_000));
        let leader = world.sim.leader().expect("somebody leads");
        let follower = world.sim.servers().map(|(id, _)| id).find(|id| *id != leader).expect("two follow");
        world.act(Command::Crash { server: follower });
        world.go_on(GIVEN + GIVEN);
        assert_eq!(world.verdict(), Verdict::Kept, "nobody has asked for anything");
        for _ in 0..4 {
            world.act(buy());
            world.go_on(Span::from_ms(20_000));
        }
        assert_eq!(world.sim.leader(), Some(leader));
        assert!(matches!(world.verdict(), Verdict::Broken(_)));
    }

    #[test]
    fn it_stays_broken_when_service_comes_back() {
        let mut world = without_service(Options::default());
        world.go_on(GIVEN + Span::from_ms(5_000));
        let broken = world.verdict();
        world.act(Command::Rule { pattern: "quorum".into(), value: "majority".into() });
        world.go_on(Span::from_ms(10_000));
        assert!(world.watched.check.serves, "it serves again");
        assert_eq!(world.verdict(), broken);
        assert!(matches!(broken, Verdict::Broken(_)));
    }

    /// What happens to the servers while nobody serves, and whether ten time-outs later the promise still waits.
    #[test]
    fn while_something_keeps_a_majority_from_agreeing_it_waits() {
        let [a, b] = [0, 1].map(ServerId::new);
        let loss = |loss_percent| Command::Network {
            loss_percent: Some(loss_percent),
            latency_ms: None,
            jitter_ms: None,
            reorder: None,
        };
        let latency = |ms| Command::Network {
            loss_percent: None,
            latency_ms: Some(ms),
            jitter_ms: None,
            reorder: None,
        };
        for (fault, waits) in [
            (Command::CrashLeader, true),
            (Command::Cut { from: a, to: b, both: false }, true),
            (Command::Hold { from: a, to: b }, true),
            (loss(1), true),
            (latency(1_000), true),
            // These disturb nobody who has to agree.
            (Command::HealAll, false),
            (loss(0), false),
        ] {
            let mut world = without_service(Options::default());
            world.go_on(Span::from_ms(10_000));
            world.act(fault.clone());
            world.go_on(GIVEN + GIVEN);
            assert_eq!(world.verdict() == Verdict::Waiting, waits, "{fault:?}: {:?}", world.verdict());
        }
    }

    #[test]
    fn customers_who_reach_nobody_are_no_excuse() {
        let mut world = without_service(Options::default());
        let [a, b, c] = [0, 1, 2].map(ServerId::new);
        world.act(Command::Partition { groups: vec![vec![a], vec![b], vec![c]], customers: Some(a) });
        for (from, to) in [(a, b), (b, c), (a, c)] {
            world.act(Command::Heal { from, to, both: true });
        }
        assert!(world.sim.network().disturbed().next().is_some(), "only customers are cut off");
        world.go_on(GIVEN + GIVEN);
        assert!(matches!(world.verdict(), Verdict::Broken(_)));
    }

    #[test]
    fn a_server_that_stands_still_counts_as_down() {
        let mut world = without_service(Options::default());
        let up = world.sim.servers().find(|(_, server)| server.node.is_some()).map(|(id, _)| id);
        world.act(Command::PauseServer { server: up.expect("two are up") });
        world.go_on(GIVEN + GIVEN);
        assert_eq!(world.verdict(), Verdict::Waiting);
    }

    #[test]
    fn a_fault_gives_the_whole_time_anew() {
        let mut world = without_service(Options::default());
        let almost = Span::from_ms(55_000);
        for _ in 0..3 {
            world.go_on(almost);
            world.act(Command::HealAll);
        }
        world.go_on(almost);
        assert_eq!(world.verdict(), Verdict::Waiting, "never sixty seconds at a stretch");
        world.go_on(Span::from_ms(10_000));
        assert!(matches!(world.verdict(), Verdict::Broken(_)));
    }
}
