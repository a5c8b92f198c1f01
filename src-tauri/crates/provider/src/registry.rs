//! The venues that there are.

use std::fmt;

use model::Symbol;

use crate::canonical::Naming;
use crate::{About, Canonical, Card, History, Listed, Venue};

/// One market of one provider: where it is, and who translates for it.
#[derive(Debug)]
pub struct Listing {
    /// As it stands in settings and on the command line: `binance`, `alpaca:iex`.
    pub word: &'static str,
    /// As a person calls it.
    pub title: &'static str,
    pub about: &'static About,
    /// Where it is, if there is only one of it.
    pub stream: Option<&'static str>,
    /// Where things are fetched, if that is elsewhere.
    pub rest: Option<&'static str>,
    pub card: &'static Card,
    pub translator: fn() -> Box<dyn Venue>,
    /// How it calls what is in the list of well-known instruments, where it deals in such.
    pub carries: fn(&Listed) -> Option<String>,
    /// How it writes what has a name everywhere.
    pub naming: &'static Naming,
}

/// Of several of one provider the first is what is meant by the provider's name alone.
const REGISTRY: &[&[Listing]] = &[
    crate::sim::LISTINGS,
    crate::coinbase::LISTINGS,
    crate::binance::LISTINGS,
    crate::okx::LISTINGS,
    crate::tiingo::LISTINGS,
    crate::twelvedata::LISTINGS,
    crate::eodhd::LISTINGS,
    crate::yahoo::LISTINGS,
    crate::alpaca::LISTINGS,
    crate::finnhub::LISTINGS,
    crate::massive::LISTINGS,
    crate::bitstamp::LISTINGS,
    crate::kraken::LISTINGS,
    crate::bybit::LISTINGS,
];

/// A listing of the registry.
#[derive(Clone, Copy)]
pub struct VenueName {
    listing: &'static Listing,
    /// Somebody has called it by its provider alone.
    is_short: bool,
}

impl VenueName {
    /// Our own simulated venue, and every other server that speaks `tickwire.v1`.
    pub const SIM: Self = Self::of(&crate::sim::LISTINGS[0]);
    /// Its spot market.
    pub const BINANCE: Self = Self::of(&crate::binance::LISTINGS[0]);

    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.iter().copied().flatten().map(Self::of)
    }

    /// `None` for a word that names none of them.
    pub fn from_word(word: &str) -> Option<Self> {
        let exactly = Self::all().find(|venue| venue.as_str() == word);
        let first = || Self::all().find(|venue| venue.provider() == word);
        exactly.or_else(|| {
            let is_short = true;
            Some(Self { is_short, ..first()? })
        })
    }

    const fn of(listing: &'static Listing) -> Self {
        let is_short = false;
        Self { listing, is_short }
    }

    pub fn translator(self) -> Box<dyn Venue> {
        (self.listing.translator)()
    }

    pub const fn card(self) -> &'static Card {
        self.listing.card
    }

    pub const fn as_str(self) -> &'static str {
        self.listing.word
    }

    /// The word that somebody has named it by, which may be its provider's alone.
    pub fn as_named(self) -> &'static str {
        if self.is_short {
            self.provider()
        } else {
            self.as_str()
        }
    }

    pub const fn title(self) -> &'static str {
        self.listing.title
    }

    /// What a person wants to know of it before choosing it.
    pub const fn about(self) -> &'static About {
        self.listing.about
    }

    /// How symbols are written there, for a person.
    pub fn symbols(self) -> &'static str {
        self.translator().symbols()
    }

    /// A symbol to try it out with.
    pub fn sample(self) -> &'static str {
        let symbols = self.symbols();
        symbols.split([',', ' ']).next().unwrap_or(symbols)
    }

    /// How a well-known instrument is asked for there. `None` where it has nothing of that sort; one
    /// that it could have and has not it refuses itself.
    pub fn native(self, listed: &Listed) -> Option<Symbol> {
        (self.listing.carries)(listed).map(|name| Symbol::new(&name))
    }

    /// What it has of the past, where that can be fetched.
    pub fn history(self) -> Option<&'static History> {
        self.translator().history()
    }

    /// What an instrument of it is called everywhere. `None` for one that it alone has.
    pub fn canonical(self, symbol: &Symbol) -> Option<Canonical> {
        (self.listing.naming.read)(symbol)
    }

    /// How it writes what is called so everywhere. `None` where it has nothing of that sort, or where
    /// the same word means something else there.
    pub fn written(self, canonical: &Canonical) -> Option<Symbol> {
        let symbol = Symbol::new(&(self.listing.naming.write)(canonical)?);
        (self.canonical(&symbol).as_ref() == Some(canonical)).then_some(symbol)
    }

    /// Whether it wants a key.
    pub fn key_need(self) -> crate::KeyNeed {
        use crate::{KeyNeed, KeyPlace};
        match self.card().key {
            KeyPlace::None => KeyNeed::None,
            _ if self == Self::SIM => KeyNeed::Perhaps,
            KeyPlace::Bearer { .. }
            | KeyPlace::Query(_)
            | KeyPlace::Header { .. }
            | KeyPlace::Pair { .. }
            | KeyPlace::Heads { .. }
            | KeyPlace::Written
            | KeyPlace::Messages { .. } => KeyNeed::Needed,
        }
    }

    /// Whose market it is.
    pub fn provider(self) -> &'static str {
        let word = self.as_str();
        word.split_once(':').map_or(word, |(provider, _)| provider)
    }

    /// The same as a person calls it: what stands before the market in the title of its first one.
    pub fn provider_title(self) -> &'static str {
        let first = Self::all().find(|venue| venue.provider() == self.provider());
        let title = first.unwrap_or(self).title();
        title.split([',', '(']).next().unwrap_or(title).trim_end()
    }

    /// Where it is, if there is only one of it.
    pub const fn stream(self) -> Option<&'static str> {
        self.listing.stream
    }

    /// Where things are fetched, if that is elsewhere.
    pub const fn rest(self) -> Option<&'static str> {
        self.listing.rest
    }
}

