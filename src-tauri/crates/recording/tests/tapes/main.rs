//! Tapes that are written, damaged, read and played.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod record;
mod replay;
mod ring;
mod tape;
