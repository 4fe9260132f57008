//! What the outside says to the page and hears from it (`docs/contract.md`): the address, and the messages between a frame
//! and its host. Plain values and pure functions; the page carries them to and from the browser.

pub mod address;
pub mod incoming;
pub mod outgoing;
