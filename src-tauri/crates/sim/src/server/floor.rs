//! The trading floor: the market, and who wants to hear what of it.
//!
//! One task owns it, so a subscription falls between two ticks and never into
//! one: what is acknowledged with a number goes on with the next.
//!
//! - `seats`: who is here, and what is said to whom
//! - `answers`: what a client that asks is told
//! - `order`: what can be asked of the floor
//! - `faults`: what it does to itself when that is wanted

mod answers;
mod faults;
mod order;
mod seats;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Quote, Tick};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use transport::websocket::{Packed, Packer};

pub use order::Traded;
pub(super) use order::{Answer, Found, Manner, Order, Question};

use super::board::{Board, Deed, Weather};
use super::clock::Clock;
use super::outbox::{About, Event, EventKind, Parcel};
use super::tape::{Kept, Tape};
use crate::market::{History, Interval, Market, Scenario, Speed, TapeEntry, TapeEvent};
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
    speed: Speed,
    /// In the market's time.
    stride: TimeDelta,
    catch_up_max: TimeDelta,
    opened: Instant,
    /// What the market's clock showed then.
    opened_at: DateTime<Utc>,
    board: Arc<Board>,
    /// What the board said when it had this version.
    weather: Weather,
    seen: u64,
    /// How many events there were, for faults that concern every so-manieth.
    published: u32,
    /// By the place of the instrument: what is repeated in a burst.
    quotes: Vec<Option<Quote>>,
    seed: u64,
}

enum Wake {
    Beat,
    Order(Order),
    Called(VecDeque<Deed>),
    Turn,
}

#[derive(Debug, PartialEq, Eq)]
enum Progress {
    UpToDate,
    Behind,
}

impl Floor {
    pub(super) fn open(market: Market, scenario: &Scenario, board: Arc<Board>) -> Self {
        let seed = scenario.seed;
        Self {
            speed: scenario.speed,
            stride: scaled(STRIDE, &scenario.speed),
            catch_up_max: scaled(CATCH_UP_MAX, &scenario.speed),
            opened: Instant::now(),
            opened_at: market.now(),
            board,
            weather: Weather::default(),
            seen: 0,
            published: 0,
            quotes: vec![None; market.len()],
            seed,
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
        let mut clock = Clock::new(
            self.market.now(),
            self.speed.factor().unwrap_or(1.0),
            Utc::now(),
            opened,
        );
        let mut heartbeat = tokio::time::interval_at(opened + HEARTBEAT, HEARTBEAT);
        let mut turn = opened;
        let board = Arc::clone(&self.board);
        loop {
            let wake = tokio::select! {
                biased;
                _ = heartbeat.tick() => Wake::Beat,
                order = orders.recv() => match order {
                    Some(order) => Wake::Order(order),
                    None => return,
                },
                deeds = board.called() => Wake::Called(deeds),
                () = sleep_until(turn) => Wake::Turn,
            };
            self.look_up();
            // Before anything else, so that what is said is true now.
            let now = Instant::now();
            let time = clock.read(Utc::now(), now);
            turn = if self.weather.asleep {
                now + HEARTBEAT
            } else if self.speed == Speed::MAX {
                self.race(now)
            } else {
                match self.trade(time) {
                    Progress::UpToDate => clock.moment(self.market.next_at()).max(now + PACE),
                    Progress::Behind => now,
                }
            };
            match wake {
                Wake::Beat => self.beat(),
                Wake::Order(order) => self.carry_out(order),
                Wake::Called(deeds) => deeds.into_iter().for_each(|deed| self.perform(deed)),
                Wake::Turn => {}
            }
        }
    }

    /// Whether something goes wrong now, which seldom changes.
    fn look_up(&mut self) {
        let version = self.board.version();
        if self.seen != version {
            self.seen = version;
            self.weather = self.board.weather();
        }
    }

    fn perform(&mut self, deed: Deed) {
        match deed {
            Deed::Inject { moment, scope } => self.seats.inject(&moment, &scope),
            Deed::NewEpoch => self.begin_anew(),
            // The next turn finds that it is late.
            Deed::Wake => {}
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
            Order::Recall { symbols, trades } => {
                let _gone = trades.send(self.recall(&symbols));
            }
        }
    }

    fn beat(&mut self) {
        self.seats
            .tell_all(&Parcel::talk(message::heartbeat(self.market.now())));
    }

    /// As fast as it goes: a stride now, and the next as soon as everybody has
    /// taken what there is. With nobody here there is nothing to run for.
    fn race(&mut self, now: Instant) -> Instant {
        if !self.seats.are_eager() {
            return now + PACE;
        }
        self.trade(self.market.now() + STRIDE);
        now
    }

    /// How many of the market's seconds pass in one of ours.
    fn rate(&self) -> f64 {
        let so_far = || {
            let passed = (self.market.now() - self.opened_at).as_seconds_f64();
            let seconds = self.opened.elapsed().as_secs_f64();
            if seconds > 0.0 {
                (passed / seconds).max(1.0)
            } else {
                1.0
            }
        };
        self.speed.factor().unwrap_or_else(so_far)
    }

    /// Lets the market catch up with `time`, a stride at most.
    fn trade(&mut self, time: DateTime<Utc>) -> Progress {
        let next = self.market.next_at();
        if time - next > self.catch_up_max {
            self.market.rest(time);
            return Progress::UpToDate;
        }
        let until = time.min(next + self.stride);
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

    fn publish(&mut self, listing: usize, mut event: TapeEvent) {
        self.published = self.published.wrapping_add(1);
        faults::set_clock(&mut event, &self.weather, self.published);
        if let TapeEvent::Tick(Tick::Quote(quote)) = &event {
            self.quotes[listing] = Some(*quote);
        }
        self.number(listing, event);
        // The same quote again and again is what a burst mostly consists of.
        for _ in 1..self.weather.burst.unwrap_or(1) {
            if let Some(quote) = self.quotes[listing] {
                self.number(listing, TapeEvent::Tick(Tick::Quote(quote)));
            }
        }
    }

    /// Numbers an event, remembers it, and tells those who want it. It is
    /// encoded once, and not at all when nobody does.
    fn number(&mut self, listing: usize, event: TapeEvent) {
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

/// How much of the market's time passes in so much of ours.
fn scaled(span: TimeDelta, speed: &Speed) -> TimeDelta {
    let factor = speed.factor().unwrap_or(1.0);
    TimeDelta::microseconds((span.num_milliseconds() as f64 * 1_000.0 * factor) as i64)
}

/// Two openings never count on from each other, so their names differ.
fn epoch(seed: u64, opened: DateTime<Utc>) -> String {
    let opened = opened.timestamp_micros() as u64;
    format!("{:016x}", opened.rotate_left(16) ^ seed)
}
