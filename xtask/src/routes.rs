//! From the path of an address to a file.
//!
//! As GitHub Pages does where that matters to the site: a folder is its `index.html`, a folder without its slash is sent
//! on, and an unknown path gets the site's own 404 page.

use anyhow::{Context, Result, bail};
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};

/// A folder, and the path below which it is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// Starts and ends with a slash.
    prefix: String,
    folder: PathBuf,
}

impl Mount {
    /// Serves `folder` at `prefix`, with or without its last slash.
    ///
    /// # Errors
    /// When the prefix does not start with a slash.
    pub fn new(prefix: &str, folder: PathBuf) -> Result<Self> {
        if !prefix.starts_with('/') {
            bail!("`{prefix}` must start with a slash");
        }
        let prefix = format!("{}/", prefix.trim_end_matches('/'));
        Ok(Self { prefix, folder })
    }

    /// Reads `/path/=folder`.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse(text: &str) -> Result<Self> {
        let (prefix, folder) =
            text.split_once('=').with_context(|| format!("`{text}` is not of the form /path/=folder"))?;
        Self::new(prefix, folder.into())
    }
}

/// What is served where.
#[derive(Debug, PartialEq)]
pub struct Routes {
    /// The longest prefix first: the first that fits is the one.
    mounts: Vec<Mount>,
}

/// What belongs to a path.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// This file.
    File(PathBuf),
    /// The path with the slash that it lacks.
    Redirect(String),
    /// With the site's own page for that, if it has one.
    Nothing(Option<PathBuf>),
}

impl Routes {
    /// Takes mounts in any order.
    pub fn new(mut mounts: Vec<Mount>) -> Self {
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        Self { mounts }
    }

    /// Looks up the path of an address, without its query.
    pub fn find(&self, path: &str) -> Found {
        // A mount without its slash also lies below the mount at the root, which knows nothing of it.
        let with_slash = format!("{path}/");
        if self.mounts.iter().any(|mount| mount.prefix == with_slash) {
            return Found::Redirect(with_slash);
        }
        let mount = self.mounts.iter().find(|mount| path.starts_with(&mount.prefix));
        mount.map_or(Found::Nothing(None), |mount| mount.find(&path[mount.prefix.len()..], path))
    }
}

impl Mount {
    fn find(&self, rest: &str, path: &str) -> Found {
        let Some(file) = below(&self.folder, rest) else {
            return self.nothing();
        };
        if !file.is_dir() {
            // A path that ends in a slash asks for a folder; a file of that name is not meant.
            return if file.is_file() && !rest.ends_with('/') { Found::File(file) } else { self.nothing() };
        }
        if !path.ends_with('/') {
            return Found::Redirect(format!("{path}/"));
        }
        let index = file.join("index.html");
        if index.is_file() { Found::File(index) } else { self.nothing() }
    }

    fn nothing(&self) -> Found {
        Found::Nothing(Some(self.folder.join("404.html")).filter(|page| page.is_file()))
    }
}

/// A path of an address as a path of the file system, never above `folder`.
///
/// Names are taken apart after decoding, so that an encoded slash or dot gets no further than a plain one.
fn below(folder: &Path, rest: &str) -> Option<PathBuf> {
    let decoded = percent_decode_str(rest).decode_utf8().ok()?;
    let names = decoded.strip_suffix('/').unwrap_or(&decoded);
    let mut file = folder.to_owned();
    if names.is_empty() {
        return decoded.is_empty().then_some(file);
    }
    for name in names.split('/') {
        if matches!(name, "" | "." | "..") || name.contains(['\\', ':', '\0']) {
            return None;
        }
        file.push(name);
    }
    Some(file)
}

