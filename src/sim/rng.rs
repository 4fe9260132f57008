//! Chance from a seed: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
//!
//! Each source of chance has a stream of its own, named by what it belongs to, so that the n-th message of a link gets the n-th draw of
//! that link whatever else happens: a right and a wrong world with the same seed stay comparable.
//!
//! The times between users' requests and the times that work takes are exponential. Their logarithm comes out of a table of whole
//! numbers, so that it is the same on every machine.

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

    /// The stream of the users' requests.
    pub fn of_users(seed: u32) -> Stream {
        Stream::named(seed, 3, 0)
    }

    /// The stream of how long a resource of a machine takes for its work; resources are counted from 0.
    pub fn of_work(seed: u32, machine: ServerId, resource: u8) -> Stream {
        Stream::named(seed, 4, (u64::from(machine.place()) << 8) | u64::from(resource))
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

    /// A length of time that is exponentially distributed with that mean.
    pub fn exponential(&mut self, mean: Span) -> Span {
        let times = u128::from(minus_ln(self.draw()));
        Span::from_us(((u128::from(mean.us()) * times + (1 << 31)) >> 32) as u64)
    }

    /// A length of time between two, both included.
    pub fn between(&mut self, shortest: Span, longest: Span) -> Span {
        let range = longest.us().saturating_sub(shortest.us());
        Span::from_us(shortest.us() + self.upto(range))
    }
}

/// The natural logarithm of 2, times 2^32.
const LN_2: u64 = 2_977_044_472;

/// `-ln(1/2 + i/128)`, times 2^32, for `i` from 0 to 64.
const MINUS_LN: [u64; 65] = [
    2_977_044_472,
    2_910_454_498,
    2_844_881_204,
    2_780_294_013,
    2_716_663_704,
    2_653_962_338,
    2_592_163_181,
    2_531_240_638,
    2_471_170_186,
    2_411_928_318,
    2_353_492_488,
    2_295_841_054,
    2_238_953_239,
    2_182_809_076,
    2_127_389_374,
    2_072_675_675,
    2_018_650_217,
    1_965_295_899,
    1_912_596_253,
    1_860_535_406,
    1_809_098_057,
    1_758_269_449,
    1_708_035_340,
    1_658_381_986,
    1_609_296_111,
    1_560_764_891,
    1_512_775_930,
    1_465_317_245,
    1_418_377_245,
    1_371_944_714,
    1_326_008_797,
    1_280_558_983,
    1_235_585_093,
    1_191_077_261,
    1_147_025_929,
    1_103_421_825,
    1_060_255_961,
    1_017_519_616,
    975_204_325,
    933_301_872,
    891_804_281,
    850_703_802,
    809_992_907,
    769_664_279,
    729_710_807,
    690_125_574,
    650_901_856,
    612_033_109,
    573_512_964,
    535_335_226,
    497_493_860,
    459_982_990,
    422_796_893,
    385_929_995,
    349_376_861,
    313_132_196,
    277_190_838,
    241_547_751,
    206_198_026,
    171_136_874,
    136_359_621,
    101_861_706,
    67_638_678,
    33_686_191,
    0,
];

/// `-ln(draw / 2^64)`, times 2^32. A number is a power of two times something between a half and one, whose logarithm is read
/// from the table, between two rows along a straight line (off by 3 in 100,000 at most).
fn minus_ln(draw: u64) -> u64 {
    let draw = draw | 1;
    let halvings = draw.leading_zeros();
    let between = draw << halvings;
    let row = ((between >> 57) & 0x3f) as usize;
    let past_the_row = (between >> 25) & 0xffff_ffff;
    let (here, next) = (MINUS_LN[row], MINUS_LN[row + 1]);
    u64::from(halvings) * LN_2 + here - (((here - next) * past_the_row) >> 32)
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
    fn the_table_of_logarithms_is_right() {
        let scale = 2f64.powi(32);
        for (row, value) in MINUS_LN.iter().enumerate() {
            let right = -(0.5 + row as f64 / 128.0).ln() * scale;
            assert!((*value as f64 - right).abs() < 1.0, "row {row}");
        }
        assert!((LN_2 as f64 - 2f64.ln() * scale).abs() < 1.0);
        for draw in [1, 2, 3, 1 << 20, u64::MAX / 3, u64::MAX / 2, u64::MAX - 5, u64::MAX] {
            let right = -((draw | 1) as f64 / 2f64.powi(64)).ln();
            let off = minus_ln(draw) as f64 / scale - right;
            assert!(off.abs() < 4e-5, "{draw}: off by {off}");
        }
    }

    /// Mean, variance and the shares beyond one and three means, as an exponential distribution has them.
    #[test]
    fn times_are_exponentially_distributed() {
        let mut stream = Stream::of_users(1);
        let draws: Vec<f64> =
            (0..200_000).map(|_| stream.exponential(Span::from_us(1_000)).us() as f64).collect();
        let count = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / count;
        let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / count;
        let beyond = |limit: f64| draws.iter().filter(|draw| **draw > limit).count() as f64 / count;
        assert!((990.0..1_010.0).contains(&mean), "{mean}");
        assert!((980_000.0..1_020_000.0).contains(&variance), "{variance}");
        assert!((beyond(1_000.0) - (-1f64).exp()).abs() < 0.005);
        assert!((beyond(3_000.0) - (-3f64).exp()).abs() < 0.003);
        assert!(draws.iter().any(|draw| *draw > 10_000.0), "the tail is not cut off");
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
