//! The static pages, written by the real program from a small mould.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use playground::host::snippet::{Place, Wanted};
use playground::lesson::{Lesson, STORY};
use playground::share::{self, Shared};
use playground::time::Time;
use playground::wire::Start;
use serde_json::Value;

use crate::world::World;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Pages with a simulation.
fn live_pages() -> Vec<String> {
    let lessons = Lesson::ALL.iter().map(|lesson| format!("{}/", lesson.id));
    let paths: Vec<String> = [String::new(), "sandbox/".to_string()].into_iter().chain(lessons).collect();
    let of = |lang: &str| paths.iter().map(|path| format!("{lang}/{path}index.html")).collect::<Vec<_>>();
    [vec!["index.html".to_string()], of("ko"), of("en")].concat()
}

/// Pages without a simulation of their own.
const TEXTS: [&str; 6] = [
    "ko/lecturers/index.html",
    "en/lecturers/index.html",
    "ko/gallery/index.html",
    "en/gallery/index.html",
    "ko/glossary/index.html",
    "en/glossary/index.html",
];

/// What Trunk makes of `index.html`: its own links become those of what it built.
fn mould() -> String {
    let ours = fs::read_to_string(Path::new(ROOT).join("index.html")).expect("the mould");
    let plain: String =
        ours.lines().filter(|line| !line.contains("data-trunk")).map(|line| format!("{line}\n")).collect();
    let links = r#"<link rel="stylesheet" href="./tokens-0123.css" integrity="sha384-AAAA"/>
        <link rel="stylesheet" href="./base-0123.css" integrity="sha384-AAAA"/>
        <script defer src="./start.js" data-page-js="./page-0123.js" data-page-wasm="./page-0123_bg.wasm"></script>
        <link rel="modulepreload" href="./page-0123.js" crossorigin="anonymous" integrity="sha384-AAAA"><link rel="preload" href="./page-0123_bg.wasm" crossorigin="anonymous" integrity="sha384-BBBB" as="fetch" type="application/wasm"></head>"#;
    plain.replace("</head>", links)
}

