//! Colours that everybody can tell apart and read: the tokens of the style sheet, computed.
//!
//! How a colour looks to the colour-blind: Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision
//! Deficiency" (2009), severity 1.0, on linear RGB. How far two colours are apart: CIE 1976. Contrast: WCAG 2.2.

use std::collections::BTreeMap;
use std::fs;

type Rgb = [f64; 3];

const TRICHROMACY: [Rgb; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const PROTANOPIA: [Rgb; 3] =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const DEUTERANOPIA: [Rgb; 3] =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
const TRITANOPIA: [Rgb; 3] =
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]];

/// The tokens of one look: what `:root` says, overridden by the look's own rule.
fn tokens(theme: Option<&str>, dark: bool) -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/css/tokens.css");
    let sheet = fs::read_to_string(path).expect("the tokens");
    let mut tokens = BTreeMap::new();
    let rules = sheet.split("@media").next().expect("rules before the first query");
    for rule in rules.split('}') {
        let Some((selectors, body)) = rule.rsplit_once('{') else { continue };
        let name = selectors.rsplit(['{', '/']).next().unwrap_or_default();
        let mut selectors = name.split(',').map(str::trim);
        let fits = |selector: &str| {
            selector == ":root"
                || theme.is_some_and(|theme| selector == format!(":root[data-theme=\"{theme}\"]"))
        };
        if !selectors.any(fits) {
            continue;
        }
        for line in body.split(';') {
            if let Some((name, value)) =
                line.trim().rsplit_once("--").and_then(|(_, pair)| pair.split_once(':'))
            {
                tokens.insert(name.trim().to_string(), one_of_two(value.trim(), dark));
            }
        }
    }
    tokens
}

/// `light-dark(a, b)` is one of the two.
fn one_of_two(value: &str, dark: bool) -> String {
    let pair = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')'));
    let chosen =
        pair.and_then(|pair| pair.split_once(',')).map(|(light, night)| if dark { night } else { light });
    chosen.unwrap_or(value).trim().to_string()
}

fn linear(hex: &str) -> Rgb {
    let channel = |from: usize| {
        let value =
            f64::from(u8::from_str_radix(&hex[from..from + 2], 16).unwrap_or_else(|_| panic!("{hex}")))
                / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    [channel(1), channel(3), channel(5)]
}

fn seen_by(matrix: &[Rgb; 3], colour: Rgb) -> Rgb {
    matrix.map(|row| row.iter().zip(colour).map(|(one, other)| one * other).sum::<f64>().clamp(0.0, 1.0))
}

fn lab([r, g, b]: Rgb) -> Rgb {
    let xyz = [
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    ];
    let [x, y, z] = xyz.map(|t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn apart(one: Rgb, other: Rgb) -> f64 {
    lab(one).iter().zip(lab(other)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn contrast(one: &str, other: &str) -> f64 {
    let light = |hex: &str| {
        let [r, g, b] = linear(hex);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Every look: its name, and its tokens by day and by night where the two differ.
fn looks() -> Vec<(String, BTreeMap<String, String>)> {
    let looks = [
        (None, false),
        (None, true),
        (Some("light"), false),
        (Some("dark"), true),
        (Some("contrast"), false),
        (Some("contrast"), true),
        (Some("projector"), false),
    ];
    looks.map(|(theme, dark)| (format!("{theme:?}, dark: {dark}"), tokens(theme, dark))).into()
}

#[test]
fn neighbouring_generations_look_different_to_everybody() {
    for (look, tokens) in looks() {
        let generation = |number: usize| linear(&tokens[&format!("gen-{number}")]);
        for number in 1..=6 {
            let next = number % 6 + 1;
            for (name, eyes) in [
                ("anybody", TRICHROMACY),
                ("protanopia", PROTANOPIA),
                ("deuteranopia", DEUTERANOPIA),
                ("tritanopia", TRITANOPIA),
            ] {
                let apart = apart(seen_by(&eyes, generation(number)), seen_by(&eyes, generation(next)));
                assert!(
                    apart >= 20.0,
                    "{look}: generations {number} and {next} are {apart:.1} apart for {name}"
                );
            }
        }
    }
}

#[test]
fn text_and_what_is_drawn_can_be_read_in_every_look() {
    for (look, tokens) in looks() {
        let check = |over: &str, under: &str, least: f64| {
            let found = contrast(&tokens[over], &tokens[under]);
            assert!(found >= least, "{look}: {over} on {under} has {found:.2}, {least} is needed");
        };
        for under in ["page", "surface"] {
            for text in ["ink", "quiet", "accent", "danger", "good", "caution"] {
                check(text, under, 4.5);
            }
            for drawn in ["outline", "edge", "focus"] {
                check(drawn, under, 3.0);
            }
        }
        for (text, under) in [
            ("ink", "sunken"),
            ("on-accent", "accent"),
            ("accent", "accent-soft"),
            ("on-danger", "danger"),
            ("ink", "danger-soft"),
            ("ink", "caution-soft"),
        ] {
            check(text, under, 4.5);
        }
    }
}

#[test]
fn the_number_of_a_generation_can_be_read_on_its_colour() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/css/stage.css");
    let sheet = fs::read_to_string(path).expect("the styles of the stage");
    let mut checked = 0;
    for (look, tokens) in looks() {
        for rule in sheet.split('}').filter(|rule| rule.contains("--on-gen")) {
            let value = |property: &str| {
                let from = rule.split_once(&format!("--{property}: var(--"))?.1;
                Some(tokens[from.split(')').next()?].clone())
            };
            let (Some(colour), Some(text)) = (value("gen"), value("on-gen")) else { continue };
            let found = contrast(&text, &colour);
            assert!(found >= 4.5, "{look}: {text} on {colour} has {found:.2}");
            checked += 1;
        }
    }
    assert!(checked >= 6, "six colours are there");
}
