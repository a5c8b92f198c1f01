//! Where the feed's news goes: a market as the app has one, and a ledger.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use feed::{Burst, Clock, LossCause, Outlet, Update};
use market::{Freshness, Market, RowId};
use model::{FeedId, FeedState, FeedStatus, Moment, Price, Source, Symbol, SymbolKey, Tick};

use super::Record;
use super::ledger::{Account, Wrong};
use crate::venue::{Known, read_figure};

/// A timer may be late by as much as somebody else's turn takes.
const LATE: Duration = Duration::from_secs(1);
/// The longest wait of all, which is a server's that flaps, and a tenth.
const WAIT_MAX: Duration = Duration::from_secs(66);
/// All phases of a dial together, and the time after which the dial itself is given up.
const DIAL_MAX: Duration = Duration::from_secs(25);
/// A connection is subscribed by then, or it is over.
const SUBSCRIBE_MAX: Duration = Duration::from_secs(15);
/// A dead line is found by then: five seconds to the ping, five to its end, a
/// late timer; over HTTP a poll that is never answered, and its margin.
const DEAD_MAX: Duration = Duration::from_secs(22);
/// More in one look at the socket are more than the supervisor takes at once.
const BURST_MAX: u64 = 1_024;

pub(crate) struct Desk {
    clock: Clock,
    record: Arc<Record>,
    state: Mutex<State>,
}

type Accounts = BTreeMap<SymbolKey, (String, Account)>;

struct State {
    feed: FeedId,
    market: Market,
    accounts: Accounts,
    status: Option<FeedStatus>,
    gaps: u64,
    /// When the present kind of state began.
    since: Moment,
}

/// The feed's way to the desk.
pub(super) struct Counter {
    pub(super) feed: FeedId,
    pub(super) desk: Arc<Desk>,
}

impl Desk {
    pub(super) fn new(feed: &FeedId, clock: Clock, record: Arc<Record>) -> Self {
        let mut market = Market::new();
        market.open_feed(feed.clone(), Source::Simulated);
        let since = clock.now().at;
        Self {
            clock,
            record,
            state: Mutex::new(State {
                feed: feed.clone(),
                market,
                accounts: BTreeMap::new(),
                status: None,
                gaps: 0,
                since,
            }),
        }
    }

    pub(super) fn want(&self, key: SymbolKey, symbol: &str) {
        self.record.note(format_args!("{symbol} is wanted as {}", key.0));
        let mut state = self.lock();
        let State {
            feed,
            market,
            accounts,
            ..
        } = &mut *state;
        let row = market.open_row(feed, Symbol::new(symbol), self.clock.now().at);
        assert_eq!(row, RowId(key.0), "a row has the number of its symbol");
        accounts.insert(key, (symbol.to_owned(), Account::default()));
    }

    pub(super) fn release(&self, which: usize) -> Option<SymbolKey> {
        let mut state = self.lock();
        let count = state.accounts.len();
        let key = *state.accounts.keys().nth(which % count.max(1))?;
        state.accounts.remove(&key);
        state.market.close_row(RowId(key.0));
        drop(state);
        self.record.note(format_args!("{} is wanted no more", key.0));
        Some(key)
    }

    pub(super) fn is_wanted(&self, symbol: &str) -> bool {
        let state = self.lock();
        state.accounts.values().any(|(wanted, _)| wanted == symbol)
    }

    /// What is wanted, and how far each has come.
    pub(crate) fn wanted(&self) -> Vec<(String, Option<Known>)> {
        let state = self.lock();
        let accounts = state.accounts.values();
        accounts
            .map(|(symbol, account)| (symbol.clone(), account.have()))
            .collect()
    }

    pub(crate) fn feed_state(&self) -> Option<FeedState> {
        self.lock().status.as_ref().map(|status| status.state)
    }

    pub(crate) fn drops(&self) -> u64 {
        self.lock().status.as_ref().map_or(0, |status| status.drops)
    }

    /// How often it was told that something is lost.
    pub(crate) fn gaps(&self) -> u64 {
        self.lock().gaps
    }

