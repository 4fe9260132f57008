//! Short names for what a program takes from the script that starts it.

use crate::hash;
use crate::numbers::{Numbers, Sections, code};
use crate::program::Program;
use anyhow::{Result, ensure};
use wasm_encoder::ImportSection;
use wasm_encoder::reencode::Reencode;
use wasmparser::TypeRef;

/// The same program and the same script, where each imported function has a short name instead of wasm-bindgen's, which tells what it
/// is and is told apart by a number that no compression makes smaller. The module from which they come gets the hash of all their
/// names instead of its own, so that program and script of two builds still do not fit together.
///
/// # Errors
/// When this is no program, or the script does not define each function once, as `name: function`, and its module once.
pub fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let program = Program::read(program)?;
    let mut numbers = Numbers::same(&program);
    let own: Vec<u32> = program.own_functions().collect();
    let mut sections = Sections::of(&program, &mut numbers, &own, &program.pointers.places, 0)?;
    sections.imports = ImportSection::new();
    let names: String = program.imports.iter().map(|import| format!("{} ", import.name)).collect();
    let new_module = hash([names.as_bytes()]);
    let mut script = script.to_owned();
    let mut replace = |old: &str, new: &str| {
        ensure!(script.matches(old).count() == 1, "the script must have {old} once");
        script = script.replace(old, new);
        Ok(())
    };
    let mut modules = Vec::new();
    for (place, import) in program.imports.iter().enumerate() {
        let ty = numbers.entity_type(import.ty)?;
        let TypeRef::Func(_) = import.ty else {
            sections.imports.import(import.module, import.name, ty);
            continue;
        };
        let short = short(place);
        replace(&format!("{}: function", import.name), &format!("{short}: function"))?;
        sections.imports.import(&new_module, &short, ty);
        if !modules.contains(&import.module) {
            modules.push(import.module);
        }
    }
    ensure!(modules.len() < 2, "functions from several modules are not foreseen");
    for module in modules {
        replace(&format!("\"{module}\""), &format!("\"{new_module}\""))?;
    }
    let code = code(&program, &mut numbers, own)?;
    Ok((sections.module(&program, &code), script))
}

/// a, b, … z, aa, ba, …
pub fn short(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    match place / 26 {
        0 => letter.to_string(),
        more => format!("{letter}{}", short(more - 1)),
    }
}
