//! The secret that keeps other programs' pages and users out.

use std::fmt;
use std::sync::Arc;

use subtle::ConstantTimeEq;

const LENGTH_MAX: usize = 128;

/// Text that needs no escaping in a URL or a header.
#[derive(Clone)]
pub(super) struct Token(Arc<str>);

impl Token {
    pub(super) fn given(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let fits = (1..=LENGTH_MAX).contains(&text.len());
        (fits && text.bytes().all(allowed)).then(|| Self(text.into()))
    }

    /// 128 bits: nobody on this machine guesses them.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let (high, low) = (getrandom::u64()?, getrandom::u64()?);
        Ok(Self(format!("{high:016x}{low:016x}").into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// How long this takes does not tell how much of a guess was right.
    pub(super) fn is(&self, guess: &str) -> bool {
        self.0.as_bytes().ct_eq(guess.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_what_needs_no_escaping() {
        assert!(Token::given("aZ09-._~").is_some());
        assert!(Token::given(&"x".repeat(128)).is_some());
        for text in ["", "a b", "a%20", "ü", "a&b", "a\r\n", &"x".repeat(129)] {
            assert!(Token::given(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn only_the_whole_of_it_is_right() {
        let token = Token::given("secret").unwrap();
        assert!(token.is("secret"));
        for guess in ["", "secre", "secrets", "Secret"] {
            assert!(!token.is(guess), "{guess}");
        }
    }

    #[test]
    fn two_starts_have_two_tokens() {
        let [one, two] = [Token::random().unwrap(), Token::random().unwrap()];
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(one.as_str().len(), 32);
        assert!(!format!("{one:?}").contains(one.as_str()));
    }
}
