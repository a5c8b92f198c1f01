//! `tickwire-cli symbols`: what an instrument is called, without asking any venue.

use std::process::ExitCode;

use anyhow::Context;
use provider::{Bundle, Listed, VenueName};
use serde::Serialize;

use crate::args::SymbolsArgs;
use crate::output::{Output, json};

pub(crate) async fn run(wanted: &SymbolsArgs, output: Output) -> anyhow::Result<ExitCode> {
    let lines = found(wanted)?;
    for line in lines {
        let text = if wanted.json { json(&line) } else { line.in_words() };
        if output.line(text).await.is_err() {
            break;
        }
    }
    output.finish().await.context("cannot write")?;
    Ok(ExitCode::SUCCESS)
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