    /// Whether what is shown can be true at this moment.
    pub(crate) fn look(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        let State {
            market,
            accounts,
            status,
            since,
            ..
        } = &mut *state;
        market.refresh(now);
        let live = accounts.iter().find(|(key, _)| {
            let row = market.row(RowId(key.0));
            row.is_some_and(|row| row.freshness == Freshness::Live)
        });
        let silence = self.record.silence();
        if let Some((_, (symbol, _))) = live
            && silence.is_none_or(|silence| silence > DEAD_MAX)
        {
            self.record.broken(format_args!(
                "{symbol} is shown as live after {silence:?} of silence"
            ));
        }
        let Some(status) = status else { return };
        if let Some(wrong) = overdue(status.state, *since, now.at, silence) {
            self.record.broken(format_args!("{wrong}"));
            // Said once for each.
            *since = now.at;
        }
    }

    fn burst(&self, burst: &Burst) {
        if burst.messages > BURST_MAX {
            self.record
                .broken(format_args!("{} messages in one burst", burst.messages));
        }
        let samples = self.record.samples();
        let mut state = self.lock();
        let State {
            feed,
            market,
            accounts,
            gaps,
            ..
        } = &mut *state;
        market.frame_seen(feed, burst.received.at);
        for update in &burst.updates {
            self.record.note(format_args!("  {}", Shown(update)));
            if let Err(wrong) = count(accounts, update, samples) {
                self.record.broken(format_args!("{wrong}"));
            }
            *gaps += u64::from(matches!(update, Update::Gap { .. }));
            apply(market, feed, update, burst);
        }
    }

