//! Lists whose places have no names.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use model::{Precision, Price, Size};

use crate::Unreadable;
use crate::json::{Text, each, optional, parse};
use crate::offer::paid;
use crate::time::stated;

/// More of them than any message of today has.
const PLACES_MAX: usize = 16;

/// What stands at each place of a list, unread.
pub(super) struct Places<'a> {
    texts: [&'a str; PLACES_MAX],
    count: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(list: &'a str) -> Result<Self, Unreadable> {
        let mut places = Self {
            texts: ["null"; PLACES_MAX],
            count: 0,
        };
        each(list, |element| {
            if let Some(place) = places.texts.get_mut(places.count) {
                *place = element;
            }
            places.count += 1;
            Ok(())
        })?;
        Ok(places)
    }

    pub(super) fn at(&self, place: usize) -> &'a str {
        self.texts.get(place).copied().unwrap_or("null")
    }

    pub(super) fn text(&self, place: usize, field: &'static str) -> Result<Text<'a>, Unreadable> {
        parse::<Option<Text<'_>>>(self.at(place))
            .ok()
            .flatten()
            .ok_or(Unreadable::Missing { field })
    }

    /// Written small, as it was asked for.
    pub(super) fn ticker(&self, place: usize) -> Result<Cow<'a, str>, Unreadable> {
        let ticker = self.text(place, "ticker")?;
        Ok(if ticker.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(ticker.to_ascii_lowercase())
        } else {
            ticker.into_inner()
        })
    }

    /// When it says that it was; a price without a time is a price all the same.
    pub(super) fn stated(&self, place: usize) -> (Option<DateTime<Utc>>, Precision) {
        stated(self.text(place, "date").ok().as_deref())
    }

    pub(super) fn price(&self, place: usize, field: &'static str) -> Result<Option<Price>, Unreadable> {
        optional(field, Some(parse(self.at(place))?))
    }

    pub(super) fn size(&self, place: usize, field: &'static str) -> Result<Option<Size>, Unreadable> {
        optional(field, Some(parse(self.at(place))?))
    }

    /// One for yes and zero for no; nothing where it does not apply.
    pub(super) fn truth(&self, place: usize) -> Option<bool> {
        match self.at(place) {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }

    pub(super) fn paid(&self, place: usize, field: &'static str) -> Result<Price, Unreadable> {
        let price = self.price(place, field)?.ok_or(Unreadable::Missing { field })?;
        paid(field, price)
    }

    pub(super) fn needs(&self, count: usize, field: &'static str) -> Result<(), Unreadable> {
        if self.count < count {
            return Err(Unreadable::Missing { field });
        }
        Ok(())
    }
}
