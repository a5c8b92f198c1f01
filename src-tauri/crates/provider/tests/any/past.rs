//! What each venue is asked of its past, and what is read of its answers.

use std::path::Path;

use model::{Candle, Symbol, Timeframe};
use provider::{History, NoHistory, Stretch, VenueName};

use crate::dice::Dice;
use crate::fuzz;
use crate::mutation::changed;

/// 2026-01-05T14:30:00Z, as in all that stands in `fixtures`.
const FROM: i64 = 1_767_623_400;
const HOUR: i64 = 3_600;
/// Of each venue, for `cargo test`; more by the variable that all of these tests know.
const RUNS_USUAL: u64 = 300;

/// Of two minutes, with the digits that stand in its answer.
struct Asked {
    venue: &'static str,
    symbol: &'static str,
    path: &'static str,
    /// Which line of its file is a page.
    line: usize,
    candles: &'static [&'static str],
}

const SHARES: &[&str] = &[
    "0 o 187.2 h 187.3 l 187.18 c 187.24 v 41200 n 308",
    "60 o 187.24 h 187.31 l 187.2 c 187.25 v 5300 n 61",
];
const COINS: &[&str] = &[
    "0 o 64195.2 h 64211.5 l 64190 c 64210.5 v 12.5 n 0",
    "60 o 64210.5 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 0",
];

const ASKED: &[Asked] = &[
    Asked {
        venue: "sim",
        symbol: "NVX",
        path: "/v1/history?symbol=NVX&interval=1m&from=2026-01-05T14:30:00Z&to=2026-01-05T15:30:00Z&limit=5000",
        line: 0,
        candles: &[
            "0 o 187.20 h 187.30 l 187.18 c 187.24 v 41200 n 308",
            "60 o 187.24 h 187.31 l 187.20 c 187.25 v 5300 n 61",
        ],
    },
    Asked {
        venue: "coinbase",
        symbol: "btc/usd",
        path: "/products/BTC-USD/candles?granularity=60&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z",
        line: 0,
        candles: &[
            "0 o 64195.2 h 64211.5 l 64190 c 64210.5 v 12.5 n 0",
            "60 o 64210.5 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 0",
        ],
    },
    Asked {
        venue: "coinbase-advanced",
        symbol: "BTC-USD",
        path: "/api/v3/brokerage/market/products/BTC-USD/candles?start=1767623400&end=1767626940&granularity=ONE_MINUTE&limit=350",
        line: 0,
        candles: &[
            "0 o 64195.20 h 64211.50 l 64190.00 c 64210.50 v 12.50000000 n 0",
            "60 o 64210.50 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 0",
        ],
    },
    Asked {
        venue: "binance",
        symbol: "BTC-USDT",
        path: "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1767623400000&endTime=1767626999999&limit=1000",
        line: 0,
        candles: &[
            "0 o 64195.20 h 64211.50 l 64190.00 c 64210.50 v 12.50000000 n 308",
            "60 o 64210.50 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 97",
        ],
    },
    Asked {
        venue: "kraken",
        symbol: "BTC/USD",
        path: "/0/public/OHLC?pair=XBTUSD&interval=1&since=1767623399",
        line: 0,
        candles: &[
            "0 o 64195.2 h 64211.5 l 64190.0 c 64210.5 v 12.50000000 n 308",
            "60 o 64210.5 h 64216.0 l 64200.0 c 64212.3 v 3.14159265 n 97",
        ],
    },
    Asked {
        venue: "bybit",
        symbol: "BTCUSDT",
        path: "/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&start=1767623400000&end=1767626940000&limit=1000",
        line: 0,
        candles: COINS,
    },
    Asked {
        venue: "okx",
        symbol: "btc-usdt",
        path: "/api/v5/market/candles?instId=BTC-USDT&bar=1m&before=1767623399999&after=1767627000000&limit=300",
        line: 0,
        // The other is not finished.
        candles: &["0 o 64195.2 h 64211.5 l 64190 c 64210.5 v 12.5 n 0"],
    },
    Asked {
        venue: "bitstamp",
        symbol: "BTC-USD",
        path: "/api/v2/ohlc/btcusd/?step=60&limit=1000&start=1767623400&end=1767626940",
        line: 0,
        candles: &[
            "0 o 64195.20 h 64211.50 l 64190.00 c 64210.50 v 12.50000000 n 0",
            "60 o 64210.50 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 0",
        ],
    },
    Asked {
        venue: "alpaca:iex",
        symbol: "brk-b",
        path: "/v2/stocks/bars?symbols=BRK.B&timeframe=1Min&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z&limit=1500&sort=desc&adjustment=split&feed=iex",
        line: 0,
        candles: SHARES,
    },
    Asked {
        venue: "alpaca:crypto",
        symbol: "BTC-USD",
        path: "/v1beta3/crypto/us/bars?symbols=BTC%2FUSD&timeframe=1Min&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z&limit=1500&sort=desc",
        line: 1,
        candles: &[
            "0 o 64195.2 h 64211.5 l 64190 c 64210.5 v 12.5 n 308",
            "60 o 64210.5 h 64215.99 l 64200.01 c 64212.34 v 3.14159265 n 97",
        ],
    },
    Asked {
        venue: "massive:stocks",
        symbol: "AAPL",
        path: "/v2/aggs/ticker/AAPL/range/1/minute/1767623400000/1767626940000?adjusted=true&sort=desc&limit=1500",
        line: 0,
        candles: SHARES,
    },
    Asked {
        venue: "massive:crypto",
        symbol: "btc/usd",
        path: "/v2/aggs/ticker/X:BTCUSD/range/1/minute/1767623400000/1767626940000?adjusted=true&sort=desc&limit=1500",
        line: 0,
        candles: SHARES,
    },
    Asked {
        venue: "tiingo:iex",
        symbol: "AAPL",
        path: "/iex/aapl/prices?startDate=2026-01-05&endDate=2026-01-05&resampleFreq=1min&columns=open,high,low,close,volume",
        line: 0,
        candles: &[
            "0 o 187.2 h 187.3 l 187.18 c 187.24 v 4120.0 n 0",
            "60 o 187.24 h 187.31 l 187.2 c 187.25 v 530.0 n 0",
        ],
    },
    Asked {
        venue: "tiingo:crypto",
        symbol: "BTC-USD",
        path: "/tiingo/crypto/prices?tickers=btcusd&startDate=2026-01-05&endDate=2026-01-05&resampleFreq=1min",
        line: 1,
        candles: &["0 o 64195.2 h 64211.5 l 64190.0 c 64210.5 v 12.5 n 0"],
    },
    Asked {
        venue: "twelvedata",
        symbol: "RY:TSX",
        path: "/time_series?symbol=RY%3ATSX&interval=1min&start_date=2026-01-05T14:30:00&end_date=2026-01-05T15:29:00&timezone=UTC&order=DESC&outputsize=1500",
        line: 0,
        candles: &[
            "0 o 187.20000 h 187.30000 l 187.18000 c 187.24000 v 41200 n 0",
            "60 o 187.24000 h 187.31000 l 187.20000 c 187.25000 v 5300 n 0",
        ],
    },
    Asked {
        venue: "eodhd:us",
        symbol: "AAPL.US",
        path: "/intraday/AAPL.US?interval=1m&from=1767623400&to=1767626940&fmt=json",
        line: 0,
        candles: &["0 o 187.2 h 187.3 l 187.18 c 187.24 v 41200 n 0"],
    },
    Asked {
        venue: "yahoo",
        symbol: "eur/usd",
        path: "/v8/finance/chart/EURUSD%3DX?interval=1m&period1=1767623400&period2=1767627000&includePrePost=true",
        line: 0,
        candles: &["0 o 187.2 h 187.3 l 187.18 c 187.24 v 41200 n 0"],
    },
];

