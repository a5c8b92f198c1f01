//! What is sent: messages that are made once and sent again and again, with
//! only their numbers and times written anew.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use provider::VenueName;
use tests::socket::{TEXT, push_frame};

/// Distinct messages; then they begin anew.
pub(crate) const CYCLE: usize = 20_000;
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
/// All numbers have as many digits, so that one can take the place of another.
const FIRST_NUMBER: u64 = 1_000_000_000;
/// One message in so many is a deal, as on a spot market in 2024.
const DEAL_EVERY: u64 = 4;

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Binance,
    Tickwire,
}

impl Words {
    pub(crate) const ALL: [Self; 2] = [Self::Binance, Self::Tickwire];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Binance => "binance",
            Self::Tickwire => "tickwire",
        }
    }

    pub(crate) fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|words| words.as_str() == text)
    }

    pub(crate) const fn venue(self) -> VenueName {
        match self {
            Self::Binance => VenueName::BINANCE,
            Self::Tickwire => VenueName::SIM,
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Binance => "/stream",
            Self::Tickwire => "/v1/stream",
        }
    }

    pub(crate) fn symbol(self, number: usize) -> String {
        match self {
            Self::Binance => format!("COIN{number}USDT"),
            Self::Tickwire => format!("COIN{number}"),
        }
    }

    /// What the simplest client asks with.
    pub(crate) fn wish(self, symbols: usize) -> String {
        let names = |streams: &[&str], lower: bool| -> Vec<String> {
            let names = (0..symbols).flat_map(|number| {
                let name = self.symbol(number);
                let name = if lower { name.to_lowercase() } else { name };
                streams
                    .iter()
                    .map(move |stream| format!("{name}{stream}"))
                    .collect::<Vec<_>>()
            });
            names.collect()
        };
        match self {
            Self::Binance => serde_json::json!({
                "method": "SUBSCRIBE", "params": names(&["@trade", "@bookTicker"], true), "id": 1
            }),
            Self::Tickwire => {
                serde_json::json!({"op": "subscribe", "id": 1, "symbols": names(&[""], false)})
            }
        }
        .to_string()
    }
}

/// One cycle of frames, ready to be sent.
pub(crate) struct Flood {
    words: Words,
    pub(crate) bytes: Vec<u8>,
    numbers: Vec<Number>,
    times: Vec<usize>,
    /// The newest prices of each symbol at the end of a cycle.
    pub(crate) last: Vec<Last>,
}

/// Where a number stands, what it is, and by how much it grows with each cycle.
struct Number {
    at: usize,
    value: u64,
    symbol: usize,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Last {
    pub(crate) price: String,
    pub(crate) bid: String,
    pub(crate) ask: String,
    numbered: u64,
}

impl Flood {
    pub(crate) fn new(words: Words, symbols: usize) -> Self {
        let mut flood = Self {
            words,
            bytes: Vec::new(),
            numbers: Vec::new(),
            times: Vec::new(),
            last: vec![Last::default(); symbols],
        };
        let mut dice = SEED;
        for count in 0..CYCLE {
            let draw = xorshift(&mut dice);
            let symbol = usize::try_from(draw >> 40).unwrap_or_default() % symbols;
            // Every symbol has a deal and a quote at the beginning, whatever is drawn.
            let deal = match count / symbols {
                0 => true,
                1 => false,
                _ => draw.is_multiple_of(DEAL_EVERY),
            };
            let symbol = if count < 2 * symbols {
                count % symbols
            } else {
                symbol
            };
            flood.push(symbol, deal, draw);
        }
        flood
    }

    /// Writes the numbers and times of the next cycle into it.
    pub(crate) fn turn(&mut self, now: DateTime<Utc>) {
        let text = time(self.words, now);
        for at in &self.times {
            self.bytes[*at..*at + text.len()].copy_from_slice(text.as_bytes());
        }
        for number in &mut self.numbers {
            let mut left = number.value;
            for digit in self.bytes[number.at..number.at + 10].iter_mut().rev() {
                *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
                left /= 10;
            }
            number.value += self.last[number.symbol].numbered;
        }
    }

