//! A small real world and made-up events, to try the promises on one at a time.

use super::{Broken, Check};
use crate::command::Command;
use crate::node::{
    ClientId, Dedupe, Entry, EntryId, Generation, Index, Note, Payload, RequestNumber, Role, Rules, ServerId,
};
use crate::shop::{Goods, Item, Outcome, Trade};
use crate::sim::{Answer, Cause, Detail, Options, Sim, TraceEvent};
use crate::time::Time;

pub const CHEOLSU: ClientId = ClientId::of_customer(1);
pub const YEONGHUI: ClientId = ClientId::of_customer(2);
pub const FIRST: RequestNumber = RequestNumber(1);

/// One sword for 10,000 won.
pub const BUY: Trade = Trade::Buy(Goods { item: Item::LegendarySword, count: 1 });

/// Three servers: one leads, one follows it, and one was down all the time and has just started, with an empty log.
pub struct Example {
    pub sim: Sim,
    pub leader: ServerId,
    pub follower: ServerId,
    pub behind: ServerId,
}

/// An example in which Cheolsu has bought a sword.
pub fn example() -> Example {
    Example::under(Rules::default())
}

/// The same, but the log has been replaced by a snapshot.
pub fn example_with_snapshot() -> Example {
    Example::new(Options { snapshot_every: 3, ..Options::default() }, Rules::default(), 1)
}

impl Example {
    /// The same under those rules.
    pub fn under(rules: Rules) -> Example {
        Example::new(Options::default(), rules, 1)
    }

    pub fn new(options: Options, rules: Rules, seed: u32) -> Example {
        let mut sim = Sim::new(Options { servers: 3, ..options }, rules, seed, Time::ZERO);
        let behind = ServerId::new(2);
        act(&mut sim, Command::Crash { server: behind });
        let leader = until_served(&mut sim);
        let item = Item::LegendarySword;
        act(&mut sim, Command::Buy { client: CHEOLSU, item, count: None, server: Some(leader) });
        let follower = ServerId::new(1 - leader.place());
        while applied(&sim, follower) < Index(3) {
            sim.step();
        }
        act(&mut sim, Command::Restart { server: behind });
        Example { sim, leader, follower, behind }
    }

    /// The entry of the log that stands there.
    pub fn entry(&self, index: u64) -> Entry {
        let log = self.sim.server(self.leader).node.as_ref().expect("it leads").log();
        *log.get(Index(index)).expect("it stands there")
    }

    /// The generation that the leader leads, and the one after it.
    pub fn generations(&self) -> (Generation, Generation) {
        let this = self.sim.server(self.leader).node.as_ref().expect("it leads").generation();
        (this, this.next())
    }
}

/// The three entries of an example: the leader's first one, the opening of Cheolsu's session, and his purchase.
pub const PURCHASE: u64 = 3;

pub fn act(sim: &mut Sim, command: Command) {
    assert!(sim.execute(&command).is_ok(), "{command:?}");
}

fn applied(sim: &Sim, server: ServerId) -> Index {
    sim.server(server).node.as_ref().expect("it is up").applied()
}

/// Lets a world go on until somebody leads and has committed an entry of its own generation.
pub fn until_served(sim: &mut Sim) -> ServerId {
    loop {
        sim.step();
        let serves = sim.servers().find(|(_, server)| {
            server.node.as_ref().is_some_and(|node| {
                matches!(node.role(), Role::Leader(_)) && node.has_committed_in_own_generation()
            })
        });
        if let Some((leader, _)) = serves {
            return leader;
        }
    }
}

/// What a fresh check says to the last of these events; those before it are fine.
pub fn judge<C: Check + Default>(sim: &Sim, events: &[Vec<Detail>]) -> Result<(), Broken> {
    let mut check = C::default();
    let (last, before) = events.split_last().expect("something happens");
    for event in before {
        assert_eq!(see(&mut check, sim, event), Ok(()), "fine so far: {event:?}");
    }
    see(&mut check, sim, last)
}

fn see(check: &mut impl Check, sim: &Sim, details: &[Detail]) -> Result<(), Broken> {
    let cause = Cause::Reported { server: ServerId::new(0) };
    let event = TraceEvent { number: 1, at: sim.now(), cause, details: details.to_vec() };
    let seen = details.iter().try_for_each(|detail| check.see(sim, detail));
    seen.and(check.after(sim, &event))
}

/// An entry of the first generation.
pub fn entry(index: u64, payload: Payload) -> Entry {
    Entry { id: id(1, index), stamp: Time::ZERO, payload }
}

pub fn id(generation: u64, index: u64) -> EntryId {
    EntryId { generation: Generation(generation), index: Index(index) }
}

pub fn request(client: ClientId, number: RequestNumber) -> Payload {
    Payload::Request {
        client,
        number,
        trade: BUY,
        first_outstanding: number,
        dedupe: Dedupe::Replicated,
        decided: None,
    }
}

pub fn noted(server: ServerId, note: Note) -> Detail {
    Detail::Noted { server, note }
}

/// The outcome that is expected of an entry: a trade is done.
pub fn applies(server: ServerId, entry: Entry) -> Detail {
    let outcome = matches!(entry.payload, Payload::Request { .. }).then_some(Outcome::Done);
    noted(server, Note::Applies { entry, outcome, duplicate: false })
}

pub fn leads(server: ServerId, generation: Generation) -> Detail {
    noted(server, Note::Leads { generation, votes: 2 })
}

pub fn asked(client: ClientId, attempt: u32) -> Detail {
    Detail::Asked { client, number: FIRST, trade: BUY, server: ServerId::new(0), attempt }
}

pub fn learned(client: ClientId, answer: Answer) -> Detail {
    Detail::Learned { client, number: FIRST, trade: BUY, answer, from: Some(ServerId::new(0)) }
}

/// The client never heard of its request.
pub fn gave_up() -> Detail {
    Detail::Learned { client: CHEOLSU, number: FIRST, trade: BUY, answer: Answer::Unknown, from: None }
}
