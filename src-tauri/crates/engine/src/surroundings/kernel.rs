//! Linux says by itself when there is something to look at.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use feed::Disturbance;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::net::unix::pipe::Receiver;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::netlink::{GROUPS, Notes, Worth};
use super::routes::Routes;
use super::sleep::SleepClock;

/// A change of network is a handful of notes within moments of each other.
const SETTLED_AFTER: Duration = Duration::from_millis(250);
/// One that never settles is told all the same.
const SETTLED_AT_LAST: Duration = Duration::from_secs(1);
/// Where the ways out are what they were, somebody else's containers come and go.
const ELSEWHERE_APART: Duration = Duration::from_secs(5);
/// The kernel says when the computer wakes. In case that it does not, we look.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Both sources are read as if they were pipes: that is tokio's safe way to wait
/// for any file descriptor.
#[derive(Debug)]
pub(super) struct Kernel {
    notes: Notes,
    netlink: Receiver,
    /// Becomes readable when the wall clock is set, which a wake does.
    clock_set: Receiver,
    sleep: SleepClock,
    look_at: Instant,
    routes: Routes,
    told: Option<Instant>,
}

enum Woken {
    Noted,
    ClockSet,
    Look,
}

impl Kernel {
    /// Must be called on a runtime.
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self {
            notes: Notes::default(),
            netlink: Receiver::from_owned_fd_unchecked(listen()?)?,
            clock_set: Receiver::from_owned_fd_unchecked(watch_the_clock()?)?,
            sleep: SleepClock::start(),
            look_at: Instant::now() + LOOK_EVERY,
            routes: Routes::look(),
            told: None,
        })
    }

    pub(super) async fn next(&mut self) -> Disturbance {
        loop {
            let woken = tokio::select! {
                () = said(&self.clock_set) => Woken::ClockSet,
                () = sleep_until(self.look_at) => Woken::Look,
                () = said(&self.netlink) => Woken::Noted,
            };
            self.look_at = Instant::now() + LOOK_EVERY;
            // First of all: a computer that wakes has another network, too, a moment later.
            if let Some(slept) = self.sleep.slept() {
                return Disturbance::Woke { slept };
            }
            match woken {
                Woken::Look => {}
                // That it was set is no news of its own.
                Woken::ClockSet => while read(&self.clock_set, &mut [0; 8]).is_some() {},
                Woken::Noted => {
                    if self.network_changed().await {
                        return Disturbance::NetworkChanged;
                    }
                }
            }
        }
    }

    /// Reads until there is silence, and then looks what is different.
    async fn network_changed(&mut self) -> bool {
        let mut worth = read_notes(&self.netlink, &mut self.notes);
        let settle = async {
            while timeout(SETTLED_AFTER, said(&self.netlink)).await.is_ok() {
                worth = worth.max(read_notes(&self.netlink, &mut self.notes));
            }
        };
        let _unsettled = timeout(SETTLED_AT_LAST, settle).await;
        let routes = Routes::look();
        if routes == self.routes {
            match worth {
                Worth::Nothing | Worth::ALook => return false,
                Worth::Telling => self.not_too_often().await,
            }
        }
        self.routes = Routes::look();
        self.told = Some(Instant::now());
        true
    }

    async fn not_too_often(&self) {
        if let Some(told) = self.told {
            sleep((told + ELSEWHERE_APART).saturating_duration_since(Instant::now())).await;
        }
    }
}

/// The kernel has something to say. Everything that is there must be read then.
async fn said(source: &Receiver) {
    if source.readable().await.is_err() {
        // The runtime is ending, and so are we.
        std::future::pending::<()>().await;
    }
}

fn listen() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    // Without a protocol it is that of routes.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    Ok(socket)
}

/// A timer of the wall clock that never rings and is cancelled when that is set.
fn watch_the_clock() -> io::Result<OwnedFd> {
    let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
    let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
    let never = Itimerspec {
        it_interval: Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
        it_value: Timespec {
            tv_sec: i64::MAX / 2_000_000_000,
            tv_nsec: 0,
        },
    };
    timerfd_settime(
        &timer,
        TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET,
        &never,
    )?;
    Ok(timer)
}

/// All that are there.
fn read_notes(netlink: &Receiver, notes: &mut Notes) -> Worth {
    let mut worth = Worth::Nothing;
    let mut buffer = [0; 8_192];
    while let Some(read) = read(netlink, &mut buffer) {
        worth = worth.max(match read {
            Ok(length) => notes.read(&buffer[..length]),
            // There were more than the kernel keeps for us.
            Err(_) => Worth::Telling,
        });
    }
    worth
}

/// `None` when there is nothing more.
fn read(source: &Receiver, buffer: &mut [u8]) -> Option<io::Result<usize>> {
    match source.try_read(buffer) {
        Ok(0) => None,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
        read => Some(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_kernel_can_be_listened_to_without_any_right_to_do_so() {
        let mut kernel = Kernel::start().unwrap();
        // Whatever it has to say by now can be read to its end.
        read_notes(&kernel.netlink, &mut kernel.notes);
        while read(&kernel.clock_set, &mut [0; 8]).is_some() {}
    }
}
