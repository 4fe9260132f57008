//! What somebody puts into their own page, deck or notebook to have the playground there.

use crate::escape::Escaped;

/// Where the playground is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page of HTML.
    Html,
    /// A slide of reveal.js.
    Reveal,
    /// A Quarto document or presentation.
    Quarto,
    /// A slide of Slidev.
    Slidev,
    /// A slide of Marp.
    Marp,
    /// A cell of a Jupyter notebook.
    Jupyter,
    /// A page or course that takes an address: Notion, Moodle, Canvas.
    Address,
    /// Slides that hold no pages: PowerPoint, Google Slides, Keynote.
    Office,
}

impl Place {
    /// All of them, in the order of the list.
    pub const ALL: [Place; 8] = [
        Place::Html,
        Place::Reveal,
        Place::Quarto,
        Place::Slidev,
        Place::Marp,
        Place::Jupyter,
        Place::Address,
        Place::Office,
    ];

    /// The end of its word keys.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Html => "html",
            Place::Reveal => "reveal",
            Place::Quarto => "quarto",
            Place::Slidev => "slidev",
            Place::Marp => "marp",
            Place::Jupyter => "jupyter",
            Place::Address => "address",
            Place::Office => "office",
        }
    }

    /// Whether the host is a slide deck, which wants the keyboard back.
    const fn is_deck(self) -> bool {
        matches!(self, Place::Reveal | Place::Quarto | Place::Slidev | Place::Marp)
    }
}

/// What the frame shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The address of the page, with neither parameters nor fragment.
    pub page: String,
    /// Its title.
    pub title: String,
    /// The share string of the moment at which it opens; none: at the beginning.
    pub share: Option<String>,
    /// A theme other than the visitor's own.
    pub theme: Option<&'static str>,
    /// Parameters that hold without a share string, such as `servers`.
    pub kept: Vec<(String, String)>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// Width and height of a frame, in pixels, unless somebody chooses otherwise.
pub const SIZE: (u32, u32) = (960, 540);

impl Wanted {
    /// A page from its beginning, as everybody sees it.
    pub fn whole(page: String, title: String) -> Wanted {
        Wanted { page, title, share: None, theme: None, kept: Vec::new(), size: SIZE }
    }

    /// The address of the frame.
    pub fn address(&self, place: Place) -> String {
        let mut parameters = vec!["embed=1".to_string()];
        parameters.extend(self.kept.iter().map(|(name, value)| format!("{name}={value}")));
        parameters.extend(self.theme.map(|theme| format!("theme={theme}")));
        if place.is_deck() {
            parameters.push("host=slides".to_string());
        }
        let fragment = self.share.as_ref().map(|share| format!("#s={share}")).unwrap_or_default();
        let sign = if self.page.contains('?') { '&' } else { '?' };
        format!("{}{sign}{}{fragment}", self.page, parameters.join("&"))
    }

    /// What is to be copied.
    pub fn snippet(&self, place: Place) -> String {
        let (width, height) = self.size;
        let address = self.address(place);
        match place {
            Place::Html | Place::Marp | Place::Slidev => self.frame("src", &address, "loading=\"lazy\" "),
            Place::Reveal => {
                format!("<section>\n  {}\n</section>", self.frame("data-src", &address, "data-preload "))
            }
            Place::Quarto => format!("```{{=html}}\n{}\n```", self.frame("src", &address, "")),
            Place::Jupyter => {
                let quoted = address.replace('\\', "\\\\").replace('"', "\\\"");
                format!(
                    "from IPython.display import IFrame\nIFrame(\"{quoted}\", width={width}, height={height})"
                )
            }
            Place::Address | Place::Office => address,
        }
    }

    fn frame(&self, attribute: &str, address: &str, more: &str) -> String {
        let (width, height) = self.size;
        let (address, title) = (Escaped(address), Escaped(&self.title));
        format!(
            "<iframe {attribute}=\"{address}\" {more}title=\"{title}\" width=\"{width}\" height=\"{height}\" \
             allow=\"fullscreen; clipboard-write\" style=\"border: 0; max-width: 100%\"></iframe>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(share: Option<&str>) -> Wanted {
        Wanted {
            page: "https://example.org/en/heartbeat/".to_string(),
            title: "HeartBeat \"& more\"".to_string(),
            share: share.map(str::to_string),
            theme: Some("projector"),
            kept: vec![("servers".to_string(), "3".to_string())],
            size: SIZE,
        }
    }

    #[test]
    fn the_address_says_what_is_wanted_and_the_run_stays_in_the_fragment() {
        let page = "https://example.org/en/heartbeat/?embed=1&servers=3&theme=projector";
        assert_eq!(wanted(None).address(Place::Html), page);
        assert_eq!(wanted(Some("v1AB")).address(Place::Reveal), format!("{page}&host=slides#s=v1AB"));
    }

    #[test]
    fn what_is_put_into_a_page_is_escaped_once() {
        let html = wanted(Some("v1AB")).snippet(Place::Html);
        assert!(html.contains(
            "src=\"https://example.org/en/heartbeat/?embed=1&amp;servers=3&amp;theme=projector#s=v1AB\""
        ));
        assert!(
            html.contains("title=\"HeartBeat &quot;&amp; more&quot;\"")
                && html.contains("width=\"960\" height=\"540\"")
        );
        assert!(!wanted(None).snippet(Place::Address).contains("&amp;"));
    }

    #[test]
    fn every_place_has_a_snippet_with_the_frames_address() {
        for place in Place::ALL {
            let wanted = wanted(Some("v1AB"));
            let snippet = wanted.snippet(place).replace("&amp;", "&");
            assert!(snippet.contains(&wanted.address(place)), "{}", place.name());
        }
    }
}
