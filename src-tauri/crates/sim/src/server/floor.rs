//! The trading floor: the market, and who wants to hear what of it.
//!
//! One task owns it, so a subscription falls between two ticks and never into
//! one: what is acknowledged with a number goes on with the next.
//!
//! - `seats`: who is here, and what is said to whom
//! - `answers`: what a client that asks is told
//! - `order`: what can be asked of the floor

mod answers;
mod order;
mod seats;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::Tick;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use transport::websocket::{Packed, Packer};

pub(super) use order::{Answer, Manner, Order, Question};

use super::clock::Clock;
use super::outbox::{About, Event, EventKind, Parcel};
use super::tape::{Kept, Tape};
use crate::market::{History, Interval, Market, TapeEntry, TapeEvent};
use crate::protocol::message;
use seats::Seats;

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
/// In nanoseconds.
const MINUTE: i64 = 60_000_000_000;
/// More minutes than a market passes in one stride at any speed.
const BARS_MAX: usize = 10_000;

#[derive(Debug)]
pub(super) struct Floor {
    market: Market,
    epoch: String,
    seats: Seats,
    /// By the place of the instrument: the newest number given. Ours and not
    /// the market's, so that a fault can begin anew or leave some out.
    numbers: Vec<u64>,
    tape: Tape,
    /// Emptied after each use; here to keep its memory.
    fresh: Vec<TapeEntry>,
    packer: Packer,
    history: Arc<History>,
    /// Up to where bars were told.
    minute: DateTime<Utc>,
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

impl Floor {
    pub(super) fn open(market: Market, seed: u64) -> Self {
        Self {
            epoch: epoch(seed, Utc::now()),
            seats: Seats::new(market.len()),
            numbers: vec![0; market.len()],
            tape: Tape::default(),
            fresh: Vec::new(),
            packer: Packer::default(),
            history: market.history(),
            minute: market.now(),
            market,
        }
    }

    /// Trades until nobody can give orders any more.
    pub(super) async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let opened = Instant::now();
        let mut clock = Clock::new(self.market.now(), self.rate(), Utc::now(), opened);
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
            Order::Enter { client, outbox } => {
                outbox.put(self.welcome());
                self.seats.take(client, outbox);
            }
            Order::Subscribe { client, id, wish } => self.subscribe(client, id, &wish),
            Order::Unsubscribe { client, id, symbols } => self.unsubscribe(client, id, &symbols),
            Order::Follow {
                client,
                outbox,
                wish,
                manner,
                placed,
            } => {
                // Whoever has gone meanwhile needs no answer.
                let _gone = placed.send(self.follow(client, outbox, &wish, manner));
            }
            Order::Look { question, answer } => {
                let _gone = answer.send(self.answer(question));
            }
            Order::Leave { client } => self.seats.leave(client),
        }
    }

    fn beat(&mut self) {
        self.seats
            .tell_all(&Parcel::talk(message::heartbeat(self.market.now())));
    }

    /// Lets the market catch up with `time`, a stride at most.
    fn trade(&mut self, time: DateTime<Utc>) -> Progress {
        let next = self.market.next_at();
        if time - next > CATCH_UP_MAX {
            self.market.rest(time);
            return Progress::UpToDate;
        }
        let until = time.min(next + STRIDE);
        self.market.advance(until, &mut self.fresh);
        for entry in std::mem::take(&mut self.fresh) {
            self.publish(entry.listing, entry.event);
        }
        self.bars();
        if until < time {
            Progress::Behind
        } else {
            Progress::UpToDate
        }
    }

    /// Tells the minutes that have ended to those who want them as bars.
    fn bars(&mut self) {
        let now = self.market.now();
        let minute = now - TimeDelta::nanoseconds(now.timestamp_nanos_opt().unwrap_or(0).rem_euclid(MINUTE));
        let from = std::mem::replace(&mut self.minute, minute);
        if from >= minute {
            return;
        }
        for listing in self.seats.wanting_bars() {
            let symbol = self.market.symbol(listing);
            let candles = self
                .history
                .bars(listing, Interval::Minute, Some(from), minute, BARS_MAX);
            for candle in &candles {
                let text = message::bar(symbol, Interval::Minute.as_str(), candle);
                self.seats.tell_bar(listing, &Parcel::talk(text));
            }
        }
    }

    /// Numbers an event, remembers it, and tells those who want it. It is
    /// encoded once, and not at all when nobody does.
    fn publish(&mut self, listing: usize, event: TapeEvent) {
        let seq = self.numbers[listing] + 1;
        self.numbers[listing] = seq;
        let symbol = self.market.symbol(listing);
        if self.seats.are_listening(listing) {
            let position = self.tape.position() + 1;
            let (text, about) = said(symbol, position, listing, seq, &event);
            let packed = if self.seats.pack() {
                self.packer.pack(text.into())
            } else {
                Packed::plain(text.into())
            };
            self.seats.tell(listing, &Parcel { packed, about });
        }
        self.tape.push(Kept { listing, seq, event });
    }
}

/// An event as it is told, and what it is about.
fn said(symbol: &'static str, position: u64, listing: usize, seq: u64, event: &TapeEvent) -> (String, About) {
    let (text, kind) = match event {
        TapeEvent::Tick(tick) => {
            let kind = match tick {
                Tick::Trade(_) => EventKind::Trade,
                Tick::Quote(_) => EventKind::Quote,
            };
            (message::tick(symbol, seq, tick), kind)
        }
        TapeEvent::Session(change) => (message::status(symbol, seq, change), EventKind::Session),
    };
    let event = Event {
        listing,
        symbol,
        seq,
        position,
        kind,
        left_out_from: None,
    };
    (text, About::Event(event))
}

/// Two openings never count on from each other, so their names differ.
fn epoch(seed: u64, opened: DateTime<Utc>) -> String {
    let opened = opened.timestamp_micros() as u64;
    format!("{:016x}", opened.rotate_left(16) ^ seed)
}
