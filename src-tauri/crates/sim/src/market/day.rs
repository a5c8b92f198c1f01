//! One day of one instrument: its sessions and what each minute comes to.
//!
//! A day is made as a whole, from hashes of its minutes, in some tens of
//! microseconds: any day, in any order. `plan` says when there is trading, `path`
//! where the price goes in it.

mod path;
mod plan;

use std::sync::Arc;

use model::Session;

use super::climate::Climate;
use super::listed::{FALL_MAX, Listed};
use super::minute::{Kind, Minute};

#[derive(Debug)]
pub(super) struct Day {
    pub(super) number: i32,
    /// The first of its minutes, since 1970.
    pub(super) first: i64,
    pub(super) minutes: Vec<Minute>,
    /// In order; several may happen in one minute, one after the other.
    pub(super) changes: Vec<Change>,
    /// The official close of the day before, in ticks.
    pub(super) previous_close: i64,
    /// The lowest price that is allowed, in ticks.
    pub(super) floor: i64,
}

/// At the first moment of a minute another session begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// Counted within the day; one past the last when the day is over.
    pub(super) minute: usize,
    pub(super) session: Session,
    pub(super) reason: Option<Arc<str>>,
}

/// How much of a day is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// Without trading before the official opening and after the official close.
    Official,
}

impl Day {
    pub(super) fn of(listed: &Listed, climate: &Climate, number: i32, extent: Extent) -> Self {
        let exchange = listed.listing.exchange();
        let course = listed.course(climate, number);
        let previous_close = Listed::ticks(course.previous);
        let floor = if exchange.regulated {
            (previous_close as f64 * libm::exp(FALL_MAX)).ceil() as i64
        } else {
            1
        };
        let shocks = listed.shocks(climate, number);
        let first = exchange.opens(number);
        let plan = plan::of(listed, climate, number, first, &shocks);
        let mut day = Self {
            number,
            first,
            minutes: plan.minutes,
            changes: plan.changes,
            previous_close,
            floor,
        };
        path::fill(&mut day, listed, climate, &course, &shocks, extent);
        day
    }

    /// The session that holds at a minute since 1970, and how many changes led to it.
    pub(super) fn session_at(&self, minute: i64) -> (Session, usize) {
        let count = self
            .changes
            .partition_point(|change| self.first + change.minute as i64 <= minute);
        let session = count
            .checked_sub(1)
            .map_or(Session::Closed, |last| self.changes[last].session);
        (session, count)
    }
}
