use model::{Precision, SymbolKey};

use super::{CRYPTO, FX, IEX, SPY, at};
use crate::trial::Trial;
use crate::{Event, Unreadable};

#[test]
fn the_latest_prices_of_stocks_are_the_state_of_things() {
    let mut trial = Trial::of(IEX, &["SPY", "BRK.B"]);
    let paths = trial.fetch();
    assert_eq!(paths, ["/iex/?tickers=spy,brk-b"]);
    let text = r#"[{"ticker":7},{"ticker":"SPY","timestamp":"2025-03-14T20:00:00+00:00","quoteTimestamp":null,"lastSaleTimestamp":"2025-03-14T19:59:59.99+00:00","last":561.6,"lastSize":100,"tngoLast":561.55,"prevClose":560.17,"open":559.65,"high":562.23,"low":0,"mid":null,"volume":9567133,"bidSize":null,"bidPrice":null,"askSize":null,"askPrice":null},{"ticker":"BRK-B","timestamp":"2025-03-14T20:00:00+00:00","last":null,"tngoLast":500.25,"bidPrice":500,"bidSize":3,"askPrice":0,"askSize":0}]"#;
    let (events, told) = trial.answered(&paths[0], text);
    assert_eq!(told, Err(Unreadable::Json), "one of them is none");
    let [
        Event::Accepted {
            key: SPY, instrument, ..
        },
        Event::Day { figures, .. },
        Event::Snapshot { snapshot, .. },
        Event::Accepted { .. },
        Event::Snapshot {
            key: SymbolKey(1),
            snapshot: other,
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    assert_eq!(figures.reference, "560.17".parse().ok());
    assert_eq!((figures.low, figures.open), (None, "559.65".parse().ok()));
    assert_eq!(
        snapshot.last,
        Some(("561.6".parse().unwrap(), "100".parse().ok()))
    );
    assert_eq!(snapshot.time, at(1_741_982_399, 990_000_000));
    assert_eq!((snapshot.bid, snapshot.ask), (None, None));
    assert_eq!(other.last, Some(("500.25".parse().unwrap(), None)));
    assert_eq!((other.bid.is_some(), other.ask), (true, None));
}

#[test]
fn the_latest_prices_of_pairs_are_read_where_they_stand() {
    let mut trial = Trial::of(CRYPTO, &["BTC-USD"]);
    let paths = trial.fetch();
    assert_eq!(paths, ["/tiingo/crypto/top?tickers=btcusd"]);
    let text = r#"[{"ticker":"btcusd","baseCurrency":"btc","quoteCurrency":"usd","topOfBookData":[{"quoteTimestamp":"2026-07-12T00:56:33.039406+00:00","lastSaleTimestamp":"2026-07-12T00:54:45.080000+00:00","bidSize":0.135,"bidPrice":69802.719,"askSize":2.82e-2,"askPrice":69810.3,"lastSize":0.00095135,"lastPrice":69807.834,"bidExchange":"A","askExchange":"B","lastExchange":"A"}]}]"#;
    let (events, told) = trial.answered(&paths[0], text);
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { .. },
        Event::Snapshot {
            snapshot, precision, ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        snapshot.last,
        Some(("69807.834".parse().unwrap(), "0.00095135".parse().ok()))
    );
    assert_eq!(
        snapshot.ask,
        Some(("69810.3".parse().unwrap(), "0.0282".parse().ok()))
    );
    assert_eq!(*precision, Precision::new(6));
}

#[test]
fn the_latest_prices_of_currencies_have_no_last_one() {
    let mut trial = Trial::of(FX, &["EUR/USD"]);
    let paths = trial.fetch();
    assert_eq!(paths, ["/tiingo/fx/top?tickers=eurusd"]);
    let text = r#"[{"ticker":"eurusd","quoteTimestamp":"2026-07-12T00:56:33.039406+00:00","midPrice":1.08005,"bidSize":1000000.0,"bidPrice":1.08,"askSize":1000000.0,"askPrice":1.0801}]"#;
    let (events, told) = trial.answered(&paths[0], text);
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted {
            instrument,
            session: None,
            ..
        },
        Event::Snapshot { snapshot, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    assert_eq!((snapshot.last, snapshot.bid.is_some()), (None, true));
    let trouble = r#"{"detail":"Not found."}"#;
    assert_eq!(
        trial.answered(&paths[0], trouble).0,
        [Event::Complaint {
            why: "Not found.".to_owned()
        }]
    );
}
