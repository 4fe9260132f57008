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

pub mod command;
pub mod decimal;
pub mod escape;
pub mod frame;
pub mod host;
pub mod lesson;
pub mod node;
pub mod ordered;
#[cfg(all(feature = "page", target_arch = "wasm32"))]
pub mod page;
pub mod promise;
pub mod scene;
pub mod share;
pub mod shop;
pub mod sim;
pub mod stable_hash;
#[cfg(not(target_arch = "wasm32"))]
pub mod swarm;
pub mod time;
pub mod wire;
pub mod words;
#[cfg(any(feature = "worker", not(target_arch = "wasm32")))]
pub mod worker;
