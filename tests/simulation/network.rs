//! The network of a simulation: hosts with real TCP between them, and what
//! happens to a packet on its way.
//!
//! `turmoil-net` is the kernel of each host: handshakes, FIN and RST, windows,
//! what is sent again. It has no clock; [`carry`] is its clock and its cables.
//!
//! - `road`: which packets arrive, and when
//! - `socket`: a stream that always speaks to the kernel of its own host

mod road;
mod socket;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use turmoil_net::{EnterGuard, HostId, KernelConfig, Net, Packet};

pub(crate) use road::{Road, Trouble};
pub(crate) use socket::{Abrupt, Listener, Socket, connect};

/// How often the cables are looked at while anything moves on them.
const LOOK: Duration = Duration::from_millis(10);
/// What was not acknowledged in so many looks is sent again.
const SEND_AGAIN_AFTER: u32 = 30;
/// As long as the app tells its own kernel to try, which is ten seconds.
const SEND_AGAIN_MAX: u32 = 33;
/// Nothing will be sent again after so many looks without a packet.
const STILL: u32 = SEND_AGAIN_AFTER + 2;
/// The same where no packet was lost.
const STILL_AND_CALM: u32 = 3;

/// A machine in the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) id: HostId,
    pub(crate) address: IpAddr,
}

/// The hosts, as long as the simulation lasts. It must outlive the runtime:
/// a socket that is dropped says goodbye to its kernel.
pub(crate) struct World {
    guard: EnterGuard,
    pub(crate) hosts: Vec<Host>,
    pub(crate) road: Arc<Road>,
}

impl World {
    /// So many hosts, each on an address of its own.
    pub(crate) fn enter(count: u8, seed: u64) -> Self {
        let config = KernelConfig::default()
            .retx_threshold(SEND_AGAIN_AFTER)
            .retx_max(SEND_AGAIN_MAX);
        let mut net = Net::with_config(config);
        let addresses = (1..=count).map(|number| IpAddr::V4(Ipv4Addr::new(10, 0, 0, number)));
        let hosts = addresses
            .map(|address| Host {
                id: net.add_host(address),
                address,
            })
            .collect();
        Self {
            guard: net.enter(),
            hosts,
            road: Arc::new(Road::new(seed)),
        }
    }
}

/// On its way until then.
struct Travelling {
    arrives: Instant,
    packet: Packet,
}

/// Carries packets for ever. While nothing moves it costs nothing, so that a
/// night passes as quickly as a minute.
pub(crate) async fn carry(world: &World) {
    let mut sent = Vec::new();
    let mut travelling: VecDeque<Travelling> = VecDeque::new();
    let mut still = 0;
    // Whether anything may have been lost that is still to be sent again.
    let mut nervous = false;
    loop {
        nervous |= !world.road.is_calm();
        if still > if nervous { STILL } else { STILL_AND_CALM } {
            nervous = !world.road.is_calm();
            match travelling.front() {
                None => world.road.stirred().await,
                Some(next) => {
                    tokio::select! {
                        biased;
                        () = world.road.stirred() => {}
                        () = sleep_until(next.arrives) => {}
                    }
                }
            }
            still = 0;
        }
        sleep(LOOK).await;
        let now = Instant::now();
        while travelling.front().is_some_and(|next| next.arrives <= now) {
            if let Some(next) = travelling.pop_front() {
                world.guard.deliver(next.packet);
            }
        }
        world.guard.egress_all(&mut sent);
        sent.append(&mut world.road.released());
        still = if sent.is_empty() { still + 1 } else { 0 };
        for packet in sent.drain(..) {
            if let Some((arrives, packet)) = world.road.send(packet, now) {
                let at = travelling.partition_point(|other| other.arrives <= arrives);
                travelling.insert(at, Travelling { arrives, packet });
            }
        }
    }
}
