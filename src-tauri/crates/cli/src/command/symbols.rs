//! `tickwire-cli symbols`: what an instrument is called, without asking any venue or with one asked.

use std::process::ExitCode;

use anyhow::Context;
use engine::Engine;
use provider::{Bundle, Listed, VenueName};
use serde::Serialize;

use crate::args::{FeedName, SymbolsArgs};
use crate::feeds;
use crate::output::{Output, json};

pub(crate) async fn run(wanted: &SymbolsArgs, output: Output) -> anyhow::Result<ExitCode> {
    let texts = match &wanted.ask {
        Some(feed) => asked(wanted, feed).await?,
        None => texts(wanted, found(wanted)?, Line::in_words),
    };
    for text in texts {
        if output.line(text).await.is_err() {
            break;
        }
    }
    output.finish().await.context("cannot write")?;
    Ok(ExitCode::SUCCESS)
}

fn texts<L: Serialize>(wanted: &SymbolsArgs, lines: Vec<L>, in_words: fn(&L) -> String) -> Vec<String> {
    let text = |line: L| if wanted.json { json(&line) } else { in_words(&line) };
    lines.into_iter().map(text).collect()
}

/// By the engine that the app has: the feed is opened, and nothing of it is watched.
async fn asked(wanted: &SymbolsArgs, feed: &FeedName) -> anyhow::Result<Vec<String>> {
    let source = feeds::find(wanted.wanted(feed)).await?;
    let options = feeds::network::options(&wanted.network, wanted.profile.folder.as_deref()).await?;
    let engine = Engine::start(options).context("cannot start")?;
    let handle = engine.handle();
    handle.open_feed(&source.spec)?;
    let among = [source.spec.id.clone()];
    let venue = &source.spec.venue;
    if venue.translator().ask_symbols(&wanted.query).is_none() {
        tracing::warn!(
            "{} has no search of its own: only what is well known is told, and any other symbol can be watched as it writes it",
            venue.title()
        );
    }
    let searched = handle.search(&wanted.query, &among, wanted.limit.get()).await;
    tokio::task::spawn_blocking(move || {
        engine.shut_down();
        drop(source);
    })
    .await
    .context("cannot end")?;
    for unheard in &searched.unheard {
        tracing::warn!(
            "{}: {}; what is well known is told all the same",
            unheard.feed,
            unheard.why
        );
    }
    anyhow::ensure!(
        !searched.found.is_empty(),
        "{} finds nothing called {:?}",
        among[0],
        wanted.query
    );
    let lines = searched.found.iter().map(Heard::of).collect();
    Ok(texts(wanted, lines, Heard::in_words))
}

fn found(wanted: &SymbolsArgs) -> anyhow::Result<Vec<Line>> {
    let query = &wanted.query;
    // What the venue does not have takes no place among those that are told.
    let found = Bundle::here().search(query, usize::MAX);
    anyhow::ensure!(
        !found.is_empty(),
        "nothing well-known is called {query:?}; a venue may have it all the same: give `watch` the symbol as the venue writes it"
    );
    let lines = found
        .iter()
        .filter_map(|found| Line::of(&found.listed, wanted.feed));
    let lines: Vec<Line> = lines.take(wanted.limit.get()).collect();
    if let (true, Some(venue)) = (lines.is_empty(), wanted.feed) {
        anyhow::bail!(
            "{} has nothing of the sort of what {query:?} finds; without --feed it is told, and `tickwire-cli venues` names other venues",
            venue.title()
        );
    }
    Ok(lines)
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "instrument")]
struct Line {
    ticker: &'static str,
    name: &'static str,
    kind: &'static str,
    exchange: Option<&'static str>,
    currency: &'static str,
    tick: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
}

impl Line {
    /// `None` where it is to be watched at a venue that has nothing of the sort.
    fn of(listed: &Listed, venue: Option<VenueName>) -> Option<Self> {
        let symbol = match venue {
            Some(venue) => Some(venue.native(listed)?.to_string()),
            None => None,
        };
        Some(Self {
            ticker: listed.ticker,
            name: listed.name,
            kind: listed.kind.as_str(),
            exchange: listed.exchange,
            currency: listed.currency,
            tick: listed.tick.map(|tick| tick.to_string()),
            symbol,
        })
    }

    fn in_words(&self) -> String {
        let words = format!(
            "{:<9} {:<50} {:<6} {:<4} {} {}",
            self.ticker,
            self.name,
            self.kind,
            self.exchange.unwrap_or_default(),
            self.currency,
            self.symbol.as_deref().unwrap_or_default(),
        );
        words.trim_end().to_owned()
    }
}

/// What a feed's venue has, and what of it is well known.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "instrument")]
struct Heard {
    symbol: String,
    name: Option<String>,
    kind: Option<&'static str>,
    exchange: Option<String>,
    currency: Option<String>,
    /// What it is called everywhere.
    canonical: Option<String>,
}

impl Heard {
    fn of(found: &engine::Found) -> Self {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
        Self {
            symbol: found.native.to_string(),
            name: text(&found.name),
            kind: found.kind.map(model::InstrumentKind::as_str),
            exchange: text(&found.exchange),
            currency: text(&found.currency),
            canonical: found.canonical.as_ref().map(ToString::to_string),
        }
    }

    fn in_words(&self) -> String {
        let words = format!(
            "{:<20} {:<50} {:<6} {:<8} {}",
            self.symbol,
            self.name.as_deref().unwrap_or_default(),
            self.kind.unwrap_or_default(),
            self.exchange.as_deref().unwrap_or_default(),
            self.currency.as_deref().unwrap_or_default(),
        );
        words.trim_end().to_owned()
    }
}
