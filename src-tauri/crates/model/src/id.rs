//! A trade's name, exactly as the venue wrote it.

use std::fmt;

/// Up to 40 bytes of a venue's trade id, held in place.
///
/// Ids are text here although most look like numbers: some pass 2^63, some are
/// UUIDs, and a tick must not allocate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TradeId {
    length: u8,
    bytes: [u8; Self::LENGTH_MAX],
}

impl TradeId {
    pub const LENGTH_MAX: usize = 40;

    /// `None` when the text is empty or longer than any venue's ids are.
    pub fn new(text: &str) -> Option<Self> {
        let length = text.len();
        if length == 0 || length > Self::LENGTH_MAX {
            return None;
        }
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes[..length].copy_from_slice(text.as_bytes());
        Some(Self {
            length: u8::try_from(length).ok()?,
            bytes,
        })
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Display for TradeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TradeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_character_of_an_id() {
        for text in [
            "1",
            "18239578009413566319",
            "f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "é",
        ] {
            assert_eq!(TradeId::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn refuses_an_empty_or_an_endless_id() {
        assert_eq!(TradeId::new(""), None);
        assert_eq!(TradeId::new(&"9".repeat(41)), None);
        assert!(TradeId::new(&"9".repeat(40)).is_some());
    }
}
