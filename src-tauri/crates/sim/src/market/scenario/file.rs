//! A scenario as a person writes it.
//!
//! The file is walked key by key, not given to a deserializer, since whoever
//! made a mistake in it wants to hear the line, the key and what would be right.

use chrono::{DateTime, TimeDelta, Utc};
use toml::de::{DeTable, DeValue};

use super::super::listing::LISTINGS;
use super::super::{RATE_MAX, START_MAX, START_MIN};
use super::{Halt, News, Scenario, ScenarioError, Turn};

type Result<T> = std::result::Result<T, ScenarioError>;

/// One key of one table.
struct Field<'a> {
    line: usize,
    key: &'a str,
    value: &'a DeValue<'a>,
}

/// The keys of one entry of a list, each taken once.
struct Entry<'a> {
    line: usize,
    list: &'a str,
    fields: Vec<Field<'a>>,
}

pub(super) fn read(text: &str, wall: DateTime<Utc>) -> Result<Scenario> {
    let table = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let mut scenario = Scenario::new(1, wall);
    for field in fields(text, table.get_ref()) {
        match field.key {
            "seed" => scenario.seed = field.whole(0, u64::MAX)?,
            "start" => scenario.start = field.start()?,
            "mood" => scenario.mood = field.words()?,
            "speed" => scenario.speed = field.words()?,
            "rate" => scenario.rate = field.whole(1, u64::from(RATE_MAX))? as u32,
            "workers" => scenario.workers = field.whole(1, 64)? as usize,
            "moods" => {
                for mut entry in field.entries(text)? {
                    scenario.turns.push(Turn {
                        after: entry.take("after")?.span()?,
                        mood: entry.take("mood")?.words()?,
                    });
                    entry.end()?;
                }
            }
            "halts" => {
                for mut entry in field.entries(text)? {
                    scenario.halts.push(Halt {
                        after: entry.take("after")?.span()?,
                        symbol: entry.take("symbol")?.symbol()?,
                        lasts: entry.take("lasts")?.span()?,
                        reason: match entry.find("reason") {
                            Some(field) => field.text()?.to_owned(),
                            None => "trading halt".to_owned(),
                        },
                    });
                    entry.end()?;
                }
            }
            "news" => {
                for mut entry in field.entries(text)? {
                    scenario.news.push(News {
                        after: entry.take("after")?.span()?,
                        symbol: entry.find("symbol").map(|field| field.symbol()).transpose()?,
                        moves: entry.take("moves")?.percent()?,
                    });
                    entry.end()?;
                }
            }
            _ => {
                let known = "seed, start, mood, speed, rate, workers, moods, halts and news";
                return Err(field.wrong(format!("no such key: a scenario has {known}")));
            }
        }
    }
    Ok(scenario)
}

fn fields<'a>(text: &str, table: &'a DeTable<'a>) -> Vec<Field<'a>> {
    let mut fields: Vec<_> = table
        .iter()
        .map(|(key, value)| Field {
            line: line(text, key.span().start),
            key: key.get_ref(),
            value: value.get_ref(),
        })
        .collect();
    // The first mistake from the top is the one to tell.
    fields.sort_by_key(|field| field.line);
    fields
}

/// Counted from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn syntax(text: &str, error: &toml::de::Error) -> ScenarioError {
    let line = line(text, error.span().map_or(0, |span| span.start));
    let why = error.message().to_owned();
    match text
        .lines()
        .nth(line - 1)
        .and_then(|written| written.split_once('='))
    {
        Some((key, _)) => ScenarioError::Key {
            line,
            key: key.trim().to_owned(),
            why,
        },
        None => ScenarioError::Syntax { line, why },
    }
}

impl<'a> Entry<'a> {
    fn find(&mut self, key: &str) -> Option<Field<'a>> {
        let at = self.fields.iter().position(|field| field.key == key)?;
        Some(self.fields.swap_remove(at))
    }

    fn take(&mut self, key: &str) -> Result<Field<'a>> {
        self.find(key).ok_or_else(|| ScenarioError::Key {
            line: self.line,
            key: self.list.to_owned(),
            why: format!("`{key}` is missing"),
        })
    }

    fn end(mut self) -> Result<()> {
        match self.fields.pop() {
            Some(unknown) => Err(unknown.wrong(format!("no such key in `{}`", self.list))),
            None => Ok(()),
        }
    }
}

impl<'a> Field<'a> {
    fn wrong(&self, why: impl Into<String>) -> ScenarioError {
        ScenarioError::Key {
            line: self.line,
            key: self.key.to_owned(),
            why: why.into(),
        }
    }

