//! What a client that asks is told.

use std::collections::BTreeMap;

use model::Tick;
use transport::websocket::Packed;

use super::order::{Found, Traded};
use super::seats::Bars;
use super::{Answer, Floor, HEARTBEAT, Manner, Question, SYMBOLS_PER_CLIENT_MAX, said};
use crate::market::TapeEvent;
use crate::protocol::message::Ack;
use crate::protocol::request::{Place, Since, Wish};
use crate::protocol::{Code, message};
use crate::server::outbox::{About, Outbox, Parcel};
use crate::server::tape::{Forgotten, Kept};

/// The number in answers to those who cannot give one.
const NO_ID: u64 = 0;

/// What a symbol is answered with: what was missed, or where it stands.
enum Rest {
    /// It said nothing of what it has.
    Unasked,
    Missed(Vec<Parcel>),
    Lost,
}

impl Floor {
    pub(super) fn welcome(&self) -> Parcel {
        let text = message::welcome(&self.epoch, self.market.now(), self.rate(), HEARTBEAT);
        Parcel {
            packed: Packed::plain(text.into()),
            about: About::Welcome(Box::new(self.place())),
        }
    }

    pub(super) fn subscribe(&mut self, client: u64, id: u64, wish: &Wish) {
        let Some(outbox) = self.seats.outbox(client).cloned() else {
            return;
        };
        let known: Vec<_> = wish
            .symbols
            .iter()
            .map(|symbol| self.market.find(symbol))
            .collect();
        if self.seats.count_with(client, &known) > SYMBOLS_PER_CLIENT_MAX {
            let why = format!("a client may have {SYMBOLS_PER_CLIENT_MAX} symbols at a time");
            outbox.put(Parcel::talk(message::refused(
                Some(id),
                Code::TooManySymbols,
                &why,
            )));
            return;
        }
        let mut rests = self.rests(&known, &wish.since);
        let bars = if wish.bars { Bars::Wanted } else { Bars::Unwanted };
        for (symbol, place) in wish.symbols.iter().zip(known) {
            let Some(place) = place else {
                outbox.put(Parcel::talk(message::unknown_symbol(id, symbol)));
                continue;
            };
            self.seats.listen(client, place, bars);
            let rest = rests.remove(&place).unwrap_or(Rest::Unasked);
            self.acknowledge(id, place, rest, &outbox);
        }
    }

    pub(super) fn unsubscribe(&mut self, client: u64, id: u64, symbols: &[String]) {
        let Some(outbox) = self.seats.outbox(client).cloned() else {
            return;
        };
        for symbol in symbols {
            if let Some(place) = self.market.find(symbol) {
                self.seats.turn_away(client, place);
            }
            outbox.put(Parcel::talk(message::gone(id, symbol)));
        }
    }

    /// Seats a client that says all it wants at once.
    pub(super) fn follow(
        &mut self,
        client: u64,
        outbox: Outbox,
        wish: &Wish,
        manner: Manner,
    ) -> Result<Place, Forgotten> {
        match (&wish.since, manner) {
            (Since::Place(place), Manner::Poll) => {
                let missed = self.behind(place, &wish.symbols)?;
                if missed.len() > outbox.room() {
                    return Err(Forgotten);
                }
                self.seats.take(client, outbox.clone());
                let listings: Vec<_> = wish
                    .symbols
                    .iter()
                    .filter_map(|symbol| self.market.find(symbol))
                    .collect();
                for listing in listings {
                    self.seats.listen(client, listing, Bars::Unwanted);
                }
                for parcel in missed {
                    outbox.put(parcel);
                }
            }
            (Since::Nothing | Since::Numbers { .. } | Since::Place(_), _) => {
                outbox.put(self.welcome());
                self.seats.take(client, outbox);
                self.subscribe(client, NO_ID, wish);
            }
        }
        Ok(self.place())
    }

    /// Where the stream of all symbols has come to.
    fn place(&self) -> Place {
        Place {
            epoch: self.epoch.clone(),
            position: self.tape.position(),
        }
    }

    fn acknowledge(&self, id: u64, listing: usize, rest: Rest, outbox: &Outbox) {
        let symbol = self.market.symbol(listing);
        let newest = self.numbers[listing];
        let instrument = self.market.instrument(listing);
        let (_, snapshot) = self.market.snapshot(listing);
        let ack = Ack {
            id,
            symbol,
            seq: newest,
            recovered: None,
            instrument: &instrument,
            session: snapshot.session,
        };
        let rest = match rest {
            Rest::Missed(missed) if missed.len() > outbox.room() => Rest::Lost,
            Rest::Unasked | Rest::Missed(_) | Rest::Lost => rest,
        };
        let (ack, rest) = match rest {
            Rest::Unasked => (ack, None),
            Rest::Lost => (
                Ack {
                    recovered: Some(false),
                    ..ack
                },
                None,
            ),
            Rest::Missed(missed) => {
                let ack = Ack {
                    recovered: Some(true),
                    seq: newest - missed.len() as u64,
                    ..ack
                };
                (ack, Some(missed))
            }
        };
        outbox.put(Parcel::talk(message::ack(&ack)));
        match rest {
            Some(missed) => {
                for parcel in missed {
                    outbox.put(parcel);
                }
            }
            None => {
                outbox.put(Parcel::talk(message::snapshot(symbol, newest, &snapshot)));
            }
        }
    }

