//! What the floor does to itself when that is wanted.

use chrono::{DateTime, TimeDelta, Utc};
use model::Tick;

use super::{Floor, epoch};
use crate::market::TapeEvent;
use crate::server::board::Weather;
use crate::server::tape::Tape;

impl Floor {
    /// Numbers begin anew, as after a crash. Whoever is connected hears of it.
    pub(super) fn begin_anew(&mut self) {
        self.epoch = epoch(self.seed, Utc::now());
        self.numbers.fill(0);
        self.tape = Tape::starting_behind(self.tape.position());
        self.seats.tell_all(&self.welcome());
        for (client, listing) in self.seats.all() {
            self.acknowledge_anew(client, listing);
        }
    }
}

/// Puts the times of an event wrong, as far as they are to be wrong.
pub(super) fn set_clock(event: &mut TapeEvent, weather: &Weather, number: u32) {
    let back = match weather.backwards {
        Some((every, by)) if number.is_multiple_of(every) => by,
        Some(_) | None => TimeDelta::zero(),
    };
    let shift = weather.skew - back;
    if shift.is_zero() {
        return;
    }
    let time = match event {
        TapeEvent::Tick(Tick::Trade(trade)) => &mut trade.time,
        TapeEvent::Tick(Tick::Quote(quote)) => &mut quote.time,
        TapeEvent::Session(change) => &mut change.time,
    };
    *time = time.and_then(|time: DateTime<Utc>| time.checked_add_signed(shift));
}
