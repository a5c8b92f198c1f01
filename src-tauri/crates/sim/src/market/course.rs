//! How one instrument trades: its fair value wanders, its book follows, and
//! trades happen at the book.

use chrono::{DateTime, TimeDelta, Utc};
use model::{Conditions, Quote, Side, Snapshot, Tick, Trade, TradeId};

use super::listing::Listing;
use super::nanoseconds;
use super::random::Random;

/// How long a wild or a calm spell lasts, in seconds.
const SPELL: f64 = 120.0;
/// The deviation of volatility's logarithm: a wild spell has about twice the
/// usual moves, a calm one half.
const SPELL_DEPTH: f64 = 0.4;
/// Prices are drawn back to where they began within days, so that after a month
/// in an open window a penny stock is still one.
const RETURN: f64 = 3.0 * 86_400.0;
/// How far a price opens from the close before it.
const OVERNIGHT: f64 = 0.012;
/// Quotes change more often than deals are made.
const QUOTES: f64 = 0.6;
/// Large orders are filled in pieces, so a side tends to follow itself.
const SAME_SIDE: f64 = 0.6;
/// How many trades of usual size the session has seen when we first look.
const MORNING_TRADES: f64 = 9_000.0;

/// One instrument from its opening on.
#[derive(Debug)]
pub(super) struct Course {
    listing: &'static Listing,
    random: Random,
    /// Ticks a second.
    rate: f64,
    /// The logarithm of present over usual volatility.
    spell: f64,
    /// The logarithm of its fair value, in steps of its tick.
    fair: f64,
    book: Book,
    session: Session,
    side: Side,
    seq: u64,
    at: DateTime<Utc>,
}

/// Steps of the tick, and of the lot.
#[derive(Debug)]
struct Book {
    bid: i64,
    bid_size: i64,
    ask: i64,
    ask_size: i64,
}

#[derive(Debug)]
struct Session {
    last: i64,
    last_size: i64,
    high: i64,
    low: i64,
    volume: i64,
}

impl Course {
    /// `factor` multiplies the listing's own activity.
    pub(super) fn open(listing: &'static Listing, seed: u64, at: DateTime<Utc>, factor: f64) -> Self {
        let mut random = Random::of(seed, listing.symbol);
        let spell = SPELL_DEPTH * random.normal();
        let close = libm::log(listing.previous_close as f64);
        let fair = close + OVERNIGHT * random.normal();
        let book = quoted(listing, &mut random, spell, fair);
        let last = (book.bid + book.ask) / 2;
        let mut reach = |extreme: i64, way: f64| {
            let logarithm = libm::log(extreme as f64) + way * OVERNIGHT * random.normal().abs() / 4.0;
            (libm::exp(logarithm).round() as i64).max(1)
        };
        let high = reach(last, 1.0).max(last);
        let low = reach(last, -1.0).min(last);
        let volume = (listing.usual_size * MORNING_TRADES * (0.5 + random.fraction())) as i64;
        let last_size = lots(listing, &mut random);
        Self {
            listing,
            rate: listing.activity * factor,
            random,
            spell,
            fair,
            book,
            session: Session {
                last,
                last_size,
                high,
                low,
                volume,
            },
            side: Side::Buy,
            seq: 0,
            at,
        }
    }

    pub(super) const fn listing(&self) -> &'static Listing {
        self.listing
    }

    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    /// The time to its next tick.
    pub(super) fn pause(&mut self) -> TimeDelta {
        nanoseconds(self.random.wait(self.rate))
    }

    /// The one thing that happens to it at `at`.
    pub(super) fn tick(&mut self, at: DateTime<Utc>) -> Tick {
        self.wander(at);
        self.seq += 1;
        if self.random.chance(QUOTES) {
            self.quote()
        } else {
            self.trade()
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let (listing, session) = (self.listing, &self.session);
        Snapshot {
            last: Some((listing.price(session.last), Some(listing.size(session.last_size)))),
            bid: Some((listing.price(self.book.bid), listing.size(self.book.bid_size))),
            ask: Some((listing.price(self.book.ask), listing.size(self.book.ask_size))),
            high: Some(listing.price(session.high)),
            low: Some(listing.price(session.low)),
            volume: Some(listing.size(session.volume)),
            session: None,
            time: Some(self.at),
        }
    }

    /// Two Ornstein-Uhlenbeck processes in their exact form, right for a
    /// millisecond and for a night.
    fn wander(&mut self, at: DateTime<Utc>) {
        let elapsed = at.signed_duration_since(self.at);
        self.at = at;
        let seconds = elapsed.num_nanoseconds().unwrap_or(i64::MAX) as f64 / 1e9;

        let kept = libm::exp(-seconds / SPELL);
        self.spell = kept * self.spell + SPELL_DEPTH * libm::sqrt(1.0 - kept * kept) * self.random.normal();

        let home = libm::log(self.listing.previous_close as f64);
        let kept = libm::exp(-seconds / RETURN);
        // The variance of `seconds` of free wandering, less what the return has taken back.
        let variance = RETURN / 2.0 * (1.0 - kept * kept);
        let volatility = self.listing.volatility * libm::exp(self.spell);
        self.fair =
            home + kept * (self.fair - home) + volatility * libm::sqrt(variance) * self.random.normal();
    }

    fn quote(&mut self) -> Tick {
        self.book = quoted(self.listing, &mut self.random, self.spell, self.fair);
        let (listing, book) = (self.listing, &self.book);
        Tick::Quote(Quote {
            bid: Some((listing.price(book.bid), listing.size(book.bid_size))),
            ask: Some((listing.price(book.ask), listing.size(book.ask_size))),
            time: Some(self.at),
        })
    }

    fn trade(&mut self) -> Tick {
        if !self.random.chance(SAME_SIDE) {
            self.side = match self.side {
                Side::Buy => Side::Sell,
                Side::Sell => Side::Buy,
            };
        }
        let price = match self.side {
            Side::Buy => self.book.ask,
            Side::Sell => self.book.bid,
        };
        let size = lots(self.listing, &mut self.random);
        let session = &mut self.session;
        session.last = price;
        session.last_size = size;
        session.high = session.high.max(price);
        session.low = session.low.min(price);
        session.volume = session.volume.saturating_add(size);
        Tick::Trade(Trade {
            price: self.listing.price(price),
            size: Some(self.listing.size(size)),
            time: Some(self.at),
            id: TradeId::new(&self.seq.to_string()),
            side: Some(self.side),
            conditions: Conditions::NONE,
        })
    }
}

/// The best bid and ask around a fair value; the spread widens with volatility.
fn quoted(listing: &Listing, random: &mut Random, spell: f64, fair: f64) -> Book {
    let middle = libm::exp(fair);
    let half = listing.spread / 2.0 * libm::exp(spell / 2.0) * (0.6 + 0.8 * random.fraction());
    // Rounded away from the middle, so that they can meet but never cross; and
    // then kept apart, and above nothing.
    let bid = ((middle - half).floor() as i64).max(1);
    let ask = ((middle + half).ceil() as i64).max(bid + 1);
    Book {
        bid,
        bid_size: lots(listing, random),
        ask,
        ask_size: lots(listing, random),
    }
}

/// Many small sizes and few large ones.
fn lots(listing: &Listing, random: &mut Random) -> i64 {
    ((listing.usual_size * libm::exp(0.9 * random.normal())).round() as i64).max(1)
}
