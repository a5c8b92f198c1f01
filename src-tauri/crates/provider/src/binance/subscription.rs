//! What is asked, and what was not answered yet.
//!
//! ```json
//! {"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@miniTicker"],"id":1}
//! {"method":"UNSUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@miniTicker"],"id":2}
//! ```

use model::Symbol;
use serde::Serialize;

use super::CARD;
use super::channel::Channel;
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
    params: &'a [String],
    id: u64,
}

impl Requests {
    pub(super) fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.bars |= asking.bars;
        let chunks = asking.chunks(CARD.symbols_per_message);
        let messages = chunks.filter_map(|chunk| {
            let symbols: Vec<_> = chunk.symbols.iter().map(|wanted| wanted.symbol).collect();
            let id = self.unanswered.ask(symbols.iter().copied().cloned().collect());
            request(id, "SUBSCRIBE", &symbols, chunk.bars)
        });
        messages.collect()
    }

    pub(super) fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let chunks = symbols.chunks(CARD.symbols_per_message);
        chunks
            .filter_map(|chunk| request(self.unanswered.number(), "UNSUBSCRIBE", chunk, self.bars))
            .collect()
    }
}

fn request(id: u64, method: &'static str, symbols: &[&Symbol], bars: bool) -> Option<String> {
    let channels = Channel::wanted(bars);
    let streams = symbols
        .iter()
        .flat_map(|symbol| channels.iter().map(|channel| channel.stream(symbol)));
    let params = distinct(streams);
    // Texts and numbers can always be written.
    serde_json::to_string(&Request {
        method,
        params: &params,
        id,
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wanted;

    fn ask(requests: &mut Requests, names: &[&str], bars: bool) -> Vec<String> {
        let symbols: Vec<_> = names.iter().map(|name| Symbol::new(name)).collect();
        let wanted: Vec<_> = symbols
            .iter()
            .map(|symbol| Wanted { symbol, after: None })
            .collect();
        requests.subscribe(Asking {
            symbols: &wanted,
            epoch: None,
            bars,
        })
    }

    #[test]
    fn a_symbol_is_asked_for_by_its_streams_in_small_letters() {
        let mut requests = Requests::default();
        assert_eq!(
            ask(&mut requests, &["BTC-USDT"], false),
            [
                r#"{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@miniTicker"],"id":1}"#
            ]
        );
        assert_eq!(
            requests.unsubscribe(&[&Symbol::new("BTC-USDT")]),
            [
                r#"{"method":"UNSUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@miniTicker"],"id":2}"#
            ]
        );
    }

    #[test]
    fn two_ways_to_write_one_are_asked_for_once() {
        let mut requests = Requests::default();
        let asked = ask(&mut requests, &["BTC-USDT", "btcusdt"], false);
        assert_eq!(asked[0].matches("btcusdt@trade").count(), 1, "{asked:?}");
        assert_eq!(requests.unanswered.answered(1).unwrap().len(), 2);
    }

    #[test]
    fn bars_are_a_stream_of_their_own() {
        let mut requests = Requests::default();
        let asked = ask(&mut requests, &["ethbtc"], true);
        assert_eq!(
            asked,
            [
                r#"{"method":"SUBSCRIBE","params":["ethbtc@trade","ethbtc@bookTicker","ethbtc@miniTicker","ethbtc@kline_1m"],"id":1}"#
            ]
        );
        let given_up = requests.unsubscribe(&[&Symbol::new("ethbtc")]);
        assert!(given_up[0].contains("ethbtc@kline_1m"), "{given_up:?}");
    }

    #[test]
    fn no_message_is_longer_than_the_card_says() {
        let mut requests = Requests::default();
        let names: Vec<_> = (0..201).map(|n| format!("SYMBOL{n}-USDT")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let messages = ask(&mut requests, &names, true);
        assert_eq!(messages.len(), 6);
        assert!(messages.iter().all(|message| message.len() <= CARD.message_max));
        assert!(CARD.symbols_per_connection.unwrap() * Channel::ALL.len() <= 1_024);
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let asked = ask(&mut Requests::default(), &["a\"]}"], false);
        assert!(asked[0].contains(r#""a\"]}@trade""#), "{asked:?}");
    }
}
