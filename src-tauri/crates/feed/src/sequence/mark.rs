//! What a tick said, in 32 bits: enough to see that the same number says something else.

use chrono::{DateTime, Datelike, Timelike, Utc};
use model::{Price, Quote, Size, Tick, Trade};

use crate::outlet::Update;

/// Those of the last ticks of one symbol, by their numbers.
#[derive(Debug)]
pub(super) struct Marks([u32; Self::COUNT]);

impl Marks {
    /// What is sent again is hardly ever older.
    const COUNT: usize = 64;
    pub(super) const NONE: Self = Self([0; Self::COUNT]);

    pub(super) fn set(&mut self, seq: u64, update: &Update) {
        self.0[Self::place(seq)] = mark(seq, update);
    }

    /// Whether this number said something else before, as far as that is known.
    pub(super) fn differs(&self, seq: u64, update: &Update) -> bool {
        let known = self.0[Self::place(seq)];
        // The number is a part of the mark, in its lowest bits.
        known != 0 && known & NUMBER == number(seq) && known != mark(seq, update)
    }

    const fn place(seq: u64) -> usize {
        (seq % Self::COUNT as u64) as usize
    }
}

/// The bits of a mark that are of the tick's number; never all zero.
const NUMBER: u32 = 0xFF;

/// Which round of the places it is, so that an older number is not taken for this one.
const fn number(seq: u64) -> u32 {
    1 + ((seq / Marks::COUNT as u64) % 255) as u32
}

fn mark(seq: u64, update: &Update) -> u32 {
    let said = match update {
        Update::Tick { tick, .. } => tick_mark(tick),
        Update::Session { change, .. } => mixed(change.session as u64, time(change.time)),
        Update::Accepted { .. }
        | Update::Refused { .. }
        | Update::Snapshot { .. }
        | Update::Bar { .. }
        | Update::Day { .. }
        | Update::Amended { .. }
        | Update::Gap { .. }
        | Update::Filled { .. }
        | Update::Clock(_)
        | Update::Source(_)
        | Update::Pong { .. } => 0,
    };
    let said = (said >> 32) as u32;
    (said & !NUMBER) | number(seq)
}

/// What a tick says, mixed well enough to tell two apart. What does not depend
/// on each other is mixed side by side, which takes half the time.
pub(super) fn tick_mark(tick: &Tick) -> u64 {
    match tick {
        Tick::Trade(Trade {
            price,
            size,
            time: at,
            conditions,
            side,
            id: _,
        }) => {
            let conditions = conditions
                .iter()
                .fold(0, |bits, condition| bits | 1 << condition as u64);
            let side = side.map_or(0, |side| 1 + side as u64);
            let deal = mixed(decimal(price.decimal().mantissa()), amount(*size));
            mixed(deal, mixed(time(*at), 1 + (side | conditions << 2)))
        }
        Tick::Quote(Quote { bid, ask, time: at }) => {
            let side = |offer: &Option<(Price, Option<Size>)>| {
                offer.map_or(0, |(price, size)| {
                    mixed(decimal(price.decimal().mantissa()), amount(size))
                })
            };
            mixed(mixed(side(bid), side(ask)), time(*at))
        }
    }
}

fn amount(size: Option<Size>) -> u64 {
    size.map_or(0, |size| 1 ^ decimal(size.decimal().mantissa()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mark is of bits, not of a number"
)]
const fn decimal(mantissa: i128) -> u64 {
    (mantissa as u64) ^ ((mantissa >> 64) as u64)
}

/// Of which day of the year and when on it: to count all seconds until then would take longer.
fn time(at: Option<DateTime<Utc>>) -> u64 {
    at.map_or(0, |at| {
        let (seconds, day) = (at.num_seconds_from_midnight(), at.ordinal());
        u64::from(day) << 48 ^ u64::from(seconds) << 30 ^ u64::from(at.nanosecond())
    })
}

/// One step of a multiplicative hash, with its best bits at the top.
pub(super) const fn mixed(mark: u64, next: u64) -> u64 {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let next = (mark.rotate_left(23) ^ next).wrapping_mul(ODD);
    next ^ (next >> 29)
}
