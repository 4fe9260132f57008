//! The pinned tools of the build: what each is for, where it is looked for, how it is installed.
//!
//! A tool of exactly the pinned version on the `PATH` is used as it is. Otherwise it is installed into the user's cache
//! folder, below a name that carries the version: nothing of the user's own is replaced, two versions of this project live
//! side by side, and removing the folder undoes it all.

use crate::project::Project;
use crate::run::{is_there, output, run};
use anyhow::{Context, Result, bail};
use std::env::{self, consts};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the page and the worker.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program from crates.io.
struct Tool {
    package: &'static str,
    version: &'static str,
    /// All of them must be there; the first says its version, and names the folder in the cache.
    programs: &'static [&'static str],
    why: &'static str,
    /// How long the first installation takes on two cores.
    takes: &'static str,
}

/// Newer ones want a newer compiler than this project; Trunk.toml names the same version.
const TRUNK: Tool = Tool {
    package: "trunk",
    version: "0.21.14",
    programs: &["trunk"],
    why: "it builds the page and the worker and puts them into one folder",
    takes: "about 4 minutes",
};

/// Must be the version of the library in Cargo.toml and of Trunk.toml.
const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.129",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    why: "it writes the JavaScript side of the page and the worker, and runs tests on wasm",
    takes: "about 2 minutes",
};

/// Tools that are there, and where.
pub struct BuildTools {
    folders: Vec<PathBuf>,
}

impl BuildTools {
    /// The file of a tool's program.
    pub fn program(&self, name: &str) -> PathBuf {
        let file = format!("{name}{}", consts::EXE_SUFFIX);
        let found = self.folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file());
        found.unwrap_or_else(|| file.into())
    }

    /// A `PATH` with these tools first, then `more`, then what was there.
    ///
    /// # Errors
    /// When a folder's name cannot be part of a `PATH`.
    pub fn path(&self, more: &[PathBuf]) -> Result<OsString> {
        let old = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().chain(more).cloned().chain(env::split_paths(&old));
        env::join_paths(folders).context("a folder of a tool has a name that cannot stand in PATH")
    }
}

/// Sees to everything that turns the sources into a site, and fetches the dependencies.
///
/// # Errors
/// When something is missing that cannot be installed, in words that say what to do.
pub fn ensure_build_tools(project: &Project) -> Result<BuildTools> {
    ensure_wasm_target()?;
    let folders = vec![WASM_BINDGEN.ensure()?, TRUNK.ensure()?];
    // Trunk builds offline, so everything must be here before it starts.
    run(Command::new("cargo").args(["fetch", "--locked"]).current_dir(&project.root))?;
    Ok(BuildTools { folders })
}

/// Sees to rustfmt and clippy.
///
/// # Errors
/// When they are missing and rustup cannot install them.
pub fn ensure_lint_tools() -> Result<()> {
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        if !is_there(program) {
            println!("{component} is missing; `cargo xtask test` needs it. Installing it.");
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

/// A toolchain file with `targets` is not enough: where rustup may not install by itself, cargo just fails.
fn ensure_wasm_target() -> Result<()> {
    let query = output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]));
    let folder = query.context("rustc is missing or fails; install Rust with rustup (https://rustup.rs)")?;
    if Path::new(&folder).is_dir() {
        return Ok(());
    }
    println!(
        "The compiler's target {WASM_TARGET} is missing; the page and the worker are built for it. Installing it."
    );
    rustup(&["target", "add", WASM_TARGET])
}

fn rustup(args: &[&str]) -> Result<()> {
    if !is_there("rustup") {
        bail!(
            "rustup is missing, so `rustup {}` cannot be run; install it from https://rustup.rs",
            args.join(" ")
        );
    }
    run(Command::new("rustup").args(args))
}

impl Tool {
    /// The folder in which all programs of this tool are, in the pinned version.
    fn ensure(&self) -> Result<PathBuf> {
        let root = cache_folder()?.join(format!("{}-{}", self.programs[0], self.version));
        let bin = root.join("bin");
        let old = env::var_os("PATH").unwrap_or_default();
        let found = std::iter::once(bin.clone()).chain(env::split_paths(&old)).find(|dir| self.is_in(dir));
        match found {
            Some(folder) => Ok(folder),
            None => self.install(&root).map(|()| bin),
        }
    }

    fn is_in(&self, folder: &Path) -> bool {
        let file = |program: &&str| folder.join(format!("{program}{}", consts::EXE_SUFFIX));
        self.programs.iter().map(file).all(|path| path.is_file())
            && self.says_version(&file(&self.programs[0]))
    }

