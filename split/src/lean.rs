//! Makes functions of pieces that did not run.

use crate::body::Body;
use crate::marks::Places;
use crate::numbers::{Numbers, Sections};
use crate::pieces::{Goal, Piece, pieces};
use crate::program::Program;
use crate::types::Types;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{BlockType, CodeSection, Function, Instruction, ValType};
use wasmparser::{
    FuncToValidate, Operator, Parser, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

/// The same program, in which pieces of functions that nobody came to are functions of their own, and which functions it has for each
/// part. `ran` are the places that somebody came to, for each part but the last one. A piece is what its function's part can do without; it is
/// not looked into again.
///
/// # Errors
/// When this is no program, or one with something that is not foreseen.
pub fn lean(bytes: &[u8], ran: &[BTreeSet<u32>]) -> Result<(Vec<u8>, Vec<BTreeSet<u32>>)> {
    let program = Program::read(bytes)?;
    let mut workshop = Workshop::of(&program)?;
    let mut functions = vec![BTreeSet::new(); ran.len()];
    let mut places = Places::default();
    for (function, check) in program.own_functions().zip(checks(bytes)?) {
        let body = Body::read(program.body(function), program.signature(function).params())?;
        let parts = places.parts(&body.instructions, ran);
        let own = parts[0];
        let mut taken_out = Vec::new();
        if let Some(functions) = functions.get_mut(own) {
            functions.insert(function);
            taken_out = pieces(&program, function, &body, |place| parts[place] > own, check)?;
        }
        for (piece, number) in taken_out.iter().zip(workshop.next_piece()..) {
            if let Some(functions) = functions.get_mut(parts[piece.range.start]) {
                functions.insert(number);
            }
        }
        workshop.function(function, &body, &taken_out)?;
    }
    Ok((workshop.program()?, functions))
}

/// What checks each function of a program, in their order.
fn checks(bytes: &[u8]) -> Result<Vec<FuncToValidate<ValidatorResources>>> {
    // Calls that do not come back, exceptions and the like would have more ways to go on.
    let mut validator = Validator::new_with_features(WasmFeatures::WASM2);
    let mut checks = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let ValidPayload::Func(check, _) = validator.payload(&payload?)? {
            checks.push(check);
        }
    }
    Ok(checks)
}

/// Where the lean program is made.
struct Workshop<'a> {
    program: &'a Program<'a>,
    numbers: Numbers,
    types: Types,
    code: CodeSection,
    /// The pieces, with their types.
    pieces: Vec<(u32, Function)>,
}

impl<'a> Workshop<'a> {
    fn of(program: &'a Program<'a>) -> Result<Self> {
        let mut numbers = Numbers::same(program);
        let types = Types::of(program, &mut numbers)?;
        Ok(Self { program, numbers, types, code: CodeSection::new(), pieces: Vec::new() })
    }

    /// The number that the next piece will have among the functions.
    fn next_piece(&self) -> u32 {
        (self.program.functions.len() + self.pieces.len()) as u32
    }

    /// The program, with the pieces behind its own functions.
    fn program(mut self) -> Result<Vec<u8>> {
        let own: Vec<u32> = self.program.own_functions().collect();
        let mut sections =
            Sections::of(self.program, &mut self.numbers, &own, &self.program.pointers.places, 0)?;
        sections.types = self.types.section();
        for (of_type, piece) in self.pieces {
            sections.functions.function(of_type);
            self.code.function(&piece);
        }
        Ok(sections.module(self.program, &self.code))
    }

    /// Adds a function without these pieces, and the pieces.
    fn function(&mut self, function: u32, body: &Body, taken_out: &[Piece]) -> Result<()> {
        let mut left = self.numbers.new_function_with_parsed_locals(self.program.body(function))?;
        let mut place = 0;
        for piece in taken_out {
            self.copy(body, place..piece.range.start, &mut left)?;
            self.call(body, piece, &mut left);
            let made = self.piece(body, piece)?;
            self.pieces.push(made);
            place = piece.range.end;
        }
        self.copy(body, place..body.instructions.len(), &mut left)?;
        self.code.function(&left);
        Ok(())
    }

    fn copy(&mut self, body: &Body, range: Range<usize>, to: &mut Function) -> Result<()> {
        for instruction in &body.instructions[range] {
            to.instruction(&self.numbers.instruction(instruction.clone())?);
        }
        Ok(())
    }

    /// Puts into a function what stands in the place of a piece.
    fn call(&self, body: &Body, piece: &Piece, to: &mut Function) {
        for &local in &piece.given {
            to.instruction(&Instruction::LocalGet(local));
        }
        to.instruction(&Instruction::Call(self.next_piece()));
        for &local in piece.back.iter().rev() {
            to.instruction(&Instruction::LocalSet(local));
        }
        let depth = |goal: &Goal| match *goal {
            Goal::Behind => 0,
            Goal::Label(depth) => depth,
            Goal::Return => body.depth(piece.range.start),
        };
        match &piece.goals[..] {
            [] => to.instruction(&Instruction::Unreachable),
            [Goal::Behind] => to,
            [Goal::Return] => to.instruction(&Instruction::Return),
            [Goal::Label(depth)] => to.instruction(&Instruction::Br(*depth)),
            [Goal::Behind, other] => to.instruction(&Instruction::BrIf(depth(other))),
            [others @ .., last] => {
                let others: Vec<u32> = others.iter().map(depth).collect();
                to.instruction(&Instruction::BrTable(others.into(), depth(last)))
            }
        };
    }

