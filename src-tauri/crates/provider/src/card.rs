//! What a venue can do, as data.

/// The facts about a venue that steer a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Offered in the handshake, and only where the venue is known to answer it.
    pub subprotocol: Option<&'static str>,
    /// How many symbols one subscription message may name.
    pub symbols_per_message: usize,
}
