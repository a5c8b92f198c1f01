//! Waiting for a thing to be so.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{sleep, timeout};

/// Long enough for the slowest machine: nobody waits for it unless something is broken.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks again and again until it is so. `what` ends the sentence "waited in vain until …".
pub async fn wait_until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Result<()> {
    wait_until_some(what, async || is_so().await.then_some(())).await
}

pub async fn wait_until_some<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> Result<T> {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(LOOK_EVERY).await;
        }
    };
    match timeout(PATIENCE, looking).await {
        Ok(found) => Ok(found),
        Err(_) => bail!("waited in vain until {what}"),
    }
}
