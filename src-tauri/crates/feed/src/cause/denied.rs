//! What follows when a venue says that it will not serve a connection: the same
//! as from the answer of HTTP that says it.

use std::time::Duration;

use provider::Denial;
use transport::Blame;

use crate::policy::Policy;

/// Whoever asks for patience without saying how much counts by the minute.
pub(crate) const SLOWER_WAIT: Duration = Duration::from_secs(60);
/// Longer ones are a mistake of the venue, and a feed that is silent for a day looks dead.
const SLOWER_WAIT_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Whoever is told to wait longer wants to know it.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// A plan is paid for and a computer carried to another country without anybody telling us.
const ELSEWHERE_RETRY: Duration = Duration::from_secs(60 * 60);

/// The same with a patience, where the venue has named none.
pub(super) fn with_patience(denial: Denial, policy: Policy) -> Denial {
    match denial {
        Denial::Slower { patience: None } => Denial::Slower {
            patience: Some(policy.shortened(SLOWER_WAIT)),
        },
        Denial::Slower { patience: Some(_) }
        | Denial::Key
        | Denial::Plan
        | Denial::Region
        | Denial::Unwelcome
        | Denial::Crowded
        | Denial::Passing => denial,
    }
}

pub(super) fn blame(denial: Denial) -> Blame {
    match denial {
        // Asking again with the same key looks like guessing keys.
        Denial::Key => Blame::Person { again: None },
        Denial::Plan | Denial::Region | Denial::Unwelcome => Blame::Person {
            again: Some(ELSEWHERE_RETRY),
        },
        Denial::Slower { patience } => match wait(patience) {
            wait if wait > PATIENCE => Blame::Person { again: Some(wait) },
            wait => Blame::Announced {
                retry_after: Some(wait),
            },
        },
        // A crowd is recognized before, with what the card knows of it.
        Denial::Crowded => Blame::Announced { retry_after: None },
        Denial::Passing => Blame::Endpoint,
    }
}

/// How long the venue asks to be left alone, by whichever way.
pub(super) fn asked_for(denial: Denial) -> Option<Duration> {
    match denial {
        Denial::Slower { patience } => Some(wait(patience)),
        Denial::Key
        | Denial::Plan
        | Denial::Region
        | Denial::Unwelcome
        | Denial::Crowded
        | Denial::Passing => None,
    }
}

pub(super) fn sentence(denial: Denial, why: &str) -> String {
    let what = match denial {
        Denial::Key => "the venue does not take the key",
        Denial::Plan => "the account's plan does not include this",
        Denial::Region => "the venue does not serve the place where this computer is",
        Denial::Unwelcome => "the venue does not let this computer in",
        Denial::Crowded => "another connection of this key is still open at the venue",
        Denial::Slower { .. } => "the venue wants to be asked less often",
        Denial::Passing => "the venue does not serve this connection",
    };
    if why.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {why}")
    }
}

pub(super) const fn next_step(denial: Denial) -> Option<&'static str> {
    match denial {
        Denial::Key => Some("Check the feed's key or token."),
        Denial::Plan => Some("Check what your plan with this venue includes."),
        Denial::Region => Some("Take these symbols from a provider that serves the place you connect from."),
        Denial::Unwelcome => Some("Wait for an hour, or connect from another network."),
        Denial::Crowded | Denial::Slower { .. } | Denial::Passing => None,
    }
}

fn wait(patience: Option<Duration>) -> Duration {
    patience.unwrap_or(SLOWER_WAIT).min(SLOWER_WAIT_MAX)
}
