//! How fresh a price is, and the sentence that says why.
//!
//! Worked out from three clocks (the last data of the symbol, the last bytes
//! on its connection, the last answer to a ping) and from how often this very
//! symbol usually speaks.

use std::time::Duration;

use model::{FeedState, FeedStatus, Moment};

use crate::row::{Row, Subscription};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// There never was a price.
    Unknown,
    Live,
    /// No news for longer than usual, over a connection that is proven alive.
    Quiet,
    /// Silence that cannot be told from a fault any more.
    Stale,
    Disconnected,
}

/// No symbol is suspected sooner: even busy ones pause for some seconds.
const USUAL_AT_LEAST: Duration = Duration::from_secs(10);
/// A silence this many times as long as usual is no longer usual.
const UNUSUAL: u32 = 8;
/// After so much more of it, "the market is quiet" is a guess.
const SUSPICIOUS: u32 = 3;
/// A connection that spoke this recently is alive: pings go out every 5 s of silence.
const PROVEN: Duration = Duration::from_secs(10);

/// What is known of a feed's connection.
#[derive(Debug, Default)]
pub(crate) struct Link {
    pub(crate) status: Option<FeedStatus>,
    pub(crate) frame: Option<Moment>,
    pub(crate) pong: Option<(Moment, Duration)>,
}

/// How long a symbol usually waits between two ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cadence {
    last: Option<Moment>,
    usual: Option<Duration>,
}

impl Cadence {
    /// A moving mean: long gaps teach it quickly, short ones slowly, since
    /// calling a quiet symbol stale is the worse mistake.
    pub(crate) fn tick(&mut self, at: Moment) {
        let Some(last) = self.last.replace(at) else { return };
        let gap = at.since(last);
        self.usual = Some(match self.usual {
            None => gap,
            Some(usual) if gap > usual => (usual * 3 + gap) / 4,
            Some(usual) => (usual * 31 + gap) / 32,
        });
    }

    fn patience(self) -> Duration {
        self.usual.map_or(USUAL_AT_LEAST, |usual| {
            usual.saturating_mul(UNUSUAL).max(USUAL_AT_LEAST)
        })
    }
}

impl Link {
    fn is_live(&self) -> bool {
        self.status.as_ref().is_some_and(|status| match status.state {
            FeedState::Live => true,
            FeedState::Idle
            | FeedState::Connecting { .. }
            | FeedState::Waiting { .. }
            | FeedState::Suspended
            | FeedState::Closed => false,
        })
    }

    fn spoke(&self) -> Option<Moment> {
        self.frame.max(self.pong.map(|(at, _)| at))
    }
}

pub(crate) fn freshness(row: &Row, link: &Link, now: Moment) -> Freshness {
    let Some(heard) = row.heard else {
        return Freshness::Unknown;
    };
    if !link.is_live() {
        return Freshness::Disconnected;
    }
    let silence = now.since(heard);
    let patience = row.cadence.patience();
    let proven = link.spoke().is_some_and(|spoke| now.since(spoke) <= PROVEN);
    if silence <= patience {
        Freshness::Live
    } else if proven && silence <= patience.saturating_mul(SUSPICIOUS) {
        Freshness::Quiet
    } else {
        Freshness::Stale
    }
}

pub(crate) fn explain(row: &Row, link: &Link, now: Moment) -> String {
    let silence = || format!("no news for {}", span(now.since(row.heard.unwrap_or(row.opened))));
    match freshness(row, link, now) {
        Freshness::Unknown => format!("no price yet: {}", waiting_for(row, link, now)),
        Freshness::Disconnected => format!("{}: {}", silence(), connection(link, now)),
        Freshness::Live => {
            let heard = span(now.since(row.heard.unwrap_or(row.opened)));
            format!("last news {heard} ago; {}{}", connection(link, now), usual(row))
        }
        Freshness::Quiet | Freshness::Stale => {
            format!("{}; {}{}", silence(), connection(link, now), usual(row))
        }
    }
}

fn waiting_for(row: &Row, link: &Link, now: Moment) -> String {
    match &row.subscription {
        Subscription::Refused { why } => format!("the feed refused this symbol: {why}"),
        Subscription::Wanted if link.is_live() => "the feed has not answered for this symbol".to_owned(),
        Subscription::Accepted if link.is_live() => {
            format!(
                "the feed accepted this symbol and sent nothing since; {}",
                connection(link, now)
            )
        }
        Subscription::Wanted | Subscription::Accepted => connection(link, now),
    }
}

fn connection(link: &Link, now: Moment) -> String {
    let Some(status) = &link.status else {
        return "the feed was not started".to_owned();
    };
    let why = &status.why;
    match status.state {
        FeedState::Live => match (link.pong, link.spoke()) {
            (Some((at, round_trip)), _) if now.since(at) <= PROVEN * 2 => {
                format!(
                    "connection alive, pong {} ago ({} ms)",
                    span(now.since(at)),
                    round_trip.as_millis()
                )
            }
            (_, Some(spoke)) => format!("last bytes on the connection {} ago", span(now.since(spoke))),
            (_, None) => "connected, and nothing came yet".to_owned(),
        },
        FeedState::Waiting { until, .. } => {
            format!("{why}; next attempt in {}", span(until.since(now)))
        }
        FeedState::Suspended => format!("{why}; the feed waits for you"),
        FeedState::Idle | FeedState::Connecting { .. } | FeedState::Closed => why.to_string(),
    }
}

fn usual(row: &Row) -> String {
    row.cadence
        .usual
        .map_or_else(String::new, |usual| format!("; usual gap {}", span(usual)))
}

/// A time as a person says it, with no more digits than matter.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..10 => format!("{}.{} s", seconds, duration.subsec_millis() / 100),
        10..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200.. => format!("{} h", seconds / 3_600),
    }
}
