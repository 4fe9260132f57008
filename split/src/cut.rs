//! Cuts a program in parts that come one after the other.
//!
//! What a part calls of a later one, and what it calls by the table of functions, it calls through a *gate*: there is one for each type
//! of function, which sees to it that later parts come as long as the place in the table is empty, and goes on to the function at that
//! place. A later part takes memory, tables, globals and what it calls from the parts before it, and when it is started it puts
//! its functions into the table.

use crate::hash;
use crate::names::short;
use crate::numbers::{Numbers, Sections, at_places, functions};
use crate::order::by_likeness;
use crate::program::{Places, Program};
use crate::types::Types;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use wasm_encoder::reencode::{Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    Instruction, Module, ValType,
};
use wasmparser::{Operator, Validator, WasmFeatures};

/// A part calls this imported function when a later one is needed and not there; it comes back when one more has come. Tools such as
/// wasm-bindgen put something before the name and behind it.
pub const MISSING: &str = "restIsMissing";

/// Under this name a later part takes everything from those before it.
pub const BEFORE: &str = "before";

/// A call through a gate takes so many bytes more than another one: a function as small as that stays with who calls it.
const SMALL: usize = 8;

/// A part has its own copies of functions of earlier ones that are as small as this: names cost more.
const COPIED: usize = 100;

/// Cuts a program: each of these sets of functions is a part, and what is in none of them is the last one. The first part runs at once.
/// Every other one is started with the exports of all before it under the name [`BEFORE`], and refuses those of another cut.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn cut(bytes: &[u8], wanted: &[BTreeSet<u32>]) -> Result<Vec<Vec<u8>>> {
    let program = Program::read(bytes)?;
    ensure!(program.start.is_none(), "a program that runs before it is started is not foreseen");
    let plan = Plan::of(&program, bytes, wanted)?;
    (0..plan.parts.len()).map(|part| checked(plan.part(part)?)).collect()
}

/// A mistake of this tool shows here, not in a browser.
fn checked(part: Vec<u8>) -> Result<Vec<u8>> {
    let validated = Validator::new_with_features(WasmFeatures::WASM2).validate_all(&part);
    validated.context("a part of the program is not right")?;
    Ok(part)
}

/// Which function goes where.
struct Plan<'a> {
    program: &'a Program<'a>,
    /// Names this cut of this program: parts of two cuts do not fit together.
    name: String,
    parts: Vec<Part>,
    /// For each function of the program's own its part.
    part_of: BTreeMap<u32, usize>,
    /// Where the functions are in the table that an earlier part or the world outside calls.
    places: BTreeMap<u32, u32>,
    /// How many places the table has only for them.
    new_places: u32,
    /// What functions are called that one part gives and another takes.
    names: BTreeMap<u32, String>,
    /// The function [`MISSING`].
    missing: u32,
}

/// One part of a program.
#[derive(Default)]
struct Part {
    /// Its functions, in the order in which they stand there; some may be copies of an earlier part's.
    functions: Vec<u32>,
    /// What it calls of earlier parts, imported functions included.
    taken: BTreeSet<u32>,
    /// What later parts call of it, imported functions included, in the order in which they stand there: rising numbers compress well.
    given: Vec<u32>,
    /// The types of functions that it calls through a gate.
    gates: BTreeSet<u32>,
}

impl<'a> Plan<'a> {
    fn of(program: &'a Program<'a>, bytes: &[u8], wanted: &[BTreeSet<u32>]) -> Result<Self> {
        let part_of = share_out(program, wanted)?;
        let mut plan = Self {
            program,
            name: String::new(),
            parts: Vec::new(),
            places: BTreeMap::new(),
            new_places: 0,
            names: BTreeMap::new(),
            missing: program.imported_function(MISSING)?,
            part_of,
        };
        let mut reached: BTreeSet<u32> = plan.doors().collect();
        for part in 0..=wanted.len() {
            let part = plan.made(part, wanted.len(), &mut reached)?;
            plan.parts.push(part);
        }
        plan.give();
        (plan.places, plan.new_places) = places(program, &reached)?;
        plan.name = plan.name(bytes);
        Ok(plan)
    }

