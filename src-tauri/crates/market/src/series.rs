//! Candles of one symbol and timeframe, made from trades.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use model::{Candle, Condition, Price, Size, Timeframe, Trade};
use rust_decimal::Decimal;

use crate::Revision;

/// An hour of seconds; what lies further back belongs to the history.
const SECONDS_KEPT: usize = 3_600;
/// A day of minutes.
const MINUTES_KEPT: usize = 1_440;
/// Candles that memory is asked for at a time.
const GROWTH: usize = 240;

/// A bounded run of candles, oldest first, with no two of the same start.
#[derive(Debug)]
pub struct Series {
    timeframe: Timeframe,
    candles: VecDeque<Marked>,
    begun: Revision,
}

/// A candle and when it was last changed.
#[derive(Clone, Copy, Debug)]
pub struct Marked {
    pub candle: Candle,
    pub revision: Revision,
    /// Market times of the trades that opened and closed it: trades come out of order.
    opened: DateTime<Utc>,
    closed: DateTime<Utc>,
    /// Whether any of its trades opens and closes it; nobody is shown one without.
    bodied: bool,
    /// Whether any of its trades counts for high and low; without one they are
    /// those of its body.
    ranged: bool,
}

impl Series {
    pub(crate) const fn new(timeframe: Timeframe) -> Self {
        Self {
            timeframe,
            candles: VecDeque::new(),
            begun: Revision(0),
        }
    }

    /// A reader that saw it before this revision must forget what it has: the
    /// market's time was turned back, and other candles have taken those places.
    pub const fn begun(&self) -> Revision {
        self.begun
    }

    pub fn is_empty(&self) -> bool {
        self.candles().next().is_none()
    }

    pub fn len(&self) -> usize {
        self.candles().count()
    }

    pub fn candles(&self) -> impl DoubleEndedIterator<Item = &Marked> {
        self.candles.iter().filter(|marked| marked.is_shown())
    }

    /// Those that a reader who has seen `seen` does not know, oldest first.
    pub fn changed_since(&self, seen: Revision) -> impl Iterator<Item = &Candle> {
        self.candles()
            .filter(move |marked| marked.revision > seen)
            .map(|marked| &marked.candle)
    }

    /// Puts a trade into the candle of its time, also when that has passed. A
    /// trade from before the oldest candle that is kept changes nothing.
    pub(crate) fn trade(&mut self, time: DateTime<Utc>, trade: &Trade, revision: Revision) {
        let start = self.timeframe.start(time);
        // Nearly always the last one, so look there first.
        let before = match self.candles.back() {
            Some(last) if last.candle.start <= start => self.candles.len().checked_sub(1),
            Some(_) | None => self
                .candles
                .partition_point(|marked| marked.candle.start <= start)
                .checked_sub(1),
        };
        match before.and_then(|index| Some((index, self.candles.get(index)?.candle.start))) {
            Some((index, same)) if same == start => {
                if let Some(marked) = self.candles.get_mut(index) {
                    marked.trade(time, trade, revision);
                }
            }
            Some((index, _)) => self.insert(index + 1, Marked::open(start, time, trade, revision)),
            None if self.candles.len() < self.kept() => {
                self.insert(0, Marked::open(start, time, trade, revision));
            }
            None => {}
        }
    }

    /// The newest one, also where nobody is shown it.
    pub(crate) fn back(&self) -> Option<&Marked> {
        self.candles.back()
    }

    pub(crate) fn at(&self, start: i64) -> Option<&Marked> {
        let index = self
            .candles
            .binary_search_by_key(&start, |marked| marked.candle.start);
        self.candles.get(index.ok()?)
    }

    /// Puts a candle that was made anew in its place, or nothing where none is left.
    pub(crate) fn put(&mut self, start: i64, candle: Option<Marked>, revision: Revision) {
        let place = self
            .candles
            .binary_search_by_key(&start, |marked| marked.candle.start);
        let was_shown = self.at(start).is_some_and(Marked::is_shown);
        if was_shown && !candle.as_ref().is_some_and(Marked::is_shown) {
            // Who reads only what has changed would keep it for ever.
            self.begun = revision;
        }
        match (place, candle) {
            (Ok(index), Some(candle)) => self.candles[index] = candle,
            (Ok(index), None) => {
                self.candles.remove(index);
            }
            (Err(0), Some(_)) if self.candles.len() >= self.kept() => {}
            (Err(index), Some(candle)) => self.insert(index, candle),
            (Err(_), None) => {}
        }
    }

