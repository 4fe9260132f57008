//! Finding a browser for the tests and for what the release build looks at, and installing one where there is none.

use crate::node::Packages;
use crate::run::{is_there, output, run};
use anyhow::{Context, Result, bail};
use std::env::{self, consts};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A browser, as one system's packages and installers name it.
struct Browser {
    /// The environment variable that names it, before everything else.
    variable: &'static str,
    /// What Playwright calls the one that it can bring itself. It drives a Firefox of its own in another way than the one
    /// that people have, so for that there is none.
    playwright: Option<&'static str>,
    /// What Debian calls its package.
    debian: &'static str,
    /// Programs on the `PATH` of a Unix system.
    programs: &'static [&'static str],
    /// Below `/Applications`.
    mac: &'static [&'static str],
    /// Below each of the folders into which Windows installs programs.
    windows: &'static [&'static str],
}

const CHROME: Browser = Browser {
    variable: "CHROME",
    playwright: Some("chromium"),
    debian: "chromium",
    programs: &[
        "google-chrome-stable",
        "google-chrome",
        "chromium",
        "chromium-browser",
        "microsoft-edge-stable",
        "microsoft-edge",
    ],
    mac: &[
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ],
    windows: &[
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
    ],
};

const FIREFOX: Browser = Browser {
    variable: "FIREFOX",
    playwright: None,
    debian: "firefox-esr",
    programs: &["firefox-esr", "firefox"],
    mac: &["Firefox.app/Contents/MacOS/firefox"],
    windows: &["Mozilla Firefox/firefox.exe"],
};

/// A Chrome, Edge or Chromium, with letters for Korean where that can be seen to.
///
/// # Errors
/// When `CHROME` names no file, or there is none and none can be installed.
pub fn ensure_chrome(packages: &Packages) -> Result<PathBuf> {
    let chrome = CHROME.ensure(packages)?;
    ensure_korean_letters()?;
    Ok(chrome)
}

/// The second browser, of the long tests.
///
/// # Errors
/// When `FIREFOX` names no file, or there is none and none can be installed.
pub fn ensure_firefox(packages: &Packages) -> Result<PathBuf> {
    FIREFOX.ensure(packages)
}

impl Browser {
    fn ensure(&self, packages: &Packages) -> Result<PathBuf> {
        if let Some(path) = self.named()? {
            return Ok(path);
        }
        if let Some(path) = self.find().or_else(|| self.find_playwrights(packages)) {
            return Ok(path);
        }
        println!("No {} or the like is in the usual places; tests and release build need one.", self.debian);
        if is_debian() && is_root() {
            apt_install(&[self.debian])?;
            self.find().with_context(|| format!("{} is installed, but not to be found", self.debian))
        } else {
            self.install_playwrights(packages)
        }
    }

    /// What the environment variable says; to name a file that is not there is a mistake worth stopping for.
    fn named(&self) -> Result<Option<PathBuf>> {
        match env::var_os(self.variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
            Some(path) if !path.is_file() => {
                bail!("{} names {}, which is no file", self.variable, path.display())
            }
            named => Ok(named),
        }
    }

    fn find(&self) -> Option<PathBuf> {
        self.usual_places(consts::OS, |name| env::var_os(name)).into_iter().find(|path| path.is_file())
    }

    fn usual_places(&self, os: &str, var: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
        let folders =
            |names: &[&str]| names.iter().filter_map(|name| var(name)).map(PathBuf::from).collect::<Vec<_>>();
        match os {
            "windows" => {
                below(&folders(&["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"]), self.windows)
            }
            "macos" => {
                let own = folders(&["HOME"]).into_iter().map(|home| home.join("Applications"));
                below(&std::iter::once("/Applications".into()).chain(own).collect::<Vec<_>>(), self.mac)
            }
            _ => {
                let path = var("PATH").unwrap_or_default();
                let more = ["/usr/bin", "/usr/local/bin", "/snap/bin"].map(PathBuf::from);
                below(&env::split_paths(&path).chain(more).collect::<Vec<_>>(), self.programs)
            }
        }
    }

    fn find_playwrights(&self, packages: &Packages) -> Option<PathBuf> {
        let script = format!("require('playwright-core').{}.executablePath()", self.playwright?);
        packages.evaluate(&script).ok().map(PathBuf::from).filter(|path| path.is_file())
    }

    fn install_playwrights(&self, packages: &Packages) -> Result<PathBuf> {
        let hint = || format!("install {}, or name one in {}", self.debian, self.variable);
        let browser = self.playwright.with_context(hint)?;
        let mut command = packages.playwright();
        command.arg("install").arg(browser);
        if consts::OS == "linux" && is_root() {
            command.arg("--with-deps");
        }
        run(&mut command).with_context(hint)?;
        self.find_playwrights(packages).with_context(hint)
    }
}

/// Each name below each folder; the order of the names counts first.
fn below(folders: &[PathBuf], names: &[&str]) -> Vec<PathBuf> {
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).collect()
}

/// Without a font that has them, pictures of the Korean pages are full of boxes.
fn ensure_korean_letters() -> Result<()> {
    let fonts = output(Command::new("fc-list").arg(":lang=ko"));
    if fonts.is_none_or(|list| !list.is_empty()) {
        return Ok(());
    }
    println!("No font here has Korean letters; pictures of the Korean pages would show boxes.");
    if is_debian() && is_root() {
        apt_install(&["fonts-noto-cjk"])
    } else {
        println!("The tests run without one. To see such pictures right, install Noto Sans CJK.");
        Ok(())
    }
}

fn apt_install(packages: &[&str]) -> Result<()> {
    run(Command::new("apt-get").arg("update"))?;
    let mut command = Command::new("apt-get");
    command.args(["install", "-y", "--no-install-recommends"]).args(packages);
    run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Debian itself: Ubuntu's chromium package only leads to a snap, which containers cannot run.
fn is_debian() -> bool {
    let release = fs::read_to_string(Path::new("/etc/os-release")).unwrap_or_default();
    release.lines().any(|line| line == "ID=debian") && is_there("apt-get")
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(os: &str, name: &'static str, value: &'static str) -> Vec<PathBuf> {
        CHROME.usual_places(os, |asked| (asked == name).then(|| OsString::from(value)))
    }

    #[cfg(unix)]
    #[test]
    fn a_chrome_on_the_path_comes_before_an_edge_in_the_usual_places() {
        let places = on("linux", "PATH", "/opt/bin:/home/ada/bin");
        let at = |path: &str| places.iter().position(|place| place == Path::new(path)).unwrap();
        assert!(at("/opt/bin/google-chrome") < at("/usr/bin/chromium"));
        assert!(at("/usr/bin/chromium") < at("/opt/bin/microsoft-edge"));
    }

    #[cfg(unix)]
    #[test]
    fn applications_of_one_user_are_found_too() {
        let places = on("macos", "HOME", "/Users/ada");
        assert!(places.contains(&"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome".into()));
        assert!(places.contains(&"/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium".into()));
    }

    #[test]
    fn windows_installs_into_several_folders() {
        let places = on("windows", "ProgramFiles(x86)", "C:/Program Files (x86)");
        let edge = Path::new("C:/Program Files (x86)").join("Microsoft/Edge/Application/msedge.exe");
        assert!(places.contains(&edge), "{places:?}");
    }
}