    fn name(&self, bytes: &[u8]) -> String {
        let places: Vec<u32> = self.places.keys().copied().collect();
        let lists = self.parts.iter().map(|part| &part.functions).chain([&places]);
        let with_lengths = lists.flat_map(|list| [&[list.len() as u32], list.as_slice()].concat());
        let numbers: Vec<u8> = with_lengths.flat_map(u32::to_le_bytes).collect();
        hash([bytes, &numbers])
    }

    /// Whether a function belongs to a later part.
    fn is_later(&self, function: u32, part: usize) -> bool {
        self.part_of.get(&function).is_some_and(|of| *of > part)
    }

    /// The functions that the world outside knows and the first part does not have.
    fn doors(&self) -> impl Iterator<Item = u32> {
        let exported: BTreeSet<u32> = self.program.exported_functions().collect();
        exported.into_iter().filter(|function| self.is_later(*function, 0))
    }

    /// A part, but for what it gives; `reached` learns what it calls of later ones.
    fn made(&self, part: usize, last: usize, reached: &mut BTreeSet<u32>) -> Result<Part> {
        let program = self.program;
        let mut own: BTreeSet<u32> =
            self.part_of.iter().filter(|(_, of)| **of == part).map(|(function, _)| *function).collect();
        let mut made = Part::default();
        let mut waiting: Vec<u32> = own.iter().copied().collect();
        while let Some(function) = waiting.pop() {
            let calls = program.calls(function)?;
            made.gates.extend(calls.types);
            for called in calls.functions {
                if own.contains(&called) {
                    continue;
                }
                if self.is_later(called, part) {
                    reached.insert(called);
                    made.gates.insert(program.functions[called as usize]);
                } else if program.is_own(called) && program.body(called).as_bytes().len() <= COPIED {
                    own.insert(called);
                    waiting.push(called);
                } else {
                    made.taken.insert(called);
                }
            }
        }
        if part == 0 {
            made.gates.extend(self.doors().map(|door| program.functions[door as usize]));
        }
        if part == last {
            made.gates.clear(); // when this one is there, all are
        } else if part > 0 {
            made.taken.insert(self.missing);
        }
        let own: Vec<u32> = own.into_iter().collect();
        let bodies: Vec<&[u8]> = own.iter().map(|function| program.body(*function).as_bytes()).collect();
        made.functions = by_likeness(&bodies).into_iter().map(|place| own[place]).collect();
        Ok(made)
    }

    /// What one part takes another one gives.
    fn give(&mut self) {
        let taken: BTreeSet<u32> =
            self.parts.iter().skip(1).flat_map(|part| part.taken.iter().copied()).collect();
        let mut imported: Vec<u32> = (0..self.program.imported_functions()).collect();
        for (number, part) in self.parts.iter_mut().enumerate() {
            let own = part.functions.iter().copied().filter(|function| self.part_of[function] == number);
            let all = imported.drain(..).chain(own);
            part.given = all.filter(|function| taken.contains(function)).collect();
        }
        let given = self.parts.iter().flat_map(|part| &part.given).copied();
        self.names = given.zip(0..).map(|(function, place)| (function, short(place))).collect();
    }

    fn part(&self, number: usize) -> Result<Vec<u8>> {
        if number == 0 { self.first() } else { self.later(number) }
    }

    /// The first part has everything but the other parts' functions.
    fn first(&self) -> Result<Vec<u8>> {
        let (program, part) = (self.program, &self.parts[0]);
        let doors: Vec<u32> = self.doors().collect();
        let own: Vec<u32> = part.functions.iter().chain(&doors).copied().collect();
        let imported = 0..program.imported_functions();
        let mut numbers = Numbers::in_order(program, imported.chain(own.iter().copied()));
        let mut sections = Sections::of(program, &mut numbers, &own, &self.pointed(0), self.new_places)?;
        self.name_all(&numbers, part, &mut sections.exports)?;
        for (letter, kind, count) in self.things() {
            for thing in 0..count {
                sections.exports.export(&format!("{letter}{thing}"), kind, thing);
            }
        }
        sections.exports.export(&self.name, ExportKind::Table, program.pointers.table);
        let mut types = Types::of(program, &mut numbers)?;
        let code = self.code(part, &doors, &mut numbers, &mut types, &mut sections.functions)?;
        sections.types = types.section();
        Ok(sections.module(program, &code))
    }

