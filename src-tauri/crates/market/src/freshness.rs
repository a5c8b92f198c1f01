//! How fresh a price is: the judgement, in one place.
//!
//! Worked out from three clocks (the last data of the symbol, the last bytes
//! on its connection, the last answer to a ping) and from how often this very
//! symbol usually speaks. All of them are monotonic and ours: a venue's time
//! may be late, fast or absent, and the wall clock may be put right at any
//! moment. [`crate::explain`] says the same in a sentence.

use std::time::Duration;

use model::{Moment, Session};

use crate::line::Line;
use crate::row::{Freshness, Row, Subscription};

/// No symbol is suspected sooner: even busy ones pause for some seconds.
const PAUSE: Duration = Duration::from_secs(10);
/// A silence this many times as long as usual is no longer usual.
const UNUSUAL: u32 = 8;
/// After so much more of it, "the market is quiet" is a guess.
const SUSPICIOUS: u32 = 3;
/// So long may a symbol be quiet of which no habit is known: most that are
/// slow speak within that time, and a fault of the whole connection shows sooner.
const UNKNOWN_HABIT: Duration = Duration::from_secs(300);

pub(crate) fn freshness(row: &Row, line: &Line, now: Moment) -> Freshness {
    let Some(heard) = row.cadence.latest() else {
        return Freshness::Unknown;
    };
    if line.down_since(Some(heard)).is_some() {
        return Freshness::Disconnected;
    }
    match row.subscription {
        // Nobody keeps this price up to date any more.
        Subscription::Refused { .. } => return Freshness::Stale,
        Subscription::Wanted | Subscription::Accepted => {}
    }
    let began = listening_since(heard, line);
    // A price from before a drop is not live until the venue has said something
    // since; what it may be blamed for begins with the new connection, too.
    let spoke_since = heard >= began;
    let silence = now.since(began);
    let patience = Patience::of(row);
    let session = row.present_session();
    let proven = line.is_proven(session, now);
    match session {
        // Only as long as there is somebody who would tell that it is over.
        Some(Session::Halted) if proven => return Freshness::Halted,
        // Who trades at night knows better than a calendar.
        Some(Session::Closed) if proven && (row.is_told_its_session() || !spoke_since || silence > PAUSE) => {
            return Freshness::Closed;
        }
        Some(_) | None => {}
    }
    if spoke_since && silence <= PAUSE {
        Freshness::Live
    } else if !proven {
        Freshness::Stale
    } else if spoke_since && silence <= patience.live {
        Freshness::Live
    } else if silence <= patience.quiet {
        Freshness::Quiet
    } else {
        Freshness::Stale
    }
}

/// Whether a symbol has been silent for so long that it would be called stale, had
/// the connection not been made anew meanwhile. A feed that finds its stream mute
/// makes another one, and for somebody who has a second source that is no news.
pub(crate) fn is_suspicious(row: &Row, now: Moment) -> bool {
    let heard = row.cadence.latest();
    heard.is_some_and(|heard| now.since(heard) > Patience::of(row).quiet)
}

/// The first moment at which a price is as fresh as it is now no more, if
/// nothing comes until then and nothing happens to its feed.
pub(crate) fn next_change(row: &Row, line: &Line, now: Moment) -> Option<Moment> {
    let heard = row.cadence.latest()?;
    let began = listening_since(heard, line);
    let patience = Patience::of(row);
    let is = freshness(row, line, now);
    let borne = [PAUSE, patience.live, patience.quiet];
    let last_moments = borne.into_iter().map(|borne| began + borne);
    last_moments
        .chain(line.proven_until(row.present_session()))
        .map(|last| last + Duration::from_nanos(1))
        .filter(|at| *at > now && freshness(row, line, *at) != is)
        .min()
}

/// From when on silence is counted.
fn listening_since(heard: Moment, line: &Line) -> Moment {
    line.opened().map_or(heard, |opened| heard.max(opened))
}

/// How long a symbol may be silent and still be called so.
struct Patience {
    live: Duration,
    quiet: Duration,
}

impl Patience {
    fn of(row: &Row) -> Self {
        let usual = Self::of_habit(row);
        match row.present_session() {
            // Orders are collected, and nothing else happens until they are matched.
            Some(Session::Auction) => Self {
                quiet: Duration::MAX,
                ..usual
            },
            // The habit was learned while more people were there.
            Some(Session::Pre | Session::Post | Session::Overnight) => Self {
                quiet: usual.quiet.max(UNKNOWN_HABIT),
                ..usual
            },
            Some(Session::Open | Session::Halted | Session::Closed) | None => usual,
        }
    }

    fn of_habit(row: &Row) -> Self {
        row.cadence.usual_gap().map_or(
            Self {
                live: PAUSE,
                quiet: UNKNOWN_HABIT,
            },
            |gap| {
                let live = gap.saturating_mul(UNUSUAL).max(PAUSE);
                Self {
                    live,
                    quiet: live.saturating_mul(SUSPICIOUS),
                }
            },
        )
    }
}
