//! What Trunk has built, and perhaps `xtask` cut in parts: the mould of every page, and the files beside it.

use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher13;

use super::Result;
use super::html::{Html, escaped};
use super::sheet::Sheet;

/// What a page puts into the mould.
pub struct Cast {
    /// Attributes of `<html>`.
    pub html: Vec<(&'static str, String)>,
    /// How the root of the site is reached from the page, such as `../`.
    pub root: String,
    /// Title, description and the like.
    pub head: Html,
    /// The title alone, for where the head is another's.
    pub title: String,
    /// Everything that is seen.
    pub body: Html,
    /// Whether the programs are loaded.
    pub live: bool,
}

/// The mould of every page.
pub struct Mould {
    /// Where it is.
    pub folder: PathBuf,
    text: String,
    /// Names this build: a hash over every file that Trunk has built.
    pub build: String,
    /// The names of the page's program.
    pub page_js: String,
    /// And of its wasm.
    pub page_wasm: String,
    /// Where the programs as a whole are, when those of the pages are in parts.
    pub whole: PathBuf,
    /// How the names of the later parts, and of the packed first ones, end then.
    ends: Vec<(&'static str, String)>,
    /// Its styles.
    pub sheet: Sheet,
    /// The styles of what comes later.
    pub later_sheet: Sheet,
    /// The files that they came in.
    sheets: Vec<PathBuf>,
}

const START: &str = "<!--page:start-->";
const HEAD: &str = "<!--page:head-->";
const BODY: &str = "<!--page:body-->";
const HTML: &str = "<html lang=\"en\">";

/// What the start script fetches to bring up the worker, of a program in parts the packed first one in the place of the last. The names
/// carry no hash, so the addresses carry the build.
pub const WORKER: [&str; 4] = ["parts.js", "worker.js", "boot.js", "worker_bg.wasm"];

/// The attributes of the start script that say how the names of later parts of the programs end, and of packed first ones.
const ENDS: [&str; 2] = ["data-later", "data-packed"];

/// Where the programs as a whole are, beside their parts.
const WHOLE: &str = "whole";

impl Mould {
    /// Reads what Trunk has built in this folder.
    pub fn read(folder: &Path) -> Result<Mould> {
        let text = read(&folder.join("index.html"))?;
        for file in WORKER.into_iter().chain(["start.js", "ladder.js"]) {
            fs::metadata(folder.join(file))
                .map_err(|error| format!("{file} is missing in the template: {error}"))?;
        }
        let script = script(&text)?;
        let links: Vec<&str> = sheet_links(&text).collect();
        let sheets: Vec<PathBuf> =
            links.iter().map(|link| attribute(link, "href").map(PathBuf::from)).collect::<Result<_>>()?;
        let (later_sheets, first_sheets): (Vec<&PathBuf>, _) =
            sheets.iter().partition(|sheet| is_later(sheet));
        let [sheet, later_sheet] = [first_sheets, later_sheets].map(|sheets| {
            let texts: Result<Vec<String>> = sheets.iter().map(|sheet| read(&folder.join(sheet))).collect();
            texts.map(|texts| Sheet::of(&texts))
        });
        let (sheet, later_sheet) = (sheet?, later_sheet?);
        let named = ENDS.into_iter().filter(|name| script.contains(name));
        let ends: Vec<_> = named.map(|name| Ok((name, attribute(script, name)?))).collect::<Result<_>>()?;
        let whole = if !ends.is_empty() { folder.join(WHOLE) } else { folder.to_path_buf() };
        let mould = Mould {
            folder: folder.to_path_buf(),
            build: build_id(folder)?,
            page_js: attribute(script, "data-page-js")?,
            page_wasm: attribute(script, "data-page-wasm")?,
            whole,
            ends,
            text: with_one_sheet(&without_preloads(&text.replace(script, "")), &links, &sheet),
            sheet,
            later_sheet,
            sheets,
        };
        mould.check()?;
        Ok(mould)
    }

    /// Copies every file but the mould itself, with two style sheets in the place of several.
    pub fn copy_assets(&self, out: &Path) -> Result<()> {
        let is_used_up = |file: &PathBuf| {
            file == Path::new("index.html") || self.sheets.contains(file) || file.starts_with(WHOLE)
        };
        for file in files(&self.folder)?.into_iter().filter(|file| !is_used_up(file)) {
            let target = out.join(&file);
            let made = target.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::copy(self.folder.join(&file), &target))
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
        [&self.sheet, &self.later_sheet].into_iter().try_for_each(|Sheet { name, text }| {
            fs::write(out.join(name), text).map_err(|error| format!("{name}: {error}"))
        })
    }

