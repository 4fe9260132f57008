//! A program whose functions say that they ran.

use crate::numbers::{Numbers, Sections};
use crate::program::Program;
use anyhow::Result;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{CodeSection, ConstExpr, ExportKind, GlobalType, Instruction, ValType};

/// What the exports are called that tell it, before the number of the function.
pub const PREFIX: &str = "ran:";

/// A global that is 0 until something is so.
pub const SIGN: GlobalType = GlobalType { val_type: ValType::I32, mutable: true, shared: false };

/// The same program, where each function of its own sets a global of its own, exported under [`PREFIX`] and its number.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn mark(program: &[u8]) -> Result<Vec<u8>> {
    let program = Program::read(program)?;
    let mut numbers = Numbers::same(&program);
    let own: Vec<u32> = program.own_functions().collect();
    let mut sections = Sections::of(&program, &mut numbers, &own, 0)?;
    let mut code = CodeSection::new();
    for (mark, function) in (program.globals.len() as u32..).zip(own) {
        sections.globals.global(SIGN, &ConstExpr::i32_const(0));
        sections.exports.export(&format!("{PREFIX}{function}"), ExportKind::Global, mark);
        let body = program.body(function);
        let mut marked = numbers.new_function_with_parsed_locals(body)?;
        marked.instruction(&Instruction::I32Const(1)).instruction(&Instruction::GlobalSet(mark));
        let mut instructions = body.get_operators_reader()?;
        while !instructions.eof() {
            marked.instruction(&numbers.parse_instruction(&mut instructions)?);
        }
        code.function(&marked);
    }
    Ok(sections.module(&program, &code))
}
