//! The venues that more than one test has before it, each in a [`House`](crate::house::House).

mod coinbase;
mod finnhub;

pub use coinbase::Coinbase;
pub use finnhub::{FINNHUB_KEY, Finnhub};
