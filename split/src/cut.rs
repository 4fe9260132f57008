//! Cuts a program in two.
//!
//! The first part has the functions that somebody needs first. In the place of each other function that it may call, or that
//! somebody has a pointer of, stands a *door*: it sees to it that the rest is there, and goes on to the real function by the table
//! of functions. The rest has the other functions; it takes memory, tables, globals and what it calls from the first part, and
//! when it is started it puts its functions into the table and says that it is here.

use crate::hash;
use crate::marks::SIGN;
use crate::numbers::{Numbers, Sections, code, functions, types};
use crate::order::by_likeness;
use crate::program::Program;
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::reencode::utils;
use wasm_encoder::{
    BlockType, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    ImportSection, Instruction, Module, StartSection,
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
    ensure!(program.start.is_none(), "a program that runs before it is started is not foreseen");
    let plan = Plan::of(&program, first)?;
    let name = plan.name(bytes);
    Ok(Parts { first: plan.first_part(&program, &name)?, rest: plan.rest(&program, &name)? })
}

/// Which function goes where.
struct Plan {
    /// The functions of the first part, of the program's own, in the order in which they stand there.
    first: Vec<u32>,
    /// Those that have a door there.
    doors: Vec<Door>,
    /// How many places the table gets for them.
    new_places: u32,
    /// The functions of the rest.
    rest: BTreeSet<u32>,
    /// What the rest calls of the first part, imported functions included.
    shared: Vec<u32>,
    /// The global that says whether the rest is here: behind the program's own ones.
    here: u32,
    /// The function [`MISSING`].
    missing: u32,
}

/// Stands for a function of the rest.
struct Door {
    function: u32,
    /// Where the function is in the table.
    place: u32,
    /// Whether the table has this place only for the door.
    is_new: bool,
}

impl Plan {
    fn of(program: &Program, wanted: &BTreeSet<u32>) -> Result<Self> {
        let missing = program.imported_function(MISSING)?;
        let (first, reached) = first(program, wanted)?;
        let rest: BTreeSet<u32> =
            program.own_functions().filter(|function| !first.contains(function)).collect();
        let doors = doors(program, &rest, &reached)?;
        let own: Vec<u32> = first.iter().copied().collect();
        let bodies: Vec<&[u8]> = own.iter().map(|function| program.body(*function).as_bytes()).collect();
        let in_order: Vec<u32> = by_likeness(&bodies).into_iter().map(|place| own[place]).collect();
        Ok(Self {
            new_places: doors.iter().filter(|door| door.is_new).count() as u32,
            shared: shared(program, &rest, &in_order)?,
            first: in_order,
            doors,
            rest,
            here: program.globals.len() as u32,
            missing,
        })
    }

    /// Names this cut of this program: parts of two cuts do not fit together.
    fn name(&self, bytes: &[u8]) -> String {
        let doors = self.doors.iter().flat_map(|door| [door.function, door.place]);
        let numbers = self.first.iter().chain(&self.shared).copied().chain(doors);
        let plan: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
        hash([bytes, &plan])
    }

    fn first_part(&self, program: &Program, name: &str) -> Result<Vec<u8>> {
        let doors = self.doors.iter().map(|door| door.function);
        let kept: Vec<u32> = self.first.iter().copied().chain(doors).collect();
        let imported = 0..program.imported_functions();
        let mut numbers = Numbers::in_order(program, imported.chain(kept.iter().copied()));
        let mut sections = Sections::of(program, &mut numbers, &kept, self.new_places)?;
        sections.globals.global(SIGN, &ConstExpr::i32_const(0));
        self.hand_over(program, &numbers, name, &mut sections.exports)?;
        let mut code = code(program, &mut numbers, self.first.iter().copied())?;
        for door in &self.doors {
            code.function(&self.open(program, door));
        }
        Ok(sections.module(program, &code))
    }

    /// What a door does.
    fn open(&self, program: &Program, door: &Door) -> Function {
        let mut body = Function::new([]);
        body.instruction(&Instruction::GlobalGet(self.here)).instruction(&Instruction::I32Eqz);
        body.instruction(&Instruction::If(BlockType::Empty)).instruction(&Instruction::Call(self.missing));
        body.instruction(&Instruction::End);
        for parameter in 0..program.signature(door.function).params().len() as u32 {
            body.instruction(&Instruction::LocalGet(parameter));
        }
        body.instruction(&Instruction::I32Const(door.place as i32));
        let type_index = program.functions[door.function as usize];
        body.instruction(&Instruction::CallIndirect { type_index, table_index: program.pointers.table });
        body.instruction(&Instruction::End);
        body
    }

    /// What the first part has for the rest, under numbers: functions, tables, memories and globals, in this order.
    fn hand_over(
        &self,
        program: &Program,
        numbers: &Numbers,
        name: &str,
        exports: &mut ExportSection,
    ) -> Result<()> {
        let mut things = Vec::new();
        for &function in &self.shared {
            let number = numbers.of(function).context("what is shared is in the first part")?;
            things.push((ExportKind::Func, number));
        }
        let mut all = |kind, count| things.extend((0..count as u32).map(|number| (kind, number)));
        all(ExportKind::Table, program.tables.len());
        all(ExportKind::Memory, program.memories.len());
        all(ExportKind::Global, program.globals.len());
        for (place, (kind, number)) in things.into_iter().enumerate() {
            exports.export(&place.to_string(), kind, number);
        }
        exports.export(name, ExportKind::Global, self.here);
        Ok(())
    }

