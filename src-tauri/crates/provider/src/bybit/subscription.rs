//! What is asked, and what was not answered yet.
//!
//! ```json
//! {"req_id":"1","op":"subscribe","args":["publicTrade.BTCUSDT","orderbook.1.BTCUSDT","tickers.BTCUSDT"]}
//! {"req_id":"2","op":"unsubscribe","args":["publicTrade.BTCUSDT","orderbook.1.BTCUSDT","tickers.BTCUSDT"]}
//! ```

use model::Symbol;
use serde::Serialize;

use super::channel::Channel;
use super::{CARD, symbol};
use crate::Asking;
use crate::names::distinct;
use crate::unanswered::Unanswered;

/// So many are refused together if they are one more.
pub(super) const TOPICS_MAX: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Requests {
    pub(super) unanswered: Unanswered,
    /// Bars that were asked for must be given up too.
    bars: bool,
}

#[derive(Serialize)]
struct Request {
    req_id: String,
    op: &'static str,
    args: Vec<String>,
}

impl Requests {
    pub(super) fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.bars |= asking.bars;
        let chunks = asking.chunks(CARD.symbols_per_message);
        let messages = chunks.filter_map(|chunk| {
            let symbols: Vec<_> = chunk.symbols.iter().map(|wanted| wanted.symbol).collect();
            let id = self.unanswered.ask(symbols.iter().copied().cloned().collect());
            request(id, "subscribe", &symbols, chunk.bars)
        });
        messages.collect()
    }

    pub(super) fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let chunks = symbols.chunks(CARD.symbols_per_message);
        chunks
            .filter_map(|chunk| request(self.unanswered.number(), "unsubscribe", chunk, self.bars))
            .collect()
    }
}

fn request(id: u64, op: &'static str, symbols: &[&Symbol], bars: bool) -> Option<String> {
    let topics = symbols.iter().flat_map(|symbol| {
        let native = symbol::native(symbol);
        Channel::wanted(bars)
            .iter()
            .map(move |channel| channel.of(&native))
    });
    // Texts can always be written.
    serde_json::to_string(&Request {
        req_id: id.to_string(),
        op,
        args: distinct(topics),
    })
    .ok()
}
