//! What a day came to so far: the venue's own figures where it gives them, and
//! what was traded after them.

use chrono::{DateTime, Utc};
use model::{DayFigures, DaySpan, Price};

/// What the venue has said about the day beside its high, low and volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Which day the row's high, low and volume are of; `None` while they are
    /// what we have counted since the row was first wanted.
    pub span: Option<DaySpan>,
    pub open: Option<Price>,
    reference: Option<Price>,
    /// Of the newest figures.
    time: Option<DateTime<Utc>>,
}

/// What a change is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    PreviousClose,
    /// The price of 24 hours ago.
    DayAgo,
}

impl Day {
    /// Takes what is news, and says whether anything is: figures may be
    /// overtaken by newer ones on their way.
    pub(crate) fn state(&mut self, figures: &DayFigures, time: Option<DateTime<Utc>>) -> bool {
        if time.zip(self.time).is_some_and(|(time, known)| time < known) {
            return false;
        }
        // What is known of another day says nothing about this one.
        let known = if self.is_of(figures.span) {
            *self
        } else {
            Self::default()
        };
        *self = Self {
            span: Some(figures.span),
            open: figures.open.or(known.open),
            reference: figures.reference.or(known.reference),
            time: time.or(self.time),
        };
        true
    }

    pub(crate) fn is_of(&self, span: DaySpan) -> bool {
        self.span == Some(span)
    }

    /// What the day's change is counted from. Where the day is always the last
    /// 24 hours, its open is the price of 24 hours ago.
    pub(crate) fn reference(&self) -> Option<(Price, Basis)> {
        match self.span? {
            DaySpan::Session => self.reference.map(|price| (price, Basis::PreviousClose)),
            DaySpan::Rolling => {
                let before = self.reference.or(self.open);
                before.map(|price| (price, Basis::DayAgo))
            }
        }
    }

    /// Figures came that are the venue's; what it does not say is said of the session.
    pub(crate) fn begin_session(&mut self) {
        self.span.get_or_insert(DaySpan::Session);
    }

    pub(crate) const fn forget_time(&mut self) {
        self.time = None;
    }
}
