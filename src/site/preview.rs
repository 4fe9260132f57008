//! What others show of a page: the preview of a link (Open Graph and Twitter cards), and the frame that a page of notes makes of an address
//! (oEmbed). All of it needs the whole address, so it is written only when that is known.

use playground::host::snippet::{Place, SIZE, Wanted};
use playground::words::Words;
use serde_json::json;

use super::html::Html;
use super::pages::Kind;

/// The name of the picture beside a page with a simulation; whoever publishes the site takes it from the built page.
const PICTURE: &str = "preview.png";

/// Width and height of that picture in pixels, as previews want it.
const PICTURE_SIZE: (u32, u32) = (1200, 630);

/// The name of the answer for pages that ask how this one is embedded.
pub const OEMBED: &str = "oembed.json";

/// A page, as others see it.
pub struct Preview<'a> {
    /// The words of its language.
    pub words: &'a Words,
    /// Its language.
    pub lang: &'a str,
    /// Which page.
    pub kind: Kind,
    /// Where the site will be, without a slash at its end.
    pub site: &'a str,
    /// The page's path from there.
    pub path: &'a str,
}

impl Preview<'_> {
    /// For `<head>`, beside title and description.
    pub fn head(&self) -> Html {
        let meta = |property: &str, content: &str| {
            Html::void("meta", &[("property", property), ("content", content)])
        };
        let (width, height) = PICTURE_SIZE;
        let card = Html::void("meta", &[("name", "twitter:card"), ("content", "summary_large_image")]);
        let answer = [
            ("rel", "alternate"),
            ("type", "application/json+oembed"),
            ("href", &self.here(OEMBED)),
            ("title", &self.title()),
        ];
        Html::all([
            meta("og:url", &self.here("")),
            meta("og:type", "website"),
            meta("og:site_name", self.words.text("site.name")),
            meta("og:locale", self.words.text("site.locale")),
            meta("og:image", &self.here(PICTURE)),
            meta("og:image:width", &width.to_string()),
            meta("og:image:height", &height.to_string()),
            meta("og:image:alt", &self.title()),
            card,
            Html::void("link", &answer),
        ])
    }

    /// The answer to "how is this page embedded?": the frame that the dialog of the page writes, too.
    pub fn oembed(&self) -> String {
        let (width, height) = SIZE;
        let html = Wanted::whole(self.here(""), self.title()).snippet(Place::Html);
        let answer = json!({
            "version": "1.0",
            "type": "rich",
            "title": self.title(),
            "provider_name": self.words.text("site.name"),
            "provider_url": format!("{}/{}/", self.site, self.lang),
            "width": width,
            "height": height,
            "html": html,
            "thumbnail_url": self.here(PICTURE),
            "thumbnail_width": PICTURE_SIZE.0,
            "thumbnail_height": PICTURE_SIZE.1,
        });
        format!("{answer:#}\n")
    }

    fn title(&self) -> String {
        self.words.text(&format!("{}.title", self.kind.name())).to_string()
    }

    fn here(&self, file: &str) -> String {
        format!("{}/{}{file}", self.site, self.path)
    }
}
