//! The programs in two parts: what runs until the first lesson can be used, and the rest, which comes behind it.
//!
//! Which functions run is not guessed: programs that tell it are opened in a browser (`end2end/first.mjs`), and `split` cuts by that.

use crate::browser;
use crate::node::Packages;
use crate::project::Project;
use crate::routes::{Mount, Routes};
use crate::run::run;
use crate::server;
use crate::site_build::{remove, write_pages};
use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The end of the name of a program, as wasm-bindgen writes it.
const PROGRAM: &str = "_bg.wasm";

/// The end of the name of its second part.
const REST: &str = "_rest.wasm";

/// The template, with its programs in two parts; as a whole they are in a folder beside them, for the site as one file.
///
/// # Errors
/// When there is no browser, or a program cannot be cut or does not come up.
pub fn in_two(project: &Project, packages: &Packages, template: &Path) -> Result<PathBuf> {
    let programs = Programs::of(template)?;
    let marked = copied(template, "marked")?;
    for name in [&programs.page, &programs.worker] {
        run(split(project).arg("mark").arg(template.join(name)).arg(marked.join(name)))?;
    }
    programs.keep_whole(template, &marked, &programs.page)?;
    programs.name_parts(&marked, &programs.page)?;
    let site = write_pages(project, &marked, &project.target.join("site-marked"), None)?;
    let ran = project.target.join("trunk").join("ran");
    fs::create_dir_all(&ran).with_context(|| format!("could not create {}", ran.display()))?;
    watch(packages, &site, &ran)?;
    programs.cut(project, template, &ran)
}

/// The names of the programs in a template.
struct Programs {
    page: String,
    worker: String,
}

impl Programs {
    fn of(template: &Path) -> Result<Self> {
        let names = crate::sizes::names(template)?;
        let mut programs = names.into_iter().filter(|name| name.ends_with(PROGRAM));
        match (programs.next(), programs.next(), programs.next()) {
            (Some(page), Some(worker), None) if page.starts_with("page") && worker.starts_with("worker") => {
                Ok(Self { page, worker })
            }
            _ => bail!("{} must hold one program of the page and one of the worker", template.display()),
        }
    }

    fn cut(&self, project: &Project, template: &Path, ran: &Path) -> Result<PathBuf> {
        let parts = copied(template, "parts")?;
        let cut = |name: &str, ran: PathBuf| {
            let program = template.join(name);
            let [first, rest] = [parts.join(name), parts.join(rest_of(name))];
            let mut command = split(project);
            run(command.arg("cut").arg(program).arg(ran).arg(first).arg(rest))
        };
        cut(&self.page, ran.join("page.json"))?;
        cut(&self.worker, ran.join("worker.json"))?;
        let page = self.rename_page(&parts)?;
        self.keep_whole(template, &parts, &page)?;
        self.name_parts(&parts, &page)?;
        Ok(parts)
    }

    /// Keeps the programs as a whole in the folder of the parts, under the same names, for the site as one file.
    fn keep_whole(&self, template: &Path, folder: &Path, page: &str) -> Result<()> {
        let whole = folder.join("whole");
        fs::create_dir(&whole).with_context(|| format!("could not create {}", whole.display()))?;
        for (name, as_part) in [(self.page.as_str(), page), (&self.worker, &self.worker)] {
            fs::copy(template.join(name), whole.join(as_part))
                .with_context(|| format!("could not copy {name}"))?;
        }
        Ok(())
    }

    /// Trunk's name tells the page's program from that of other sources; it must also tell this cut from another one.
    fn rename_page(&self, parts: &Path) -> Result<String> {
        let first = parts.join(&self.page);
        let bytes = fs::read(&first).with_context(|| format!("could not read {}", first.display()))?;
        let sum: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let page = format!("page-{sum}{PROGRAM}");
        for (from, to) in [(self.page.clone(), page.clone()), (rest_of(&self.page), rest_of(&page))] {
            fs::rename(parts.join(&from), parts.join(to))
                .with_context(|| format!("could not rename {from}"))?;
        }
        Ok(page)
    }

    /// Names the parts in the template's tag that starts the programs.
    fn name_parts(&self, folder: &Path, page: &str) -> Result<()> {
        let index = folder.join("index.html");
        let html =
            fs::read_to_string(&index).with_context(|| format!("could not read {}", index.display()))?;
        let whole = format!("data-page-wasm=\"./{}\"", self.page);
        ensure!(html.matches(&whole).count() == 1, "the template must name the page's program once");
        let [page_rest, worker_rest] = [page, &self.worker].map(rest_of);
        let parts = format!(
            "data-page-wasm=\"./{page}\" data-page-rest=\"./{page_rest}\" data-worker-rest=\"./{worker_rest}\""
        );
        fs::write(&index, html.replace(&whole, &parts))
            .with_context(|| format!("could not write {}", index.display()))
    }
}

fn rest_of(program: impl AsRef<str>) -> String {
    program.as_ref().replace(PROGRAM, REST)
}

/// A copy of a template beside it; Trunk writes no folders.
fn copied(template: &Path, name: &str) -> Result<PathBuf> {
    let copy = template.with_file_name(name);
    remove(&copy)?;
    fs::create_dir(&copy).with_context(|| format!("could not create {}", copy.display()))?;
    for file in crate::sizes::names(template)? {
        fs::copy(template.join(&file), copy.join(&file)).with_context(|| format!("could not copy {file}"))?;
    }
    Ok(copy)
}

fn split(project: &Project) -> Command {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--locked", "--package", "split", "--"]).current_dir(&project.root);
    command
}

/// Lets the marked programs run in a browser, and writes down which functions ran.
fn watch(packages: &Packages, site: &Path, ran: &Path) -> Result<()> {
    let chrome = browser::ensure_chrome(packages)?;
    let address = server::in_background(Routes::new(vec![Mount::new("/", site.to_owned())?]))?;
    let mut command = packages.node();
    run(command.arg("first.mjs").arg(address).arg(ran).env("CHROME", chrome))
}