impl PartialEq for VenueName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for VenueName {}

impl fmt::Display for VenueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for VenueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_names_one_venue_and_is_read_back() {
        let mut words = BTreeSet::new();
        for venue in VenueName::all() {
            assert!(words.insert(venue.as_str()), "{venue} is there twice");
            let named = VenueName::from_word(venue.as_str()).unwrap();
            assert_eq!((named, named.as_named()), (venue, venue.as_str()));
            let short = VenueName::from_word(venue.provider()).unwrap();
            assert_eq!(short.as_named(), venue.provider());
            assert_eq!(venue.translator().card(), venue.card(), "{venue}");
        }
        assert_eq!(VenueName::from_word("nowhere"), None);
        assert_eq!(VenueName::from_word(""), None);
    }

    #[test]
    fn every_card_can_be_kept() {
        for venue in VenueName::all() {
            let card = venue.card();
            assert!(!card.transports.is_empty(), "{venue}");
            assert!(card.symbols_per_message > 0, "{venue}");
            assert!(card.sessions_max > 0, "{venue}");
            for pacing in [card.dials, card.pacing, card.polls] {
                assert!(pacing.times > 0 && !pacing.within.is_zero(), "{venue}");
            }
            if let Some(address) = venue.stream() {
                assert!(address.starts_with("wss://"), "{venue}");
            }
            if let Some(address) = venue.rest() {
                assert!(address.starts_with("https://"), "{venue}");
            }
        }
    }

    #[test]
    fn all_markets_of_one_provider_are_of_one_name() {
        for (word, title) in [
            ("alpaca:crypto", "Alpaca"),
            ("massive:stocks-delayed", "Massive"),
            ("okx:eea", "OKX"),
            ("yahoo", "Yahoo Finance"),
            ("coinbase-advanced", "Coinbase Advanced"),
        ] {
            assert_eq!(VenueName::from_word(word).unwrap().provider_title(), title);
        }
    }

    #[test]
    fn every_venue_says_in_sentences_what_it_covers_costs_and_needs() {
        for venue in VenueName::all() {
            let about = venue.about();
            for text in [about.covers, about.costs, about.needs] {
                assert!(text.len() < 200, "{venue}: a person reads it at a glance: {text}");
                assert!(
                    text.ends_with('.') && text.starts_with(char::is_uppercase),
                    "{venue}: {text}"
                );
            }
            let needed = venue.key_need() == crate::KeyNeed::Needed;
            assert_eq!(about.key_site.is_some(), needed, "{venue}");
            assert!(
                about.key_site.is_none_or(|site| site.starts_with("https://")),
                "{venue}"
            );
            let title = venue.title().to_lowercase();
            assert_eq!(about.delayed, title.contains("late"), "{venue}");
            assert_eq!(about.unofficial, title.contains("unofficial"), "{venue}");
        }
    }
}
