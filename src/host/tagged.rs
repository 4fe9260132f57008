//! Messages name their kind in one of their fields, beside the others: `{"cmd": "act", "action": "crash", "server": "A"}`.
//!
//! serde's own way of reading that first keeps the whole message aside, whatever it holds, and is a lot of code in the browser's program.
//! Messages are small and can be read twice: once for the kind, once for its fields.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::command::Command;

/// A message whose kind stands in the first of these fields; when such a kind is a choice again, that one stands in the next field.
#[derive(Clone, Copy)]
pub(super) struct Tagged<M> {
    /// The message, each time anew.
    pub message: M,
    /// The names of the fields.
    pub fields: &'static [&'static str],
}

/// An action, in a message that names it in its field `action`. The message is asked for once for each reading.
///
/// # Errors
/// When there is no such action, or one of its fields is missing or wrong.
pub fn action<'de, D: Deserializer<'de>>(message: impl Fn() -> D + Copy) -> Result<Command, D::Error> {
    Command::deserialize(Tagged { message, fields: &["action"] })
}

impl<'de, D: Deserializer<'de>, M: Fn() -> D + Copy> Deserializer<'de> for Tagged<M> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, D: Deserializer<'de>, M: Fn() -> D + Copy> EnumAccess<'de> for Tagged<M> {
    type Error = D::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), D::Error> {
        let (&field, inner) = self.fields.split_first().ok_or_else(|| Error::custom("nested too deep"))?;
        let kind = (self.message)().deserialize_struct("Tagged", &self.fields[..1], OneField(field))?;
        let kind: StringDeserializer<D::Error> = kind.into_deserializer();
        Ok((seed.deserialize(kind)?, Tagged { fields: inner, ..self }))
    }
}

impl<'de, D: Deserializer<'de>, M: Fn() -> D + Copy> VariantAccess<'de> for Tagged<M> {
    type Error = D::Error;

    fn unit_variant(self) -> Result<(), D::Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, D::Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, D::Error> {
        Err(Error::custom("a message has fields by name"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        (self.message)().deserialize_struct("Tagged", fields, visitor)
    }
}

/// Finds the text in one field of a message.
struct OneField(&'static str);

impl<'de> Visitor<'de> for OneField {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a message with a field `{}`", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        found.ok_or_else(|| Error::missing_field(self.0))
    }
}
