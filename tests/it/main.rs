//! Native tests of the whole: stories through the driver, the state hash, time travel, the structure of the sources.

#[path = "../known/mod.rs"]
mod known;

mod colours;
mod demos;
mod disks;
mod frames;
mod guided;
mod hashes;
mod host;
mod hosts;
mod lessons;
mod log_repair;
mod moments;
mod narration;
mod network;
mod paper;
mod quorum_directives;
mod random_runs;
mod rooms;
mod scripts;
mod server;
mod share;
mod shrink;
mod site;
mod story;
mod swarm;
mod texts;
mod time_travel;
mod topologies;
mod votes;
mod world;
