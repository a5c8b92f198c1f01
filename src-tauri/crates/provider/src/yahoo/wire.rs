//! How fields are packed: the encoding of Protocol Buffers, as far as one flat
//! message needs it. Fields that nobody knows are passed over.
//!
//! A field begins with its number and the way it is packed, in one number of as
//! many bytes as it takes, seven bits in each, the lowest first.

/// Where the bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// What one field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Number(u64),
    /// Of four bytes.
    Float(f32),
    Bytes(&'a [u8]),
    /// Of eight bytes, which no field of ours has.
    Double,
}

impl<'a> Value<'a> {
    /// One that may be less than zero: those near zero are short, whatever their sign.
    pub(super) const fn signed(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed())),
            Self::Float(_) | Self::Bytes(_) | Self::Double => None,
        }
    }

    pub(super) const fn float(self) -> Option<f32> {
        match self {
            Self::Float(float) => Some(float),
            Self::Number(_) | Self::Bytes(_) | Self::Double => None,
        }
    }

    pub(super) const fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Float(_) | Self::Bytes(_) | Self::Double => None,
        }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Self::Number(_) | Self::Float(_) | Self::Double => None,
        }
    }
}

/// The fields of a message, one after the other, up to the first that is damaged.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

/// A number of 64 bits takes no more.
const BYTES_MAX: usize = 10;

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Result<u64, Damaged> {
        let mut number = 0u64;
        for place in 0..BYTES_MAX {
            let (byte, rest) = self.0.split_first().ok_or(Damaged)?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            let shift = 7 * place;
            // Of the last byte only one bit has a place.
            if shift == 63 && bits > 1 {
                return Err(Damaged);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), Damaged> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => {
                self.take(8)?;
                Value::Double
            }
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Damaged)?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                let bytes = self.take(4)?.try_into().map_err(|_| Damaged)?;
                Value::Float(f32::from_le_bytes(bytes))
            }
            // Groups, which are long out of use, and what has no meaning.
            _ => return Err(Damaged),
        };
        match tag >> 3 {
            0 => Err(Damaged),
            number => Ok((number, value)),
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(bytes: &[u8]) -> Vec<Result<(u64, Value<'_>), Damaged>> {
        Fields(bytes).collect()
    }

    #[test]
    fn each_way_of_packing_is_read() {
        // Of the encoding's own papers: field 1 is 150, field 2 is "testing".
        assert_eq!(fields(&[0x08, 0x96, 0x01]), [Ok((1, Value::Number(150)))]);
        let text = [0x12, 0x07, b't', b'e', b's', b't', b'i', b'n', b'g'];
        assert_eq!(fields(&text)[0].unwrap().1.text(), Some("testing"));
        let price = [0x15, 0x9a, 0x99, 0x99, 0x43];
        assert_eq!(fields(&price), [Ok((2, Value::Float(307.2)))]);
        let double = [0x81, 0x02, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(fields(&double), [Ok((32, Value::Double))]);
    }

    #[test]
    fn signed_numbers_turn_at_zero() {
        for (number, signed) in [
            (0, 0),
            (1, -1),
            (2, 1),
            (3, -2),
            (u64::MAX, i64::MIN),
            (u64::MAX - 1, i64::MAX),
        ] {
            assert_eq!(Value::Number(number).signed(), Some(signed));
        }
    }

    #[test]
    fn what_is_cut_off_or_makes_no_sense_is_damaged_from_there_on() {
        for bytes in [
            &[0x08][..],
            &[0x08, 0x80],
            &[0x12, 0x05, b'a'],
            &[0x15, 0, 0, 0],
            &[0x0b, 0x08, 0x01],
            &[0x00, 0x01],
            &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            &[
                0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00,
            ],
        ] {
            assert_eq!(fields(bytes), [Err(Damaged)], "{bytes:x?}");
        }
        assert_eq!(
            fields(&[0x08, 0x01, 0x08]),
            [Ok((1, Value::Number(1))), Err(Damaged)]
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let fields = fields(&bytes);
            prop_assert!(fields.len() <= bytes.len());
            let damaged = fields.iter().filter(|field| field.is_err()).count();
            prop_assert!(damaged <= 1);
        }
    }
}