    fn status(&self, told: FeedStatus) {
        let now = self.clock.now();
        self.record.note(format_args!("{:?}, {}", told.state, told.why));
        if let FeedState::Waiting { until, .. } | FeedState::Offline { until } = told.state
            && until.since(now.at) > WAIT_MAX
        {
            self.record
                .broken(format_args!("a wait of {:?}", until.since(now.at)));
        }
        let mut state = self.lock();
        state.market.link(&told);
        state.market.refresh(now);
        let before = state.status.replace(told.clone()).map(|status| status.state);
        let same = before.is_some_and(|before| {
            std::mem::discriminant(&before) == std::mem::discriminant(&told.state)
                && attempt(before) == attempt(told.state)
                && !is_timed(before)
        });
        if !same {
            state.since = now.at;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which attempt it is, where it is one: another has time of its own.
const fn attempt(state: FeedState) -> u32 {
    match state {
        FeedState::Connecting { attempt, .. }
        | FeedState::Authenticating { attempt }
        | FeedState::Subscribing { attempt, .. } => attempt,
        FeedState::Idle
        | FeedState::Offline { .. }
        | FeedState::Waiting { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. }
        | FeedState::Suspended { .. }
        | FeedState::Closed => 0,
    }
}

/// Whether each of its kind has a timer of its own.
const fn is_timed(state: FeedState) -> bool {
    matches!(
        state,
        FeedState::Waiting { .. } | FeedState::Offline { .. } | FeedState::Suspended { .. }
    )
}

/// What a state should not have lasted for.
fn overdue(state: FeedState, since: Moment, now: Moment, silence: Option<Duration>) -> Option<String> {
    let lasted = now.since(since);
    match state {
        FeedState::Waiting { until, .. } | FeedState::Offline { until } => {
            (now > until + LATE).then(|| format!("{state:?} is {:?} over its time", now.since(until)))
        }
        FeedState::Suspended { again: Some(again) } => {
            (now > again + LATE).then(|| format!("{state:?} is {:?} over its time", now.since(again)))
        }
        FeedState::Connecting { .. } => {
            (lasted > DIAL_MAX).then(|| format!("{state:?} has lasted for {lasted:?}"))
        }
        FeedState::Authenticating { .. } | FeedState::Subscribing { .. } => {
            (lasted > SUBSCRIBE_MAX).then(|| format!("{state:?} has lasted for {lasted:?}"))
        }
        FeedState::Live(_) | FeedState::Climbing { .. } => silence
            .filter(|silence| *silence > DEAD_MAX)
            .map(|silence| format!("{state:?} after {silence:?} of silence")),
        // A person's turn.
        FeedState::Suspended { again: None } | FeedState::Idle | FeedState::Closed => None,
    }
}

impl Outlet for Counter {
    fn burst(&mut self, burst: &Burst) {
        self.desk.burst(burst);
    }

    fn status(&mut self, status: FeedStatus) {
        assert_eq!(status.feed, self.feed);
        self.desk.status(status);
    }

    fn lost(&mut self, cause: LossCause) {
        self.desk.record.note(format_args!("lost: {cause:?}"));
    }
}

fn count(accounts: &mut Accounts, update: &Update, samples: bool) -> Result<(), Wrong> {
    let (symbol, counted) = match update {
        Update::Snapshot { key, snapshot, .. } => {
            let (symbol, account) = entry(accounts, *key)?;
            let counted = match snapshot.last {
                Some((price, _)) => account.snapshot(known(price), samples),
                None => Err("a state without a price".to_owned()),
            };
            (symbol, counted)
        }
        Update::Tick { key, tick, .. } => {
            let (symbol, account) = entry(accounts, *key)?;
            let counted = match tick {
                Tick::Trade(trade) => account.trade(known(trade.price)),
                Tick::Quote(_) => Err("a quote, which nobody has said".to_owned()),
            };
            (symbol, counted)
        }
        Update::Gap { key, gap } => {
            let (symbol, account) = entry(accounts, *key)?;
            (symbol, account.gap(*gap))
        }
        Update::Filled { key, gap } => {
            let (symbol, account) = entry(accounts, *key)?;
            (symbol, account.filled(*gap))
        }
        Update::Session { key, change, .. } => {
            let (symbol, account) = entry(accounts, *key)?;
            let figure = change.reason.as_deref().and_then(|figure| figure.parse().ok());
            let counted = match figure {
                Some(figure) => account.trade(read_figure(figure)),
                None => Err("a status without its figure".to_owned()),
            };
            (symbol, counted)
        }
        Update::Accepted { .. }
        | Update::Refused { .. }
        | Update::Bar { .. }
        | Update::Day { .. }
        | Update::Amended { .. }
        | Update::Clock(_)
        | Update::Source(_)
        | Update::Pong { .. } => return Ok(()),
    };
    counted.map_err(|wrong| format!("{symbol}: {wrong}"))
}

fn entry(accounts: &mut Accounts, key: SymbolKey) -> Result<&mut (String, Account), Wrong> {
    let entry = accounts.get_mut(&key);
    entry.ok_or_else(|| format!("news of {}, which nobody wants any more", key.0))
}

fn known(price: Price) -> Known {
    read_figure(u64::try_from(price.decimal()).unwrap())
}

fn apply(market: &mut Market, feed: &FeedId, update: &Update, burst: &Burst) {
    let received = burst.received;
    match update {
        Update::Tick { key, tick, .. } => market.tick(RowId(key.0), tick, received),
        Update::Snapshot { key, snapshot, .. } => market.snapshot(RowId(key.0), snapshot, received),
        Update::Session { key, change, .. } => market.session(RowId(key.0), change.clone(), received),
        Update::Accepted {
            key,
            instrument,
            session,
            ..
        } => market.accepted(RowId(key.0), (**instrument).clone(), *session, received),
        Update::Refused { key, why } => market.refused(RowId(key.0), why),
        Update::Gap { key, gap } => market.gap(RowId(key.0), *gap),
        Update::Filled { .. } | Update::Bar { .. } | Update::Day { .. } | Update::Amended { .. } => {}
        Update::Clock(clock) => market.set_clock(feed, *clock, received.at),
        Update::Source(source) => market.set_source(feed, *source),
        Update::Pong { round_trip } => market.pong_seen(feed, received.at, *round_trip),
    }
}

/// An update in a line.
struct Shown<'a>(&'a Update);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Update::Tick { key, tick, .. } => match tick {
                Tick::Trade(trade) => write!(f, "{}: trade {:?}", key.0, known(trade.price)),
                Tick::Quote(quote) => write!(f, "{}: {quote:?}", key.0),
            },
            Update::Snapshot { key, snapshot, .. } => {
                write!(
                    f,
                    "{}: state {:?}",
                    key.0,
                    snapshot.last.map(|(price, _)| known(price))
                )
            }
            Update::Accepted { key, resumed, .. } => write!(f, "{}: accepted, resumed {resumed}", key.0),
            Update::Refused { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Gap { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => write!(f, "{:?}", self.0),
        }
    }
}
