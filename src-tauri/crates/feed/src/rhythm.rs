//! How long a line may be silent before it is asked whether it lives.
//!
//! Somebody on the way may forget a connection that carries nothing: a router
//! at home, a firewall, a mobile network. Nobody says after how long; it shows
//! when a silent line is dead at the next word. What was learned so holds for
//! the way and not for the connection, so it outlives the connection and ends
//! with the network.

use std::time::Duration;

/// Short enough to find a dead connection before a person does.
pub(crate) const QUIET_WATCHED: Duration = Duration::from_secs(5);
/// Nobody waits for a price, so a question in a quarter of a minute will do.
const QUIET_UNWATCHED: Duration = Duration::from_secs(15);
/// No way forgets sooner, and a line that died sooner did not die of silence.
const QUIET_MIN: Duration = Duration::from_secs(5);

/// Whether anybody waits for what a line brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Attention {
    #[default]
    Watched,
    /// Nobody looks, or every market that is wanted is shut.
    Unwatched,
}

/// The silence that the way to a server bears, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rhythm {
    learned: Option<Duration>,
}

impl Rhythm {
    /// A line has died without a word after being silent for so long: half of
    /// that is borne, as far as one can tell.
    pub(crate) fn died_after(&mut self, silence: Duration) {
        if silence < QUIET_MIN {
            return;
        }
        let borne = (silence / 2).max(QUIET_MIN);
        self.learned = Some(self.learned.map_or(borne, |learned| learned.min(borne)));
    }

    /// Another network is another way.
    pub(crate) const fn forget(&mut self) {
        self.learned = None;
    }

    pub(crate) fn quiet_before_ping(self, attention: Attention) -> Duration {
        let quiet = match attention {
            Attention::Watched => QUIET_WATCHED,
            Attention::Unwatched => QUIET_UNWATCHED,
        };
        self.learned.map_or(quiet, |learned| quiet.min(learned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn unwatched(rhythm: Rhythm) -> Duration {
        rhythm.quiet_before_ping(Attention::Unwatched)
    }

    #[test]
    fn a_line_that_dies_of_silence_teaches_half_of_it() {
        let mut rhythm = Rhythm::default();
        assert_eq!(unwatched(rhythm), seconds(15));
        rhythm.died_after(seconds(15));
        assert_eq!(unwatched(rhythm), Duration::from_millis(7_500));
        rhythm.died_after(seconds(14));
        assert_eq!(unwatched(rhythm), seconds(7));
        rhythm.died_after(seconds(15));
        assert_eq!(unwatched(rhythm), seconds(7), "a longer silence unlearns nothing");
        rhythm.died_after(seconds(6));
        assert_eq!(unwatched(rhythm), seconds(5), "no way forgets sooner");
        assert_eq!(rhythm.quiet_before_ping(Attention::Watched), seconds(5));
    }

    #[test]
    fn a_busy_line_that_breaks_teaches_nothing_about_silence() {
        let mut rhythm = Rhythm::default();
        rhythm.died_after(Duration::from_millis(4_999));
        assert_eq!(rhythm, Rhythm::default());
    }

    #[test]
    fn what_was_learned_of_one_network_is_forgotten_on_the_next() {
        let mut rhythm = Rhythm::default();
        rhythm.died_after(seconds(12));
        rhythm.forget();
        assert_eq!(unwatched(rhythm), seconds(15));
    }
}
