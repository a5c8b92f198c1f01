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
//! - `binance`: another venue on the same hosts, that lets no connection grow older than a day
//! - `packed`: texts as they travel on a WebSocket

mod binance;
mod exchange;
mod front;
mod packed;
mod pieces;
mod said;
mod stream;

pub(crate) use binance::ENDED_OF_AGE;
pub(crate) use exchange::{Exchange, Known, SYMBOLS, read_figure};
pub(crate) use front::{Front, Hanging, Moment, Mood, Refusal};

/// The second at which every play begins, since 1970.
pub(crate) const BEGIN: u32 = 1_767_623_400;
