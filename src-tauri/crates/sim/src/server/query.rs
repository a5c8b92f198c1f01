//! What is asked for in the query of an address.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::form_urlencoded;

use crate::protocol::request::{Place, Since, Wish};

/// Longer than any proxy keeps a silent request.
const WAIT_MAX: Duration = Duration::from_secs(55);
/// As many as a client may have on a WebSocket.
const SYMBOLS_MAX: usize = 500;
const WAIT_USUAL: Duration = Duration::from_secs(25);

/// The words of a query; of a key that is there twice, the first counts.
#[derive(Debug)]
pub(super) struct Query(BTreeMap<String, String>);

/// Why a query cannot be served, for the one who wrote it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

impl Query {
    pub(super) fn of(text: &str) -> Self {
        let mut words = BTreeMap::new();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            words.entry(key.into_owned()).or_insert(value.into_owned());
        }
        Self(words)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub(super) fn needed(&self, key: &str) -> Result<&str, Malformed> {
        self.text(key)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Malformed(format!("`{key}` is missing in the query")))
    }

    pub(super) fn number<T: FromStr>(&self, key: &str) -> Result<Option<T>, Malformed> {
        self.read(key, "a whole number", |text| text.parse().ok())
    }

    pub(super) fn time(&self, key: &str) -> Result<Option<DateTime<Utc>>, Malformed> {
        self.read(key, "a time as 2026-01-05T14:30:00Z", |text| {
            DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
        })
    }

    pub(super) fn symbols(&self) -> Result<Vec<String>, Malformed> {
        let list = self.needed("symbols")?;
        let symbols: Vec<_> = list.split(',').map(str::to_owned).collect();
        if symbols.len() > SYMBOLS_MAX {
            return Err(Malformed(format!("at most {SYMBOLS_MAX} symbols at a time")));
        }
        Ok(symbols)
    }

    /// What a client wants that says everything in its address. `heard` is
    /// where it says itself that it has come to, as a reconnecting browser does.
    pub(super) fn wish(&self, heard: Option<&str>) -> Result<Wish, Malformed> {
        let symbols = self.symbols()?;
        let place = heard.or(self.text("cursor")).or(self.text("last_event_id"));
        let since = match (place, self.text("epoch"), self.text("after")) {
            (Some(place), _, _) => Since::Place(read_place(place)?),
            (None, None, None) => Since::Nothing,
            (None, Some(epoch), Some(after)) => Since::Numbers {
                epoch: epoch.to_owned(),
                after: numbers(after, symbols.len())?,
            },
            (None, Some(_), None) | (None, None, Some(_)) => {
                return Err(Malformed("`epoch` and `after` come together".into()));
            }
        };
        let bars = match self.text("bars") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Malformed("`bars` is true or false".into())),
        };
        Ok(Wish { symbols, since, bars })
    }

    /// How long a poll may take.
    pub(super) fn wait(&self) -> Result<Duration, Malformed> {
        let wait = self.number("wait_ms")?.map(Duration::from_millis);
        Ok(wait.unwrap_or(WAIT_USUAL).min(WAIT_MAX))
    }

    /// The same words with another cursor, and without what only the first request says.
    pub(super) fn next(&self, cursor: &Place) -> String {
        let mut next = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &self.0 {
            if !matches!(
                key.as_str(),
                "cursor" | "epoch" | "after" | "last_event_id" | "token"
            ) {
                next.append_pair(key, value);
            }
        }
        next.append_pair("cursor", &cursor.to_string());
        next.finish()
    }

    fn read<T>(
        &self,
        key: &str,
        kind: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        match self.text(key) {
            None => Ok(None),
            Some(text) => read(text)
                .map(Some)
                .ok_or_else(|| Malformed(format!("`{key}` is {kind}"))),
        }
    }
}

fn read_place(text: &str) -> Result<Place, Malformed> {
    text.parse()
        .map_err(|_| Malformed("a place in the stream is an epoch, a hyphen and a number".into()))
}

fn numbers(list: &str, count: usize) -> Result<Vec<Option<u64>>, Malformed> {
    let numbers: Option<Vec<_>> = list
        .split(',')
        .map(|text| {
            if text.is_empty() {
                Some(None)
            } else {
                text.parse().ok().map(Some)
            }
        })
        .collect();
    numbers
        .filter(|numbers| numbers.len() == count)
        .ok_or_else(|| Malformed("`after` has a whole number, or nothing, for each of `symbols`".into()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_a_client_wants_and_has() {
        let wish = |text| Query::of(text).wish(None);
        assert_eq!(
            wish("symbols=NVX,BTC-USD&epoch=e&after=7,&bars=true").unwrap(),
            Wish {
                symbols: vec!["NVX".into(), "BTC-USD".into()],
                since: Since::Numbers {
                    epoch: "e".into(),
                    after: vec![Some(7), None]
                },
                bars: true,
            }
        );
        let place = Since::Place(Place {
            epoch: "e".into(),
            position: 9,
        });
        assert_eq!(wish("symbols=A&cursor=e-9").unwrap().since, place);
        assert_eq!(
            Query::of("symbols=A&last_event_id=e-1")
                .wish(Some("e-9"))
                .unwrap()
                .since,
            place
        );
        for wrong in [
            "",
            "symbols=",
            "symbols=A&epoch=e",
            "symbols=A&epoch=e&after=1,2",
            "symbols=A&epoch=e&after=x",
            "symbols=A&cursor=e",
            "symbols=A&bars=1",
        ] {
            assert!(wish(wrong).is_err(), "{wrong}");
        }
        let many = |count| {
            let text = format!("symbols={}&cursor=e-1", vec!["A"; count].join(","));
            Query::of(&text).wish(None).is_ok()
        };
        assert!(many(SYMBOLS_MAX) && !many(SYMBOLS_MAX + 1));
    }

    #[test]
    fn the_next_address_keeps_the_wish_and_not_the_token() {
        let query = Query::of("symbols=BTC%2FUSD&token=hush&cursor=e-1&wait_ms=100");
        let place = Place {
            epoch: "e".into(),
            position: 2,
        };
        assert_eq!(query.next(&place), "symbols=BTC%2FUSD&wait_ms=100&cursor=e-2");
        assert_eq!(query.wait(), Ok(Duration::from_millis(100)));
        assert_eq!(Query::of("wait_ms=9999999").wait(), Ok(WAIT_MAX));
        assert!(Query::of("wait_ms=-1").wait().is_err());
    }

    proptest! {
        #[test]
        fn no_query_makes_it_panic(text in ".{0,200}") {
            let query = Query::of(&text);
            let _wish = query.wish(None);
            let _times = (query.time("from"), query.number::<u64>("limit"), query.wait());
        }
    }
}
