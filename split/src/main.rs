//! `split mark PROGRAM MARKED`, `split cut PROGRAM RAN PART...` and, in place, `split shorten PROGRAM SCRIPT`.
//!
//! RAN is a JSON list of lists: the numbers of the places that somebody came to, for each part but the last one.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

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
        _ => {
            bail!("split mark PROGRAM MARKED, split cut PROGRAM RAN PART..., or split shorten PROGRAM SCRIPT")
        }
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    fs::read(Path::new(path)).with_context(|| format!("could not read {path}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<()> {
    fs::write(Path::new(path), bytes).with_context(|| format!("could not write {path}"))
}
