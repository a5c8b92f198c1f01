//! The table of everything that is watched.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{
    FeedId, FeedStatus, Gap, Instrument, MarketClock, Moment, Received, Snapshot, Source, Symbol, Tick,
    Timeframe,
};

use crate::Revision;
use crate::explain::explain;
use crate::freshness::freshness;
use crate::line::Line;
use crate::row::{Row, RowId, Subscription};
use crate::series::Series;

/// The clocks of two servers of one venue may differ by so much, which is no
/// turning back of time.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);

/// Every row of every feed.
#[derive(Debug, Default)]
pub struct Market {
    feeds: BTreeMap<FeedId, Feed>,
    /// By number, so that a tick finds its row without hashing a name. A row
    /// that was closed leaves an empty place, and its number with it.
    rows: Vec<Option<Box<Row>>>,
    revision: Revision,
}

#[derive(Debug)]
struct Feed {
    source: Source,
    line: Line,
    clock: Option<MarketClock>,
}

impl Market {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn open_feed(&mut self, feed: FeedId, source: Source) {
        self.feeds.entry(feed).or_insert_with(|| Feed {
            source,
            line: Line::new(),
            clock: None,
        });
    }

    /// Closes its rows too: a price without a feed has nobody to answer for it.
    pub fn close_feed(&mut self, feed: &FeedId) {
        self.feeds.remove(feed);
        for place in &mut self.rows {
            place.take_if(|row| row.feed == *feed);
        }
        self.revision.next();
    }

    /// The number that the next row gets is never one that another row had.
    pub fn open_row(&mut self, feed: &FeedId, symbol: Symbol, now: Moment) -> RowId {
        let id = RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        let source = self.feeds.get(feed).map_or(Source::Live, |feed| feed.source);
        let mut row = Row::new(id, feed.clone(), source, symbol, now);
        row.revision = self.revision.next();
        self.rows.push(Some(Box::new(row)));
        id
    }

    pub fn close_row(&mut self, row: RowId) {
        if let Some(place) = self.rows.get_mut(row.0 as usize) {
            *place = None;
            self.revision.next();
        }
    }

    /// The connection's state has changed. What was subscribed on one that is
    /// lost is only wanted on the next.
    pub fn link(&mut self, status: &FeedStatus) {
        let Some(feed) = self.feeds.get_mut(&status.feed) else {
            return;
        };
        if !feed.line.changed(status) {
            return;
        }
        for row in self.rows.iter_mut().flatten() {
            if row.feed == status.feed && row.subscription == Subscription::Accepted {
                row.subscription = Subscription::Wanted;
                row.revision = self.revision.next();
            }
        }
    }

    /// The feed has stated how its market time runs, as it does when a
    /// connection begins.
    pub fn set_clock(&mut self, feed: &FeedId, clock: MarketClock) {
        let Some(known) = self.feeds.get_mut(feed) else {
            return;
        };
        known.clock = Some(clock);
        let Some(now) = clock.market.checked_add_signed(CLOCKS_DIFFER) else {
            return;
        };
        let revision = self.revision.next();
        for row in self.rows.iter_mut().flatten().filter(|row| row.feed == *feed) {
            row.turn_back(now, revision);
        }
    }

    /// How the feed's market time runs; our own time until it has said so.
    pub fn clock(&self, feed: &FeedId, now: Received) -> MarketClock {
        self.feeds
            .get(feed)
            .and_then(|feed| feed.clock)
            .unwrap_or(MarketClock::live(now.wall))
    }

    pub fn frame_seen(&mut self, feed: &FeedId, at: Moment) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.line.frame_seen(at);
        }
    }

    pub fn pong_seen(&mut self, feed: &FeedId, at: Moment, round_trip: Duration) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.line.pong_seen(at, round_trip);
        }
    }

    pub fn accepted(&mut self, row: RowId, instrument: Instrument) {
        self.change(row, |row| {
            row.instrument = instrument;
            row.subscription = Subscription::Accepted;
        });
    }

    pub fn refused(&mut self, row: RowId, why: &str) {
        self.change(row, |row| {
            row.subscription = Subscription::Refused { why: why.into() }
        });
    }

    pub fn gap(&mut self, row: RowId, gap: Gap) {
        let missed = gap.to.saturating_sub(gap.from).saturating_add(1);
        self.change(row, |row| row.missed = row.missed.saturating_add(missed));
    }

    /// The hot path: it allocates nothing but a new candle's place.
    pub fn tick(&mut self, row: RowId, tick: &Tick, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let market = market_time(&self.feeds, row, received);
            row.tick(tick, received, market, revision);
            heard(&self.feeds, row, received);
        }
    }

    pub fn snapshot(&mut self, row: RowId, snapshot: &Snapshot, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let market = market_time(&self.feeds, row, received);
            row.snapshot(snapshot, received, market, revision);
            heard(&self.feeds, row, received);
        }
    }

    /// Looks at every row for having grown old. Called a few times a second,
    /// and at once when a connection has changed its state.
    pub fn refresh(&mut self, now: Received) {
        for row in self.rows.iter_mut().flatten() {
            let Some(feed) = self.feeds.get(&row.feed) else {
                continue;
            };
            if judge(feed, row, now) {
                row.revision = self.revision.next();
            }
        }
    }

    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The rows that a reader who has seen `seen` does not know as they are now.
    pub fn changed_since(&self, seen: Revision) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .flatten()
            .filter(move |row| row.revision > seen)
            .map(AsRef::as_ref)
    }

    pub fn row(&self, row: RowId) -> Option<&Row> {
        self.rows.get(row.0 as usize)?.as_deref()
    }

    pub fn series(&self, row: RowId, timeframe: Timeframe) -> Option<&Series> {
        self.row(row).map(|row| row.series(timeframe))
    }

    /// One sentence that says why a price is as fresh as it is.
    pub fn explain(&self, row: RowId, now: Received) -> Option<String> {
        let row = self.row(row)?;
        let line = &self.feeds.get(&row.feed)?.line;
        Some(explain(row, line, now.at))
    }

    fn change(&mut self, row: RowId, change: impl FnOnce(&mut Row)) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            change(row);
            row.revision = revision;
        }
    }
}

fn place(rows: &mut [Option<Box<Row>>], row: RowId) -> Option<&mut Row> {
    rows.get_mut(row.0 as usize)?.as_deref_mut()
}

/// What the market's clock shows; ours, until the feed has stated its own.
fn market_time(feeds: &BTreeMap<FeedId, Feed>, row: &Row, received: Received) -> DateTime<Utc> {
    let clock = feeds.get(&row.feed).and_then(|feed| feed.clock);
    clock.map_or(received.wall, |clock| clock.at(received.wall))
}

/// The symbol has said something.
fn heard(feeds: &BTreeMap<FeedId, Feed>, row: &mut Row, received: Received) {
    let Some(feed) = feeds.get(&row.feed) else {
        return;
    };
    let connected = feed.line.opened().unwrap_or(received.at);
    row.cadence.heard(received.at, connected);
    judge(feed, row, received);
}

/// Whether the freshness of a row has changed.
fn judge(feed: &Feed, row: &mut Row, now: Received) -> bool {
    let freshness = freshness(row, &feed.line, now.at);
    let changed = freshness != row.freshness;
    if changed {
        row.freshness = freshness;
        row.fresh_since = now.wall;
    }
    changed
}
