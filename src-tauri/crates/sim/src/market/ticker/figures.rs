//! What is true of an instrument between two events.

use model::{Session, Snapshot};

use super::super::day::Day;
use super::super::listed::Listed;
use super::super::minute::Minute;
use super::super::tape::{Book, Deal, Event};
use super::{MINUTE, size, tape, time};

/// A busier minute is not played again only to know the size of its last trade:
/// another comes before anybody has read the snapshot.
const REPLAYED_MAX: u32 = 5_000;

/// What a snapshot tells, in ticks and lots.
#[derive(Debug)]
pub(super) struct Figures {
    #[cfg(test)]
    pub(super) day: i32,
    pub(super) session: Session,
    pub(super) previous_close: i64,
    pub(super) last: Option<(i64, i64)>,
    pub(super) book: Option<Book>,
    pub(super) range: Option<(i64, i64)>,
    pub(super) volume: i64,
    pub(super) time: i64,
}

impl Figures {
    /// Of a day in which nothing has happened yet.
    pub(super) fn of(day: &Day) -> Self {
        Self {
            #[cfg(test)]
            day: day.number,
            session: Session::Closed,
            previous_close: day.previous_close,
            last: None,
            book: None,
            range: None,
            volume: 0,
            time: day.first * MINUTE,
        }
    }

    /// Of a day up to one of its minutes.
    pub(super) fn before(listed: &Listed, day: &Day, minute: usize, session: Session) -> Self {
        let mut figures = Self {
            session,
            ..Self::of(day)
        };
        let traded = |minute: &&Minute| minute.trades > 0;
        let past = &day.minutes[..minute];
        for minute in past.iter().filter(traded) {
            figures.reach(minute.low);
            figures.reach(minute.high);
            figures.volume += minute.volume;
        }
        if let Some(last) = past.iter().rposition(|minute| minute.trades > 0) {
            let volume = figures.volume;
            let minute = &past[last];
            if minute.trades > REPLAYED_MAX {
                figures.last = Some((minute.close, 0));
                figures.time = (day.first + last as i64 + 1) * MINUTE;
                return figures;
            }
            for event in tape(listed, day, last).into_iter().flatten() {
                figures.time = event.at();
                match event {
                    Event::Quote(_, book) => figures.book = Some(book),
                    Event::Deal(deal) => figures.trade(&deal),
                }
            }
            figures.volume = volume;
        }
        match session {
            Session::Pre | Session::Open | Session::Post | Session::Overnight => {}
            Session::Auction | Session::Halted | Session::Closed => figures.book = None,
        }
        figures
    }

    pub(super) fn trade(&mut self, deal: &Deal) {
        self.last = Some((deal.price, deal.size));
        self.reach(deal.price);
        self.volume += deal.size;
    }

    fn reach(&mut self, price: i64) {
        let (low, high) = self.range.unwrap_or((price, price));
        self.range = Some((low.min(price), high.max(price)));
    }

    pub(super) fn snapshot(&self, listed: &Listed) -> Snapshot {
        let listing = listed.listing;
        let price = |ticks| listing.price(ticks);
        Snapshot {
            last: Some(match self.last {
                Some((last, of)) => (price(last), size(listed, of)),
                None => (price(self.previous_close), None),
            }),
            bid: self
                .book
                .filter(|book| book.bid_size > 0)
                .map(|book| (price(book.bid), Some(listing.size(book.bid_size)))),
            ask: self
                .book
                .map(|book| (price(book.ask), Some(listing.size(book.ask_size)))),
            high: self.range.map(|(_, high)| price(high)),
            low: self.range.map(|(low, _)| price(low)),
            volume: (!listing.is_index()).then(|| listing.size(self.volume)),
            session: Some(self.session),
            time: time(self.time),
        }
    }
}
