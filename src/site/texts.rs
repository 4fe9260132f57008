//! Reads the words of all languages and makes sure that they fit each other. A folder with the files of the default language,
//! translated, is another language: nothing else needs to know of it.

use std::collections::BTreeMap;
use std::fs;
use std::hash::Hasher;
use std::path::Path;

use playground::lesson::Lesson;
use playground::words::{self, Words};

use super::Result;
use siphasher::sip::SipHasher13;

/// The default language; every other folder of the words is another one.
const DEFAULT: &str = "en";

/// The files that every page needs: what the live page says, what happened, and what only the static pages say.
const FILES: [&str; 5] = ["page.toml", "events.toml", "site.toml", "pages.toml", "story.toml"];

/// All files of a language: those, and one a lesson.
fn files() -> impl Iterator<Item = String> {
    let lessons = Lesson::ALL.iter().map(|lesson| format!("{}.toml", lesson.id));
    FILES.into_iter().map(str::to_string).chain(lessons)
}

/// The parts that are put into the page as data: what its programs say.
fn is_shared(file: &str, key: &str) -> bool {
    match file {
        "page.toml" | "events.toml" => true,
        "site.toml" => SHARED.iter().any(|start| key.starts_with(start)),
        _ => false,
    }
}

/// The parts of `site.toml` that scripts need as well.
const SHARED: [&str; 2] = ["card.", "host."];

/// Whether a text is one of those that come when all of the programs is there: what panels and dialogs say.
fn is_later(key: &str) -> bool {
    let has = |starts: &[&str]| starts.iter().any(|start| key.starts_with(start));
    has(&LATER) && !has(&ALSO_ON_THE_STAGE)
}

const LATER: [&str; 10] =
    ["chart.", "courses.", "disk.", "inspect.", "legend.", "proof.", "right.", "rules.", "share.", "table."];

/// Those of them that are said on the stage as well.
const ALSO_ON_THE_STAGE: [&str; 4] =
    ["inspect.heading", "inspect.only-one-down", "inspect.too-few-together", "inspect.too-few-up"];

/// The texts of one language.
pub struct Language {
    /// The name of its folder, such as `ko`. As long-lived as the program, which makes each site once.
    pub lang: &'static str,
    /// All texts.
    pub words: Words,
    /// Those that the programs need first, as JSON.
    pub json: String,
    /// Those that they need later.
    pub later_json: String,
}

impl Language {
    /// The name of the file with the later texts, which changes with what is in it.
    pub fn later_name(&self) -> String {
        let mut hasher = SipHasher13::new();
        hasher.write(self.later_json.as_bytes());
        format!("words-{}-{:016x}.json", self.lang, hasher.finish())
    }
}

type Texts = BTreeMap<String, String>;

/// All languages, the default one first. An error names every key that a language lacks, has beside the default's, or has with other
/// places.
pub fn load(folder: &Path) -> Result<Vec<Language>> {
    let default = read_language(&folder.join(DEFAULT))?;
    let mut languages = vec![(DEFAULT.to_string(), default.clone())];
    for lang in other_languages(folder)? {
        let other = read_language(&folder.join(&lang))?;
        let complaints = differences(&default, (&lang, &other));
        if !complaints.is_empty() {
            return Err(format!(
                "the words of {DEFAULT} and {lang} do not fit:\n  {}",
                complaints.join("\n  ")
            ));
        }
        languages.push((lang, other));
    }
    languages.into_iter().map(|(lang, files)| language(lang.leak(), files)).collect()
}

/// The folders beside that of the default language, by name.
fn other_languages(folder: &Path) -> Result<Vec<String>> {
    let named = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && name != DEFAULT && !name.starts_with('.') {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn language(lang: &'static str, files: BTreeMap<String, Texts>) -> Result<Language> {
    let all = files.iter().flat_map(|(file, texts)| texts.iter().map(move |(key, text)| (file, key, text)));
    let shared: BTreeMap<&String, &String> =
        all.clone().filter(|(file, key, _)| is_shared(file, key)).map(|(_, key, text)| (key, text)).collect();
    let (later, first): (BTreeMap<_, _>, BTreeMap<_, _>) =
        shared.into_iter().partition(|(key, _)| is_later(key));
    let json = serde_json::to_string(&first).map_err(|error| error.to_string())?;
    let later_json = serde_json::to_string(&later).map_err(|error| error.to_string())?;
    let words = Words::new(all.map(|(_, key, text)| (key.clone(), text.clone())).collect());
    Ok(Language { lang, words, json, later_json })
}

fn read_language(folder: &Path) -> Result<BTreeMap<String, Texts>> {
    let mut read = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for file in files() {
        let texts = read_file(&folder.join(&file))?;
        for key in texts.keys() {
            if let Some(other) = seen.insert(key.clone(), file.clone()) {
                return Err(format!("{}: {key} is in {other} and in {file}", folder.display()));
            }
        }
        read.insert(file, texts);
    }
    Ok(read)
}

fn read_file(path: &Path) -> Result<Texts> {
    let named = |error: String| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| named(error.to_string()))?;
    let mut texts = Texts::new();
    flatten("", table, &mut texts).map_err(named)?;
    Ok(texts)
}

/// `[button]` with `crash-leader` inside is the key `button.crash-leader`.
fn flatten(prefix: &str, table: toml::Table, texts: &mut Texts) -> Result<()> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => drop(texts.insert(key, text)),
            toml::Value::Table(table) => flatten(&key, table, texts)?,
            _ => return Err(format!("{key} is not a text")),
        }
    }
    Ok(())
}

fn differences(
    default: &BTreeMap<String, Texts>,
    (lang, other): (&str, &BTreeMap<String, Texts>),
) -> Vec<String> {
    files().flat_map(|file| differences_in(&file, &default[&file], (lang, &other[&file]))).collect()
}

fn differences_in(file: &str, default: &Texts, (lang, other): (&str, &Texts)) -> Vec<String> {
    let lacking = |has: &Texts, lacks: &Texts, lang: &str| -> Vec<String> {
        has.keys()
            .filter(|key| !lacks.contains_key(*key))
            .map(|key| format!("{lang}/{file} lacks {key}"))
            .collect()
    };
    let unequal = default.iter().filter_map(|(key, text)| {
        let (here, there) = (words::places(text), words::places(other.get(key)?));
        (here != there)
            .then(|| format!("{file}, {key}: {DEFAULT} has the places {here:?}, {lang} has {there:?}"))
    });
    [lacking(default, other, lang), lacking(other, default, DEFAULT), unequal.collect()].concat()
}
