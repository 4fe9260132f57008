//! The types of functions of a program, and more of them.

use crate::numbers::{Numbers, types};
use crate::program::Program;
use anyhow::Result;
use std::collections::BTreeMap;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{TypeSection, ValType};

/// What a function takes and what it gives.
type Signature = (Vec<ValType>, Vec<ValType>);

/// The types of functions of a program under their numbers, and more that are added.
pub struct Types {
    section: TypeSection,
    signatures: Vec<Signature>,
    numbers: BTreeMap<Signature, u32>,
}

impl Types {
    /// The types of a program.
    pub fn of(program: &Program, numbers: &mut Numbers) -> Result<Self> {
        let section = types(program, numbers)?;
        let mut signatures = Vec::new();
        for signature in &program.signatures {
            let parameters = numbers.val_types(signature.params().to_vec())?;
            signatures.push((parameters, numbers.val_types(signature.results().to_vec())?));
        }
        let by_signature =
            (0..).zip(&signatures).map(|(number, signature)| (signature.clone(), number)).collect();
        Ok(Self { section, signatures, numbers: by_signature })
    }

    /// What functions of a type of the program take and give.
    pub fn signature(&self, number: u32) -> &Signature {
        &self.signatures[number as usize]
    }

    /// The number of the type of functions that take and give this; a new one, if there is none yet.
    pub fn number(&mut self, parameters: &[ValType], results: &[ValType]) -> u32 {
        *self.numbers.entry((parameters.to_vec(), results.to_vec())).or_insert_with(|| {
            let number = self.section.len();
            self.section.ty().function(parameters.iter().copied(), results.iter().copied());
            number
        })
    }

    /// All of them.
    pub fn section(self) -> TypeSection {
        self.section
    }
}
