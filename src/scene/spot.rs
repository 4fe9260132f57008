//! What on the stage can be pointed at and has a menu: a server of a cluster, or a machine of a world without one.

use crate::frame::{Frame, ServerId};
use crate::words::Words;

use super::machines::{self, MachineShape};
use super::paint::{self, Shape};
use super::{Point, Scene, ServerShape, caption};

/// One of them, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Spot {
    /// A server.
    Server(ServerShape),
    /// A machine.
    Machine(MachineShape),
}

/// Who is there, in the order in which they stand.
pub fn ids(frame: &Frame) -> Vec<ServerId> {
    let (servers, hosts) = (frame.servers.iter(), frame.hosts.iter());
    servers.map(|server| server.id).chain(hosts.map(|host| host.id)).collect()
}

/// The one so many places further on, around the ring; none when `id` is not among them.
pub fn neighbour(ids: &[ServerId], id: ServerId, places: isize) -> Option<ServerId> {
    let here = ids.iter().position(|other| *other == id)? as isize;
    ids.get((here + places).rem_euclid(ids.len() as isize) as usize).copied()
}

impl Spot {
    /// The one of that id; none when the scene has none.
    pub fn find(scene: &Scene, id: ServerId) -> Option<Spot> {
        let server = scene.servers.iter().find(|server| server.id == id);
        let machine = || scene.machines.iter().find(|machine| machine.host.id == id);
        server.cloned().map(Spot::Server).or_else(|| machine().cloned().map(Spot::Machine))
    }

    /// Its middle.
    pub fn at(&self) -> Point {
        match self {
            Spot::Server(server) => server.at,
            Spot::Machine(machine) => machine.place.at,
        }
    }

    /// The class of its group.
    pub fn class(&self) -> String {
        match self {
            Spot::Server(server) => paint::server_class(server),
            Spot::Machine(machine) => machines::class(&machine.host).to_string(),
        }
    }

    /// What a screen reader hears.
    pub fn name(&self, words: &Words) -> String {
        match self {
            Spot::Server(server) => caption::server(server, words),
            Spot::Machine(machine) => machines::name(&machine.host, words),
        }
    }

    /// What is drawn around its middle, without its group.
    pub fn shapes(&self, words: &Words) -> Vec<Shape> {
        match self {
            Spot::Server(server) => paint::server(server, words),
            Spot::Machine(machine) => machines::machine(machine, words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Form, Layout, draw, tests};
    use super::*;

    #[test]
    fn the_arrows_go_round_and_find_everybody() {
        for frame in [tests::frame(), tests::web_servers()] {
            let (ids, scene) = (ids(&frame), draw(&frame, &Layout::of(&frame, Form::Wide)));
            assert_eq!(neighbour(&ids, ids[0], -1), ids.last().copied());
            let mut round = vec![ids[0]];
            round.extend((1..ids.len()).filter_map(|nth| neighbour(&ids, ids[nth - 1], 1)));
            assert_eq!(round, ids);
            assert!(ids.iter().all(|id| Spot::find(&scene, *id).is_some()));
        }
        assert_eq!(neighbour(&[], ServerId::SINGLE, 1), None);
    }
}
