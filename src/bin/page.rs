//! The page's program. The start script loads it and calls [`playground::page::start`].

#[cfg(target_arch = "wasm32")]
use playground as _;

fn main() {}
