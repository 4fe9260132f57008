//! Cuts a program in two.
//!
//! The first part has the functions that somebody needs first. In the place of each other function that it may call, or that
//! somebody has a pointer of, stands a *door*: it sees to it that the rest is there, and goes on to the real function by the table
//! of functions. The rest has the other functions; it takes memory, tables, globals and what it calls from the first part, and
//! when it is started it puts its functions into the table and says that it is here.

use crate::copy::{Copy, functions};
use crate::order::by_likeness;
use crate::program::Program;
use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use wasm_encoder::reencode::{Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, GlobalType, ImportSection, Instruction, Module, StartSection, ValType,
};

/// The first part calls this imported function when the rest is needed and not there; it comes back when it is. Tools such as
/// wasm-bindgen put something before the name and behind it.
pub const MISSING: &str = "restIsMissing";

/// Under this name the rest takes everything from the first part.
pub const FIRST: &str = "first";

/// A door weighs about as much as a function of so many bytes, which then may as well stay.
const SMALL: usize = 18;

/// A program in two parts.
pub struct Parts {
    /// Runs at once.
    pub first: Vec<u8>,
    /// Is started with the exports of the first part under the name [`FIRST`]. It refuses that of another cut.
    pub rest: Vec<u8>,
}

/// Cuts a program, so that `first` and what is as small as a door comes first.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn cut(bytes: &[u8], first: &BTreeSet<u32>) -> Result<Parts> {
    let program = Program::read(bytes)?;
    let plan = Plan::of(&program, first)?;
    let name = name(bytes, &plan);
    Ok(Parts { first: plan.first_part(&program, &name)?, rest: plan.rest(&program, &name)? })
}

