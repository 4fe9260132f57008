//! The numbers of a body: varints, and what each field of an action says as one number.

use crate::node::{ClientId, ServerId};
use crate::shop::{Item, Owner};

use super::Unreadable;

/// What an action says, as one number.
pub(super) trait Field: Sized {
    fn number(&self) -> u64;
    fn of(number: u64) -> Option<Self>;
}

impl Field for u64 {
    fn number(&self) -> u64 {
        *self
    }
    fn of(number: u64) -> Option<u64> {
        Some(number)
    }
}

impl Field for u32 {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<u32> {
        number.try_into().ok()
    }
}

impl Field for u8 {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<u8> {
        number.try_into().ok()
    }
}

impl Field for bool {
    fn number(&self) -> u64 {
        u64::from(*self)
    }
    fn of(number: u64) -> Option<bool> {
        (number <= 1).then_some(number == 1)
    }
}

impl Field for ServerId {
    fn number(&self) -> u64 {
        u64::from(self.place())
    }
    fn of(number: u64) -> Option<ServerId> {
        number.try_into().ok().and_then(ServerId::of_place)
    }
}

/// The number in `client-123` minus 123.
impl Field for ClientId {
    fn number(&self) -> u64 {
        match self.owner() {
            Owner::Customer(number) => u64::from(number) - 1,
            Owner::Shop => unreachable!("the shop is nobody's client"),
        }
    }
    fn of(number: u64) -> Option<ClientId> {
        // The name knows how many clients there may be.
        format!("client-{}", number.checked_add(123)?).parse().ok()
    }
}

impl Field for Item {
    fn number(&self) -> u64 {
        *self as u64
    }
    fn of(number: u64) -> Option<Item> {
        Item::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

/// 0 when absent, or one more than it is.
impl<T: Field> Field for Option<T> {
    fn number(&self) -> u64 {
        // The very last index becomes the one before it. No log has either.
        self.as_ref().map_or(0, |value| value.number().saturating_add(1))
    }
    fn of(number: u64) -> Option<Option<T>> {
        match number.checked_sub(1) {
            Some(number) => T::of(number).map(Some),
            None => Some(None),
        }
    }
}

/// What a number says, if it says anything.
pub(super) fn known<T: Field>(number: u64) -> Result<T, Unreadable> {
    T::of(number).ok_or(Unreadable::Unknown)
}

/// A body that is being written.
#[derive(Default)]
pub(super) struct Body(pub(super) Vec<u8>);

impl Body {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }
}

/// What is still to be read of a body.
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl Rest<'_> {
    pub(super) fn byte(&mut self) -> Result<u8, Unreadable> {
        let (first, rest) = self.0.split_first().ok_or(Unreadable::Unknown)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let is_too_large = bits << shift >> shift != bits;
            let is_longer_than_needed = byte == 0 && shift > 0;
            if is_too_large || is_longer_than_needed {
                return Err(Unreadable::Unknown);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Unreadable::Unknown)
    }

    pub(super) fn field<T: Field>(&mut self) -> Result<T, Unreadable> {
        known(self.number()?)
    }
}

/// Rows rise: none stands twice, so there cannot be more of them than the table has.
#[derive(Default)]
pub(super) struct Rising(Option<u8>);

impl Rising {
    /// Looks at the row that comes next, without taking it.
    pub(super) fn next(&mut self, rest: &Rest) -> Result<(), Unreadable> {
        let row = rest.0.first().copied();
        if row <= self.0 {
            return Err(Unreadable::Unknown);
        }
        self.0 = row;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut body = Body::default();
            body.number(number);
            let mut rest = Rest(&body.0);
            assert_eq!((rest.number(), rest.0), (Ok(number), &[][..]));
        }
        let too_long = [0xff; 11];
        for wrong in [&[][..], &[0x80], &[0x80, 0x00], &[0xff, 0x80, 0x00], &too_long, &[0xff; 10]] {
            assert_eq!(Rest(wrong).number(), Err(Unreadable::Unknown), "{wrong:?}");
        }
        let mut just_too_large = [0xff; 10];
        just_too_large[9] = 0x02;
        assert_eq!(Rest(&just_too_large).number(), Err(Unreadable::Unknown));
    }

    #[test]
    fn what_is_absent_is_zero_and_what_is_there_is_one_more() {
        for number in [0, 1, 2, 9, 10, 19, 20, 300, u64::MAX] {
            let read = <Option<ServerId> as Field>::of(number);
            assert_eq!(read.is_some(), number <= 19, "{number}");
            assert!(read.is_none_or(|server| server.number() == number));
        }
        assert_eq!(<Option<bool> as Field>::of(2), Some(Some(true)));
        assert_eq!(<Option<bool> as Field>::of(3), None);
        assert_eq!(Some(u64::MAX).number(), u64::MAX);
    }

    #[test]
    fn clients_and_items_are_their_places() {
        assert_eq!(ClientId::of_customer(1).number(), 0);
        assert_eq!(<ClientId as Field>::of(1), Some(ClientId::of_customer(2)));
        assert_eq!(<ClientId as Field>::of(u64::MAX), None);
        for item in Item::ALL {
            assert_eq!(<Item as Field>::of(item.number()), Some(item));
        }
        assert_eq!(<Item as Field>::of(2), None);
    }
}
