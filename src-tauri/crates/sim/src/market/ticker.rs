//! One instrument on the tape: its next event, and what is true until then.

mod figures;

use chrono::{DateTime, Utc};
use model::{
    Condition, Conditions, Instrument, Quote, Session, SessionChange, Size, Snapshot, Tick, Trade, TradeId,
};

use super::TapeEvent;
use super::day::{Day, Extent};
use super::listed::Listed;
use super::minute::Kind;
use super::roll::Roll;
use super::tape::{Event, MinuteTape};
use figures::Figures;

const MINUTE: i64 = 60_000_000;

#[derive(Debug)]
pub(super) struct Ticker {
    /// The place of its instrument.
    place: usize,
    /// The day of the next event.
    day: Day,
    /// The minute of the next event, within its day; one past the last when the day is over.
    minute: usize,
    /// The next change of session, within the day.
    change: usize,
    tape: Option<MinuteTape>,
    next: Next,
    /// When a session has to be told that began while nobody listened.
    owed: Option<i64>,
    seq: u64,
    figures: Figures,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Change,
    Event(Event),
}

impl Ticker {
    /// Everything up to and including `at`, in microseconds since 1970, has happened.
    pub(super) fn at(roll: &Roll, place: usize, at: i64) -> Self {
        let listed = &roll.listed[place];
        let exchange = listed.listing.exchange();
        let number = at.div_euclid(MINUTE);
        let day = Day::of(listed, &roll.climate, exchange.day_at(number), Extent::Whole);
        let minute = ((number - day.first) as usize).min(day.minutes.len());
        let (session, change) = day.session_at(number);
        let figures = Figures::before(listed, &day, minute, session);
        let mut ticker = Self {
            place,
            tape: tape(listed, &day, minute),
            day,
            minute,
            change,
            next: Next::Change,
            owed: None,
            seq: 0,
            figures,
        };
        ticker.find_next(roll);
        while ticker.due() <= at {
            let event = ticker.next;
            ticker.take(event);
            ticker.find_next(roll);
        }
        ticker
    }

    /// The same instrument at another time; it goes on counting.
    pub(super) fn moved(&self, roll: &Roll, at: i64) -> Self {
        let mut moved = Self::at(roll, self.place, at);
        moved.seq = self.seq;
        moved.owed = (moved.figures.session != self.figures.session || self.owed.is_some()).then_some(at + 1);
        moved
    }

    /// When it has something to tell next, in microseconds since 1970.
    pub(super) fn due(&self) -> i64 {
        self.owed.unwrap_or_else(|| match self.next {
            Next::Change => {
                let minute = self
                    .day
                    .changes
                    .get(self.change)
                    .map_or(self.minute, |change| change.minute);
                (self.day.first + minute as i64) * MINUTE
            }
            Next::Event(event) => event.at(),
        })
    }

    pub(super) const fn place(&self) -> usize {
        self.place
    }

    /// The day of trading that began last, in days since 1970.
    #[cfg(test)]
    pub(super) const fn day(&self) -> i32 {
        self.figures.day
    }

    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    pub(super) const fn session(&self) -> Session {
        self.figures.session
    }

    pub(super) fn instrument(&self, roll: &Roll) -> Instrument {
        let listing = roll.listed[self.place].listing;
        Instrument {
            previous_close: Some(listing.price(self.figures.previous_close)),
            ..listing.instrument()
        }
    }

    /// Lets the next event happen.
    pub(super) fn tell(&mut self, roll: &Roll) -> (u64, TapeEvent) {
        let at = self.due();
        self.seq += 1;
        if self.owed.take().is_some() {
            return (self.seq, self.session_event(None, at));
        }
        let next = self.next;
        let event = match next {
            Next::Change => {
                let change = self.day.changes.get(self.change).cloned();
                self.take(next);
                self.session_event(change.and_then(|change| change.reason), at)
            }
            Next::Event(event) => {
                self.take(next);
                TapeEvent::Tick(self.tick(&roll.listed[self.place], event))
            }
        };
        self.find_next(roll);
        (self.seq, event)
    }

