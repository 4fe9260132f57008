//! Copies a program under the numbers that its functions have in the copy.

use crate::program::{Places, Program};
use anyhow::Result;
use std::fmt;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, ElementSection, Elements, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, RawSection, SectionId, TableSection, TypeSection,
};

/// The numbers that functions of a program have in its copy, for those that are there.
pub struct Numbers {
    of: Vec<Option<u32>>,
    count: u32,
}

/// The copy names a function that is not there.
#[derive(Debug)]
pub struct NotThere(u32);

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {} is named where it is not", self.0)
    }
}

impl std::error::Error for NotThere {}

impl Reencode for Numbers {
    type Error = NotThere;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<NotThere>> {
        self.of(function).ok_or(reencode::Error::UserError(NotThere(function)))
    }
}

impl Numbers {
    /// Everything keeps its number.
    pub fn same(program: &Program) -> Self {
        Self::in_order(program, 0..program.functions.len() as u32)
    }

    /// Only these functions, counted in this order.
    pub fn in_order(program: &Program, functions: impl IntoIterator<Item = u32>) -> Self {
        let mut numbers = Self { of: vec![None; program.functions.len()], count: 0 };
        for function in functions {
            numbers.of[function as usize] = Some(numbers.count);
            numbers.count += 1;
        }
        numbers
    }

    /// The number of a function in the copy.
    pub fn of(&self, function: u32) -> Option<u32> {
        self.of[function as usize]
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.count
    }
}

/// The sections of a copy. Each may still be changed; sections for tools only are left out.
pub struct Sections {
    pub types: TypeSection,
    pub imports: ImportSection,
    pub functions: FunctionSection,
    tables: TableSection,
    pub memories: MemorySection,
    pub globals: GlobalSection,
    pub exports: ExportSection,
    elements: ElementSection,
}

impl Sections {
    /// The sections of a copy that has these functions of the program's own, and of those in the table the ones at these places. The
    /// table gets `more_places`.
    ///
    /// # Errors
    /// When something in them names a function without a number.
    pub fn of(
        program: &Program,
        numbers: &mut Numbers,
        own: &[u32],
        places: &Places,
        more_places: u32,
    ) -> Result<Self> {
        let types = types(program, numbers)?;
        let mut imports = ImportSection::new();
        for import in &program.imports {
            numbers.parse_import(&mut imports, *import)?;
        }
        let mut memories = MemorySection::new();
        if let Some(section) = &program.memory_section {
            numbers.parse_memory_section(&mut memories, section.clone())?;
        }
        let mut globals = GlobalSection::new();
        if let Some(section) = &program.global_section {
            numbers.parse_global_section(&mut globals, section.clone())?;
        }
        let mut exports = ExportSection::new();
        for export in &program.exports {
            numbers.parse_export(&mut exports, *export)?;
        }
        let elements = at_places(program, numbers, places)?;
        let tables = tables(program, numbers, more_places)?;
        let functions = functions(program, own.iter().copied());
        Ok(Self { types, imports, functions, tables, memories, globals, exports, elements })
    }

    /// The copy, with this code and the program's data.
    pub fn module(self, program: &Program, code: &CodeSection) -> Vec<u8> {
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions);
        module.section(&self.tables).section(&self.memories).section(&self.globals);
        module.section(&self.exports).section(&self.elements);
        if let Some(count) = program.data_count {
            module.section(&DataCountSection { count });
        }
        module.section(code);
        if let Some(data) = program.data {
            module.section(&RawSection { id: SectionId::Data.into(), data });
        }
        module.finish()
    }
}

/// The types of functions.
pub fn types(program: &Program, numbers: &mut Numbers) -> Result<TypeSection> {
    let mut types = TypeSection::new();
    numbers.parse_type_section(&mut types, program.types.clone())?;
    Ok(types)
}

/// The types of these functions, for who has them as its own.
pub fn functions(program: &Program, functions: impl IntoIterator<Item = u32>) -> FunctionSection {
    let mut section = FunctionSection::new();
    for function in functions {
        section.function(program.functions[function as usize]);
    }
    section
}

/// The bodies of these functions.
///
/// # Errors
/// When one calls a function without a number.
pub fn code(
    program: &Program,
    numbers: &mut Numbers,
    functions: impl IntoIterator<Item = u32>,
) -> Result<CodeSection> {
    let mut code = CodeSection::new();
    for function in functions {
        numbers.parse_function_body(&mut code, program.body(function).clone())?;
    }
    Ok(code)
}

/// Functions at their places in the table, neighbours together.
///
/// # Errors
/// When one has no number.
pub fn at_places(program: &Program, numbers: &Numbers, places: &Places) -> Result<ElementSection> {
    let places: Vec<(u32, u32)> = places.iter().map(|(place, function)| (*place, *function)).collect();
    let mut elements = ElementSection::new();
    for run in places.chunk_by(|one, next| one.0 + 1 == next.0) {
        let number = |(_, function): &(u32, u32)| numbers.of(*function).ok_or(NotThere(*function));
        let functions: Vec<u32> = run.iter().map(number).collect::<Result<_, _>>()?;
        let table = Some(program.pointers.table).filter(|table| *table != 0);
        let from = ConstExpr::i32_const(run[0].0 as i32);
        elements.active(table, &from, Elements::Functions(functions.into()));
    }
    Ok(elements)
}

fn tables(program: &Program, numbers: &mut Numbers, more_places: u32) -> Result<TableSection> {
    let mut tables = TableSection::new();
    let Some(section) = &program.table_section else { return Ok(tables) };
    for (number, table) in (program.imported_tables()..).zip(section.clone()) {
        let mut table = table?;
        table.ty = program.enlarged(number, table.ty, more_places);
        numbers.parse_table(&mut tables, table)?;
    }
    Ok(tables)
}
