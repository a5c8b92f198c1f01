//! The past of a feed's rows, fetched from where its venue keeps it.
//!
//! Whoever opens a chart wants its past, once; what a lost connection has kept
//! from us is wanted as soon as the feed is back. One task of each feed asks for
//! one page after the other, and goes to sleep where nothing is missing. It waits
//! for its turn in the venue's budget, and the ticks never wait for it.
//!
//! - `plan`: what is asked next, and what a failure means
//! - `pages`: how pages become one stretch

mod pages;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use market::{Past, PastState, RowId};
use model::{Candle, FeedId, Source, Timeframe};
use provider::{History, Stretch};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use tracing::debug;

use crate::desk::lock;
use crate::handle::Handle;
use crate::inquiry::NotFetched;
use crate::spec::FeedSpec;
use pages::Pages;
use plan::{Failure, Known, Next, next, patience};

/// A clock may be set, and a market's may run as it likes.
const SLEEP_MAX: Duration = Duration::from_secs(600);
/// Whoever simulates a market simulates its past.
const SIMULATOR: &str = "the simulator";
const SLEEP_MIN: Duration = Duration::from_millis(200);

/// What a venue has of the past, and whose is wanted.
pub(crate) struct Archive {
    history: &'static History,
    /// As a person calls the venue.
    by: Arc<str>,
    wanted: Mutex<Wanted>,
    news: Notify,
}

/// No more than there are rows, each in every timeframe.
#[derive(Default)]
struct Wanted {
    wishes: BTreeSet<Wish>,
    /// Somebody looks at it now.
    newest: Option<Wish>,
    /// Whether there is a task that sees to them.
    seen_to: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wish {
    pub(crate) row: RowId,
    pub(crate) timeframe: Timeframe,
}

/// What went wrong with one, and when it is tried again.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    tries: u32,
    until: Instant,
}

/// One stretch of one series.
struct Job {
    wish: Wish,
    stretch: Stretch,
    room: usize,
}

enum Turn {
    Ask(Job),
    Sleep(Option<Duration>),
}

impl Archive {
    /// `None` for a venue that has no past that could be fetched.
    pub(crate) fn of(spec: &FeedSpec) -> Option<Arc<Self>> {
        let history = spec.venue.history()?;
        let by = match spec.source {
            Source::Simulated => SIMULATOR,
            Source::Live | Source::Replay => spec.venue.provider_title(),
        };
        Some(Arc::new(Self {
            history,
            by: Arc::from(by),
            wanted: Mutex::default(),
            news: Notify::new(),
        }))
    }

    /// Whether nobody sees to it yet, so that whoever wants it has to begin.
    pub(crate) fn want(&self, wish: Wish) -> bool {
        let mut wanted = lock(&self.wanted);
        wanted.wishes.insert(wish);
        wanted.newest = Some(wish);
        self.news.notify_one();
        !std::mem::replace(&mut wanted.seen_to, true)
    }

    /// Something was not heard.
    pub(crate) fn torn(&self) {
        self.news.notify_one();
    }

    fn turn(&self, handle: &Handle, feed: &FeedId, troubles: &BTreeMap<Wish, Trouble>) -> Turn {
        let now = Instant::now();
        let mut wanted = lock(&self.wanted);
        let mut sleeps: Option<Duration> = None;
        let mut gone = Vec::new();
        let first = wanted.newest.into_iter();
        let found = handle.shared.desk.write(|market| {
            let clock = market.clock(feed, handle.now());
            let time = clock.at(handle.now().wall);
            for wish in first.chain(wanted.wishes.iter().copied()) {
                let Wish { row, timeframe } = wish;
                if let Some(trouble) = troubles.get(&wish).filter(|trouble| trouble.until > now) {
                    shorten(&mut sleeps, trouble.until - now);
                    continue;
                }
                let known = |market: &market::Market| {
                    let series = market.series(row, timeframe)?;
                    Some(Known {
                        asked: series.is_asked(),
                        unheard: series.unheard().collect(),
                        room: series.room(),
                    })
                };
                let Some(mut is) = known(market) else {
                    gone.push(wish);
                    continue;
                };
                if let Next::Whole(stretch) = next(&is, timeframe, self.history, time) {
                    market.ask_past(row, timeframe, stretch);
                    market.set_past(row, self.past(PastState::Asked));
                    is = known(market)?;
                }
                match next(&is, timeframe, self.history, time) {
                    Next::Missing(stretch) => {
                        let symbol = market.row(row)?.symbol.clone();
                        let stretch = Stretch {
                            symbol,
                            timeframe,
                            from: stretch.start,
                            until: stretch.end,
                        };
                        let room = is.room;
                        return Some(Job { wish, stretch, room });
                    }
                    Next::At(due) => {
                        let away = due.signed_duration_since(time).to_std().unwrap_or_default();
                        // Nothing is reckoned from a float but how long to sleep.
                        let rate = clock.rate.max(f64::EPSILON);
                        let away = Duration::try_from_secs_f64(away.as_secs_f64() / rate);
                        shorten(&mut sleeps, away.unwrap_or(SLEEP_MAX));
                    }
                    Next::Whole(_) | Next::Nothing => {}
                }
            }
            None
        });
        for wish in gone {
            wanted.wishes.remove(&wish);
            wanted.newest = wanted.newest.filter(|newest| *newest != wish);
        }
        let sleeps = sleeps.map(|sleeps| sleeps.clamp(SLEEP_MIN, SLEEP_MAX));
        found.map_or(Turn::Sleep(sleeps), Turn::Ask)
    }

