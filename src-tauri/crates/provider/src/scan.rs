//! One pass over a message whose fields stand where they are promised to stand.
//!
//! Nothing is allocated and nothing is looked at twice. Whoever finds anything
//! else than expected leaves the message to a reader that takes any order.

/// What was not looked at yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    pub(crate) const fn of(text: &'a str) -> Self {
        Self(text)
    }

    pub(crate) const fn as_str(self) -> &'a str {
        self.0
    }

    pub(crate) fn skip(&mut self, expected: &str) -> bool {
        match self.0.strip_prefix(expected) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// The text that begins behind `key`, whose opening quote is part of it. One
    /// with an escape, or with a character that JSON does not allow, is not ours.
    pub(crate) fn after(&mut self, key: &str) -> Option<&'a str> {
        if !self.skip(key) {
            return None;
        }
        self.text()
    }

    /// Up to the closing quote.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .bytes()
            .position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }

    /// The digits of a whole number, none of which JSON forbids.
    pub(crate) fn digits(&mut self) -> Option<&'a str> {
        let end = self.0.bytes().position(|byte| !byte.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        // JSON has no `01`.
        if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        self.0 = rest;
        Some(digits)
    }

    pub(crate) fn whole_number(&mut self) -> Option<u64> {
        self.digits()?.parse().ok()
    }

    /// Either word, and which of the two.
    pub(crate) fn yes_or_no(&mut self) -> Option<bool> {
        if self.skip("true") {
            Some(true)
        } else if self.skip("false") {
            Some(false)
        } else {
            None
        }
    }
}
