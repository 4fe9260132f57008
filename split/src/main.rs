//! Cuts the programs of the site in parts, from the command line.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use zopfli::{Format, Options};

const USAGE: &str = "\
split mark PROGRAM MARKED      a program that tells where somebody has come
split cut PROGRAM RAN PART...  its parts; RAN is a JSON list of lists: the places of each part but the last one, by numbers
split shorten PROGRAM SCRIPT   short names between a first part and its script, in place
split pack PROGRAM PACKED      compressed as browsers can unpack it, better than hosts have the time for";

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["mark", program, marked] => write(marked, &split::mark(&read(program)?)?),
        ["cut", program, ran, ref parts @ ..] => {
            let ran: Vec<BTreeSet<u32>> = serde_json::from_slice(&read(ran)?)
                .with_context(|| format!("{ran} has no lists of numbers"))?;
            let (program, functions) = split::lean(&read(program)?, &ran)?;
            let cut = split::cut(&program, &functions)?;
            ensure!(cut.len() == parts.len(), "there are {} parts, and names for {}", cut.len(), parts.len());
            cut.iter().zip(parts).try_for_each(|(part, to)| write(to, part))
        }
        ["shorten", program, script] => {
            let text = String::from_utf8(read(script)?).with_context(|| format!("{script} is no text"))?;
            let (short, text) = split::shorten(&read(program)?, &text)?;
            write(program, &short)?;
            write(script, text.as_bytes())
        }
        ["pack", program, packed] => {
            let mut bytes = Vec::new();
            zopfli::compress(Options::default(), Format::Gzip, read(program)?.as_slice(), &mut bytes)?;
            write(packed, &bytes)
        }
        _ => bail!("{USAGE}"),
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(Path::new(path)).with_context(|| format!("could not read {path}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<()> {
    fs::write(Path::new(path), bytes).with_context(|| format!("could not write {path}"))
}
