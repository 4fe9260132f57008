//! Cuts a WebAssembly program in parts that come one after the other: what somebody needs first, what next, and the rest.
//!
//! What that is is not guessed: [`mark`] makes a program that tells which of its places somebody came to, somebody runs it for a while,
//! [`lean`] makes functions of those pieces of functions that nobody came to, and [`cut`] cuts by what was told. What is needed before
//! its part has come waits for it: what was not told costs time, and without a network the program. [`shorten`] makes the first part
//! and the script that starts it a little smaller still.

mod body;
mod cut;
mod lean;
mod marks;
mod names;
mod numbers;
mod order;
mod pieces;
mod program;
mod types;

pub use cut::{BEFORE, MISSING, cut};
pub use lean::lean;
pub use marks::{RAN, mark};
pub use names::shorten;

use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits that tell these bytes from others.
fn hash<'a>(bytes: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    bytes.into_iter().for_each(|bytes| digest.update(bytes));
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
