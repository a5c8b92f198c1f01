//! The table of everything that is watched.

mod news;
mod pasts;
mod preferences;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{FeedId, FeedStatus, MarketClock, Moment, Received, Source, Symbol, Timeframe, TransportKind};

use crate::Revision;
use crate::arrival::Arrival;
use crate::explain::explain;
use crate::freshness::{freshness, next_change};
use crate::lag::Lag;
use crate::line::Line;
use crate::preference::{Candidate, Preference, lack, missing};
use crate::row::{FeedPlace, Row, RowId, Subscription};
use crate::series::Series;

/// The clocks of two servers of one venue may differ by so much, which is no
/// turning back of time.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);

/// Every row of every feed.
#[derive(Debug)]
pub struct Market {
    /// By number too: a row knows that of its feed, so that a tick compares no
    /// names. A feed that was closed leaves an empty place behind.
    feeds: Vec<Option<Feed>>,
    /// By number, so that a tick finds its row without hashing a name. A row
    /// that was closed leaves an empty place, and its number with it.
    rows: Vec<Option<Box<Row>>>,
    /// They have their numbers from the rows, which have an empty place for each.
    preferences: BTreeMap<RowId, Preference>,
    revision: Revision,
    /// Whether anybody looks at it.
    watched: bool,
}

impl Default for Market {
    fn default() -> Self {
        Self {
            feeds: Vec::new(),
            rows: Vec::new(),
            preferences: BTreeMap::new(),
            revision: Revision::default(),
            watched: true,
        }
    }
}

#[derive(Debug)]
struct Feed {
    id: FeedId,
    source: Source,
    line: Line,
    clock: Option<MarketClock>,
    lag: Lag,
    /// Of what came last, as long as the clock runs as it did then.
    arrival: Option<Arrival>,
    /// When anything of any of its rows came last, by the market's time.
    heard: Option<DateTime<Utc>>,
}

impl Market {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn open_feed(&mut self, feed: FeedId, source: Source) {
        if self.feed_place(&feed).is_none() {
            self.feeds.push(Some(Feed {
                id: feed,
                source,
                line: Line::new(self.watched),
                clock: None,
                lag: Lag::new(),
                arrival: None,
                heard: None,
            }));
        }
    }

    /// Closes its rows too: a price without a feed has nobody to answer for it.
    pub fn close_feed(&mut self, feed: &FeedId) {
        if let Some(FeedPlace(at)) = self.feed_place(feed) {
            self.feeds[at] = None;
        }
        let gone = self.rows.iter_mut().filter_map(|place| {
            let row = place.take_if(|row| row.feed == *feed)?;
            Some(Candidate::of(&row))
        });
        let gone: Vec<_> = gone.collect();
        for candidate in gone {
            self.link_candidates(&candidate, None);
        }
        self.revision.next();
    }

    /// The number that the next row gets is never one that another row had.
    pub fn open_row(&mut self, feed: &FeedId, symbol: Symbol, now: Moment) -> RowId {
        let id = self.next_id();
        let place = self.feed_place(feed);
        let known = place.and_then(|place| self.feed_at(place));
        let source = known.map_or(Source::Live, |feed| feed.source);
        let transport = known
            .and_then(|feed| feed.line.status())
            .map(|status| status.transport);
        let mut row = Row::new(id, feed.clone(), place, source, symbol, now);
        row.transport = transport;
        row.revision = self.revision.next();
        let candidate = Candidate::of(&row);
        self.rows.push(Some(Box::new(row)));
        self.link_candidates(&candidate, Some(id));
        id
    }

    pub fn close_row(&mut self, row: RowId) {
        if let Some(place) = self.rows.get_mut(row.0 as usize) {
            if let Some(row) = place.take() {
                self.link_candidates(&Candidate::of(&row), None);
            }
            self.revision.next();
        }
    }

    /// The connection's state has changed. What was subscribed on one that is
    /// lost is only wanted on the next.
    pub fn link(&mut self, status: &FeedStatus) {
        let Some(place) = self.feed_place(&status.feed) else {
            return;
        };
        let Some(feed) = self.feeds.get_mut(place.0).and_then(Option::as_mut) else {
            return;
        };
        let lost = feed.line.changed(status);
        let polled = status.transport == TransportKind::Poll;
        for row in rows_of(&mut self.rows, place) {
            let unsubscribed = lost && row.subscription == Subscription::Accepted;
            if unsubscribed {
                row.subscription = Subscription::Wanted;
            }
            pasts::listen(row, feed, unsubscribed, polled, self.revision);
            let elsewhere = row.transport != Some(status.transport);
            row.transport = Some(status.transport);
            if unsubscribed || elsewhere {
                row.revision = self.revision.next();
            }
        }
    }

    /// Where the prices of a feed come from, as it turns out once it is there.
    pub fn set_source(&mut self, feed: &FeedId, source: Source) {
        let Some((place, known)) = self.feed_mut(feed) else {
            return;
        };
        if known.source == source {
            return;
        }
        known.source = source;
        for row in rows_of(&mut self.rows, place) {
            row.source = source;
            row.revision = self.revision.next();
        }
    }

    /// The feed has stated how its market time runs, as it does when a
    /// connection begins.
    pub fn set_clock(&mut self, feed: &FeedId, clock: MarketClock, at: Moment) {
        let Some((place, known)) = self.feed_mut(feed) else {
            return;
        };
        known.clock = Some(clock);
        known.arrival = None;
        known.heard = known.heard.map(|heard| heard.min(clock.market));
        known.lag.set_clock(&clock, at);
        let Some(now) = clock.market.checked_add_signed(CLOCKS_DIFFER) else {
            return;
        };
        let revision = self.revision.next();
        for row in rows_of(&mut self.rows, place) {
            row.turn_back(now, revision);
        }
    }

