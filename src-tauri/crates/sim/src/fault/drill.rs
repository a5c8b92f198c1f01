//! A rehearsal: faults at their times, and what should be seen of them.

mod embedded;

use std::ops::RangeInclusive;
use std::time::Duration;

use fastrand::Rng;
use serde::Deserialize;

use self::embedded::EMBEDDED;
use super::words::time;
use super::{Fault, FaultWords, NotAFault};
use crate::market::{RATE_DEFAULT, RATE_MAX};
use crate::server::Way;

/// More than anybody sits through.
const TIMES_MAX: u32 = 1_000;

/// A script with a name and a sentence that says what should be seen.
#[derive(Clone, Debug)]
pub struct Drill {
    pub name: String,
    pub title: String,
    pub sentence: String,
    /// How long it is looked at, from its start.
    pub lasts: Duration,
    /// How a watcher of it connects.
    pub way: Way,
    pub tls: bool,
    pub rate: u32,
    pub symbols: Vec<String>,
    pub expectations: Vec<Expectation>,
    /// When a watcher asks the feed to try again at once. It is no fault, and nothing of the venue's.
    pub retries: Vec<Duration>,
    steps: Vec<Step>,
}

/// What a watcher should have seen, so that its sentence is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    pub sight: Sight,
    /// Counted from the start of the drill.
    pub after: Duration,
    pub how_long: HowLong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// How fresh a symbol is, by the word that the app has for it.
    Freshness { symbol: String, word: String },
    /// The state of the feed, by the word that the app has for it.
    Feed { word: String },
    /// What the feed says of itself has these words in it.
    Why { words: String },
    /// Something that was counted until the end.
    Count {
        what: String,
        within: RangeInclusive<u64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowLong {
    /// At some moment, this soon.
    Within(Duration),
    /// At every moment, this long.
    Always(Duration),
    /// When it is over.
    AtTheEnd,
}

#[derive(Clone, Debug)]
struct Step {
    at: Moments,
    times: u32,
    every: Option<Moments>,
    fault: Fault,
}

/// A moment, or some moment between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moments {
    from: Duration,
    to: Duration,
}

/// A fault and when it begins.
#[derive(Clone, Debug)]
pub(crate) struct Cue {
    pub(crate) at: Duration,
    pub(crate) fault: Fault,
}

/// Why a script cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    #[error("there is no drill called `{0}`: `tickwire-cli drill list` names them all")]
    Unknown(String),
    #[error("the script cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("step {step} of the script: {why}")]
    Step { step: usize, why: NotAFault },
    #[error("expectation {number} of the script: {why}")]
    Expectation { number: usize, why: &'static str },
    #[error("{0}")]
    Words(#[from] NotAFault),
    #[error("`rate` must be from 1 to {RATE_MAX}")]
    Rate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    title: String,
    sentence: String,
    lasts: String,
    #[serde(default)]
    way: Option<String>,
    #[serde(default)]
    tls: bool,
    #[serde(default)]
    rate: Option<u32>,
    symbols: Vec<String>,
    #[serde(default)]
    retry: Vec<String>,
    #[serde(default)]
    step: Vec<StepWords>,
    #[serde(default)]
    expect: Vec<ExpectWords>,
}

#[derive(Debug, Deserialize)]
struct StepWords {
    at: String,
    #[serde(default = "once")]
    times: u32,
    pause: Option<String>,
    #[serde(flatten)]
    fault: FaultWords,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ExpectWords {
    symbol: Option<String>,
    freshness: Option<String>,
    feed: Option<String>,
    why: Option<String>,
    count: Option<String>,
    min: Option<u64>,
    max: Option<u64>,
    after: Option<String>,
    within: Option<String>,
    always: Option<String>,
}

const fn once() -> u32 {
    1
}

impl Drill {
    /// All that come with the program, in the order of their names.
    pub fn all() -> Vec<Self> {
        EMBEDDED
            .iter()
            // A test reads every one of them.
            .filter_map(|(name, text)| Self::read(name, text).ok())
            .collect()
    }

    pub fn named(name: &str) -> Result<Self, DrillError> {
        let (name, text) = EMBEDDED
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| DrillError::Unknown(name.to_owned()))?;
        Self::read(name, text)
    }

    pub fn read(name: &str, text: &str) -> Result<Self, DrillError> {
        let script: Script = toml::from_str(text)?;
        let rate = script.rate.unwrap_or(RATE_DEFAULT);
        if rate == 0 || rate > RATE_MAX {
            return Err(DrillError::Rate);
        }
        let way = script.way.as_deref().unwrap_or("ws");
        let mut steps = Vec::new();
        for (number, words) in (1..).zip(&script.step) {
            let step = Step::read(words).map_err(|why| DrillError::Step { step: number, why })?;
            steps.push(step);
        }
        let mut expectations = Vec::new();
        for (number, words) in (1..).zip(script.expect) {
            expectations.push(words.read(number)?);
        }
        let retries: Result<Vec<_>, _> = script.retry.iter().map(|text| time(text)).collect();
        Ok(Self {
            name: name.to_owned(),
            title: script.title,
            sentence: script.sentence,
            lasts: time(&script.lasts)?,
            way: Way::from_word(way).ok_or_else(|| NotAFault::Way(way.to_owned()))?,
            tls: script.tls,
            rate,
            symbols: script.symbols,
            expectations,
            retries: retries?,
            steps,
        })
    }

    /// What happens when, under a seed.
    pub(crate) fn cues(&self, seed: u64) -> Vec<Cue> {
        let name = self
            .name
            .bytes()
            .fold(seed, |mixed, byte| mixed.rotate_left(7) ^ u64::from(byte));
        let mut random = Rng::with_seed(name);
        let mut cues = Vec::new();
        for step in &self.steps {
            let mut at = step.at.draw(&mut random);
            for _ in 0..step.times {
                cues.push(Cue {
                    at,
                    fault: step.fault.clone(),
                });
                at += step.every.map_or(Duration::ZERO, |every| every.draw(&mut random));
            }
        }
        cues.sort_by_key(|cue| cue.at);
        cues
    }
}

impl Step {
    fn read(words: &StepWords) -> Result<Self, NotAFault> {
        if words.times > TIMES_MAX {
            return Err(NotAFault::Value {
                key: "times",
                must: "1000 at most",
            });
        }
        let every = words.pause.as_deref().map(Moments::read).transpose()?;
        if words.times > 1 && every.is_none() {
            return Err(NotAFault::Missing {
                fault: "a step that happens several times",
                key: "pause",
            });
        }
        Ok(Self {
            at: Moments::read(&words.at)?,
            times: words.times,
            every,
            fault: words.fault.read()?,
        })
    }
}

impl Moments {
    fn read(text: &str) -> Result<Self, NotAFault> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (time(from)?, time(to)?);
        if to < from {
            return Err(NotAFault::Time(text.to_owned()));
        }
        Ok(Self { from, to })
    }

    fn draw(&self, random: &mut Rng) -> Duration {
        self.from + (self.to - self.from).mul_f64(random.f64())
    }
}

