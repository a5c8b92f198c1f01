//! The app's side: a real feed with the real transports above a made up
//! network, and everybody who looks over its shoulder.
//!
//! - `world`: the seams below the feed: names, sockets, trust
//! - `watched`: the seam between feed and network, and what is seen at it
//! - `desk`: where the feed's news goes: a market, and a ledger
//! - `ledger`: each symbol's trades, counted
//! - `record`: all of that as one log, and what broke a promise

mod desk;
mod ledger;
mod record;
mod watched;
mod world;

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use feed::{Clock, Disturbance, Endpoint, Feed, Lookout, Policy};
use model::{FeedId, Source, Symbol, SymbolKey};
use provider::VenueName;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Network, Target};

pub(crate) use desk::Desk;
pub(crate) use record::Record;
pub(crate) use world::{Internet, Names};

use desk::Counter;
use watched::Watched;

use crate::stage::Setting;
use crate::venue::BEGIN;

/// Every task must have ended so soon after it was told to.
const ENDS_WITHIN: Duration = Duration::from_secs(1);

/// A feed that runs.
pub(crate) struct Client {
    feed: Feed,
    tasks: TaskTracker,
    stop: CancellationToken,
    lookout: Lookout,
    pub(crate) desk: Arc<Desk>,
    pub(crate) record: Arc<Record>,
    keys: u32,
}

impl Client {
    pub(crate) fn start(internet: Internet, setting: &Setting) -> Self {
        let record = Arc::new(Record::new(setting.told));
        let clock = Clock::from(DateTime::from_timestamp(BEGIN.into(), 0).unwrap());
        let id = FeedId::new("sim");
        let desk = Arc::new(Desk::new(&id, clock, Arc::clone(&record)));
        let network = Network::over(internet.clone(), internet).trusting(crate::trust::roots());
        let address = if setting.venue == VenueName::SIM {
            "wss://venue.test/v1/stream"
        } else {
            "wss://venue.test/stream"
        };
        let mut target = Target::new(address.parse().unwrap()).unwrap();
        if let Some(name) = &setting.venue.card().subprotocol {
            target = target.with_subprotocol(name);
        }
        if setting.wiring.proxied {
            target = target.through("http://proxy.test:3128".parse().unwrap());
        }
        let endpoint = Endpoint {
            id: id.clone(),
            source: Source::Simulated,
            venue: setting.venue.into(),
            target,
            key: None,
            rest: None,
            transports: setting.transports.clone(),
            bars: false,
            seed: setting.seed,
            policy: Policy::default(),
            resume: None,
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let dialer = Arc::new(Watched::new(network, Arc::clone(&record)));
        let outlet = Box::new(Counter {
            feed: id,
            desk: Arc::clone(&desk),
        });
        let lookout = Lookout::default();
        let around = lookout.surroundings();
        let feed = Feed::start(endpoint, dialer, clock, outlet, around, &tasks, stop.clone());
        Self {
            feed,
            tasks,
            stop,
            lookout,
            desk,
            record,
            keys: 0,
        }
    }

    /// A symbol is wanted under a number that none had before, unless it is already.
    pub(crate) fn want(&mut self, symbol: &str) {
        if self.desk.is_wanted(symbol) {
            return;
        }
        self.record.person_asks();
        let key = SymbolKey(self.keys);
        self.keys += 1;
        self.desk.want(key, symbol);
        self.feed.want(key, Symbol::new(symbol)).unwrap();
    }

    /// Gives up one that is wanted; which one is the caller's dice.
    pub(crate) fn release(&mut self, which: usize) {
        if let Some(key) = self.desk.release(which) {
            self.feed.release(key).unwrap();
        }
    }

    pub(crate) fn retry(&self) {
        self.record.note(format_args!("a person asks to try again"));
        self.record.person_asks();
        self.feed.retry().unwrap();
    }

    /// Something happens to the computer that no line can know of.
    pub(crate) fn disturb(&self, disturbance: Disturbance) {
        self.record.note(format_args!("{disturbance:?}"));
        self.lookout.tell(disturbance);
    }

    /// Ends it, and sees that all of it ends in time.
    pub(crate) async fn stop(self) -> Arc<Record> {
        self.stop.cancel();
        self.tasks.close();
        if timeout(ENDS_WITHIN, self.tasks.wait()).await.is_err() {
            self.record.broken(format_args!(
                "{} tasks had not ended {ENDS_WITHIN:?} after they were told to",
                self.tasks.len()
            ));
        }
        self.record
    }
}
