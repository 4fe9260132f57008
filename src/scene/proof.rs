//! How the high-water mark is proven: what the leader knows of every log, the furthest place first, and the one that counts.

use crate::frame::{Frame, Role, Server, ServerId};
use crate::ordered::sort_by_key;
use crate::words::{Words, plain};

use super::caption;

/// What a leader knows, and what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Who leads the newest generation.
    pub leader: ServerId,
    /// Up to where each server is known to hold the leader's log on its disk, the furthest first; the leader itself is among them.
    pub places: Vec<(ServerId, u64)>,
    /// So many servers must hold an entry: the place of that number in the list, from 1, is the one that counts.
    pub needed: usize,
    /// That place: so many hold everything up to here.
    pub proven: u64,
    /// The leader's high-water mark.
    pub mark: u64,
    /// What is proven was written by an older generation than the leader's, and therefore not committed.
    pub waits: Option<Older>,
}

/// An entry of an older generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Older {
    /// The generation that wrote it.
    pub written_in: u64,
    /// The leader's.
    pub leads: u64,
}

/// What the leader of the newest generation can prove; nothing when nobody leads, or when it depends on who seems to be alive.
pub fn proof(frame: &Frame) -> Option<Proof> {
    let leaders = frame.servers.iter().filter(|server| server.role == Role::Leader);
    let leader = leaders.max_by_key(|server| server.generation)?;
    let known = leader.progress.iter().map(|progress| (progress.server, progress.matched));
    let mut places: Vec<(ServerId, u64)> =
        [(leader.id, leader.durable_index)].into_iter().chain(known).collect();
    sort_by_key(&mut places, |(server, place)| (std::cmp::Reverse(*place), *server));
    let needed = needed(frame, places.len())?;
    let proven = places[needed - 1].1;
    let mark = leader.high_water_mark;
    let waits = older(leader, proven).filter(|_| mark < proven);
    Some(Proof { leader: leader.id, places, needed, proven, mark, waits })
}

/// How many of so many servers the rules in force ask for.
fn needed(frame: &Frame, servers: usize) -> Option<usize> {
    let rule = |pattern: &str| frame.rules.get(pattern).map_or("", String::as_str);
    match (rule("quorum"), rule("commit")) {
        ("of-the-living", _) => None,
        // Element n / 2 of the rising list, from 0, is this one of the falling list, from 1.
        (_, "nth-ascending") => Some(servers - servers / 2),
        ("one", _) => Some(1),
        ("all", _) => Some(servers),
        _ => Some(servers / 2 + 1),
    }
}

fn older(leader: &Server, place: u64) -> Option<Older> {
    let written_in = leader.entry(place)?.generation;
    (written_in < leader.generation).then_some(Older { written_in, leads: leader.generation })
}

impl Proof {
    /// Whether that many-th place of the list, from 0, is the one that counts.
    pub fn counts(&self, nth: usize) -> bool {
        nth + 1 == self.needed
    }

    /// "Needed: 3 of 5. Number 3 in this list is 5: high-water mark 5."
    pub fn sentence(&self, words: &Words) -> String {
        let key = match self.waits {
            Some(_) => "proof.waits",
            None if self.proven < self.mark => "proof.behind",
            None => "proof.proven",
        };
        let (written, leads) = self.waits.map_or((0, 0), |older| (older.written_in, older.leads));
        let args = caption::args([
            ("needed", plain(self.needed)),
            ("servers", plain(self.places.len())),
            ("proven", plain(self.proven)),
            ("mark", plain(self.mark)),
            ("written", plain(written)),
            ("leads", plain(leads)),
        ]);
        words.fill(key, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Progress;
    use crate::scene::tests::{frame, server};

    /// A leads, knows its own log up to the first of these places, and of the others what the rest says.
    fn world(places: &[u64], mark: u64) -> Frame {
        let progress = |(nth, place): (usize, &u64)| Progress {
            server: ServerId::new(nth as u8),
            matched: *place,
            next: place + 1,
        };
        let leader = Server {
            progress: places.iter().enumerate().skip(1).map(progress).collect(),
            ..server(0, Role::Leader, places[0], mark)
        };
        let followers = (1..places.len()).map(|nth| server(nth as u8, Role::Follower, 3, 2));
        Frame { servers: [leader].into_iter().chain(followers).collect(), ..frame() }
    }

    fn letters(proof: &Proof) -> String {
        proof.places.iter().map(|(server, place)| format!("{server}{place} ")).collect()
    }

    #[test]
    fn the_walk_of_the_mark_over_five_logs() {
        for (known, list, proven) in [
            ([5, 2, 2, 2, 2], "A5 B2 C2 D2 E2 ", 2),
            ([5, 3, 2, 3, 2], "A5 B3 D3 C2 E2 ", 3),
            ([5, 5, 2, 3, 4], "A5 B5 E4 D3 C2 ", 4),
            ([5, 5, 5, 3, 4], "A5 B5 C5 E4 D3 ", 5),
        ] {
            let proof = proof(&world(&known, proven)).expect("A leads");
            assert_eq!((letters(&proof).as_str(), proof.proven), (list, proven));
            assert_eq!((0..5).filter(|nth| proof.counts(*nth)).collect::<Vec<_>>(), [2], "the third");
        }
    }

    #[test]
    fn without_c_four_of_four_servers_are_asked_and_4_is_proven() {
        let mut world = world(&[5, 5, 3, 4], 4);
        let proven = |world: &Frame| proof(world).map(|proof| (proof.needed, proof.proven));
        assert_eq!(proven(&world), Some((3, 4)));
        for (pattern, value, expected) in [
            ("commit", "nth-ascending", Some((2, 5))),
            ("quorum", "one", Some((1, 5))),
            ("quorum", "all", Some((4, 3))),
            ("quorum", "of-the-living", None),
        ] {
            world.rules = [(pattern.to_string(), value.to_string())].into();
            assert_eq!(proven(&world), expected, "{value}");
        }
    }

    #[test]
    fn an_entry_of_an_older_generation_waits_until_it_is_committed() {
        // Entries 1 to 3 are of generation 1, the leader's own begin with 4.
        let waits = |places: &[u64], mark| proof(&world(places, mark)).expect("A leads").waits;
        assert_eq!(waits(&[4, 4, 3, 0, 0], 2), Some(Older { written_in: 1, leads: 2 }));
        assert_eq!(waits(&[4, 4, 3, 0, 0], 3), None, "where it was counted all the same");
        assert_eq!(waits(&[4, 4, 4, 0, 0], 4), None, "one of its own is on top of it");
        assert_eq!(waits(&[4, 0, 0, 0, 0], 2), None, "nothing is known of the others yet");
    }

    #[test]
    fn nobody_leads_nothing_is_proven() {
        let mut world = world(&[5, 5, 5, 5, 5], 5);
        world.servers[0].role = Role::Down;
        assert_eq!(proof(&world), None);
    }
}
