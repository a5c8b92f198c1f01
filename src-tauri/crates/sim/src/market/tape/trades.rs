//! The trades of a minute.

use model::Side;

use super::super::listed::Listed;
use super::super::minute::Minute;
use super::super::noise::Stream;

/// A minute is cut into so many parts, some busier than others.
const PARTS: usize = 12;
const MINUTE: i64 = 60_000_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Deal {
    /// In microseconds since 1970.
    pub(in super::super) at: i64,
    /// In ticks.
    pub(in super::super) price: i64,
    /// In lots.
    pub(in super::super) size: i64,
    pub(in super::super) side: Option<Side>,
}

/// A walk from the open over the high and the low, in either order, to the close.
#[derive(Debug)]
pub(in super::super) struct Trades {
    stream: Stream,
    begin: i64,
    low: f64,
    high: f64,
    /// How far a trade's price is from the one before, in ticks.
    jitter: f64,
    /// The prices that are touched, and by which trade; the last is the close.
    pins: [(u32, i64); 3],
    pin: usize,
    price: f64,
    side: Side,
    next: u32,
    count: u32,
    volume_left: i64,
    round_lot: i64,
    /// When each part ends, in microseconds after `begin`.
    ends: [f64; PARTS],
    auction: bool,
    /// Nobody crosses a spread in an auction or in an index.
    sided: bool,
}

impl Trades {
    pub(in super::super) fn of(listed: &Listed, minute: &Minute, number: i64) -> Self {
        let mut stream = listed.keys.trades.stream(number);
        let count = minute.trades;
        let range = (minute.high - minute.low) as f64;
        let mut trades = Self {
            begin: number * MINUTE,
            low: minute.low as f64,
            high: minute.high as f64,
            jitter: 0.7 * range / f64::from(count.max(1)).sqrt(),
            pins: pins(minute, &mut stream),
            pin: 0,
            price: minute.open as f64,
            side: Side::Buy,
            next: 0,
            count,
            volume_left: minute.volume,
            round_lot: listed.listing.round_lot(),
            ends: [0.0; PARTS],
            auction: minute.kind.is_auction(),
            sided: !minute.kind.is_auction() && !listed.listing.is_index(),
            stream,
        };
        if count > 0 {
            trades.spread_over_the_minute();
        }
        trades
    }

    fn spread_over_the_minute(&mut self) {
        let weights: [f64; PARTS] = std::array::from_fn(|_| 0.3 + 1.4 * self.stream.fraction());
        let whole: f64 = weights.iter().sum();
        let mut end = 0.0;
        for (slot, weight) in self.ends.iter_mut().zip(weights) {
            end += weight / whole * MINUTE as f64;
            *slot = end;
        }
    }

    fn moment(&mut self) -> i64 {
        let draw = self.stream.fraction();
        if self.auction {
            // An auction ends at a moment that nobody can wait for.
            return self.begin + MINUTE - 1 - (draw * 9.0e6) as i64;
        }
        let place = (f64::from(self.next) + draw) / f64::from(self.count) * PARTS as f64;
        let part = (place as usize).min(PARTS - 1);
        let from = if part == 0 { 0.0 } else { self.ends[part - 1] };
        let after = from + (place - part as f64) * (self.ends[part] - from);
        self.begin + (after as i64).min(MINUTE - 1)
    }

    fn price(&mut self) -> i64 {
        let (place, pinned) = self.pins[self.pin];
        if self.next == place {
            self.pin = (self.pin + 1).min(self.pins.len() - 1);
            self.price = pinned as f64;
            return pinned;
        }
        if self.next > 0 {
            let left = f64::from(place - self.next + 1);
            let next = self.price + (pinned as f64 - self.price) / left + self.jitter * self.stream.bell();
            self.price = next.clamp(self.low, self.high);
        }
        (self.price + 0.5) as i64
    }

    /// What a trade has of the volume that is left: many small ones and few large
    /// ones, and the last has the rest.
    fn size(&mut self) -> i64 {
        let left = i64::from(self.count - self.next);
        if left == 1 {
            return self.volume_left;
        }
        let most = self.volume_left - (left - 1);
        let draw = self.stream.fraction();
        let squared = draw * draw;
        // 0.1 to 5 times the usual, and that on the average.
        let share = 0.1 + 0.5 * draw + 3.25 * squared * squared;
        let mut size = (self.volume_left as f64 / left as f64 * share) as i64;
        if self.round_lot > 1 && size >= self.round_lot / 2 && draw < 0.85 {
            size = (size + self.round_lot / 2) / self.round_lot * self.round_lot;
        }
        let size = size.clamp(1, most.max(1));
        self.volume_left -= size;
        size
    }
}

impl Iterator for Trades {
    type Item = Deal;

    fn next(&mut self) -> Option<Deal> {
        if self.next >= self.count {
            return None;
        }
        let at = self.moment();
        let before = self.price;
        let price = self.price();
        let size = if self.volume_left > 0 { self.size() } else { 0 };
        let moved = self.price - before;
        if moved > 0.5 {
            self.side = Side::Buy;
        } else if moved < -0.5 {
            self.side = Side::Sell;
        } else if self.stream.next().is_multiple_of(3) {
            self.side = match self.side {
                Side::Buy => Side::Sell,
                Side::Sell => Side::Buy,
            };
        }
        self.next += 1;
        Some(Deal {
            at,
            price,
            size,
            side: self.sided.then_some(self.side),
        })
    }
}

/// The open is where the walk begins; the high, the low and the close are the
/// work of a certain trade each. What an end of the walk touches needs no trade
/// of its own: its pin is put on the close.
fn pins(minute: &Minute, stream: &mut Stream) -> [(u32, i64); 3] {
    let last = minute.trades.saturating_sub(1);
    let close = (last, minute.close);
    let (top, bottom) = (minute.open.max(minute.close), minute.open.min(minute.close));
    let inner = u64::from(last.saturating_sub(1));
    let peaks = [
        (minute.high > top).then_some(minute.high),
        (minute.low < bottom).then_some(minute.low),
    ];
    let mut place = || 1 + stream.below(inner) as u32;
    match peaks {
        [Some(high), Some(low)] => {
            let one = place();
            let other = place();
            let other = if one != other {
                other
            } else if one > 1 {
                one - 1
            } else {
                one + 1
            };
            let (first, second) = (one.min(other), one.max(other));
            if stream.next().is_multiple_of(2) {
                [(first, high), (second, low), close]
            } else {
                [(first, low), (second, high), close]
            }
        }
        [Some(peak), None] | [None, Some(peak)] => [(place(), peak), close, close],
        [None, None] => [close; 3],
    }
}