    /// Any other part.
    fn later(&self, number: usize) -> Result<Vec<u8>> {
        let (program, part) = (self.program, &self.parts[number]);
        let own = &part.functions;
        let mut numbers = Numbers::in_order(program, part.taken.iter().chain(own).copied());
        let mut types = Types::of(program, &mut numbers)?;
        let mut own_functions = functions(program, own.iter().copied());
        let imports = self.imports(part, &mut numbers)?;
        let elements = at_places(program, &numbers, &self.pointed(number))?;
        let mut exports = ExportSection::new();
        self.name_all(&numbers, part, &mut exports)?;
        let code = self.code(part, &[], &mut numbers, &mut types, &mut own_functions)?;
        let mut module = Module::new();
        module.section(&types.section()).section(&imports).section(&own_functions);
        module.section(&exports).section(&elements).section(&code);
        Ok(module.finish())
    }

    /// The functions of a part at their places in the table.
    fn pointed(&self, part: usize) -> Places {
        let mut pointed = self.program.pointers.places.clone();
        pointed.extend(self.places.iter().map(|(function, place)| (*place, *function)));
        pointed.retain(|_, function| self.part_of.get(function).copied().unwrap_or(0) == part);
        pointed
    }

    /// Names what a part gives.
    fn name_all(&self, numbers: &Numbers, part: &Part, exports: &mut ExportSection) -> Result<()> {
        for function in &part.given {
            let number = numbers.of(*function).context("what a part gives is in it")?;
            exports.export(&self.names[function], ExportKind::Func, number);
        }
        Ok(())
    }

    /// What every part has in common, by the letters before their numbers.
    fn things(&self) -> [(char, ExportKind, u32); 3] {
        let Program { memories, globals, tables, .. } = self.program;
        [
            ('m', ExportKind::Memory, memories.len() as u32),
            ('g', ExportKind::Global, globals.len() as u32),
            ('t', ExportKind::Table, tables.len() as u32),
        ]
    }

    /// What a later part takes.
    fn imports(&self, part: &Part, numbers: &mut Numbers) -> Result<ImportSection> {
        let program = self.program;
        let mut imports = ImportSection::new();
        for function in &part.taken {
            let of_type = program.functions[*function as usize];
            imports.import(BEFORE, &self.names[function], EntityType::Function(of_type));
        }
        for (letter, kind, count) in self.things() {
            for number in 0..count {
                let thing = number as usize;
                let of_type: EntityType = match kind {
                    ExportKind::Memory => utils::memory_type(numbers, program.memories[thing]).into(),
                    ExportKind::Global => utils::global_type(numbers, program.globals[thing])?.into(),
                    _ => utils::table_type(
                        numbers,
                        program.enlarged(number, program.tables[thing], self.new_places),
                    )?
                    .into(),
                };
                imports.import(BEFORE, &format!("{letter}{number}"), of_type);
            }
        }
        // Once more, and only because of its name.
        let table = program.enlarged(program.pointers.table, *program.table_of_functions()?, self.new_places);
        imports.import(BEFORE, &self.name, EntityType::Table(utils::table_type(numbers, table)?));
        Ok(imports)
    }

    /// The bodies of a part: its functions, these doors, and its gates, whose types come to those of its `functions`.
    fn code(
        &self,
        part: &Part,
        doors: &[u32],
        numbers: &mut Numbers,
        types: &mut Types,
        functions: &mut FunctionSection,
    ) -> Result<CodeSection> {
        let first_gate = numbers.count();
        let gate = |of_type: u32| {
            let gate =
                part.gates.iter().position(|gate| *gate == of_type).context("a type without a gate")?;
            Ok(first_gate + gate as u32)
        };
        let mut code = CodeSection::new();
        for function in &part.functions {
            code.function(&self.through_gates(part, *function, numbers, &gate)?);
        }
        for door in doors {
            code.function(&self.door(*door, gate(self.program.functions[*door as usize])?));
        }
        let missing = numbers.of(self.missing);
        for of_type in &part.gates {
            let (mut parameters, results) = types.signature(*of_type).clone();
            parameters.push(ValType::I32);
            functions.function(types.number(&parameters, &results));
            code.function(&self.gate(
                *of_type,
                parameters.len() as u32 - 1,
                missing.context("a gate may miss something")?,
            ));
        }
        Ok(code)
    }

