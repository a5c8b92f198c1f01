//! What is still to be sent to one client.
//!
//! A client that reads more slowly than the market moves gets fewer quotes and
//! every trade: once its queue is long, a newer quote takes the place of the
//! one before it, and the client is told which numbers it will not see. Only
//! when that does not help either is it closed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;
use transport::websocket::Packed;

use super::Way;
use crate::fault::Moment;
use crate::protocol::request::Place;

/// A fifth of a second at the highest rate, several minutes of a lively
/// watchlist, and about a megabyte: a client that is further behind shows
/// prices that nobody should act on.
const PARCELS_MAX: usize = 16_384;
/// For what happens while something is said again.
const RESERVED: usize = 4_096;
/// From here on a newer quote replaces an older one.
const CONFLATED_FROM: usize = 4_096;

/// One message on its way to one client.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) packed: Packed,
    pub(super) about: About,
}

/// What a message is about, for those who treat events apart from talk.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum About {
    /// Answers, heartbeats and everything else that no number is given to.
    Talk,
    /// A welcome: the places of what comes behind it are of this epoch, and count from here.
    Welcome(Box<Place>),
    Event(Event),
    /// Something that stands where a message should.
    Fault(Box<Moment>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) listing: usize,
    pub(super) symbol: &'static str,
    pub(super) seq: u64,
    /// How many events the venue had seen with this one, all symbols together.
    pub(super) position: u64,
    pub(super) kind: EventKind,
    /// The first of the numbers before this one that were left out.
    pub(super) left_out_from: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    Trade,
    Quote,
    Session,
}

impl Parcel {
    pub(super) fn talk(text: impl Into<Utf8Bytes>) -> Self {
        Self {
            packed: Packed::plain(text.into()),
            about: About::Talk,
        }
    }

    pub(super) fn fault(moment: Moment) -> Self {
        Self {
            packed: Packed::plain(Utf8Bytes::from_static("")),
            about: About::Fault(Box::new(moment)),
        }
    }

    pub(super) const fn text(&self) -> &Utf8Bytes {
        self.packed.text()
    }

    pub(super) const fn event(&self) -> Option<&Event> {
        match &self.about {
            About::Talk | About::Welcome(_) | About::Fault(_) => None,
            About::Event(event) => Some(event),
        }
    }
}

/// The end that messages are put into. Nobody who puts waits, so a slow client
/// holds nobody up.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    shared: Arc<Shared>,
    way: Way,
    packs: bool,
}

/// The end that its client's task empties.
#[derive(Debug)]
pub(super) struct Pending(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Notify,
    overflowed: CancellationToken,
}

#[derive(Debug, Default)]
struct Queue {
    parcels: VecDeque<Parcel>,
    /// How many were taken out so far, so that a place keeps its number.
    taken: u64,
    /// By listing, the place of its newest parcel, if that is a quote and the queue is long.
    quotes: HashMap<usize, u64>,
    left_out: u64,
}

/// `packs` is whether its client takes compressed messages.
pub(super) fn outbox(way: Way, packs: bool) -> (Outbox, Pending) {
    let shared = Arc::new(Shared::default());
    let outbox = Outbox {
        shared: Arc::clone(&shared),
        way,
        packs,
    };
    (outbox, Pending(shared))
}

impl Outbox {
    pub(super) const fn way(&self) -> Way {
        self.way
    }

    pub(super) const fn packs(&self) -> bool {
        self.packs
    }

    /// False when this client gets nothing any more, because it fell too far
    /// behind. Nothing is left out silently, as it will be closed for that.
    pub(super) fn put(&self, parcel: Parcel) -> bool {
        if self.shared.overflowed.is_cancelled() {
            return false;
        }
        let mut queue = self.shared.lock();
        if queue.parcels.len() >= CONFLATED_FROM && queue.conflate(&parcel) {
            return true;
        }
        if queue.parcels.len() >= PARCELS_MAX {
            self.shared.overflowed.cancel();
            return false;
        }
        let was_empty = queue.parcels.is_empty();
        queue.parcels.push_back(parcel);
        drop(queue);
        if was_empty {
            self.shared.filled.notify_one();
        }
        true
    }

    /// Whether its client gets nothing any more.
    pub(super) fn has_overflowed(&self) -> bool {
        self.shared.overflowed.is_cancelled()
    }

    /// Whether it is more than half of the way to being conflated.
    pub(super) fn is_busy(&self) -> bool {
        self.shared.lock().parcels.len() > CONFLATED_FROM / 2
    }

    /// How much may be said again at once. What is more would close its client
    /// before it had heard any of it, and again when it came back.
    pub(super) fn room(&self) -> usize {
        let left = PARCELS_MAX.saturating_sub(self.shared.lock().parcels.len());
        left.saturating_sub(RESERVED)
    }

    /// How many quotes were left out because newer ones had come.
    pub(super) fn left_out(&self) -> u64 {
        self.shared.lock().left_out
    }
}

impl Pending {
    /// Moves what is there into `batch`, which is empty, or waits for the first.
    pub(super) async fn take(&mut self, batch: &mut VecDeque<Parcel>) {
        loop {
            if self.take_now(batch) {
                return;
            }
            self.0.filled.notified().await;
        }
    }