    fn text(&self) -> Result<&'a str> {
        self.value
            .as_str()
            .ok_or_else(|| self.wrong("it is a text in quotes"))
    }

    /// A number as it was written, or a text.
    fn written(&self) -> Option<String> {
        let integer = |text: &str, radix| i64::from_str_radix(text, radix).ok();
        match self.value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => {
                integer(number.as_str(), number.radix()).map(|number| number.to_string())
            }
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }

    fn words<T: std::str::FromStr<Err: ToString>>(&self) -> Result<T> {
        let written = self
            .written()
            .ok_or_else(|| self.wrong("it is a text or a number"))?;
        written
            .parse()
            .map_err(|error: T::Err| self.wrong(error.to_string()))
    }

    fn whole(&self, least: u64, most: u64) -> Result<u64> {
        let number = match self.value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            DeValue::String(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.wrong(format!("it is a whole number from {least} to {most}")))
    }

    fn percent(&self) -> Result<f64> {
        let number = self.written().and_then(|text| text.parse::<f64>().ok());
        number
            .filter(|number| (-90.0..=400.0).contains(number) && *number != 0.0)
            .map(|number| number / 100.0)
            .ok_or_else(|| self.wrong("it is a number of per cent from -90 to 400, and not 0"))
    }

    fn start(&self) -> Result<DateTime<Utc>> {
        let time = self
            .value
            .as_datetime()
            .and_then(|time| DateTime::parse_from_rfc3339(&time.to_string()).ok())
            .map(|time| time.to_utc())
            .ok_or_else(|| self.wrong("it is a moment with its zone, as 2026-10-19T13:25:00Z"))?;
        if (START_MIN..START_MAX).contains(&time) {
            Ok(time)
        } else {
            Err(self.wrong("a market can start in the years from 2012 to 2199"))
        }
    }

    /// `90s`, `5m`, `2h` or `1d`.
    fn span(&self) -> Result<TimeDelta> {
        const SPAN_MAX: f64 = 366.0 * 86_400.0;
        let wrong =
            || self.wrong("it is a time as \"90s\", \"5m\", \"2h\" or \"1d\", and no more than a year");
        let text = self.value.as_str().ok_or_else(wrong)?;
        let (number, seconds) = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)]
            .into_iter()
            .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
            .ok_or_else(wrong)?;
        let seconds = number.trim().parse::<f64>().map_err(|_| wrong())? * seconds;
        if !(0.0..=SPAN_MAX).contains(&seconds) {
            return Err(wrong());
        }
        Ok(TimeDelta::milliseconds((seconds * 1_000.0) as i64))
    }

    fn symbol(&self) -> Result<String> {
        let text = self.text()?;
        if LISTINGS.iter().any(|listing| listing.symbol == text) {
            Ok(text.to_owned())
        } else {
            Err(self.wrong(format!("no instrument is called {text} here")))
        }
    }

    fn entries(&self, text: &str) -> Result<Vec<Entry<'a>>> {
        let wrong = || {
            self.wrong(format!(
                "it is a list: begin each of its entries with [[{}]]",
                self.key
            ))
        };
        let list = self.value.as_array().ok_or_else(wrong)?;
        list.iter()
            .map(|entry| {
                let table = entry.get_ref().as_table().ok_or_else(wrong)?;
                Ok(Entry {
                    line: line(text, entry.span().start),
                    list: self.key,
                    fields: fields(text, table),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::mood::Mood;
    use crate::market::speed::Speed;

    fn wrong(text: &str) -> String {
        read(text, DateTime::UNIX_EPOCH).unwrap_err().to_string()
    }

    #[test]
    fn reads_everything_that_a_scenario_can_say() {
        let text = r#"
            seed = 0x2a
            start = 2026-10-19T09:25:00-04:00
            mood = "wild"
            speed = 2.5
            rate = 1000
            workers = 2
            [[moods]]
            after = "5m"
            mood = "crash"
            [[halts]]
            after = "1.5h"
            symbol = "NVX"
            lasts = "10m"
            reason = "news pending"
            [[news]]
            after = "90s"
            moves = -8
        "#;
        let scenario = read(text, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(scenario.seed, 42);
        assert_eq!(scenario.start.to_rfc3339(), "2026-10-19T13:25:00+00:00");
        assert_eq!(scenario.mood, Mood::Wild);
        assert_eq!(scenario.speed, Speed::new(2.5).unwrap());
        assert_eq!((scenario.rate, scenario.workers), (1_000, 2));
        assert_eq!(scenario.turns[0].mood, Mood::Crash);
        assert_eq!(scenario.turns[0].after, TimeDelta::minutes(5));
        assert_eq!(scenario.halts[0].after, TimeDelta::minutes(90));
        assert_eq!(scenario.halts[0].reason, "news pending");
        assert_eq!(scenario.news[0].symbol, None);
        assert!((scenario.news[0].moves + 0.08).abs() < 1e-12);
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_its_key() {
        for (text, line, key, why) in [
            ("seed = 1\nrate = 0", 2, "rate", "from 1 to 200000"),
            ("\nmood = \"sad\"", 2, "mood", "melt-up"),
            ("speed = 5000", 1, "speed", "0.1 to 1000"),
            ("sped = 5", 1, "sped", "no such key"),
            ("start = 2026-10-19T09:25:00", 1, "start", "with its zone"),
            ("start = 1999-10-19T09:25:00Z", 1, "start", "2012"),
            ("seed = -1", 1, "seed", "whole number"),
            ("seed = 1\nseed = 2", 2, "seed", "duplicate"),
            ("[[halts]]\nafter = \"5m\"\nsymbol = \"XX\"", 3, "symbol", "XX"),
            ("\n[[moods]]\nmood = \"calm\"", 2, "moods", "`after` is missing"),
            ("[[moods]]\nafter = \"5\"\nmood = \"calm\"", 2, "after", "\"5m\""),
            (
                "[[news]]\nafter = \"5m\"\nmoves = 2\nsize = 3",
                4,
                "size",
                "no such key",
            ),
            ("moods = 3", 1, "moods", "[[moods]]"),
        ] {
            let error = wrong(text);
            assert!(error.starts_with(&format!("line {line}: `{key}`: ")), "{error}");
            assert!(error.contains(why), "{error}");
        }
        assert!(wrong("seed = 1\n[").starts_with("line 2: "));
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        let wall = "2026-11-18T16:00:00Z".parse().unwrap();
        assert_eq!(read("", wall).unwrap(), Scenario::new(1, wall));
    }
}
