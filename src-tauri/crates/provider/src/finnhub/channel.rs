//! The channel is the kind of message that asks for it: news and press releases
//! have kinds of their own, which nothing here asks for.

/// Deals, of one symbol.
pub(super) const SUBSCRIBE: &str = "subscribe";
pub(super) const UNSUBSCRIBE: &str = "unsubscribe";
