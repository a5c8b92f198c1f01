//! What happens on the market: ticks, numbered by symbol, that never stop for a client.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Everything that was ever traded since the last beginning of the numbers.
pub(crate) struct Market {
    pub(crate) symbols: Vec<String>,
    log: Mutex<Log>,
    moved: watch::Sender<Place>,
}

/// How far a reader has come: which numbering, and how many ticks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) epoch: u64,
    pub(crate) at: usize,
}

#[derive(Default)]
struct Log {
    epoch: u64,
    ticks: Vec<Traded>,
    /// Where in `ticks` each symbol's own are.
    by_symbol: Vec<Vec<u32>>,
    /// The last number of each symbol in the epochs before: a tick's name goes on where its number begins anew.
    names: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Traded {
    pub(crate) symbol: u16,
    pub(crate) seq: u64,
    /// Unlike the number it never begins anew, so it tells a tick from every other of its symbol.
    pub(crate) name: u64,
    /// When it happened, which is the same however often it is told.
    pub(crate) time: DateTime<Utc>,
    /// No trade: the market is like this from now on.
    pub(crate) session: Option<&'static str>,
}

impl Market {
    pub(crate) fn new(symbols: usize) -> Self {
        let symbols: Vec<String> = (0..symbols).map(|number| format!("S{number:03}")).collect();
        let log = Log {
            by_symbol: vec![Vec::new(); symbols.len()],
            names: vec![0; symbols.len()],
            ..Log::default()
        };
        Self {
            symbols,
            log: Mutex::new(log),
            moved: watch::Sender::new(Place { epoch: 0, at: 0 }),
        }
    }

    /// So many ticks of every symbol, in turn. `told` hears of each before anybody can read it.
    pub(crate) fn trade(&self, each: u64, told: impl FnMut(&str, u64)) {
        self.go_on(each, None, told);
    }

    /// All symbols open or close.
    pub(crate) fn turn(&self, session: &'static str, told: impl FnMut(&str, u64)) {
        self.go_on(1, Some(session), told);
    }

    fn go_on(&self, each: u64, session: Option<&'static str>, mut told: impl FnMut(&str, u64)) {
        let time = Utc::now();
        let mut log = self.log();
        for _ in 0..each {
            for (symbol, name) in self.symbols.iter().enumerate() {
                let mine = &log.by_symbol[symbol];
                let seq = mine.len() as u64 + 1;
                let traded = Traded {
                    symbol: u16::try_from(symbol).unwrap_or(u16::MAX),
                    seq,
                    name: log.names[symbol] + seq,
                    time,
                    session,
                };
                told(name, traded.name);
                let at = u32::try_from(log.ticks.len()).unwrap_or(u32::MAX);
                log.ticks.push(traded);
                log.by_symbol[symbol].push(at);
            }
        }
        self.tell(&log);
    }

    /// The numbers begin anew, as after a restart.
    pub(crate) fn begin_anew(&self) {
        let mut log = self.log();
        for symbol in 0..self.symbols.len() {
            let count = log.by_symbol[symbol].len() as u64;
            log.names[symbol] += count;
            log.by_symbol[symbol].clear();
        }
        log.ticks.clear();
        log.epoch += 1;
        self.tell(&log);
    }

    pub(crate) fn place(&self) -> Place {
        *self.moved.borrow()
    }

    pub(crate) fn moves(&self) -> watch::Receiver<Place> {
        self.moved.subscribe()
    }

    pub(crate) fn number_of(&self, symbol: &str) -> Option<usize> {
        self.symbols.iter().position(|known| known == symbol)
    }

    /// The ticks from here on, and how far that is.
    pub(crate) fn since(&self, place: Place) -> (Vec<Traded>, Place) {
        let log = self.log();
        let now = log.place();
        let ticks = if place.epoch == now.epoch {
            log.ticks.get(place.at..)
        } else {
            None
        };
        (ticks.unwrap_or_default().to_vec(), now)
    }

    /// A symbol's number at that place, and the name of that tick.
    pub(crate) fn newest(&self, symbol: usize, place: Place) -> (u64, u64) {
        let log = self.log();
        let seq = log.by_symbol[symbol].partition_point(|at| (*at as usize) < place.at) as u64;
        (seq, log.names[symbol] + seq)
    }

    /// What the tick with this number is called.
    pub(crate) fn name_of(&self, symbol: usize, seq: u64) -> u64 {
        self.log().names[symbol] + seq
    }

    /// What was traded in a symbol behind this number and before that place.
    pub(crate) fn between(&self, symbol: usize, after: u64, place: Place) -> Vec<Traded> {
        let log = self.log();
        let mine = log.by_symbol[symbol]
            .iter()
            .skip(usize::try_from(after).unwrap_or(usize::MAX));
        mine.map(|at| *at as usize)
            .take_while(|at| *at < place.at)
            .map(|at| log.ticks[at])
            .collect()
    }

    fn tell(&self, log: &Log) {
        self.moved.send_replace(log.place());
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn place(&self) -> Place {
        Place {
            epoch: self.epoch,
            at: self.ticks.len(),
        }
    }
}
