//! A venue of the simulation: `tickwire.v1` by every way, on three hosts that
//! tell of one market.
//!
//! Written anew and small, after the protocol's page alone: what both sides of
//! the app's own code got wrong together would not be found with either.
//!
//! - `exchange`: what was traded; the one truth that a ledger is held against
//! - `said`: the messages
//! - `front`: one host: who comes in, and what it suffers from
//! - `stream`, `pieces`: a WebSocket, and the ways over HTTP

mod exchange;
mod front;
mod pieces;
mod said;
mod stream;

pub(crate) use exchange::{Exchange, Known, SYMBOLS, read_figure};
pub(crate) use front::{Front, Hanging, Moment, Mood, Refusal};
