//! One connection to one server: bytes in, bytes out.
//!
//! [`Network`] dials a [`Target`] and hands back a [`Connection`], over a
//! WebSocket or by one of three ways over HTTP; the crate `feed` owns it from
//! then on. What a message means, and whether to dial again, is decided there:
//! nothing here knows what a symbol is, and nothing here dials twice, save that
//! a poll whose answer was lost is asked again a bounded number of times.
//!
//! Below it are two seams, a [`Connector`] and a [`Resolver`], which a simulation
//! brings its own of; TLS is above them. [`websocket`] also has the other end, for who serves one; [`Memory`] is a
//! dialer without a network.

#![forbid(unsafe_code)]

mod allowance;
mod classify;
mod connect;
mod connection;
mod density;
mod dial;
mod error;
mod fetch;
#[cfg(test)]
mod fuzz;
mod memory;
mod network;
mod progress;
mod proxy;
mod race;
mod redaction;
mod resolve;
mod road;
mod round_trip;
mod tap;
mod target;
mod tls;
pub mod websocket;

pub use allowance::{Allowance, Answered, NotYet};
pub use classify::Blame;
pub use connect::{BoxPipe, Connector, Pipe, Probes, Reached};
pub use connection::{BoxConnection, Connection, Hint, Inbound, Loss, Outbound};
pub use dial::{Dialed, Dialer, Dialing, Phases, Progress};
pub use error::{DialError, Doubt, Phase, ProxyFailure};
pub use memory::{Arrivals, Memory};
pub use network::Network;
pub use proxy::{BadProxy, Proxy, Via};
pub use redaction::{Redaction, blank_by_name, is_key};
pub use resolve::Resolver;
pub use round_trip::RoundTrip;
pub use rustls::pki_types::CertificateDer;
pub use tap::{Direction, Frame, Head, Seen, Sighting, Start, Tap, View};
pub use target::{BadRedirect, BadTarget, Showing, Target};
pub use tls::{BadRoots, roots_of_pem};
pub use tokio_tungstenite::tungstenite::Utf8Bytes;
