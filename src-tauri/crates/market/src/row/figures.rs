//! What the venue says of the day, and what is counted on above it.

use model::{Condition, Conditions, DayFigures, Price, Size, Snapshot};

use super::amended::Stated;
use super::{Last, Row};
use crate::Revision;
use crate::arrival::Arrival;
use crate::series::add;

const ZERO: Size = Size::new(rust_decimal::Decimal::ZERO);

impl Row {
    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot, arrival: &Arrival, revision: Revision) {
        self.doubt_times_ahead(arrival);
        let time = arrival.plausible(snapshot.time);
        if let Some((price, size)) = snapshot.last {
            let last = Last {
                price,
                size,
                time,
                received: arrival.received.wall,
                conditions: Conditions::NONE,
            };
            self.move_last(last);
            if self.last == Some(last) {
                self.settle_price();
            }
        }
        // One without a book says nothing about it: nobody is known to have gone.
        if snapshot.bid.is_some() || snapshot.ask.is_some() {
            self.quote(snapshot.bid, snapshot.ask, time);
        }
        // The session's figures are the venue's own; what we counted ourselves may have holes.
        self.high = snapshot.high.or(self.high);
        self.low = snapshot.low.or(self.low);
        self.volume = snapshot.volume.or(self.volume);
        if snapshot.high.is_some() || snapshot.low.is_some() || snapshot.volume.is_some() {
            self.day.begin_session();
            let stated = Stated {
                range: snapshot.high.is_some() || snapshot.low.is_some(),
                volume: snapshot.volume.is_some(),
            };
            self.settle_figures(stated, None, arrival);
        }
        self.revision = revision;
    }

    /// The venue's own figures win over what we have counted. What was traded
    /// after them is counted on above them, as far as it is still known.
    pub(crate) fn figures(&mut self, figures: &DayFigures, arrival: &Arrival, revision: Revision) {
        let time = arrival.plausible(figures.time);
        let same_day = self.day.is_of(figures.span);
        if !self.day.state(figures, time) {
            return;
        }
        if !same_day {
            (self.high, self.low, self.volume) = (None, None, None);
        }
        self.high = figures.high.or(self.high);
        self.low = figures.low.or(self.low);
        self.volume = figures.volume.or(self.volume);
        if self.recent.is_some() {
            let stated = Stated {
                range: !same_day || figures.high.is_some() || figures.low.is_some(),
                volume: !same_day || figures.volume.is_some(),
            };
            self.settle_figures(stated, time, arrival);
        } else {
            // Of what came since, only the last is known.
            let since = |last: &Last| last.time.zip(time).is_some_and(|(last, stated)| last > stated);
            if let Some(last) = self.last.filter(since) {
                self.widen(last.price, last.conditions);
                if figures.volume.is_some() {
                    self.add_volume(last.size, last.conditions);
                }
            }
        }
        self.revision = revision;
    }

    /// A figure that the venue does not give of its own day is not made up of
    /// the part of it that we have seen.
    pub(super) fn widen(&mut self, price: Price, conditions: Conditions) {
        if conditions.has(Condition::NotRange) {
            return;
        }
        let counted = self.day.span.is_none();
        if self.high.map_or(counted, |high| price > high) {
            self.high = Some(price);
        }
        if self.low.map_or(counted, |low| price < low) {
            self.low = Some(price);
        }
    }

    pub(super) fn add_volume(&mut self, size: Option<Size>, conditions: Conditions) {
        if size.is_none() || conditions.has(Condition::NotVolume) {
            return;
        }
        let before = match self.volume {
            None if self.day.span.is_none() => Some(ZERO),
            known => known,
        };
        self.volume = before.map(|volume| add(volume, size));
    }
}
