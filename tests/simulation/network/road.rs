//! Which packets arrive between two hosts, and when.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use turmoil_net::Packet;

use super::Host;

/// What befalls the packets of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    #[default]
    None,
    /// They vanish.
    Cut,
    /// They wait until the trouble is over, and then all arrive.
    Held,
    /// One in so many vanishes.
    Lossy { one_in: u8 },
}

/// Everything between the hosts.
#[derive(Debug)]
pub(crate) struct Road {
    stirred: Notify,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    dice: fastrand::Rng,
    /// By direction.
    ways: BTreeMap<(IpAddr, IpAddr), Way>,
    held: Vec<Packet>,
    /// Where each host lets others in, or did last.
    ports: BTreeMap<IpAddr, u16>,
}

/// The first that a host has its door at.
const PORT: u16 = 443;

#[derive(Clone, Copy, Debug)]
struct Way {
    trouble: Trouble,
    delay: Duration,
    jitter: Duration,
    /// When the packet before arrives: none overtakes another.
    last: Option<Instant>,
}

impl Default for Way {
    fn default() -> Self {
        Self {
            trouble: Trouble::None,
            delay: Duration::from_millis(10),
            jitter: Duration::from_millis(5),
            last: None,
        }
    }
}

impl Road {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            stirred: Notify::new(),
            state: Mutex::new(State {
                dice: fastrand::Rng::with_seed(seed),
                ways: BTreeMap::new(),
                held: Vec::new(),
                ports: BTreeMap::new(),
            }),
        }
    }

    pub(super) fn port(&self, address: IpAddr) -> u16 {
        self.lock().ports.get(&address).copied().unwrap_or(PORT)
    }

    pub(super) fn next_port(&self, host: Host) -> u16 {
        let mut state = self.lock();
        let ports = state.ports.entry(host.address);
        *ports.and_modify(|port| *port += 1).or_insert(PORT)
    }

    /// Somebody has done something that a packet may come of.
    pub(crate) fn stir(&self) {
        self.stirred.notify_one();
    }

    pub(super) async fn stirred(&self) {
        self.stirred.notified().await;
    }

    /// What befalls what `from` sends to `to` from now on.
    pub(crate) fn trouble(&self, from: Host, to: Host, trouble: Trouble) {
        let mut state = self.lock();
        let way = state.ways.entry((from.address, to.address)).or_default();
        way.trouble = trouble;
        drop(state);
        self.stir();
    }

    /// How long packets take, both ways.
    pub(crate) fn distance(&self, a: Host, b: Host, delay: Duration, jitter: Duration) {
        let mut state = self.lock();
        for key in [(a.address, b.address), (b.address, a.address)] {
            let way = state.ways.entry(key).or_default();
            way.delay = delay;
            way.jitter = jitter;
        }
    }

    /// Whether every packet arrives.
    pub(super) fn is_calm(&self) -> bool {
        let state = self.lock();
        state.ways.values().all(|way| way.trouble == Trouble::None)
    }

    /// Nothing befalls any packet any more.
    pub(crate) fn calm(&self) {
        for way in self.lock().ways.values_mut() {
            *way = Way {
                last: way.last,
                ..Way::default()
            };
        }
        self.stir();
    }

    /// Whether a question and its answer would arrive.
    pub(super) fn is_open(&self, a: IpAddr, b: IpAddr) -> bool {
        let state = self.lock();
        [(a, b), (b, a)]
            .iter()
            .all(|way| match state.ways.get(way).map(|way| way.trouble) {
                None | Some(Trouble::None | Trouble::Lossy { .. }) => true,
                Some(Trouble::Cut | Trouble::Held) => false,
            })
    }

    /// When a packet arrives, if it does.
    pub(super) fn send(&self, packet: Packet, now: Instant) -> Option<(Instant, Packet)> {
        let mut state = self.lock();
        let State { dice, ways, held, .. } = &mut *state;
        let way = ways.entry((packet.src, packet.dst)).or_default();
        match way.trouble {
            Trouble::None => {}
            Trouble::Cut => return None,
            Trouble::Held => {
                held.push(packet);
                return None;
            }
            Trouble::Lossy { one_in } if dice.u8(..one_in.max(1)) == 0 => return None,
            Trouble::Lossy { .. } => {}
        }
        let jitter = u64::try_from(way.jitter.as_millis()).unwrap_or(u64::MAX);
        let arrives = now + way.delay + Duration::from_millis(dice.u64(0..=jitter));
        let arrives = way.last.map_or(arrives, |last| arrives.max(last));
        way.last = Some(arrives);
        Some((arrives, packet))
    }

    /// What was held where nothing is held any more.
    pub(super) fn released(&self) -> Vec<Packet> {
        let mut state = self.lock();
        let State { ways, held, .. } = &mut *state;
        let is_free = |packet: &mut Packet| {
            let way = ways.get(&(packet.src, packet.dst));
            way.is_none_or(|way| way.trouble != Trouble::Held)
        };
        held.extract_if(.., is_free).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
