//! A picture that goes elsewhere: the cluster of one moment, what it is, and the link back to it as text and as a QR code.

use std::fmt::Write;

use super::qr::Code;
use crate::escape::Escaped;

/// Space around everything, in units of the picture.
const AROUND: f64 = 16.0;

/// How many units a module of the code is wide.
const MODULE: f64 = 2.0;

/// The caption's lines, from one base line to the next.
const LEADING: f64 = 20.0;

/// The lines of the link, from one base line to the next.
const LINK_LEADING: f64 = 13.0;

/// The width of a character of the link.
const LINK_CHARACTER: f64 = 6.1;

/// What the plate is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate<'a> {
    /// The picture as an `<svg>` element that needs no style sheet.
    pub picture: &'a str,
    /// Width and height of its view box.
    pub size: (f64, f64),
    /// What is seen, a line each.
    pub caption: Vec<String>,
    /// The link to this moment; none when the run is too much for one.
    pub link: Option<&'a str>,
    /// The same for a camera.
    pub code: Option<&'a Code>,
    /// The colours of ground and text.
    pub ground: &'a str,
    /// The colour of the text.
    pub ink: &'a str,
    /// The family of the letters.
    pub font: &'a str,
}

impl Plate<'_> {
    /// Width and height.
    pub fn extent(&self) -> (f64, f64) {
        let text = LEADING * self.caption.len() as f64 + LINK_LEADING * self.link_lines().len() as f64;
        (self.size.0 + 2.0 * AROUND, self.size.1 + text.max(self.code_width()) + 3.0 * AROUND)
    }

    fn code_width(&self) -> f64 {
        self.code.map_or(0.0, |code| f64::from(code.size) * MODULE)
    }

    /// The link, broken wherever a line is full: it has no spaces.
    fn link_lines(&self) -> Vec<String> {
        let width = self.size.0 - self.code_width() - AROUND;
        let characters: Vec<char> = self.link.unwrap_or_default().chars().collect();
        characters.chunks((width / LINK_CHARACTER) as usize).map(|line| line.iter().collect()).collect()
    }

    /// The plate as a whole SVG document.
    pub fn svg(&self) -> String {
        let ((width, height), below) = (self.extent(), self.size.1 + 2.0 * AROUND);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\
             <svg x=\"{AROUND}\" y=\"{AROUND}\" width=\"{}\" height=\"{}\">{}</svg>",
            Escaped(self.ground),
            self.size.0,
            self.size.1,
            self.picture
        );
        let mut y = below;
        for line in &self.caption {
            y += LEADING;
            self.write_line(&mut svg, y - 5.0, 15.0, self.font, line);
        }
        if let Some(link) = self.link {
            let _ = write!(svg, "<a href=\"{}\">", Escaped(link));
            for line in self.link_lines() {
                y += LINK_LEADING;
                self.write_line(&mut svg, y - 3.0, 10.0, "monospace", &line);
            }
            svg.push_str("</a>");
        }
        if let Some(code) = self.code {
            let x = width - AROUND - self.code_width();
            let _ = write!(
                svg,
                "<g transform=\"translate({x} {below}) scale({MODULE})\">{}</g>",
                code.shapes().iter().map(super::svg::text).collect::<String>()
            );
        }
        svg.push_str("</svg>");
        svg
    }

    fn write_line(&self, svg: &mut String, y: f64, size: f64, font: &str, line: &str) {
        let (font, ink, line) = (Escaped(font), Escaped(self.ink), Escaped(line));
        let _ = write!(
            svg,
            "<text x=\"{AROUND}\" y=\"{y}\" font-size=\"{size}\" font-family=\"{font}\" fill=\"{ink}\">{line}</text>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::qr;

    fn plate<'a>(link: &'a str, code: Option<&'a Code>) -> Plate<'a> {
        Plate {
            picture: "<svg viewBox=\"0 0 800 470\"></svg>",
            size: (800.0, 470.0),
            caption: vec!["Lesson <5>".to_string(), "3.000 s".to_string()],
            link: Some(link),
            code,
            ground: "#fff",
            ink: "#000",
            font: "\"A\", sans-serif",
        }
    }

    #[test]
    fn the_whole_link_stands_in_the_caption_beside_the_code() {
        let link = format!("https://example.org/en/#s=v1{}", "aB3_-".repeat(80));
        let code = qr::code(&link).unwrap();
        let plate = plate(&link, Some(&code));
        assert_eq!(plate.link_lines().concat(), link);
        let widest = plate.link_lines().iter().map(|line| line.len()).max().unwrap();
        assert!(widest as f64 * LINK_CHARACTER <= 800.0 - plate.code_width(), "text and code do not touch");
        let (_, height) = plate.extent();
        assert!(height >= 470.0 + plate.code_width() + 2.0 * AROUND, "the code lies on the plate");
        let svg = plate.svg();
        assert!(
            plate.link_lines().iter().all(|line| svg.contains(line.as_str())) && svg.contains(&code.path)
        );
    }

    #[test]
    fn what_is_written_on_it_stays_text() {
        let svg = plate("https://example.org/", None).svg();
        assert!(svg.contains("Lesson &lt;5&gt;") && svg.contains("&quot;A&quot;"));
    }
}
