//! The picture as text: a still SVG for pages without script, before the script runs, and on paper.

use std::fmt::Write;

use crate::decimal::short;
use crate::escape::Escaped;
use crate::words::Words;

use super::Scene;
use super::paint::{self, Inside, Shape};

/// The picture as an inline `<svg>` element. It is styled by the classes of `stage.css`; all text in it is escaped.
pub fn svg(scene: &Scene, words: &Words) -> String {
    let name = match (scene.machines.len(), scene.servers.len()) {
        (0, 1) => "stage.still-alone",
        (0, _) => "stage.still",
        (1, _) => "stage.still-machine",
        _ => "stage.still-machines",
    };
    let picture = Shape::new("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .class("cluster still")
        .with("viewBox", format!("0 0 {} {}", short(scene.width, 1), short(scene.height, 1)))
        .with("role", "img")
        .with("aria-label", words.text(name))
        .holding(paint::picture(scene, words));
    text(&picture)
}

/// A shape and everything in it as text.
pub fn text(shape: &Shape) -> String {
    let mut text = String::new();
    write_shape(&mut text, shape);
    text
}

fn write_shape(text: &mut String, shape: &Shape) {
    text.push('<');
    text.push_str(shape.tag);
    for (name, value) in &shape.attributes {
        let _ = write!(text, " {name}=\"{}\"", Escaped(value));
    }
    text.push('>');
    match &shape.inside {
        Inside::Text(inside) => {
            let _ = write!(text, "{}", Escaped(inside));
        }
        Inside::Shapes(shapes) => shapes.iter().for_each(|shape| write_shape(text, shape)),
    }
    let _ = write!(text, "</{}>", shape.tag);
}

#[cfg(test)]
mod tests {
    use super::super::{
        Form, Layout, draw,
        tests::{self, words},
    };
    use super::*;

    /// One element a line, so that a change is a readable difference.
    fn lines(svg: &str) -> String {
        svg.replace("><", ">\n<") + "\n"
    }

    /// The committed pictures of `tests/scenes`. After a change that is meant, write them anew with `PICTURES=write` and look at
    /// the difference.
    #[test]
    fn the_picture_is_the_one_that_was_looked_at() {
        let mut cut = tests::frame();
        let ids: Vec<_> = cut.servers.iter().map(|server| server.id).collect();
        tests::cut_between(&mut cut, &ids[..2], &ids[2..]);
        for (name, frame, form, lang) in [
            ("five-servers-en", tests::frame(), Form::Wide, "en"),
            ("five-servers-narrow-ko", tests::frame(), Form::Narrow, "ko"),
            ("two-cut-off-ko", cut, Form::Wide, "ko"),
            ("one-machine-en", tests::one_machine(), Form::Wide, "en"),
            ("one-machine-narrow-ko", tests::one_machine(), Form::Narrow, "ko"),
            ("web-servers-ko", tests::web_servers(), Form::Wide, "ko"),
            ("web-servers-narrow-en", tests::web_servers(), Form::Narrow, "en"),
        ] {
            let path = format!("{}/tests/scenes/{name}.svg", env!("CARGO_MANIFEST_DIR"));
            let picture = lines(&svg(&draw(&frame, &Layout::of(&frame, form)), &words(lang)));
            if std::env::var("PICTURES").as_deref() == Ok("write") {
                std::fs::write(&path, &picture).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                picture == committed,
                "{path} shows something else than the scene; PICTURES=write writes it anew"
            );
        }
    }

    #[test]
    fn every_word_of_the_picture_exists() {
        let frames = [tests::frame(), tests::one_machine(), tests::web_servers()];
        for (lang, frame) in
            ["en", "ko"].iter().flat_map(|lang| frames.iter().map(move |frame| (lang, frame)))
        {
            let text = svg(&draw(frame, &Layout::of(frame, Form::Wide)), &words(lang));
            let missing = text.split(['>', '<', '"']).find(|part| {
                part.contains('.') && part.starts_with(char::is_alphabetic) && !part.contains(' ')
            });
            assert_eq!(
                missing.filter(|part| !part.starts_with("http") && !part.starts_with(['M', 'A'])),
                None,
                "{lang}"
            );
        }
    }

    #[test]
    fn hostile_words_stay_text() {
        let hostile = "<script>\"&'</text>";
        let texts = ["stage.still", "role.leader", "role.follower", "name.Cheolsu", "label.append"];
        let words = Words::new(texts.map(|key| (key.to_string(), hostile.to_string())).into());
        let frame = tests::frame();
        let text = svg(&draw(&frame, &Layout::of(&frame, Form::Wide)), &words);
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("&lt;script&gt;&quot;&amp;'&lt;/text&gt;"));
    }
}
