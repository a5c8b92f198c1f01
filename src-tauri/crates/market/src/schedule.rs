//! The part of the trading day by the calendar of the exchange, for venues that say nothing of it.

use chrono::{DateTime, TimeDelta, Utc};
use model::{Calendar, Instrument, InstrumentKind, Moment, Session};

/// What the calendar says now, and for how long. A venue's own word is kept
/// elsewhere; here is only how long it holds.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    calendar: Option<Calendar>,
    session: Option<Session>,
    /// By the market's time.
    looked: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    /// The same by our own clock.
    until_moment: Option<Moment>,
    word_until: Option<DateTime<Utc>>,
}

impl Schedule {
    /// The instrument was described, and its prices are those of a market.
    pub(crate) fn follow(&mut self, instrument: &Instrument) {
        let calendar = calendar_of(instrument);
        if self.calendar != calendar {
            *self = Self {
                calendar,
                ..Self::default()
            };
        }
    }

    /// Its market is made up or long ago.
    pub(crate) fn leave(&mut self) {
        *self = Self::default();
    }

    /// The venue has said which session it is: true until the calendar's next change.
    pub(crate) fn word(&mut self, market: DateTime<Utc>) {
        self.word_until = self.calendar.and_then(|calendar| calendar.next_change(market));
    }

    /// Whether what the venue said last belongs to a part of the day that is over.
    pub(crate) fn word_is_over(&mut self, market: DateTime<Utc>) -> bool {
        // It may have been said before the instrument was described.
        if self.word_until.is_none() {
            self.word(market);
        }
        self.word_until.is_some_and(|until| market >= until)
    }

    /// Looks at the clock.
    pub(crate) fn look(&mut self, market: DateTime<Utc>, now: Moment) {
        let Some(calendar) = self.calendar else { return };
        let holds = self.looked.is_some_and(|looked| looked <= market)
            && self.until.is_some_and(|until| market < until);
        if !holds {
            self.session = calendar.session(market);
            self.until = calendar.next_change(market);
        }
        self.looked = Some(market);
        // Reckoned anew with each look: the wall clock may have been put right.
        let wait = self.until.map(|until| until - market);
        self.until_moment =
            wait.and_then(|wait| wait.max(TimeDelta::zero()).to_std().ok().map(|wait| now + wait));
    }

    pub(crate) const fn session(&self) -> Option<Session> {
        self.session
    }

    pub(crate) const fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// When there will be something else to see.
    pub(crate) fn next_change(&self, now: Moment) -> Option<Moment> {
        self.until_moment.filter(|at| *at > now)
    }
}

/// Of a stock or fund that is paid in dollars and says no exchange, that of New
/// York: the venues that leave it out are those of that country.
fn calendar_of(instrument: &Instrument) -> Option<Calendar> {
    match instrument.kind {
        Some(InstrumentKind::Index | InstrumentKind::Crypto | InstrumentKind::Fx) => None,
        Some(InstrumentKind::Stock | InstrumentKind::Etf) | None => match &instrument.exchange {
            Some(exchange) => Calendar::of(exchange),
            None => (instrument.currency.as_deref() == Some("USD"))
                .then(Calendar::united_states)
                .flatten(),
        },
    }
}
