//! `tickwire-cli doctor`: what works of a feed and what does not, by the very
//! engine that the app has.
//!
//! `engine::Trial` does it, as for the window; `line` is how it is told here.

mod line;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use engine::{FeedSpec, Trial};
use model::Symbol;

use crate::args::{DoctorArgs, FeedName};
use crate::feeds::{self, NotAFeed};
use crate::output::{Output, json};
use crate::stop::Stop;
use line::{Body, Findings};

/// More of one feed's list would only take longer.
const SYMBOLS_MAX: usize = 3;

pub(crate) async fn run(wanted: DoctorArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let work = async {
        let feeds = named(&wanted)?;
        let mut all_good = true;
        for feed in &feeds {
            let findings = match examine(&wanted, feed).await {
                // Whoever has named it is told as by every other command.
                Err(error) if wanted.feed.is_some() => return Err(error),
                Err(error) => Findings {
                    feed: name(feed),
                    symbols: Vec::new(),
                    body: Body::NotOpened {
                        why: format!("{error:#}"),
                    },
                },
                Ok(findings) => findings,
            };
            all_good &= findings.is_good();
            let text = if wanted.json {
                json(&findings.object())
            } else {
                findings.in_words()
            };
            if output.line(text).await.is_err() {
                break;
            }
        }
        Ok(all_good)
    };
    let all_good = tokio::select! {
        all_good = work => all_good?,
        () = stop.wanted() => return Ok(ExitCode::FAILURE),
    };
    output.finish().await.context("cannot write")?;
    Ok(if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The one that a person names, or all that the settings have.
fn named(wanted: &DoctorArgs) -> Result<Vec<FeedName>, NotAFeed> {
    if let Some(feed) = &wanted.feed {
        return Ok(vec![feed.clone()]);
    }
    if wanted.key.is_given() {
        return Err(NotAFeed::WhichFeed);
    }
    let profile = feeds::open(wanted.folder());
    let feeds = profile.settings().feeds.iter();
    Ok(feeds.map(|feed| FeedName::Named(feed.id.clone())).collect())
}

fn name(feed: &FeedName) -> String {
    match feed {
        FeedName::Address(url) => url.host_str().unwrap_or_default().to_owned(),
        FeedName::Named(id) => id.to_string(),
    }
}

/// What to ask a feed for: what was named, what the person's lists have of it,
/// or what is always there.
fn symbols(wanted: &DoctorArgs, spec: &FeedSpec) -> Result<Vec<Symbol>, NotAFeed> {
    if !wanted.symbols.is_empty() {
        return Ok(wanted.symbols.iter().map(|symbol| Symbol::new(symbol)).collect());
    }
    let profile = feeds::open(wanted.folder());
    let entries = profile.lists().lists.iter().flat_map(|list| &list.entries);
    let listed = entries.filter(|entry| entry.feed == spec.id);
    let listed: Vec<_> = listed
        .map(|entry| entry.symbol.clone())
        .take(SYMBOLS_MAX)
        .collect();
    if !listed.is_empty() {
        return Ok(listed);
    }
    match spec.venue.sample() {
        "" => Err(NotAFeed::WhichSymbol(spec.id.clone())),
        sample => Ok(vec![Symbol::new(sample)]),
    }
}

async fn examine(wanted: &DoctorArgs, feed: &FeedName) -> anyhow::Result<Findings> {
    let source = feeds::find(wanted.wanted(feed)).await?;
    let symbols = symbols(wanted, &source.spec)?;
    let options = feeds::network::options(&wanted.network, wanted.folder()).await?;
    let trial = Trial {
        spec: source.spec.clone(),
        symbols,
        patience: Duration::from_secs(wanted.seconds),
    };
    // Nobody watches: all of it is told at the end.
    let found = trial.run(options, |_stages| {}).await?;
    // It says goodbye, and must not do so before the engine has.
    tokio::task::spawn_blocking(move || drop(source))
        .await
        .context("the venue did not end in order")?;
    Ok(Findings {
        feed: trial.spec.id.to_string(),
        symbols: trial.symbols.iter().map(Symbol::to_string).collect(),
        body: Body::Examined(found),
    })
}
