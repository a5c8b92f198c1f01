//! What reading one message costs: `cargo bench -p provider`.
//!
//! The same trades and quotes twice: as the page promises them, and with their
//! keys in another order, which takes the reader that anything goes through.

#![expect(
    clippy::disallowed_types,
    reason = "what is measured is the time that really passes"
)]

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use model::{Symbol, SymbolKey};
use provider::{Asking, Directory, VenueName, Wanted};

const SYMBOLS: usize = 64;
const MESSAGES: usize = 4_096;
/// The best of them is what it costs; the others were disturbed.
const ROUNDS: usize = 40;

fn main() -> io::Result<()> {
    let mut directory = Directory::default();
    for number in 0..SYMBOLS {
        let key = SymbolKey(u32::try_from(number).unwrap_or_default());
        directory.insert(Symbol::new(&symbol(number)), key);
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{MESSAGES} messages of {SYMBOLS} symbols, the best of {ROUNDS} rounds, ns a message"
    )?;
    writeln!(out, "{:<16} {:>12} {:>12}", "", "as promised", "any order")?;
    let coinbase = VenueName::from_word("coinbase").unwrap_or(VenueName::SIM);
    for (venue, name, shape) in [
        (VenueName::SIM, "trade", trade as Shape),
        (VenueName::SIM, "quote", quote),
        (VenueName::BINANCE, "trade", deal),
        (VenueName::BINANCE, "bookTicker", best),
        (coinbase, "match", matched),
        (coinbase, "ticker", ticker),
    ] {
        let promised = cost(venue, &directory, &messages(shape, false));
        let any = cost(venue, &directory, &messages(shape, true));
        writeln!(
            out,
            "{:<8} {name:<10} {promised:>9.0} {any:>12.0}",
            venue.as_str()
        )?;
    }
    Ok(())
}

type Shape = fn(usize, bool) -> String;

fn messages(shape: Shape, turned: bool) -> Vec<String> {
    (0..MESSAGES).map(|number| shape(number, turned)).collect()
}

fn symbol(number: usize) -> String {
    format!("SYM{number}")
}

fn trade(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""symbol":"{symbol}","seq":{},"time":"2026-01-05T14:30:00.{:06}Z","price":"{}.{:02}","size":"{}","id":"{}","side":"buy""#,
        number + 1_000,
        number % 1_000_000,
        180 + number % 20,
        number % 100,
        100 + number % 900,
        number + 1_000
    );
    whole("trade", &body, turned)
}

fn quote(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""symbol":"{symbol}","seq":{},"time":"2026-01-05T14:30:00.{:06}Z","bid":"187.{:02}","bid_size":"{}","ask":"188.{:02}","ask_size":"200""#,
        number + 1_000,
        number % 1_000_000,
        number % 100,
        100 + number % 900,
        number % 100,
    );
    whole("quote", &body, turned)
}

fn deal(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""s":"{symbol}","t":{},"p":"{}.{:02}000000","q":"0.{:08}","T":1723161255342,"m":true"#,
        number + 1_000_000,
        61_800 + number % 100,
        number % 100,
        number * 331,
    );
    // The field that nobody looks at comes last, or first.
    enveloped(
        &symbol,
        "trade",
        &if turned {
            format!(r#"{{"M":true,"e":"trade","E":1723161255343,{body}}}"#)
        } else {
            format!(r#"{{"e":"trade","E":1723161255343,{body},"M":true}}"#)
        },
    )
}

fn best(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""s":"{symbol}","b":"61837.{:02}000000","B":"{}.78826000","a":"61838.{:02}000000","A":"{}.54698000""#,
        number % 100,
        number % 30,
        number % 100,
        number % 40,
    );
    let update = 50_093_239_212 + number;
    enveloped(
        &symbol,
        "bookTicker",
        &if turned {
            format!(r#"{{{body},"u":{update}}}"#)
        } else {
            format!(r#"{{"u":{update},{body}}}"#)
        },
    )
}

fn matched(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""trade_id":{},"maker_order_id":"2a0da34e-61f7-4c36-88e5-c9dd15927b16","taker_order_id":"3c82abaa-c01e-4608-be59-6a1e69742891","side":"sell","size":"0.{:08}","price":"{}.{:02}","product_id":"{symbol}","sequence":{},"time":"2026-01-05T14:30:00.{:06}Z""#,
        number + 1_000_000,
        number * 331,
        61_800 + number % 100,
        number % 100,
        number + 90_000_000,
        number % 1_000_000,
    );
    whole("match", &body, turned)
}

/// The best prices, and the figures of a day, which have a place of their own each time.
fn ticker(number: usize, turned: bool) -> String {
    let symbol = symbol(number % SYMBOLS);
    let body = format!(
        r#""sequence":{},"product_id":"{symbol}","price":"61837.{:02}","open_24h":"60990.1","volume_24h":"9214.{:08}","low_24h":"60555","high_24h":"62880.25","volume_30d":"301220.91827364","best_bid":"61837.{:02}","best_bid_size":"{}.40000000","best_ask":"61838.{:02}","best_ask_size":"1.02500000","side":"buy","time":"2026-01-05T14:30:00.{:06}Z","trade_id":{},"last_size":"0.30000000""#,
        number + 90_000_000,
        number % 100,
        number * 331,
        number % 100,
        number % 30,
        number % 100,
        number % 1_000_000,
        number + 1_000_000,
    );
    whole("ticker", &body, turned)
}

fn enveloped(symbol: &str, stream: &str, data: &str) -> String {
    format!(
        r#"{{"stream":"{}@{stream}","data":{data}}}"#,
        symbol.to_lowercase()
    )
}

fn whole(kind: &str, body: &str, turned: bool) -> String {
    if turned {
        format!(r#"{{{body},"type":"{kind}"}}"#)
    } else {
        format!(r#"{{"type":"{kind}",{body}}}"#)
    }
}

fn cost(venue: VenueName, directory: &Directory, messages: &[String]) -> f64 {
    let mut translator = venue.translator();
    let symbols: Vec<_> = (0..SYMBOLS).map(|number| Symbol::new(&symbol(number))).collect();
    let wanted: Vec<_> = symbols
        .iter()
        .map(|symbol| Wanted { symbol, after: None })
        .collect();
    translator.subscribe(Asking {
        symbols: &wanted,
        epoch: None,
        bars: false,
    });
    let mut events = Vec::new();
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for message in messages {
            events.clear();
            // An error would be as quick as it is wrong; the tests look at what is read.
            let _read = black_box(translator.read(black_box(message), directory, &mut events));
            black_box(&events);
        }
        best = best.min(began.elapsed());
    }
    best.as_secs_f64() * 1e9 / MESSAGES as f64
}
