//! A reader against a server that forgets, repeats, reorders and drops.

mod accounts;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::DateTime;
use model::{Gap, Moment, Received, Symbol, Tick, TransportKind};
use proptest::prelude::*;
use provider::VenueName;
use serde_json::Value;
use transport::Outbound;

use super::*;
use crate::request::Request;
use crate::subscriptions::{Batch, Desired};

const SYMBOLS: [&str; 2] = ["A", "B"];

/// One thing that happens to the server or to the line between.
#[derive(Clone, Debug)]
enum Happening {
    /// Something is traded, and told to those who listen.
    Trade {
        symbol: usize,
        times: u64,
    },
    /// The newest message on its way is lost.
    Lose,
    /// It comes twice.
    Repeat,
    /// The two newest change places.
    Swap,
    /// The line is cut, with all that is on its way, and made anew.
    Cut,
    /// The server forgets everything before the last few.
    Forget {
        keeps: u64,
    },
    /// It starts again and counts from the beginning.
    Restart,
    /// What is on its way arrives.
    Arrive,
    Pass {
        millis: u64,
    },
}

fn happenings(restarts: bool) -> impl Strategy<Value = Vec<Happening>> {
    let happening = prop_oneof![
        10 => (0..SYMBOLS.len(), 1u64..6).prop_map(|(symbol, times)| Happening::Trade { symbol, times }),
        2 => Just(Happening::Lose),
        1 => Just(Happening::Repeat),
        1 => Just(Happening::Swap),
        2 => Just(Happening::Cut),
        1 => (0u64..5).prop_map(|keeps| Happening::Forget { keeps }),
        u32::from(restarts) => Just(Happening::Restart),
        6 => Just(Happening::Arrive),
        2 => (0u64..4_000).prop_map(|millis| Happening::Pass { millis }),
    ];
    prop::collection::vec(happening, 1..150)
}

/// What the server has told of one symbol in one epoch, and from which number on it still knows.
#[derive(Default)]
struct Told {
    last: u64,
    forgotten: u64,
}

struct World {
    replays: bool,
    epoch: u64,
    told: [Told; 2],
    listening: bool,
    way: VecDeque<String>,
    /// What was sent once more over this line.
    again: BTreeSet<String>,
    now: Moment,
    reader: Reader,
    translator: Box<dyn Venue>,
    desired: Desired,
    asked: Asked,
    line: LineId,
    /// Whatever is on its way arrives before time passes, and what is sent again arrives at all.
    prompt: bool,
    burst: Burst,
    /// What was handed on, by epoch and symbol.
    seen: BTreeMap<(u64, SymbolKey), Vec<u64>>,
    lost: BTreeMap<(u64, SymbolKey), BTreeSet<u64>>,
    /// The epoch that the reader is in, and the first number that it could know there.
    reading: u64,
    first: BTreeMap<(u64, SymbolKey), u64>,
}

impl World {
    fn new(replays: bool) -> Self {
        let mut desired = Desired::default();
        desired.wish(&BTreeMap::from([
            (SymbolKey(0), Symbol::new(SYMBOLS[0])),
            (SymbolKey(1), Symbol::new(SYMBOLS[1])),
        ]));
        let translator = VenueName::SIM.translator();
        let card = VenueName::SIM.card();
        let mut world = Self {
            replays,
            epoch: 0,
            told: Default::default(),
            listening: false,
            way: VecDeque::new(),
            again: BTreeSet::new(),
            now: Moment::START,
            reader: Reader::new(Source::Simulated, card, Redaction::default()),
            translator,
            desired,
            asked: Asked::new(card, TransportKind::WebSocket),
            line: LineId(0),
            prompt: false,
            burst: Burst::new(Received {
                wall: DateTime::UNIX_EPOCH,
                at: Moment::START,
            }),
            seen: BTreeMap::new(),
            lost: BTreeMap::new(),
            reading: 0,
            first: BTreeMap::new(),
        };
        world.connect();
        world
    }

