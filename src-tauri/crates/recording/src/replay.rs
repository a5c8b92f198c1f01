//! A dialer that plays a tape.
//!
//! Each dial gives the next connection of the tape, or the error that stood in
//! its place. Messages come at the distances in time that they had, divided by
//! the speed. Between two connections the tape stands still: when to dial again is the
//! reader's own decision, and it makes it anew.
//!
//! What the reader says is not sent anywhere, and its words are not compared:
//! another version may say the same in another way. But what was answered is
//! not delivered before something was said, or the answer would come to
//! somebody who has not asked yet. Pings are answered here, since those on the
//! tape answer somebody else's.
//!
//! - `pace`: which moment of the tape is due when; pure
//! - `deck`: what is shared by the connections and whoever presses the keys
//! - `played`: one connection of the tape

mod deck;
mod pace;
mod played;

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use transport::{DialError, Dialed, Dialer, Dialing, Target};

use self::deck::{Deck, Next};
use self::played::Played;
use crate::Tape;

pub use deck::Standing;
pub use pace::{NotASpeed, Speed};

/// Whoever dials gives up after a while; a slow tape must not make it.
const DIAL_MAX: Duration = Duration::from_secs(10);

/// Plays a tape to whoever dials.
#[derive(Debug)]
pub struct Replayer {
    deck: Arc<Deck>,
}

/// The keys of the player. Cheap to clone, and usable from any thread.
#[derive(Clone, Debug)]
pub struct Controls {
    deck: Arc<Deck>,
}

impl Replayer {
    /// Stands at the beginning of the tape, playing; [`Controls::pause`] before
    /// the first dial keeps it there.
    pub fn new(mut tape: Tape, speed: Speed) -> (Self, Controls) {
        let survey = tape.survey();
        let deck = Arc::new(Deck::new(tape, survey, speed));
        let controls = Controls {
            deck: Arc::clone(&deck),
        };
        (Self { deck }, controls)
    }
}

impl Dialer for Replayer {
    fn dial(&self, target: Target) -> Dialing {
        let deck = Arc::clone(&self.deck);
        // It is on no tape, and must not take the place of what is.
        if target.is_once() {
            return Dialing::plain(ready(Err(DialError::TapeOver)));
        }
        Dialing::plain(async move {
            match deck.next(&format!("{target:?}"), Instant::now()) {
                Next::Connection { turn, phases, wait } => {
                    sleep(wait.min(DIAL_MAX)).await;
                    Ok(Dialed {
                        connection: Box::new(Played::new(deck, turn)),
                        phases,
                        local: None,
                    })
                }
                Next::Error { error, wait } => {
                    sleep(wait.min(DIAL_MAX)).await;
                    Err(error)
                }
            }
        })
    }
}

impl Controls {
    /// Messages stop; a connection that has just begun still gets its first
    /// answer, or its reader would give it up.
    pub fn pause(&self) {
        self.deck.change(|state, now| state.pace.pause(now));
    }

    pub fn resume(&self) {
        self.deck.change(|state, now| {
            state.steps = 0;
            state.pace.resume(now);
        });
    }

    pub fn set_speed(&self, speed: Speed) {
        self.deck.change(|state, now| state.pace.set_speed(speed, now));
    }

    /// Pauses, and delivers one message more.
    pub fn step(&self) {
        self.step_by(1);
    }

    /// Pauses, and delivers so many messages more, one after the other.
    pub fn step_by(&self, messages: u32) {
        self.deck.change(|state, now| {
            state.pace.pause(now);
            state.steps = state.steps.saturating_add(messages);
        });
    }

    /// Goes to this moment of the tape.
    ///
    /// Further on in the same connection, everything on the way there is
    /// delivered without a wait, so that whoever reads it knows what it should
    /// know. Otherwise the connection ends, and the next one is that of the
    /// moment. Going back, a reader that remembers (as a feed does, which would
    /// take the past for repeats) must be opened anew.
    pub fn seek(&self, to: Duration) {
        self.deck.seek(to);
    }

    /// The moment of the tape that is being played.
    pub fn position(&self) -> Duration {
        self.deck.position(Instant::now())
    }

    /// Wakes when playing, pausing and the end have come to be so.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.deck.standing()
    }

    pub fn tape(&self) -> &Tape {
        &self.deck.tape
    }

    /// How often the reader did not say what had been said then, and was not waited for any longer.
    pub fn differences(&self) -> u64 {
        self.deck.differences()
    }
}
