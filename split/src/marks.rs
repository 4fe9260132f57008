//! A program that says which of its places somebody came to.
//!
//! Places are where a function begins, and behind each instruction at which ways part or meet: who comes to one place comes to
//! everything up to the next one.

use crate::numbers::{Numbers, Sections};
use crate::program::Program;
use anyhow::Result;
use std::collections::BTreeSet;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{CodeSection, ExportKind, Instruction, MemArg, MemArgTarget, MemoryType};
use wasmparser::Operator;

/// The export that tells it: a memory in which the byte of each place is 1 when somebody came there.
pub const RAN: &str = "ran";

/// The size of a page of memory.
const PAGE: u64 = 1 << 16;

/// Numbers the places of a program, one function after the other.
#[derive(Default)]
pub struct Places {
    next: u32,
}

impl Places {
    /// The number of the next place.
    fn begin(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// For each instruction of the next function the part to which it belongs; `ran` are the places that somebody came to, for each part
    /// but the last one.
    pub fn parts(&mut self, instructions: &[Operator], ran: &[BTreeSet<u32>]) -> Vec<usize> {
        let mut begin = || {
            let place = self.begin();
            ran.iter().position(|ran| ran.contains(&place)).unwrap_or(ran.len())
        };
        let mut here = begin();
        let part = |(place, instruction): (usize, &Operator)| {
            let part = here;
            if place + 1 < instructions.len() && parts_or_meets(instruction) {
                here = begin();
            }
            part
        };
        instructions.iter().enumerate().map(part).collect()
    }
}

/// Whether a place begins with this instruction.
pub fn begins_place(instructions: &[Operator], number: usize) -> bool {
    number == 0 || parts_or_meets(&instructions[number - 1])
}

/// Whether a place begins behind this instruction.
fn parts_or_meets(instruction: &Operator) -> bool {
    use Operator::{BrIf, Else, End, If, Loop};
    matches!(instruction, If { .. } | Else | End | Loop { .. } | BrIf { .. })
}

/// The same program, which notes in a memory of its own, exported as [`RAN`], which places somebody came to.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn mark(program: &[u8]) -> Result<Vec<u8>> {
    let program = Program::read(program)?;
    let mut numbers = Numbers::same(&program);
    let own: Vec<u32> = program.own_functions().collect();
    let mut sections = Sections::of(&program, &mut numbers, &own, &program.pointers.places, 0)?;
    let target = MemArgTarget::Memory(program.memories.len() as u32);
    let (mut code, mut places) = (CodeSection::new(), Places::default());
    for function in own {
        let body = program.body(function);
        let mut marked = numbers.new_function_with_parsed_locals(body)?;
        let mut note = |to: &mut wasm_encoder::Function| {
            to.instruction(&Instruction::I32Const(places.begin() as i32))
                .instruction(&Instruction::I32Const(1));
            to.instruction(&Instruction::I32Store8(MemArg { offset: 0, align: 0, target, ordering: None }));
        };
        note(&mut marked);
        let mut instructions = body.get_operators_reader()?;
        while !instructions.eof() {
            let instruction = instructions.read()?;
            let begins = parts_or_meets(&instruction) && !instructions.eof();
            marked.instruction(&numbers.instruction(instruction)?);
            if begins {
                note(&mut marked);
            }
        }
        code.function(&marked);
    }
    let minimum = u64::from(places.next).div_ceil(PAGE);
    sections.memories.memory(MemoryType {
        minimum,
        maximum: Some(minimum),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    sections.exports.export(RAN, ExportKind::Memory, program.memories.len() as u32);
    Ok(sections.module(&program, &code))
}
