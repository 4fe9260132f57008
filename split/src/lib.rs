//! Cuts a WebAssembly program in two: the functions that somebody needs first, and the rest, which comes later.
//!
//! Which functions those are is not guessed: [`mark`] makes a program that tells which of its functions ran, somebody runs it for a
//! while, and [`cut`] cuts by what was told. A function that is needed before the rest has come waits for it: what was not told costs
//! time, and without a network the program. [`shorten`] makes the first part and the script that starts it a little smaller still.

mod cut;
mod marks;
mod names;
mod numbers;
mod order;
mod program;

pub use cut::{FIRST, MISSING, Parts, cut};
pub use marks::{PREFIX, mark};
pub use names::shorten;

use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits that tell these bytes from others.
fn hash<'a>(bytes: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    bytes.into_iter().for_each(|bytes| digest.update(bytes));
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
