//! The hash of a state: SipHash-1-3, the same natively and on wasm32.
//!
//! `#[derive(Hash)]` feeds lengths and discriminants as `usize` and `isize`, whose width differs between the two; here they are
//! always 64 bits.

use std::hash::{Hash, Hasher};

use siphasher::sip::SipHasher13;

struct Widening(SipHasher13);

impl Hasher for Widening {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn write_usize(&mut self, value: usize) {
        self.0.write(&(value as u64).to_le_bytes());
    }

    fn write_isize(&mut self, value: isize) {
        self.0.write(&(value as i64).to_le_bytes());
    }
}

/// The hash of any value whose parts are hashed by `#[derive(Hash)]`.
pub fn stable_hash(value: &impl Hash) -> u64 {
    let mut hasher = Widening(SipHasher13::new());
    value.hash(&mut hasher);
    hasher.finish()
}

/// Asserts that each field of a value counts in its hash. Names every field, so that a new one fails to compile until it is named.
#[cfg(test)]
macro_rules! each_field_counts {
    ($value:expr => $type:ident { $($field:ident: $other:expr),* $(,)? }) => {{
        let value: $type = $value;
        let $type { $($field: _),* } = &value;
        $({
            let mut other = value.clone();
            other.$field = $other;
            let name = concat!(stringify!($type), ".", stringify!($field));
            assert!(value != other, "the new value of {name} is the old one");
            assert_ne!($crate::stable_hash::stable_hash(&value), $crate::stable_hash::stable_hash(&other), "{name}");
        })*
    }};
}

#[cfg(test)]
pub(crate) use each_field_counts;

#[cfg(test)]
mod tests {
    use super::stable_hash;

    #[test]
    fn known_answers() {
        assert_eq!(stable_hash(&0u8), 7_541_581_120_933_061_747);
        assert_eq!(stable_hash(&7usize), stable_hash(&7u64));
        assert_eq!(stable_hash(&-7isize), stable_hash(&-7i64));
        assert_ne!(stable_hash(&vec![1u8, 2]), stable_hash(&vec![1u8, 2, 0]));
        assert_ne!(stable_hash(&Some(0u8)), stable_hash(&None::<u8>));
    }
}
