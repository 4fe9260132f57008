//! The programs in parts: what runs until the first lesson can be used, what runs next, and the rest.
//!
//! What runs is not guessed: programs that tell it are opened in a browser (`end2end/first.mjs`), and `split` cuts by that.

use crate::browser;
use crate::node::Packages;
use crate::project::Project;
use crate::release;
use crate::routes::{Mount, Routes};
use crate::run::run;
use crate::server;
use crate::site_build::{remove, write_pages};
use crate::sizes::{self, LATER};
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The end of the name of a program, as wasm-bindgen writes it.
const PROGRAM: &str = "_bg.wasm";

/// The end of the name of its first part, as small as it can be made in the way that browsers unpack; it comes when it is asked for.
const PACKED: &str = "_bg.packed";

/// The end of the name of the script that starts it.
const SCRIPT: &str = ".js";

/// Where the programs as a whole are, beside their parts.
const WHOLE: &str = "whole";

/// The template, with its programs in parts and its scripts made small; in a folder beside them the programs are as they were, for
/// the site as one file.
///
/// # Errors
/// When there is no browser, or a program cannot be cut or does not come up.
pub fn in_parts(project: &Project, packages: &Packages, template: &Path) -> Result<PathBuf> {
    let programs = Programs::of(template)?;
    let ran = project.target.join("trunk").join("ran");
    fs::create_dir_all(&ran).with_context(|| format!("could not create {}", ran.display()))?;
    watch(packages, &programs.marked(project, template)?, &ran)?;
    programs.cut(project, packages, template, &ran)
}

/// The names of the programs in a template, without their ends.
struct Programs {
    page: String,
    worker: String,
}

impl Programs {
    fn of(template: &Path) -> Result<Self> {
        let names = sizes::names(template)?;
        let mut programs = names.iter().filter_map(|name| name.strip_suffix(PROGRAM));
        match (programs.next(), programs.next(), programs.next()) {
            (Some(page), Some(worker), None) if page.starts_with("page-") && worker == "worker" => {
                Ok(Self { page: page.to_owned(), worker: worker.to_owned() })
            }
            _ => bail!("{} must hold one program of the page and one of the worker", template.display()),
        }
    }

    fn both(&self) -> [&String; 2] {
        [&self.page, &self.worker]
    }

    /// A site whose programs tell what of them ran. Later parts are named, and are not there.
    fn marked(&self, project: &Project, template: &Path) -> Result<PathBuf> {
        let marked = copied(template, "marked")?;
        for name in self.both() {
            let [program, to] = [template, &marked].map(|folder| folder.join(format!("{name}{PROGRAM}")));
            run(split(project).arg("mark").arg(program).arg(to))?;
        }
        keep_whole(template, &marked, &self.both())?;
        self.name_parts(&marked, &[("data-later", &LATER.join(" "))])?;
        write_pages(project, &marked, &project.target.join("site-marked"), None)
    }

    fn cut(&self, project: &Project, packages: &Packages, template: &Path, ran: &Path) -> Result<PathBuf> {
        let parts = copied(template, "parts")?;
        keep_whole(template, &parts, &self.both())?;
        for (name, ran) in [(&self.page, ran.join("page.json")), (&self.worker, ran.join("worker.json"))] {
            let file = |end: &str| parts.join(format!("{name}{end}"));
            let whole = template.join(format!("{name}{PROGRAM}"));
            let ends = [PROGRAM].into_iter().chain(LATER);
            run(split(project).arg("cut").arg(whole).arg(ran).args(ends.map(file)))?;
            run(split(project).arg("shorten").arg(file(PROGRAM)).arg(file(SCRIPT)))?;
            run(split(project).arg("pack").arg(file(PROGRAM)).arg(file(PACKED)))?;
        }
        make_scripts_small(packages, &parts)?;
        self.name_parts(&parts, &[("data-later", &LATER.join(" ")), ("data-packed", PACKED)])?;
        self.rename_page(&parts)?;
        Ok(parts)
    }

    /// Says in the template's tag that starts the programs how the names of their parts end.
    fn name_parts(&self, folder: &Path, attributes: &[(&str, &str)]) -> Result<()> {
        let tag = format!("data-page-wasm=\"./{}{PROGRAM}\"", self.page);
        let attributes: String =
            attributes.iter().map(|(name, ends)| format!(" {name}=\"{ends}\"")).collect();
        rewrite(&folder.join("index.html"), |html| {
            ensure!(html.matches(&tag).count() == 1, "the template must name the page's program once");
            Ok(html.replace(&tag, &format!("{tag}{attributes}")))
        })
    }

    /// Trunk's name tells the page's program from that of other sources; it must also tell this cut from another one.
    fn rename_page(&self, parts: &Path) -> Result<()> {
        let mut bytes = Vec::new();
        for end in [SCRIPT, PROGRAM].into_iter().chain(LATER) {
            let file = parts.join(format!("{}{end}", self.page));
            bytes.extend(fs::read(&file).with_context(|| format!("could not read {}", file.display()))?);
        }
        let page = format!("page-{}", &release::sum(&bytes)[..16]);
        for file in sizes::names(parts)?.into_iter().filter(|file| file.contains(&self.page)) {
            fs::rename(parts.join(&file), parts.join(file.replace(&self.page, &page)))
                .with_context(|| format!("could not rename {file}"))?;
        }
        rewrite(&parts.join("index.html"), |html| Ok(html.replace(&self.page, &page)))
    }
}

