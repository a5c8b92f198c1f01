//! What a venue can do, as data.

use std::borrow::Cow;
use std::time::Duration;

use model::TransportKind;

use crate::Budget;

/// The facts about a venue that steer a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Offered in the handshake, and only where the venue is known to answer it.
    pub subprotocol: Option<Cow<'static, str>>,
    pub key: KeyPlace,
    pub admission: Admission,
    /// What it wants to hear from us again and again, beside pings.
    pub beat: Option<Beat>,
    /// The ways it can be talked to, the best one first.
    pub transports: &'static [TransportKind],
    /// How many connections of one account it bears at once. With one alone
    /// the old connection ends before the new one begins.
    pub sessions_max: u32,
    /// How often it may be dialed.
    pub dials: Pacing,
    /// It ends every connection that is as old as this.
    pub age_max: Option<Duration>,
    /// What its own close codes mean, where that is not what they mean everywhere.
    pub closes: &'static [(u16, CloseMeaning)],
    /// How it refuses a connection while another of the same key is open.
    pub crowd: Crowd,
    /// How many symbols one subscription message may name.
    pub symbols_per_message: usize,
    /// How many symbols one connection may carry.
    pub symbols_per_connection: Option<usize>,
    /// How long one message of ours may be, in bytes.
    pub message_max: usize,
    /// How many messages of ours it takes.
    pub pacing: Pacing,
    /// How far apart they must be at least.
    pub spacing: Duration,
    /// How many things one feed fetches of it where it is asked again and again.
    pub polls: Pacing,
    /// What all that is fetched with one key comes to at most.
    pub budget: Budget,
    /// Whether it answers for every symbol that it was asked for.
    pub acks: bool,
    pub hours: Hours,
    pub numbering: Numbering,
    pub replay: Replay,
}

/// Where a venue wants to be shown the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// It wants none.
    None,
    /// As a bearer token in the head of each request. Who writes it into the
    /// address uses this name there.
    Bearer { query: &'static str },
    /// In the query of each address, by this name.
    Query(&'static str),
    /// In this field of the head of each request, behind these words.
    Header {
        name: &'static str,
        prefix: &'static str,
    },
    /// The same, in another field where things are fetched than of a stream;
    /// each with the words before it.
    Heads {
        stream: (&'static str, &'static str),
        fetched: (&'static str, &'static str),
    },
    /// In the heads of what is fetched: the part before the colon in the one,
    /// that behind it in the other; over a WebSocket in messages.
    Pair { id: &'static str, secret: &'static str },
    /// Wherever the person who has described the venue has written `{key}`.
    Written,
    /// In messages of ours; in this field of the head, behind these words, where things are fetched.
    Messages {
        name: &'static str,
        prefix: &'static str,
    },
}

/// What there is to know of a venue's key before one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNeed {
    None,
    /// A server of one's own may want one.
    Perhaps,
    Needed,
}

impl KeyNeed {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Perhaps => "perhaps",
            Self::Needed => "needed",
        }
    }
}

/// When a new connection may be asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// As soon as it is open.
    AtOnce,
    /// When the venue has said so by [`Event::Admitted`](crate::Event::Admitted).
    Told,
}

/// A message that says nothing but that we are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    pub every: Duration,
    pub text: Cow<'static, str>,
}

/// So many times in any stretch of time as long as this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pacing {
    pub times: u32,
    pub within: Duration,
}

/// How a venue says that a key has as many connections as it may have. One of
/// them may be our own that is dead, and the venue does not know it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// The HTTP statuses that it says so by. For its close codes there is
    /// [`CloseMeaning::Crowded`].
    pub statuses: &'static [u16],
    /// For how long one that is dead counts.
    pub reaped_after: Duration,
    /// Whether it says so by closing a new connection before it has sent a word.
    pub closes_unheard: bool,
}

impl Crowd {
    /// Of a venue that does not count, or does not tell.
    pub const UNTOLD: Self = Self {
        statuses: &[],
        reaped_after: Duration::from_secs(30),
        closes_unheard: false,
    };
}

/// When a venue is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// It never shuts.
    Always,
    /// It says of each symbol which session it is in. Of one that it has said
    /// nothing of, nothing is expected.
    Told,
}

/// How the ticks of one symbol are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    None,
    /// Numbers rise, and one that is left out means nothing.
    Sparse,
    /// Each number is one more than that before it, so a hole is a loss.
    Gapless,
}

/// What comes when a symbol is asked for once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    None,
    /// The state of things, and nothing of what was missed.
    Snapshot,
    /// All that came behind a number, as long as the venue still has it.
    FromNumber,
}

/// What a venue wants to say by closing a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseMeaning {
    /// It goes away for a while, and everybody else was told the same.
    Announced,
    /// This connection is over; come back as after any loss.
    Retry,
    /// The key has to be shown anew.
    Refresh,
    /// Another connection of the same key is open, and may be our own dead one.
    Crowded,
    /// It will say the same again until a person does something.
    Stop,
}

impl Card {
    /// What this venue means by a code, where it means something of its own.
    pub fn close_meaning(&self, code: u16) -> Option<CloseMeaning> {
        let entry = self.closes.iter().find(|(known, _)| *known == code);
        entry.map(|(_, meaning)| *meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VenueName;

    #[test]
    fn a_code_that_is_not_on_the_card_means_what_it_means_everywhere() {
        let card = VenueName::SIM.card();
        assert_eq!(card.close_meaning(1013), Some(CloseMeaning::Retry));
        assert_eq!(card.close_meaning(4409), Some(CloseMeaning::Crowded));
        assert_eq!(card.close_meaning(1012), None);
    }
}
