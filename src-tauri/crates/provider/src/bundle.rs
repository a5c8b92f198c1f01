//! The instruments that a person finds without asking any venue.

mod fold;
pub(crate) mod native;
mod search;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use model::{InstrumentKind, Price};

use crate::Canonical;

use fold::Words;
pub use search::{Closeness, Found};

/// A list written for this project: its head says how.
const LIST: &str = include_str!("../data/instruments.tsv");
const COMMENT: char = '#';
/// Stands where there is nothing to say.
const NONE: &str = "-";

static HERE: LazyLock<Bundle> = LazyLock::new(|| Bundle::read(LIST));

/// Well-known instruments, the best known first.
#[derive(Debug)]
pub struct Bundle {
    listed: Vec<(Listed, search::Folded)>,
    named: HashMap<Canonical, usize, RandomState>,
}

/// One of them, as its exchange calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// `AAPL`, `BRK.B`, `7203`, `BTC-USD`, `SPX`.
    pub ticker: &'static str,
    pub name: &'static str,
    pub kind: InstrumentKind,
    /// Its ISO 10383 code. Pairs and indices have none.
    pub exchange: Option<&'static str>,
    pub currency: &'static str,
    /// The usual one, where it depends neither on the price nor on the venue.
    pub tick: Option<Price>,
    aliases: &'static str,
}

impl Bundle {
    /// The one that comes with the program.
    pub fn here() -> &'static Self {
        &HERE
    }

    /// The best known first.
    pub fn all(&self) -> impl Iterator<Item = &Listed> {
        self.listed.iter().map(|(listed, _)| listed)
    }

    /// The one that is called so, and how many are better known.
    pub fn known(&self, canonical: &Canonical) -> Option<(&Listed, usize)> {
        let at = *self.named.get(canonical)?;
        Some((&self.listed.get(at)?.0, at))
    }

    /// Those that a person may mean by this, the likeliest first; nothing is meant by nothing.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Found> {
        search::ranked(&self.listed, &Words::of(query), limit)
    }

    /// What cannot be read is left out: a test says that nothing is.
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with(COMMENT));
        let listed = lines.filter_map(Listed::read);
        let listed: Vec<_> = listed
            .map(|listed| (listed, search::Folded::of(&listed)))
            .collect();
        let named = listed.iter().zip(0..);
        let named = named.filter_map(|((listed, _), at)| Some((Canonical::of(listed)?, at)));
        Self {
            named: named.collect(),
            listed,
        }
    }
}

impl Listed {
    fn read(line: &'static str) -> Option<Self> {
        let mut parts = line.split('\t');
        Some(Self {
            ticker: parts.next()?,
            name: parts.next()?,
            kind: InstrumentKind::from_word(parts.next()?)?,
            exchange: Some(parts.next()?).filter(|word| *word != NONE),
            currency: parts.next()?,
            tick: match parts.next()? {
                NONE => None,
                tick => Some(tick.parse().ok()?),
            },
            aliases: parts.next().unwrap_or_default(),
        })
    }

    /// What else it is called.
    pub fn aliases(&self) -> impl Iterator<Item = &'static str> {
        self.aliases.split(';').filter(|alias| !alias.is_empty())
    }

    /// What is bought and what is paid with, of a pair.
    pub(crate) fn halves(&self) -> Option<(&'static str, &'static str)> {
        match self.kind {
            InstrumentKind::Crypto | InstrumentKind::Fx => self.ticker.split_once('-'),
            InstrumentKind::Stock | InstrumentKind::Etf | InstrumentKind::Index => None,
        }
    }
}

#[cfg(test)]
mod tests;