/// A folder of its own for each test, empty at the beginning.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{name}"));
        let _ = fs::remove_dir_all(&path);
        let folder = Folder(path);
        for file in [
            "tokens-0123.css",
            "base-0123.css",
            "page-0123.js",
            "page-0123_bg.wasm",
            "worker.js",
            "worker_bg.wasm",
            "boot.js",
            "start.js",
            "parts.js",
            "ladder.js",
            "favicon.svg",
        ] {
            folder.write(&format!("template/{file}"), file);
        }
        folder.write("template/index.html", &mould());
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    fn run(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_site"));
        command
            .arg("--template")
            .arg(self.0.join("template"))
            .arg("--out")
            .arg(self.0.join("out"))
            .args(more);
        command.output().expect("the program starts")
    }

    fn built(name: &str, more: &[&str]) -> Folder {
        let folder = Folder::new(name);
        let output = folder.run(more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder
    }

    fn page(&self, name: &str) -> String {
        fs::read_to_string(self.0.join("out").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The values of an attribute, wherever it stands.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The text between two pieces of text.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("{from} is missing"));
    rest.split_once(to).unwrap_or_else(|| panic!("{to} is missing")).0
}

#[test]
fn every_link_of_every_page_leads_to_a_file() {
    let folder = Folder::built("links", &[]);
    for name in &live_pages() {
        let page = folder.page(name);
        let here = folder.0.join("out").join(name);
        for link in [values(&page, "href"), values(&page, "src")].concat() {
            // A run is no place on the page.
            if link.starts_with("#s=") {
                continue;
            }
            if let Some(id) = link.strip_prefix('#') {
                assert!(values(&page, "id").contains(&id), "{name}: {link} leads nowhere");
                continue;
            }
            // Where to read on.
            if link.starts_with("https://") {
                continue;
            }
            assert!(!link.starts_with('/') && !link.contains("://"), "{name}: {link} must be relative");
            let link = link.split(['?', '#']).next().unwrap_or_default();
            let target = here.parent().expect("a folder").join(link);
            let target = if link.ends_with('/') { target.join("index.html") } else { target };
            assert!(target.is_file(), "{name}: {link} leads nowhere");
        }
        let root = values(&page, "data-root")[0];
        assert!(here.parent().expect("a folder").join(root).join("start.js").is_file(), "{name}: {root}");
    }
}

#[test]
fn pages_name_the_later_parts_and_the_one_file_has_whole_programs() {
    let folder = Folder::new("parts");
    let wasm = r#"data-page-wasm="./page-0123_bg.wasm""#;
    let later = format!("{wasm} data-later=\"_next.wasm _rest.wasm\" data-packed=\"_bg.packed\"");
    folder.write("template/index.html", &mould().replace(wasm, &later));
    folder.write("template/worker_rest.wasm", "rest");
    let programs = ["page-0123.js", "page-0123_bg.wasm", "worker.js", "worker_bg.wasm"];
    for file in programs {
        folder.write(&format!("template/whole/{file}"), &format!("whole {file}"));
    }
    assert!(folder.run(&[]).status.success());
    let page = folder.page("ko/single-server/index.html");
    assert_eq!(values(&page, "data-later"), ["_next.wasm _rest.wasm"]);
    assert_eq!(values(&page, "data-packed"), ["_bg.packed"]);
    assert_eq!(folder.page("worker_rest.wasm"), "rest");
    assert_eq!(folder.page("page-0123.js"), "page-0123.js");
    assert!(!folder.0.join("out/whole").exists(), "they are for the one file only");

    let single = folder.page("playground.html");
    assert!(!single.contains("data-later") && !single.contains("data-packed"));
    let unpacked = |name: &str| {
        let block = between(&single, &format!("data-file=\"{name}\">"), "</script>");
        let packed = STANDARD.decode(block).expect("base64");
        std::io::read_to_string(flate2::read::GzDecoder::new(packed.as_slice())).expect("a text")
    };
    for file in programs {
        assert_eq!(unpacked(file), format!("whole {file}"));
    }
    assert_eq!(unpacked("boot.js"), "boot.js");
}

#[test]
fn pages_obey_the_policy_that_they_carry() {
    let folder = Folder::built("policy", &[]);
    for name in live_pages().iter().map(String::as_str).chain(["404.html"]) {
        let page = folder.page(name);
        let head = between(&page, "<head>", "</head>");
        let first: Vec<&str> = head.split('<').map(str::trim).filter(|tag| !tag.is_empty()).take(2).collect();
        assert!(
            first[0].starts_with("meta charset") && first[1].contains("Content-Security-Policy"),
            "{name}: {first:?}"
        );
        assert!(!page.contains("unsafe-inline") && !page.contains("'unsafe-eval'"), "{name}");
        for script in page.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(
                tag.contains(" src=\"") || tag.contains("type=\"application/json\""),
                "{name}: inline script {tag}"
            );
        }
        for inline in [" style=\"", " onclick=", " onload=", " onerror=", "<style", "javascript:"] {
            assert!(!page.contains(inline), "{name}: {inline}");
        }
    }
}

#[test]
fn the_policy_in_headers_is_that_of_the_pages() {
    let read = |name: &str| fs::read_to_string(Path::new(ROOT).join(name)).expect(name);
    let page = read("index.html");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let headers = read("www/_headers");
    assert_eq!(between(&headers, "Content-Security-Policy: ", "\n"), format!("{policy}; frame-ancestors *"));
    assert!(!headers.contains("X-Frame-Options"));
}