/// Names this cut of this program: parts of two cuts do not fit together.
fn name(bytes: &[u8], plan: &Plan) -> String {
    let mut digest = Sha256::new_with_prefix(bytes);
    for function in &plan.first {
        digest.update(function.to_le_bytes());
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Which function goes where.
struct Plan {
    /// The functions of the first part, of the program's own.
    first: BTreeSet<u32>,
    /// The same, in the order in which they stand there.
    order: Vec<u32>,
    /// Those that have a door there, with the place in the table to which it leads.
    doors: Vec<(u32, u32)>,
    /// How many places the table gets for that.
    new_places: u32,
    /// The functions of the rest.
    rest: Vec<u32>,
    /// What the rest calls of the first part, imported functions included.
    shared: Vec<u32>,
    /// The global that says whether the rest is here: behind the program's own ones.
    here: u32,
    /// The function [`MISSING`].
    missing: u32,
}

impl Plan {
    fn of(program: &Program, wanted: &BTreeSet<u32>) -> Result<Self> {
        let (first, reached) = first(program, wanted)?;
        let rest: Vec<u32> = program.own_functions().filter(|function| !first.contains(function)).collect();
        let size =
            program.tables.get(program.pointers.table as usize).map_or(0, |table| table.initial) as u32;
        let mut new_places = 0;
        let mut doors = Vec::new();
        for &function in &rest {
            if let Some((place, _)) = program.pointers.places.iter().find(|(_, pointed)| *pointed == function)
            {
                doors.push((function, *place));
            } else if reached.contains(&function) {
                doors.push((function, size + new_places));
                new_places += 1;
            }
        }
        let imported = program.imported_functions();
        let mut shared = BTreeSet::new();
        for &function in &rest {
            let calls = program.calls(function)?;
            shared.extend(calls.into_iter().filter(|called| *called < imported || first.contains(called)));
        }
        ensure!(
            doors.is_empty() || program.table_section.is_some(),
            "a program whose table of functions comes from outside is not foreseen"
        );
        // Doors that look the same but for their place stand together: that compresses well.
        doors.sort_by_key(|(function, place)| (program.functions[*function as usize], *place));
        let missing = program.imported_function(MISSING)?;
        let here = program.globals.len() as u32;
        let own: Vec<u32> = first.iter().copied().collect();
        let bodies: Vec<&[u8]> = own.iter().map(|function| program.body(*function).as_bytes()).collect();
        let order: Vec<u32> = by_likeness(&bodies).into_iter().map(|place| own[place]).collect();
        // Imported functions first, then in the new order: numbers that rise compress well.
        let mut shared: Vec<u32> = shared.into_iter().collect();
        shared.sort_by_key(|function| order.iter().position(|own| own == function));
        Ok(Self { first, order, doors, new_places, rest, shared, here, missing })
    }

    fn first_part(&self, program: &Program, name: &str) -> Result<Vec<u8>> {
        let doors = self.doors.iter().map(|(function, _)| *function);
        let kept: Vec<u32> = self.order.iter().copied().chain(doors).collect();
        let mut copy = Copy::of(program, 0, (0..program.imported_functions()).chain(kept.iter().copied()));

        let mut module = Module::new();
        module.section(&copy.types(program)?.0);
        module.section(&copy.imports(program)?);
        module.section(&functions(program, kept));
        copy.tables(program, &mut module, self.new_places)?;
        copy.memories(program, &mut module)?;
        let mut globals = copy.globals(program)?;
        globals.global(here_type(), &ConstExpr::i32_const(0));
        module.section(&globals);
        let mut exports = copy.exports(program)?;
        self.hand_over(program, &copy, name, &mut exports);
        module.section(&exports);
        copy.start(program, &mut module)?;
        copy.elements(program, &mut module)?;
        copy.data_count(program, &mut module);
        module.section(&self.first_code(program, &mut copy)?);
        copy.data(program, &mut module);
        Ok(module.finish())
    }

    fn first_code(&self, program: &Program, copy: &mut Copy) -> Result<CodeSection> {
        let mut code = CodeSection::new();
        for &function in &self.order {
            copy.parse_function_body(&mut code, program.body(function).clone())?;
        }
        for &(function, place) in &self.doors {
            code.function(&self.door(program, function, place));
        }
        Ok(code)
    }

    fn door(&self, program: &Program, function: u32, place: u32) -> Function {
        let mut door = Function::new([]);
        door.instruction(&Instruction::GlobalGet(self.here)).instruction(&Instruction::I32Eqz);
        door.instruction(&Instruction::If(BlockType::Empty)).instruction(&Instruction::Call(self.missing));
        door.instruction(&Instruction::End);
        for parameter in 0..program.signature(function).params().len() as u32 {
            door.instruction(&Instruction::LocalGet(parameter));
        }
        door.instruction(&Instruction::I32Const(place as i32));
        let type_index = program.functions[function as usize];
        door.instruction(&Instruction::CallIndirect { type_index, table_index: program.pointers.table });
        door.instruction(&Instruction::End);
        door
    }

    /// What the first part has for the rest, under numbers: functions, tables, memories and globals, in this order.
    fn hand_over(&self, program: &Program, copy: &Copy, name: &str, exports: &mut ExportSection) {
        let functions = self.shared.iter().map(|&shared| {
            let number = copy.of_function(shared).expect("what is shared is in the first part");
            (ExportKind::Func, number)
        });
        let all = |kind: ExportKind, count: usize| (0..count as u32).map(move |number| (kind, number));
        let things = functions
            .chain(all(ExportKind::Table, program.tables.len()))
            .chain(all(ExportKind::Memory, program.memories.len()))
            .chain(all(ExportKind::Global, program.globals.len()));
        for (place, (kind, number)) in things.enumerate() {
            exports.export(&place.to_string(), kind, number);
        }
        exports.export(name, ExportKind::Global, self.here);
    }

    fn rest(&self, program: &Program, name: &str) -> Result<Vec<u8>> {
        let mut copy = Copy::of(program, 0, self.shared.iter().chain(&self.rest).copied());
        let mut module = Module::new();
        let (types, nothing) = copy.types(program)?;
        module.section(&types);
        module.section(&self.taken_over(program, &mut copy, name)?);
        let mut functions = functions(program, self.rest.iter().copied());
        functions.function(nothing);
        module.section(&functions);
        module.section(&StartSection { function_index: (self.shared.len() + self.rest.len()) as u32 });
        module.section(&self.pointed(program, &copy));
        let mut code = CodeSection::new();
        for &function in &self.rest {
            copy.parse_function_body(&mut code, program.body(function).clone())?;
        }
        let mut arrive = Function::new([]);
        arrive.instruction(&Instruction::I32Const(1)).instruction(&Instruction::GlobalSet(self.here));
        arrive.instruction(&Instruction::End);
        code.function(&arrive);
        module.section(&code);
        Ok(module.finish())
    }

    /// The other side of [`Plan::hand_over`].
    fn taken_over(&self, program: &Program, copy: &mut Copy, name: &str) -> Result<ImportSection> {
        let mut things = Vec::new();
        for &function in &self.shared {
            things.push(EntityType::Function(program.functions[function as usize]));
        }
        for (number, &table) in program.tables.iter().enumerate() {
            let mut table = utils::table_type(copy, table)?;
            if number as u32 == program.pointers.table {
                table.minimum += u64::from(self.new_places);
                table.maximum = table.maximum.map(|maximum| maximum + u64::from(self.new_places));
            }
            things.push(EntityType::Table(table));
        }
        for &memory in &program.memories {
            things.push(EntityType::Memory(utils::memory_type(copy, memory)));
        }
        for &global in &program.globals {
            things.push(EntityType::Global(utils::global_type(copy, global)?));
        }
        let mut imports = ImportSection::new();
        for (place, thing) in things.into_iter().enumerate() {
            imports.import(FIRST, &place.to_string(), thing);
        }
        imports.import(FIRST, name, EntityType::Global(here_type()));
        Ok(imports)
    }

    /// The functions of the rest at their places in the table, neighbours together.
    fn pointed(&self, program: &Program, copy: &Copy) -> ElementSection {
        let is_new = |(_, place): &&(u32, u32)| !program.pointers.places.iter().any(|(old, _)| old == place);
        let old = program.pointers.places.iter().filter(|(_, function)| self.rest.contains(function));
        let new = self.doors.iter().filter(is_new).map(|&(function, place)| (place, function));
        let mut places: Vec<(u32, u32)> = old.copied().chain(new).collect();
        places.sort_unstable();
        let mut elements = ElementSection::new();
        for run in places.chunk_by(|one, next| one.0 + 1 == next.0) {
            let number = |(_, function): &(u32, u32)| copy.of_function(*function).expect("it is in the rest");
            let functions: Vec<u32> = run.iter().map(number).collect();
            let table = Some(program.pointers.table).filter(|table| *table != 0);
            let from = ConstExpr::i32_const(run[0].0 as i32);
            elements.active(table, &from, Elements::Functions(functions.into()));
        }
        elements
    }
}

fn here_type() -> GlobalType {
    GlobalType { val_type: ValType::I32, mutable: true, shared: false }
}

/// The functions of the first part, and all functions that somebody there names or the world outside knows.
fn first(program: &Program, wanted: &BTreeSet<u32>) -> Result<(BTreeSet<u32>, BTreeSet<u32>)> {
    let is_own = |function: &u32| program.own_functions().contains(function);
    let is_small = |function: &u32| is_own(function) && program.body(*function).as_bytes().len() <= SMALL;
    let mut first = BTreeSet::new();
    let mut reached: BTreeSet<u32> = program.exported_functions().collect();
    reached.extend(program.pointers.places.iter().map(|(_, function)| *function));
    let mut waiting: Vec<u32> = wanted.iter().copied().chain(program.start).filter(is_own).collect();
    waiting.extend(reached.iter().filter(|function| is_small(function)));
    while let Some(function) = waiting.pop() {
        if first.insert(function) {
            let calls = program.calls(function)?;
            waiting.extend(calls.iter().filter(|called| is_small(called)));
            reached.extend(calls);
        }
    }
    Ok((first, reached))
}