fn of(venue: &str) -> (VenueName, &'static History) {
    let venue = VenueName::from_word(venue).unwrap();
    (venue, venue.history().unwrap())
}

fn an_hour(symbol: &str) -> Stretch {
    Stretch {
        symbol: Symbol::new(symbol),
        timeframe: Timeframe::Minute,
        from: FROM,
        until: FROM + HOUR,
    }
}

fn pages(venue: VenueName) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let own = venue.as_str().replace(':', "-");
    let files = [own.as_str(), venue.provider()].map(|name| folder.join(format!("{name}.history.ndjson")));
    // What Binance says its sister says too.
    let sister = venue.provider().split('-').next().unwrap_or_default();
    let sister = folder.join(format!("{sister}.history.ndjson"));
    let text = files
        .iter()
        .chain([&sister])
        .find_map(|file| std::fs::read_to_string(file).ok());
    text.unwrap().lines().map(str::to_owned).collect()
}

fn written(candle: &Candle) -> String {
    let Candle {
        start,
        open,
        high,
        low,
        close,
        volume,
        trades,
    } = candle;
    format!(
        "{} o {open} h {high} l {low} c {close} v {volume} n {trades}",
        start - FROM
    )
}

#[test]
fn a_page_is_asked_for_as_the_venue_wants_it_and_read_to_the_digit() {
    let _alone = fuzz::alone();
    for asked in ASKED {
        let (venue, history) = of(asked.venue);
        let stretch = an_hour(asked.symbol);
        assert_eq!(history.ask(&stretch), asked.path, "{venue}");
        let mut candles = Vec::new();
        history
            .read(&stretch, &pages(venue)[asked.line], &mut candles)
            .unwrap();
        candles.sort_by_key(|candle| candle.start);
        let told: Vec<_> = candles.iter().map(written).collect();
        assert_eq!(told, asked.candles, "{venue}");
    }
}

