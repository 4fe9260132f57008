//! A link as a QR code, for whoever sees it on a wall or on paper.

use qrcodegen::{QrCode, QrCodeEcc};

use super::paint::Shape;

/// The light margin that the standard asks for, in modules.
const MARGIN: i32 = 4;

/// A QR code: dark modules on a light ground, whatever the theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// Width and height with the margin, in modules.
    pub size: u32,
    /// The path data of the dark modules.
    pub path: String,
}

/// The code of a text; none when it is too long for any (2,953 bytes are the most).
pub fn code(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for (x, length) in dark_runs(&code, y) {
            path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN));
        }
    }
    Some(Code { size: (code.size() + 2 * MARGIN) as u32, path })
}

/// Where the dark modules of a row begin, and how many follow each other.
fn dark_runs(code: &QrCode, y: i32) -> Vec<(i32, i32)> {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == x => *length += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

impl Code {
    /// The shapes of the code, in a box of `size` by `size`.
    pub fn shapes(&self) -> Vec<Shape> {
        let ground =
            Shape::new("rect").with("width", self.size).with("height", self.size).with("fill", "#ffffff");
        let dark = Shape::new("path")
            .with("d", self.path.as_str())
            .with("fill", "#000000")
            .with("shape-rendering", "crispEdges");
        vec![ground, dark]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which modules of the path are dark, with so many pixels a module.
    fn pixels(code: &Code, scale: usize) -> (usize, Vec<u8>) {
        let width = code.size as usize * scale;
        let mut image = vec![255; width * width];
        for run in code.path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
            for row in y * scale..(y + 1) * scale {
                image[row * width + x * scale..row * width + (x + length) * scale].fill(0);
            }
        }
        (width, image)
    }

    fn read(code: &Code) -> String {
        let (width, image) = pixels(code, 4);
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| image[y * width + x]);
        image.detect_grids()[0].decode().expect("it can be read").1
    }

    #[test]
    fn a_reader_finds_the_link_in_the_code() {
        let short = "https://example.org/en/heartbeat/#s=v1AB".to_string();
        let long = format!("https://example.org/en/sandbox/#s=v1{}", "aB3_-".repeat(160));
        for link in [short, long] {
            assert_eq!(read(&code(&link).unwrap()), link);
        }
    }

    #[test]
    fn what_is_too_long_for_a_code_has_none() {
        assert_eq!(code(&"x".repeat(3_000)), None);
    }
}
