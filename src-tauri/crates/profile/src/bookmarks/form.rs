//! A bookmark as the file has it: numbers of the market as texts, never as floats.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use model::{Bookmark, FeedId, Price, Reached, Session, Size, Snapshot, Symbol};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Form {
    feeds: Vec<FeedForm>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FeedForm {
    feed: String,
    address: String,
    epoch: String,
    made: String,
    symbols: BTreeMap<String, ReachedForm>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct ReachedForm {
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<(String, Option<String>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bid: Option<(String, Option<String>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<(String, Option<String>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Form {
    pub(super) fn of(bookmarks: &[&Bookmark]) -> Self {
        let feeds = bookmarks.iter();
        Self {
            feeds: feeds.map(|bookmark| FeedForm::of(bookmark)).collect(),
        }
    }

    /// `None` when any of it is not what it should be.
    pub(super) fn bookmarks(self) -> Option<Vec<Bookmark>> {
        self.feeds.into_iter().map(FeedForm::bookmark).collect()
    }
}

impl FeedForm {
    fn of(bookmark: &Bookmark) -> Self {
        let symbols = bookmark.symbols.iter();
        Self {
            feed: bookmark.feed.as_str().to_owned(),
            address: bookmark.address.clone(),
            epoch: bookmark.epoch.as_ref().to_owned(),
            made: written(bookmark.made),
            symbols: symbols
                .map(|(symbol, reached)| (symbol.as_str().to_owned(), ReachedForm::of(reached)))
                .collect(),
        }
    }

    fn bookmark(self) -> Option<Bookmark> {
        let symbols = self.symbols.into_iter();
        Some(Bookmark {
            feed: FeedId::new(&self.feed),
            address: self.address,
            epoch: self.epoch.into(),
            made: time(&self.made)?,
            symbols: symbols
                .map(|(symbol, reached)| Some((Symbol::new(&symbol), reached.reached()?)))
                .collect::<Option<_>>()?,
        })
    }
}

impl ReachedForm {
    fn of(reached: &Reached) -> Self {
        let Snapshot {
            last,
            bid,
            ask,
            high,
            low,
            volume,
            session,
            time,
        } = reached.state;
        let offer =
            |(price, size): (Price, Option<Size>)| (price.to_string(), size.map(|size| size.to_string()));
        Self {
            number: reached.number,
            time: time.map(written),
            last: last.map(|(price, size)| (price.to_string(), size.map(|size| size.to_string()))),
            bid: bid.map(offer),
            ask: ask.map(offer),
            high: high.map(|price| price.to_string()),
            low: low.map(|price| price.to_string()),
            volume: volume.map(|size| size.to_string()),
            session: session.map(|session| session.as_str().to_owned()),
        }
    }

    fn reached(self) -> Option<Reached> {
        let offer = |(price, size): (String, Option<String>)| Some((number(&price)?, maybe(size, number)?));
        Some(Reached {
            number: self.number,
            state: Snapshot {
                last: turned(self.last.map(offer))?,
                bid: turned(self.bid.map(offer))?,
                ask: turned(self.ask.map(offer))?,
                high: maybe(self.high, number)?,
                low: maybe(self.low, number)?,
                volume: maybe(self.volume, number)?,
                session: maybe(self.session, Session::from_word)?,
                time: maybe(self.time, time)?,
            },
        })
    }
}

/// What is not there is fine, and what is there must be readable.
fn maybe<T>(text: Option<String>, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    turned(text.map(|text| read(&text)))
}

fn turned<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}
