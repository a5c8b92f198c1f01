//! Whatever the venue may send.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const FIXTURES: &str = include_str!("../../../fixtures/alpaca.ndjson");

proptest! {
    #[test]
    fn no_changed_message_makes_it_panic(line: Index, at: Index, byte: u8, fetched: bool) {
        let lines: Vec<_> = FIXTURES.lines().collect();
        let mut text = line.get(&lines).as_bytes().to_vec();
        let at = at.index(text.len());
        text[at] = byte;
        let text = String::from_utf8_lossy(&text);
        let mut venue = admitted(Market::Iex, &["AAPL", "BTC/USD"]);
        let directory = directory(&["AAPL", "BTC/USD"]);
        let mut events = Vec::new();
        let _unread = if fetched {
            venue.read_fetched("/v2/stocks/snapshots?symbols=AAPL", &text, &directory, &mut events)
        } else {
            venue.read(&text, &directory, &mut events)
        };
        prop_assert!(events.len() <= 8, "{:?}", events);
    }
}

#[test]
fn every_fixture_is_read() {
    for line in FIXTURES.lines() {
        assert!(
            hear(&mut admitted(Market::Iex, &["AAPL"]), &directory(&["AAPL"]), line).is_ok(),
            "{line}"
        );
    }
}
