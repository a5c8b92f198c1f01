//! What is remembered of each name, so that one that was found an hour ago is
//! still found while nobody answers.
//!
//! The system's lookup cannot be called off and may take half a minute. So
//! whoever wants to know joins one that is under way, and an answer that comes
//! too late serves the next dial. Beside one that hangs a second one is made,
//! since the network may be another by now, and never a third.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::{Instant, timeout};
use tracing::debug;

use super::Resolver;
use crate::race::interleaved;
use crate::{DialError, Phase};

/// Long enough for a slow resolver's second try, short enough that a person
/// still connects the wait with what they did.
const PATIENCE: Duration = Duration::from_secs(3);
/// Where there is something to go on with: after a sleep the network is often
/// there for seconds before its resolver is.
const PATIENCE_KNOWN: Duration = Duration::from_secs(1);
/// Addresses move seldom, and TLS tells who is there.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);
/// A lookup that is older has been forgotten by the system.
const LOOKUP_MAX: Duration = Duration::from_secs(30);
/// Of one name at a time.
const LOOKUPS_MAX: usize = 2;
/// More could not be tried within the time that connecting has.
const RACED_MAX: usize = 8;
/// Of one name, and of names: more are a mistake.
const ADDRESSES_MAX: usize = 64;
const NAMES_MAX: usize = 64;

#[derive(Clone)]
pub(crate) struct Names {
    resolver: Arc<dyn Resolver>,
    known: Arc<Mutex<BTreeMap<String, Name>>>,
}

/// Where to try, in this order.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) addresses: Vec<IpAddr>,
    /// Why they are what was known before; told when none of them is there any more.
    pub(crate) stale: Option<DialError>,
}

type Answer = Result<Vec<IpAddr>, io::ErrorKind>;

/// One that is under way.
#[derive(Clone)]
struct Lookup {
    began: Instant,
    answer: Shared<BoxFuture<'static, Answer>>,
}

#[derive(Default)]
struct Name {
    addresses: Vec<IpAddr>,
    /// When they were told.
    told: Option<Instant>,
    /// Where somebody answered last.
    good: Option<IpAddr>,
    /// Where nobody did, since then.
    bad: Vec<IpAddr>,
    asking: Vec<Lookup>,
}

impl Names {
    pub(crate) fn new(resolver: Arc<dyn Resolver>) -> Self {
        let known = Arc::default();
        Self { resolver, known }
    }

    /// The host as it stands in a URL: a name, or an address, which is asked of nobody.
    pub(crate) async fn find(&self, host: &str) -> Result<Found, DialError> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse() {
            return Ok(Found {
                addresses: vec![address],
                stale: None,
            });
        }
        let (asking, patience) = self.ask(bare);
        let failure = match timeout(patience, first_answer(asking)).await {
            Ok(Ok(addresses)) if !addresses.is_empty() => {
                return Ok(self.told(bare, addresses));
            }
            Ok(answer) => {
                self.locked().entry(bare.to_owned()).or_default().asking.clear();
                DialError::Unresolved {
                    host: host.to_owned(),
                    kind: answer.err().unwrap_or(io::ErrorKind::NotFound),
                }
            }
            Err(_) => DialError::Deadline {
                phase: Phase::Resolve,
                after: patience,
            },
        };
        let known = self.locked();
        match known.get(bare).filter(|name| name.is_fresh()) {
            Some(name) => {
                debug!(%failure, "what was known before is tried");
                Ok(Found {
                    addresses: name.ordered(),
                    stale: Some(failure),
                })
            }
            None => Err(failure),
        }
    }

    /// The lookups to wait for, the newest first, and for how long.
    fn ask(&self, host: &str) -> (Vec<Lookup>, Duration) {
        let mut known = self.locked();
        if known.len() >= NAMES_MAX && !known.contains_key(host) {
            let oldest = known.iter().min_by_key(|(_, name)| name.told);
            if let Some(oldest) = oldest.map(|(host, _)| host.clone()) {
                known.remove(&oldest);
            }
        }
        let name = known.entry(host.to_owned()).or_default();
        let patience = if name.is_fresh() { PATIENCE_KNOWN } else { PATIENCE };
        name.asking.retain(|lookup| lookup.began.elapsed() < LOOKUP_MAX);
        let hang = name
            .asking
            .iter()
            .all(|lookup| lookup.began.elapsed() >= PATIENCE);
        if hang && name.asking.len() < LOOKUPS_MAX {
            let answer = self.resolver.resolve(host);
            let answer = answer.map(|answer| answer.map_err(|error| error.kind()));
            let lookup = Lookup {
                began: Instant::now(),
                answer: answer.boxed().shared(),
            };
            name.asking.insert(0, lookup);
        }
        (name.asking.clone(), patience)
    }

    fn told(&self, host: &str, mut addresses: Vec<IpAddr>) -> Found {
        addresses.truncate(ADDRESSES_MAX);
        let mut known = self.locked();
        let name = known.entry(host.to_owned()).or_default();
        name.asking.clear();
        name.addresses = addresses;
        name.told = Some(Instant::now());
        Found {
            addresses: name.ordered(),
            stale: None,
        }
    }

    /// Somebody answers there.
    pub(crate) fn good(&self, host: &str, address: IpAddr) {
        if let Some(name) = self.locked().get_mut(host) {
            name.good = Some(address);
            name.bad.clear();
        }
    }

    /// Nobody answers at any of these: others are tried first the next time.
    pub(crate) fn bad(&self, host: &str, addresses: &[IpAddr]) {
        if let Some(name) = self.locked().get_mut(host) {
            let fresh = addresses.iter().filter(|address| !name.bad.contains(address));
            let fresh: Vec<_> = fresh.copied().collect();
            name.bad.extend(fresh);
            name.good = name.good.filter(|good| !addresses.contains(good));
            if name.addresses.iter().all(|address| name.bad.contains(address)) {
                name.bad.clear();
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Name>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That of the newest, or an older one's that knows where to go.
async fn first_answer(lookups: Vec<Lookup>) -> Answer {
    let mut lookups = lookups.into_iter().map(|lookup| lookup.answer);
    let (Some(newest), older) = (lookups.next(), lookups.next()) else {
        return Err(io::ErrorKind::Other);
    };
    let older = async {
        match older {
            Some(older) => older.await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        answer = newest => answer,
        Ok(addresses) = older => Ok(addresses),
    }
}

impl Name {
    fn is_fresh(&self) -> bool {
        self.told.is_some_and(|told| told.elapsed() < KNOWN_FOR)
    }

    /// The one that answered last, then those of which nothing is known, then
    /// those that did not answer; of each, the families in turn.
    fn ordered(&self) -> Vec<IpAddr> {
        let good = self.good.filter(|good| self.addresses.contains(good));
        let others = self.addresses.iter().filter(|address| Some(**address) != good);
        let (bad, unknown): (Vec<_>, Vec<_>) = others.copied().partition(|other| self.bad.contains(other));
        let mut order: Vec<_> = good.into_iter().chain(unknown).collect();
        order = interleaved(order);
        order.extend(interleaved(bad));
        order.truncate(RACED_MAX);
        order
    }
}

#[cfg(test)]
mod tests;
