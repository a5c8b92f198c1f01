//! A venue as a person describes it, word by word as it was typed.
//!
//! An empty text is one that was left out.

/// All that a person says of a venue beside its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// As a person calls it.
    pub title: String,
    /// A symbol to try it out with.
    pub example: String,
    /// What is spoken over the WebSocket: `json`, `graphql-transport-ws` or `graphql-ws`.
    pub dialect: String,
    /// Offered in the handshake, where the dialect does not say which.
    pub subprotocol: String,
    /// Fields of the head of each request; `{key}` stands for the key.
    pub headers: Vec<HeaderDraft>,
    /// What is said first, with `{key}`; of GraphQL what stands in `connection_init`.
    pub hello: Vec<String>,
    /// Asks for one `{symbol}` or all `{symbols}`.
    pub subscribe: String,
    pub unsubscribe: String,
    /// The text of a GraphQL subscription, in which nothing is replaced.
    pub query: String,
    /// Its variables, with `{symbol}`.
    pub variables: String,
    /// Path and query of an event stream.
    pub events: String,
    /// Path and query of what is asked for again and again.
    pub poll: String,
    /// How often that may be.
    pub polls_per_minute: Option<u32>,
    /// What the venue wants to hear from us, and how often.
    pub beat: String,
    pub beat_seconds: Option<u32>,
    /// How many symbols one connection carries.
    pub symbols_max: Option<u32>,
    /// Whether it never shuts.
    pub always_open: bool,
    /// Whether its numbers rise one by one, so that a hole is a loss.
    pub gapless: bool,
    pub messages: Vec<MessageDraft>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderDraft {
    pub name: String,
    pub value: String,
}

/// One kind of message, and where things stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageDraft {
    /// `trade`, `quote`, `latest`, `heartbeat`, `ready` or `error`.
    pub kind: String,
    /// What must stand where for a message to be of this kind.
    pub when: Vec<WhenDraft>,
    pub symbol: String,
    pub price: String,
    pub size: String,
    pub time: String,
    /// `s`, `ms`, `us`, `ns` or `iso`; empty to tell it by its look.
    pub unit: String,
    pub sequence: String,
    pub side: String,
    /// What stands there where a buyer came to a price on offer.
    pub buy: String,
    pub bid: String,
    pub bid_size: String,
    pub ask: String,
    pub ask_size: String,
    /// Where an error says what is wrong.
    pub text: String,
    /// What an error is: `symbol`, `key`, `plan`, `slower` or `passing`.
    pub means: String,
    /// What a heartbeat is answered with.
    pub answer: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhenDraft {
    pub pointer: String,
    pub equals: String,
}
