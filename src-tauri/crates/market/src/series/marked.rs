//! One candle of a series, and what is known of it beside its figures.

use chrono::{DateTime, Utc};
use model::{Candle, Condition, Price, Size, Trade};

use crate::Revision;

/// Where a candle is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made of trades as they came, and none of them is known to be missing.
    Heard,
    /// The same, but not everything was heard that belongs to it.
    Torn,
    /// Out of the venue's history.
    Filled,
}

/// A candle and when it was last changed.
#[derive(Clone, Copy, Debug)]
pub struct Marked {
    pub candle: Candle,
    pub revision: Revision,
    pub origin: Origin,
    /// Market times of the trades that opened and closed it: trades come out of order.
    opened: DateTime<Utc>,
    closed: DateTime<Utc>,
    /// Whether any of its trades opens and closes it; nobody is shown one without.
    bodied: bool,
    /// Whether any of its trades counts for high and low; without one they are
    /// those of its body.
    ranged: bool,
}

impl Marked {
    pub(super) const fn is_shown(&self) -> bool {
        self.bodied
    }

    /// As the venue tells it afterwards.
    pub(super) fn filled(candle: Candle, revision: Revision) -> Self {
        let opened = DateTime::from_timestamp(candle.start, 0).unwrap_or(DateTime::UNIX_EPOCH);
        Self {
            candle,
            revision,
            origin: Origin::Filled,
            opened,
            closed: opened,
            bodied: true,
            ranged: true,
        }
    }

    pub(super) const fn tear(&mut self, revision: Revision) {
        match self.origin {
            Origin::Heard => {
                self.origin = Origin::Torn;
                self.revision = revision;
            }
            Origin::Torn | Origin::Filled => {}
        }
    }

    /// One with a trade more, or of that alone.
    pub(crate) fn with(
        candle: Option<Self>,
        start: i64,
        time: DateTime<Utc>,
        trade: &Trade,
        revision: Revision,
    ) -> Self {
        match candle {
            Some(mut marked) => {
                marked.trade(time, trade, revision);
                marked
            }
            None => Self::open(start, time, trade, revision),
        }
    }

    pub(super) fn open(start: i64, time: DateTime<Utc>, trade: &Trade, revision: Revision) -> Self {
        let price = trade.price;
        let candle = Candle {
            start,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: Size::ZERO,
            trades: 0,
        };
        let mut marked = Self {
            candle,
            revision,
            origin: Origin::Heard,
            opened: time,
            closed: time,
            bodied: false,
            ranged: false,
        };
        marked.trade(time, trade, revision);
        marked
    }

    #[inline]
    pub(super) fn trade(&mut self, time: DateTime<Utc>, trade: &Trade, revision: Revision) {
        if matches!(self.origin, Origin::Filled) {
            // Whoever told of it has counted it too.
            return;
        }
        // As nearly every trade is.
        if trade.conditions.is_empty() && self.bodied && self.ranged {
            self.move_body(time, trade.price);
            let candle = &mut self.candle;
            candle.high = candle.high.max(trade.price);
            candle.low = candle.low.min(trade.price);
            candle.volume = add(candle.volume, trade.size);
        } else {
            self.special(time, trade);
        }
        self.candle.trades = self.candle.trades.saturating_add(1);
        self.revision = revision;
    }

    #[inline]
    fn move_body(&mut self, time: DateTime<Utc>, price: Price) {
        if time < self.opened {
            self.opened = time;
            self.candle.open = price;
        }
        if time >= self.closed {
            self.closed = time;
            self.candle.close = price;
        }
    }

    /// One that does not count for everything, or is the first that does.
    #[cold]
    fn special(&mut self, time: DateTime<Utc>, trade: &Trade) {
        let (price, conditions) = (trade.price, trade.conditions);
        if !conditions.has(Condition::NotLast) {
            if !self.bodied {
                (self.opened, self.closed) = (time, time);
                (self.candle.open, self.candle.close) = (price, price);
                self.bodied = true;
            }
            self.move_body(time, price);
        }
        let candle = &mut self.candle;
        if !conditions.has(Condition::NotRange) {
            let first = !self.ranged;
            self.ranged = true;
            candle.high = if first { price } else { candle.high.max(price) };
            candle.low = if first { price } else { candle.low.min(price) };
        } else if !self.ranged {
            candle.high = candle.open.max(candle.close);
            candle.low = candle.open.min(candle.close);
        }
        if !conditions.has(Condition::NotVolume) {
            candle.volume = add(candle.volume, trade.size);
        }
    }
}

/// A sum that no longer fits stays at what it was: wrong by a part in 10^28 at most.
pub(crate) fn add(sum: Size, size: Option<Size>) -> Size {
    let Some(size) = size else { return sum };
    sum.decimal().checked_add(size.decimal()).map_or(sum, Size::new)
}