#[test]
fn a_page_has_its_language_its_text_and_its_picture() {
    let folder = Folder::built("text", &[]);
    for (name, lang, page_kind, heading) in [
        ("ko/heartbeat/index.html", "ko", "lesson", "하트비트와 리더 선출"),
        ("en/heartbeat/index.html", "en", "lesson", "HeartBeat and leader election"),
        ("en/index.html", "en", "home", "Five servers, one truth"),
        ("ko/sandbox/index.html", "ko", "sandbox", "자유 실험"),
    ] {
        let page = folder.page(name);
        let html = between(&page, "<html", ">");
        assert!(
            html.contains(&format!("lang=\"{lang}\""))
                && html.contains(&format!("data-page=\"{page_kind}\"")),
            "{html}"
        );
        assert_eq!(html.contains("data-lesson=\"heartbeat\""), page_kind == "lesson");
        assert!(page.contains(&format!("<h1 id=\"heading\">{heading}</h1>")), "{name}");
        assert!(!between(&page, "<title>", "</title>").is_empty() && !values(&page, "content").is_empty());
        assert_eq!(
            between(&page, "<section id=\"stage\">", "</section>").matches("<svg").count(),
            1,
            "{name}"
        );
        assert!(page.contains("<noscript>"));
    }
}

#[test]
fn the_words_are_harmless_json_with_what_the_programs_need() {
    let folder = Folder::built("words", &[]);
    let page = folder.page("ko/index.html");
    let later = values(&page, "data-words")[0];
    let start = format!("<script type=\"application/json\" id=\"words\" data-words=\"{later}\">");
    let block = between(&page, &start, "</script>");
    assert!(!block.contains('<'));
    let words: BTreeMap<String, String> = serde_json::from_str(block).expect("JSON");
    assert_eq!(words["card.reload"], "새로 고침");
    assert!(words.contains_key("button.crash-leader") && words.contains_key("host.entry-buy"));
    assert!(!words.keys().any(|key| key.starts_with("heartbeat.")), "the text of a page is in the page only");
}

#[test]
fn the_root_page_holds_both_languages() {
    let folder = Folder::built("root", &[]);
    let page = folder.page("index.html");
    let (first, other) = page.split_once("<template lang=\"ko\"").expect("the other language");
    assert!(
        first.contains("<html lang=\"en\"")
            && first.contains("data-choose")
            && first.contains("Five servers, one truth")
    );
    assert!(other.contains("서버는 다섯, 사실은 하나") && other.contains("id=\"words\""));
}

#[test]
fn lecturers_find_every_question_with_one_right_answer_and_the_gallery_shows_what_it_gives() {
    let (plain, at_home) =
        (Folder::built("texts", &[]), Folder::built("texts-home", &["--site", "https://home.test/p"]));
    for name in TEXTS {
        let page = plain.page(name);
        assert!(!page.contains("<script"), "{name} needs no program");
        assert!(page.contains("<h1 id=\"heading\">"), "{name}");
    }
    for lang in ["ko", "en"] {
        let page = plain.page(&format!("{lang}/lecturers/index.html"));
        let words = crate::world::words(lang);
        for lesson in playground::lesson::Lesson::ALL {
            for choice in lesson.predict {
                let text = words.text(&format!("{}.predict.{}", lesson.id, choice.name)).to_string();
                assert!(page.contains(&playground::escape::Escaped(&text).to_string()), "{lang}: {text}");
            }
        }
        assert_eq!(page.matches("☐").count(), 4 * playground::lesson::Lesson::ALL.len());
        let gallery = at_home.page(&format!("{lang}/gallery/index.html"));
        let frames: Vec<&str> =
            values(&gallery, "src").into_iter().filter(|address| address.contains("embed=1")).collect();
        assert_eq!(frames.len(), 4);
        assert!(frames.iter().all(|address| address.starts_with("../../")), "{frames:?}");
        assert!(
            gallery.contains(&format!("https://home.test/p/{lang}/heartbeat/?embed=1")),
            "what is copied is absolute"
        );
    }
}

