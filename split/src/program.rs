//! A program as it is read: its sections, and for each function what it calls.

use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    ElementItems, ElementKind, ElementSectionReader, Export, ExternalKind, FuncType, FunctionBody,
    GlobalSectionReader, GlobalType, Import, MemorySectionReader, MemoryType, Operator, Parser, Payload,
    RefType, TableSectionReader, TableType, TypeRef, TypeSectionReader,
};

/// A program. Functions, tables, memories and globals are counted as WebAssembly does: imported ones first.
pub struct Program<'a> {
    pub types: TypeSectionReader<'a>,
    pub signatures: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// The type of each function.
    pub functions: Vec<u32>,
    pub table_section: Option<TableSectionReader<'a>>,
    pub tables: Vec<TableType>,
    pub memory_section: Option<MemorySectionReader<'a>>,
    pub memories: Vec<MemoryType>,
    pub global_section: Option<GlobalSectionReader<'a>>,
    pub globals: Vec<GlobalType>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub pointers: Pointers,
    /// Of each function that is not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    pub data_count: Option<u32>,
    /// The contents of its section.
    pub data: Option<&'a [u8]>,
}

/// What the table of functions holds: for Rust, every function of which somebody has a pointer.
#[derive(Default)]
pub struct Pointers {
    pub table: u32,
    pub places: Places,
}

/// Places in the table, and the functions there.
pub type Places = BTreeMap<u32, u32>;

/// What a function calls.
#[derive(Default)]
pub struct Calls {
    /// Functions by name.
    pub functions: BTreeSet<u32>,
    /// Types of functions by the table.
    pub types: BTreeSet<u32>,
}

