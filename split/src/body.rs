//! The body of a function as a list of instructions: which belong together, and which local variables are still needed where.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use wasmparser::{FunctionBody, Operator, ValType};

/// Numbers of local variables.
pub type Locals = BTreeSet<u32>;

/// The body of a function.
pub struct Body<'a> {
    pub instructions: Vec<Operator<'a>>,
    /// How many bytes each instruction has.
    sizes: Vec<usize>,
    /// The types of parameters and local variables.
    pub locals: Vec<ValType>,
    /// For each instruction the innermost block, loop or choice that it stands in, by the number of its first instruction.
    parents: Parents,
    /// For each first instruction of a block, loop or choice where it goes on and where it ends.
    spans: Spans,
}

/// A block, loop or choice (`if`), by numbers of instructions.
#[derive(Clone, Copy)]
struct Span {
    otherwise: Option<usize>,
    end: usize,
}

/// Where an instruction goes on, beside the next one.
pub enum Ways {
    /// Nowhere else.
    Next,
    /// To these labels; `next` says whether also to the next instruction.
    Labels { depths: Vec<u32>, next: bool },
    /// Out of the function.
    Return,
    /// Nowhere at all.
    Nowhere,
}

impl<'a> Body<'a> {
    /// Reads a body, with the parameters' types before those of its variables.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(body: &FunctionBody<'a>, parameters: &[ValType]) -> Result<Self> {
        let mut locals = parameters.to_vec();
        for declared in body.get_locals_reader()? {
            let (count, of_type) = declared?;
            locals.extend(std::iter::repeat_n(of_type, count as usize));
        }
        let (mut instructions, mut sizes) = (Vec::new(), Vec::new());
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let from = reader.original_position();
            instructions.push(reader.read()?);
            sizes.push((reader.original_position() - from) as usize);
        }
        let (parents, spans) = nesting(&instructions)?;
        Ok(Self { instructions, sizes, locals, parents, spans })
    }

    /// How many bytes these instructions have.
    pub fn size(&self, range: std::ops::Range<usize>) -> usize {
        self.sizes[range].iter().sum()
    }

    /// Where the list ends in which this instruction stands: the number of the `end` or `else` behind it.
    pub fn list_end(&self, instruction: usize) -> usize {
        let Some(parent) = self.parents[instruction] else { return self.instructions.len() - 1 };
        let span = self.span(parent);
        span.otherwise.filter(|otherwise| instruction < *otherwise).unwrap_or(span.end)
    }

    /// In how many blocks, loops and choices an instruction stands.
    pub fn depth(&self, instruction: usize) -> u32 {
        std::iter::successors(self.parents[instruction], |parent| self.parents[*parent]).count() as u32
    }

    /// The block, loop or choice that a label names which is used by this instruction, or would be; none is the function itself.
    pub fn target(&self, instruction: usize, depth: u32) -> Option<usize> {
        let mut target = self.parents[instruction];
        for _ in 0..depth {
            target = self.parents[target?];
        }
        target
    }

    /// Whether this is the first instruction of a loop: a label of it leads there, not behind it.
    pub fn is_loop(&self, first: usize) -> bool {
        matches!(self.instructions[first], Operator::Loop { .. })
    }

    fn span(&self, first: usize) -> Span {
        self.spans[first].expect("a block has an end")
    }

    /// The instruction behind a block, loop or choice.
    pub fn behind(&self, first: usize) -> usize {
        self.span(first).end + 1
    }

    /// Where a label leads: to the number of an instruction, or out of the function.
    pub fn label(&self, instruction: usize, depth: u32) -> Option<usize> {
        let target = self.target(instruction, depth)?;
        Some(if self.is_loop(target) { target + 1 } else { self.behind(target) })
    }

    /// The local variables whose values are still needed before each instruction, and behind the last one.
    pub fn needed(&self) -> Vec<Locals> {
        let mut needed = vec![Locals::new(); self.instructions.len() + 1];
        // What a loop needs where it begins anew is known only when it was looked through: until nothing changes any more.
        while self.look_through(&mut needed) {}
        needed
    }

    /// Goes through the instructions from the last to the first; says whether more is needed than was known.
    fn look_through(&self, needed: &mut [Locals]) -> bool {
        let mut more = false;
        for place in (0..self.instructions.len()).rev() {
            let before = self.needed_before(place, needed);
            if before != needed[place] {
                needed[place] = before;
                more = true;
            }
        }
        more
    }

    fn needed_before(&self, place: usize, needed: &[Locals]) -> Locals {
        let behind = &needed[place + 1];
        match &self.instructions[place] {
            Operator::LocalGet { local_index } => with(behind, *local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                behind.iter().copied().filter(|local| local != local_index).collect()
            }
            Operator::If { .. } => {
                let span = self.span(place);
                behind | &needed[span.otherwise.unwrap_or(span.end) + 1]
            }
            Operator::Else => {
                let first = self.parents[place].expect("`else` stands in a choice");
                needed[self.behind(first)].clone()
            }
            other => match ways(other) {
                Ways::Next => behind.clone(),
                Ways::Return | Ways::Nowhere => Locals::new(),
                Ways::Labels { depths, next } => {
                    let labels = depths.iter().filter_map(|depth| self.label(place, *depth));
                    let labels = labels.flat_map(|label| needed[label].iter().copied());
                    labels.chain(behind.iter().copied().filter(|_| next)).collect()
                }
            },
        }
    }
}

fn with(locals: &Locals, local: u32) -> Locals {
    let mut locals = locals.clone();
    locals.insert(local);
    locals
}

/// Where an instruction goes on, but for `if` and `else`.
pub fn ways(instruction: &Operator) -> Ways {
    match instruction {
        Operator::Br { relative_depth } => Ways::Labels { depths: vec![*relative_depth], next: false },
        Operator::BrIf { relative_depth } => Ways::Labels { depths: vec![*relative_depth], next: true },
        Operator::BrTable { targets } => {
            // A table that cannot be read was refused when the function was checked.
            let mut depths: Vec<u32> = targets.targets().filter_map(Result::ok).collect();
            depths.push(targets.default());
            Ways::Labels { depths, next: false }
        }
        Operator::Return => Ways::Return,
        Operator::Unreachable => Ways::Nowhere,
        _ => Ways::Next,
    }
}

/// For each instruction the first one of what it stands in.
type Parents = Vec<Option<usize>>;

/// For each first instruction of a block where that goes on and ends.
type Spans = Vec<Option<Span>>;

fn nesting(instructions: &[Operator]) -> Result<(Parents, Spans)> {
    let (mut parents, mut spans) = (Vec::new(), vec![None; instructions.len()]);
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    for (place, instruction) in instructions.iter().enumerate() {
        match instruction {
            Operator::Else => open.last_mut().context("`else` without `if`")?.1 = Some(place),
            Operator::End => {
                if let Some((first, otherwise)) = open.pop() {
                    spans[first] = Some(Span { otherwise, end: place });
                    parents.push(Some(first));
                    continue;
                }
            }
            _ => {}
        }
        parents.push(open.last().map(|(first, _)| *first));
        if matches!(instruction, Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }) {
            open.push((place, None));
        }
    }
    Ok((parents, spans))
}
