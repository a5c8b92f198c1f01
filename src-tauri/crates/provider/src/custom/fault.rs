//! What is wrong with a description, told beside the field that it is about.

use std::fmt;

/// One thing that a person has to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As `poll`, `headers.0.name` or `messages.1.price`.
    pub field: String,
    /// What is wrong and what to do, as a sentence.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.sentence)
    }
}

/// Collects them, so that all are told at once.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
}

impl Faults {
    pub(super) fn tell(&mut self, field: impl Into<String>, sentence: impl fmt::Display) {
        self.found.push(Fault {
            field: field.into(),
            sentence: sentence.to_string(),
        });
    }

    /// What was read, or nothing and why.
    pub(super) fn keep<T, E: fmt::Display>(&mut self, field: &str, read: Result<T, E>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(error) => {
                self.tell(field, error);
                None
            }
        }
    }

    pub(super) const fn is_none(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Fault> {
        self.found
    }
}
