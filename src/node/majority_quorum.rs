//! Majority quorum: a decision counts once more than half of all servers hold it.
//!
//! Any two majorities share a server, so whoever is elected later has heard of every decision. Half is not enough (two halves
//! need not meet), and counting only the servers that happen to be alive is not a majority of the cluster.

use super::ids::Index;
use super::rules::Quorum;

/// How many servers are more than half of `servers`.
pub const fn majority(servers: u8) -> u8 {
    servers / 2 + 1
}

/// How many servers must hold an entry under this rule.
pub fn needed(servers: u8, rule: Quorum) -> u8 {
    match rule {
        Quorum::Majority => majority(servers),
        Quorum::One => 1,
        Quorum::All => servers,
    }
}

/// The highest index that at least `needed` servers hold, given up to where each one does (the leader included).
///
/// Sorted from the highest down, the element at place `needed - 1` is held by the `needed` servers at and before it.
pub fn held_by(needed: u8, held: &mut [Index]) -> Index {
    held.sort_unstable_by(|one, other| other.cmp(one));
    held.get(usize::from(needed) - 1).copied().unwrap_or(Index(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_for_each_size() {
        let sizes: Vec<u8> = (1..=9).map(majority).collect();
        assert_eq!(sizes, [1, 2, 2, 3, 3, 4, 4, 5, 5]);
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

    #[test]
    fn the_other_rules() {
        let held = || [Index(7), Index(3), Index(0)];
        assert_eq!(held_by(needed(3, Quorum::One), &mut held()), Index(7));
        assert_eq!(held_by(needed(3, Quorum::Majority), &mut held()), Index(3));
        assert_eq!(held_by(needed(3, Quorum::All), &mut held()), Index(0));
    }
}
