//! What a person has chosen for the market of a simulated feed.
//!
//! Which moods, speeds and scenarios there are is known to the simulator, and
//! is said when the feed is opened; here a value only has to be of its kind.

use serde::{Deserialize, Serialize};
use toml::Value;

/// `None` leaves it to the simulator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketSettings {
    pub seed: Option<u32>,
    pub mood: Option<String>,
    /// A number, or `max`.
    pub speed: Option<String>,
    /// Ticks a second.
    pub rate: Option<u32>,
    pub scenario: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMarket {
    #[error("its seed is a whole number from 0 to {}", u32::MAX)]
    Seed,
    #[error("its rate is a whole number of ticks a second")]
    Rate,
    #[error("its speed is a number, or \"max\"")]
    Speed,
    #[error("its {0} is a word in quotes")]
    Word(&'static str),
}

/// As it is written beside the rest of a feed.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct MarketForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mood: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<Value>,
}

impl MarketForm {
    pub(super) const KEYS: &'static str = "seed, mood, speed, rate and scenario";

    pub(super) fn is_empty(&self) -> bool {
        let Self {
            seed,
            mood,
            speed,
            rate,
            scenario,
        } = self;
        [seed, mood, speed, rate, scenario]
            .into_iter()
            .all(Option::is_none)
    }
}

impl TryFrom<MarketForm> for MarketSettings {
    type Error = BadMarket;

    fn try_from(form: MarketForm) -> Result<Self, BadMarket> {
        Ok(Self {
            seed: whole(form.seed.as_ref(), BadMarket::Seed)?,
            mood: word(form.mood.as_ref(), "mood")?,
            speed: form.speed.as_ref().map(speed).transpose()?,
            rate: whole(form.rate.as_ref(), BadMarket::Rate)?,
            scenario: word(form.scenario.as_ref(), "scenario")?,
        })
    }
}

impl From<MarketSettings> for MarketForm {
    fn from(market: MarketSettings) -> Self {
        Self {
            seed: market.seed.map(|seed| Value::Integer(seed.into())),
            mood: market.mood.map(Value::String),
            speed: market.speed.map(as_written),
            rate: market.rate.map(|rate| Value::Integer(rate.into())),
            scenario: market.scenario.map(Value::String),
        }
    }
}

fn whole(value: Option<&Value>, bad: BadMarket) -> Result<Option<u32>, BadMarket> {
    let Some(value) = value else { return Ok(None) };
    let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
    number.map(Some).ok_or(bad)
}

fn word(value: Option<&Value>, key: &'static str) -> Result<Option<String>, BadMarket> {
    let Some(value) = value else { return Ok(None) };
    let word = value.as_str().map(str::to_owned);
    word.map(Some).ok_or(BadMarket::Word(key))
}

fn speed(value: &Value) -> Result<String, BadMarket> {
    match value {
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => Err(BadMarket::Speed),
    }
}

/// A number as a number, since that is how a person writes it.
fn as_written(speed: String) -> Value {
    if let Ok(whole) = speed.parse() {
        return Value::Integer(whole);
    }
    match speed.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::Float(number),
        Ok(_) | Err(_) => Value::String(speed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{FeedKind, Settings};

    #[test]
    fn several_simulated_feeds_each_have_a_market_of_their_own() {
        let text = "[[feeds]]\nid = 'calm'\nkind = 'sim'\nmood = 'calm'\nspeed = 0.5\n\
                    [[feeds]]\nid = 'storm'\nkind = 'sim'\nseed = 7\nspeed = 'max'\nrate = 300\nscenario = 'halted'\n";
        let settings: Settings = toml::from_str(text).unwrap();
        let markets: Vec<_> = settings.feeds.iter().map(|feed| &feed.kind).collect();
        let calm = MarketSettings {
            mood: Some("calm".to_owned()),
            speed: Some("0.5".to_owned()),
            ..MarketSettings::default()
        };
        let storm = MarketSettings {
            seed: Some(7),
            speed: Some("max".to_owned()),
            rate: Some(300),
            scenario: Some("halted".to_owned()),
            ..MarketSettings::default()
        };
        assert_eq!(markets, [&FeedKind::Sim(calm), &FeedKind::Sim(storm)]);

        let written = toml::to_string(&settings).unwrap();
        for line in ["speed = 0.5", "speed = \"max\"", "seed = 7", "rate = 300"] {
            assert!(
                written.lines().any(|written| written == line),
                "{line}: {written}"
            );
        }
        assert_eq!(toml::from_str::<Settings>(&written).unwrap(), settings);
    }
}
