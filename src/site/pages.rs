//! The pages: home, sandbox and the lesson, in each language; the root page, which holds both; and the page for lost visitors.

use playground::lesson::{Lesson, LessonId};
use playground::words::Words;

use super::Result;
use super::html::Html;
use super::lesson;
use super::mould::{Cast, Mould};
use super::picture;
use super::preview::Preview;
use super::story;
use super::text_pages::Text;
use super::texts::Language;

/// The pages that every language has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The live five servers, and the map of the patterns.
    Home,
    /// Everything allowed.
    Sandbox,
    /// A lesson.
    Lesson(LessonId),
    /// Plans, questions to print, how to embed and cite.
    Lecturers,
    /// The playground inside other pages.
    Gallery,
    /// The words of the lessons.
    Glossary,
}

impl Kind {
    /// All of them, the lessons in their order.
    pub fn all() -> impl Iterator<Item = Kind> {
        let lessons = Lesson::ALL.iter().map(|lesson| Kind::Lesson(lesson.id));
        let texts = [Kind::Lecturers, Kind::Gallery, Kind::Glossary];
        [Kind::Home, Kind::Sandbox].into_iter().chain(lessons).chain(texts)
    }

    /// What `data-page` says.
    fn page(self) -> &'static str {
        match self {
            Kind::Home => "home",
            Kind::Sandbox => "sandbox",
            Kind::Lesson(_) => "lesson",
            Kind::Lecturers | Kind::Gallery | Kind::Glossary => "text",
        }
    }

    /// The name of the page's texts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Home => "home",
            Kind::Sandbox => "sandbox",
            Kind::Lesson(lesson) => lesson.name(),
            Kind::Lecturers => "lecturers",
            Kind::Gallery => "gallery",
            Kind::Glossary => "glossary",
        }
    }

    /// Whether the simulation runs on it.
    fn is_live(self) -> bool {
        !matches!(self, Kind::Lecturers | Kind::Gallery | Kind::Glossary)
    }

    /// The address below the language's folder.
    fn path(self) -> String {
        match self {
            Kind::Home => String::new(),
            _ => format!("{}/", self.name()),
        }
    }

    fn lesson(self) -> Option<LessonId> {
        match self {
            Kind::Lesson(lesson) => Some(lesson),
            _ => None,
        }
    }
}

/// A page in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// `ko` or `en`.
    pub lang: &'static str,
    /// Which page.
    pub kind: Kind,
}

impl Address {
    /// From the root of the site, with a slash at its end.
    pub fn path(self) -> String {
        format!("{}/{}", self.lang, self.kind.path())
    }

    fn root(self) -> String {
        "../".repeat(self.path().matches('/').count())
    }
}

/// All that pages are made from.
pub struct Site<'a> {
    /// What Trunk has built.
    pub mould: &'a Mould,
    /// All languages, the default one first.
    pub languages: &'a [Language],
    /// Where the site will be; what must be absolute is left out without it.
    pub site: Option<&'a str>,
}

