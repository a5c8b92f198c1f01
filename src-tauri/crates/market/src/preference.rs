//! A row that a person sees: one instrument, of which several feeds may tell.

use chrono::{DateTime, Utc};
use model::{FeedId, FeedState, LineHealth, Moment, Received, Symbol};

use crate::Revision;
use crate::choice::{Choice, Lack, Sight};
use crate::freshness::is_suspicious;
use crate::line::Line;
use crate::row::{Freshness, Row, RowId, Subscription};

/// One of the sources that a person has named.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    pub feed: FeedId,
    pub symbol: Symbol,
}

/// Sources of one instrument in the order in which a person prefers them, and
/// which of them is shown. Two of them are never mixed: whoever asks for the
/// row is answered by the one that is shown.
#[derive(Debug)]
pub struct Preference {
    pub id: RowId,
    pub(crate) places: Vec<Place>,
    choice: Choice,
    since: Option<DateTime<Utc>>,
    because: Option<Lack>,
    pub(crate) revision: Revision,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) candidate: Candidate,
    /// `None` as long as nobody wants it of its feed.
    pub(crate) row: Option<RowId>,
}

/// A preference, and the row that stands for it now.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub preference: &'a Preference,
    /// `None` where the feed of none is there.
    pub row: Option<&'a Row>,
}

impl Candidate {
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            feed: row.feed.clone(),
            symbol: row.symbol.clone(),
        }
    }
}

impl Preference {
    pub(crate) fn new(id: RowId, places: Vec<Place>, sights: &[Sight], revision: Revision) -> Self {
        let choice = Choice::of_a_person(Choice::at_once(sights, Some(0)));
        Self {
            id,
            places,
            choice,
            since: None,
            because: because(choice, sights),
            revision,
        }
    }

    pub fn candidates(&self) -> impl ExactSizeIterator<Item = (&Candidate, Option<RowId>)> {
        self.places.iter().map(|place| (&place.candidate, place.row))
    }

    /// The place of the one that is shown.
    pub const fn shown(&self) -> usize {
        self.choice.shown()
    }

    pub(crate) fn shown_row(&self) -> Option<RowId> {
        self.places.get(self.shown())?.row
    }

    /// Since when it is shown, if another one was before.
    pub const fn since(&self) -> Option<DateTime<Utc>> {
        self.since
    }

    /// What the first of them lacked when another was taken instead.
    pub const fn because(&self) -> Option<Lack> {
        self.because
    }

    /// Of what is said of it here: of its values its row tells.
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether another one is shown now than before.
    pub(crate) fn look(&mut self, sights: &[Sight], now: Received) -> bool {
        let Some(next) = self.choice.next(sights, now.at) else {
            return false;
        };
        self.choice = Choice::moved(next, now.at);
        self.show(sights, now);
        true
    }

    /// A person has named other sources, or put them into another order.
    pub(crate) fn rank(&mut self, places: Vec<Place>, sights: &[Sight], now: Received) {
        let before = self.places.get(self.shown()).map(|place| &place.candidate);
        let is_before = |place: &Place| Some(&place.candidate) == before;
        let place = places.iter().position(is_before);
        let shown = Choice::at_once(sights, place);
        self.choice = Choice::of_a_person(shown);
        self.places = places;
        if place == Some(shown) {
            self.because = self.because.filter(|_| shown > 0);
        } else {
            self.show(sights, now);
        }
    }

    fn show(&mut self, sights: &[Sight], now: Received) {
        self.since = Some(now.wall);
        self.because = because(self.choice, sights);
    }

    pub(crate) fn next_change(&self, sights: &[Sight], now: Moment) -> Option<Moment> {
        self.choice.next_change(sights, now)
    }
}

/// What the first lacks, where another one is shown.
fn because(choice: Choice, sights: &[Sight]) -> Option<Lack> {
    let first = sights.first().and_then(|first| first.lack);
    first.filter(|_| choice.shown() > 0)
}

/// Of a source that nobody has.
pub(crate) const UNSEEN: Sight = Sight {
    lack: Some(Lack::NotOpen),
    since: Moment::START,
    priced: false,
};

/// What a row has not, as far as its connection and its freshness tell.
pub(crate) fn lack(row: &Row, line: &Line, now: Moment) -> Option<Lack> {
    let state = line.status().map(|status| status.state);
    match row.freshness {
        Freshness::Live | Freshness::Halted | Freshness::Closed => None,
        Freshness::Quiet => {
            // The feed has found out that prices should come, before this row has.
            let is_mute = state == Some(FeedState::Live(LineHealth::Mute));
            (is_mute || is_suspicious(row, now)).then_some(Lack::Stale)
        }
        Freshness::Unknown | Freshness::Stale | Freshness::Disconnected => {
            let refused = matches!(row.subscription, Subscription::Refused { .. });
            Some(if state.is_none_or(|state| state == FeedState::Closed) {
                Lack::NotOpen
            } else if refused {
                Lack::Refused
            } else if line.down_since(row.cadence.latest()).is_some() {
                Lack::Disconnected
            } else if row.has_price() {
                Lack::Stale
            } else {
                Lack::NoPrice
            })
        }
    }
}

/// What there is instead of a price where the feed of no source is there.
pub(crate) fn missing(preference: &Preference) -> String {
    let mut feeds: Vec<_> = preference
        .candidates()
        .map(|(candidate, _)| candidate.feed.as_str())
        .collect();
    feeds.dedup();
    match *feeds {
        [] => "no price: no source is named for this row".to_owned(),
        [feed] => format!("no price: the feed {feed} is not open"),
        _ => format!("no price: none of its feeds is open: {}", feeds.join(", ")),
    }
}
