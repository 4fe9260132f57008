//! HTML as a type of its own: what is not made from text or elements here cannot get onto a page unescaped.

use std::fmt::{self, Display};

use playground::escape::Escaped;

/// A piece of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Plain text.
    pub fn text(text: &str) -> Html {
        Html(escaped(text))
    }

    /// Markup that another part of the program made and escaped, such as a drawn picture.
    pub fn drawn(markup: String) -> Html {
        Html(markup)
    }

    /// Several pieces, one behind the other.
    pub fn all(pieces: impl IntoIterator<Item = Html>) -> Html {
        Html(pieces.into_iter().map(|piece| piece.0).collect())
    }

    /// An element with an end tag.
    pub fn element(name: &str, attributes: &[(&str, &str)], inside: Html) -> Html {
        Html(format!("<{name}{}>{inside}</{name}>", Attributes(attributes)))
    }

    /// An element that never holds anything, such as `meta`.
    pub fn void(name: &str, attributes: &[(&str, &str)]) -> Html {
        Html(format!("<{name}{}>\n", Attributes(attributes)))
    }

    /// Data for scripts, as a block that the browser does not run. No text in it can end it.
    pub fn data(id: &str, later: &str, json: &str) -> Html {
        let harmless = json.replace('<', "\\u003c");
        Html(format!(
            "<script type=\"application/json\" id=\"{}\" data-words=\"{}\">{harmless}</script>",
            escaped(id),
            escaped(later)
        ))
    }
}

impl Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Attributes<'a>(&'a [(&'a str, &'a str)]);

impl Display for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(name, value)| write!(f, " {name}=\"{}\"", escaped(value)))
    }
}

/// Text that is safe inside an element and inside a quoted attribute.
pub fn escaped(text: &str) -> String {
    Escaped(text).to_string()
}