/// The type that a file's name stands for.
pub fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// A small site, decks beside it, and what is above them.
    pub fn site() -> Scratch {
        Scratch::with(&[
            ("secret.txt", "secret"),
            ("site/index.html", "home"),
            ("site/404.html", "lost"),
            ("site/page_bg.wasm", "wasm"),
            ("site/ko/index.html", "집"),
            ("site/ko/그림 1.svg", "<svg/>"),
            ("site/empty/note.txt", "note"),
            ("decks/deck.html", "deck"),
        ])
    }

    /// The site twice, and the decks.
    pub fn routes(site: &Scratch) -> Routes {
        let mount = |prefix, folder| Mount::new(prefix, site.path(folder)).unwrap();
        Routes::new(vec![mount("/", "site"), mount("/some/sub/path", "site"), mount("/deck/", "decks")])
    }

    /// Looks up paths in these routes; a file is answered with its path in the site's folder.
    fn find(paths: &[&str]) -> Vec<String> {
        let site = site();
        let routes = routes(&site);
        paths.iter().map(|path| show(&site, routes.find(path))).collect()
    }

    fn show(site: &Scratch, found: Found) -> String {
        let below =
            |file: PathBuf| file.strip_prefix(site.path("")).unwrap().to_str().unwrap().replace('\\', "/");
        match found {
            Found::File(file) => below(file),
            Found::Redirect(to) => format!("-> {to}"),
            Found::Nothing(page) => format!("nothing, {}", page.map_or("no page".to_owned(), below)),
        }
    }

    const LOST: &str = "nothing, site/404.html";

    #[test]
    fn a_folder_is_its_index() {
        let found = find(&["/", "/ko/", "/empty/"]);
        assert_eq!(found, ["site/index.html", "site/ko/index.html", LOST]);
    }

    #[test]
    fn a_folder_without_its_slash_is_sent_on() {
        let found = find(&["/ko", "/some/sub/path", "/some/sub/path/ko"]);
        assert_eq!(found, ["-> /ko/", "-> /some/sub/path/", "-> /some/sub/path/ko/"]);
    }

    #[test]
    fn the_same_site_is_at_several_paths() {
        let found =
            find(&["/some/sub/path/", "/some/sub/path/page_bg.wasm", "/some/sub/path/nowhere", "/some/"]);
        assert_eq!(found, ["site/index.html", "site/page_bg.wasm", LOST, LOST]);
        let found = find(&["/deck/deck.html", "/deck/page_bg.wasm"]);
        assert_eq!(found, ["decks/deck.html", "nothing, no page"]);
    }

    #[test]
    fn only_a_sub_path() {
        let site = site();
        let routes = Routes::new(vec![Mount::new("/repo/", site.path("site")).unwrap()]);
        assert_eq!(routes.find("/repo/ko/"), Found::File(site.path("site/ko/index.html")));
        assert_eq!(routes.find("/ko/"), Found::Nothing(None));
        assert_eq!(routes.find("/repository/"), Found::Nothing(None));
    }

    #[test]
    fn names_are_decoded() {
        let found = find(&["/ko/%EA%B7%B8%EB%A6%BC%201.svg", "/ko/%FF.svg"]);
        assert_eq!(found, ["site/ko/그림 1.svg", LOST]);
    }

    #[test]
    fn nothing_above_the_folder_is_served() {
        let paths = [
            "/../secret.txt",
            "/ko/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e%2fsecret.txt",
            "/ko/..%5c..%5csecret.txt",
            "/C:/secret.txt",
            "//ko/",
            "//secret.txt",
            "/./index.html",
            "/index.html/",
            "/index.html%00",
        ];
        for (path, found) in paths.iter().zip(find(&paths)) {
            assert_eq!(found, LOST, "{path}");
        }
    }

    #[test]
    fn browsers_get_the_types_they_insist_on() {
        let of = |name: &str| content_type(Path::new(name));
        assert_eq!(of("page-1234_bg.wasm"), "application/wasm");
        assert_eq!(of("worker.js"), "text/javascript; charset=utf-8");
        assert_eq!(of("ko/index.html"), "text/html; charset=utf-8");
        assert_eq!(of("style.css"), "text/css; charset=utf-8");
        assert_eq!(of("_headers"), "application/octet-stream");
    }

    #[test]
    fn mounts_are_read_and_checked() {
        let mount = Mount::parse("/node_modules=end2end/node_modules").unwrap();
        assert_eq!(mount, Mount { prefix: "/node_modules/".into(), folder: "end2end/node_modules".into() });
        assert!(Mount::parse("/deck/").is_err());
        assert!(Mount::parse("deck/=decks").is_err());
    }
}
