//! An order for functions that compresses well.

use std::collections::{BTreeMap, BTreeSet};

/// How many bytes in a row two functions must have in common to be alike in something.
const PIECE: usize = 5;

/// What more functions than these have in common says nothing.
const COMMON: usize = 200;

/// The places of these bodies in an order in which like ones are neighbours, the longest first: a compressor looks back a few ten
/// thousand bytes and no further.
pub fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces: Vec<BTreeSet<&[u8]>> = bodies.iter().map(|body| body.windows(PIECE).collect()).collect();
    let mut owners: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (body, pieces) in pieces.iter().enumerate() {
        for piece in pieces {
            owners.entry(piece).or_default().push(body);
        }
    }
    owners.retain(|_, owners| (2..COMMON).contains(&owners.len()));

    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = (0..bodies.len()).max_by_key(|body| bodies[*body].len());
    while let Some(body) = next {
        left.remove(&body);
        order.push(body);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for other in pieces[body].iter().filter_map(|piece| owners.get(piece)).flatten() {
            if left.contains(other) {
                *shared.entry(*other).or_default() += 1;
            }
        }
        // Likeness is what two have in common, as a part of what either has.
        let likeness = |(other, shared): &(usize, usize)| {
            let either = pieces[body].len() + pieces[*other].len() - shared;
            shared * 1_000_000 / either.max(1)
        };
        let likest = shared.into_iter().max_by_key(likeness).map(|(other, _)| other);
        next = likest.or_else(|| left.first().copied());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_bodies_stand_together_and_none_is_lost() {
        let bodies: [&[u8]; 6] = [
            b"apples and pears",
            b"one two three four",
            b"x",
            b"apples and plums",
            b"one two three five",
            b"",
        ];
        assert_eq!(by_likeness(&bodies), [4, 1, 0, 3, 2, 5]);
        assert_eq!(by_likeness(&[]), Vec::<usize>::new());
    }
}
