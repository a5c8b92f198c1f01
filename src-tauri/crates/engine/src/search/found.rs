//! What is well known and what venues have told, as one list.

use std::collections::HashSet;
use std::sync::Arc;

use model::{FeedId, InstrumentKind, Symbol};
use provider::{Adapter, Bundle, Canonical, Closeness, Hit, Listed};

use super::Found;

/// What most people pay with, where a coin is meant and nothing else is said.
const PAID_WITH: [&str; 6] = ["USD", "USDT", "USDC", "EUR", "GBP", "BTC"];

/// What one venue has told.
pub(super) struct Answer {
    pub(super) feed: FeedId,
    pub(super) venue: Adapter,
    pub(super) hits: Arc<Vec<Hit>>,
    /// What is not there it does not have.
    pub(super) is_all: bool,
}

/// One of them, and what it is put in order by.
struct Ranked {
    found: Found,
    /// The better known, the sooner.
    fame: usize,
    paid_with: usize,
}

/// The likeliest to be meant first, and each only once at each feed.
pub(super) fn ranked(
    words: &str,
    asked: &[(FeedId, Adapter)],
    answers: &[Answer],
    limit: usize,
) -> Vec<Found> {
    let mut all = well_known(words, asked, answers);
    let mut named: HashSet<_> = all.iter().map(|one| key(&one.found)).collect();
    for answer in answers {
        let hits = answer.hits.iter().filter_map(|hit| heard(words, answer, hit));
        all.extend(hits.filter(|one| named.insert(key(&one.found))));
    }
    let place = |found: &Found| {
        asked
            .iter()
            .position(|(feed, _)| Some(feed) == found.feed.as_ref())
    };
    all.sort_by_cached_key(|one| {
        let Ranked {
            found,
            fame,
            paid_with,
        } = one;
        let native = found.native.as_str();
        (
            found.closeness,
            *fame,
            *paid_with,
            native.len(),
            native.to_owned(),
            place(found),
        )
    });
    all.truncate(limit);
    all.into_iter().map(|one| one.found).collect()
}

fn key(found: &Found) -> (Option<FeedId>, Symbol) {
    (found.feed.clone(), found.native.clone())
}

/// At each feed that may have it; of a venue that has told all it has, only what it has.
fn well_known(words: &str, asked: &[(FeedId, Adapter)], answers: &[Answer]) -> Vec<Ranked> {
    let found = Bundle::here().search(words, usize::MAX);
    let told: Vec<_> = asked
        .iter()
        .map(|(feed, venue)| All::of(feed, venue, answers))
        .collect();
    let mut all = Vec::new();
    for (provider::Found { listed, closeness }, fame) in found.iter().zip(0..) {
        if asked.is_empty() {
            let native = Symbol::new(listed.ticker);
            all.push(known(
                listed,
                None,
                native,
                Canonical::of(listed),
                (*closeness, fame),
            ));
        }
        for ((feed, venue), told) in asked.iter().zip(&told) {
            let Some(native) = venue.native(listed) else {
                continue;
            };
            let canonical = venue.canonical(&native);
            if told
                .as_ref()
                .is_none_or(|told| told.has(canonical.as_ref(), &native))
            {
                let feed = Some(feed.clone());
                all.push(known(listed, feed, native, canonical, (*closeness, fame)));
            }
        }
    }
    all
}

fn known(
    listed: &Listed,
    feed: Option<FeedId>,
    native: Symbol,
    canonical: Option<Canonical>,
    (closeness, fame): (Closeness, usize),
) -> Ranked {
    let currency = match &canonical {
        Some(Canonical::Pair { quote, .. }) => quote.as_str(),
        Some(Canonical::Share { .. } | Canonical::Index { .. }) | None => listed.currency,
    };
    let found = Found {
        feed,
        native,
        name: Some(listed.name.into()),
        exchange: listed.exchange.map(Arc::from),
        currency: Some(currency.into()),
        kind: Some(listed.kind),
        canonical,
        closeness,
    };
    Ranked {
        found,
        fame,
        paid_with: 0,
    }
}

/// Nothing where a venue has told all it has, and this is not meant.
fn heard(words: &str, answer: &Answer, hit: &Hit) -> Option<Ranked> {
    let canonical = answer.venue.canonical(&hit.native);
    let (mut name, mut exchange, mut kind) = (hit.name.as_deref(), hit.exchange.as_deref(), hit.kind);
    let mut currency = hit.currency.as_deref();
    let (bought, paid) = match &canonical {
        Some(Canonical::Pair { base, quote }) => (Some(base.as_str()), Some(quote.as_str())),
        Some(Canonical::Share { .. } | Canonical::Index { .. }) | None => (None, None),
    };
    let listed = canonical.as_ref().and_then(|canonical| {
        let known = Bundle::here().known(canonical);
        known.or_else(|| coin(bought?))
    });
    if let Some((listed, _)) = listed {
        name = name.or(Some(listed.name));
        exchange = exchange.or(listed.exchange);
        kind = kind.or(Some(listed.kind));
        currency = currency.or(paid).or(Some(listed.currency));
    }
    let ticker = hit.native.as_str();
    let near = Closeness::between(words, ticker, bought, name);
    let closeness = match near {
        Some(near) => near,
        None if answer.is_all => return None,
        // It has found it by something that it does not tell.
        None => Closeness::Within,
    };
    let found = Found {
        feed: Some(answer.feed.clone()),
        native: hit.native.clone(),
        name: name.map(Arc::from),
        exchange: exchange.map(Arc::from),
        currency: currency.or(paid).map(Arc::from),
        kind,
        closeness,
        canonical: canonical.clone(),
    };
    let paid = paid.and_then(|paid| PAID_WITH.iter().position(|known| *known == paid));
    Some(Ranked {
        found,
        fame: listed.map_or(usize::MAX, |(_, fame)| fame),
        paid_with: paid.unwrap_or(PAID_WITH.len()),
    })
}

/// By what is bought alone: what a coin is called does not depend on what is paid with.
fn coin(bought: &str) -> Option<(&'static Listed, usize)> {
    let canonical = Canonical::Pair {
        base: bought.to_owned(),
        quote: "USD".to_owned(),
    };
    let known = Bundle::here().known(&canonical);
    known.filter(|(listed, _)| listed.kind == InstrumentKind::Crypto)
}

/// All that a venue has.
struct All<'a> {
    canonicals: HashSet<Canonical>,
    natives: HashSet<&'a Symbol>,
}

impl<'a> All<'a> {
    /// Nothing of one that has not told it.
    fn of(feed: &FeedId, venue: &Adapter, answers: &'a [Answer]) -> Option<Self> {
        let whole = |answer: &&Answer| answer.feed == *feed && answer.is_all && !answer.hits.is_empty();
        let answer = answers.iter().find(whole)?;
        let hits = answer.hits.iter();
        Some(Self {
            canonicals: hits
                .clone()
                .filter_map(|hit| venue.canonical(&hit.native))
                .collect(),
            natives: hits.map(|hit| &hit.native).collect(),
        })
    }

    fn has(&self, canonical: Option<&Canonical>, native: &Symbol) -> bool {
        self.natives.contains(native)
            || canonical.is_some_and(|canonical| self.canonicals.contains(canonical))
    }
}
