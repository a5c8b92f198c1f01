//! What happens to the computer around the feeds: it sleeps and wakes, and its
//! network changes.
//!
//! A [`Sentinel`] waits for such things; the engine tells every feed of them.
//! A test or a simulation brings its own, or none.

mod addresses;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "linux")]
mod netlink;
mod routes;
mod sleep;
mod ticking;

use std::pin::Pin;

use feed::{Disturbance, Lookout};

pub(crate) use addresses::has_address;
use ticking::Ticking;

/// Waits for what happens around the engine.
pub trait Sentinel: Send + Sync {
    /// The next thing that happens. Whoever asks waits to the end.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Disturbance> + Send + '_>>;
}

/// Keeps telling all feeds, until it is dropped.
pub(crate) async fn watch(sentinel: Option<Box<dyn Sentinel>>, lookout: &Lookout) {
    let Some(mut sentinel) = sentinel else { return };
    loop {
        let disturbance = sentinel.next().await;
        tracing::info!(?disturbance, "around the feeds");
        lookout.tell(disturbance);
    }
}

/// The one that watches this computer. It starts when it is asked first, on the
/// runtime that asks.
#[derive(Debug, Default)]
pub struct ThisComputer {
    watch: Option<Watch>,
}

#[derive(Debug)]
enum Watch {
    /// The kernel says when to look.
    #[cfg(target_os = "linux")]
    Kernel(kernel::Kernel),
    /// It is looked every second.
    Ticking(Ticking),
}

impl Sentinel for ThisComputer {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Disturbance> + Send + '_>> {
        Box::pin(async {
            match self.watch.get_or_insert_with(Watch::start) {
                #[cfg(target_os = "linux")]
                Watch::Kernel(kernel) => kernel.next().await,
                Watch::Ticking(ticking) => ticking.next().await,
            }
        })
    }
}

impl Watch {
    #[cfg(target_os = "linux")]
    fn start() -> Self {
        match kernel::Kernel::start() {
            Ok(kernel) => Self::Kernel(kernel),
            Err(error) => {
                tracing::debug!(%error, "the kernel does not tell of changes, so we look for them");
                Self::Ticking(Ticking::start())
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn start() -> Self {
        Self::Ticking(Ticking::start())
    }
}
