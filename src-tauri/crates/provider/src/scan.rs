//! One pass over a message whose fields stand where they are promised to stand.
//!
//! Nothing is allocated and nothing is looked at twice. Whoever finds anything
//! else than expected leaves the message to a reader that takes any order.

mod minute;

use std::str::FromStr;

use model::{Price, Size};

pub(crate) use minute::Minute;

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

    #[inline]
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
    #[inline]
    pub(crate) fn after(&mut self, key: &str) -> Option<&'a str> {
        if !self.skip(key) {
            return None;
        }
        self.text()
    }

    /// Up to the closing quote.
    #[inline]
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let end = self.0.bytes().position(|byte| ENDS[usize::from(byte)])?;
        let text = self.take(end)?;
        self.skip("\"").then_some(text)
    }

    #[inline]
    pub(crate) fn price(&mut self, key: &str) -> Option<Price> {
        self.behind(key, |rest| rest.number(Price::leading))
    }

    #[inline]
    pub(crate) fn size(&mut self, key: &str) -> Option<Size> {
        self.behind(key, |rest| rest.number(Size::leading))
    }

    /// Where what stands behind the key cannot be read, nothing counts as looked at.
    #[inline]
    fn behind<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut rest = *self;
        if !rest.skip(key) {
            return None;
        }
        let read = read(&mut rest)?;
        *self = rest;
        Some(read)
    }

    /// Up to the closing quote, too. A function apart, so that the key before it is
    /// compared where it is known.
    #[inline(never)]
    fn number<N: FromStr>(&mut self, leading: impl FnOnce(&str) -> Option<(N, usize)>) -> Option<N> {
        let mut rest = *self;
        if let Some((number, length)) = leading(rest.0)
            && rest.take(length).is_some()
            && rest.skip("\"")
        {
            *self = rest;
            return Some(number);
        }
        // With a sign, or longer than those of every day.
        self.text()?.parse().ok()
    }

    /// One without a sign, and the digits that it is written with. Longer ones than fit are not ours.
    #[inline]
    pub(crate) fn whole_number(&mut self) -> Option<(u64, &'a str)> {
        let (number, digits) = self.digits();
        // JSON has no `01`.
        let odd = digits.len() > 1 && digits.starts_with('0');
        if digits.is_empty() || digits.len() > DIGITS_MAX || odd {
            return None;
        }
        Some((number, digits))
    }

    /// All that follow, and what they come to. Of too many of them nothing is
    /// left that makes sense.
    #[inline]
    pub(crate) fn digits(&mut self) -> (u64, &'a str) {
        let mut number = 0u64;
        let mut length = 0;
        for byte in self.0.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
            length += 1;
        }
        (number, self.take(length).unwrap_or_default())
    }

    /// Either word, and which of the two.
    #[inline]
    pub(crate) fn yes_or_no(&mut self) -> Option<bool> {
        if self.skip("true") {
            Some(true)
        } else if self.skip("false") {
            Some(false)
        } else {
            None
        }
    }

    /// So many bytes, whatever they are.
    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// So many digits fit into 64 bits whatever they are.
const DIGITS_MAX: usize = 19;

/// The bytes at which a text ends or is none of ours: quotes, escapes, control characters.
const ENDS: [bool; 256] = {
    let mut ends = [false; 256];
    let mut control = 0;
    while control < b' ' as usize {
        ends[control] = true;
        control += 1;
    }
    ends[b'"' as usize] = true;
    ends[b'\\' as usize] = true;
    ends
};
