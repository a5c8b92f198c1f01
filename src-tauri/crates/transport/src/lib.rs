//! One connection to one address: bytes in, bytes out.
//!
//! [`Network`] dials a [`Target`] and hands back a [`Connection`]; the crate
//! `feed` owns it from then on. What a message means, and whether to dial
//! again, is decided there: nothing here knows what a symbol is, and nothing
//! here ever retries.

#![forbid(unsafe_code)]

mod connection;
mod dial;
mod error;
mod fetch;
mod memory;
mod network;
mod race;
mod target;
mod tls;
pub mod websocket;

pub use connection::{BoxConnection, Connection, Hint, Inbound, Loss, Outbound};
pub use dial::{Dialed, Dialer, Phases};
pub use error::{Blame, DialError, Phase};
pub use memory::{Arrivals, Memory};
pub use network::Network;
pub use target::{BadRedirect, BadTarget, Target};
pub use tokio_tungstenite::tungstenite::Utf8Bytes;
