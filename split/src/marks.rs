//! A program whose functions say that they ran.

use crate::copy::{Copy, functions};
use crate::program::Program;
use anyhow::Result;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, GlobalSection, GlobalType, Instruction, Module, ValType,
};

/// What the exports are called that tell it, before the number of the function.
pub const PREFIX: &str = "ran:";

/// The same program, where each function of its own sets a global of its own, exported under [`PREFIX`] and its number.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn mark(program: &[u8]) -> Result<Vec<u8>> {
    let program = Program::read(program)?;
    let mut copy = Copy::of_all(&program);
    let mut module = Module::new();
    module.section(&copy.types(&program)?.0);
    module.section(&copy.imports(&program)?);
    module.section(&functions(&program, program.own_functions()));
    copy.tables(&program, &mut module, 0)?;
    copy.memories(&program, &mut module)?;
    let first_mark = program.globals.len() as u32;
    module.section(&globals(&mut copy, &program)?);
    let mut exports = copy.exports(&program)?;
    for (mark, function) in (first_mark..).zip(program.own_functions()) {
        exports.export(&format!("{PREFIX}{function}"), ExportKind::Global, mark);
    }
    module.section(&exports);
    copy.start(&program, &mut module)?;
    copy.elements(&program, &mut module)?;
    copy.data_count(&program, &mut module);
    let mut code = CodeSection::new();
    for (mark, body) in (first_mark..).zip(&program.bodies) {
        let mut function = copy.new_function_with_parsed_locals(body)?;
        function.instruction(&Instruction::I32Const(1)).instruction(&Instruction::GlobalSet(mark));
        let mut rest = body.get_operators_reader()?;
        while !rest.eof() {
            function.instruction(&copy.parse_instruction(&mut rest)?);
        }
        code.function(&function);
    }
    module.section(&code);
    copy.data(&program, &mut module);
    Ok(module.finish())
}

fn globals(copy: &mut Copy, program: &Program) -> Result<GlobalSection> {
    let mut globals = copy.globals(program)?;
    for _ in program.own_functions() {
        let mark = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(mark, &ConstExpr::i32_const(0));
    }
    Ok(globals)
}