    /// How the feed's market time runs; our own time until it has said so.
    pub fn clock(&self, feed: &FeedId, now: Received) -> MarketClock {
        self.feed_place(feed)
            .and_then(|place| self.feed_at(place)?.clock)
            .unwrap_or(MarketClock::live(now.wall))
    }

    pub fn frame_seen(&mut self, feed: &FeedId, at: Moment) {
        if let Some((_, feed)) = self.feed_mut(feed) {
            feed.line.frame_seen(at);
        }
    }

    pub fn pong_seen(&mut self, feed: &FeedId, at: Moment, round_trip: Duration) {
        if let Some((_, feed)) = self.feed_mut(feed) {
            feed.line.pong_seen(at, round_trip);
        }
    }

    /// Whether anybody looks. Where nobody does, a feed asks a silent connection
    /// less often whether it lives, and silence proves less.
    pub fn set_watched(&mut self, watched: bool, now: Received) {
        self.watched = watched;
        for feed in self.feeds.iter_mut().flatten() {
            feed.line.set_watched(watched);
        }
        self.refresh(now);
    }

    /// When [`Market::refresh`] will find the next row to have grown old, if
    /// nothing comes and nothing changes until then.
    pub fn next_change(&self, now: Moment) -> Option<Moment> {
        let rows = self.rows.iter().flatten();
        rows.flat_map(|row| {
            let feed = feed_of(&self.feeds, row);
            let older = feed.and_then(|feed| next_change(row, &feed.line, now));
            older.into_iter().chain(row.schedule.next_change(now))
        })
        .chain(self.next_change_of_source(now))
        .min()
    }

    /// Looks at every row for having grown old. To be called at
    /// [`Market::next_change`], or often enough, and at once when a connection has
    /// changed its state.
    pub fn refresh(&mut self, now: Received) {
        for row in self.rows.iter_mut().flatten() {
            let Some(feed) = feed_of(&self.feeds, row) else {
                continue;
            };
            let hours = row.keep_hours(market_time(Some(feed), now), now.at);
            // Not in one expression: both have to be looked at.
            let judged = judge(feed, row, now);
            if hours || judged {
                row.revision = self.revision.next();
            }
        }
        self.look_at_sources(now);
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

    /// Of a preference, the row of the source that is shown.
    pub fn row(&self, row: RowId) -> Option<&Row> {
        self.rows.get(row.0 as usize)?.as_deref().or_else(|| {
            let shown = self.preferences.get(&row)?.shown_row()?;
            self.rows.get(shown.0 as usize)?.as_deref()
        })
    }

    pub fn series(&self, row: RowId, timeframe: Timeframe) -> Option<&Series> {
        self.row(row).map(|row| row.series(timeframe))
    }

    /// One sentence that says why a price is as fresh as it is.
    pub fn explain(&self, row: RowId, now: Received) -> Option<String> {
        let Some(row) = self.row(row) else {
            return self.preference(row).map(missing);
        };
        let feed = feed_of(&self.feeds, row)?;
        Some(explain(row, &feed.line, feed.lag.behind(now.at), now.at))
    }

    fn next_id(&self) -> RowId {
        RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX))
    }

    /// There are a few of them, and a name is looked for seldom.
    fn feed_place(&self, id: &FeedId) -> Option<FeedPlace> {
        let mut feeds = self.feeds.iter();
        feeds
            .position(|feed| feed.as_ref().is_some_and(|feed| feed.id == *id))
            .map(FeedPlace)
    }

    fn feed_at(&self, FeedPlace(at): FeedPlace) -> Option<&Feed> {
        self.feeds.get(at)?.as_ref()
    }

    fn feed_mut(&mut self, id: &FeedId) -> Option<(FeedPlace, &mut Feed)> {
        let place = self.feed_place(id)?;
        let feed = self.feeds.get_mut(place.0)?.as_mut()?;
        Some((place, feed))
    }
}

fn place(rows: &mut [Option<Box<Row>>], row: RowId) -> Option<&mut Row> {
    rows.get_mut(row.0 as usize)?.as_deref_mut()
}

fn rows_of(rows: &mut [Option<Box<Row>>], feed: FeedPlace) -> impl Iterator<Item = &mut Row> {
    rows.iter_mut()
        .flatten()
        .map(AsMut::as_mut)
        .filter(move |row| row.feed_place == Some(feed))
}

fn feed_of<'a>(feeds: &'a [Option<Feed>], row: &Row) -> Option<&'a Feed> {
    feeds.get(row.feed_place?.0)?.as_ref()
}

/// What the market's clock shows.
fn market_time(feed: Option<&Feed>, now: Received) -> DateTime<Utc> {
    let clock = feed.and_then(|feed| feed.clock.as_ref());
    clock.map_or(now.wall, |clock| clock.at(now.wall))
}

/// Whether the freshness of a row has changed.
fn judge(feed: &Feed, row: &mut Row, now: Received) -> bool {
    let freshness = freshness(row, &feed.line, now.at);
    let changed = freshness != row.freshness;
    if changed {
        row.freshness = freshness;
        row.fresh_since = now.wall;
    }
    row.see(lack(row, &feed.line, now.at), now.at);
    changed
}
