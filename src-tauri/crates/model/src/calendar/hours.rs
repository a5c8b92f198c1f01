//! The hours of a trading day, in the exchange's own time.
//!
//! Orders that are collected before the opening and at the close count as an
//! auction; trading at the price of one is not told apart from being closed. A
//! pause at noon is no session.

use chrono::NaiveDate;

use super::Calendar;
use crate::Session::{self, Auction, Closed, Open, Post, Pre};

/// From this day on Tokyo trades half an hour longer and closes by an auction.
const TOKYO_LONGER: Option<NaiveDate> = NaiveDate::from_ymd_opt(2024, 11, 5);

const fn at(hour: u32, minute: u32) -> u32 {
    hour * 60 + minute
}

const UNITED_STATES: &[(u32, Session)] = &[
    (at(4, 0), Pre),
    (at(9, 30), Open),
    (at(16, 0), Post),
    (at(20, 0), Closed),
];
const UNITED_STATES_EARLY: &[(u32, Session)] = &[
    (at(4, 0), Pre),
    (at(9, 30), Open),
    (at(13, 0), Post),
    (at(17, 0), Closed),
];

const LONDON: &[(u32, Session)] = &[
    (at(7, 50), Auction),
    (at(8, 0), Open),
    (at(16, 30), Auction),
    (at(16, 35), Closed),
];
const LONDON_EARLY: &[(u32, Session)] = &[
    (at(7, 50), Auction),
    (at(8, 0), Open),
    (at(12, 30), Auction),
    (at(12, 35), Closed),
];

const XETRA: &[(u32, Session)] = &[
    (at(8, 50), Auction),
    (at(9, 0), Open),
    (at(17, 30), Auction),
    (at(17, 35), Closed),
];
const XETRA_EARLY: &[(u32, Session)] = &[
    (at(8, 50), Auction),
    (at(9, 0), Open),
    (at(14, 0), Auction),
    (at(14, 5), Closed),
];

const EURONEXT: &[(u32, Session)] = &[
    (at(7, 15), Auction),
    (at(9, 0), Open),
    (at(17, 30), Auction),
    (at(17, 35), Closed),
];
const EURONEXT_EARLY: &[(u32, Session)] = &[
    (at(7, 15), Auction),
    (at(9, 0), Open),
    (at(14, 0), Auction),
    (at(14, 5), Closed),
];

const TOKYO: &[(u32, Session)] = &[
    (at(8, 0), Auction),
    (at(9, 0), Open),
    (at(11, 30), Closed),
    (at(12, 5), Auction),
    (at(12, 30), Open),
    (at(15, 25), Auction),
    (at(15, 30), Closed),
];
const TOKYO_BEFORE: &[(u32, Session)] = &[
    (at(8, 0), Auction),
    (at(9, 0), Open),
    (at(11, 30), Closed),
    (at(12, 5), Auction),
    (at(12, 30), Open),
    (at(15, 0), Closed),
];

const HONG_KONG: &[(u32, Session)] = &[
    (at(9, 0), Auction),
    (at(9, 30), Open),
    (at(12, 0), Closed),
    (at(13, 0), Open),
    (at(16, 0), Auction),
    (at(16, 10), Closed),
];
const HONG_KONG_EARLY: &[(u32, Session)] = &[
    (at(9, 0), Auction),
    (at(9, 30), Open),
    (at(12, 0), Auction),
    (at(12, 10), Closed),
];

impl Calendar {
    pub(super) fn hours(self, date: NaiveDate) -> &'static [(u32, Session)] {
        match self {
            Self::UnitedStates => UNITED_STATES,
            Self::London => LONDON,
            Self::Xetra => XETRA,
            Self::Euronext => EURONEXT,
            Self::Tokyo if Some(date) < TOKYO_LONGER => TOKYO_BEFORE,
            Self::Tokyo => TOKYO,
            Self::HongKong => HONG_KONG,
        }
    }

    /// Tokyo has no such days.
    pub(super) const fn early_hours(self) -> &'static [(u32, Session)] {
        match self {
            Self::UnitedStates => UNITED_STATES_EARLY,
            Self::London => LONDON_EARLY,
            Self::Xetra => XETRA_EARLY,
            Self::Euronext => EURONEXT_EARLY,
            Self::Tokyo => TOKYO,
            Self::HongKong => HONG_KONG_EARLY,
        }
    }
}
