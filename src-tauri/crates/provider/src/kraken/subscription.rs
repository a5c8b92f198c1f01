//! What is asked, and what each message of ours was about.
//!
//! ```json
//! {"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"],"snapshot":true},"req_id":1}
//! {"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo","snapshot":true},"req_id":2}
//! {"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":1,"snapshot":false},"req_id":3}
//! ```

use model::Symbol;
use serde::Serialize;

use super::channel::Channel;
use super::{CARD, symbol};
use crate::Asking;
use crate::names::distinct;
use crate::unanswered::Unanswered;

#[derive(Debug, Default)]
pub(super) struct Requests {
    pub(super) unanswered: Unanswered,
    /// Bars that were asked for must be given up too.
    bars: bool,
}

#[derive(Serialize)]
struct Request<'a> {
    method: &'static str,
    params: Params<'a>,
    req_id: u64,
}

#[derive(Serialize)]
struct Params<'a> {
    channel: &'static str,
    symbol: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    event_trigger: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<bool>,
}

impl Requests {
    pub(super) fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.bars |= asking.bars;
        let mut messages = Vec::new();
        for chunk in asking.chunks(CARD.symbols_per_message) {
            let symbols: Vec<_> = chunk.symbols.iter().map(|wanted| wanted.symbol).collect();
            for channel in Channel::wanted(chunk.bars) {
                let id = self.unanswered.ask(symbols.iter().copied().cloned().collect());
                messages.extend(request(id, "subscribe", *channel, &symbols));
            }
        }
        messages
    }

    pub(super) fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let mut messages = Vec::new();
        for chunk in symbols.chunks(CARD.symbols_per_message) {
            for channel in Channel::wanted(self.bars) {
                let id = self.unanswered.number();
                messages.extend(request(id, "unsubscribe", *channel, chunk));
            }
        }
        messages
    }
}

fn request(id: u64, method: &'static str, channel: Channel, symbols: &[&Symbol]) -> Option<String> {
    let names = distinct(symbols.iter().map(|symbol| symbol::native(symbol)));
    // The newest trades and the present best prices are wanted; minutes that are over are not.
    let snapshot = match channel {
        Channel::Trade | Channel::Ticker => true,
        Channel::Minute => false,
    };
    let params = Params {
        channel: channel.as_str(),
        symbol: &names,
        event_trigger: (channel == Channel::Ticker).then_some("bbo"),
        interval: (channel == Channel::Minute).then_some(1),
        snapshot: (method == "subscribe").then_some(snapshot),
    };
    // Texts and numbers can always be written.
    serde_json::to_string(&Request {
        method,
        params,
        req_id: id,
    })
    .ok()
}
