//! One sentence that says why a price is as fresh as it is.

use std::time::Duration;

use model::{FeedState, LineHealth, Moment, Session};

use crate::freshness::freshness;
use crate::line::Line;
use crate::row::{Amended, Freshness, Row, Subscription};

/// An answer to a ping that is older than this tells nothing about now: the
/// feed asks every 15 s at least.
const PONG_WORTH_TELLING: Duration = Duration::from_secs(20);
/// Venues that send the latest value with a subscription do so within a second
/// or two; some take any name and never say a word about it.
const FIRST_DATA: Duration = Duration::from_secs(15);

pub(crate) fn explain(row: &Row, line: &Line, behind: Option<Duration>, now: Moment) -> String {
    let mut sentence = match freshness(row, line, now) {
        Freshness::Unknown => missing(row, line, now),
        Freshness::Disconnected => {
            let heard = row.cadence.latest();
            let since = line.down_since(heard).or(heard).unwrap_or(now);
            format!(
                "disconnected for {}: {}",
                span(now.since(since)),
                link(row, line, now)
            )
        }
        Freshness::Live => {
            let silence = span(silence(row, now));
            format!(
                "last news {silence} ago; {}{}{}",
                link(row, line, now),
                habit(row),
                hours(row)
            )
        }
        Freshness::Quiet | Freshness::Stale => {
            let mut suspicion = suspicion(row, line, now);
            suspicion.push_str(hours(row));
            suspicion
        }
        Freshness::Halted => pause("halted by the venue", row, line, now),
        Freshness::Closed => pause("the market for it is closed", row, line, now),
    };
    if let Some(behind) = behind {
        sentence.push_str(&format!("; lagging: what comes is {} old", span(behind)));
    }
    if let Some(amended) = amended(row.amended) {
        sentence.push_str(&amended);
    }
    match row.missed {
        0 => {}
        1 => sentence.push_str("; 1 tick was lost on the way"),
        missed => sentence.push_str(&format!("; {missed} ticks were lost on the way")),
    }
    sentence
}

/// What of its trades was not so, and how much of that can still be seen.
fn amended(Amended { trades, beyond }: Amended) -> Option<String> {
    let counted = |count| match count {
        1 => "1 trade".to_owned(),
        count => format!("{count} trades"),
    };
    let were = |count| if count == 1 { "was" } else { "were" };
    let beyond_reach = match beyond {
        0 => String::new(),
        beyond if beyond == trades => {
            ", too long after it was told to take that out of what is shown".to_owned()
        }
        beyond => format!(", {beyond} of them too late to take that out of what is shown"),
    };
    (trades > 0).then(|| {
        format!(
            "; {} {} cancelled or corrected by the venue{beyond_reach}",
            counted(trades),
            were(trades)
        )
    })
}

/// Trading has stopped: since when and why, as far as the venue has told. Only a
/// calendar says when it goes on.
fn pause(what: &str, row: &Row, line: &Line, now: Moment) -> String {
    let told = row.session.as_ref();
    let since = told
        .and_then(|told| told.time)
        .map_or_else(String::new, |time| format!(" since {}", time.format("%H:%M UTC")));
    let why = told
        .and_then(|told| told.reason.as_ref())
        .map_or_else(String::new, |why| format!(": {why}"));
    let calendar = match row.schedule.until() {
        Some(until) if told.is_none() => {
            format!(
                ", by the calendar of its exchange until {}",
                until.format("%-d %B %H:%M UTC")
            )
        }
        Some(_) | None => String::new(),
    };
    format!("{what}{since}{why}{calendar}; {}", link(row, line, now))
}

/// Where fewer trade, or nobody yet, a long silence is no wonder.
fn hours(row: &Row) -> &'static str {
    match row.present_session() {
        Some(Session::Pre) => "; trading before the official opening",
        Some(Session::Auction) => "; orders are collected for an auction",
        Some(Session::Post) => "; trading after the official close",
        Some(Session::Overnight) => "; overnight trading",
        Some(Session::Open | Session::Halted | Session::Closed) | None => "",
    }
}

fn suspicion(row: &Row, line: &Line, now: Moment) -> String {
    let silence = format!("no news for {}", span(silence(row, now)));
    match &row.subscription {
        Subscription::Refused { why } => format!("{silence}: {}", refusal(why)),
        Subscription::Wanted => {
            format!(
                "{silence}: the feed has not answered for this symbol; {}",
                link(row, line, now)
            )
        }
        Subscription::Accepted => format!("{silence}; {}{}", link(row, line, now), habit(row)),
    }
}