impl Site<'_> {
    /// A page in its language.
    pub fn page(&self, address: Address) -> Result<String> {
        Ok(self.mould.fill(&self.cast(address)?))
    }

    /// All pages that can stand in one file, with their paths.
    pub fn casts(&self) -> Result<Vec<(String, Cast)>> {
        let of = |language: &Language| {
            let lang = language.lang;
            let kinds = Kind::all().filter(|kind| *kind != Kind::Gallery);
            kinds.map(move |kind| Address { lang, kind })
        };
        self.languages.iter().flat_map(of).map(|address| Ok((address.path(), self.cast(address)?))).collect()
    }

    fn cast(&self, address: Address) -> Result<Cast> {
        let language = self.language(address.lang);
        let root = address.root();
        Ok(Cast {
            title: language.words.text(&format!("{}.title", address.kind.name())).to_string(),
            html: self.html_attributes(address, &root),
            head: Html::all([head(&language.words, address.kind), self.absolute(address, &address.path())]),
            body: self.body(language, address.kind, &root)?,
            root,
            live: address.kind.is_live(),
        })
    }

    /// The root page: home in the default language, with the other ones in store for the start script to choose from.
    pub fn root(&self) -> Result<String> {
        let (first, others) = self.languages.split_first().ok_or("there is no language")?;
        let root = "./".to_string();
        let here = Address { lang: first.lang, kind: Kind::Home };
        let mut attributes = self.html_attributes(here, &root);
        let languages: Vec<&str> = self.languages.iter().map(|language| language.lang).collect();
        attributes.push(("data-choose", languages.join(" ")));
        let mut body = vec![self.body(first, Kind::Home, &root)?];
        for other in others {
            let attributes = [("lang", other.lang), ("data-title", other.words.text("home.title"))];
            body.push(Html::element("template", &attributes, self.body(other, Kind::Home, &root)?));
        }
        let head = Html::all([head(&first.words, Kind::Home), self.absolute(here, "")]);
        let title = first.words.text("home.title").to_string();
        Ok(self.mould.fill(&Cast { html: attributes, root, head, title, body: Html::all(body), live: true }))
    }

    /// The page for an address that does not exist. It is served at any depth, so its links start at the root of the host:
    /// below a path it needs to be told the site's address.
    pub fn lost(&self) -> String {
        let root = self.site.map_or("/".to_string(), |site| format!("{}/", path_of(site)));
        let first = &self.languages[0];
        let title = format!("{} · {}", first.words.text("lost.title"), first.words.text("site.name"));
        let texts = self.languages.iter().map(|language| lost_in(language, &root));
        self.mould.fill(&Cast {
            html: vec![("lang", first.lang.to_string())],
            head: Html::element("title", &[], Html::text(&title)),
            title,
            body: Html::element("main", &[("class", "lost")], Html::all(texts)),
            root,
            live: false,
        })
    }

    fn language(&self, lang: &str) -> &Language {
        self.languages
            .iter()
            .find(|language| language.lang == lang)
            .expect("addresses name languages that there are")
    }

    fn html_attributes(&self, address: Address, root: &str) -> Vec<(&'static str, String)> {
        let mut attributes = vec![
            ("lang", address.lang.to_string()),
            ("data-root", root.to_string()),
            ("data-page", address.kind.page().to_string()),
            ("data-build", self.mould.build.clone()),
        ];
        attributes.extend(address.kind.lesson().map(|lesson| ("data-lesson", lesson.name().to_string())));
        attributes
    }

    /// What only makes sense with the whole address: for search engines, and for previews of links.
    fn absolute(&self, address: Address, path: &str) -> Html {
        let Some(site) = self.site else { return Html::default() };
        let kind = address.kind;
        let preview = self.preview(address, &address.path()).map(|preview| preview.head());
        let link = |rel: &str, lang: &str, path: &str| {
            Html::void("link", &[("rel", rel), ("hreflang", lang), ("href", &format!("{site}/{path}"))])
        };
        let here = format!("{site}/{path}");
        let languages = self
            .languages
            .iter()
            .map(|language| link("alternate", language.lang, &Address { lang: language.lang, kind }.path()));
        let default = if kind == Kind::Home {
            String::new()
        } else {
            Address { lang: self.languages[0].lang, kind }.path()
        };
        Html::all(
            [Html::void("link", &[("rel", "canonical"), ("href", &here)])]
                .into_iter()
                .chain(languages)
                .chain([link("alternate", "x-default", &default)])
                .chain(preview),
        )
    }

    /// What others show of a page; nothing of one that is only text.
    pub fn preview<'a>(&'a self, address: Address, path: &'a str) -> Option<Preview<'a>> {
        let site = self.site.filter(|_| address.kind.is_live())?;
        let words = &self.language(address.lang).words;
        Some(Preview { words, lang: address.lang, kind: address.kind, site, path })
    }

    fn body(&self, language: &Language, kind: Kind, root: &str) -> Result<Html> {
        let words = &language.words;
        if !kind.is_live() {
            let text = Text { words, lang: language.lang, root, site: self.site };
            let shell = [self.header(language, kind, root), text.main(kind), self.footer(language, root)];
            return Ok(Html::all(shell));
        }
        let still = picture::still(kind.lesson(), words)?;
        let empty = |id: &str| Html::element("section", &[("id", id)], Html::default());
        let main = Html::all([
            self.text(language, kind, root)?,
            empty("controls"),
            Html::element("section", &[("id", "stage")], still),
            empty("panels"),
            below(words, kind, &format!("{root}{}/", language.lang))?,
        ]);
        Ok(Html::all([
            self.header(language, kind, root),
            Html::element("main", &[("class", "play")], main),
            self.footer(language, root),
            Html::data("words", &language.later_name(), &language.json),
        ]))
    }

    /// What a page says about itself; a lesson is told beside the stage.
    fn text(&self, language: &Language, kind: Kind, root: &str) -> Result<Html> {
        let words = &language.words;
        let mut attributes = vec![("id", "lesson"), ("aria-labelledby", "heading")];
        let lesson = match kind.lesson() {
            Some(id) => {
                attributes.push(("data-phase", lesson::PHASES[0]));
                lesson::Text::new(words, id, root)?.body()
            }
            None => Html::default(),
        };
        let start = if kind == Kind::Home { first_lesson(language, root) } else { Html::default() };
        Ok(Html::element("section", &attributes, Html::all([heading(words, kind, start), lesson])))
    }

    fn footer(&self, language: &Language, root: &str) -> Html {
        let link = |kind: Kind| {
            let address = format!("{root}{}", Address { lang: language.lang, kind }.path());
            let name = Html::text(language.words.text(&format!("{}.link", kind.name())));
            Html::element("a", &[("href", &address)], name)
        };
        let dot = Html::text(" · ");
        let links =
            Html::all([link(Kind::Glossary), dot.clone(), link(Kind::Lecturers), dot, link(Kind::Gallery)]);
        footer(&language.words, &self.mould.build, links)
    }

    fn header(&self, language: &Language, kind: Kind, root: &str) -> Html {
        let words = &language.words;
        let link = |to: Kind| {
            let address = format!("{root}{}", Address { lang: language.lang, kind: to }.path());
            nav_link(&address, words.text(&format!("{}.link", to.name())), to == kind)
        };
        let lessons =
            nav_link(&format!("{root}{}/#patterns", language.lang), words.text("site.lessons"), false);
        let links = [lessons, link(Kind::Sandbox)];
        let others = self.languages.iter().filter(|other| other.lang != language.lang);
        let others = others.map(|other| {
            language_link(other, &format!("{root}{}", Address { lang: other.lang, kind }.path()))
        });
        let home = format!("{root}{}/", language.lang);
        Html::element(
            "header",
            &[("class", "site")],
            Html::all([
                Html::element(
                    "a",
                    &[("class", "name"), ("href", &home)],
                    Html::text(words.text("site.name")),
                ),
                Html::element(
                    "nav",
                    &[("aria-label", words.text("site.pages"))],
                    Html::all(links.into_iter().chain(others)),
                ),
            ]),
        )
    }
}

