//! The Consensus Playground: a cluster of servers that agree, made visible.
//!
//! One direction of flow, and one sentence to remember: **the page cannot decide, the core cannot draw.**
//!
//! ```text
//! click ──Command──▶ worker ──▶ simulation ──Event──▶ node
//!                      ▲                   │ Outbox (drained at once, in order)
//! picture ◀──Scene── page ◀──Frame──┴──── trace ◀───────┘
//! ```
//!
//! The modules below stand in reading order, and a module imports only from those above it; a test reads the
//! sources and fails with a sentence when one does otherwise.

pub mod time;
pub mod stable_hash;
pub mod words;
pub mod shop;
pub mod node;
pub mod command;
pub mod sim;
pub mod promise;
pub mod frame;
pub mod lesson;
pub mod scene;
pub mod host;
pub mod wire;
#[cfg(any(feature = "worker", not(target_arch = "wasm32")))]
pub mod worker;
#[cfg(all(feature = "page", target_arch = "wasm32"))]
pub mod page;
