//! What each promise of a drill has come to.

use std::time::Duration;

use sim::{Drill, Expectation, HowLong, Sight, Traded};

use super::line::Line;
use super::scene::Scene;

#[derive(Debug)]
pub(super) struct Promises(Vec<Promise>);

#[derive(Debug)]
struct Promise {
    expectation: Expectation,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Open,
    Kept { seen: String },
    Broken { seen: String },
}

impl Promises {
    pub(super) fn of(drill: &Drill) -> Self {
        let expectations = drill.expectations.iter().cloned();
        let promises = expectations.map(|expectation| Promise {
            expectation,
            state: State::Open,
        });
        Self(promises.collect())
    }

    /// Whether one of them may still come to something by waiting.
    pub(super) fn are_open(&self) -> bool {
        let mut promises = self.0.iter();
        promises
            .any(|promise| promise.state == State::Open && promise.expectation.how_long != HowLong::AtTheEnd)
    }

    pub(super) fn judge(&mut self, scene: &Scene, after: Duration) {
        for promise in &mut self.0 {
            promise.judge(scene, after);
        }
    }

    /// Counts what can only be counted when all is over.
    pub(super) fn conclude(&mut self, scene: &Scene, told: &[Traded]) {
        for promise in &mut self.0 {
            let Sight::Count { what, within } = &promise.expectation.sight else {
                continue;
            };
            promise.state = match scene.count(what, told) {
                Some(count) if within.contains(&count) => State::Kept {
                    seen: count.to_string(),
                },
                Some(count) => State::Broken {
                    seen: count.to_string(),
                },
                None => State::Broken {
                    seen: "nothing of this name is counted".to_owned(),
                },
            };
        }
    }

    pub(super) fn verdicts(&self) -> impl Iterator<Item = Line> {
        self.0.iter().map(|promise| {
            let (kept, seen) = match &promise.state {
                State::Kept { seen } => (true, seen.clone()),
                State::Broken { seen } => (false, seen.clone()),
                State::Open => (false, "never seen".to_owned()),
            };
            Line::Promise {
                promise: words(&promise.expectation),
                kept,
                seen,
            }
        })
    }
}

impl Promise {
    fn judge(&mut self, scene: &Scene, after: Duration) {
        let Expectation {
            sight,
            after: from,
            how_long,
        } = &self.expectation;
        if self.state != State::Open || after < *from {
            return;
        }
        let (is_so, seen) = match sight {
            Sight::Freshness { symbol, word } => {
                let freshness = scene.freshness(symbol).unwrap_or("not watched");
                (freshness == word, freshness)
            }
            Sight::Feed { word } => (scene.state() == word, scene.state()),
            Sight::Why { words } => (scene.why().contains(words.as_str()), scene.why()),
            Sight::Count { .. } => return,
        };
        let at = format!("{:.1} s after the beginning", after.as_secs_f64());
        self.state = match *how_long {
            HowLong::Within(_) if is_so => State::Kept { seen: at },
            HowLong::Within(limit) if after > *from + limit => State::Broken {
                seen: format!("at the latest it was: {seen}"),
            },
            HowLong::Always(_) if !is_so => State::Broken {
                seen: format!("{seen}, {at}"),
            },
            HowLong::Always(limit) if after > *from + limit => State::Kept {
                seen: "all the time".to_owned(),
            },
            HowLong::Within(_) | HowLong::Always(_) | HowLong::AtTheEnd => return,
        };
    }
}

fn words(expectation: &Expectation) -> String {
    let what = match &expectation.sight {
        Sight::Freshness { symbol, word } => format!("{symbol} is {word}"),
        Sight::Feed { word } => format!("the feed is {word}"),
        Sight::Why { words } => format!("the feed says `{words}`"),
        Sight::Count { what, within } => {
            let (min, max) = (within.start(), within.end());
            return match *max {
                u64::MAX => format!("{what}: {min} or more"),
                max if max == *min => format!("{what}: {min}"),
                max => format!("{what}: {min} to {max}"),
            };
        }
    };
    let from = expectation.after.as_secs_f64();
    match expectation.how_long {
        HowLong::Within(limit) => {
            let limit = limit.as_secs_f64();
            format!("{what}, from {from:.0} s on within {limit:.0} s")
        }
        HowLong::Always(limit) => {
            let limit = limit.as_secs_f64();
            format!("{what}, from {from:.0} s on for {limit:.0} s")
        }
        HowLong::AtTheEnd => what,
    }
}