#[test]
fn every_venue_with_a_past_stands_in_that_table_or_shares_its_words_with_one_that_does() {
    let _alone = fuzz::alone();
    for venue in VenueName::all().filter(|venue| venue.history().is_some()) {
        let provider = venue
            .provider()
            .trim_end_matches("-us")
            .trim_end_matches("-europe");
        let is_there = ASKED.iter().any(|asked| asked.venue.starts_with(provider));
        assert!(is_there, "{venue}");
        assert!(!pages(venue).is_empty(), "{venue}");
    }
}

#[test]
fn what_is_not_of_the_stretch_is_left_out() {
    let _alone = fuzz::alone();
    for asked in ASKED {
        let (venue, history) = of(asked.venue);
        let second = Stretch {
            from: FROM + 60,
            until: FROM + 120,
            ..an_hour(asked.symbol)
        };
        let mut candles = Vec::new();
        history
            .read(&second, &pages(venue)[asked.line], &mut candles)
            .unwrap();
        let told: Vec<_> = candles.iter().map(written).collect();
        assert_eq!(told, asked.candles[1..], "{venue}");
    }
}

#[test]
fn a_venue_that_refuses_is_heard_in_its_own_words() {
    let _alone = fuzz::alone();
    for (venue, words) in [
        ("sim", "no instrument is called XX here"),
        ("coinbase", "exceeds 300"),
        ("coinbase-advanced", "valid product_id is required"),
        ("binance", "Invalid symbol. (-1121)"),
        ("kraken", "EQuery:Unknown asset pair"),
        ("bybit", "Not supported symbols (10001)"),
        ("okx", "doesn't exist. (51001)"),
        ("bitstamp", "Invalid market symbol."),
        ("alpaca:iex", "does not permit querying recent SIP data"),
        ("massive:stocks", "not entitled"),
        ("tiingo:iex", "Not found."),
        ("yahoo", "may be delisted"),
    ] {
        let (venue, history) = of(venue);
        let mut candles = Vec::new();
        let line = pages(venue).pop().unwrap();
        let told = history.read(&an_hour("AAPL"), &line, &mut candles);
        let Err(NoHistory::Denied { why, .. }) = told else {
            panic!("{venue}: {told:?}")
        };
        assert!(why.contains(words), "{venue}: {why}");
        assert_eq!(candles, []);
    }
    // One says so where there is nothing, and that is no refusal.
    let (venue, history) = of("twelvedata");
    let nothing = pages(venue).pop().unwrap();
    assert_eq!(history.read(&an_hour("AAPL"), &nothing, &mut Vec::new()), Ok(()));
}

#[test]
fn whatever_a_venue_answers_of_its_past_is_read_without_a_panic_and_in_bounds() {
    let _alone = fuzz::alone();
    let wanted = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = wanted("TICKWIRE_FUZZ_SEED").unwrap_or(1);
    let runs = wanted("TICKWIRE_FUZZ_RUNS").unwrap_or(RUNS_USUAL);
    let word = std::env::var("TICKWIRE_FUZZ_VENUE").ok();
    for venue in VenueName::all().filter(|venue| word.as_deref().is_none_or(|word| venue.as_str() == word)) {
        let Some(history) = venue.history() else { continue };
        let (pages, stretch) = (pages(venue), an_hour(venue.sample()));
        let mut candles = Vec::new();
        let mut dice = Dice::of(seed, 0);
        for _ in 0..runs {
            candles.clear();
            let line = &pages[dice.below(pages.len())];
            let other = &pages[dice.below(pages.len())];
            let text = changed(line, other, &mut dice);
            let _told = history.read(&stretch, &text, &mut candles);
            assert!(candles.len() <= text.len(), "{venue}: {text}");
            for candle in &candles {
                let inside = (stretch.from..stretch.until).contains(&candle.start);
                assert!(inside && candle.start % 60 == 0, "{venue}: {text}");
                let ordered = candle.low <= candle.open.min(candle.close)
                    && candle.high >= candle.open.max(candle.close);
                assert!(ordered, "{venue}: {text}");
            }
        }
        println!("{venue}: {runs} answers of its past, seed {seed}");
    }
}
