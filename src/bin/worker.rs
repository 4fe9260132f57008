//! The worker's program. The start script loads it and calls `start` of [`playground::worker`].

#[cfg(target_arch = "wasm32")]
use playground as _;

fn main() {}