#[test]
fn the_terms_of_a_lesson_lead_to_their_places_in_the_glossary() {
    let folder = Folder::built("glossary", &[]);
    for lang in ["ko", "en"] {
        let glossary = folder.page(&format!("{lang}/glossary/index.html"));
        let places = values(&glossary, "id");
        for lesson in playground::lesson::Lesson::ALL {
            let page = folder.page(&format!("{lang}/{}/index.html", lesson.id));
            let links = values(&page, "href");
            assert!(lesson.terms.len() >= 4, "{}", lesson.id);
            for term in lesson.terms {
                assert!(links.contains(&format!("../glossary/#{term}").as_str()), "{lang}: {term}");
                assert!(places.contains(term), "{lang}: {term} has no place");
            }
        }
        let meanings = glossary.matches("<dd>").count();
        assert!(meanings >= 20 && !glossary.contains("<dd></dd>"), "{lang}: every term means something");
    }
}

#[test]
fn what_is_absolute_is_written_only_when_the_address_is_known() {
    let without = Folder::built("relative", &[]);
    for name in &live_pages() {
        assert!(
            !without.page(name).contains("canonical")
                && !without.page(name).contains("hreflang=\"x-default\"")
        );
    }
    assert!(!without.0.join("out/sitemap.xml").exists());
    let site = "https://example.org/some/path/";
    let with = Folder::built("absolute", &["--site", site]);
    let page = with.page("ko/heartbeat/index.html");
    assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{site}ko/heartbeat/\">")), "{page}");
    for (lang, path) in [("en", "en/heartbeat/"), ("ko", "ko/heartbeat/"), ("x-default", "en/heartbeat/")] {
        assert!(page.contains(&format!("hreflang=\"{lang}\" href=\"{site}{path}\"")), "{lang}");
    }
    assert!(with.page("index.html").contains(&format!("<link rel=\"canonical\" href=\"{site}\">")));
    assert_eq!(with.page("sitemap.xml").matches("<loc>").count(), live_pages().len() + TEXTS.len());
    assert!(with.page("robots.txt").contains(&format!("Sitemap: {site}sitemap.xml")));
    assert!(with.page("404.html").contains("href=\"/some/path/style-"));
}

#[test]
fn home_tells_the_whole_story() {
    let folder = Folder::built("story", &[]);
    for lang in ["en", "ko"] {
        let page = folder.page(&format!("{lang}/index.html"));
        let map = between(&page, "class=\"patterns\"", "</ol>");
        assert_eq!(map.matches("<li>").count(), 10, "{lang}");
        let principles = between(&page, "class=\"principles\"", "</ul>");
        assert_eq!(principles.matches("<li>").count(), 8, "{lang}");
    }
}

#[test]
fn every_switch_of_the_map_and_of_the_sandbox_opens_the_demo_of_its_pattern() {
    let folder = Folder::built("switches", &[]);
    let after_ten_seconds = |start: Start| World::start(Start { at: Time::from_ms(10_000), ..start }).hash();
    let demos = STORY.into_iter().filter_map(|(_, demo)| demo);
    let shared =
        demos.flat_map(|demo| [false, true].map(|with| Shared::demo(&demo, with).expect("it comes out")));
    let expected: Vec<String> = shared.map(|shared| after_ten_seconds(shared.start)).collect();
    for lang in ["en", "ko"] {
        for (name, list, end, sandbox) in [
            ("index.html", "class=\"patterns\"", "</ol>", format!("../{lang}/sandbox/")),
            ("sandbox/index.html", "class=\"demos\"", "</ul>", String::new()),
        ] {
            let page = folder.page(&format!("{lang}/{name}"));
            let links = values(between(&page, list, end), "href");
            let runs = links.iter().filter_map(|link| link.split_once("#s="));
            let (places, runs): (Vec<&str>, Vec<&str>) = runs.unzip();
            assert!(places.iter().all(|place| *place == sandbox), "{lang}/{name}: {places:?}");
            let opened = runs.into_iter().map(|run| share::decode(run).expect("a share string"));
            let opened: Vec<String> = opened.map(|shared| after_ten_seconds(shared.start)).collect();
            assert_eq!(opened, expected, "{lang}/{name}: without the pattern, and with it");
        }
    }
}