/// Keeps the programs as a whole, and the scripts that start them.
fn keep_whole(template: &Path, folder: &Path, programs: &[&String]) -> Result<()> {
    let whole = folder.join(WHOLE);
    fs::create_dir(&whole).with_context(|| format!("could not create {}", whole.display()))?;
    for name in programs.iter().flat_map(|name| [PROGRAM, SCRIPT].map(|end| format!("{name}{end}"))) {
        fs::copy(template.join(&name), whole.join(&name))
            .with_context(|| format!("could not copy {name}"))?;
    }
    Ok(())
}

/// Without comments, spaces and long names of what is seen inside only. `embed.js` stays as it is: others read it.
fn make_scripts_small(packages: &Packages, parts: &Path) -> Result<()> {
    let names = sizes::names(parts)?;
    let scripts =
        names.iter().filter(|name| name.ends_with(SCRIPT) && !name.contains('/') && *name != "embed.js");
    for script in scripts {
        let file = parts.join(script);
        let mut out = OsString::from("--outfile=");
        out.push(&file);
        let mut command = packages.program("esbuild");
        command.arg(&file).arg(out).args(["--minify", "--target=es2022", "--allow-overwrite"]);
        if script.starts_with("page-") {
            command.arg("--format=esm");
        }
        run(command.arg("--log-level=warning"))?;
    }
    Ok(())
}

fn rewrite(file: &Path, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    fs::write(file, change(&text)?).with_context(|| format!("could not write {}", file.display()))
}

/// A copy of a template beside it; Trunk writes no folders.
fn copied(template: &Path, name: &str) -> Result<PathBuf> {
    let copy = template.with_file_name(name);
    remove(&copy)?;
    fs::create_dir(&copy).with_context(|| format!("could not create {}", copy.display()))?;
    for file in sizes::names(template)? {
        fs::copy(template.join(&file), copy.join(&file)).with_context(|| format!("could not copy {file}"))?;
    }
    Ok(copy)
}

fn split(project: &Project) -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--locked", "--package", "split", "--"]).current_dir(&project.root);
    command
}

/// Lets the marked programs run in a browser, and writes down what ran.
fn watch(packages: &Packages, site: &Path, ran: &Path) -> Result<()> {
    let chrome = browser::ensure_chrome(packages)?;
    let address = server::in_background(Routes::new(vec![Mount::new("/", site.to_owned())?]))?;
    let mut command = packages.node();
    run(command.arg("first.mjs").arg(address).arg(ran).env("CHROME", chrome))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    const PAGE: &str = "page-12";

    fn template() -> Scratch {
        let tag = r#"<script data-page-js="./page-12.js" data-page-wasm="./page-12_bg.wasm"></script>"#;
        Scratch::with(&[
            ("release/index.html", tag),
            ("release/page-12.js", "js"),
            ("release/page-12_bg.wasm", "page"),
            ("release/worker.js", "js"),
            ("release/worker_bg.wasm", "worker"),
        ])
    }

    #[test]
    fn the_programs_are_found_and_their_later_parts_named() {
        let scratch = template();
        let programs = Programs::of(&scratch.path("release")).unwrap();
        assert_eq!(programs.both(), [PAGE, "worker"]);
        programs
            .name_parts(&scratch.path("release"), &[("data-later", "_next.wasm"), ("data-packed", PACKED)])
            .unwrap();
        let html = fs::read_to_string(scratch.path("release/index.html")).unwrap();
        assert!(html.contains(
            r#"data-page-wasm="./page-12_bg.wasm" data-later="_next.wasm" data-packed="_bg.packed""#
        ));

        fs::remove_file(scratch.path("release/worker_bg.wasm")).unwrap();
        assert!(Programs::of(&scratch.path("release")).is_err());
    }

    #[test]
    fn a_cut_has_a_name_of_its_own_everywhere() {
        let scratch = template();
        let (template, programs) = (scratch.path("release"), Programs::of(&scratch.path("release")).unwrap());
        let parts = copied(&template, "parts").unwrap();
        keep_whole(&template, &parts, &programs.both()).unwrap();
        for end in LATER {
            fs::write(parts.join(format!("{PAGE}{end}")), end).unwrap();
        }
        programs.rename_page(&parts).unwrap();
        let renamed = Programs::of(&template).unwrap().page;
        assert_eq!(renamed, PAGE, "the template is left alone");
        let names = sizes::names(&parts).unwrap();
        assert!(names.iter().all(|name| !name.contains(PAGE)), "{names:?}");
        assert_eq!(names.iter().filter(|name| name.starts_with("page-")).count(), 4);
        assert_eq!(names.iter().filter(|name| name.starts_with("whole/page-")).count(), 2);
        assert!(!fs::read_to_string(parts.join("index.html")).unwrap().contains(PAGE));
    }
}