    fn connect(&mut self) {
        self.way.clear();
        self.again.clear();
        self.listening = true;
        self.translator = VenueName::SIM.translator();
        self.burst.begin(Received {
            wall: DateTime::UNIX_EPOCH,
            at: self.now,
        });
        self.reader.end_line(self.line, self.now, &mut self.burst);
        self.look(None);
        self.line = LineId(self.line.0 + 1);
        self.asked = Asked::new(self.translator.card(), TransportKind::WebSocket);
        self.reader.begin_line(self.line, Telling::Everything);
        self.way.push_back(format!(
            r#"{{"type":"welcome","epoch":"{}","market_time":"2026-01-05T14:30:00Z","rate":1}}"#,
            self.epoch
        ));
        self.ask();
    }

    /// What the feed does when something is open, and how the server answers.
    fn ask(&mut self) {
        for batch in self.asked.next(&self.desired, self.now) {
            let symbols = match batch {
                Batch::Ask(symbols) => symbols,
                // Nothing has arrived for a while; it is asked for again.
                Batch::Refuse(_) => continue,
                Batch::Release(symbols) => panic!("nobody gave up {symbols:?}"),
                Batch::Fetch(_) | Batch::Exchange { .. } => panic!("nothing is fetched on a socket"),
            };
            let mut request = Request {
                bars: false,
                translator: self.translator.as_mut(),
                sequence: self.reader.sequence(),
            };
            let asked = request.messages(&symbols);
            asked.into_iter().for_each(|message| self.hear(message));
        }
    }

    fn hear(&mut self, message: Outbound) {
        let Outbound::Text(message) = message else {
            panic!("not for a WebSocket: {message:?}")
        };
        let message: Value = serde_json::from_str(&message).unwrap();
        let epoch = self.epoch.to_string();
        let same_epoch = message["epoch"].as_str() == Some(&epoch);
        for (place, symbol) in message["symbols"].as_array().unwrap().iter().enumerate() {
            let symbol = symbol.as_str().unwrap();
            let after = message["after"].get(place).and_then(Value::as_u64);
            self.answer(symbol, after, same_epoch);
        }
    }

