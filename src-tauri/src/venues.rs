//! The simulated venues that the app runs itself, one behind each feed of its own.
//!
//! `feeds` opens them and `app` ends them; the commands rehearse drills on
//! them, and the window's stream is told which of them is rehearsing what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::FeedId;
use sim::{Drill, Scenario, Server, Visit, Way};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use crate::tasks::Tasks;

/// Every feed with a venue of ours, and the drill that it rehearses.
pub(crate) type Rehearsals = Arc<BTreeMap<FeedId, Option<Rehearsed>>>;

/// A drill in the words that a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rehearsed {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) sentence: String,
}

/// A venue that is open, and the market it was opened with.
#[derive(Debug)]
pub(crate) struct Venue {
    pub(crate) server: Server,
    pub(crate) scenario: Scenario,
}

#[derive(Debug)]
pub(crate) struct Venues {
    open: Mutex<BTreeMap<FeedId, Venue>>,
    rehearsals: watch::Sender<Rehearsals>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotRehearsed {
    #[error("no venue of ours stands behind this feed")]
    NoVenue,
    #[error("there is no such drill")]
    NoDrill,
}

impl Default for Venues {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
            rehearsals: watch::Sender::new(Rehearsals::default()),
        }
    }
}

impl Venues {
    /// The venue is this feed's from now on; gives back the one before.
    pub(crate) fn enter(self: &Arc<Self>, tasks: &Tasks, feed: FeedId, venue: Venue) -> Option<Venue> {
        let visits = venue.server.visits();
        let before = self.lock().insert(feed, venue);
        self.tell();
        tasks.spawn(follow(Arc::clone(self), visits));
        before
    }

    /// The venue is nobody's any more; whoever gets it ends it.
    pub(crate) fn leave(&self, feed: &FeedId) -> Option<Venue> {
        let venue = self.lock().remove(feed);
        self.tell();
        venue
    }

    /// For whoever ends them.
    pub(crate) fn take_all(&self) -> Vec<Server> {
        let open = std::mem::take(&mut *self.lock());
        open.into_values().map(|venue| venue.server).collect()
    }

    /// The market that this feed's venue was opened with.
    pub(crate) fn scenario(&self, feed: &FeedId) -> Option<Scenario> {
        self.lock().get(feed).map(|venue| venue.scenario.clone())
    }

    pub(crate) fn rehearse(&self, feed: &FeedId, drill: &str) -> Result<(), NotRehearsed> {
        let drill = Drill::named(drill).map_err(|_| NotRehearsed::NoDrill)?;
        self.on(feed, |server| server.play(&drill))
    }

    /// Ends the drill of this feed, if there is one.
    pub(crate) fn stop_drill(&self, feed: &FeedId) -> Result<(), NotRehearsed> {
        self.on(feed, Server::stop_drill)
    }

    pub(crate) fn rehearsals(&self) -> watch::Receiver<Rehearsals> {
        self.rehearsals.subscribe()
    }

    fn on(&self, feed: &FeedId, act: impl FnOnce(&Server)) -> Result<(), NotRehearsed> {
        act(&self.lock().get(feed).ok_or(NotRehearsed::NoVenue)?.server);
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        // Under the lock, so that nobody tells an older state after a newer one.
        let open = self.lock();
        let rehearsed = |venue: &Venue| {
            let name = venue.server.playing()?;
            Drill::named(&name).ok().map(Rehearsed::from)
        };
        let now: BTreeMap<_, _> = open
            .iter()
            .map(|(feed, venue)| (feed.clone(), rehearsed(venue)))
            .collect();
        self.rehearsals.send_if_modified(|told| {
            let is_new = **told != now;
            if is_new {
                *told = Arc::new(now);
            }
            is_new
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<FeedId, Venue>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What can be seen on the connection that a feed of the app has, by title.
pub(crate) fn drills() -> Vec<Rehearsed> {
    let seen = |drill: &Drill| drill.way == Way::WebSocket && !drill.tls;
    let mut drills: Vec<_> = Drill::all()
        .into_iter()
        .filter(seen)
        .map(Rehearsed::from)
        .collect();
    drills.sort_by(|one, other| one.title.cmp(&other.title));
    drills
}

impl From<Drill> for Rehearsed {
    fn from(drill: Drill) -> Self {
        Self {
            name: drill.name,
            title: drill.title,
            sentence: drill.sentence,
        }
    }
}

/// A drill also ends by itself.
async fn follow(venues: Arc<Venues>, mut visits: broadcast::Receiver<Visit>) {
    loop {
        match visits.recv().await {
            Ok(Visit::DrillBegan { .. } | Visit::DrillEnded { .. }) | Err(RecvError::Lagged(_)) => {
                venues.tell();
            }
            Ok(
                Visit::Came { .. }
                | Visit::Refused { .. }
                | Visit::Left { .. }
                | Visit::FaultBegan { .. }
                | Visit::FaultEnded { .. },
            ) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use sim::Options;

    use super::*;

    fn venue() -> Venue {
        let Options { scenario, .. } = Options::default();
        Venue {
            server: Server::start(Options::of(scenario.clone())).unwrap(),
            scenario,
        }
    }

    fn playing(venues: &Venues, feed: &FeedId) -> Option<String> {
        let rehearsals = venues.rehearsals();
        let told = rehearsals.borrow();
        told.get(feed).unwrap().as_ref().map(|drill| drill.name.clone())
    }

    #[test]
    fn a_drill_concerns_the_one_feed_it_was_started_on_until_it_is_stopped() {
        let (venues, tasks) = (Arc::new(Venues::default()), Tasks::default());
        let (one, other) = (FeedId::new("one"), FeedId::new("other"));
        venues.enter(&tasks, one.clone(), venue());
        venues.enter(&tasks, other.clone(), venue());
        venues.rehearse(&one, "mute").unwrap();
        assert_eq!(playing(&venues, &one).as_deref(), Some("mute"));
        assert_eq!(playing(&venues, &other), None);
        venues.stop_drill(&one).unwrap();
        assert_eq!(playing(&venues, &one), None);
        tasks.end();
    }

    #[test]
    fn a_new_venue_of_a_feed_rehearses_nothing() {
        let (venues, tasks) = (Arc::new(Venues::default()), Tasks::default());
        let feed = FeedId::new("sim");
        assert!(venues.enter(&tasks, feed.clone(), venue()).is_none());
        venues.rehearse(&feed, "mute").unwrap();
        let before = venues.enter(&tasks, feed.clone(), venue());
        assert_eq!(before.unwrap().server.playing().as_deref(), Some("mute"));
        assert_eq!(playing(&venues, &feed), None);
        assert_eq!(venues.take_all().len(), 1);
        tasks.end();
    }

    #[test]
    fn what_is_not_there_is_not_rehearsed() {
        let (venues, tasks) = (Arc::new(Venues::default()), Tasks::default());
        let feed = FeedId::new("sim");
        assert_eq!(venues.rehearse(&feed, "mute"), Err(NotRehearsed::NoVenue));
        assert_eq!(venues.stop_drill(&feed), Err(NotRehearsed::NoVenue));
        venues.enter(&tasks, feed.clone(), venue());
        assert_eq!(venues.rehearse(&feed, "nonsense"), Err(NotRehearsed::NoDrill));
        tasks.end();
    }

    #[test]
    fn every_drill_that_is_offered_can_be_seen_on_a_websocket() {
        let drills = drills();
        assert!(drills.iter().any(|drill| drill.name == "mute"));
        assert!(drills.iter().all(|drill| drill.name != "drop-polls"));
        assert!(drills.is_sorted_by_key(|drill| &drill.title));
    }
}
