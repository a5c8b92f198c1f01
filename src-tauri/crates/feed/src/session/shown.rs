//! What a person is shown of a session: its state, and one sentence that says why.

use model::FeedState;

use super::connected::Progress;
use super::{Session, State};
use crate::cause::Cause;

impl Session {
    /// What a person is shown of the state.
    pub(crate) const fn state(&self) -> FeedState {
        match &self.state {
            State::Idle => FeedState::Idle,
            State::Waiting { until, .. } => FeedState::Waiting {
                until: *until,
                attempt: self.attempt,
            },
            State::Dialing { .. } => FeedState::Connecting {
                attempt: self.attempt,
            },
            State::Connected(connected) => match connected.progress {
                Progress::Subscribing { .. } => FeedState::Connecting {
                    attempt: self.attempt,
                },
                Progress::Proving { .. } | Progress::Healthy { .. } => FeedState::Live,
            },
            State::Suspended { .. } => FeedState::Suspended,
            State::Closed => FeedState::Closed,
        }
    }

    /// One sentence for a person.
    pub(crate) fn why(&self) -> String {
        match &self.state {
            State::Idle => "nothing is wanted from this feed".to_owned(),
            State::Waiting { cause, .. } => sentence(cause),
            State::Dialing { .. } if self.attempt > 1 => {
                format!("connecting again, attempt {}", self.attempt)
            }
            State::Dialing { .. } => "connecting".to_owned(),
            State::Connected(connected) => match connected.progress {
                Progress::Subscribing { .. } => {
                    "connected; the server has not confirmed the symbols yet".to_owned()
                }
                Progress::Proving { .. } | Progress::Healthy { .. } => "connected and subscribed".to_owned(),
            },
            State::Suspended { cause, .. } => sentence(cause),
            State::Closed => "closed".to_owned(),
        }
    }
}

fn sentence(cause: &Cause) -> String {
    cause
        .next_step()
        .map_or_else(|| cause.to_string(), |step| format!("{cause}. {step}"))
}
