//! The commands of this project, run as `cargo xtask <command>`.
//!
//! Each command first sees to the tools that it needs ([`tools`], [`browser`], [`node`]), in the pinned version and in a
//! cache folder of the project's own, and then runs. Nothing is installed that the command does not need: `serve` wants no
//! Node and no browser driver. Left out on purpose: a second build system. Cargo, Trunk, `split` and Playwright do the work;
//! this package only calls them in order.

mod browser;
mod node;
mod parts;
mod previews;
mod project;
mod release;
mod routes;
mod run;
#[cfg(test)]
mod scratch;
mod serve;
mod server;
mod site_build;
mod sizes;
mod test;
mod tools;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use project::Project;
use routes::{Mount, Routes};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  serve [--release] [--port N] [--no-open]
        Build the site, serve it on this machine, open it, and build again when a source changes.
  test [--all]
        Every check: format, lints, native tests, the core's tests on wasm, a release build, browser tests.
        --all adds the long tests and a second browser.
  dist [--site https://…]
        Write the release build into dist/ and print what a visitor downloads. It is opened in a browser once, to see
        which functions come first. --site is the address at which the
        site will be; it is needed for the few links that must be absolute, and for what others show of a page.
  release [--site https://…]
        The release build, and in dist-release/ what a release hands out: the site as one file for halls without
        network, a zip of it for any web server, and their checksums.
  setup
        Only install what the other commands need.
  host <folder> --port N [--at /path/]… [--mount /path/=folder]…
        Serve a folder as it is, at / or below each --at; --mount adds other folders.

Environment: CHROME names the Chrome, Edge or Chromium to test with, FIREFOX the second browser of --all.
";

fn main() -> ExitCode {
    match Task::from_command_line().and_then(Task::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// One command with its options.
#[derive(Debug, PartialEq)]
enum Task {
    Help,
    Serve(serve::Options),
    Test { all: bool },
    Dist { site: Option<String> },
    Release { site: Option<String> },
    Setup,
    Host { routes: Routes, port: u16 },
}

impl Task {
    fn from_command_line() -> Result<Self> {
        Self::parse(lexopt::Parser::from_env())
    }

    fn parse(mut args: lexopt::Parser) -> Result<Self> {
        match args.next()? {
            None | Some(Short('h') | Long("help")) => Ok(Self::Help),
            Some(Value(name)) => match name.string()?.as_str() {
                "help" => Ok(Self::Help),
                "serve" => parse_serve(args),
                "test" => parse_test(args),
                "dist" => Ok(Self::Dist { site: parse_site(args)? }),
                "release" => Ok(Self::Release { site: parse_site(args)? }),
                "setup" => no_more(args, Self::Setup),
                "host" => parse_host(args),
                other => bail!("there is no command `{other}`\n\n{HELP}"),
            },
            Some(other) => Err(other.unexpected().into()),
        }
    }

    fn run(self) -> Result<()> {
        match self {
            Self::Help => print_help(),
            Self::Serve(options) => serve::start(&Project::find()?, &options),
            Self::Test { all } => test::check(&Project::find()?, all),
            Self::Dist { site } => dist(&Project::find()?, site.as_deref()),
            Self::Release { site } => hand_out(&Project::find()?, site.as_deref()),
            Self::Setup => setup(&Project::find()?),
            Self::Host { routes, port } => host(routes, port),
        }
    }
}

fn parse_serve(mut args: lexopt::Parser) -> Result<Task> {
    let mut options = serve::Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("release") => options.release = true,
            Long("no-open") => options.open = false,
            Long("port") => options.port = Some(args.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Serve(options))
}

fn parse_test(mut args: lexopt::Parser) -> Result<Task> {
    let mut all = false;
    while let Some(arg) = args.next()? {
        match arg {
            Long("all") => all = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Task::Test { all })
}

fn parse_site(mut args: lexopt::Parser) -> Result<Option<String>> {
    let mut site = None;
    while let Some(arg) = args.next()? {
        match arg {
            Long("site") => site = Some(site_address(&args.value()?.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(site)
}

fn parse_host(mut args: lexopt::Parser) -> Result<Task> {
    let (mut folder, mut port) = (None, None);
    let (mut at, mut mounts) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Value(value) if folder.is_none() => folder = Some(PathBuf::from(value)),
            Long("port") => port = Some(args.value()?.parse()?),
            Long("at") => at.push(args.value()?.string()?),
            Long("mount") => mounts.push(Mount::parse(&args.value()?.string()?)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = folder.context("which folder? cargo xtask host <folder> --port N")?;
    if at.is_empty() {
        at.push("/".to_owned());
    }
    for prefix in at {
        mounts.push(Mount::new(&prefix, folder.clone())?);
    }
    let port = port.context("which port? cargo xtask host <folder> --port N")?;
    Ok(Task::Host { routes: Routes::new(mounts), port })
}

fn no_more(mut args: lexopt::Parser, task: Task) -> Result<Task> {
    match args.next()? {
        None => Ok(task),
        Some(other) => Err(other.unexpected().into()),
    }
}

/// The address without its last slash; absolute links are made by putting paths behind it.
fn site_address(text: &str) -> Result<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.trim_matches('/').is_empty() && !host.contains(['?', '#']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => bail!("--site wants the whole address of the site, such as https://example.org/playground"),
    }
}

fn print_help() -> Result<()> {
    print!("{HELP}");
    Ok(())
}

fn dist(project: &Project, site: Option<&str>) -> Result<()> {
    sizes::print(&build(project, site)?)
}

fn build(project: &Project, site: Option<&str>) -> Result<PathBuf> {
    let tools = tools::ensure_build_tools(project)?;
    let packages = node::ensure_packages(project)?;
    let out = site_build::dist(project, &tools, &packages, site)?;
    if site.is_some() {
        previews::take(&packages, &out)?;
    }
    Ok(out)
}

fn hand_out(project: &Project, site: Option<&str>) -> Result<()> {
    let built = build(project, site)?;
    // The workspace has one version.
    for file in release::write(&built, env!("CARGO_PKG_VERSION"), &project.release())? {
        println!("{}", file.display());
    }
    Ok(())
}

fn setup(project: &Project) -> Result<()> {
    tools::ensure_build_tools(project)?;
    tools::ensure_lint_tools()?;
    let packages = node::ensure_packages(project)?;
    let chrome = browser::ensure_chrome(&packages)?;
    println!("Everything is there. The browser for the tests is {}.", chrome.display());
    Ok(())
}

fn host(routes: Routes, port: u16) -> Result<()> {
    let listener = server::bind(port)?;
    println!("serving at http://127.0.0.1:{port}/");
    server::serve(&listener, routes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Task> {
        Task::parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn serve_opens_a_browser_unless_told_otherwise() {
        let plain = parse(&["serve"]).unwrap();
        assert_eq!(plain, Task::Serve(serve::Options { release: false, port: None, open: true }));
        let told = parse(&["serve", "--release", "--port", "9000", "--no-open"]).unwrap();
        assert_eq!(told, Task::Serve(serve::Options { release: true, port: Some(9000), open: false }));
    }

    #[test]
    fn unknown_options_and_commands_are_refused() {
        assert!(parse(&["serve", "--relase"]).is_err());
        assert!(parse(&["setup", "now"]).is_err());
        assert!(parse(&["deploy"]).is_err());
        assert!(parse(&["host", "dist"]).is_err(), "a host needs a port");
    }

    #[test]
    fn a_site_address_is_whole_and_loses_its_last_slash() {
        let task = parse(&["dist", "--site", "https://example.org/playground/"]).unwrap();
        assert_eq!(task, Task::Dist { site: Some("https://example.org/playground".to_owned()) });
        for bad in ["example.org", "https://", "https:///", "ftp://example.org", "https://e.org/?a=b"] {
            assert!(parse(&["dist", "--site", bad]).is_err(), "{bad}");
        }
    }
}