fn head(words: &Words, kind: Kind) -> Html {
    let title = words.text(&format!("{}.title", kind.name())).to_string();
    let description = words.text(&format!("{}.description", kind.name())).to_string();
    Html::all([
        Html::element("title", &[], Html::text(&title)),
        Html::void("meta", &[("name", "description"), ("content", &description)]),
        Html::void("meta", &[("property", "og:title"), ("content", &title)]),
        Html::void("meta", &[("property", "og:description"), ("content", &description)]),
    ])
}

fn nav_link(address: &str, name: &str, current: bool) -> Html {
    let attributes = [("href", address), ("aria-current", "page")];
    Html::element("a", if current { &attributes } else { &attributes[..1] }, Html::text(name))
}

/// A language is named in itself, for those who cannot read this one.
fn language_link(other: &Language, address: &str) -> Html {
    let attributes =
        [("class", "language"), ("href", address), ("hreflang", other.lang), ("lang", other.lang)];
    Html::element("a", &attributes, Html::text(other.words.text("site.language")))
}

/// Where to begin, for whoever is here for the first time.
fn first_lesson(language: &Language, root: &str) -> Html {
    let address = format!("{root}{}/{}/", language.lang, LessonId::ALL[0]);
    let link = Html::element("a", &[("href", &address)], Html::text(language.words.text("home.start")));
    Html::all([Html::text(" "), link])
}