    fn rest(&self, program: &Program, name: &str) -> Result<Vec<u8>> {
        let mut numbers = Numbers::in_order(program, self.shared.iter().chain(&self.rest).copied());
        let (types, nothing) = types(program, &mut numbers)?;
        let mut own = functions(program, self.rest.iter().copied());
        own.function(nothing);
        let mut code = code(program, &mut numbers, self.rest.iter().copied())?;
        let mut arrive = Function::new([]);
        arrive.instruction(&Instruction::I32Const(1)).instruction(&Instruction::GlobalSet(self.here));
        code.function(arrive.instruction(&Instruction::End));

        let mut module = Module::new();
        module.section(&types).section(&self.taken_over(program, &mut numbers, name)?).section(&own);
        module.section(&StartSection { function_index: (self.shared.len() + self.rest.len()) as u32 });
        module.section(&self.pointed(program, &numbers)?).section(&code);
        Ok(module.finish())
    }

    /// The other side of [`Plan::hand_over`].
    fn taken_over(&self, program: &Program, numbers: &mut Numbers, name: &str) -> Result<ImportSection> {
        let mut things = Vec::new();
        for &function in &self.shared {
            things.push(EntityType::Function(program.functions[function as usize]));
        }
        for (number, &table) in (0..).zip(&program.tables) {
            let table = program.enlarged(number, table, self.new_places);
            things.push(EntityType::Table(utils::table_type(numbers, table)?));
        }
        for &memory in &program.memories {
            things.push(EntityType::Memory(utils::memory_type(numbers, memory)));
        }
        for &global in &program.globals {
            things.push(EntityType::Global(utils::global_type(numbers, global)?));
        }
        let mut imports = ImportSection::new();
        for (place, thing) in things.into_iter().enumerate() {
            imports.import(FIRST, &place.to_string(), thing);
        }
        imports.import(FIRST, name, EntityType::Global(SIGN));
        Ok(imports)
    }

    /// The functions of the rest at their places in the table, neighbours together.
    fn pointed(&self, program: &Program, numbers: &Numbers) -> Result<ElementSection> {
        let old = program.pointers.places.iter().filter(|(_, function)| self.rest.contains(function));
        let new = self.doors.iter().filter(|door| door.is_new).map(|door| (door.place, door.function));
        let places: BTreeMap<u32, u32> =
            old.map(|(place, function)| (*place, *function)).chain(new).collect();
        let places: Vec<(u32, u32)> = places.into_iter().collect();
        let mut elements = ElementSection::new();
        for run in places.chunk_by(|one, next| one.0 + 1 == next.0) {
            let number = |(_, function): &(u32, u32)| numbers.of(*function).context("it is in the rest");
            let functions: Vec<u32> = run.iter().map(number).collect::<Result<_>>()?;
            let table = Some(program.pointers.table).filter(|table| *table != 0);
            let from = ConstExpr::i32_const(run[0].0 as i32);
            elements.active(table, &from, Elements::Functions(functions.into()));
        }
        Ok(elements)
    }
}

/// The functions of the first part, and all functions that somebody there names or the world outside knows.
fn first(program: &Program, wanted: &BTreeSet<u32>) -> Result<(BTreeSet<u32>, BTreeSet<u32>)> {
    let is_own = |function: &u32| program.own_functions().contains(function);
    let is_small = |function: &u32| is_own(function) && program.body(*function).as_bytes().len() <= SMALL;
    let mut first = BTreeSet::new();
    let mut reached: BTreeSet<u32> =
        program.exported_functions().chain(program.pointers.functions()).collect();
    let mut waiting: Vec<u32> = wanted.iter().copied().filter(is_own).collect();
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

/// The doors: for each function of the rest that is reached from elsewhere, to its first place in the table, or to a new one.
fn doors(program: &Program, rest: &BTreeSet<u32>, reached: &BTreeSet<u32>) -> Result<Vec<Door>> {
    let mut places: BTreeMap<u32, u32> = BTreeMap::new();
    for &(place, function) in &program.pointers.places {
        places.entry(function).or_insert(place);
    }
    let mut new_places = program.table_of_functions()?.initial as u32..;
    let door = |&function: &u32| {
        let old = places.get(&function).copied();
        let place = old.or_else(|| new_places.next())?;
        Some(Door { function, place, is_new: old.is_none() })
    };
    let mut doors: Vec<Door> = rest.intersection(reached).filter_map(door).collect();
    // Doors that look the same but for their place stand together: that compresses well.
    doors.sort_by_key(|door| (program.functions[door.function as usize], door.place));
    Ok(doors)
}

/// What the rest calls outside: imported functions, then those of the first part in their order there; numbers that rise compress well.
fn shared(program: &Program, rest: &BTreeSet<u32>, first: &[u32]) -> Result<Vec<u32>> {
    let mut called = BTreeSet::new();
    for &function in rest {
        called.extend(program.calls(function)?);
    }
    let outside = (0..program.imported_functions()).chain(first.iter().copied());
    Ok(outside.filter(|function| called.contains(function)).collect())
}