#[test]
fn others_are_told_how_a_page_looks_and_how_it_is_embedded() {
    let site = "https://example.org/some/path";
    let with = Folder::built("preview", &["--site", site]);
    for name in live_pages().iter().filter(|name| name.as_str() != "index.html") {
        let path = name.trim_end_matches("index.html");
        let page = with.page(name);
        for (property, value) in [
            ("og:url", format!("{site}/{path}")),
            ("og:image", format!("{site}/{path}preview.png")),
            ("og:locale", if path.starts_with("ko") { "ko_KR" } else { "en_US" }.to_string()),
        ] {
            let tag = format!("<meta property=\"{property}\" content=\"{value}\">");
            assert!(page.contains(&tag), "{name} lacks {tag}");
        }
        assert!(page.contains("<meta name=\"twitter:card\" content=\"summary_large_image\">"), "{name}");
        let link = format!("type=\"application/json+oembed\" href=\"{site}/{path}oembed.json\"");
        assert!(page.contains(&link), "{name}");
        let answer: Value = serde_json::from_str(&with.page(&format!("{path}oembed.json"))).expect("JSON");
        let title = answer["title"].as_str().expect("a title");
        let snippet = Wanted::whole(format!("{site}/{path}"), title.to_string()).snippet(Place::Html);
        assert_eq!((&answer["type"], &answer["version"]), (&"rich".into(), &"1.0".into()));
        assert_eq!(answer["html"].as_str(), Some(snippet.as_str()), "what the dialog of the page writes");
    }
    assert!(!with.0.join("out/en/lecturers/oembed.json").exists(), "text needs no frame");
}

#[test]
fn the_build_is_named_after_what_is_in_it() {
    let one = Folder::built("build-one", &[]);
    let same = Folder::built("build-same", &[]);
    let build = |folder: &Folder| values(&folder.page("index.html"), "data-build")[0].to_string();
    assert_eq!(build(&one), build(&same));
    assert!(one.page("ko/index.html").contains(&format!("../start.js?v={}", build(&one))));
    one.write("template/worker_bg.wasm", "another worker");
    assert!(one.run(&[]).status.success());
    assert_ne!(build(&one), build(&same));
}

#[test]
fn a_page_has_one_style_sheet_and_names_that_of_the_panels() {
    let folder = Folder::new("sheet");
    let base = r#"<link rel="stylesheet" href="./base-0123.css" integrity="sha384-AAAA"/>"#;
    folder.write(
        "template/index.html",
        &mould().replace(base, &format!("{}{base}", base.replace("base", "panels"))),
    );
    folder.write("template/panels-0123.css", "panels-0123.css");
    assert!(folder.run(&[]).status.success());
    let page = folder.page("en/heartbeat/index.html");
    let links: Vec<&str> = page.split('<').filter(|tag| tag.contains("stylesheet")).collect();
    let [link] = links.as_slice() else { panic!("{links:?}") };
    let (_, name) = link.split_once("href=\"../../").expect("a sheet of the site");
    let sheet = folder.page(name.split('"').next().expect("a name"));
    assert_eq!(sheet, "tokens-0123.css\nbase-0123.css\n");
    assert_eq!(folder.page(values(&page, "data-style")[0]), "panels-0123.css\n");
    assert!(values(&page, "data-style-check")[0].starts_with("sha384-"));
    assert!(!folder.0.join("out/base-0123.css").exists(), "what it was made of is not handed out");

    let single = folder.page("playground.html");
    assert!(single.contains("panels-0123.css\n</style>"), "one file has all styles");
    assert!(!single.contains("data-style="));
}

