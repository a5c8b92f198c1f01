//! What is on offer between the trades of a minute.

use model::Side;

use super::super::listed::Listed;
use super::super::minute::Minute;
use super::super::noise::Stream;
use super::trades::Deal;

/// Best bid and ask. Prices are in ticks, sizes in lots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Book {
    pub(in super::super) bid: i64,
    /// 0 where nobody bids: a price may not fall below its limit.
    pub(in super::super) bid_size: i64,
    pub(in super::super) ask: i64,
    pub(in super::super) ask_size: i64,
}

#[derive(Debug)]
pub(super) struct Quotes {
    stream: Stream,
    /// In ticks.
    spread: f64,
    usual_size: f64,
    floor: i64,
    /// The price of the trade before, and how many quotes there will be until the next.
    last: i64,
    at: i64,
    left: i64,
}

impl Quotes {
    pub(super) fn of(listed: &Listed, minute: &Minute, number: i64, floor: i64, first: Deal) -> Self {
        let mut quotes = Self {
            stream: listed.keys.quotes.stream(number),
            spread: listed.listing.spread * f64::from(minute.spread),
            usual_size: listed.listing.usual_size * 1.5,
            floor,
            last: first.price,
            at: number * 60_000_000,
            left: 0,
        };
        quotes.left = quotes.count();
        quotes
    }

    /// Three for every two trades.
    const fn count(&mut self) -> i64 {
        1 + (self.stream.next() & 1) as i64
    }

    pub(super) const fn lead_to(&mut self, deal: &Deal, next: &Deal) {
        self.last = deal.price;
        self.at = deal.at;
        // Trades of the same microsecond come out of one order: nothing is quoted in between
        // unless the price has to move.
        self.left = if next.at == deal.at { 1 } else { self.count() };
    }

    /// The next quote before a trade; the last of them has the price that it is made at.
    pub(super) fn before(&mut self, deal: &Deal) -> Option<(i64, Book)> {
        if self.left == 0 {
            return None;
        }
        let gap = deal.at - self.at;
        let draw = self.stream.next();
        let at = self.at + ((draw >> 32) as i64 * (gap / self.left)) / (1 << 32);
        self.at = at;
        self.left -= 1;
        let wide = 0.6 + 0.8 * ((draw & 0xffff) as f64 / 65_536.0);
        let width = ((self.spread * wide + 0.5) as i64).max(1);
        let book = if self.left > 0 {
            let above = self.stream.below(width as u64 + 1) as i64;
            self.book(self.last + above, width)
        } else {
            match deal.side {
                Some(Side::Sell) => self.book(deal.price + width, width),
                Some(Side::Buy) | None => self.book(deal.price, width),
            }
        };
        Some((at, book))
    }

    fn book(&mut self, ask: i64, width: i64) -> Book {
        let draw = self.stream.next();
        let size = |draw: u64| {
            let part = (draw & 0xffff_ffff) as f64 / 4_294_967_296.0;
            ((self.usual_size * (0.1 + 2.7 * part * part)) as i64).max(1)
        };
        let bid = ask - width;
        let (bid_size, ask_size) = (size(draw), size(draw >> 32));
        Book {
            bid,
            bid_size: if bid < self.floor { 0 } else { bid_size },
            ask,
            ask_size,
        }
    }
}