    /// A function of a part, which calls through gates what may not be there.
    fn through_gates(
        &self,
        part: &Part,
        function: u32,
        numbers: &mut Numbers,
        gate: &dyn Fn(u32) -> Result<u32>,
    ) -> Result<Function> {
        let program = self.program;
        let body = program.body(function);
        let mut copy = numbers.new_function_with_parsed_locals(body)?;
        for instruction in body.get_operators_reader()? {
            match instruction? {
                Operator::Call { function_index: called } if numbers.of(called).is_none() => {
                    let place = self.places.get(&called).context("what is called elsewhere has a place")?;
                    copy.instruction(&Instruction::I32Const(*place as i32));
                    copy.instruction(&Instruction::Call(gate(program.functions[called as usize])?));
                }
                Operator::CallIndirect { type_index, table_index }
                    if table_index == program.pointers.table && part.gates.contains(&type_index) =>
                {
                    copy.instruction(&Instruction::Call(gate(type_index)?));
                }
                other => {
                    copy.instruction(&numbers.instruction(other)?);
                }
            }
        }
        Ok(copy)
    }

    /// A function with so many parameters, and behind them the place in the table of the function that is meant.
    fn gate(&self, type_index: u32, parameters: u32, missing: u32) -> Function {
        let table = self.program.pointers.table;
        let mut gate = Function::new([]);
        gate.instruction(&Instruction::Loop(BlockType::Empty));
        gate.instruction(&Instruction::LocalGet(parameters)).instruction(&Instruction::TableGet(table));
        gate.instruction(&Instruction::RefIsNull).instruction(&Instruction::If(BlockType::Empty));
        gate.instruction(&Instruction::Call(missing)).instruction(&Instruction::Br(1));
        gate.instruction(&Instruction::End).instruction(&Instruction::End);
        for parameter in 0..=parameters {
            gate.instruction(&Instruction::LocalGet(parameter));
        }
        gate.instruction(&Instruction::CallIndirect { type_index, table_index: table });
        gate.instruction(&Instruction::End);
        gate
    }

    /// What the world outside calls in the place of a function of a later part.
    fn door(&self, function: u32, gate: u32) -> Function {
        let mut door = Function::new([]);
        for parameter in 0..self.program.signature(function).params().len() as u32 {
            door.instruction(&Instruction::LocalGet(parameter));
        }
        door.instruction(&Instruction::I32Const(self.places[&function] as i32));
        door.instruction(&Instruction::Call(gate)).instruction(&Instruction::End);
        door
    }
}

/// The part of each function: the one for which it is wanted; the last one, if it is wanted for none. What is very small belongs to the
/// first part that calls it.
fn share_out(program: &Program, wanted: &[BTreeSet<u32>]) -> Result<BTreeMap<u32, usize>> {
    let is_small =
        |function: &u32| program.is_own(*function) && program.body(*function).as_bytes().len() <= SMALL;
    let mut part_of = BTreeMap::new();
    for (part, wanted) in wanted.iter().enumerate() {
        let mut waiting: Vec<u32> =
            wanted.iter().copied().filter(|function| program.is_own(*function)).collect();
        while let Some(function) = waiting.pop() {
            if let Entry::Vacant(entry) = part_of.entry(function) {
                entry.insert(part);
                waiting.extend(program.calls(function)?.functions.iter().filter(|called| is_small(called)));
            }
        }
    }
    for function in program.own_functions() {
        part_of.entry(function).or_insert(wanted.len());
    }
    Ok(part_of)
}

/// Where these functions are in the table: at their first place there, or at a new one; and how many are new.
fn places(program: &Program, functions: &BTreeSet<u32>) -> Result<(BTreeMap<u32, u32>, u32)> {
    let mut old: BTreeMap<u32, u32> = BTreeMap::new();
    for (&place, &function) in &program.pointers.places {
        old.entry(function).or_insert(place);
    }
    let before = program.table_of_functions()?.initial as u32;
    let mut new = before..;
    let place = |function: &u32| Some((*function, old.get(function).copied().or_else(|| new.next())?));
    let places = functions.iter().filter_map(place).collect();
    Ok((places, new.start - before))
}
