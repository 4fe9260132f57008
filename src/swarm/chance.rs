//! Chance for the swarm: a small generator of its own (Marsaglia's xorshift64), apart from the world's streams.

/// A stream of draws.
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed for a purpose.
    pub fn new(seed: u32, purpose: u64) -> Chance {
        let mut chance = Chance(((u64::from(seed) << 8) | purpose).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            chance.below(2);
        }
        chance
    }

    /// A whole number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound.max(1)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}
