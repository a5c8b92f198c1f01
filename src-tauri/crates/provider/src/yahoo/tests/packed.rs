//! Packs fields as the venue does, by the papers of the encoding and without a
//! line of the reader.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::sample::Index;

#[derive(Clone, Debug, Default)]
pub(super) struct Packed(Vec<u8>);

impl Packed {
    pub(super) fn text(self, field: u64, text: &str) -> Self {
        let mut packed = self.count(field * 8 + 2).count(text.len() as u64);
        packed.0.extend_from_slice(text.as_bytes());
        packed
    }

    pub(super) fn float(self, field: u64, float: f32) -> Self {
        let mut packed = self.count(field * 8 + 5);
        packed.0.extend_from_slice(&float.to_bits().to_le_bytes());
        packed
    }

    pub(super) fn double(self, field: u64) -> Self {
        let mut packed = self.count(field * 8 + 1);
        packed.0.extend_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
        packed
    }

    pub(super) fn number(self, field: u64, number: u64) -> Self {
        self.count(field * 8).count(number)
    }

    /// Twice what is not below zero; twice what is, less one, without its sign.
    pub(super) fn signed(self, field: u64, number: i64) -> Self {
        let twice = number.unsigned_abs() * 2;
        self.number(field, if number < 0 { twice - 1 } else { twice })
    }

    fn count(mut self, mut number: u64) -> Self {
        while number >= 128 {
            self.0.push(u8::try_from(number % 128).unwrap() + 128);
            number /= 128;
        }
        self.0.push(u8::try_from(number).unwrap());
        self
    }

    /// Some bytes become others, and the end is cut off.
    pub(super) fn change(&mut self, changes: &[(Index, u8)], length: usize) {
        for (at, byte) in changes {
            let at = at.index(self.0.len());
            self.0[at] = *byte;
        }
        self.0.truncate(length.max(1));
    }

    pub(super) fn bare(&self) -> String {
        STANDARD.encode(&self.0)
    }

    pub(super) fn line(&self) -> String {
        format!(r#"{{"type":"pricing","message":"{}"}}"#, self.bare())
    }
}
