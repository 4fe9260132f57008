//! Copies parts of a program under the numbers that its functions have in another one.

use crate::program::Program;
use anyhow::Result;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, CustomSection, DataCountSection, ElementSection, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, RawSection, SectionId, StartSection, TableSection,
    TypeSection,
};

/// What the functions of a program are called in its copy.
pub struct Copy {
    /// For each function of the program the number in the copy, if it is there.
    numbers: Vec<Option<u32>>,
}

impl Reencode for Copy {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        let number = self.numbers.get(function as usize).copied().flatten();
        Ok(number.unwrap_or_else(|| panic!("function {function} is called and not there")))
    }
}

impl Copy {
    /// Everything keeps its number.
    pub fn of_all(program: &Program) -> Self {
        Self { numbers: (0..program.functions.len() as u32).map(Some).collect() }
    }

    /// Only these functions, counted in this order from `first` on.
    pub fn of(program: &Program, first: u32, functions: impl IntoIterator<Item = u32>) -> Self {
        let mut numbers = vec![None; program.functions.len()];
        for (number, function) in (first..).zip(functions) {
            numbers[function as usize] = Some(number);
        }
        Self { numbers }
    }

    /// The number of a function in the copy.
    pub fn of_function(&self, function: u32) -> Option<u32> {
        self.numbers[function as usize]
    }

    /// The types, and the number of the type of functions that take and give nothing.
    pub fn types(&mut self, program: &Program) -> Result<(TypeSection, u32)> {
        let mut types = TypeSection::new();
        self.parse_type_section(&mut types, program.types.clone())?;
        let is_empty = |ty: &wasmparser::FuncType| ty.params().is_empty() && ty.results().is_empty();
        let nothing = program.signatures.iter().position(is_empty).unwrap_or_else(|| {
            types.ty().function([], []);
            program.signatures.len()
        });
        Ok((types, nothing as u32))
    }

    pub fn imports(&mut self, program: &Program) -> Result<ImportSection> {
        let mut imports = ImportSection::new();
        for import in &program.imports {
            self.parse_import(&mut imports, *import)?;
        }
        Ok(imports)
    }

    /// The tables; that of the functions gets `more` places.
    pub fn tables(&mut self, program: &Program, module: &mut Module, more: u32) -> Result<()> {
        let Some(section) = &program.table_section else { return Ok(()) };
        let imported = program.tables.len() as u32 - section.count();
        let mut tables = TableSection::new();
        for (number, table) in (imported..).zip(section.clone()) {
            let mut table = table?;
            if number == program.pointers.table {
                table.ty.initial += u64::from(more);
                table.ty.maximum = table.ty.maximum.map(|maximum| maximum + u64::from(more));
            }
            self.parse_table(&mut tables, table)?;
        }
        module.section(&tables);
        Ok(())
    }

    pub fn memories(&mut self, program: &Program, module: &mut Module) -> Result<()> {
        let Some(section) = &program.memory_section else { return Ok(()) };
        let mut memories = MemorySection::new();
        self.parse_memory_section(&mut memories, section.clone())?;
        module.section(&memories);
        Ok(())
    }

    pub fn globals(&mut self, program: &Program) -> Result<GlobalSection> {
        let mut globals = GlobalSection::new();
        if let Some(section) = &program.global_section {
            self.parse_global_section(&mut globals, section.clone())?;
        }
        Ok(globals)
    }

    pub fn exports(&mut self, program: &Program) -> Result<ExportSection> {
        let mut exports = ExportSection::new();
        for export in &program.exports {
            self.parse_export(&mut exports, *export)?;
        }
        Ok(exports)
    }

    pub fn start(&mut self, program: &Program, module: &mut Module) -> Result<()> {
        if let Some(start) = program.start {
            module.section(&StartSection { function_index: self.function_index(start)? });
        }
        Ok(())
    }

    pub fn elements(&mut self, program: &Program, module: &mut Module) -> Result<()> {
        let Some(section) = &program.element_section else { return Ok(()) };
        let mut elements = ElementSection::new();
        self.parse_element_section(&mut elements, section.clone())?;
        module.section(&elements);
        Ok(())
    }

    /// The bodies of the program's own functions, all of which are in the copy.
    pub fn code(&mut self, program: &Program) -> Result<CodeSection> {
        let mut code = CodeSection::new();
        for body in &program.bodies {
            self.parse_function_body(&mut code, body.clone())?;
        }
        Ok(code)
    }

    pub fn data_count(&self, program: &Program, module: &mut Module) {
        if let Some(count) = program.data_count {
            module.section(&DataCountSection { count });
        }
    }

    /// The data, and what stands in sections of nobody but tools, without names: their numbers have changed.
    pub fn data(&self, program: &Program, module: &mut Module) {
        if let Some(data) = program.data {
            module.section(&RawSection { id: SectionId::Data.into(), data });
        }
        for (name, data) in program.customs.iter().filter(|(name, _)| *name != "name") {
            module.section(&CustomSection { name: (*name).into(), data: (*data).into() });
        }
    }
}

/// The types of these functions, for those who have them as their own.
pub fn functions(program: &Program, functions: impl IntoIterator<Item = u32>) -> FunctionSection {
    let mut section = FunctionSection::new();
    for function in functions {
        section.function(program.functions[function as usize]);
    }
    section
}