    pub(crate) fn begin_anew(&mut self, revision: Revision) {
        self.candles.clear();
        self.begun = revision;
    }

    fn insert(&mut self, index: usize, marked: Marked) {
        // Doubling would keep up to twice the memory that is ever used.
        if self.candles.len() == self.candles.capacity() {
            let missing = (self.kept() + 1).saturating_sub(self.candles.len());
            self.candles.reserve_exact(missing.min(GROWTH));
        }
        self.candles.insert(index, marked);
        if self.candles.len() > self.kept() {
            self.candles.pop_front();
        }
    }

    const fn kept(&self) -> usize {
        match self.timeframe {
            Timeframe::Second => SECONDS_KEPT,
            Timeframe::Minute => MINUTES_KEPT,
        }
    }
}

impl Marked {
    const fn is_shown(&self) -> bool {
        self.bodied
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

    fn open(start: i64, time: DateTime<Utc>, trade: &Trade, revision: Revision) -> Self {
        let price = trade.price;
        let candle = Candle {
            start,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: Size::new(Decimal::ZERO),
            trades: 0,
        };
        let mut marked = Self {
            candle,
            revision,
            opened: time,
            closed: time,
            bodied: false,
            ranged: false,
        };
        marked.trade(time, trade, revision);
        marked
    }

    #[inline]
    fn trade(&mut self, time: DateTime<Utc>, trade: &Trade, revision: Revision) {
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

#[cfg(test)]
mod tests {
    use model::Conditions;
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    fn price(cents: i64) -> Price {
        Price::new(Decimal::new(cents, 2))
    }

    fn trade(cents: i64) -> Trade {
        Trade {
            price: price(cents),
            size: Some(Size::new(Decimal::ONE)),
            time: None,
            id: None,
            side: None,
            conditions: Conditions::NONE,
        }
    }

    fn series(trades: &[(i64, i64)]) -> Series {
        let mut series = Series::new(Timeframe::Second);
        let mut revision = Revision::default();
        for (millis, cents) in trades {
            series.trade(at(*millis), &trade(*cents), revision.next());
        }
        series
    }

    #[test]
    fn a_late_trade_amends_the_candle_that_it_belongs_to() {
        let series = series(&[(1_100, 10), (2_100, 20), (1_900, 5)]);
        let candles: Vec<_> = series.candles().map(|marked| marked.candle).collect();
        assert_eq!(candles.len(), 2);
        assert_eq!((candles[0].close, candles[0].low), (price(5), price(5)));
        assert_eq!(candles[1].open, price(20));
    }

    #[test]
    fn keeps_an_hour_of_seconds_and_no_more() {
        let trades: Vec<_> = (0..4_000).map(|second| (second * 1_000, 1)).collect();
        let mut series = series(&trades);
        assert_eq!(series.len(), SECONDS_KEPT);
        let oldest = series.candles().next().unwrap().candle.start;
        series.trade(at(0), &trade(9), Revision::default());
        assert_eq!(series.len(), SECONDS_KEPT);
        assert_eq!(series.candles().next().unwrap().candle.start, oldest);
    }

    #[test]
    fn a_reader_is_told_only_what_it_does_not_know() {
        let mut series = series(&[(1_000, 10), (2_000, 20)]);
        let seen = series.candles().last().unwrap().revision;
        assert_eq!(series.changed_since(seen).count(), 0);
        let mut revision = seen;
        series.trade(at(1_500), &trade(11), revision.next());
        let changed: Vec<_> = series.changed_since(seen).map(|candle| candle.start).collect();
        assert_eq!(changed, [1]);
    }

    proptest! {
        /// In whatever order trades of different times arrive, the candles are those of the
        /// trades in the order of their times.
        #[test]
        fn the_order_of_arrival_makes_no_difference(
            trades in prop::collection::btree_map(0i64..20_000, 1i64..10_000, 1..100),
            seed: u64,
        ) {
            let sorted: Vec<_> = trades.into_iter().collect();
            let mut shuffled = sorted.clone();
            // A permutation that follows from the seed.
            shuffled.sort_by_key(|(millis, _)| (*millis as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let plain = |series: &Series| series.candles().map(|marked| marked.candle).collect::<Vec<_>>();
            prop_assert_eq!(plain(&series(&sorted)), plain(&series(&shuffled)));
        }
    }
}
