//! What the outside says to the page and hears from it (`docs/contract.md`): the address, the messages between a frame
//! and its host, and what the host puts into its page to have the frame. Plain values and pure functions; the page carries them to and from the browser.

pub mod address;
pub mod incoming;
pub mod outgoing;
pub mod snippet;
mod tagged;

pub use tagged::action;
