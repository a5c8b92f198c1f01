use super::*;
use crate::{Bundle, VenueName};

fn read(word: &str, symbol: &str) -> Option<Canonical> {
    VenueName::from_word(word)
        .unwrap()
        .canonical(&Symbol::new(symbol))
}

#[test]
fn one_instrument_has_one_name_at_whatever_venue() {
    for (word, symbol) in [
        ("coinbase", "BTC-USD"),
        ("coinbase", "btc/usd"),
        ("coinbase-advanced", "BTC-USDC"),
        ("kraken", "XBT/USD"),
        ("kraken", "btc-usd"),
        ("bitstamp", "btcusd"),
        ("alpaca:crypto", "BTC/USD"),
        ("tiingo:crypto", "btcusd"),
        ("twelvedata", "BTC/USD"),
        ("eodhd:crypto", "BTC-USD.CC"),
        ("massive:crypto", "BTC-USD"),
        ("yahoo", "BTC-USD"),
        ("finnhub", "COINBASE:BTC-USD"),
    ] {
        assert_eq!(
            read(word, symbol),
            Some(Canonical::pair("BTC", "USD")),
            "{word} {symbol}"
        );
    }
    for (word, symbol) in [
        ("binance", "BTCUSDT"),
        ("bybit", "btc-usdt"),
        ("okx", "BTC-USDT"),
        ("finnhub", "BINANCE:BTCUSDT"),
    ] {
        assert_eq!(
            read(word, symbol),
            Some(Canonical::pair("BTC", "USDT")),
            "{word} {symbol}"
        );
    }
    for (word, symbol) in [
        ("tiingo:fx", "eurusd"),
        ("eodhd:forex", "EURUSD.FOREX"),
        ("finnhub", "OANDA:EUR_USD"),
        ("yahoo", "EURUSD=X"),
        ("twelvedata", "EUR/USD"),
    ] {
        assert_eq!(
            read(word, symbol),
            Some(Canonical::pair("EUR", "USD")),
            "{word} {symbol}"
        );
    }
    for (word, symbol) in [
        ("alpaca:iex", "BRK.B"),
        ("massive:stocks", "brk-b"),
        ("tiingo:iex", "brk-b"),
        ("eodhd:us", "BRK-B"),
        ("eodhd:us", "BRK-B.US"),
        ("yahoo", "BRK-B"),
        ("finnhub", "BRK.B"),
        ("twelvedata", "BRK.B"),
    ] {
        assert_eq!(
            read(word, symbol),
            Some(Canonical::share("BRK.B", AMERICA)),
            "{word} {symbol}"
        );
    }
}

#[test]
fn what_is_not_the_same_has_another_name() {
    assert_ne!(
        read("kraken", "BTC/USD"),
        read("binance", "BTCUSDT"),
        "Tether's are no dollars"
    );
    assert_eq!(read("yahoo", "VOD.L"), Some(Canonical::share("VOD", "XLON")));
    assert_eq!(read("yahoo", "0700.HK"), Some(Canonical::share("700", "XHKG")));
    assert_eq!(read("yahoo", "JPY=X"), Some(Canonical::pair("USD", "JPY")));
    assert_eq!(
        read("yahoo", "^GSPC"),
        Some(Canonical::Index {
            ticker: "SPX".to_owned()
        })
    );
    assert_eq!(
        read("alpaca:iex", "BACpA"),
        Some(Canonical::share("BACpA", AMERICA))
    );
    for (word, symbol) in [
        ("sim", "NVX"),
        ("bitstamp", "btcusd-perp"),
        ("okx", "BTC-USDT-SWAP"),
        ("yahoo", "ES=F"),
        ("yahoo", "AB.XY"),
        ("finnhub", "IC MARKETS:1"),
        ("twelvedata", "RY:TSX"),
        ("alpaca:test", "FAKEPACA"),
        ("binance", ""),
        ("binance", "USDT"),
    ] {
        assert_eq!(read(word, symbol), None, "{word} {symbol}");
    }
}

#[test]
fn whatever_is_told_of_the_list_is_read_back_and_written_again() {
    for venue in VenueName::all() {
        for listed in Bundle::here().all() {
            let Some(native) = venue.native(listed) else {
                continue;
            };
            let canonical = venue.canonical(&native);
            let known = Canonical::of(listed).unwrap();
            let canonical = canonical.unwrap_or_else(|| panic!("{venue} {native}"));
            assert_eq!(canonical.ticker(), known.ticker(), "{venue} {native}");
            assert_eq!(
                venue.written(&canonical),
                Some(native.clone()),
                "{venue} {canonical}"
            );
            // For Tether's where there are no dollars.
            if let (Canonical::Share { .. }, _) | (_, Canonical::Share { .. }) = (&canonical, &known) {
                assert_eq!(canonical, known, "{venue} {native}");
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_is_read_as_what_it_was(text in "[A-Za-z0-9./:=^_-]{0,16}") {
        let symbol = Symbol::new(&text);
        for venue in VenueName::all() {
            let Some(canonical) = venue.canonical(&symbol) else { continue };
            if let Some(written) = venue.written(&canonical) {
                proptest::prop_assert_eq!(venue.canonical(&written), Some(canonical), "{} {}", venue, written);
            }
        }
    }
}
