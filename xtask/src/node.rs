//! The npm packages of the browser tests; among them what makes programs and scripts of the release build small.

use crate::project::Project;
use crate::run::{output, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Playwright asks for this one.
const OLDEST_NODE: u32 = 20;

/// Windows starts a script, such as npm and the programs of its packages, only by its whole name.
const SCRIPT_END: &str = if cfg!(windows) { ".cmd" } else { "" };

/// The installed packages.
pub struct Packages {
    end2end: PathBuf,
}

impl Packages {
    /// The folder with the packages' programs, for a `PATH`.
    pub fn bin(&self) -> PathBuf {
        self.end2end.join("node_modules").join(".bin")
    }

    /// Playwright's own command line, in the folder of the browser tests.
    pub fn playwright(&self) -> Command {
        let mut command = self.node();
        command.arg(Path::new("node_modules").join("@playwright").join("test").join("cli.js"));
        command
    }

    /// Node, in the folder of the browser tests.
    pub fn node(&self) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&self.end2end);
        command
    }

    /// A program of the packages, in the folder of the browser tests.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin().join(format!("{name}{SCRIPT_END}")));
        command.current_dir(&self.end2end);
        command
    }

    /// Runs a line of JavaScript that can see the packages.
    ///
    /// # Errors
    /// When it fails.
    pub fn evaluate(&self, script: &str) -> Result<String> {
        let answer = output(Command::new("node").args(["--print", script]).current_dir(&self.end2end));
        answer.with_context(|| format!("node could not evaluate `{script}`"))
    }
}

/// Sees to Node and to the packages of `end2end/package-lock.json`.
///
/// # Errors
/// When Node is missing or too old, or npm fails.
pub fn ensure_packages(project: &Project) -> Result<Packages> {
    ensure_node()?;
    let end2end = project.end2end();
    let wanted = end2end.join("package-lock.json");
    let lock = fs::read(&wanted).with_context(|| format!("could not read {}", wanted.display()))?;
    // npm's own record of what it installed differs from the lock file; a copy of the lock file does not.
    let installed = end2end.join("node_modules").join(".installed-package-lock.json");
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        println!(
            "The npm packages of the browser tests are missing or not those of the lock file. Installing them."
        );
        run(Command::new(format!("npm{SCRIPT_END}")).arg("ci").current_dir(&end2end))?;
        fs::write(&installed, lock).with_context(|| format!("could not write {}", installed.display()))?;
    }
    Ok(Packages { end2end })
}

fn ensure_node() -> Result<()> {
    let version = output(Command::new("node").arg("--version"));
    match version.as_deref().and_then(major) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        Some(major) => bail!("Node.js {major} is too old; {}", node_hint()),
        None => bail!("Node.js is missing; {}", node_hint()),
    }
}

fn node_hint() -> String {
    format!(
        "`cargo xtask test` and `dist` need Node.js {OLDEST_NODE} or newer with npm, from https://nodejs.org or your \
         system's packages (`cargo xtask serve` works without it)"
    )
}

/// The 20 of v20.20.2.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major(""), None);
    }
}
