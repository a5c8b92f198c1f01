//! One question to a feed's venue beside the feed itself: history, symbols.
//!
//! It goes over a short connection of its own, with the feed's key and by the feed's
//! way out of this network, and takes its turn among all that is asked of the venue.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::TransportKind;
use provider::Adapter;
use transport::{Blame, DialError, Dialer, Inbound, Loss, Outbound, Redaction, Target, Utf8Bytes};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    #[error("there is no feed of this name")]
    NoSuchFeed,
    /// Its venue has nothing to fetch, or its own server's address is not known.
    #[error("this feed has no address at which things are fetched")]
    NoRest,
    /// The venue is asked as often as it may be; nothing was sent.
    #[error("the venue may be asked again in {} s", .again.as_secs().max(1))]
    Spent { again: Duration },
    /// The venue has answered, and that is no answer to the question.
    #[error("{why}")]
    Refused {
        status: u16,
        why: String,
        /// How long it asks to be left alone.
        again: Option<Duration>,
        /// Nothing changes before somebody acts.
        person: bool,
    },
    /// No answer came, or none that is whole.
    #[error("{why}")]
    Lost { why: String, person: bool },
}

impl NotFetched {
    /// Whether the same question may have an answer later.
    pub const fn may_retry(&self) -> bool {
        match self {
            Self::NoSuchFeed | Self::NoRest => false,
            Self::Spent { .. } => true,
            // What it does not know today it does not know in a minute either.
            Self::Refused { status, person, .. } => !*person && !matches!(*status, 400 | 404 | 410 | 422),
            Self::Lost { person, .. } => !*person,
        }
    }

    /// Whether a person must act before it is worth asking again.
    pub const fn needs_person(&self) -> bool {
        match self {
            Self::NoSuchFeed | Self::Spent { .. } => false,
            Self::NoRest => true,
            Self::Refused { person, .. } | Self::Lost { person, .. } => *person,
        }
    }
}

/// Where a feed's venue is asked, if it is known.
pub(crate) fn place(venue: &Adapter, target: &Target, rest: Option<&Target>) -> Option<Target> {
    let there = rest.or_else(|| {
        let card = venue.card();
        let here = venue.rest().is_none() && card.transports.contains(&TransportKind::Poll);
        here.then_some(target)
    });
    Some(there?.clone().over(TransportKind::Poll).once())
}

/// All that is found at this path, as one text.
pub(crate) async fn fetch(dialer: &dyn Dialer, place: Target, path: String) -> Result<Utf8Bytes, NotFetched> {
    let redaction = Redaction::of(&place.secrets());
    let mut connection = match dialer.dial(place).await {
        Ok(dialed) => dialed.connection,
        Err(error) => return Err(not_dialed(&error, &redaction)),
    };
    let mut found: Option<Utf8Bytes> = None;
    let lost = |loss: &Loss| not_answered(loss, &redaction);
    connection
        .send(Outbound::fetch(path))
        .await
        .map_err(|loss| lost(&loss))?;
    loop {
        match connection.next().await {
            Some(Ok(Inbound::Answer { text, .. } | Inbound::Text(text))) => {
                found = Some(match found {
                    None => text,
                    Some(before) => format!("{before}\n{text}").into(),
                });
            }
            // What is asked once is answered, or it is lost.
            Some(Ok(
                Inbound::Declined { .. }
                | Inbound::Binary(_)
                | Inbound::Ping
                | Inbound::Pong(_)
                | Inbound::More
                | Inbound::Hint(_),
            )) => {}
            Some(Err(Loss::Closed { code: None, .. })) => return Ok(found.unwrap_or_default()),
            Some(Err(loss)) => return Err(lost(&loss)),
            None => return Err(lost(&Loss::Dropped)),
        }
    }
}

fn not_dialed(error: &DialError, redaction: &Redaction) -> NotFetched {
    NotFetched::Lost {
        why: redaction.strike(error.to_string()),
        person: needs_person(error.blame()),
    }
}

fn not_answered(loss: &Loss, redaction: &Redaction) -> NotFetched {
    let why = redaction.strike(loss.to_string());
    let person = needs_person(loss.blame());
    match loss {
        Loss::Refused {
            status, retry_after, ..
        } => NotFetched::Refused {
            status: *status,
            why,
            again: *retry_after,
            person,
        },
        Loss::Spent { again, .. } => NotFetched::Spent { again: *again },
        Loss::Closed { .. }
        | Loss::Dropped
        | Loss::Broken(_)
        | Loss::Oversize { .. }
        | Loss::NotUtf8
        | Loss::Garbled
        | Loss::Protocol(_)
        | Loss::WrongContent(_)
        | Loss::Stalled { .. }
        | Loss::Misused(_) => NotFetched::Lost { why, person },
    }
}

/// A path that is not there is the program's matter and no person's.
const fn needs_person(blame: Blame) -> bool {
    match blame {
        Blame::Person { .. } => true,
        Blame::Local | Blame::Endpoint | Blame::Announced { .. } => false,
    }
}