    fn session_event(&self, reason: Option<std::sync::Arc<str>>, at: i64) -> TapeEvent {
        TapeEvent::Session(SessionChange {
            session: self.figures.session,
            reason,
            time: time(at),
        })
    }

    fn find_next(&mut self, roll: &Roll) {
        let listed = &roll.listed[self.place];
        loop {
            if let Some(change) = self.day.changes.get(self.change)
                && change.minute <= self.minute
            {
                self.next = Next::Change;
                return;
            }
            if let Some(event) = self.tape.as_mut().and_then(Iterator::next) {
                self.next = Next::Event(event);
                return;
            }
            self.minute += 1;
            if self.minute > self.day.minutes.len() {
                let number = listed.listing.exchange().next_day(self.day.number);
                self.day = Day::of(listed, &roll.climate, number, Extent::Whole);
                self.minute = 0;
                self.change = 0;
            }
            self.tape = tape(listed, &self.day, self.minute);
        }
    }

    /// What the next event makes true.
    fn take(&mut self, next: Next) {
        let at = self.due();
        let figures = &mut self.figures;
        figures.time = at;
        match next {
            Next::Change => {
                if self.change == 0 {
                    *figures = Figures {
                        last: figures.last,
                        time: at,
                        ..Figures::of(&self.day)
                    };
                }
                if let Some(change) = self.day.changes.get(self.change) {
                    figures.session = change.session;
                    figures.book = None;
                }
                self.change += 1;
            }
            Next::Event(Event::Quote(_, book)) => figures.book = Some(book),
            Next::Event(Event::Deal(deal)) => figures.trade(&deal),
        }
    }

    fn tick(&self, listed: &Listed, event: Event) -> Tick {
        let listing = listed.listing;
        match event {
            Event::Quote(at, book) => Tick::Quote(Quote {
                bid: (book.bid_size > 0)
                    .then(|| (listing.price(book.bid), Some(listing.size(book.bid_size)))),
                ask: Some((listing.price(book.ask), Some(listing.size(book.ask_size)))),
                time: time(at),
            }),
            Event::Deal(deal) => {
                let kind = self
                    .day
                    .minutes
                    .get(self.minute)
                    .map_or(Kind::Silent, |minute| minute.kind);
                Tick::Trade(Trade {
                    price: listing.price(deal.price),
                    size: size(listed, deal.size),
                    time: time(deal.at),
                    id: if listing.is_index() {
                        None
                    } else {
                        trade_id(self.seq)
                    },
                    side: deal.side,
                    conditions: conditions(kind, deal.size < listing.round_lot()),
                })
            }
        }
    }

    pub(super) fn snapshot(&self, roll: &Roll) -> Snapshot {
        self.figures.snapshot(&roll.listed[self.place])
    }
}

fn tape(listed: &Listed, day: &Day, minute: usize) -> Option<MinuteTape> {
    let of = day.minutes.get(minute).filter(|minute| minute.trades > 0)?;
    Some(MinuteTape::of(listed, of, day.first + minute as i64, day.floor))
}

fn time(at: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(at)
}

fn size(listed: &Listed, lots: i64) -> Option<Size> {
    (lots > 0).then(|| listed.listing.size(lots))
}

fn conditions(kind: Kind, odd: bool) -> Conditions {
    match kind {
        Kind::Opening | Kind::Reopening => Conditions::NONE.with(Condition::OpeningAuction),
        Kind::Closing => Conditions::NONE.with(Condition::ClosingAuction),
        Kind::Extended if odd => Conditions::NONE.with(Condition::OddLot).with(Condition::Extended),
        Kind::Extended => Conditions::NONE.with(Condition::Extended),
        Kind::Silent | Kind::Halted | Kind::Regular if odd => Conditions::NONE.with(Condition::OddLot),
        Kind::Silent | Kind::Halted | Kind::Regular => Conditions::NONE,
    }
}

/// The number as text, without asking for memory.
fn trade_id(number: u64) -> Option<TradeId> {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    TradeId::new(std::str::from_utf8(&digits[at..]).ok()?)
}