/// What there is instead of a first price. A refusal begins with its reason: a narrow row shows
/// no more than the beginning.
fn missing(row: &Row, line: &Line, now: Moment) -> String {
    let wanted = span(now.since(row.opened));
    match &row.subscription {
        Subscription::Refused { why } => refusal(why),
        Subscription::Wanted | Subscription::Accepted if line.down_since(None).is_some() => {
            format!("no price yet: {}", link(row, line, now))
        }
        Subscription::Wanted => {
            format!(
                "no price yet: asked for {wanted} ago and not answered; {}",
                link(row, line, now)
            )
        }
        Subscription::Accepted => match row.present_session() {
            Some(Session::Closed) => format!(
                "no price yet: {}",
                pause("the market for it is closed", row, line, now)
            ),
            Some(Session::Halted) => {
                format!("no price yet: {}", pause("halted by the venue", row, line, now))
            }
            Some(Session::Pre | Session::Auction | Session::Open | Session::Post | Session::Overnight)
            | None => unproven(row, line, now),
        },
    }
}

/// Some venues take any name. A subscription of which nothing comes proves nothing.
fn unproven(row: &Row, line: &Line, now: Moment) -> String {
    let waited = now.since(row.accepted.unwrap_or(now));
    if waited < FIRST_DATA {
        return format!(
            "no price yet: the feed accepted this symbol and sent nothing since; {}",
            link(row, line, now)
        );
    }
    format!(
        "no price yet: {} took the subscription and has sent nothing for it for {}: the symbol may not exist \
         there, or nobody trades it now; check how the venue writes it, or wait for its first trade; {}{}",
        row.feed,
        span(waited),
        link(row, line, now),
        hours(row)
    )
}

fn refusal(why: &str) -> String {
    format!("refused: {why}")
}

fn link(row: &Row, line: &Line, now: Moment) -> String {
    let Some(status) = line.status() else {
        return "the feed was not started".to_owned();
    };
    let why = &status.why;
    match status.state {
        FeedState::Live(LineHealth::Proving | LineHealth::Healthy | LineHealth::Probing) => {
            alive(row, line, now)
        }
        FeedState::Live(LineHealth::Mute) => format!("{}; {why}", alive(row, line, now)),
        FeedState::Climbing { to } => format!("{}; trying {to} beside it", alive(row, line, now)),
        FeedState::Waiting { until, .. } => {
            format!("{why}; next attempt in {}", span(until.since(now)))
        }
        FeedState::Offline { until } => {
            format!("{why}; looking again in {}", span(until.since(now)))
        }
        FeedState::Suspended { again: None } => format!("{why}; the feed waits for you"),
        FeedState::Suspended { again: Some(again) } => {
            format!(
                "{why}; the feed waits for you, or tries by itself in {}",
                span(again.since(now))
            )
        }
        FeedState::Subscribing { acked, total, .. } if total > 0 => {
            format!("{why}; {acked} of {total} symbols are answered")
        }
        FeedState::Idle
        | FeedState::Connecting { .. }
        | FeedState::Authenticating { .. }
        | FeedState::Subscribing { .. }
        | FeedState::Closed => why.to_string(),
    }
}

fn alive(row: &Row, line: &Line, now: Moment) -> String {
    let Some(alive_at) = line.alive_at() else {
        return "connected, and nothing came yet".to_owned();
    };
    if !line.is_proven(row.present_session(), now) {
        return format!("nothing on the connection for {}", span(now.since(alive_at)));
    }
    match line.pong() {
        Some(pong) if now.since(pong.at) <= PONG_WORTH_TELLING => format!(
            "connection alive, pong {} ago, round trip {}",
            span(now.since(pong.at)),
            span(pong.round_trip)
        ),
        Some(_) | None => format!("connection alive, last bytes {} ago", span(now.since(alive_at))),
    }
}

fn silence(row: &Row, now: Moment) -> Duration {
    now.since(row.cadence.latest().unwrap_or(row.opened))
}

fn habit(row: &Row) -> String {
    row.cadence
        .usual_gap()
        .map_or_else(String::new, |gap| format!("; usual gap {}", span(gap)))
}

/// A time as a person says it, with no more digits than matter.
fn span(duration: Duration) -> String {
    let (seconds, tenths) = (duration.as_secs(), duration.subsec_millis() / 100);
    match (seconds, tenths) {
        (0, _) => format!("{} ms", duration.as_millis()),
        (1..10, 1..) => format!("{seconds}.{tenths} s"),
        (1..120, _) => format!("{seconds} s"),
        (120..7_200, _) => format!("{} min", seconds / 60),
        (7_200.., _) => format!("{} h", seconds / 3_600),
    }
}
