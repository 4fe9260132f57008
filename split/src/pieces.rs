//! The pieces of functions that did not run.
//!
//! A piece is the end of a list of instructions, from the first one that did not run: who does not come there does not come to those
//! behind it either.

use crate::body::{Body, Locals, Ways, ways};
use crate::marks::begins_place;
use crate::program::Program;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::ops::Range;
use wasmparser::{
    BlockType, Frame, FrameKind, FuncToValidate, FuncValidator, FuncValidatorAllocations, Operator, ValType,
    ValidatorResources,
};

/// How many bytes a piece must have more than what stands in its place.
const GAIN: usize = 16;

/// A piece of a function. It is given what stands on the stack for it and the local variables that it uses, and gives back those that
/// are needed behind it.
pub struct Piece {
    /// The numbers of its instructions.
    pub range: Range<usize>,
    /// The types of what stands on the stack for it.
    pub stack: Vec<ValType>,
    /// The local variables that it is given.
    pub given: Locals,
    /// The local variables that it gives back.
    pub back: Locals,
    /// The local variables that it uses in any way.
    pub used: Locals,
    /// Whether somebody comes to its end.
    pub comes_to_end: bool,
    /// Where it goes on.
    pub goals: Vec<Goal>,
    /// The types of what it leaves on the stack; nothing, if there are several goals.
    pub left: Vec<ValType>,
}

/// Where a piece goes on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Behind the last instruction of its list.
    Behind,
    /// At a label, counted where the piece stands.
    Label(u32),
    /// Out of the function.
    Return,
}

impl Piece {
    /// What takes the place of the piece has about so many bytes.
    fn price(&self) -> usize {
        3 + 2 * (self.given.len() + self.back.len() + self.goals.len())
    }

    /// Which goal a label leads to that an instruction of the piece uses; none if it stays in the piece.
    pub fn goal(&self, body: &Body, instruction: usize, depth: u32) -> Option<Goal> {
        goal(body, self.range.start, instruction, depth)
    }
}

fn goal(body: &Body, start: usize, instruction: usize, depth: u32) -> Option<Goal> {
    let label = depth.checked_sub(body.depth(instruction) - body.depth(start))?;
    let is_behind = |first| label == 0 && !body.is_loop(first);
    Some(match body.target(start, label) {
        None => Goal::Return,
        Some(first) if is_behind(first) => Goal::Behind,
        Some(_) => Goal::Label(label),
    })
}

/// The pieces of a function that did not run and are worth it, in their order.
///
/// # Errors
/// When the function is not right.
pub fn pieces(
    program: &Program,
    function: u32,
    body: &Body,
    is_elsewhere: impl Fn(usize) -> bool,
    check: FuncToValidate<ValidatorResources>,
) -> Result<Vec<Piece>> {
    let needed = body.needed();
    let mut impossible = BTreeSet::new();
    loop {
        let FuncToValidate { ref resources, index, ty, features } = check;
        let check = FuncToValidate { resources: resources.clone(), index, ty, features };
        let mut check = check.into_validator(FuncValidatorAllocations::default());
        check.read_locals(&mut program.body(function).get_binary_reader())?;
        let mut search = Search { program, body, function, needed: &needed, check };
        let (pieces, more) = search.pieces(|place| is_elsewhere(place) && !impossible.contains(&place))?;
        if more.is_empty() {
            return Ok(pieces);
        }
        // What cannot be taken out as a whole may have parts that can.
        impossible.extend(more);
    }
}

struct Search<'a, 'b> {
    program: &'b Program<'a>,
    body: &'b Body<'a>,
    function: u32,
    needed: &'b [Locals],
    check: FuncValidator<ValidatorResources>,
}

impl Search<'_, '_> {
    /// The pieces of which these places may be the beginning, and which of those places cannot.
    fn pieces(&mut self, is_beginning: impl Fn(usize) -> bool) -> Result<(Vec<Piece>, Vec<usize>)> {
        let (mut pieces, mut impossible, mut place) = (Vec::new(), Vec::new(), 0);
        while place < self.body.instructions.len() {
            if !(is_beginning(place) && begins_place(&self.body.instructions, place) && self.may_begin(place))
            {
                self.pass(place..place + 1)?;
                place += 1;
                continue;
            }
            let range = place..self.body.list_end(place);
            place = range.end;
            let (around, stack) = (self.around(), self.stack()?);
            self.pass(range.clone())?;
            let comes_to_end = self.check.get_control_frame(0).is_some_and(|frame| !frame.unreachable);
            match self.piece(range.clone(), stack, &around, comes_to_end) {
                Some(piece) if self.body.size(range.clone()) >= piece.price() + GAIN => pieces.push(piece),
                Some(_) => {}
                None => impossible.push(range.start),
            }
        }
        Ok((pieces, impossible))
    }