#[test]
fn later_words_are_a_file_of_each_language() {
    let folder = Folder::built("later-words", &[]);
    let page = folder.page("ko/heartbeat/index.html");
    let name = values(&page, "data-words")[0];
    assert!(name.starts_with("words-ko-"), "{name}");
    let words =
        |json: &str| -> BTreeMap<String, String> { serde_json::from_str(json).expect("texts by key") };
    let later = words(&folder.page(name));
    let first = words(between(&page, &format!("data-words=\"{name}\">"), "</script>"));
    assert!(first.contains_key("button.crash-leader") && later.contains_key("legend.messages"));
    assert!(first.keys().all(|key| !later.contains_key(key)), "each is in one place");
    assert!(folder.page("playground.html").contains(&format!("data-file=\"{name}\">")));
    assert_ne!(values(&folder.page("en/heartbeat/index.html"), "data-words")[0], name);
}

#[test]
fn files_for_frames_without_an_origin_are_fetched_with_cors() {
    let page = Folder::built("cors", &[]).page("en/index.html");
    for tag in page.split('<').filter(|tag| tag.contains("stylesheet") || tag.contains("preload")) {
        assert_eq!(tag.matches("crossorigin").count(), 1, "{tag}");
        assert!(tag.contains("integrity"), "{tag}");
    }
}

#[test]
fn nothing_is_fetched_ahead_of_the_scripts_that_decide_whether_to() {
    let page = Folder::built("ahead", &[]).page("en/index.html");
    assert!(!page.contains("preload"), "with ctl=1 a page waits for a click");
}

/// A copy of the words in which one line of one file is another.
fn changed_words(folder: &Folder, file: &str, from: &str, to: &str) -> String {
    for lang in ["en", "ko"] {
        let words = Path::new(ROOT).join("words");
        for name in fs::read_dir(words.join(lang)).expect("words") {
            let path = format!("{lang}/{}", name.expect("a file").file_name().to_string_lossy());
            let text = fs::read_to_string(words.join(&path)).expect("words");
            let text = if path == file { text.replacen(from, to, 1) } else { text };
            folder.write(&format!("words/{path}"), &text);
        }
    }
    folder.0.join("words").to_str().expect("a path of ASCII").to_string()
}

#[test]
fn words_that_do_not_fit_each_other_stop_the_build() {
    for (nth, (file, from, to, complaint)) in [
        ("ko/site.toml", "reload = ", "reload-it = ", "ko/site.toml lacks card.reload"),
        ("ko/site.toml", "reload = ", "reload-it = ", "en/site.toml lacks card.reload-it"),
        (
            "en/site.toml",
            "{count} {item}",
            "{item}",
            "host.entry-buy: en has the places {\"item\", \"name\"}",
        ),
        ("en/site.toml", "reload = \"Reload\"", "reload = 7", "card.reload is not a text"),
        (
            "en/heartbeat.toml",
            "[heartbeat.why]\n1 = ",
            "[heartbeat.why]\n9 = ",
            "ko/heartbeat.toml lacks heartbeat.why.9",
        ),
        ("en/site.toml", "[card]", "[card", "site.toml"),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = Folder::new(&format!("misfit-{nth}"));
        let output = folder.run(&["--words", &changed_words(&folder, file, from, to)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(complaint), "{complaint}: {said}");
    }
}

#[test]
fn markup_in_a_text_stays_text() {
    let folder = Folder::new("markup");
    let words =
        changed_words(&folder, "en/site.toml", "reload = \"Reload\"", "reload = \"</script><img src=x>\"");
    let path = folder.0.join("words/en/site.toml");
    let text = fs::read_to_string(&path).expect("words").replacen(
        "Five servers, one truth",
        "<img src=x onerror=alert(1)>&\\\"",
        1,
    );
    fs::write(&path, text).expect("writable");
    assert!(folder.run(&["--words", &words]).status.success());
    let page = folder.page("en/index.html");
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;</h1>"));
}

#[test]
fn a_mould_that_lost_its_places_stops_the_build() {
    for lost in ["<!--page:body-->", "data-page-js=", "<html lang=\"en\">"] {
        let folder = Folder::new("broken");
        folder.write("template/index.html", &mould().replace(lost, ""));
        let output = folder.run(&[]);
        assert!(!output.status.success() && !output.stderr.is_empty(), "{lost}");
    }
}

/// Beside a moving picture nobody reads long pieces: at most 60 words, in Korean 120 syllables.
#[test]
fn the_text_comes_in_small_pieces() {
    for (lang, most) in [("en", 60), ("ko", 120)] {
        let text =
            fs::read_to_string(Path::new(ROOT).join(format!("words/{lang}/site.toml"))).expect("words");
        for line in text
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()) || line.starts_with("goal"))
        {
            let size = match lang {
                "ko" => line.chars().filter(|c| ('가'..='힣').contains(c)).count(),
                _ => line.split_whitespace().count() - 2,
            };
            assert!(size <= most, "{lang}: {size} in {line}");
        }
    }
}

