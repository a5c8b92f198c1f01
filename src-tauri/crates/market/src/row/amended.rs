//! A trade that was told before was not so: what it moved is worked out again.

use chrono::{DateTime, Utc};
use model::{Amendment, InstrumentKind, Source, Timeframe, Trade};

use super::recent::{Before, Recent, Settled, Told};
use super::{Last, Row};
use crate::Revision;
use crate::arrival::Arrival;
use crate::series::{Marked, Origin, Series};

/// What of a row's trades the venue has taken back or corrected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amended {
    pub trades: u64,
    /// Those among them that were too old to be taken out of what is shown, in part or at all.
    pub beyond: u64,
}

/// Which figures of the day the venue has stated, or all where another day has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub(super) range: bool,
    pub(super) volume: bool,
}

impl Row {
    /// Keeps a trade, before it moves anything.
    #[inline]
    pub(super) fn remember(
        &mut self,
        trade: &Trade,
        time: Option<DateTime<Utc>>,
        when: DateTime<Utc>,
        arrival: &Arrival,
    ) {
        if self.recent.is_none() && (trade.id.is_none() || self.is_final()) {
            return;
        }
        let told = Told {
            trade: *trade,
            time,
            when,
            received: arrival.received.wall,
            settled: Settled::default(),
        };
        if self.recent.as_ref().is_none_or(|recent| recent.begins_block()) {
            let before = self.before();
            let recent = self.recent.get_or_insert_with(|| Box::new(Recent::new()));
            recent.begin_block(before);
        }
        if let Some(recent) = &mut self.recent {
            recent.newer.trades.push(told);
        }
    }

    /// No venue takes back a deal in coins or currencies, and a simulated one none at all.
    fn is_final(&self) -> bool {
        match self.instrument.kind {
            Some(InstrumentKind::Crypto | InstrumentKind::Fx) => true,
            Some(InstrumentKind::Stock | InstrumentKind::Etf | InstrumentKind::Index) | None => {
                self.source == Source::Simulated
            }
        }
    }

    fn before(&self) -> Before {
        Before {
            last: self.last,
            trade_time: self.trade_time,
            high: self.high,
            low: self.low,
            volume: self.volume,
            second: self.seconds.back().copied(),
            minute: self.minutes.back().copied(),
        }
    }

    /// A price came that is no trade: what was traded before it moves it no more.
    pub(super) fn settle_price(&mut self) {
        let (last, trade_time) = (self.last, self.trade_time);
        if let Some(recent) = &mut self.recent {
            recent.trades_mut().for_each(|told| told.settled.price = true);
            for block in [&mut recent.older, &mut recent.newer] {
                (block.before.last, block.before.trade_time) = (last, trade_time);
            }
        }
    }

    /// Figures came that hold every trade up to their time, or all of them where
    /// they have none. The rest is counted on above them.
    pub(super) fn settle_figures(&mut self, stated: Stated, time: Option<DateTime<Utc>>, arrival: &Arrival) {
        let Some(mut recent) = self.recent.take() else {
            return;
        };
        for told in recent.trades_mut() {
            let within = told.time.zip(time).is_none_or(|(told, stated)| told <= stated);
            if stated.range {
                told.settled.range = within;
            }
            if stated.volume {
                told.settled.volume = within;
            }
        }
        for block in [&mut recent.older, &mut recent.newer] {
            if stated.range {
                (block.before.high, block.before.low) = (self.high, self.low);
            }
            if stated.volume {
                block.before.volume = self.volume;
            }
        }
        self.fold(&mut recent, arrival);
        self.recent = Some(recent);
    }

