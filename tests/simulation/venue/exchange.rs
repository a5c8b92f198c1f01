//! What was traded. A trade's price is its epoch and its number, so whoever
//! sees one anywhere knows which it is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{BEGIN, said};

/// What is traded here. Whatever else is asked for is unknown.
pub(crate) const SYMBOLS: [&str; 4] = ["NVX", "HLQ", "ORB", "ZED"];
/// Who was away for more than so many trades has lost some.
const KEPT: u64 = 60;
/// Between two trades of one symbol, in milliseconds.
const PACE: Range<u64> = 200..1_600;
/// More trades than any epoch has.
const EPOCH: u64 = 1_000_000;

/// What a price says of where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Known {
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
}

/// The price of a trade.
pub(crate) const fn figure(known: Known) -> u64 {
    known.epoch * EPOCH + known.seq
}

pub(crate) const fn read_figure(price: u64) -> Known {
    Known {
        epoch: price / EPOCH,
        seq: price % EPOCH,
    }
}

/// The market that all hosts of the venue tell of.
#[derive(Debug)]
pub(crate) struct Exchange {
    begin: Instant,
    books: Mutex<Books>,
    changed: watch::Sender<u64>,
}

#[derive(Debug)]
struct Books {
    epoch: u64,
    /// The number of the newest event of each symbol.
    last: BTreeMap<&'static str, u64>,
    open: bool,
    pace: Range<u64>,
    /// The numbers at which the market has closed and opened in this epoch.
    sessions: BTreeMap<(&'static str, u64), bool>,
}

/// How far one client has been told.
#[derive(Debug, Default)]
pub(super) struct Reach {
    epoch: u64,
    told: BTreeMap<&'static str, u64>,
}

/// What a client says that it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since {
    pub(super) epoch: u64,
    pub(super) after: u64,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self {
            begin: Instant::now(),
            books: Mutex::new(Books {
                epoch: 1,
                last: SYMBOLS.iter().map(|symbol| (*symbol, 0)).collect(),
                open: true,
                pace: PACE,
                sessions: BTreeMap::new(),
            }),
            changed: watch::Sender::new(0),
        }
    }

    /// Trades for ever; as long as the market is closed nothing happens.
    pub(crate) async fn trade(&self, seed: u64) {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut waits = SYMBOLS.map(|_| dice.u64(PACE));
        let mut changes = self.changes();
        loop {
            while !self.lock().open && changes.changed().await.is_ok() {}
            let next = waits.iter().copied().min().unwrap_or(PACE.start);
            sleep(Duration::from_millis(next.max(1))).await;
            let mut books = self.lock();
            for (symbol, wait) in SYMBOLS.iter().zip(&mut waits) {
                *wait -= next;
                if *wait == 0 {
                    *wait = dice.u64(books.pace.clone());
                    if books.open {
                        *books.last.entry(symbol).or_default() += 1;
                    }
                }
            }
            drop(books);
            self.changed.send_modify(|version| *version += 1);
        }
    }

    /// All numbers begin anew.
    pub(crate) fn begin_epoch(&self) {
        let mut books = self.lock();
        books.epoch += 1;
        books.last.values_mut().for_each(|last| *last = 0);
        books.sessions.clear();
        drop(books);
        self.changed.send_modify(|version| *version += 1);
    }

    /// The market closes, or opens.
    pub(crate) fn set_open(&self, open: bool) {
        let mut books = self.lock();
        let Books {
            last,
            sessions,
            open: is_open,
            ..
        } = &mut *books;
        *is_open = open;
        for (symbol, last) in last {
            *last += 1;
            sessions.insert((symbol, *last), open);
        }
        drop(books);
        self.changed.send_modify(|version| *version += 1);
    }

    /// Since 1970, in milliseconds.
    pub(super) fn millis(&self) -> u128 {
        u128::from(BEGIN) * 1_000 + self.begin.elapsed().as_millis()
    }

    /// Between two trades of one symbol from now on, in milliseconds.
    pub(crate) fn set_pace(&self, pace: Range<u64>) {
        self.lock().pace = pace;
    }

    /// The newest trade of a symbol.
    pub(crate) fn newest(&self, symbol: &str) -> Option<Known> {
        let books = self.lock();
        let seq = books.last.get(symbol).copied()?;
        Some(Known {
            epoch: books.epoch,
            seq,
        })
    }

    pub(super) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A client begins, and is welcomed.
    pub(super) fn enter(&self, out: &mut Vec<String>) -> Reach {
        let epoch = self.epoch();
        out.push(said::welcome(epoch));
        Reach {
            epoch,
            told: BTreeMap::new(),
        }
    }

    /// Answers for one symbol, from where the client is on.
    pub(super) fn listen(
        &self,
        reach: &mut Reach,
        symbol: &str,
        id: u64,
        since: Option<Since>,
        out: &mut Vec<String>,
    ) {
        let books = self.lock();
        let Some((symbol, last)) = books.last.get_key_value(symbol) else {
            out.push(said::unknown(id, symbol));
            return;
        };
        let whole = since.map(|since| {
            let is_kept = since.epoch == books.epoch && since.after <= *last && last - since.after <= KEPT;
            is_kept.then_some(since.after)
        });
        // An epoch that began since the welcome is told by the next news.
        if reach.epoch != books.epoch {
            reach.told.insert(symbol, 0);
            return;
        }
        let from = match whole {
            Some(Some(after)) => {
                out.push(said::ack(id, symbol, after, Some(true), books.open));
                after
            }
            Some(None) | None => {
                out.push(said::ack(id, symbol, *last, whole.map(|_| false), books.open));
                out.push(said::snapshot(symbol, books.epoch, *last, books.open));
                *last
            }
        };
        reach.told.insert(symbol, from);
    }

    /// Listens without a word about how things stand.
    pub(super) fn join(&self, reach: &mut Reach, symbol: &str) {
        let books = self.lock();
        if let Some((symbol, last)) = books.last.get_key_value(symbol) {
            reach.told.insert(symbol, *last);
        }
    }

    /// What was traded since, for those who have joined.
    pub(super) fn trades(&self, reach: &mut Reach) -> Vec<(&'static str, Known)> {
        let books = self.lock();
        let epoch = books.epoch;
        let mut trades = Vec::new();
        for (symbol, told) in &mut reach.told {
            let last = books.last.get(symbol).copied().unwrap_or_default();
            trades.extend((*told + 1..=last).map(|seq| (*symbol, Known { epoch, seq })));
            *told = last;
        }
        trades
    }

    /// Whether the symbol was listened to.
    pub(super) fn leave(reach: &mut Reach, symbol: &str) {
        reach.told.remove(symbol);
    }

    /// What has happened since for those who listen: the trade's symbol and its text.
    pub(super) fn news(&self, reach: &mut Reach, out: &mut Vec<(&'static str, String)>) {
        let books = self.lock();
        if reach.epoch != books.epoch {
            reach.epoch = books.epoch;
            out.push(("", said::welcome(books.epoch)));
            for (symbol, told) in &mut reach.told {
                let last = books.last.get(symbol).copied().unwrap_or_default();
                out.push(("", said::ack(0, symbol, last, None, books.open)));
                out.push(("", said::snapshot(symbol, books.epoch, last, books.open)));
                *told = last;
            }
            return;
        }
        for (symbol, told) in &mut reach.told {
            let last = books.last.get(symbol).copied().unwrap_or_default();
            for seq in *told + 1..=last {
                let text = match books.sessions.get(&(*symbol, seq)) {
                    Some(open) => said::status(symbol, books.epoch, seq, *open),
                    None => said::trade(symbol, books.epoch, seq),
                };
                out.push((symbol, text));
            }
            *told = last;
        }
    }

    /// Where this client is, as a word that it can come back with.
    pub(super) fn cursor(reach: &Reach) -> String {
        let mut cursor = reach.epoch.to_string();
        for (symbol, told) in &reach.told {
            cursor.push_str(&format!("-{symbol}.{told}"));
        }
        cursor
    }

    /// The other way round; `None` when something of it is gone.
    pub(super) fn at_cursor(&self, cursor: &str) -> Option<Reach> {
        let books = self.lock();
        let mut parts = cursor.split('-');
        let epoch = parts.next()?.parse().ok()?;
        if epoch != books.epoch {
            return None;
        }
        let mut reach = Reach {
            epoch,
            told: BTreeMap::new(),
        };
        for part in parts {
            let (symbol, told) = part.split_once('.')?;
            let (symbol, last) = books.last.get_key_value(symbol)?;
            let told: u64 = told.parse().ok()?;
            if last.checked_sub(told)? > KEPT {
                return None;
            }
            reach.told.insert(symbol, told);
        }
        Some(reach)
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
