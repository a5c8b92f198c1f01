//! Who is here, and who listens to what.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Moment, Scope};
use crate::server::outbox::{Outbox, Parcel};

#[derive(Debug)]
pub(super) struct Seats {
    clients: BTreeMap<u64, Seat>,
    /// By the place of the instrument: those who want its events.
    listeners: Vec<BTreeMap<u64, Outbox>>,
    /// How many take compressed messages.
    packing: usize,
}

#[derive(Debug)]
pub(super) struct Seat {
    outbox: Outbox,
    /// By the place of the instrument: whether its bars are wanted too.
    listings: BTreeMap<usize, Bars>,
}

/// Whether a client wants each minute of a symbol as a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bars {
    Wanted,
    Unwanted,
}

impl Seats {
    pub(super) fn new(listings: usize) -> Self {
        Self {
            clients: BTreeMap::new(),
            listeners: vec![BTreeMap::new(); listings],
            packing: 0,
        }
    }

    pub(super) fn take(&mut self, client: u64, outbox: Outbox) {
        self.packing += usize::from(outbox.packs());
        let seat = Seat {
            outbox,
            listings: BTreeMap::new(),
        };
        self.clients.insert(client, seat);
    }

    pub(super) fn leave(&mut self, client: u64) {
        if let Some(seat) = self.clients.remove(&client) {
            self.packing -= usize::from(seat.outbox.packs());
            for place in seat.listings.into_keys() {
                self.listeners[place].remove(&client);
            }
        }
    }

    pub(super) fn outbox(&self, client: u64) -> Option<&Outbox> {
        self.clients.get(&client).map(|seat| &seat.outbox)
    }

    /// How many symbols a client would have with these.
    pub(super) fn count_with(&self, client: u64, listings: &[Option<usize>]) -> usize {
        let Some(seat) = self.clients.get(&client) else {
            return 0;
        };
        // One that does not exist counts: it was asked for.
        let new = listings
            .iter()
            .filter(|place| !place.is_some_and(|place| seat.listings.contains_key(&place)))
            .count();
        seat.listings.len() + new
    }

    pub(super) fn listen(&mut self, client: u64, listing: usize, bars: Bars) {
        if let Some(seat) = self.clients.get_mut(&client) {
            seat.listings.insert(listing, bars);
            self.listeners[listing].insert(client, seat.outbox.clone());
        }
    }

    pub(super) fn turn_away(&mut self, client: u64, listing: usize) {
        if let Some(seat) = self.clients.get_mut(&client) {
            seat.listings.remove(&listing);
            self.listeners[listing].remove(&client);
        }
    }

    pub(super) fn are_listening(&self, listing: usize) -> bool {
        !self.listeners[listing].is_empty()
    }

    /// Whether it is worth while to compress what is told to all.
    pub(super) const fn pack(&self) -> bool {
        self.packing > 0
    }

    pub(super) fn tell(&self, listing: usize, parcel: &Parcel) {
        for outbox in self.listeners[listing].values() {
            outbox.put(parcel.clone());
        }
    }

    /// The instruments of which somebody wants the minutes.
    pub(super) fn wanting_bars(&self) -> BTreeSet<usize> {
        let listings = self.clients.values().flat_map(|seat| &seat.listings);
        listings
            .filter(|(_, bars)| **bars == Bars::Wanted)
            .map(|(listing, _)| *listing)
            .collect()
    }

    pub(super) fn tell_bar(&self, listing: usize, parcel: &Parcel) {
        for seat in self.clients.values() {
            if seat.listings.get(&listing) == Some(&Bars::Wanted) {
                seat.outbox.put(parcel.clone());
            }
        }
    }

    /// Whether somebody is here, and nobody is behind.
    pub(super) fn are_eager(&self) -> bool {
        !self.clients.is_empty() && self.clients.values().all(|seat| !seat.outbox.is_busy())
    }

    /// Puts a fault between the messages of those whom it concerns.
    pub(super) fn inject(&self, moment: &Moment, scope: &Scope) {
        let concerned = self.clients.iter().filter(|(client, seat)| {
            scope.concerns_client(Some(**client)) && scope.concerns_way(Some(seat.outbox.way()))
        });
        for (_, seat) in concerned {
            seat.outbox.put(Parcel::fault(moment.clone()));
        }
    }

    /// Every client with each of its instruments.
    pub(super) fn all(&self) -> Vec<(u64, usize)> {
        let clients = self.clients.iter();
        clients
            .flat_map(|(client, seat)| seat.listings.keys().map(|listing| (*client, *listing)))
            .collect()
    }

    pub(super) fn tell_all(&self, parcel: &Parcel) {
        for seat in self.clients.values() {
            seat.outbox.put(parcel.clone());
        }
    }

    #[cfg(test)]
    pub(super) fn is_quiet(&self) -> bool {
        self.listeners.iter().all(BTreeMap::is_empty)
    }
}