    pub(crate) fn amend(&mut self, amendment: &Amendment, arrival: &Arrival, revision: Revision) {
        self.amended.trades += 1;
        self.revision = revision;
        let found = self.recent.as_ref().and_then(|recent| {
            let at = recent.find(amendment.original)?;
            Some((at, *recent.get(at)?))
        });
        let Some((at, original)) = found else {
            self.amended.beyond += 1;
            return;
        };
        let Some(mut recent) = self.recent.take() else {
            return;
        };
        let instead = amendment.instead.map(|trade| {
            let time = arrival.plausible(trade.time).or(original.time);
            Told {
                trade: Trade {
                    id: trade.id.or(Some(amendment.original)),
                    ..trade
                },
                time,
                when: time.unwrap_or(original.when),
                received: arrival.received.wall,
                settled: original.settled,
            }
        });
        let mut known = true;
        for timeframe in Timeframe::ALL {
            let starts = [Some(original.when), instead.map(|told| told.when)];
            let [old, new] = starts.map(|when| when.map(|when| timeframe.start(when)));
            let changes = old.into_iter().chain(new.filter(|_| new != old));
            let series = match timeframe {
                Timeframe::Second => &mut self.seconds,
                Timeframe::Minute => &mut self.minutes,
            };
            for start in changes {
                known &= rebuild(series, timeframe, start, &mut recent, at, instead, revision);
            }
        }
        recent.replace(at, instead);
        if !known {
            self.amended.beyond += 1;
        }
        self.fold(&mut recent, arrival);
        self.recent = Some(recent);
    }

    /// Goes through what is known once more, from what was true before it.
    fn fold(&mut self, recent: &mut Recent, arrival: &Arrival) {
        let before = *recent.before();
        self.last = before.last;
        self.trade_time = arrival.believable(before.trade_time);
        (self.high, self.low, self.volume) = (before.high, before.low, before.volume);
        for told in &recent.older.trades {
            self.tell(told, arrival);
        }
        let now = self.before();
        recent.newer.before = Before {
            second: recent.newer.before.second,
            minute: recent.newer.before.minute,
            ..now
        };
        for told in &recent.newer.trades {
            self.tell(told, arrival);
        }
    }

    fn tell(&mut self, told: &Told, arrival: &Arrival) {
        let conditions = told.trade.conditions;
        if !told.settled.price {
            let last = Last {
                price: told.trade.price,
                size: told.trade.size,
                time: told.time,
                received: told.received,
                conditions,
            };
            self.traded(last);
            self.doubt_times_ahead(arrival);
        }
        if !told.settled.range {
            self.widen(told.trade.price, conditions);
        }
        if !told.settled.volume {
            self.add_volume(told.trade.size, conditions);
        }
    }
}

/// Makes a candle anew of the trades that are known, with another in the place
/// of one. Says whether all that is in it is known; it stays as it was where not.
fn rebuild(
    series: &mut Series,
    timeframe: Timeframe,
    start: i64,
    recent: &mut Recent,
    at: usize,
    instead: Option<Told>,
    revision: Revision,
) -> bool {
    if series
        .at(start)
        .is_some_and(|marked| marked.origin == Origin::Filled)
    {
        // Whoever told it takes back what has to be taken back.
        return false;
    }
    let belongs = |told: &Told| timeframe.start(told.when) == start;
    let of = |base: Option<&Marked>| base.filter(|base| base.candle.start == start).copied();
    let count =
        |base: Option<Marked>, trades: usize| base.map_or(0, |base| base.candle.trades as usize) + trades;
    // Written so that the borrow of the trades ends before the candle is put in its place.
    let make = |base: Option<Marked>, trades: &mut dyn Iterator<Item = (usize, &Told)>| {
        trades
            .filter_map(|(place, told)| if place == at { instead } else { Some(*told) })
            .filter(belongs)
            .fold(base, |candle, told| {
                Some(Marked::with(candle, start, told.when, &told.trade, revision))
            })
    };

    let base = of(recent.before().candle(timeframe));
    let is = series.at(start).map_or(0, |marked| marked.candle.trades as usize);
    let known = is == count(base, recent.trades().filter(|told| belongs(told)).count());
    if known {
        let candle = make(base, &mut recent.trades().enumerate());
        series.put(start, candle, revision);
    }
    // What was true between the two blocks has changed with the older one.
    let between = of(recent.newer.before.candle(timeframe));
    if recent.is_in_older(at)
        && let Some(between) = between
    {
        let older = recent.older.trades.iter().filter(|told| belongs(told)).count();
        if between.candle.trades as usize == count(base, older) {
            let candle = make(base, &mut recent.older.trades.iter().enumerate());
            *recent.newer.before.candle_mut(timeframe) = candle;
        }
    }
    known
}
