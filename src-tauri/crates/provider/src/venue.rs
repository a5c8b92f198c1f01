//! What each venue's folder must be able to do.

use model::{NotANumber, Secret, Symbol, TransportKind};

use crate::{Asking, Card, Denial, Directory, Event, History, Hit, Lookup, Together};

/// A translator for one connection to one venue.
///
/// It may remember what one connection needs, such as a running request
/// number, so a new connection gets a new one. It is given the directory of its
/// feed, and never another.
pub trait Venue: Send {
    fn card(&self) -> &Card;

    /// How symbols are written here, by examples. The first word is one that is
    /// always there: whoever tries the venue out asks for that.
    fn symbols(&self) -> &'static str;

    /// What is said first of all on a new connection, before anything is asked
    /// for. The key is for a venue that wants it in messages, now or later.
    fn begin(&mut self, _key: Option<&Secret>) -> Vec<Secret> {
        Vec::new()
    }

    /// The messages that ask for these symbols, at most
    /// [`Card::symbols_per_message`] in each. One that is asked for again, after
    /// a number, is sent from there on.
    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String>;

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String>;

    /// How many share one path, where they are asked for again and again.
    fn together(&self) -> Together {
        Together::UpTo(1)
    }

    /// The paths and queries that together answer for all of these symbols, where
    /// this transport is one on which things are fetched. Only what is asked for
    /// again and again may be more than one; it may also be asked in several parts,
    /// each beside those before it.
    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String>;

    /// Appends what a message says. Whatever could be read before an error is kept.
    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable>;

    /// The same for what was fetched from one of those paths. Some answers do
    /// not say what they answer.
    fn read_fetched(
        &mut self,
        _path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.read(text, directory, events)
    }

    /// What it has of the past, where that can be fetched.
    fn history(&self) -> Option<&'static History> {
        None
    }

    /// What is asked, of where things are fetched, to find instruments by these words. `None` where
    /// it has no such place.
    fn ask_symbols(&self, _words: &str) -> Option<Lookup> {
        None
    }

    /// Appends what was found. Whatever could be read before an error is kept.
    fn read_symbols(&self, _text: &str, _hits: &mut Vec<Hit>) -> Result<(), Unreadable> {
        Ok(())
    }

    /// What an HTTP status means here, in the place of a stream or of what was
    /// fetched, where it is not what it means everywhere.
    fn refusal(&self, _status: u16, _body: &str) -> Option<Denial> {
        None
    }
}

/// A message that could not be understood. It is counted and the feed goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("not the JSON that this venue sends")]
    Json,
    #[error("what is packed into the message is damaged")]
    Packed,
    #[error("a message of a kind that this venue does not have")]
    UnknownKind,
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field}: {why}")]
    Number { field: &'static str, why: NotANumber },
    #[error("there is more in it than in any message")]
    TooMuch,
    #[error("{field} is not a time")]
    Time { field: &'static str },
}