/// Heading and goal, with what follows it in the same line.
pub fn heading(words: &Words, kind: Kind, after: Html) -> Html {
    let say = |part: &str| Html::text(words.text(&format!("{}.{part}", kind.name())));
    Html::all([
        Html::element("h1", &[("id", "heading")], say("heading")),
        Html::element("p", &[("class", "goal")], Html::all([say("goal"), after])),
        if kind.is_live() { without_script(words) } else { Html::default() },
    ])
}

fn without_script(words: &Words) -> Html {
    let note = Html::element("p", &[("class", "note")], Html::text(words.text("site.noscript")));
    Html::element("noscript", &[], note)
}

/// Below the stage of home and sandbox: what to try, at home the map of the patterns, and in the sandbox their demos.
fn below(words: &Words, kind: Kind, home: &str) -> Result<Html> {
    let more = match kind {
        Kind::Home => story::map(words, home)?,
        Kind::Sandbox => story::demos(words, home)?,
        _ => return Ok(Html::default()),
    };
    let pieces = [part(words, kind, "try"), more];
    Ok(Html::element("section", &[("class", "below")], Html::all(pieces)))
}

/// A part with a heading and the texts `1`, `2`, … of it.
fn part(words: &Words, kind: Kind, name: &str) -> Html {
    let prefix = format!("{}.{name}.", kind.name());
    let items = words
        .iter()
        .filter(|(key, _)| key.starts_with(&prefix))
        .map(|(_, text)| Html::element("li", &[], Html::text(text)));
    let heading = Html::element("h2", &[], Html::text(words.text(&format!("parts.{name}"))));
    Html::all([heading, Html::element("ol", &[("class", name)], Html::all(items))])
}

fn footer(words: &Words, build: &str, links: Html) -> Html {
    let line = |key: &str| Html::element("p", &[], Html::text(words.text(key)));
    let build = Html::element(
        "p",
        &[("class", "build")],
        Html::text(&format!("{} {build}", words.text("site.build"))),
    );
    Html::element(
        "footer",
        &[("class", "site")],
        Html::all([
            Html::element("p", &[], links),
            line("site.private"),
            line("site.source"),
            line("site.licence"),
            build,
        ]),
    )
}

fn lost_in(language: &Language, root: &str) -> Html {
    let words = &language.words;
    let link = |address: &str, key: &str| {
        Html::element("li", &[], Html::element("a", &[("href", address)], Html::text(words.text(key))))
    };
    let links = Kind::all().map(|kind| {
        let path = Address { lang: language.lang, kind }.path();
        link(&format!("{root}{path}"), &format!("{}.link", kind.name()))
    });
    Html::element(
        "section",
        &[("lang", language.lang)],
        Html::all([
            Html::element("h1", &[], Html::text(words.text("lost.title"))),
            Html::element("p", &[], Html::text(words.text("lost.text"))),
            Html::element("ul", &[], Html::all(links)),
        ]),
    )
}

/// The path of an address such as `https://example.org/playground`, without a slash at its end.
fn path_of(site: &str) -> &str {
    let behind_scheme = site.find("://").map_or(0, |at| at + 3);
    site[behind_scheme..].find('/').map_or("", |at| &site[behind_scheme + at..])
}
