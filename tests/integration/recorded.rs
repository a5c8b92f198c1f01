//! Frames that venues really sent, read by our adapters and, apart from them,
//! field by field: both must find the same.
//!
//! The folder of recordings is not a part of this project. `TICKWIRE_RECORDED`
//! names it.
//!
//! - `binance`, `coinbase`, `okx`, `bitstamp`: what each sent, and what it means
//! - `told`: what our adapters have made of it, in words that both sides use

mod binance;
mod bitstamp;
mod coinbase;
mod okx;
mod told;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use model::{Symbol, SymbolKey};
use provider::{Asking, Directory, VenueName, Wanted};
use serde_json::Value;
use tests::not_run;

/// What one event says: which symbol it is of, and its fields in the order of `told`.
type Fields = Vec<(&'static str, String)>;
type Said = (String, Fields);

/// A recording, and how to read it without our adapter.
struct Recording<'a> {
    venue: VenueName,
    /// As a person has them, and as the venue calls them.
    symbols: &'a [(&'static str, &'static str)],
    /// What sort of frame it is, and everything that it says.
    read: &'a dyn Fn(&Value) -> (String, Vec<Said>),
}

/// The folder; loudly nothing where nobody has named one.
fn folder(of: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TICKWIRE_RECORDED")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        not_run(&format!(
            "no recorded frames of {of} were read: TICKWIRE_RECORDED names their folder"
        ));
    }
    folder
}

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| format!("cannot read {}", file.display()))
}

/// What came, of lines `time: frame`; those that begin with an address are ours.
fn received(file: &Path) -> Result<impl Iterator<Item = Result<String>> + use<>> {
    let lines = BufReader::new(open(file)?).lines();
    Ok(lines.filter_map(|line| match line {
        Ok(line) if line.starts_with("wss://") => None,
        Ok(line) => Some(Ok(line.split_once(": ")?.1.to_owned())),
        Err(error) => Some(Err(error.into())),
    }))
}

impl Recording<'_> {
    /// How many frames there were of each sort.
    fn compare(&self, frames: impl Iterator<Item = Result<String>>) -> Result<BTreeMap<String, u64>> {
        let symbols: Vec<_> = self.symbols.iter().map(|(ours, _)| Symbol::new(ours)).collect();
        let mut directory = Directory::default();
        for (number, symbol) in (0..).zip(&symbols) {
            directory.insert(symbol.clone(), SymbolKey(number));
        }
        let wanted: Vec<_> = symbols
            .iter()
            .map(|symbol| Wanted { symbol, after: None })
            .collect();
        let mut translator = self.venue.translator();
        translator.subscribe(Asking {
            symbols: &wanted,
            epoch: None,
            bars: true,
        });
        let mut counts = BTreeMap::new();
        for frame in frames {
            let frame = frame?;
            let mut events = Vec::new();
            translator
                .read(&frame, &directory, &mut events)
                .with_context(|| frame.clone())?;
            let (kind, mut expected) = (self.read)(&serde_json::from_str(&frame)?);
            *counts.entry(kind).or_default() += 1;
            let mut said = events
                .iter()
                .map(|event| self.said(event))
                .collect::<Result<Vec<_>>>()?;
            // A list of what stands has no order.
            if said.iter().all(|(_, fields)| fields == &told::accepted()) {
                said.sort();
                expected.sort();
            }
            ensure!(said == expected, "{frame}\n{said:?}\n{expected:?}");
        }
        Ok(counts)
    }

    /// With the name that the venue has for its symbol.
    fn said(&self, event: &provider::Event) -> Result<Said> {
        let (key, fields) = told::told(event);
        let name = match key {
            Some(SymbolKey(number)) => {
                let known = self.symbols.get(usize::try_from(number)?);
                known.context("the key of no symbol")?.1.to_owned()
            }
            None => String::new(),
        };
        Ok((name, fields))
    }
}

/// The fields of a frame by other names, with their digits; nothing for those that are not there.
fn fields(data: &Value, names: &[(&'static str, &str)]) -> Fields {
    let present = names.iter().filter_map(|(ours, theirs)| {
        let field = data.get(theirs)?;
        let text = field.as_str().map_or_else(|| field.to_string(), str::to_owned);
        Some((*ours, text))
    });
    present.collect()
}

/// A time that is told as a number, as `told` has it.
fn thousandths(data: &Value, name: &str) -> (&'static str, String) {
    let number = data[name].as_i64().or_else(|| data[name].as_str()?.parse().ok());
    let time = number.and_then(chrono::DateTime::from_timestamp_millis);
    let text = time.map_or_else(String::new, |time| {
        time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    });
    ("time", text)
}

fn expect(counts: &BTreeMap<String, u64>, expected: &[(&str, u64)]) -> Result<()> {
    let expected = expected.iter().map(|(kind, count)| ((*kind).to_owned(), *count));
    ensure!(*counts == expected.collect(), "{counts:?}");
    Ok(())
}
