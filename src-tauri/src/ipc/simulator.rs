//! The simulated feed's menu: its market and its drills, for the page.

use profile::MarketSettings;
use serde::{Deserialize, Serialize};
use sim::{Mood, Scenario};

use crate::venues::Rehearsed;

/// What can be chosen for one simulated feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SimulatorView {
    pub(crate) market: MarketView,
    pub(crate) drills: Vec<DrillView>,
}

/// A script of faults, and what should be seen while it plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct DrillView {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) sentence: String,
}

/// The market of a venue. The speed is a number of seconds in one of ours, as text, or `max`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct MarketView {
    pub(crate) seed: u32,
    #[cfg_attr(test, ts(inline))]
    pub(crate) mood: MoodView,
    pub(crate) speed: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum MoodView {
    Calm,
    Normal,
    Wild,
    Crash,
    MeltUp,
}

impl From<&Rehearsed> for DrillView {
    fn from(drill: &Rehearsed) -> Self {
        Self {
            name: drill.name.clone(),
            title: drill.title.clone(),
            sentence: drill.sentence.clone(),
        }
    }
}

impl From<&Scenario> for MarketView {
    fn from(scenario: &Scenario) -> Self {
        Self {
            // A larger one cannot be chosen in the settings.
            seed: u32::try_from(scenario.seed).unwrap_or(u32::MAX),
            mood: scenario.mood.into(),
            speed: scenario.speed.to_string(),
        }
    }
}

impl MarketView {
    /// What the page does not know of stays as it is.
    pub(super) fn apply(&self, market: &mut MarketSettings) {
        market.seed = Some(self.seed);
        market.mood = Some(Mood::from(self.mood).to_string());
        market.speed = Some(self.speed.clone());
    }
}

impl From<Mood> for MoodView {
    fn from(mood: Mood) -> Self {
        match mood {
            Mood::Calm => Self::Calm,
            Mood::Normal => Self::Normal,
            Mood::Wild => Self::Wild,
            Mood::Crash => Self::Crash,
            Mood::MeltUp => Self::MeltUp,
        }
    }
}

impl From<MoodView> for Mood {
    fn from(mood: MoodView) -> Self {
        match mood {
            MoodView::Calm => Self::Calm,
            MoodView::Normal => Self::Normal,
            MoodView::Wild => Self::Wild,
            MoodView::Crash => Self::Crash,
            MoodView::MeltUp => Self::MeltUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_for_a_market_is_what_it_opens_with() {
        for mood in Mood::ALL {
            let chosen = MarketView {
                seed: 7,
                mood: mood.into(),
                speed: "2.5".to_owned(),
            };
            let mut market = MarketSettings {
                rate: Some(300),
                ..MarketSettings::default()
            };
            chosen.apply(&mut market);
            assert_eq!(market.rate, Some(300), "the page knows of no rate");
            let scenario = crate::feeds::scenario(&market).unwrap();
            assert_eq!(MarketView::from(&scenario), chosen);
        }
    }
}
