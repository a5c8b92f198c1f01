//! The market that the golden frame is of.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use market::{Candidate, Market, RowId};
use model::{
    Candle, Conditions, DayFigures, DaySpan, FeedId, FeedState, FeedStatus, Instrument, LineHealth, Moment,
    Price, Quote, Received, Session, Size, Snapshot, Source, Symbol, Tick, Timeframe, Trade, TransportKind,
};

const START: i64 = 1_767_366_000_000;

/// Four rows that between them have every form a number can take, and two that do not trade.
pub(super) fn market() -> Market {
    let mut market = Market::new();
    let (sim, far) = (FeedId::new("sim"), FeedId::new("far"));
    for (feed, source) in [(&sim, Source::Simulated), (&far, Source::Live)] {
        market.open_feed(feed.clone(), source);
        market.link(&status(feed, source, LIVE));
    }

    let everyday = market.open_row(&sim, Symbol::new("ACME"), received(0).at);
    market.accepted(everyday, instrument("185.00"), None, received(0));
    for (after, value, amount) in [
        (0, "187.20", "100"),
        (400, "187.31", "25"),
        (1_100, "187.24", "7.5"),
    ] {
        market.tick(everyday, &trade(after, value, amount), received(after));
    }
    // What was before anybody listened.
    let before = Candle {
        start: START / 1_000 - 1,
        open: price("187.10"),
        high: price("187.20"),
        low: price("187.05"),
        close: price("187.20"),
        volume: size("1500"),
        trades: 0,
    };
    let stretch = before.start..before.start + 1;
    market.fill(everyday, Timeframe::Second, &stretch, &[before]);
    market.tick(everyday, &quote(1_200, "187.23", "187.25"), received(1_200));

    // The smallest scale, a negative price, and sizes that 64 bits do not hold.
    let extreme = market.open_row(&far, Symbol::new("EDGE"), received(0).at);
    market.accepted(
        extreme,
        instrument("0.0000000000000000000000000001"),
        None,
        received(0),
    );
    market.tick(
        extreme,
        &trade(2_000, "-37.63", "79228162514264337593543950335"),
        received(2_000),
    );
    market.tick(
        extreme,
        &trade(3_000, "7.9228162514264337593543950335", "1"),
        received(3_000),
    );
    market.tick(
        extreme,
        &quote(3_000, "-0.0000000000000000000000000007", "9223372036854775807"),
        received(3_000),
    );

    let refused = market.open_row(&far, Symbol::new("NOPE"), received(0).at);
    market.refused(refused, "no such symbol");

    // Only a price, without a size and without the venue's time; then its feed is gone.
    let bare = market.open_row(&sim, Symbol::new("BARE"), received(0).at);
    let snapshot = Snapshot {
        last: Some((price("1"), None)),
        ..Snapshot::default()
    };
    market.snapshot(bare, &snapshot, received(4_000));
    let until = received(9_000).at;
    market.link(&status(
        &sim,
        Source::Simulated,
        FeedState::Waiting { until, attempt: 2 },
    ));

    let slow = FeedId::new("slow");
    market.open_feed(slow.clone(), Source::Simulated);
    market.link(&FeedStatus {
        transport: TransportKind::Poll,
        ..status(&slow, Source::Simulated, LIVE)
    });
    for (symbol, session) in [("HALT", Session::Halted), ("SHUT", Session::Closed)] {
        let row = market.open_row(&slow, Symbol::new(symbol), received(0).at);
        let snapshot = Snapshot {
            last: Some((price("42.50"), None)),
            session: Some(session),
            ..Snapshot::default()
        };
        market.frame_seen(&slow, received(4_500).at);
        market.snapshot(row, &snapshot, received(4_500));
    }
    // A coin of which the last 24 hours are told, and a stock whose session is, in the night.
    let coin = market.open_row(&far, Symbol::new("COIN"), received(0).at);
    let share = market.open_row(&far, Symbol::new("SHARE"), received(0).at);
    for (row, span, session) in [
        (coin, DaySpan::Rolling, Session::Open),
        (share, DaySpan::Session, Session::Overnight),
    ] {
        market.accepted(row, Instrument::default(), Some(session), received(0));
        market.tick(row, &trade(2_500, "10.10", "1"), received(2_500));
        let figures = DayFigures {
            span,
            high: Some(price("10.50")),
            low: Some(price("9.75")),
            volume: Some(size("120000.5")),
            reference: Some(price("10.00")),
            time: venue_time(2_600),
            ..DayFigures::default()
        };
        market.day(row, &figures, received(2_600));
    }

    market.refresh(received(5_000));
    let [bare, coin] = [("sim", "BARE"), ("far", "COIN")].map(|(feed, symbol)| candidate(feed, symbol));
    for row in 0..8 {
        let row = market.row(RowId(row)).unwrap();
        let source = candidate(row.feed.as_str(), row.symbol.as_str());
        market.prefer(vec![source]);
    }
    let row = market.prefer(vec![bare.clone()]);
    market.rank(row, vec![bare, coin], received(5_100));
    market.prefer(vec![candidate("gone", "GONE")]);
    market
}

fn candidate(feed: &str, symbol: &str) -> Candidate {
    Candidate {
        feed: FeedId::new(feed),
        symbol: Symbol::new(symbol),
    }
}

pub(super) fn received(after: i64) -> Received {
    let at = Moment::after_start(Duration::from_millis(after.unsigned_abs()));
    let wall = DateTime::from_timestamp_millis(START).unwrap() + TimeDelta::milliseconds(after);
    // Our clock is a little behind the venue's, as clocks are.
    Received {
        wall: wall + TimeDelta::microseconds(250),
        at,
    }
}

fn venue_time(after: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(START + after)
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

fn instrument(previous_close: &str) -> Instrument {
    Instrument {
        previous_close: Some(price(previous_close)),
        ..Instrument::default()
    }
}

fn trade(after: i64, value: &str, amount: &str) -> Tick {
    Tick::Trade(Trade {
        price: price(value),
        size: Some(size(amount)),
        time: venue_time(after),
        id: None,
        side: None,
        conditions: Conditions::NONE,
    })
}

fn quote(after: i64, bid: &str, ask: &str) -> Tick {
    let side = |text: &str| Some((price(text), Some(size("1"))));
    Tick::Quote(Quote {
        bid: side(bid),
        ask: side(ask),
        time: venue_time(after),
    })
}

const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);

fn status(feed: &FeedId, source: Source, state: FeedState) -> FeedStatus {
    FeedStatus {
        feed: feed.clone(),
        source,
        state,
        transport: TransportKind::WebSocket,
        round_trip: None,
        since: Moment::START,
        why: Arc::from("for the golden frame"),
        drops: 0,
    }
}
