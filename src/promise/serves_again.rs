//! The cluster comes back into service once nothing disturbs it: the one promise about what must happen, not what must not.
//!
//! A cluster serves when some server leads and has committed an entry of its own generation. While none does the promise waits. It is
//! broken when for ten of the longest election time-outs a majority could have agreed and did not. (Elections are won by chance:
//! above three such time-outs happens to a right cluster.)

use super::{Broken, Check, promised};
use crate::node::{Place, Role, majority};
use crate::sim::{Cause, Sim, TraceEvent};
use crate::time::Time;

/// For how many of the longest election time-outs it may take.
const TIME_OUTS_MAX: u64 = 10;

/// Since when nothing disturbs a cluster that does not serve; absent while it serves, or is disturbed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServesAgain {
    serves: bool,
    undisturbed_since: Option<Time>,
}

impl Check for ServesAgain {
    fn after(&mut self, sim: &Sim, event: &TraceEvent) -> Result<(), Broken> {
        self.serves = serves(sim);
        if self.serves || matches!(event.cause, Cause::Command(_)) || is_disturbed(sim) {
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
    sim.servers().any(|(_, server)| {
        let node = server.node.as_ref().filter(|_| !server.paused);
        node.is_some_and(|node| {
            matches!(node.role(), Role::Leader(_)) && node.has_committed_in_own_generation()
        })
    })
}

/// Whether anything keeps a majority from agreeing: servers that are down, links that are cut, loss, or an election time-out shorter
/// than an election takes.
fn is_disturbed(sim: &Sim) -> bool {
    let options = sim.options();
    let running = sim.servers().filter(|(_, server)| server.node.is_some() && !server.paused).count();
    let between_servers = |from: Place, to: Place| matches!((from, to), (Place::Server(_), Place::Server(_)));
    let round = options.sync + options.sync_report + options.latency + options.jitter;
    running < usize::from(majority(options.servers))
        || options.loss_percent > 0
        || options.election < round.doubled().doubled()
        || sim.network().disturbed().any(|(from, to, _)| between_servers(from, to))
}