    fn past(&self, state: PastState) -> Past {
        Past {
            by: Arc::clone(&self.by),
            adjusted: self.history.adjusted,
            state,
        }
    }

    /// Page by page, each shown as soon as it is there.
    async fn fill(&self, handle: &Handle, feed: &FeedId, job: &Job) -> Result<(), Failure> {
        let Job { wish, stretch, room } = job;
        let shape = (self.history.page, self.history.cut);
        let whole = stretch.from..stretch.until;
        let mut pages = Pages::new(whole.clone(), stretch.timeframe.seconds(), shape, *room);
        while let Some(asked) = pages.next() {
            let page = Stretch {
                from: asked.start,
                until: asked.end,
                ..stretch.clone()
            };
            let path = self.history.ask(&page);
            let text = handle.fetch(feed, &path).await?;
            let history = self.history;
            // A page is read in milliseconds, for which no tick should wait.
            let read = spawn_blocking(move || {
                let mut candles = Vec::new();
                history.read(&page, text.as_str(), &mut candles).map(|()| candles)
            });
            // It did not panic, and nobody cancels it: the engine has ended.
            let candles = read.await.map_err(|_| NotFetched::NoSuchFeed)??;
            let (known, candles) = pages.take(&asked, candles);
            self.put(handle, *wish, &known, &candles);
        }
        // Nobody has more of it.
        self.put(handle, *wish, &whole, &[]);
        Ok(())
    }

    fn put(&self, handle: &Handle, wish: Wish, stretch: &Range<i64>, candles: &[Candle]) {
        let filled = handle
            .shared
            .desk
            .write(|market| market.fill(wish.row, wish.timeframe, stretch, candles));
        debug!(by = %self.by, filled, told = candles.len(), "candles from a venue's past");
    }

    /// When the same is tried again; `None` where it was given up.
    fn failed(&self, handle: &Handle, job: &Job, failure: &Failure, tries: u32) -> Option<Trouble> {
        let wait = patience(failure, tries);
        let why: Arc<str> = Arc::from(failure.to_string());
        let Job { wish, stretch, .. } = job;
        handle.shared.desk.write(|market| {
            let state = match wait {
                Some(_) => PastState::Delayed { why },
                None => PastState::Refused { why },
            };
            if wait.is_none() {
                market.fill(wish.row, wish.timeframe, &(stretch.from..stretch.until), &[]);
            }
            market.set_past(wish.row, self.past(state));
        });
        // What was not asked was not tried.
        let counts = !matches!(failure, Failure::Fetched(NotFetched::Spent { .. }));
        let tries = tries + u32::from(counts);
        wait.map(|wait| Trouble {
            tries,
            until: Instant::now() + wait,
        })
    }
}

/// Sees to the wishes of one feed until that is closed.
pub(crate) async fn keep(handle: Handle, feed: FeedId, archive: Arc<Archive>) {
    let mut statuses = handle.feeds();
    let mut troubles = BTreeMap::new();
    loop {
        let is_live = {
            let statuses = statuses.borrow_and_update();
            let mut statuses = statuses.iter();
            statuses.any(|status| status.feed == feed && status.state.is_live())
        };
        let turn = if is_live {
            archive.turn(&handle, &feed, &troubles)
        } else {
            Turn::Sleep(None)
        };
        match turn {
            Turn::Ask(job) => match archive.fill(&handle, &feed, &job).await {
                Ok(()) => {
                    troubles.remove(&job.wish);
                    let told = archive.past(PastState::Told);
                    handle
                        .shared
                        .desk
                        .write(|market| market.set_past(job.wish.row, told));
                }
                Err(failure) => {
                    let tries = troubles
                        .get(&job.wish)
                        .map_or(0, |trouble: &Trouble| trouble.tries);
                    match archive.failed(&handle, &job, &failure, tries) {
                        Some(trouble) => troubles.insert(job.wish, trouble),
                        None => troubles.remove(&job.wish),
                    };
                }
            },
            Turn::Sleep(sleeps) => tokio::select! {
                () = archive.news.notified() => {}
                changed = statuses.changed() => if changed.is_err() {
                    return;
                },
                () = sleep(sleeps.unwrap_or(SLEEP_MAX)), if sleeps.is_some() => {}
            },
        }
    }
}

fn shorten(sleeps: &mut Option<Duration>, other: Duration) {
    *sleeps = Some(sleeps.map_or(other, |known| known.min(other)));
}
