//! Short names for what a program takes from the script that starts it.

use crate::copy::{Copy, functions};
use crate::program::Program;
use anyhow::{Result, ensure};
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{EntityType, ImportSection, Module};
use wasmparser::TypeRef;

/// The same program and the same script, where each imported function has a short name instead of wasm-bindgen's, which tells what it
/// is and is told apart by a number that no compression makes smaller.
///
/// # Errors
/// When this is no program, or the script does not define each function once, as `name: function`.
pub fn shorten(program: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let program = Program::read(program)?;
    let mut copy = Copy::of_all(&program);
    let mut script = script.to_owned();
    let mut imports = ImportSection::new();
    for (place, import) in program.imports.iter().enumerate() {
        let ty: EntityType = copy.entity_type(import.ty)?;
        if let TypeRef::Func(_) = import.ty {
            let (long, short) = (format!("{}: function", import.name), short(place));
            ensure!(script.matches(&long).count() == 1, "the script must define {} once", import.name);
            script = script.replace(&long, &format!("{short}: function"));
            imports.import(import.module, &short, ty);
        } else {
            imports.import(import.module, import.name, ty);
        }
    }
    let mut module = Module::new();
    module.section(&copy.types(&program)?.0);
    module.section(&imports);
    module.section(&functions(&program, program.own_functions()));
    copy.tables(&program, &mut module, 0)?;
    copy.memories(&program, &mut module)?;
    module.section(&copy.globals(&program)?);
    module.section(&copy.exports(&program)?);
    copy.start(&program, &mut module)?;
    copy.elements(&program, &mut module)?;
    copy.data_count(&program, &mut module);
    module.section(&copy.code(&program)?);
    copy.data(&program, &mut module);
    Ok((module.finish(), script))
}

/// a, b, … z, aa, ba, …
fn short(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    match place / 26 {
        0 => letter.to_string(),
        more => format!("{letter}{}", short(more - 1)),
    }
}
