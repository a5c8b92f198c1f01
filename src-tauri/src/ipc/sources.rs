//! The feeds that stand behind a row, in the words of the page.

use market::{Candidate, RowId};
use model::{FeedId, Symbol};
use profile::FeedKind;
use provider::{Adapter, VenueName};
use serde::{Deserialize, Serialize};
use tauri::State;
use tokio::task::block_in_place;

use super::bodies::{Answer, row_view, symbol_of};
use super::code::CommandError;
use super::views::RowView;
use crate::shell::Shell;
use crate::watchlists::{Changed, NotSourced};

/// One of the sources of a row, as a person names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SourceName {
    feed: String,
    symbol: String,
}

/// How one of them is now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SourceState {
    feed: String,
    symbol: String,
    /// Whether the row is of this one.
    shown: bool,
    price: Option<String>,
    /// One sentence that says how it is.
    why: String,
}

/// As the last of them, so that it stands in for all others.
#[tauri::command]
pub(super) async fn add_source(
    list: String,
    row: u32,
    feed: String,
    symbol: String,
    shell: State<'_, Shell>,
) -> Answer<RowView> {
    let symbol = symbol_of(&symbol)?;
    changed(&shell, row, &feed, || {
        shell
            .watchlists
            .add_source(&list, RowId(row), &FeedId::new(&feed), &symbol)
    })
}

#[tauri::command]
pub(super) async fn remove_source(
    list: String,
    row: u32,
    feed: String,
    symbol: String,
    shell: State<'_, Shell>,
) -> Answer<RowView> {
    changed(&shell, row, &feed, || {
        let (of, symbol) = (FeedId::new(&feed), Symbol::new(&symbol));
        shell.watchlists.remove_source(&list, RowId(row), &of, &symbol)
    })
}

/// All of them, the preferred one first.
#[tauri::command]
pub(super) async fn order_sources(
    list: String,
    row: u32,
    order: Vec<SourceName>,
    shell: State<'_, Shell>,
) -> Answer<RowView> {
    let order = order.into_iter().map(|name| Candidate {
        feed: FeedId::new(&name.feed),
        symbol: Symbol::new(&name.symbol),
    });
    let order: Vec<_> = order.collect();
    changed(&shell, row, "", || {
        shell.watchlists.order_sources(&list, RowId(row), order)
    })
}

#[tauri::command]
pub(super) fn row_sources(row: u32, shell: State<'_, Shell>) -> Answer<Vec<SourceState>> {
    let now = shell.engine.now();
    let states = shell.engine.read(|market| {
        let shown = market.shown(RowId(row))?;
        let candidates = shown.preference.candidates().enumerate();
        let states = candidates.map(|(place, (candidate, source))| SourceState {
            feed: candidate.feed.to_string(),
            symbol: candidate.symbol.to_string(),
            shown: place == shown.preference.shown(),
            price: source
                .and_then(|source| market.row(source)?.last)
                .map(|last| last.price.to_string()),
            why: source
                .and_then(|source| market.explain(source, now))
                .unwrap_or_else(|| format!("the feed {} is not open", candidate.feed)),
        });
        Some(states.collect())
    });
    states.ok_or_else(CommandError::no_such_row)
}

/// What the other feeds call the same instrument, where that is known.
#[tauri::command]
pub(super) fn suggest_sources(row: u32, shell: State<'_, Shell>) -> Answer<Vec<SourceName>> {
    let sources: Option<Vec<_>> = shell.engine.read(|market| {
        let candidates = market.preference(RowId(row))?.candidates();
        Some(candidates.map(|(candidate, _)| candidate.clone()).collect())
    });
    let sources = sources.ok_or_else(CommandError::no_such_row)?;
    let profile = shell.profile();
    let feeds = profile.settings().feeds.iter();
    let feeds: Vec<_> = feeds
        .filter_map(|feed| Some((feed.id.clone(), venue_of(&feed.kind)?)))
        .collect();
    Ok(suggested(&feeds, &sources))
}

fn venue_of(kind: &FeedKind) -> Option<VenueName> {
    match kind {
        FeedKind::Sim(_) | FeedKind::Tickwire { .. } => Some(VenueName::SIM),
        FeedKind::Venue(settings) => match settings.venue {
            Adapter::Listed(venue) => Some(venue),
            // Nobody knows what it calls anything.
            Adapter::Custom(_) => None,
        },
        FeedKind::Unread { .. } => None,
    }
}

fn suggested(feeds: &[(FeedId, VenueName)], sources: &[Candidate]) -> Vec<SourceName> {
    let venue_at = |id: &FeedId| feeds.iter().find(|(feed, _)| feed == id).map(|(_, venue)| *venue);
    let others = feeds
        .iter()
        .filter(|(feed, _)| sources.iter().all(|source| source.feed != *feed));
    others
        .filter_map(|(feed, venue)| {
            let symbol = sources.iter().find_map(|source| {
                let known = venue_at(&source.feed)?;
                if known == *venue {
                    return Some(source.symbol.clone());
                }
                venue.written(&known.canonical(&source.symbol)?)
            })?;
            Some(SourceName {
                feed: feed.to_string(),
                symbol: symbol.to_string(),
            })
        })
        .collect()
}

fn changed(
    shell: &Shell,
    row: u32,
    feed: &str,
    change: impl FnOnce() -> Result<Changed<()>, NotSourced>,
) -> Answer<RowView> {
    // The list is written to the disk here and now.
    let changed = block_in_place(change);
    shell.kept(changed.map_err(|why| not_sourced(why, feed))?.kept);
    row_view(shell, RowId(row))
}

fn not_sourced(why: NotSourced, feed: &str) -> CommandError {
    match why {
        NotSourced::NoSuchRow(_) => CommandError::no_such_row(),
        NotSourced::NoSuchFeed => CommandError::no_such_feed(feed),
        NotSourced::NoSuchSource => CommandError::bad_source(why, "Open its sources again."),
        NotSourced::TooMany => CommandError::bad_source(why, "Remove one of them first."),
        NotSourced::Last => CommandError::bad_source(why, "Remove the row instead."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(named: &[(&str, &str)]) -> Vec<(FeedId, VenueName)> {
        let feed = |(id, venue): &(&str, &str)| (FeedId::new(id), VenueName::from_word(venue).unwrap());
        named.iter().map(feed).collect()
    }

    fn found(feeds: &[(FeedId, VenueName)], feed: &str, symbol: &str) -> Vec<String> {
        let source = Candidate {
            feed: FeedId::new(feed),
            symbol: Symbol::new(symbol),
        };
        let names = suggested(feeds, &[source]);
        names
            .iter()
            .map(|name| format!("{} {}", name.feed, name.symbol))
            .collect()
    }

    #[test]
    fn the_same_instrument_is_suggested_as_each_feed_writes_it() {
        let feeds = feeds(&[
            ("alpaca", "alpaca:iex"),
            ("tiingo", "tiingo:iex"),
            ("kraken", "kraken"),
            ("coinbase", "coinbase"),
        ]);
        assert_eq!(found(&feeds, "alpaca", "BRK.B"), ["tiingo BRK-B"]);
        assert_eq!(found(&feeds, "coinbase", "BTC-USD"), ["kraken BTC/USD"]);
        assert_eq!(found(&feeds, "gone", "BTC-USD"), [""; 0]);
    }

    #[test]
    fn another_account_at_the_same_venue_calls_it_the_same() {
        let feeds = feeds(&[("sim", "sim"), ("sim-2", "sim")]);
        assert_eq!(found(&feeds, "sim", "NVX"), ["sim-2 NVX"]);
    }
}
