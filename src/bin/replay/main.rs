//! Replays a shared run as text: `replay <share string, link or file>`; and looks for runs that break a promise:
//! `replay swarm --seeds 0..10000`.
//!
//! Ends with 0 when all is well, with 1 when a promise was broken (in a swarm also: a cluster did not come back, or too little
//! happened), and with 2 when it cannot do what it was asked for.

// Native only; the browser's build has no arguments to read.
#[cfg(not(target_arch = "wasm32"))]
mod run;
#[cfg(not(target_arch = "wasm32"))]
mod swarm;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../../site/texts.rs"]
#[expect(dead_code, reason = "the texts as JSON are for the pages")]
mod texts;

#[cfg(not(target_arch = "wasm32"))]
use native::{Ending, Result, print};

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::io::{self, ErrorKind, Write as _};
    use std::process::ExitCode;

    use lexopt::prelude::*;

    use crate::{run, swarm};

    const USAGE: &str = "replay <share string, link or file>";

    /// An error is a sentence for whoever asked.
    pub type Result<T> = std::result::Result<T, String>;

    /// What became of the promises.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Ending {
        /// None was broken, or help was asked for.
        Kept,
        /// At least one was broken.
        Broken,
    }

    /// Does what the command line says.
    pub fn main() -> ExitCode {
        match command() {
            Ok(Ending::Kept) => ExitCode::SUCCESS,
            Ok(Ending::Broken) => ExitCode::from(1),
            Err(error) => {
                eprintln!("replay: {error}");
                ExitCode::from(2)
            }
        }
    }

    fn command() -> Result<Ending> {
        let mut parser = lexopt::Parser::from_env();
        let mut source = None;
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            match argument {
                Short('h') | Long("help") => {
                    return print(&format!("{USAGE}\n{}\n", swarm::USAGE), Ending::Kept);
                }
                Value(value) if source.is_none() && value == "swarm" => return swarm::swarm(parser),
                Value(value) if source.is_none() => source = Some(value.to_string_lossy().into_owned()),
                other => return Err(format!("{}; use {USAGE}", other.unexpected())),
            }
        }
        run::replay(&source.ok_or(format!("there is nothing to replay; use {USAGE}"))?)
    }

    /// A reader that has seen enough (`| head`) is no error.
    pub fn print(text: &str, ending: Ending) -> Result<Ending> {
        match io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
            _ => Ok(ending),
        }
    }
}
