//! `cargo xtask test`: every check, each with its duration, and at the end what failed.
//!
//! A failed step does not stop those that do not need it: one run tells everything that is wrong.

use crate::browser;
use crate::node::{self, Packages};
use crate::project::Project;
use crate::run::{output, run};
use crate::site_build;
use crate::sizes;
use crate::tools::{self, BuildTools, WASM_TARGET};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs the checks; with `all` also the long ones.
///
/// # Errors
/// When a step failed; the error names the failed steps.
pub fn check(project: &Project, all: bool) -> Result<()> {
    let mut report = Report::default();
    let tools = report.step("tools", || {
        tools::ensure_lint_tools()?;
        tools::ensure_build_tools(project)
    });
    let packages = report.step("npm packages", || node::ensure_packages(project));
    sources(&mut report, project, all);
    if let Some(tools) = &tools {
        wasm(&mut report, project, tools, all);
    } else {
        report.skip("lints and tests on wasm", "tools");
    }
    match (&tools, &packages) {
        (Some(tools), Some(packages)) => browsers(&mut report, project, tools, packages, all),
        _ => report.skip("release build and browser tests", "tools or npm packages"),
    }
    report.finish()
}

/// What needs nothing but Rust.
fn sources(report: &mut Report, project: &Project, all: bool) {
    report.step("format", || run(cargo(project).args(["fmt", "--all", "--", "--check"])));
    report.step("lints", || {
        run(cargo(project).args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    });
    report.step("native tests", || run(&mut native_tests(project, all)));
    report.step("swarm", || run(&mut swarm(project)));
}

/// The same tests of the swarm that run small among the native ones, optimised and large.
fn swarm(project: &Project) -> Command {
    let mut command = cargo(project);
    command.args(["test", "--locked", "--profile", "swarm", "--test", "it", "swarm::", "--", "--nocapture"]);
    command.env("SWARM_SEEDS", "10000").env("SWARM_COMBINATIONS", "2000");
    command
}

fn native_tests(project: &Project, all: bool) -> Command {
    let mut command = cargo(project);
    let nextest = output(Command::new("cargo").args(["nextest", "--version"])).is_some();
    match (nextest, all) {
        (true, false) => command.args(["nextest", "run", "--locked", "--workspace"]),
        (true, true) => command.args(["nextest", "run", "--locked", "--workspace", "--run-ignored", "all"]),
        (false, false) => command.args(["test", "--locked", "--workspace"]),
        (false, true) => command.args(["test", "--locked", "--workspace", "--", "--include-ignored"]),
    };
    command
}

/// What runs in the browser: lints of both parts at once, which share most of what is compiled, and the tests of the core
/// and the worker in Node's wasm engine.
fn wasm(report: &mut Report, project: &Project, tools: &BuildTools, all: bool) {
    report.step("lints on wasm", || {
        let parts = ["--lib", "--bin", "page", "--bin", "worker", "--features", "page,worker"];
        let clippy = ["clippy", "--locked", "--target", WASM_TARGET];
        run(cargo(project).args(clippy).args(parts).args(["--", "-D", "warnings"]))
    });
    report.step("tests on wasm", || {
        let mut command = cargo(project);
        command.args(["test", "--locked", "--target", WASM_TARGET, "--features", "worker", "--test", "wasm"]);
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools.program("wasm-bindgen-test-runner"));
        if all {
            command.args(["--", "--include-ignored"]);
        }
        run(&mut command)
    });
}

fn browsers(report: &mut Report, project: &Project, tools: &BuildTools, packages: &Packages, all: bool) {
    let chrome = report.step("browser", || browser::ensure_chrome(packages));
    let firefox =
        if all { report.step("second browser", || browser::ensure_firefox(packages)) } else { None };
    let dist = report.step("release build", || site_build::dist(project, tools, packages, None));
    let (Some(chrome), Some(dist)) = (chrome, dist) else {
        return report.skip("browser tests", "browser or release build");
    };
    report.step("sizes", || sizes::print(&dist));
    report.step("browser tests", || run(&mut playwright(packages, &dist, &chrome, firefox.as_deref())));
}

/// The tests learn from the environment what to test, and in which browsers.
fn playwright(packages: &Packages, dist: &Path, chrome: &Path, firefox: Option<&Path>) -> Command {
    let mut command = packages.playwright();
    command.arg("test").env("DIST", dist).env("CHROME", chrome);
    // The second browser comes with the long tests.
    match firefox {
        Some(firefox) => command.env("FIREFOX", firefox).env("ALL", "1"),
        None => command.arg("--project=chromium"),
    };
    command
}

fn cargo(project: &Project) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&project.root);
    command
}

/// How a step ended.
#[derive(Debug, PartialEq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// The step that it would have needed.
    Skipped(String),
}

/// The steps so far.
#[derive(Default)]
struct Report {
    steps: Vec<(String, Outcome)>,
}

impl Report {
    /// Runs a step and notes how it ended; nothing is returned when it failed.
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let (outcome, value) = match result {
            Ok(value) => (Outcome::Passed(took), Some(value)),
            Err(error) => {
                eprintln!("\nxtask: {name}: {error:#}");
                (Outcome::Failed(took), None)
            }
        };
        println!("=== {}", line(name, &outcome));
        self.steps.push((name.to_owned(), outcome));
        value
    }

    fn skip(&mut self, name: &str, because: &str) {
        self.steps.push((name.to_owned(), Outcome::Skipped(because.to_owned())));
    }

    fn finish(self) -> Result<()> {
        println!("\n{}", self.summary());
        let failed: Vec<_> = self.names(|outcome| matches!(outcome, Outcome::Failed(_)));
        if failed.is_empty() {
            return Ok(());
        }
        bail!("failed: {}", failed.join(", "))
    }

    fn summary(&self) -> String {
        let lines = self.steps.iter().map(|(name, outcome)| format!("{}\n", line(name, outcome)));
        let passed = self.names(|outcome| matches!(outcome, Outcome::Passed(_))).len();
        let failed = self.names(|outcome| matches!(outcome, Outcome::Failed(_))).len();
        let skipped = self.steps.len() - passed - failed;
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        format!("{}Steps: {passed} passed, {failed} failed{skipped}", lines.collect::<String>())
    }

    fn names(&self, of: impl Fn(&Outcome) -> bool) -> Vec<&str> {
        self.steps.iter().filter(|(_, outcome)| of(outcome)).map(|(name, _)| name.as_str()).collect()
    }
}

fn line(name: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed(took) => format!("{name:<24} ok      {:>7.1} s", took.as_secs_f64()),
        Outcome::Failed(took) => format!("{name:<24} FAILED  {:>7.1} s", took.as_secs_f64()),
        Outcome::Skipped(because) => format!("{name:<24} skipped, for want of {because}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failed_step_is_named_and_the_others_still_run() {
        let mut report = Report::default();
        assert_eq!(report.step("format", || Ok(1)), Some(1));
        assert_eq!(report.step("lints", || Err::<(), _>(anyhow!("a warning"))), None);
        report.step("native tests", || Ok(()));
        report.skip("browser tests", "release build");
        let summary = report.summary();
        assert!(summary.ends_with("Steps: 2 passed, 1 failed, 1 skipped"), "{summary}");
        assert_eq!(report.finish().unwrap_err().to_string(), "failed: lints");
    }

    #[test]
    fn all_steps_passed_is_success() {
        let mut report = Report::default();
        report.step("format", || Ok(()));
        assert!(report.summary().ends_with("Steps: 1 passed, 0 failed"));
        assert!(report.finish().is_ok());
    }
}
