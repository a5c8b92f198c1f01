//! A scenario in the few words that stand with a feed in a person's settings.

use chrono::{DateTime, Utc};

use super::{Scenario, ScenarioError};
use crate::market::RATE_MAX;
use crate::market::mood::NoSuchMood;
use crate::market::speed::NotASpeed;

/// What a person may say of a market; what is not said stays as it is in the
/// scenario that is named, or in an ordinary market.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScenarioWords<'a> {
    /// One of those that are built in.
    pub scenario: Option<&'a str>,
    pub seed: Option<u64>,
    pub mood: Option<&'a str>,
    pub speed: Option<&'a str>,
    pub rate: Option<u32>,
}

/// Which of the words names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAScenario {
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    #[error(transparent)]
    Mood(#[from] NoSuchMood),
    #[error(transparent)]
    Speed(#[from] NotASpeed),
    #[error("a rate of {0} ticks a second is not between 1 and {RATE_MAX}")]
    Rate(u32),
}

impl ScenarioWords<'_> {
    /// `wall` is the present, for a market that names no start.
    pub fn read(self, wall: DateTime<Utc>) -> Result<Scenario, NotAScenario> {
        let mut scenario = match self.scenario {
            Some(name) => Scenario::named(name, wall)?,
            None => Scenario::new(1, wall),
        };
        if let Some(seed) = self.seed {
            scenario.seed = seed;
        }
        if let Some(mood) = self.mood {
            scenario.mood = mood.parse()?;
        }
        if let Some(speed) = self.speed {
            scenario.speed = speed.parse()?;
        }
        if let Some(rate) = self.rate {
            if rate == 0 || rate > RATE_MAX {
                return Err(NotAScenario::Rate(rate));
            }
            scenario.rate = rate;
        }
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::{Mood, Speed};

    #[test]
    fn what_is_not_said_is_as_in_the_scenario_that_is_named() {
        let wall = DateTime::UNIX_EPOCH;
        let words = ScenarioWords {
            scenario: Some("crash-monday"),
            seed: Some(7),
            speed: Some("2"),
            ..ScenarioWords::default()
        };
        let named = Scenario::named("crash-monday", wall).unwrap();
        let read = words.read(wall).unwrap();
        assert_eq!((read.seed, Some(read.speed)), (7, Speed::new(2.0)));
        assert_eq!((read.mood, &read.turns), (named.mood, &named.turns));
        let plain = ScenarioWords::default().read(wall).unwrap();
        assert_eq!(plain, Scenario::new(1, wall));
        let wild = ScenarioWords {
            mood: Some("wild"),
            ..ScenarioWords::default()
        };
        assert_eq!(wild.read(wall).unwrap().mood, Mood::Wild);
    }

    #[test]
    fn a_word_that_names_nothing_is_said() {
        let none = ScenarioWords::default();
        for (words, part) in [
            (
                ScenarioWords {
                    scenario: Some("boom"),
                    ..none
                },
                "`boom`",
            ),
            (
                ScenarioWords {
                    mood: Some("sad"),
                    ..none
                },
                "`sad`",
            ),
            (
                ScenarioWords {
                    speed: Some("fast"),
                    ..none
                },
                "0.1 to 1000",
            ),
            (
                ScenarioWords {
                    rate: Some(0),
                    ..none
                },
                "a rate of 0",
            ),
        ] {
            let why = words.read(DateTime::UNIX_EPOCH).unwrap_err().to_string();
            assert!(why.contains(part), "{why}");
        }
    }
}
