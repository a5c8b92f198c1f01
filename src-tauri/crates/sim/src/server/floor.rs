//! The trading floor: the market, and who wants to hear what of it.
//!
//! One task owns it, so a subscription falls between two ticks and never into
//! one: what is acknowledged with a number goes on with the next.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::clock::Clock;
use super::outbox::Outbox;
use crate::market::{Market, TapeEntry};
use crate::protocol::request::Request;
use crate::protocol::{Code, message};

/// Often enough to notice a dead line within 15 s, as three of them are awaited.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);
/// More than the list of any exchange's members that a person watches.
const SYMBOLS_PER_CLIENT_MAX: usize = 500;
/// Ticks of less than a millisecond apart go out together: the timer is no finer.
const PACE: Duration = Duration::from_millis(1);
/// After a stall the market catches up in pieces, so that clients can be
/// written to in between.
const STRIDE: TimeDelta = TimeDelta::milliseconds(20);
/// What is further behind is not caught up with: nobody was there to trade it.
const CATCH_UP_MAX: TimeDelta = TimeDelta::seconds(2);

/// What a client's task tells the floor.
#[derive(Debug)]
pub(super) enum Order {
    Enter { client: u64, outbox: Outbox },
    Ask { client: u64, request: Request },
    Leave { client: u64 },
}

#[derive(Debug)]
pub(super) struct Floor {
    market: Market,
    epoch: String,
    clients: BTreeMap<u64, Seat>,
    /// By the place of the instrument: those who want its ticks.
    listeners: Vec<BTreeMap<u64, Outbox>>,
    /// Emptied after each use; here to keep its memory.
    tape: Vec<TapeEntry>,
}

enum Wake {
    Beat,
    Order(Order),
    Turn,
}

#[derive(Debug, PartialEq, Eq)]
enum Progress {
    UpToDate,
    Behind,
}

#[derive(Debug)]
struct Seat {
    outbox: Outbox,
    listings: BTreeSet<usize>,
}

impl Floor {
    pub(super) fn open(market: Market, seed: u64) -> Self {
        // Two openings never count on from each other, so their names differ.
        let opened = market.now().timestamp_micros() as u64;
        Self {
            epoch: format!("{:016x}", opened.rotate_left(16) ^ seed),
            clients: BTreeMap::new(),
            listeners: vec![BTreeMap::new(); market.len()],
            tape: Vec::new(),
            market,
        }
    }

    /// Trades until nobody can give orders any more.
    pub(super) async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let opened = Instant::now();
        let mut clock = Clock::new(self.market.now(), opened);
        let mut heartbeat = tokio::time::interval_at(opened + HEARTBEAT, HEARTBEAT);
        let mut turn = opened;
        loop {
            let wake = tokio::select! {
                biased;
                _ = heartbeat.tick() => Wake::Beat,
                order = orders.recv() => match order {
                    Some(order) => Wake::Order(order),
                    None => return,
                },
                () = sleep_until(turn) => Wake::Turn,
            };
            // Before anything else, so that what is said is true now.
            let now = Instant::now();
            turn = match self.trade(clock.read(Utc::now(), now)) {
                Progress::UpToDate => clock.moment(self.market.next_at()).max(now + PACE),
                Progress::Behind => now,
            };
            match wake {
                Wake::Beat => self.beat(),
                Wake::Order(order) => self.carry_out(order),
                Wake::Turn => {}
            }
        }
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Enter { client, outbox } => self.enter(client, outbox),
            Order::Ask { client, request } => match request {
                Request::Subscribe { id, symbols } => self.subscribe(client, id, &symbols),
                Request::Unsubscribe { id, symbols } => self.unsubscribe(client, id, &symbols),
            },
            Order::Leave { client } => self.leave(client),
        }
    }

    fn enter(&mut self, client: u64, outbox: Outbox) {
        outbox.put(message::welcome(&self.epoch, self.market.now(), HEARTBEAT).into());
        let seat = Seat {
            outbox,
            listings: BTreeSet::new(),
        };
        self.clients.insert(client, seat);
    }

    fn subscribe(&mut self, client: u64, id: u64, symbols: &[String]) {
        let Some(seat) = self.clients.get_mut(&client) else {
            return;
        };
        let known: Vec<_> = symbols.iter().map(|symbol| self.market.find(symbol)).collect();
        let new = known
            .iter()
            .filter(|place| !place.is_some_and(|place| seat.listings.contains(&place)))
            .count();
        if seat.listings.len() + new > SYMBOLS_PER_CLIENT_MAX {
            let why = format!("a client may have {SYMBOLS_PER_CLIENT_MAX} symbols at a time");
            seat.outbox
                .put(message::refused(Some(id), Code::TooManySymbols, &why).into());
            return;
        }
        for (symbol, place) in symbols.iter().zip(known) {
            let Some(place) = place else {
                seat.outbox.put(message::unknown_symbol(id, symbol).into());
                continue;
            };
            seat.listings.insert(place);
            self.listeners[place].insert(client, seat.outbox.clone());
            let (seq, state) = self.market.snapshot(place);
            let instrument = self.market.instrument(place);
            seat.outbox.put(message::ack(id, symbol, seq, &instrument).into());
            seat.outbox.put(message::snapshot(symbol, seq, &state).into());
        }
    }

    fn unsubscribe(&mut self, client: u64, id: u64, symbols: &[String]) {
        let Some(seat) = self.clients.get_mut(&client) else {
            return;
        };
        for symbol in symbols {
            if let Some(place) = self.market.find(symbol) {
                seat.listings.remove(&place);
                self.listeners[place].remove(&client);
            }
            seat.outbox.put(message::gone(id, symbol).into());
        }
    }

    fn leave(&mut self, client: u64) {
        if let Some(seat) = self.clients.remove(&client) {
            for place in seat.listings {
                self.listeners[place].remove(&client);
            }
        }
    }

    fn beat(&mut self) {
        let message = Utf8Bytes::from(message::heartbeat(self.market.now()));
        for seat in self.clients.values() {
            seat.outbox.put(message.clone());
        }
    }

    /// Lets the market catch up with `time`, a stride at most.
    fn trade(&mut self, time: DateTime<Utc>) -> Progress {
        let next = self.market.next_at();
        if time - next > CATCH_UP_MAX {
            self.market.rest(time);
            return Progress::UpToDate;
        }
        let until = time.min(next + STRIDE);
        self.market.advance(until, &mut self.tape);
        for entry in self.tape.drain(..) {
            let listeners = &self.listeners[entry.listing];
            if listeners.is_empty() {
                continue;
            }
            let symbol = self.market.symbol(entry.listing);
            let message = Utf8Bytes::from(message::tick(symbol, entry.seq, &entry.tick));
            for outbox in listeners.values() {
                outbox.put(message.clone());
            }
        }
        if until < time {
            Progress::Behind
        } else {
            Progress::UpToDate
        }
    }
}