    fn says_version(&self, program: &Path) -> bool {
        let said = output(Command::new(program).arg("--version")).unwrap_or_default();
        said.split_whitespace().nth(1) == Some(self.version)
    }

    fn install(&self, root: &Path) -> Result<()> {
        let (name, version) = (self.programs[0], self.version);
        println!("{name} {version} is missing: {}.", self.why);
        println!("Installing it into {} ({}, once).", root.display(), self.takes);
        fs::create_dir_all(root).with_context(|| format!("could not create {}", root.display()))?;
        run(self.install_command(root).current_dir(root))
    }

    /// Without default features there is nothing left that could download; the profile is set for a quick build instead of
    /// a fast program, which alone brings Trunk from 13 minutes to 4. It is set for this one process, because it
    /// would otherwise override the project's own release profile.
    fn install_command(&self, root: &Path) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(["install", self.package, "--version", self.version])
            .args(["--locked", "--no-default-features", "--force", "--root"])
            .arg(root)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("CARGO_TARGET_DIR");
        command
    }
}

/// The project's folder in the user's cache.
fn cache_folder() -> Result<PathBuf> {
    let folder = user_cache(consts::OS, |name| env::var_os(name));
    let folder =
        folder.context("neither XDG_CACHE_HOME nor a home folder is set; where may tools be kept?")?;
    Ok(folder.join("consensus-playground"))
}

/// Where programs of this user keep what can be made again.
fn user_cache(os: &str, var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CACHE_HOME").or_else(|| match os {
        "windows" => folder("LOCALAPPDATA"),
        "macos" => folder("HOME").map(|home| home.join("Library").join("Caches")),
        _ => folder("HOME").map(|home| home.join(".cache")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_file(name: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
    }

    #[test]
    fn the_pinned_versions_agree_everywhere() {
        let (trunk, bindgen) = (TRUNK.version, WASM_BINDGEN.version);
        let config = root_file("Trunk.toml");
        assert!(config.contains(&format!("trunk-version = \"={trunk}\"")), "Trunk.toml names another Trunk");
        assert!(
            config.contains(&format!("wasm_bindgen = \"{bindgen}\"")),
            "Trunk.toml names another wasm-bindgen"
        );
        let manifest = root_file("Cargo.toml");
        assert!(
            manifest.contains(&format!("version = \"={bindgen}\"")),
            "Cargo.toml names another wasm-bindgen"
        );
        let (_, optimiser) = config.split_once("wasm_opt = \"version_").unwrap();
        let (optimiser, _) = optimiser.split_once('"').unwrap();
        let packages = root_file("end2end/package.json");
        assert!(
            packages.contains(&format!("\"binaryen\": \"{optimiser}.")),
            "package.json names another binaryen"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_cache_follows_the_system() {
        let home = |name: &str| (name == "HOME").then(|| OsString::from("/home/ada"));
        assert_eq!(user_cache("linux", home), Some("/home/ada/.cache".into()));
        assert_eq!(user_cache("macos", home), Some("/home/ada/Library/Caches".into()));
        let xdg = |name: &str| (name == "XDG_CACHE_HOME").then(|| OsString::from("/var/cache/ada"));
        assert_eq!(user_cache("linux", xdg), Some("/var/cache/ada".into()));
        let relative = |name: &str| (name == "XDG_CACHE_HOME").then(|| OsString::from("cache"));
        assert_eq!(user_cache("linux", relative), None);
    }

    #[test]
    fn another_version_is_not_taken_for_the_pinned_one() {
        let rustc = output(Command::new("rustc").args(["--print", "sysroot"])).unwrap();
        let bin = Path::new(&rustc).join("bin");
        let version = output(Command::new("rustc").arg("--version")).unwrap();
        let version = version.split_whitespace().nth(1).unwrap().to_owned().leak();
        let tool = |version, programs| Tool { package: "", version, programs, why: "", takes: "" };
        assert!(tool(version, &["rustc", "rustdoc"]).is_in(&bin));
        assert!(!tool("0.0.1", &["rustc"]).is_in(&bin));
        assert!(!tool(version, &["rustc", "not-there"]).is_in(&bin));
    }

    #[test]
    fn an_installation_leaves_the_projects_own_builds_alone() {
        let command = TRUNK.install_command(Path::new("x"));
        let set = |name: &str| command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
        assert_eq!(set("CARGO_PROFILE_RELEASE_LTO"), Some("off".as_ref()), "set for the child");
        assert!(command.get_envs().any(|(key, value)| key == "CARGO_TARGET_DIR" && value.is_none()));
    }
}
