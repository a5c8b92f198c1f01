//! What a venue can do, as data.

use model::TransportKind;

/// The facts about a venue that steer a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Offered in the handshake, and only where the venue is known to answer it.
    pub subprotocol: Option<&'static str>,
    /// What the token is called in an address that has it in its query.
    pub token_key: Option<&'static str>,
    /// How many symbols one subscription message may name.
    pub symbols_per_message: usize,
    /// The ways it can be talked to, the best one first.
    pub transports: &'static [TransportKind],
}