    /// Whether a piece may begin here: not with the end of a list, nor where nobody can come.
    fn may_begin(&self, place: usize) -> bool {
        let is_end = matches!(self.body.instructions[place], Operator::End | Operator::Else);
        !is_end && self.check.get_control_frame(0).is_some_and(|frame| !frame.unreachable)
    }

    fn pass(&mut self, range: Range<usize>) -> Result<()> {
        for place in range {
            self.check.op(place as u64 + 1, &self.body.instructions[place])?;
        }
        Ok(())
    }

    /// The blocks, loops and choices around the next instruction, from the inside; the last one is the function.
    fn around(&self) -> Vec<Frame> {
        let frames = 0..self.check.control_stack_height() as usize;
        frames.filter_map(|depth| self.check.get_control_frame(depth).copied()).collect()
    }

    /// The types on the stack that belong to the list of the next instruction.
    fn stack(&self) -> Result<Vec<ValType>> {
        let Some(frame) = self.check.get_control_frame(0) else { return Ok(Vec::new()) };
        let own = self.check.operand_stack_height() as usize - frame.height;
        let of = |depth| {
            self.check.get_operand_type(depth).flatten().context("what nobody can come to has no type")
        };
        (0..own).rev().map(of).collect()
    }

    /// The piece of these instructions, if it can be taken out.
    fn piece(
        &self,
        range: Range<usize>,
        stack: Vec<ValType>,
        around: &[Frame],
        comes_to_end: bool,
    ) -> Option<Piece> {
        let start = range.start;
        let goals = self.goals(range.clone(), comes_to_end);
        let types: Vec<Vec<ValType>> = goals.iter().map(|goal| self.wants(*goal, around)).collect();
        let left = match &types[..] {
            [] => Vec::new(),
            [only] => only.clone(),
            several if several.iter().all(Vec::is_empty) => Vec::new(),
            _ => return None,
        };
        // The end of a loop has no label.
        if goals.len() > 2 && goals[0] == Goal::Behind && around[0].kind == FrameKind::Loop {
            return None;
        }
        let (mut read, mut written) = (Locals::new(), Locals::new());
        for instruction in &self.body.instructions[range.clone()] {
            match instruction {
                Operator::LocalGet { local_index } => read.insert(*local_index),
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    written.insert(*local_index)
                }
                _ => false,
            };
        }
        let needed_behind: Locals =
            goals.iter().flat_map(|goal| self.needed_at(start, *goal)).copied().collect();
        let back = &written & &needed_behind;
        let given = &self.needed[start] & &(&read | &back);
        Some(Piece { range, stack, given, back, used: &read | &written, comes_to_end, goals, left })
    }

    fn goals(&self, range: Range<usize>, comes_to_end: bool) -> Vec<Goal> {
        let start = range.start;
        let mut goals = BTreeSet::new();
        if comes_to_end {
            goals.insert(if self.body.depth(start) == 0 { Goal::Return } else { Goal::Behind });
        }
        for place in range {
            match ways(&self.body.instructions[place]) {
                Ways::Return => {
                    goals.insert(Goal::Return);
                }
                Ways::Labels { depths, .. } => {
                    goals.extend(depths.into_iter().filter_map(|depth| goal(self.body, start, place, depth)));
                }
                Ways::Next | Ways::Nowhere => {}
            }
        }
        goals.into_iter().collect()
    }

    /// What has to stand on the stack for who goes on there.
    fn wants(&self, goal: Goal, around: &[Frame]) -> Vec<ValType> {
        let types = |frame: &Frame, results: bool| match frame.block_type {
            BlockType::Empty => Vec::new(),
            // A type alone is that of a result.
            BlockType::Type(only) => results.then_some(only).into_iter().collect(),
            BlockType::FuncType(number) => {
                let signature = &self.program.signatures[number as usize];
                if results { signature.results().to_vec() } else { signature.params().to_vec() }
            }
        };
        match goal {
            Goal::Behind => types(&around[0], true),
            Goal::Label(depth) => {
                let frame = &around[depth as usize];
                types(frame, frame.kind != FrameKind::Loop)
            }
            Goal::Return => self.program.signature(self.function).results().to_vec(),
        }
    }

    /// The local variables that are needed there.
    fn needed_at(&self, start: usize, goal: Goal) -> &Locals {
        let place = match goal {
            Goal::Behind => self.body.target(start, 0).map(|first| self.body.behind(first)),
            Goal::Label(depth) => self.body.label(start, depth),
            Goal::Return => None,
        };
        &self.needed[place.unwrap_or(self.body.instructions.len())]
    }
}