/// The words of both languages with another line in one lesson.
fn with_lesson_line(name: &str, from: &str, to: &str) -> Output {
    let folder = Folder::new(name);
    for lang in ["en", "ko"] {
        for file in fs::read_dir(Path::new(ROOT).join("words").join(lang)).expect("words") {
            let file = file.expect("a file");
            let text = fs::read_to_string(file.path()).expect("words").replacen(from, to, 1);
            folder.write(&format!("words/{lang}/{}", file.file_name().to_string_lossy()), &text);
        }
    }
    folder.run(&["--words", folder.0.join("words").to_str().expect("a path of ASCII")])
}

#[test]
fn the_words_of_a_lesson_are_exactly_those_that_are_shown() {
    for (nth, (from, to, complaint)) in [
        (
            "[heartbeat.challenge]\ntask",
            "[heartbeat.challenge]\nexercise",
            "missing: heartbeat.challenge.task",
        ),
        (
            "[heartbeat.challenge]\ntask",
            "[heartbeat.challenge]\nhint-4 = \"One more\"\ntask",
            "unused: heartbeat.challenge.hint-4",
        ),
        ("[heartbeat.why]\n1 = ", "[heartbeat.why]\n7 = ", "missing: heartbeat.why.1"),
    ]
    .into_iter()
    .enumerate()
    {
        let output = with_lesson_line(&format!("lesson-words-{nth}"), from, to);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(complaint), "{complaint}: {said}");
    }
}

#[test]
fn a_folder_of_words_is_a_language() {
    let folder = Folder::new("third-language");
    for lang in ["en", "ko", "qq"] {
        let from = if lang == "ko" { "ko" } else { "en" };
        for file in fs::read_dir(Path::new(ROOT).join("words").join(from)).expect("words") {
            let file = file.expect("a file");
            let text = fs::read_to_string(file.path()).expect("words");
            let text = if lang == "qq" { text.replacen("\"English\"", "\"Qqish\"", 1) } else { text };
            folder.write(&format!("words/{lang}/{}", file.file_name().to_string_lossy()), &text);
        }
    }
    let words = folder.0.join("words");
    let words = ["--words", words.to_str().expect("a path of ASCII")];
    assert!(folder.run(&words).status.success());
    assert!(folder.page("qq/heartbeat/index.html").contains("<html lang=\"qq\""));
    assert!(folder.page("ko/index.html").contains("Qqish"), "a link leads there");
    assert_eq!(values(&folder.page("index.html"), "data-choose"), ["en ko qq"]);
    fs::remove_file(folder.0.join("words/qq/heartbeat.toml")).expect("it was there");
    assert!(!folder.run(&words).status.success(), "a language has all of its files");
}
