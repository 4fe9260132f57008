//! Chance from a seed: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
//!
//! Each source of chance has a stream of its own, named by what it belongs to, so that the n-th message of a link gets the n-th draw of
//! that link whatever else happens: a right and a wrong world with the same seed stay comparable.

use crate::node::{Place, ServerId};
use crate::time::Span;

/// A stream of draws. Its position is part of the state hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    state: u64,
}

/// The increment of SplitMix64: 2^64 divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The stream of one link.
    pub fn of_link(seed: u32, from: Place, to: Place) -> Stream {
        Stream::named(seed, 1, place_number(from) << 16 | place_number(to))
    }

    /// The stream of one server's election timer.
    pub fn of_election_timer(seed: u32, server: ServerId) -> Stream {
        Stream::named(seed, 2, u64::from(server.place()))
    }

    fn named(seed: u32, kind: u64, member: u64) -> Stream {
        Stream { state: mix(mix(u64::from(seed)) ^ mix(kind << 32 | member)) }
    }

    /// The next draw.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A stream of further draws that belong to one draw of this one.
    pub fn branch(&mut self) -> Stream {
        Stream { state: self.draw() }
    }

    /// A whole number from 0 to `most`, all equally likely (but for a bias below 2^-32).
    pub fn upto(&mut self, most: u64) -> u64 {
        ((u128::from(self.draw()) * (u128::from(most) + 1)) >> 64) as u64
    }

    /// A length of time between two, both included.
    pub fn between(&mut self, shortest: Span, longest: Span) -> Span {
        let range = longest.us().saturating_sub(shortest.us());
        Span::from_us(shortest.us() + self.upto(range))
    }
}

fn place_number(place: Place) -> u64 {
    match place {
        Place::Server(id) => u64::from(id.place()),
        Place::Client(id) => match id.owner() {
            crate::shop::Owner::Customer(number) => 0x100 + u64::from(number),
            crate::shop::Owner::Shop => 0x100,
        },
    }
}

/// The output function of SplitMix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_splitmix64() {
        // The first outputs for state 1234567, as given with the reference implementation.
        let mut stream = Stream { state: 1_234_567 };
        let first: Vec<u64> = (0..3).map(|_| stream.draw()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_stay_within_bounds_and_reach_them() {
        let mut stream = Stream::named(1, 1, 1);
        let draws: Vec<u64> = (0..2_000).map(|_| stream.upto(3)).collect();
        for value in 0..=3 {
            let share = draws.iter().filter(|draw| **draw == value).count();
            assert!((400..600).contains(&share), "{value}: {share} of 2000");
        }
        let span = stream.between(Span::from_ms(3), Span::from_ms(3));
        assert_eq!(span, Span::from_ms(3));
    }

    #[test]
    fn streams_of_different_names_differ() {
        let [a, b] = [0, 1].map(|place| Place::Server(ServerId::new(place)));
        let mut draws = vec![
            Stream::of_link(1, a, b).draw(),
            Stream::of_link(1, b, a).draw(),
            Stream::of_link(2, a, b).draw(),
        ];
        draws.push(Stream::of_election_timer(1, ServerId::new(0)).draw());
        draws.sort_unstable();
        draws.dedup();
        assert_eq!(draws.len(), 4);
    }

    const SHORTEST: Span = Span::from_ms(1_000);

    /// How long the servers of a cluster of five wait, each time with new draws.
    fn time_outs(rounds: usize) -> Vec<[Span; 5]> {
        let mut streams = [0, 1, 2, 3, 4].map(|place| Stream::of_election_timer(1, ServerId::new(place)));
        let mut round = || streams.each_mut().map(|stream| stream.between(SHORTEST, SHORTEST.doubled()));
        (0..rounds).map(|_| round()).collect()
    }

    /// The Raft paper, section 5.2: time-outs are spread over the whole range, for each server.
    #[test]
    fn time_outs_are_spread_between_the_shortest_and_twice_it() {
        let rounds = time_outs(1_000);
        for server in 0..5 {
            let mut tenths = [0; 10];
            for waits in &rounds {
                tenths[((waits[server].us() - SHORTEST.us()) / 100_000).min(9) as usize] += 1;
            }
            assert!(tenths.iter().all(|share| (60..140).contains(share)), "server {server}: {tenths:?}");
        }
    }

    /// The Raft paper, section 5.2: mostly one server alone wakes up, and is elected before the next one does. A twentieth of the range is
    /// time enough for that.
    #[test]
    fn mostly_one_server_wakes_up_alone() {
        let close = |waits: &[Span; 5]| {
            let mut waits = waits.map(Span::us);
            waits.sort_unstable();
            waits[1] - waits[0] < SHORTEST.us() / 20
        };
        let conflicts = time_outs(1_000).iter().filter(|waits| close(waits)).count();
        assert!((1..300).contains(&conflicts), "{conflicts} of 1000");
    }
}
