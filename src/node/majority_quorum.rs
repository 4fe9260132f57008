//! Majority quorum: a decision counts once more than half of all servers hold it.
//!
//! Any two majorities share a server, so whoever is elected later has heard of every decision. Half is not enough (two halves
//! need not meet), and counting only the servers that happen to be alive is not a majority of the cluster.

use std::cmp::Reverse;

use super::Node;
use super::ids::{Index, ServerId};
use super::rules::{Bug, Quorum};
use crate::ordered::{Set, sort_by_key};

/// How many servers are more than half of `servers`.
pub const fn majority(servers: u8) -> u8 {
    servers / 2 + 1
}

/// How many servers must hold an entry under this rule, when so many are living.
pub fn needed(servers: u8, living: u8, rule: Quorum) -> u8 {
    match rule {
        Quorum::Majority => majority(servers),
        Quorum::One => 1,
        Quorum::All => servers,
        Quorum::OfTheLiving => majority(living),
    }
}

/// The highest index that at least `needed` servers hold, given up to where each one does (the leader included).
///
/// Sorted from the highest down, the element at place `needed - 1` is held by the `needed` servers at and before it.
pub fn held_by(needed: u8, held: &mut [Index]) -> Index {
    sort_by_key(held, |index| Reverse(*index));
    held.get(usize::from(needed) - 1).copied().unwrap_or(Index(0))
}

/// Element n / 2 of the ascending list (`commit=nth-ascending`): right for odd sizes, and for four servers held by only two.
pub fn nth_ascending(held: &mut [Index]) -> Index {
    sort_by_key(held, |index| *index);
    held.get(held.len() / 2).copied().unwrap_or(Index(0))
}

impl Node {
    /// How many servers must agree in elections, checks of the quorum and confirmations of reads: a majority of all, whatever is
    /// in force for entries; only `of-the-living` changes this too.
    pub(super) fn votes_needed(&self, answered: &Set<ServerId>) -> u8 {
        match self.config.rules.quorum {
            Quorum::OfTheLiving => majority(answered.len() as u8 + 1),
            _ => majority(self.config.servers),
        }
    }

    /// How many servers must have answered a round of heartbeats before a read is confirmed.
    pub(super) fn confirmations_needed(&self, living: &Set<ServerId>) -> u8 {
        let needed = self.votes_needed(living);
        if self.config.rules.bug == Bug::M17 { needed.saturating_sub(1) } else { needed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many servers there are, how many of them decide, and how many may fail: four stand no more failures than three.
    const SIZES: [(u8, u8, u8); 9] =
        [(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (6, 4, 2), (7, 4, 3), (8, 5, 3), (9, 5, 4)];

    #[test]
    fn more_than_half_for_each_size() {
        for (servers, decide, may_fail) in SIZES {
            assert_eq!(majority(servers), decide, "of {servers}");
            assert_eq!(servers - decide, may_fail, "of {servers}, so that the others still decide");
            assert!(2 * decide > servers, "any two majorities of {servers} share a server");
            assert!(2 * (decide - 1) <= servers, "and one less of {servers} would not be more than half");
        }
    }

    #[test]
    fn what_a_majority_holds() {
        for (held, mark) in [
            (vec![5], 5),
            (vec![5, 3], 3),
            (vec![5, 5, 3], 5),
            (vec![5, 5, 3, 4], 4),
            (vec![5, 5, 5, 3, 4], 5),
            (vec![2, 9, 4, 7, 4, 1], 4),
        ] {
            let mut indexes: Vec<Index> = held.iter().map(|index| Index(*index)).collect();
            assert_eq!(held_by(majority(held.len() as u8), &mut indexes), Index(mark), "{held:?}");
        }
    }

    /// By counting, for every list of one to nine servers (of small indexes, the fewer the more servers there are): the mark is the
    /// highest index that more than half hold.
    #[test]
    fn the_mark_is_the_highest_index_that_more_than_half_hold() {
        for servers in 1..=9u32 {
            let indexes: u32 = if servers <= 7 { 4 } else { 3 };
            for number in 0..indexes.pow(servers) {
                let digit = |place| u64::from(number / indexes.pow(place) % indexes);
                let mut held: Vec<Index> = (0..servers).map(|place| Index(digit(place))).collect();
                let holders = |mark: u64| held.iter().filter(|index| index.0 >= mark).count();
                let highest = (0..=3).rev().find(|mark| 2 * holders(*mark) > servers as usize);
                assert_eq!(Some(held_by(majority(servers as u8), &mut held).0), highest, "{held:?}");
            }
        }
    }

    #[test]
    fn the_other_rules() {
        let held = || [Index(7), Index(3), Index(0)];
        assert_eq!(held_by(needed(3, 3, Quorum::One), &mut held()), Index(7));
        assert_eq!(held_by(needed(3, 3, Quorum::Majority), &mut held()), Index(3));
        assert_eq!(held_by(needed(3, 3, Quorum::All), &mut held()), Index(0));
        assert_eq!(held_by(needed(3, 1, Quorum::OfTheLiving), &mut held()), Index(7));
        assert_eq!(
            nth_ascending(&mut [Index(5), Index(5), Index(3), Index(4)]),
            Index(5),
            "held by two of four"
        );
    }
}
