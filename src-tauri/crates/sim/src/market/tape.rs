//! What happens within a minute, one trade and one quote after the other.
//!
//! The trades lead through the minute's four prices and share its volume; the
//! quotes stand around them and never cross. Nothing is kept but the next one,
//! so a minute of a hundred thousand events costs no more memory than one of
//! four. Trades draw from a stream of their own: whoever only wants candles need
//! not make the quotes.

mod quotes;
mod trades;

use super::listed::Listed;
use super::minute::{Kind, Minute};
pub(super) use quotes::Book;
use quotes::Quotes;
pub(super) use trades::{Deal, Trades};

/// A moment in microseconds since 1970, and what happens then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Event {
    Deal(Deal),
    Quote(i64, Book),
}

impl Event {
    pub(super) const fn at(&self) -> i64 {
        match self {
            Self::Deal(deal) => deal.at,
            Self::Quote(at, _) => *at,
        }
    }
}

/// The events of one minute, in order.
#[derive(Debug)]
pub(super) struct MinuteTape {
    trades: Trades,
    /// `None` where nothing is quoted: of an index, and while an auction collects.
    quotes: Option<Quotes>,
    deal: Option<Deal>,
}

impl MinuteTape {
    /// `number` is the minute's, since 1970; `floor` the lowest price that is allowed.
    pub(super) fn of(listed: &Listed, minute: &Minute, number: i64, floor: i64) -> Self {
        let mut trades = Trades::of(listed, minute, number);
        let deal = trades.next();
        let quoted = match minute.kind {
            Kind::Regular | Kind::Extended => !listed.listing.is_index(),
            Kind::Silent | Kind::Halted | Kind::Reopening | Kind::Opening | Kind::Closing => false,
        };
        let quotes = deal
            .filter(|_| quoted)
            .map(|deal| Quotes::of(listed, minute, number, floor, deal));
        Self { trades, quotes, deal }
    }
}

impl Iterator for MinuteTape {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let deal = self.deal?;
        if let Some(quotes) = &mut self.quotes
            && let Some((at, book)) = quotes.before(&deal)
        {
            return Some(Event::Quote(at, book));
        }
        self.deal = self.trades.next();
        if let (Some(quotes), Some(next)) = (&mut self.quotes, self.deal) {
            quotes.lead_to(&deal, &next);
        }
        Some(Event::Deal(deal))
    }
}
