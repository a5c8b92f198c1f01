//! `tickwire-cli venues`: who can be watched, from the registry itself.

use std::process::ExitCode;

use anyhow::Context;
use provider::{KeyNeed, VenueName, custom};
use serde::{Serialize, Serializer};

use crate::args::VenuesArgs;
use crate::output::{Output, json};

pub(crate) async fn run(wanted: &VenuesArgs, output: Output) -> anyhow::Result<ExitCode> {
    for line in VenueName::all().map(Line::of).chain([Line::described()]) {
        let text = if wanted.json { json(&line) } else { line.in_words() };
        if output.line(text).await.is_err() {
            break;
        }
    }
    output.finish().await.context("cannot write")?;
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "venue")]
struct Line {
    word: &'static str,
    provider: &'static str,
    title: &'static str,
    /// How it can be talked to, the best way first.
    ways: Vec<&'static str>,
    /// `none`, `perhaps` or `needed`.
    #[serde(serialize_with = "as_word")]
    key: KeyNeed,
    /// How its symbols are written.
    symbols: &'static str,
    stream: Option<&'static str>,
    rest: Option<&'static str>,
    /// What a person wants to know before choosing it, in sentences.
    covers: &'static str,
    costs: &'static str,
    needs: &'static str,
    /// Where a key is made.
    key_site: Option<&'static str>,
    unofficial: bool,
    delayed: bool,
}

impl Line {
    fn of(venue: VenueName) -> Self {
        let ways = venue.card().transports.iter();
        let about = venue.about();
        Self {
            word: venue.as_str(),
            provider: venue.provider(),
            title: venue.title(),
            ways: ways.map(|way| way.as_str()).collect(),
            key: venue.key_need(),
            symbols: venue.symbols(),
            stream: venue.stream(),
            rest: venue.rest(),
            covers: about.covers,
            costs: about.costs,
            needs: about.needs,
            key_site: about.key_site,
            unofficial: about.unofficial,
            delayed: about.delayed,
        }
    }

    /// One that a person describes. Whether it wants a key is said there.
    fn described() -> Self {
        let about = custom::ABOUT;
        Self {
            word: custom::CUSTOM,
            provider: custom::CUSTOM,
            title: custom::TITLE,
            ways: custom::WAYS.iter().map(|way| way.as_str()).collect(),
            key: KeyNeed::Perhaps,
            symbols: custom::SYMBOLS,
            stream: None,
            rest: None,
            covers: about.covers,
            costs: about.costs,
            needs: about.needs,
            key_site: about.key_site,
            unofficial: about.unofficial,
            delayed: about.delayed,
        }
    }

    fn in_words(&self) -> String {
        let key = match self.key {
            KeyNeed::None => "no key",
            KeyNeed::Perhaps => "maybe a key",
            KeyNeed::Needed => "a key",
        };
        let line = format!(
            "{:<22} {:<41} {key:<11} {:<21} {}",
            self.word,
            self.title,
            self.ways.join(" "),
            self.symbols
        );
        let site = self.key_site.map(|site| format!(" {site}")).unwrap_or_default();
        format!(
            "{}\n    {}\n    {} {}{site}",
            line.trim_end(),
            self.covers,
            self.costs,
            self.needs
        )
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this form")]
fn as_word<S: Serializer>(need: &KeyNeed, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(need.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_venue_has_a_line_with_what_a_person_must_know() {
        for venue in VenueName::all() {
            let line = Line::of(venue);
            let words = line.in_words();
            assert!(
                words.starts_with(line.word) && words.contains(line.title),
                "{words}"
            );
            for sentence in [line.covers, line.costs, line.needs] {
                assert!(words.contains(sentence), "{words}");
            }
            assert!(!line.ways.is_empty() && !line.symbols.is_empty(), "{venue}");
        }
    }
}
