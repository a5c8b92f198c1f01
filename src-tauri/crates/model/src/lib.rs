//! The nouns of the market.
//!
//! Every other crate speaks these words. Nothing here reads a clock, opens a
//! file or a socket, or starts a task: time comes in as a [`Moment`] or a
//! `DateTime<Utc>` that somebody else has read. No type here derives for a
//! wire either; whoever sends one writes its own form of it.

#![forbid(unsafe_code)]

mod bookmark;
mod calendar;
mod candle;
mod condition;
mod feed;
mod id;
mod moment;
mod number;
mod precision;
mod secret;
mod session;
mod spending;
mod symbol;
mod tick;
mod words;

pub use bookmark::{Bookmark, Reached};
pub use calendar::Calendar;
pub use candle::{Adjusted, Candle, Timeframe};
pub use condition::{Condition, Conditions};
pub use feed::{DialPhase, FeedId, FeedState, FeedStatus, LineHealth, MarketClock, Source, TransportKind};
pub use id::TradeId;
pub use moment::{Moment, Received};
pub use number::{NotANumber, Price, Size};
pub use precision::Precision;
pub use secret::Secret;
pub use session::{Session, SessionChange};
pub use spending::{Spending, Uses, WindowSpending};
pub use symbol::{Instrument, InstrumentKind, Symbol, SymbolKey};
pub use tick::{Amendment, DayFigures, DaySpan, Gap, Quote, Side, Snapshot, Tick, Trade};
pub use words::one_line;