impl<'a> Program<'a> {
    /// Reads a program.
    ///
    /// # Errors
    /// When it is none, or has something that this tool does not know how to cut.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut program = None;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.context("this is no program")?;
            match payload {
                Payload::TypeSection(section) => program = Some(Self::of_types(section)?),
                Payload::Version { .. } | Payload::End(_) => {}
                other => program.as_mut().context("a program has types first")?.take(other, bytes)?,
            }
        }
        program.context("a program has types")
    }

    fn of_types(types: TypeSectionReader<'a>) -> Result<Self> {
        let mut signatures = Vec::new();
        for signature in types.clone().into_iter_err_on_gc_types() {
            signatures.push(signature?);
        }
        Ok(Self {
            types,
            signatures,
            imports: Vec::new(),
            functions: Vec::new(),
            table_section: None,
            tables: Vec::new(),
            memory_section: None,
            memories: Vec::new(),
            global_section: None,
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            pointers: Pointers::default(),
            bodies: Vec::new(),
            data_count: None,
            data: None,
        })
    }

    fn take(&mut self, payload: Payload<'a>, bytes: &'a [u8]) -> Result<()> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(import?)?;
                }
            }
            Payload::FunctionSection(section) => {
                for signature in section {
                    self.functions.push(signature?);
                }
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    self.tables.push(table?.ty);
                }
                self.table_section = Some(section);
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    self.memories.push(memory?);
                }
                self.memory_section = Some(section);
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    self.globals.push(global?.ty);
                }
                self.global_section = Some(section);
            }
            Payload::ExportSection(section) => {
                self.exports = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                self.pointers = Pointers::read(section)?;
            }
            Payload::DataCountSection { count, .. } => self.data_count = Some(count),
            Payload::DataSection(section) => {
                let range = section.range();
                self.data = Some(&bytes[range.start as usize..range.end as usize]);
            }
            Payload::CodeSectionStart { .. } => {}
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            // For tools only.
            Payload::CustomSection(_) => {}
            other => bail!("a part of the program is not foreseen: {other:?}"),
        }
        Ok(())
    }

    fn import(&mut self, import: Import<'a>) -> Result<()> {
        match import.ty {
            TypeRef::Func(signature) => self.functions.push(signature),
            TypeRef::Table(table) => self.tables.push(table),
            TypeRef::Memory(memory) => self.memories.push(memory),
            TypeRef::Global(global) => self.globals.push(global),
            other => bail!("{}: an import that is not foreseen: {other:?}", import.name),
        }
        self.imports.push(import);
        Ok(())
    }

    /// How many functions come from outside.
    pub fn imported_functions(&self) -> u32 {
        (self.functions.len() - self.bodies.len()) as u32
    }

    /// The only imported function that has this in its name.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn imported_function(&self, part_of_name: &str) -> Result<u32> {
        let functions = self.imports.iter().filter(|import| matches!(import.ty, TypeRef::Func(_)));
        let mut found = (0..).zip(functions).filter(|(_, import)| import.name.contains(part_of_name));
        match (found.next(), found.next()) {
            (Some((number, _)), None) => Ok(number),
            _ => bail!("the program must import one function whose name has `{part_of_name}` in it"),
        }
    }

    /// How many tables come from outside.
    pub fn imported_tables(&self) -> u32 {
        self.tables.len() as u32 - self.table_section.as_ref().map_or(0, |section| section.count())
    }

    /// A table as it is in all parts: that of functions has `more_places`.
    pub fn enlarged(&self, number: u32, mut table: TableType, more_places: u32) -> TableType {
        if number == self.pointers.table {
            table.initial += u64::from(more_places);
            table.maximum = table.maximum.map(|maximum| maximum + u64::from(more_places));
        }
        table
    }

    /// The table of functions.
    ///
    /// # Errors
    /// When the program has none of its own.
    pub fn table_of_functions(&self) -> Result<&TableType> {
        let table = self.tables.get(self.pointers.table as usize);
        let own = table.filter(|table| {
            self.pointers.table >= self.imported_tables() && table.element_type == RefType::FUNCREF
        });
        own.context("a program without a table of functions of its own is not foreseen")
    }

    /// The functions of its own.
    pub fn own_functions(&self) -> std::ops::Range<u32> {
        self.imported_functions()..self.functions.len() as u32
    }

    /// Whether this is a function of its own.
    pub fn is_own(&self, function: u32) -> bool {
        self.own_functions().contains(&function)
    }

    /// The body of a function of its own.
    pub fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[(function - self.imported_functions()) as usize]
    }

    pub fn signature(&self, function: u32) -> &FuncType {
        &self.signatures[self.functions[function as usize] as usize]
    }

    /// Functions that are exported.
    pub fn exported_functions(&self) -> impl Iterator<Item = u32> {
        let functions = self.exports.iter().filter(|export| export.kind == ExternalKind::Func);
        functions.map(|export| export.index)
    }

    /// What this function calls.
    ///
    /// # Errors
    /// When its body cannot be read, or it takes the address of a function.
    pub fn calls(&self, function: u32) -> Result<Calls> {
        let mut calls = Calls::default();
        for operator in self.body(function).get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } => {
                    calls.functions.insert(function_index);
                }
                Operator::CallIndirect { type_index, table_index } if table_index == self.pointers.table => {
                    calls.types.insert(type_index);
                }
                Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::RefFunc { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. }
                | Operator::MemoryInit { .. }
                | Operator::DataDrop { .. } => {
                    bail!("function {function} names functions or data in a way that is not foreseen")
                }
                _ => {}
            }
        }
        Ok(calls)
    }
}

impl Pointers {
    fn read(section: ElementSectionReader) -> Result<Self> {
        let mut pointers = Self::default();
        let mut tables = BTreeSet::new();
        for element in section {
            let element = element?;
            let ElementKind::Active { table_index, offset_expr } = element.kind else {
                bail!("a list of functions that is not put into a table at once is not foreseen")
            };
            let mut offset = offset_expr.get_operators_reader();
            let (Operator::I32Const { value: first }, Operator::End) = (offset.read()?, offset.read()?)
            else {
                bail!("a list of functions that begins at no fixed place is not foreseen")
            };
            let ElementItems::Functions(functions) = element.items else {
                bail!("a list of expressions in the place of functions is not foreseen")
            };
            tables.insert(table_index.unwrap_or(0));
            for (place, function) in (first as u32..).zip(functions) {
                let before = pointers.places.insert(place, function?);
                ensure!(before.is_none(), "two functions for one place in the table are not foreseen");
            }
        }
        ensure!(tables.len() < 2, "functions in several tables are not foreseen");
        pointers.table = tables.first().copied().unwrap_or(0);
        Ok(pointers)
    }
}
