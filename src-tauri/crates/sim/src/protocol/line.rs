//! One JSON object, written field by field.
//!
//! A serializer would do as well, but the order of the keys is part of the
//! protocol and is seen here where it is written, and a tick is written without
//! a type of its own in between.

use std::fmt::{Display, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

/// A trade or a quote fits; only a welcome or a long name makes it grow.
const LENGTH_USUAL: usize = 200;

#[must_use]
pub(super) struct Line(String);

impl Line {
    pub(super) fn of(kind: &'static str) -> Self {
        let mut text = String::with_capacity(LENGTH_USUAL);
        text.push_str(r#"{"type":""#);
        text.push_str(kind);
        text.push('"');
        Self(text)
    }

    /// Any text.
    pub(super) fn text(self, key: &'static str, value: &str) -> Self {
        self.raw(key, Value::from(value))
    }

    pub(super) fn number(self, key: &'static str, value: u64) -> Self {
        self.raw(key, value)
    }

    pub(super) fn truth(self, key: &'static str, value: bool) -> Self {
        self.raw(key, value)
    }

    /// A number with or without a fraction.
    pub(super) fn ratio(self, key: &'static str, value: f64) -> Self {
        self.raw(key, value)
    }

    pub(super) fn texts(self, key: &'static str, values: &[&str]) -> Self {
        self.raw(key, Value::from(values))
    }

    /// A decimal, which has nothing in it to escape.
    pub(super) fn decimal(self, key: &'static str, value: impl Display) -> Self {
        self.raw(key, format_args!("\"{value}\""))
    }

    pub(super) fn time(self, key: &'static str, value: DateTime<Utc>) -> Self {
        self.decimal(key, value.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn raw(mut self, key: &'static str, value: impl Display) -> Self {
        // Writing to a string cannot fail.
        let _never = write!(self.0, ",\"{key}\":{value}");
        self
    }
}
