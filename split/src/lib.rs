//! Cuts a WebAssembly program in two: the functions that somebody needs first, and the rest, which comes later.
//!
//! Which functions those are is not guessed: [`mark`] makes a program that tells which of its functions ran, somebody runs it for a
//! while, and [`cut`] cuts by what was told. A wrong guess costs time and nothing else: a function that is needed before the rest
//! has come waits for it. [`shorten`] makes the first part and the script that starts it a little smaller still.

mod copy;
mod cut;
mod marks;
mod names;
mod order;
mod program;

pub use cut::{FIRST, MISSING, Parts, cut};
pub use marks::{PREFIX, mark};
pub use names::shorten;
