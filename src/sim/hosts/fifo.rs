//! A queue whose copies share what they have in common.
//!
//! Hundreds of thousands of requests may wait at a machine, and a checkpoint copies the whole world. So the queue is kept in pieces, and a
//! copy of the queue shares the pieces; only the one that changes is copied when it does.

use std::collections::VecDeque;
use std::sync::Arc;

/// How many values a piece holds.
const PIECE: usize = 1_024;

/// First in, first out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fifo<T> {
    pieces: VecDeque<Arc<Vec<T>>>,
    /// How many values of the first piece are gone.
    taken: usize,
    len: usize,
}

impl<T> Default for Fifo<T> {
    fn default() -> Fifo<T> {
        Fifo { pieces: VecDeque::new(), taken: 0, len: 0 }
    }
}

impl<T: Copy> Fifo<T> {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Puts a value at the end.
    pub fn push(&mut self, value: T) {
        self.len += 1;
        if let Some(last) = self.pieces.back_mut().filter(|last| last.len() < PIECE) {
            return Arc::make_mut(last).push(value);
        }
        let mut piece = Vec::with_capacity(PIECE);
        piece.push(value);
        self.pieces.push_back(Arc::new(piece));
    }

    /// Takes the value that has waited longest.
    pub fn pop(&mut self) -> Option<T> {
        let first = self.pieces.front()?;
        let value = *first.get(self.taken)?;
        self.taken += 1;
        self.len -= 1;
        if self.taken == first.len() {
            self.pieces.pop_front();
            self.taken = 0;
        }
        Some(value)
    }

    /// All that wait, the one that has waited longest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flat_map(|piece| piece.iter()).skip(self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    #[test]
    fn what_comes_first_goes_first() {
        let (mut fifo, mut plain) = (Fifo::default(), VecDeque::new());
        for turn in 0..20_000_u32 {
            fifo.push(turn);
            plain.push_back(turn);
            if turn % 3 > 0 {
                assert_eq!(fifo.pop(), plain.pop_front());
            }
            assert_eq!(fifo.len(), plain.len());
        }
        assert!(fifo.iter().eq(&plain));
        while let Some(value) = plain.pop_front() {
            assert_eq!(fifo.pop(), Some(value));
        }
        assert_eq!((fifo.pop(), fifo.pieces.len(), fifo.taken), (None, 0, 0));
    }

    #[test]
    fn a_copy_shares_its_pieces_and_stays_what_it_was() {
        let mut fifo = Fifo::default();
        (0..10_000_u32).for_each(|value| fifo.push(value));
        let copy = fifo.clone();
        (0..100).for_each(|value| fifo.push(value));
        fifo.pop();
        assert!(copy.iter().copied().eq(0..10_000));
        let shared = fifo.pieces.iter().zip(&copy.pieces).filter(|(one, other)| Arc::ptr_eq(one, other));
        assert_eq!(shared.count(), copy.pieces.len() - 1, "all but the one that was added to");
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        let mut fifo = Fifo::default();
        fifo.push(1);
        fifo.push(2);
        type Numbers = Fifo<i32>;
        each_field_counts!(fifo => Numbers { pieces: VecDeque::new(), taken: 1, len: 1 });
    }
}
