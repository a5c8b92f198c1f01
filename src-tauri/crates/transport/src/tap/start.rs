//! How a payload begins, as far as it may be shown.

use crate::redaction::{Redaction, blank_by_name};

/// So much of a payload is looked at. A secret that begins in what is shown ends
/// in it, or what there is of it fills the rest.
pub(super) const LOOKED_AT_MAX: usize = 1_024;
/// What a person reads of one line.
const SHOWN_MAX: usize = 256;
/// Fewer say as much.
const BYTES_SHOWN_MAX: usize = 64;

/// The beginning of what was sent, with every known secret struck out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    Text(String),
    /// In hexadecimal digits.
    Bytes(String),
    /// There is none, or it stands with another frame of the message.
    #[default]
    None,
}

impl Start {
    pub(super) fn of(bytes: &[u8], is_text: bool, redaction: &Redaction) -> Self {
        if bytes.is_empty() {
            return Self::None;
        }
        let bytes = bytes.get(..LOOKED_AT_MAX).unwrap_or(bytes);
        if is_text {
            // A character may be cut in two at the end, or at the beginning of a part.
            let text = String::from_utf8_lossy(bytes);
            return Self::Text(shown(text.trim_matches(char::REPLACEMENT_CHARACTER), redaction));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains(char::is_control) => Self::Text(shown(text, redaction)),
            Ok(_) | Err(_) => {
                let mut bytes = bytes.to_vec();
                redaction.blank_bytes(&mut bytes);
                let shown = bytes.iter().take(BYTES_SHOWN_MAX);
                Self::Bytes(shown.map(|byte| format!("{byte:02x}")).collect())
            }
        }
    }

    /// Of a frame that ends a connection: its code and the reason.
    pub(super) fn of_close(bytes: &[u8], redaction: &Redaction) -> Self {
        let Some((code, reason)) = bytes.split_first_chunk::<2>() else {
            return Self::None;
        };
        let code = u16::from_be_bytes(*code);
        let reason = String::from_utf8_lossy(reason);
        Self::Text(shown(format!("{code} {reason}").trim_end(), redaction))
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bytes(text) => text,
            Self::None => "",
        }
    }
}

/// On one line, and struck out before it is shortened.
fn shown(text: &str, redaction: &Redaction) -> String {
    let struck = redaction.strike(blank_by_name(text));
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    struck.chars().take(SHOWN_MAX).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use model::Secret;
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "s3cr3t-of-the-test";

    fn redaction() -> Redaction {
        Redaction::of(&[Secret::new(SECRET.to_owned())])
    }

    #[test]
    fn text_is_shown_on_one_line_and_bytes_by_their_digits() {
        let of = |bytes: &[u8], is_text| Start::of(bytes, is_text, &redaction());
        assert_eq!(of(b"{\n  \"p\": 1}", true).as_str(), "{   \"p\": 1}");
        assert_eq!(of(b"ping", false), Start::Text("ping".to_owned()));
        assert_eq!(of(&[0, 255, 16], false), Start::Bytes("00ff10".to_owned()));
        assert_eq!(of(b"", true), Start::None);
        assert_eq!(of(&"\u{20ac}".as_bytes()[..2], true).as_str(), "");
        let close = Start::of_close(b"\x03\xe8see you", &redaction());
        assert_eq!(close.as_str(), "1000 see you");
    }

    #[test]
    fn what_a_name_gives_away_is_struck_out_too() {
        let said = br#"{"action":"auth","key":"somebody","secret":"elses"}"#;
        let shown = Start::of(said, true, &Redaction::default());
        assert!(!shown.as_str().contains("elses"), "{shown:?}");
    }

    proptest! {
        #[test]
        fn no_secret_is_shown_wherever_it_stands(
            before in 0usize..1_100, after in 0usize..300, is_text in any::<bool>(),
        ) {
            let said = format!("{}{SECRET}{}", "x".repeat(before), "y".repeat(after));
            let shown = Start::of(said.as_bytes(), is_text, &redaction());
            prop_assert!(!shown.as_str().contains("s3cr3t"), "{shown:?}");
            prop_assert!(shown.as_str().chars().count() <= SHOWN_MAX);
        }
    }
}
