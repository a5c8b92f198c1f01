//! When there is trading on a day, and when it stops.

use std::sync::Arc;

use model::Session;

use super::super::climate::{Climate, Shock};
use super::super::exchange;
use super::super::listed::Listed;
use super::{Change, Kind, Minute};

/// A move of this size within a minute stops trading.
const HALT_LIMIT: f64 = 0.05;
/// For so many minutes, and then an auction of one.
const HALT_LASTS: i64 = 5;
const LIMIT_REASON: &str = "volatility halt";

pub(super) struct Plan {
    pub(super) minutes: Vec<Minute>,
    pub(super) changes: Vec<Change>,
}

/// `first` is the day's first minute since 1970.
pub(super) fn of(listed: &Listed, climate: &Climate, number: i32, first: i64, shocks: &[Shock]) -> Plan {
    let exchange = listed.listing.exchange();
    let phases = exchange.phases;
    let begin = phases.first().map_or(0, |phase| phase.from);
    let count = (exchange.end - begin) as usize;
    let mut plan = Plan {
        minutes: vec![Minute::default(); count],
        changes: Vec::with_capacity(phases.len() + 1),
    };
    let index = listed.listing.is_index();
    for (at, phase) in phases.iter().enumerate() {
        let from = (phase.from - begin) as usize;
        let to = phases
            .get(at + 1)
            .map_or(count, |next| (next.from - begin) as usize);
        let kind = match phase.session {
            Session::Open => Kind::Regular,
            Session::Pre | Session::Post | Session::Overnight if !index => Kind::Extended,
            Session::Pre
            | Session::Post
            | Session::Overnight
            | Session::Auction
            | Session::Halted
            | Session::Closed => Kind::Silent,
        };
        for minute in &mut plan.minutes[from..to] {
            minute.kind = kind;
        }
        if phase.session == Session::Auction && !index {
            plan.minutes[to - 1].kind = if phase.reason == Some(exchange::CLOSING) {
                Kind::Closing
            } else {
                Kind::Opening
            };
        }
        // A market round the clock says once a day that a new one has begun.
        let reason = if exchange.regulated {
            phase.reason
        } else {
            Some("a new trading day")
        };
        plan.changes.push(Change {
            minute: from,
            session: phase.session,
            reason: reason.map(Arc::from),
        });
    }
    if exchange.opens(exchange.next_day(number)) > first + count as i64 {
        plan.changes.push(Change {
            minute: count,
            session: Session::Closed,
            reason: None,
        });
    }
    for stop in climate.stops(listed.listing.symbol) {
        halt(
            &mut plan,
            stop.minute - first,
            stop.lasts,
            stop.reason,
            exchange.regulated && !index,
        );
    }
    if exchange.regulated && !index {
        for shock in shocks.iter().filter(|shock| shock.size.abs() >= HALT_LIMIT) {
            let minute = shock.minute - first;
            let traded = usize::try_from(minute)
                .ok()
                .and_then(|minute| plan.minutes.get(minute))
                .is_some_and(|minute| minute.kind == Kind::Regular);
            // What became known during a halt is in the price of the auction after it.
            if traded {
                halt(&mut plan, minute + 1, HALT_LASTS, LIMIT_REASON, true);
            }
        }
    }
    plan.changes.sort_by_key(|change| change.minute);
    plan
}

/// Stops regular trading for a while, and lets it go on with an auction where that is the custom.
fn halt(plan: &mut Plan, from: i64, lasts: i64, reason: &str, auction: bool) {
    let count = plan.minutes.len() as i64;
    let to = from.saturating_add(lasts).clamp(0, count) as usize;
    let mut at = from.clamp(0, count) as usize;
    while at < to {
        if plan.minutes[at].kind != Kind::Regular {
            at += 1;
            continue;
        }
        let begin = at;
        while at < to && plan.minutes[at].kind == Kind::Regular {
            plan.minutes[at].kind = Kind::Halted;
            at += 1;
        }
        let mut say = |minute, session, reason: Option<&str>| {
            plan.changes.push(Change {
                minute,
                session,
                reason: reason.map(Arc::from),
            });
        };
        say(begin, Session::Halted, Some(reason));
        let regular = |at: usize| {
            plan.minutes
                .get(at)
                .is_some_and(|minute| minute.kind == Kind::Regular)
        };
        if auction && regular(at) && regular(at + 1) {
            say(at, Session::Auction, Some(exchange::OPENING));
            say(at + 1, Session::Open, None);
            plan.minutes[at].kind = Kind::Reopening;
        } else if regular(at) {
            say(at, Session::Open, None);
        }
    }
}
