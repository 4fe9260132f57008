//! From sources to a folder that any static server can serve.
//!
//! Trunk builds the page and the worker and writes one HTML file; to publish, [`parts`] cuts both programs in parts; the
//! program `site` takes that file as its template and writes every page. Between a good build and the next one the old site stays whole: a build goes into a folder beside it
//! and takes its place only when it is complete.

use crate::node::Packages;
use crate::parts;
use crate::project::Project;
use crate::run::run;
use crate::tools::BuildTools;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the site for this machine, and answers with its folder.
///
/// `release` compiles with optimisation. It leaves out wasm-opt, which would need npm: Trunk runs it only under its own
/// `--release`, not for cargo's release profile.
///
/// # Errors
/// When a step fails; the site of the build before is left as it was.
pub fn local(project: &Project, tools: &BuildTools, release: bool) -> Result<PathBuf> {
    let (name, args): (_, &[&str]) =
        if release { ("local-release", &["--cargo-profile", "release"]) } else { ("dev", &[]) };
    let template = project.target.join("trunk").join(name);
    run(trunk(project, tools, &[], &template)?.args(args))?;
    write_pages(project, &template, &project.target.join("site"), None)
}

/// Builds the site to publish into `dist/`, and answers with that folder.
///
/// `site` is the address at which it will be, without a last slash.
///
/// # Errors
/// When a step fails; then there is no `dist/`, lest an old one be published for a new one.
pub fn dist(
    project: &Project,
    tools: &BuildTools,
    packages: &Packages,
    site: Option<&str>,
) -> Result<PathBuf> {
    let out = project.dist();
    remove(&out)?;
    let template = project.target.join("trunk").join("release");
    let mut trunk = trunk(project, tools, &[packages.bin()], &template)?;
    if let Some(flags) = without_home(env::home_dir().as_deref()) {
        trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    }
    run(trunk.arg("--release"))?;
    write_pages(project, &parts::in_parts(project, packages, &template)?, &out, site)
}

/// Trunk, with the tools that it calls on its `PATH`.
fn trunk(project: &Project, tools: &BuildTools, more: &[PathBuf], out: &Path) -> Result<Command> {
    let mut command = Command::new(tools.program("trunk"));
    command.arg("build").arg("--dist").arg(out).current_dir(&project.root).env("PATH", tools.path(more)?);
    // Trunk 0.21 takes this convention for an option of its own and refuses the usual value "1".
    if env::var_os("NO_COLOR").is_some() {
        command.env("NO_COLOR", "true");
    }
    Ok(command)
}

/// Flags for the compiler, beside those of `.cargo/config.toml`: where crates lie on this machine is nobody's business, and panics would
/// name it. Flags are told apart by spaces, so there are none when the home has one.
fn without_home(home: Option<&Path>) -> Option<String> {
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home?.join(".cargo")))?;
    let crates = cargo.join("registry").join("src");
    let flag = format!("--remap-path-prefix={}=crates", crates.display());
    (!flag.contains(char::is_whitespace)).then_some(flag)
}

/// Writes every page of a template, and answers with their folder.
///
/// # Errors
/// When they cannot be written; what was in the folder is left as it was.
pub fn write_pages(project: &Project, template: &Path, out: &Path, site: Option<&str>) -> Result<PathBuf> {
    let fresh = out.with_extension("new");
    remove(&fresh)?;
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--locked", "--bin", "site", "--"]).current_dir(&project.root);
    command.arg("--template").arg(template).arg("--out").arg(&fresh);
    if let Some(site) = site {
        command.args(["--site", site]);
    }
    run(&mut command)?;
    replace(&fresh, out)?;
    Ok(out.to_owned())
}

fn replace(fresh: &Path, out: &Path) -> Result<()> {
    remove(out)?;
    fs::rename(fresh, out).with_context(|| format!("could not move {} to {}", fresh.display(), out.display()))
}

/// Removes a folder, if it is there.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_fresh_site_takes_the_place_of_the_old_one() {
        let scratch = Scratch::with(&[("site.new/new.html", "new"), ("site/old.html", "old")]);
        let (fresh, out) = (scratch.path("site.new"), scratch.path("site"));
        replace(&fresh, &out).unwrap();
        assert!(out.join("new.html").is_file());
        assert!(!out.join("old.html").exists(), "what the new site does not have is gone");
        assert!(!fresh.exists());
    }
}