impl ExpectWords {
    fn read(self, number: usize) -> Result<Expectation, DrillError> {
        let wrong = |why| DrillError::Expectation { number, why };
        let sight = match (self.symbol, self.freshness, self.feed, self.why, self.count) {
            (Some(symbol), Some(word), None, None, None) => Sight::Freshness { symbol, word },
            (None, None, Some(word), None, None) => Sight::Feed { word },
            (None, None, None, Some(words), None) => Sight::Why { words },
            (None, None, None, None, Some(what)) => Sight::Count {
                what,
                within: self.min.unwrap_or(0)..=self.max.unwrap_or(u64::MAX),
            },
            _ => {
                return Err(wrong(
                    "it has either `symbol` and `freshness`, or `feed`, or `why`, or `count`",
                ));
            }
        };
        let read = |text: Option<String>| text.map(|text| time(&text)).transpose();
        let how_long = match (read(self.within)?, read(self.always)?) {
            (Some(within), None) => HowLong::Within(within),
            (None, Some(always)) => HowLong::Always(always),
            (None, None) => HowLong::AtTheEnd,
            (Some(_), Some(_)) => return Err(wrong("`within` and `always` exclude each other")),
        };
        if matches!(sight, Sight::Count { .. }) != (how_long == HowLong::AtTheEnd) {
            return Err(wrong(
                "a `count` is of the end, everything else has `within` or `always`",
            ));
        }
        Ok(Expectation {
            sight,
            after: read(self.after)?.unwrap_or_default(),
            how_long,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_the_program_can_be_read_and_promises_something() {
        assert!(EMBEDDED.len() >= 16, "{} drills", EMBEDDED.len());
        assert!(EMBEDDED.is_sorted());
        for (name, text) in EMBEDDED {
            let drill = Drill::read(name, text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!drill.expectations.is_empty(), "{name} promises nothing");
            assert!(drill.sentence.ends_with('.'), "{name}");
            for cue in drill.cues(1) {
                assert!(cue.at < drill.lasts, "{name} ends before its faults");
            }
            for retry in &drill.retries {
                assert!(*retry < drill.lasts, "{name} ends before somebody tries again");
            }
        }
    }

    #[test]
    fn what_is_drawn_depends_on_the_seed_alone() {
        let text = "title='t'\nsentence='s.'\nlasts='1m'\nsymbols=['NVX']\n\
                    [[step]]\nat='1s..9s'\ntimes=3\npause='1s..2s'\nfault='drop'";
        let drill = Drill::read("d", text).unwrap();
        let times = |seed| -> Vec<_> { drill.cues(seed).iter().map(|cue| cue.at).collect() };
        assert_eq!(times(1), times(1));
        assert_ne!(times(1), times(2));
        assert_eq!(times(1).len(), 3);
        assert!(times(1).is_sorted());
    }

    #[test]
    fn a_mistake_is_found_where_it_is() {
        let head = "title='t'\nsentence='s.'\nlasts='1m'\nsymbols=['NVX']\n";
        let say = |rest: &str| {
            Drill::read("d", &format!("{head}{rest}"))
                .unwrap_err()
                .to_string()
        };
        assert!(
            say("[[step]]\nat='1s'\nfault='dorp'").starts_with("step 1 of the script: there is no fault")
        );
        assert!(say("[[step]]\nat='1s'\nfault='drop'\ntimes=2").contains("needs `pause`"));
        assert!(say("[[step]]\nat='1s'\nfault='drop'\ntimes=1001\npause='1s'").contains("1000 at most"));
        assert!(say("[[expect]]\nsymbol='NVX'").starts_with("expectation 1"));
        assert!(say("colour='red'").contains("line 5"));
        assert!(say("retry=['soon']").contains("soon"));
    }
}