    /// A page.
    pub fn fill(&self, cast: &Cast) -> String {
        let attributes: String =
            cast.html.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
        let start = if cast.live { self.start() } else { Html::default() }.to_string();
        let mould =
            self.text.replacen(START, &start, 1).replace("=\"./", &format!("=\"{}", escaped(&cast.root)));
        mould
            .replacen(HTML, &format!("<html{attributes}>"), 1)
            .replacen(HEAD, &cast.head.to_string(), 1)
            .replacen(BODY, &cast.body.to_string(), 1)
    }

    /// What brings the programs, with addresses from the root. Nothing is fetched ahead of them: with `ctl=1` a page fetches no program
    /// before it is asked to. They are not deferred: what they do before the first paint must be done before there is anything to paint.
    fn start(&self) -> Html {
        let address = |name: &str| format!("./{name}?v={}", self.build);
        let ends = self.ends.iter().map(|(name, ends)| (*name, ends.as_str()));
        let program = [("data-page-js", self.page_js.as_str()), ("data-page-wasm", &self.page_wasm)];
        let check = self.later_sheet.check();
        let style = [("data-style", self.later_sheet.name.as_str()), ("data-style-check", &check)];
        let program: Vec<_> = program.into_iter().chain(ends).chain(style).collect();
        let (start, parts, ladder) = (address("start.js"), address("parts.js"), address("ladder.js"));
        let script = |attributes: &[(&str, &str)]| Html::element("script", attributes, Html::default());
        Html::all([
            script(&[("src", &start)]),
            script(&[("src", &parts)]),
            script(&[[("src", ladder.as_str())].as_slice(), &program].concat()),
        ])
    }

    fn check(&self) -> Result<()> {
        for place in [HTML, START, HEAD, BODY] {
            if self.text.matches(place).count() != 1 {
                return Err(format!("the template's index.html must hold {place} once"));
            }
        }
        let scripts = self.text.matches("<script").count();
        if scripts > 0 {
            return Err("the template's index.html holds a script that the content security policy forbids"
                .to_string());
        }
        Ok(())
    }
}

/// Without Trunk's links that fetch the page's program ahead.
fn without_preloads(text: &str) -> String {
    text.split_inclusive('>')
        .map(|part| if is_preload(part) { part.replace(tag(part), "") } else { part.to_string() })
        .collect()
}

fn is_preload(part: &str) -> bool {
    part.contains("rel=\"modulepreload\"") || part.contains("rel=\"preload\"")
}

/// The tag at the end of a piece that was cut behind a `>`.
fn tag(part: &str) -> &str {
    part.rfind('<').map_or(part, |from| &part[from..])
}

/// The links to the style sheets, in their order.
fn sheet_links(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('>').map(tag).filter(|tag| tag.contains("rel=\"stylesheet\""))
}

/// With the link to that sheet in the place of the first of these, and of no other.
fn with_one_sheet(text: &str, links: &[&str], sheet: &Sheet) -> String {
    let linked =
        links.first().map_or_else(|| text.to_string(), |first| text.replacen(first, &sheet.link(), 1));
    links.iter().skip(1).fold(linked, |text, link| text.replacen(link, "", 1))
}

/// Whether a style sheet is for what only comes when all of the programs is there.
fn is_later(sheet: &Path) -> bool {
    let name = sheet.to_string_lossy();
    ["panels-", "share-"].iter().any(|start| name.starts_with(start))
}

/// Trunk's tag that tells the names of the page's program.
fn script(text: &str) -> Result<&str> {
    let found =
        text.split_inclusive("</script>").filter_map(|part| part.rfind("<script").map(|from| &part[from..]));
    let mut tags = found.filter(|tag| tag.contains("data-page-js"));
    tags.next().ok_or_else(|| {
        "the template's index.html has no script with data-page-js: see pattern_script in Trunk.toml"
            .to_string()
    })
}

/// The name of a file in the root, from an attribute such as `data-page-js="./page-….js"`.
fn attribute(tag: &str, name: &str) -> Result<String> {
    let value = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    let (value, _) = value.ok_or_else(|| format!("the start script's tag has no {name}"))?;
    Ok(value.trim_start_matches("./").to_string())
}

fn build_id(folder: &Path) -> Result<String> {
    let mut hasher = SipHasher13::new();
    for file in files(folder)? {
        hasher.write(file.to_string_lossy().as_bytes());
        let bytes = fs::read(folder.join(&file)).map_err(|error| format!("{}: {error}", file.display()))?;
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The files of a folder and of those in it, by their paths from there, sorted. Hidden ones are not part of a site.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, Path::new(""), &mut found).map_err(|error| format!("{}: {error}", folder.display()))?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, below: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        match entry.file_type()? {
            _ if entry.file_name().to_string_lossy().starts_with('.') => {}
            kind if kind.is_dir() => collect(folder, &path, found)?,
            _ => found.push(path),
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