    /// False when there is nothing.
    pub(super) fn take_now(&mut self, batch: &mut VecDeque<Parcel>) -> bool {
        let mut queue = self.0.lock();
        if queue.parcels.is_empty() {
            return false;
        }
        std::mem::swap(&mut queue.parcels, batch);
        queue.taken += batch.len() as u64;
        queue.quotes.clear();
        true
    }

    pub(super) fn overflowed(&self) -> CancellationToken {
        self.0.overflowed.clone()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A queue is whole between any two of its operations.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Puts a quote into the place of the one before it. False when there is no
    /// such place; then the parcel waits like any other.
    fn conflate(&mut self, parcel: &Parcel) -> bool {
        let About::Event(event) = parcel.about else {
            // An answer may say where a symbol stands: what comes later must not
            // be heard before it.
            self.quotes.clear();
            return false;
        };
        match event.kind {
            EventKind::Quote => {}
            EventKind::Trade | EventKind::Session => {
                self.quotes.remove(&event.listing);
                return false;
            }
        }
        let next = self.taken + self.parcels.len() as u64;
        let place = *self.quotes.entry(event.listing).or_insert(next);
        let index = usize::try_from(place - self.taken).unwrap_or(usize::MAX);
        let Some(older) = self.parcels.get_mut(index) else {
            return false;
        };
        let About::Event(replaced) = older.about else {
            return false;
        };
        older.packed = parcel.packed.clone();
        older.about = About::Event(Event {
            // Whoever goes on from here must not skip what stands behind it in the queue.
            position: replaced.position,
            left_out_from: Some(replaced.left_out_from.unwrap_or(replaced.seq)),
            ..event
        });
        self.left_out += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_too_many_closes_it_for_good() {
        let (outbox, mut pending) = outbox(Way::WebSocket, false);
        for seq in 0..PARCELS_MAX as u64 {
            assert!(outbox.put(event(0, seq, EventKind::Trade)));
        }
        assert_eq!(outbox.room(), 0);
        assert!(!pending.overflowed().is_cancelled());
        assert!(!outbox.put(Parcel::talk("one more")));
        assert!(pending.overflowed().is_cancelled());
        assert!(pending.take_now(&mut VecDeque::new()));
        assert!(!outbox.put(Parcel::talk("there is room, but a tick is missing")));
    }

    #[test]
    fn a_long_queue_keeps_every_trade_and_the_newest_quote_and_tells_what_is_missing() {
        let (outbox, mut pending) = outbox(Way::WebSocket, false);
        for _ in 0..CONFLATED_FROM {
            outbox.put(Parcel::talk("waiting"));
        }
        for (seq, kind) in [
            (1, EventKind::Quote),
            (2, EventKind::Quote),
            (3, EventKind::Quote),
            (4, EventKind::Trade),
            (5, EventKind::Quote),
            (6, EventKind::Session),
            (7, EventKind::Quote),
            (8, EventKind::Quote),
        ] {
            assert!(outbox.put(event(3, seq, kind)));
            assert!(outbox.put(event(4, seq, EventKind::Trade)));
        }
        let mut batch = VecDeque::new();
        assert!(pending.take_now(&mut batch));
        let told: Vec<_> = batch
            .iter()
            .filter_map(Parcel::event)
            .filter(|event| event.listing == 3)
            .map(|event| (event.seq, event.left_out_from))
            .collect();
        assert_eq!(
            told,
            [(3, Some(1)), (4, None), (5, None), (6, None), (8, Some(7))]
        );
        let positions: Vec<_> = batch
            .iter()
            .filter_map(Parcel::event)
            .map(|event| event.position)
            .collect();
        assert!(positions.is_sorted(), "{positions:?}");
        assert_eq!(outbox.left_out(), 3);
    }

    #[test]
    fn a_quote_is_not_moved_before_an_answer() {
        let (outbox, mut pending) = outbox(Way::WebSocket, false);
        for _ in 0..CONFLATED_FROM {
            outbox.put(Parcel::talk("waiting"));
        }
        outbox.put(event(3, 10, EventKind::Quote));
        outbox.put(Parcel::talk("ack, at 10"));
        outbox.put(event(3, 11, EventKind::Quote));
        outbox.put(event(3, 12, EventKind::Quote));
        let mut batch = VecDeque::new();
        assert!(pending.take_now(&mut batch));
        let told: Vec<_> = batch
            .iter()
            .skip(CONFLATED_FROM)
            .map(|parcel| parcel.event().map(|event| (event.seq, event.left_out_from)))
            .collect();
        assert_eq!(told, [Some((10, None)), None, Some((12, Some(11)))]);
    }

    #[test]
    fn a_short_queue_leaves_nothing_out() {
        let (outbox, mut pending) = outbox(Way::WebSocket, false);
        for seq in 1..=100 {
            outbox.put(event(1, seq, EventKind::Quote));
        }
        let mut batch = VecDeque::new();
        assert!(pending.take_now(&mut batch));
        assert_eq!(batch.len(), 100);
        assert!(
            batch
                .iter()
                .filter_map(Parcel::event)
                .all(|event| event.left_out_from.is_none())
        );
    }

    fn event(listing: usize, seq: u64, kind: EventKind) -> Parcel {
        Parcel {
            packed: Packed::plain("event".into()),
            about: About::Event(Event {
                listing,
                symbol: "NVX",
                seq,
                position: seq * 10 + listing as u64,
                kind,
                left_out_from: None,
            }),
        }
    }
}
