//! What goes wrong at the moment, and for whom.
//!
//! Everybody who serves looks here; anybody may begin and end a fault, from any
//! thread. `director` lets time pass for it.

mod director;
mod state;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast};
use tokio::time::Instant;

pub(super) use director::direct;
use state::{Active, Playing, State};

use super::lane::Troubles;
use super::wire::Handle;
use super::{Visit, Way};
use crate::fault::{AtDoor, Drill, Fault, Moment, Scope, Spell};

/// What the floor is to do, once.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deed {
    /// Put this between the messages of those whom it concerns.
    Inject { moment: Moment, scope: Scope },
    /// Begin all numbers anew.
    NewEpoch,
    /// Go on after a sleep.
    Wake,
}

/// What the whole floor suffers from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Weather {
    /// So many times as much as usual; 1 when there is none.
    pub(super) burst: Option<u32>,
    pub(super) skew: chrono::TimeDelta,
    pub(super) backwards: Option<(u32, chrono::TimeDelta)>,
    pub(super) asleep: bool,
}

/// How a caller is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turned {
    pub(super) status: u16,
    pub(super) retry_after: Option<u32>,
}

/// One thing that goes wrong now, for those who look on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ongoing {
    pub id: u64,
    pub fault: &'static str,
}

#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    /// Changes with every change, so that who serves sees with one look that there was none.
    version: AtomicU64,
    changed: Notify,
    called: Notify,
    visits: broadcast::Sender<Visit>,
    seed: u64,
}

impl Board {
    pub(super) fn new(visits: broadcast::Sender<Visit>, seed: u64) -> Self {
        Self {
            state: Mutex::default(),
            version: AtomicU64::new(0),
            changed: Notify::new(),
            called: Notify::new(),
            visits,
            seed,
        }
    }

    pub(super) fn begin(&self, fault: &Fault, now: Instant) -> u64 {
        let id = self.change(|state| state.begin(fault, now));
        self.tell_began(id, fault.name());
        id
    }

    /// False when there is none of this number.
    pub(super) fn end(&self, id: u64) -> bool {
        let ended = self.change(|state| state.end(id));
        if let Some(fault) = ended {
            self.tell(Visit::FaultEnded { id, fault });
        }
        ended.is_some()
    }

    pub(super) fn end_all(&self) {
        self.stop();
        for ongoing in self.ongoing() {
            self.end(ongoing.id);
        }
    }

    /// Plays a script from its beginning; one that was playing is over.
    pub(super) fn play(&self, drill: &Drill, now: Instant) {
        self.stop();
        let cues = drill.cues(self.seed);
        let playing = Playing {
            name: drill.name.clone(),
            cues: cues.into_iter().map(|cue| (now + cue.at, cue.fault)).collect(),
            ends: now + drill.lasts,
            begun: Vec::new(),
        };
        // Somebody else may have begun one since.
        let other = self.change(|state| state.playing.replace(playing));
        self.clear_up(other);
        let name = drill.name.clone();
        self.tell(Visit::DrillBegan { name });
    }

    /// Ends the script that is playing, and what it began.
    pub(super) fn stop(&self) {
        let playing = self.change(|state| state.playing.take());
        self.clear_up(playing);
    }

    fn clear_up(&self, playing: Option<Playing>) {
        let Some(playing) = playing else {
            return;
        };
        for id in playing.begun {
            self.end(id);
        }
        self.tell(Visit::DrillEnded { name: playing.name });
    }

    pub(super) fn playing(&self) -> Option<String> {
        let state = self.lock();
        state.playing.as_ref().map(|playing| playing.name.clone())
    }

    pub(super) fn ongoing(&self) -> Vec<Ongoing> {
        let state = self.lock();
        let active = state.active.iter();
        active
            .map(|(id, active)| Ongoing {
                id: *id,
                fault: active.name,
            })
            .collect()
    }

    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Whether callers are cut off before a word is said.
    pub(super) fn is_unreachable(&self) -> bool {
        self.any(|active| matches!(active.spell, Spell::Door(AtDoor::Unreachable) | Spell::Restart))
    }

    pub(super) fn has_expired_certificate(&self) -> bool {
        self.any(|active| active.spell == Spell::Door(AtDoor::ExpiredCertificate))
    }

    /// How somebody who comes this way is refused.
    pub(super) fn turned(&self, way: Way) -> Option<Turned> {
        let state = self.lock();
        state.active.values().find_map(|active| {
            let Spell::Door(door) = active.spell else {
                return None;
            };
            let (concerned, status, retry_after) = match door {
                AtDoor::Refuse { status, retry_after } => {
                    (active.scope.concerns_way(Some(way)), status, retry_after)
                }
                AtDoor::BlockUpgrade { status } => (way == Way::WebSocket, status, None),
                AtDoor::Unreachable | AtDoor::ExpiredCertificate => return None,
            };
            concerned.then_some(Turned { status, retry_after })
        })
    }

    pub(super) fn troubles(&self, way: Way, client: u64) -> Troubles {
        self.lock().troubles(way, client)
    }

    pub(super) fn weather(&self) -> Weather {
        self.lock().weather()
    }

    /// A new connection, which may be in trouble from the start.
    pub(super) fn connected(&self, handle: &Arc<Handle>, now: Instant) {
        self.lock().connected(handle, now);
        // It may be one to end; nobody else is concerned.
        self.changed.notify_one();
    }

    /// What a connection is used for is known now, and so what it suffers from.
    pub(super) fn serves(&self, handle: &Handle, way: Way, client: Option<u64>) {
        // Held until it suffers: what begins meanwhile would be taken back.
        let state = self.lock();
        handle.serves(way, client);
        handle.suffer(state.trouble(handle));
    }

    /// Waits until the floor is to do something, and says what.
    pub(super) async fn called(&self) -> VecDeque<Deed> {
        loop {
            let called = self.called.notified();
            let deeds = std::mem::take(&mut self.lock().deeds);
            if !deeds.is_empty() {
                return deeds;
            }
            called.await;
        }
    }

    fn any(&self, is: impl Fn(&Active) -> bool) -> bool {
        self.lock().active.values().any(is)
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = {
            let mut state = self.lock();
            let result = change(&mut state);
            state.spread();
            result
        };
        self.version.fetch_add(1, Ordering::Release);
        self.changed.notify_one();
        self.called.notify_one();
        result
    }

    fn tell_began(&self, id: u64, fault: &'static str) {
        self.tell(Visit::FaultBegan { id, fault });
    }

    fn tell(&self, visit: Visit) {
        // An error says that nobody is looking on.
        let _nobody = self.visits.send(visit);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole before anything in it can fail.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