    /// Says where a symbol stands in a new epoch.
    pub(super) fn acknowledge_anew(&self, client: u64, listing: usize) {
        if let Some(outbox) = self.seats.outbox(client) {
            self.acknowledge(NO_ID, listing, Rest::Unasked, outbox);
        }
    }

    /// By instrument, what is still to be said to a client that has heard this much.
    fn rests(&self, listings: &[Option<usize>], since: &Since) -> BTreeMap<usize, Rest> {
        let here = listings.iter().flatten().copied();
        match since {
            Since::Nothing => BTreeMap::new(),
            Since::Numbers { epoch, .. } if *epoch != self.epoch => {
                here.map(|listing| (listing, Rest::Lost)).collect()
            }
            Since::Numbers { after, .. } => {
                let asked = listings.iter().zip(after);
                let asked: Vec<_> = asked
                    .filter_map(|(listing, after)| Some(((*listing)?, (*after)?)))
                    .collect();
                let counts: BTreeMap<_, _> = asked
                    .iter()
                    .filter_map(|(listing, after)| {
                        Some((*listing, self.numbers[*listing].checked_sub(*after)?))
                    })
                    .collect();
                let mut found = self.tape.newest(&counts);
                asked
                    .into_iter()
                    .map(|(listing, _)| {
                        let rest = found.remove(&listing).map_or(Rest::Lost, |missed| {
                            Rest::Missed(missed.into_iter().map(|kept| self.again(kept)).collect())
                        });
                        (listing, rest)
                    })
                    .collect()
            }
            Since::Place(place) => match self.since(place) {
                Err(Forgotten) => here.map(|listing| (listing, Rest::Lost)).collect(),
                Ok(events) => {
                    let mut rests: BTreeMap<usize, Vec<_>> = here.map(|listing| (listing, vec![])).collect();
                    for kept in events {
                        if let Some(missed) = rests.get_mut(&kept.1.listing) {
                            missed.push(self.again(kept));
                        }
                    }
                    rests
                        .into_iter()
                        .map(|(listing, missed)| (listing, Rest::Missed(missed)))
                        .collect()
                }
            },
        }
    }

    /// What these symbols have done behind a place.
    fn behind(&self, place: &Place, symbols: &[String]) -> Result<Vec<Parcel>, Forgotten> {
        let listings: Vec<_> = symbols
            .iter()
            .filter_map(|symbol| self.market.find(symbol))
            .collect();
        let events = self.since(place)?;
        Ok(events
            .filter(|(_, kept)| listings.contains(&kept.listing))
            .map(|kept| self.again(kept))
            .collect())
    }

    fn since(&self, place: &Place) -> Result<impl Iterator<Item = (u64, &Kept)>, Forgotten> {
        if place.epoch == self.epoch {
            self.tape.since(place.position)
        } else {
            Err(Forgotten)
        }
    }

    /// An event as it was said when it happened.
    fn again(&self, (position, kept): (u64, &Kept)) -> Parcel {
        let symbol = self.market.symbol(kept.listing);
        let (text, about) = said(symbol, position, kept.listing, kept.seq, &kept.event);
        let packed = Packed::plain(text.into());
        Parcel { packed, about }
    }

    /// The trades of these symbols that are on the tape, oldest first.
    pub(super) fn recall(&self, symbols: &[String]) -> Vec<Traded> {
        let traded = self.tape.all().filter_map(|kept| {
            let symbol = self.market.symbol(kept.listing);
            let TapeEvent::Tick(Tick::Trade(trade)) = &kept.event else {
                return None;
            };
            let id = trade.id.as_ref()?.as_str().to_owned();
            symbols
                .iter()
                .any(|wanted| wanted == symbol)
                .then_some(Traded { symbol, id })
        });
        traded.collect()
    }

    pub(super) fn answer(&self, question: Question) -> Answer {
        let mut unknown = Vec::new();
        let listings = match question {
            Question::Time => Vec::new(),
            Question::Search { text, limit } => self.market.search(&text, limit),
            Question::Find { symbol } => self.known(vec![symbol], &mut unknown),
            Question::Snapshots { symbols } => self.known(symbols, &mut unknown),
        };
        Answer {
            epoch: self.epoch.clone(),
            market_time: self.market.now(),
            rate: self.rate(),
            found: listings.into_iter().map(|listing| self.found(listing)).collect(),
            unknown,
        }
    }

    fn known(&self, symbols: Vec<String>, unknown: &mut Vec<String>) -> Vec<usize> {
        symbols
            .into_iter()
            .filter_map(|symbol| {
                let listing = self.market.find(&symbol);
                if listing.is_none() {
                    unknown.push(symbol);
                }
                listing
            })
            .collect()
    }

    fn found(&self, listing: usize) -> Found {
        let (_, snapshot) = self.market.snapshot(listing);
        Found {
            listing,
            symbol: self.market.symbol(listing),
            seq: self.numbers[listing],
            session: snapshot.session,
            snapshot,
            instrument: self.market.instrument(listing),
        }
    }
}
