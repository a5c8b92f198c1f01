//! What a feed says of one row.

use model::{Amendment, DayFigures, Gap, Instrument, Received, Session, SessionChange, Snapshot, Tick};

use super::{Feed, Market, feed_of, judge, market_time, place};
use crate::arrival::Arrival;
use crate::row::{Row, RowId, Subscription};

impl Market {
    /// `session` is what the venue says of the present one, where it does.
    pub fn accepted(
        &mut self,
        row: RowId,
        instrument: Instrument,
        session: Option<Session>,
        received: Received,
    ) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let market = market_time(feed_of(&self.feeds, row), received);
            row.describe(instrument);
            row.listen(market, revision);
            row.accept(received.at);
            row.in_session(session, received.at, market);
            row.keep_hours(market, received.at);
            row.revision = revision;
        }
    }

    /// Trading in it begins, stops or ends.
    pub fn session(&mut self, row: RowId, change: SessionChange, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let market = market_time(feed_of(&self.feeds, row), received);
            row.change_session(change, received.at, market);
            row.revision = revision;
            if let Some(feed) = feed_of(&self.feeds, row) {
                judge(feed, row, received);
            }
        }
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
            let mut feed = row.feed_place.and_then(|at| self.feeds.get_mut(at.0)?.as_mut());
            if let Some((feed, time)) = feed.as_mut().zip(tick.time()) {
                feed.lag.tick(time, received.at);
            }
            row.tick(tick, &arrival(feed.as_deref_mut(), received), revision);
            heard(feed.as_deref(), row, received);
        }
    }

    pub fn snapshot(&mut self, row: RowId, snapshot: &Snapshot, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let mut feed = row.feed_place.and_then(|at| self.feeds.get_mut(at.0)?.as_mut());
            let arrival = arrival(feed.as_deref_mut(), received);
            row.snapshot(snapshot, &arrival, revision);
            row.in_session(snapshot.session, received.at, arrival.market);
            heard(feed.as_deref(), row, received);
        }
    }

    /// What the venue says of the day. It is a sign of life of a symbol that has
    /// a price, and no price.
    pub fn day(&mut self, row: RowId, figures: &DayFigures, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let mut feed = row.feed_place.and_then(|at| self.feeds.get_mut(at.0)?.as_mut());
            row.figures(figures, &arrival(feed.as_deref_mut(), received), revision);
            if row.has_price() {
                heard(feed.as_deref(), row, received);
            }
        }
    }

    /// A trade that was told before was not so.
    pub fn amended(&mut self, row: RowId, amendment: &Amendment, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let mut feed = row.feed_place.and_then(|at| self.feeds.get_mut(at.0)?.as_mut());
            row.amend(amendment, &arrival(feed.as_deref_mut(), received), revision);
            if row.has_price() {
                heard(feed.as_deref(), row, received);
            }
        }
    }

    fn change(&mut self, row: RowId, change: impl FnOnce(&mut Row)) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            change(row);
            row.revision = revision;
        }
    }
}

/// That of the tick before, where both came together.
fn arrival(feed: Option<&mut Feed>, received: Received) -> Arrival {
    let Some(feed) = feed else {
        return Arrival::new(received, None);
    };
    match feed.arrival {
        Some(known) if known.received == received => known,
        Some(_) | None => {
            let arrival = Arrival::new(received, feed.clock.as_ref());
            feed.heard = Some(arrival.market);
            *feed.arrival.insert(arrival)
        }
    }
}

/// The symbol has said something.
fn heard(feed: Option<&Feed>, row: &mut Row, received: Received) {
    let Some(feed) = feed else {
        return;
    };
    let connected = feed.line.opened().unwrap_or(received.at);
    row.cadence.heard(received.at, connected);
    judge(feed, row, received);
}