    /// A piece as a function: its parameters are what stood on the stack, then the local variables that it is given; its results are
    /// the number of its goal if there are several, what it leaves on the stack, and the local variables that it gives back.
    fn piece(&mut self, body: &Body, piece: &Piece) -> Result<(u32, Function)> {
        let stack = self.val_types(&piece.stack)?;
        let left = self.val_types(&piece.left)?;
        let typed = |workshop: &mut Self, locals: &mut dyn Iterator<Item = u32>| -> Result<Vec<ValType>> {
            locals.map(|local| Ok(workshop.numbers.val_type(body.locals[local as usize])?)).collect()
        };
        let given = typed(self, &mut piece.given.iter().copied())?;
        let back = typed(self, &mut piece.back.iter().copied())?;
        let own: Vec<u32> = piece.used.difference(&piece.given).copied().collect();
        let own_types = typed(self, &mut own.iter().copied())?;
        let several = piece.goals.len() > 1;
        let parameters: Vec<ValType> = stack.iter().chain(&given).copied().collect();
        let results: Vec<ValType> =
            several.then_some(ValType::I32).into_iter().chain(left.iter().chain(&back).copied()).collect();
        let of_type = self.types.number(&parameters, &results);

        let locals: BTreeMap<u32, u32> =
            piece.given.iter().chain(&own).copied().zip(stack.len() as u32..).collect();
        let mut function = Function::new_with_locals_types(own_types);
        // Each goal has a block around the piece, the first one inside; who leaves the function needs none.
        let blocks = if piece.goals == [Goal::Return] { &[][..] } else { &piece.goals[..] };
        for _ in blocks {
            let of_block = match left[..] {
                [] => BlockType::Empty,
                [only] => BlockType::Result(only),
                _ => BlockType::FunctionType(self.types.number(&[], &left)),
            };
            function.instruction(&Instruction::Block(of_block));
        }
        for parameter in 0..stack.len() as u32 {
            function.instruction(&Instruction::LocalGet(parameter));
        }
        for place in piece.range.clone() {
            let instruction = self.inside(body, piece, place, &locals)?;
            function.instruction(&instruction);
        }
        if !piece.comes_to_end {
            // What nobody comes to may have left anything on the stack.
            function.instruction(&Instruction::Unreachable);
        }
        for number in 0..blocks.len() as i32 {
            function.instruction(&Instruction::End);
            if several {
                function.instruction(&Instruction::I32Const(number));
            }
            for local in &piece.back {
                function.instruction(&Instruction::LocalGet(locals[local]));
            }
            if several {
                function.instruction(&Instruction::Return);
            }
        }
        function.instruction(&Instruction::End);
        Ok((of_type, function))
    }

    /// An instruction as it stands in the function of its piece.
    fn inside<'i>(
        &mut self,
        body: &Body<'i>,
        piece: &Piece,
        place: usize,
        locals: &BTreeMap<u32, u32>,
    ) -> Result<Instruction<'i>> {
        let nested = body.depth(place) - body.depth(piece.range.start);
        let depth = |depth: u32| match piece.goal(body, place, depth) {
            None => depth,
            Some(goal) => nested + piece.goals.iter().position(|one| *one == goal).unwrap_or(0) as u32,
        };
        Ok(match &body.instructions[place] {
            Operator::LocalGet { local_index } => Instruction::LocalGet(locals[local_index]),
            Operator::LocalSet { local_index } => Instruction::LocalSet(locals[local_index]),
            Operator::LocalTee { local_index } => Instruction::LocalTee(locals[local_index]),
            Operator::Br { relative_depth } => Instruction::Br(depth(*relative_depth)),
            Operator::BrIf { relative_depth } => Instruction::BrIf(depth(*relative_depth)),
            Operator::BrTable { targets } => {
                let depths =
                    targets.targets().map(|target| Ok(depth(target?))).collect::<Result<Vec<u32>>>()?;
                Instruction::BrTable(depths.into(), depth(targets.default()))
            }
            Operator::Return if piece.goals.len() > 1 => {
                Instruction::Br(nested + piece.goals.len() as u32 - 1)
            }
            other => self.numbers.instruction(other.clone())?,
        })
    }

    fn val_types(&mut self, types: &[wasmparser::ValType]) -> Result<Vec<ValType>> {
        types.iter().map(|of| Ok(self.numbers.val_type(*of)?)).collect()
    }
}
