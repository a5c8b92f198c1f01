//! The keys of a player, as far as what is printed depends on them.

use std::future::pending;

use model::FeedState;
use recording::{Controls, Speed, Standing};
use tokio::sync::watch;

/// So many messages are played before their lines are written, so that as fast
/// as it goes is as fast as they are read, and none is missing. Each makes a
/// few updates at most, and there is room for all of them.
const MESSAGES_AHEAD: u32 = 8_192;

#[derive(Debug)]
pub(in crate::command) struct Player {
    controls: Controls,
    standing: watch::Receiver<Standing>,
    speed: Speed,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It runs to where it is to begin.
    OnItsWay,
    Playing,
}

impl Player {
    pub(in crate::command) fn new(
        controls: Controls,
        speed: Speed,
        from: Option<std::time::Duration>,
    ) -> Self {
        let stage = if let Some(from) = from {
            controls.pause();
            controls.seek(from);
            Stage::OnItsWay
        } else {
            if speed == Speed::Max {
                controls.step_by(MESSAGES_AHEAD);
            }
            Stage::Playing
        };
        Self {
            standing: controls.standing(),
            controls,
            speed,
            stage,
        }
    }

    pub(super) fn is_on_its_way(&self) -> bool {
        self.stage == Stage::OnItsWay
    }

    pub(super) fn play_on(&mut self) {
        self.stage = Stage::Playing;
        match self.speed {
            Speed::Max => self.controls.step_by(MESSAGES_AHEAD),
            Speed::Times(_) => self.controls.resume(),
        }
    }

    /// Whether the feed is to dial now: the tape goes on after the next dial,
    /// and its reader need not have the patience of then.
    pub(super) fn goes_on_after(&self, state: FeedState) -> bool {
        let waits = match state {
            FeedState::Waiting { .. } | FeedState::Offline { .. } => {
                self.speed == Speed::Max || self.is_on_its_way()
            }
            // Then, a person had helped.
            FeedState::Suspended { .. } => true,
            FeedState::Idle
            | FeedState::Connecting { .. }
            | FeedState::Authenticating { .. }
            | FeedState::Subscribing { .. }
            | FeedState::Live(_)
            | FeedState::Climbing { .. }
            | FeedState::Closed => false,
        };
        waits && *self.standing.borrow() != Standing::Ended
    }
}

/// Where the player has come to; nowhere, when there is none.
pub(super) async fn changed(player: &mut Option<Player>) -> Standing {
    match player {
        Some(player) => match player.standing.changed().await {
            Ok(()) => *player.standing.borrow_and_update(),
            Err(_) => Standing::Ended,
        },
        None => pending().await,
    }
}