    /// How long a message is on average, with its frame.
    pub(crate) fn message_bytes(&self) -> f64 {
        self.bytes.len() as f64 / CYCLE as f64
    }

    fn push(&mut self, symbol: usize, deal: bool, draw: u64) {
        let cents = 10_000 + draw % 90_000;
        let (whole, part) = (cents / 100, cents % 100);
        let size = 1 + draw % 999;
        let name = self.words.symbol(symbol);
        let text = match (self.words, deal) {
            (Words::Binance, true) => format!(
                r#"{{"stream":"{lower}@trade","data":{{"e":"trade","E":T#,"s":"{name}","t":N#,"p":"{whole}.{part:02}000000","q":"{size}.50000000","T":T#,"m":{side},"M":true}}}}"#,
                lower = name.to_lowercase(),
                side = draw.is_multiple_of(2),
            ),
            (Words::Binance, false) => format!(
                r#"{{"stream":"{lower}@bookTicker","data":{{"u":{update},"s":"{name}","b":"{whole}.{part:02}000000","B":"{size}.78826000","a":"{whole}.{part:02}100000","A":"{size}.54698000"}}}}"#,
                lower = name.to_lowercase(),
                update = 50_000_000_000 + draw % 1_000_000_000,
            ),
            (Words::Tickwire, true) => format!(
                r#"{{"type":"trade","symbol":"{name}","seq":N#,"time":"T#","price":"{whole}.{part:02}","size":"{size}","id":"{id}","side":"{side}"}}"#,
                id = draw % 1_000_000_000,
                side = if draw.is_multiple_of(2) { "buy" } else { "sell" },
            ),
            (Words::Tickwire, false) => format!(
                r#"{{"type":"quote","symbol":"{name}","seq":N#,"time":"T#","bid":"{whole}.{part:02}","bid_size":"{size}","ask":"{whole}.{part:02}1","ask_size":"200"}}"#,
            ),
        };
        let last = &mut self.last[symbol];
        match (self.words, deal) {
            (Words::Binance, true) => last.price = format!("{whole}.{part:02}000000"),
            (Words::Tickwire, true) => last.price = format!("{whole}.{part:02}"),
            (Words::Binance, false) => {
                last.bid = format!("{whole}.{part:02}000000");
                last.ask = format!("{whole}.{part:02}100000");
            }
            (Words::Tickwire, false) => {
                last.bid = format!("{whole}.{part:02}");
                last.ask = format!("{whole}.{part:02}1");
            }
        }
        self.frame(symbol, &text);
    }

    /// Puts places for numbers and times where the marks are.
    fn frame(&mut self, symbol: usize, text: &str) {
        let time = time(self.words, DateTime::UNIX_EPOCH);
        let mut body = String::new();
        let mut marks = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('#') {
            let (before, after) = rest.split_at(at);
            let (before, mark) = before.split_at(before.len() - 1);
            body.push_str(before);
            marks.push((body.len(), mark));
            match mark {
                "N" => body.push_str("0000000000"),
                _time => body.push_str(&time),
            }
            rest = &after[1..];
        }
        body.push_str(rest);
        push_frame(&mut self.bytes, TEXT, body.as_bytes());
        let begin = self.bytes.len() - body.len();
        for (at, mark) in marks {
            if mark == "N" {
                let last = &mut self.last[symbol];
                self.numbers.push(Number {
                    at: begin + at,
                    value: FIRST_NUMBER + last.numbered,
                    symbol,
                });
                last.numbered += 1;
            } else {
                self.times.push(begin + at);
            }
        }
    }
}

/// The first number of each symbol; what was before it is nobody's loss.
pub(crate) const fn before_first() -> u64 {
    FIRST_NUMBER - 1
}

/// Always of the same length.
fn time(words: Words, time: DateTime<Utc>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _written = match words {
        Words::Binance => write!(text, "{:013}", time.timestamp_millis()),
        Words::Tickwire => write!(text, "{}", time.format("%Y-%m-%dT%H:%M:%S%.6fZ")),
    };
    text
}

const fn xorshift(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
