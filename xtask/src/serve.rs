//! `cargo xtask serve`: build, serve, open, and build again when a source changes.

use crate::project::Project;
use crate::routes::{Mount, Routes};
use crate::server;
use crate::site_build;
use crate::tools::{self, BuildTools};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::env::consts;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

/// Tried first when none is named.
const USUAL_PORT: u16 = 8080;
/// How many ports are tried from there on.
const PORTS_TRIED: u16 = 20;
/// Between two looks at the sources.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What the site is made of.
const SOURCES: [&str; 8] =
    ["src", "words", "www", "index.html", "Cargo.toml", "Cargo.lock", "Trunk.toml", ".cargo"];

/// What the visitor of the command asked for.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// Compile with optimisation.
    pub release: bool,
    /// The one port to use; without it the first free one from 8080 on.
    pub port: Option<u16>,
    /// Open a browser.
    pub open: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { release: false, port: None, open: true }
    }
}

/// Serves until it is interrupted.
///
/// # Errors
/// When no port is free, a tool cannot be installed, or the first build fails. Later builds may fail: what was wrong is
/// printed, and the last good site stays.
pub fn start(project: &Project, options: &Options) -> Result<()> {
    let listener = listen(options.port)?;
    let tools = tools::ensure_build_tools(project)?;
    let sources = look(&project.root);
    let folder = site_build::local(project, &tools, options.release)?;
    let address = format!("http://{}/", listener.local_addr()?);
    let routes = Routes::new(vec![Mount::new("/", folder)?]);
    thread::spawn(move || server::serve(&listener, routes));
    println!("\nThe Consensus Playground is at {address} (Ctrl+C ends it)");
    if options.open {
        open(&address);
    }
    rebuild_on_change(project, &tools, options.release, sources)
}

/// Before the build, so that a taken port is said at once and not after minutes.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    if let Some(port) = port {
        return server::bind(port);
    }
    let free = (USUAL_PORT..USUAL_PORT + PORTS_TRIED).find_map(|port| server::bind(port).ok());
    let listener = free.with_context(|| {
        format!(
            "the ports {USUAL_PORT} to {} are all taken; choose one with --port",
            USUAL_PORT + PORTS_TRIED - 1
        )
    })?;
    if listener.local_addr()?.port() != USUAL_PORT {
        println!("Port {USUAL_PORT} is taken; using {}.", listener.local_addr()?.port());
    }
    Ok(listener)
}

/// Opening the browser is a courtesy: where it fails the address is on the screen.
fn open(address: &str) {
    let mut command = match consts::OS {
        "macos" => Command::new("open"),
        "windows" => {
            let mut command = Command::new("cmd");
            command.args(["/C", "start", ""]);
            command
        }
        _ => Command::new("xdg-open"),
    };
    let quiet = command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut opener) = quiet.spawn() {
        // Some openers live as long as the browser; nobody waits for them here.
        thread::spawn(move || opener.wait());
    }
}

fn rebuild_on_change(project: &Project, tools: &BuildTools, release: bool, mut built: Sources) -> Result<()> {
    loop {
        thread::sleep(LOOK_EVERY);
        let seen = look(&project.root);
        if seen == built {
            continue;
        }
        let file = changed(&built, &seen);
        println!("\nChanged: {}", file.strip_prefix(&project.root).unwrap_or(file).display());
        built = seen;
        match site_build::local(project, tools, release) {
            Ok(_) => println!("Built. Reload the page."),
            Err(error) => eprintln!("\nxtask: {error:#}\nThe last good build stays."),
        }
    }
}

/// Each source file with the time of its last change and its length.
type Sources = BTreeMap<PathBuf, (SystemTime, u64)>;

/// The sources as they are now; a file that cannot be read counts as not there.
fn look(root: &Path) -> Sources {
    let mut found = Sources::new();
    let mut todo: Vec<_> = SOURCES.iter().map(|name| root.join(name)).collect();
    while let Some(path) = todo.pop() {
        let Ok(about) = fs::metadata(&path) else {
            continue;
        };
        if about.is_dir() {
            todo.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else {
            found.insert(path, (about.modified().unwrap_or(SystemTime::UNIX_EPOCH), about.len()));
        }
    }
    found
}

/// One file that differs, to say why a build starts.
fn changed<'a>(before: &'a Sources, after: &'a Sources) -> &'a Path {
    let differs = |(path, about): &(&PathBuf, &_), other: &Sources| other.get(*path) != Some(*about);
    let new = after.iter().find(|file| differs(file, before));
    let gone = before.iter().find(|file| differs(file, after));
    new.or(gone).map_or(Path::new("nothing"), |(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_taken_port_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = listen(Some(port)).unwrap_err();
        assert!(format!("{error:#}").contains(&port.to_string()), "{error:#}");
    }

    #[test]
    fn new_changed_and_removed_sources_are_seen() {
        let scratch = Scratch::with(&[("src/node/mod.rs", "one")]);
        let root = scratch.path("");
        let first = look(&root);
        scratch.write("src/node/mod.rs", "longer");
        let second = look(&root);
        assert!(changed(&first, &second).ends_with("src/node/mod.rs"));
        scratch.write("index.html", "");
        let third = look(&root);
        assert!(changed(&second, &third).ends_with("index.html"));
        fs::remove_file(root.join("index.html")).unwrap();
        assert!(changed(&third, &look(&root)).ends_with("index.html"));
    }
}
