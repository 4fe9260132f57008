//! The style sheets of a page as one file: what the visitor waits for before the first paint is fetched at once, and without comments.
//! Those of the panels are another file, which comes with them.

use std::hash::Hasher;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use siphasher::sip::SipHasher13;

/// Styles of the site.
pub struct Sheet {
    /// The name of the file, which changes with what is in it.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl Sheet {
    /// One sheet from several, in their order.
    pub fn of(sheets: &[String]) -> Sheet {
        let text: String = sheets.iter().map(|sheet| short(sheet)).collect();
        let mut hasher = SipHasher13::new();
        hasher.write(text.as_bytes());
        Sheet { name: format!("style-{:016x}.css", hasher.finish()), text }
    }

    /// By what browsers know that it is this one (`integrity`).
    pub fn check(&self) -> String {
        format!("sha384-{}", STANDARD.encode(Sha384::digest(&self.text)))
    }

    /// The link of a page. In a frame whose sandbox gives it no origin every file comes from elsewhere, and `integrity` then needs CORS.
    pub fn link(&self) -> String {
        let (name, check) = (&self.name, self.check());
        format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"{check}\" crossorigin=\"anonymous\">")
    }
}

/// Without comments, indentation and empty lines. The rest is left to the compression on the way.
fn short(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let first = parts.next().unwrap_or_default();
    let behind = parts.map(|part| part.split_once("*/").map_or("", |(_, behind)| behind));
    let lines: String = std::iter::once(first).chain(behind).collect();
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_rules_stay() {
        let sheet =
            "/* All\n of it. */\n@layer a {\n  .b > .c {\n    top: 0; /* here */\n  }\n\n  /* none */\n}\n";
        assert_eq!(short(sheet), "@layer a {\n.b > .c {\ntop: 0;\n}\n}\n");
    }

    #[test]
    fn the_name_follows_the_text_and_the_check_is_that_of_the_text() {
        let [one, other] = [&["a{}"], &["b{}"]].map(|text| Sheet::of(&text.map(str::to_string)));
        assert_ne!(one.name, other.name);
        // printf 'a{}\n' | openssl dgst -sha384 -binary | base64
        assert!(
            one.link().contains("sha384-CSVJmS1cHpAdO4cmYqGPs3bc5js0bZ3qFVbZnngU15A0umm2kUegvbVpLu/J/qGp"),
            "{}",
            one.link()
        );
    }
}