    fn answer(&mut self, symbol: &str, after: Option<u64>, same_epoch: bool) {
        let at = SYMBOLS.iter().position(|known| *known == symbol).unwrap();
        let Told { last, forgotten } = self.told[at];
        let ack = |seq: u64, word: &str| {
            format!(r#"{{"type":"ack","id":1,"symbol":"{symbol}","seq":{seq}{word}}}"#)
        };
        match after.filter(|_| self.replays) {
            Some(after) if same_epoch && after >= forgotten && after <= last => {
                self.way.push_back(ack(after, r#","recovered":true"#));
                let missed: Vec<_> = (after + 1..=last).map(|seq| trade(symbol, seq)).collect();
                self.again.extend(missed.iter().cloned());
                self.way.extend(missed);
            }
            known => {
                let word = known.map_or("", |_| r#","recovered":false"#);
                self.way.push_back(ack(last, word));
                self.way.push_back(format!(
                    r#"{{"type":"snapshot","symbol":"{symbol}","seq":{last},"price":"1"}}"#
                ));
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Trade { symbol, times } => {
                for _ in 0..times {
                    self.told[symbol].last += 1;
                    let message = trade(SYMBOLS[symbol], self.told[symbol].last);
                    if self.listening {
                        self.way.push_back(message);
                    }
                }
            }
            // Only what is counted may be lost or doubled: the rest is a server's business to get right.
            Happening::Lose if self.newest_are_trades(1) && !self.newest_is_owed() => {
                self.way.pop_back();
            }
            Happening::Repeat if self.newest_are_trades(1) => {
                let newest = self.way.back().cloned();
                self.way.extend(newest);
            }
            Happening::Swap if self.newest_are_trades(2) => {
                let at = self.way.len() - 1;
                self.way.swap(at, at - 1);
            }
            Happening::Lose | Happening::Repeat | Happening::Swap => {}
            Happening::Cut => self.connect(),
            Happening::Forget { keeps } => {
                for told in &mut self.told {
                    told.forgotten = told.forgotten.max(told.last.saturating_sub(keeps));
                }
            }
            Happening::Restart => {
                self.epoch += 1;
                self.told = Default::default();
                self.connect();
            }
            Happening::Arrive => self.arrive(),
            Happening::Pass { millis } => self.pass(Duration::from_millis(millis)),
        }
    }

    fn newest_are_trades(&self, count: usize) -> bool {
        self.way.len() >= count
            && self
                .way
                .iter()
                .rev()
                .take(count)
                .all(|message| message.contains(r#""type":"trade""#))
    }

    /// Of an answer that is lost, and behind which nothing comes, nobody learns that it was
    /// sent. Who waits for it stops at some time, and tells what is missing.
    fn newest_is_owed(&self) -> bool {
        self.prompt && self.way.back().is_some_and(|newest| self.again.contains(newest))
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            if self.prompt {
                self.arrive();
            }
            let deadlines = [self.reader.sequence().deadline(), self.asked.deadline()];
            let next = deadlines.into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else {
                break;
            };
            self.now = self.now.max(next);
            self.timers();
        }
        self.now = end;
    }

    /// As the supervisor does after whatever has happened.
    fn timers(&mut self) {
        self.burst.begin(Received {
            wall: DateTime::UNIX_EPOCH,
            at: self.now,
        });
        for (_, key) in self.reader.overdue(self.now, &mut self.burst) {
            self.asked.ask_again(key);
        }
        self.look(None);
        self.ask();
    }

    fn arrive(&mut self) {
        // Asking puts more on its way.
        while let Some(message) = self.way.pop_front() {
            let wall = DateTime::UNIX_EPOCH;
            self.burst.begin(Received { wall, at: self.now });
            let before = self.reader.sequence().known_epoch().map(str::to_owned);
            let hearing = Hearing {
                line: self.line,
                path: None,
                telling: Telling::Everything,
                translator: self.translator.as_mut(),
                asked: &mut self.asked,
                directory: self.desired.directory(),
            };
            self.reader
                .read(&message, hearing, &mut self.burst, &mut Vec::new());
            // What is said when an epoch begins is still of the one before.
            self.look(before);
            if self.way.is_empty() {
                self.timers();
            }
        }
    }

    fn look(&mut self, epoch: Option<String>) {
        let known = self.reader.sequence().known_epoch();
        if let Some(epoch) = epoch.as_deref().or(known) {
            self.reading = epoch.parse().unwrap();
        }
        for update in std::mem::take(&mut self.burst.updates) {
            match update {
                Update::Tick {
                    key,
                    tick: Tick::Trade(trade),
                    ..
                } => {
                    let seq = trade.id.unwrap().as_str().parse().unwrap();
                    self.first.entry((self.reading, key)).or_insert(seq);
                    self.seen.entry((self.reading, key)).or_default().push(seq);
                }
                Update::Gap {
                    key,
                    gap: Gap { from, to },
                } => {
                    self.lost
                        .entry((self.reading, key))
                        .or_default()
                        .extend(from..=to);
                }
                Update::Snapshot { key, .. } => {
                    let from = self.reader.sequence().last(key).unwrap() + 1;
                    self.first.entry((self.reading, key)).or_insert(from);
                }
                Update::Accepted { .. }
                | Update::Refused { .. }
                | Update::Tick { .. }
                | Update::Session { .. }
                | Update::Bar { .. }
                | Update::Day { .. }
                | Update::Amended { .. }
                | Update::Filled { .. }
                | Update::Clock(_)
                | Update::Source(_)
                | Update::Pong { .. } => {}
            }
        }
    }
}

fn trade(symbol: &str, seq: u64) -> String {
    format!(
        r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"time":"2026-01-05T14:30:00Z","price":"1","id":"{seq}"}}"#
    )
}
