//! A venue with everything that its messages name, asked for.

use std::collections::BTreeSet;
use std::path::Path;

use model::{Secret, Symbol, SymbolKey, TransportKind};
use provider::{Adapter, Asking, Directory, Venue, Wanted};

use crate::described::{Described, adapter};

/// More than any person's list of one feed, in a test that reads millions of messages.
const SYMBOLS_MAX: usize = 24;
/// Symbols of venues whose messages are not written in letters.
const USUAL: [&str; 4] = ["AAPL", "MSFT", "BTC-USD", "EURUSD=X"];
/// Nobody trades them, so no message names them.
const STRANGERS: [&str; 2] = ["ZZYX-QQV", "QQV.ZZYX"];
/// What stands at the end of the name of a file of answers.
const ANSWERS: &str = ".fetched";
/// The same of a file of what it finds.
const FINDS: &str = ".symbols";
/// Its messages are numbers of another base than ours.
const BINARY: &str = "yahoo";

pub(crate) struct Stage {
    pub(crate) venue: Adapter,
    /// What it is called in the files and by `cargo xtask fuzz`.
    pub(crate) word: String,
    /// What it sends.
    pub(crate) lines: Vec<String>,
    /// What it answers where things are fetched, where that is something else.
    answers: Vec<String>,
    /// What it answers to whoever looks for an instrument, where it does.
    pub(crate) finds: Vec<String>,
    pub(crate) directory: Directory,
    pub(crate) symbols: Vec<Symbol>,
}

impl Stage {
    pub(crate) fn of(venue: impl Into<Adapter>) -> Self {
        let venue = venue.into();
        let word = venue.as_str().to_owned();
        Self::called(&word, venue)
    }

    /// One that a person has described.
    pub(crate) fn described((word, draft): Described) -> Self {
        Self::called(word, adapter(&draft()))
    }

    fn called(word: &str, venue: Adapter) -> Self {
        let names = names(
            lines(word, &venue, "")
                .iter()
                .chain(&lines(word, &venue, ANSWERS)),
        );
        Self::with(word, venue, names.iter().map(String::as_str))
    }

    /// Only what it never speaks of is wanted.
    pub(crate) fn of_strangers(venue: impl Into<Adapter>) -> Self {
        let venue = venue.into();
        let word = venue.as_str().to_owned();
        Self::with(&word, venue, STRANGERS.into_iter())
    }

    fn with<'a>(word: &str, venue: Adapter, names: impl Iterator<Item = &'a str>) -> Self {
        let symbols: Vec<_> = names.map(Symbol::new).collect();
        let mut directory = Directory::default();
        for (number, symbol) in (0..).zip(&symbols) {
            directory.insert(symbol.clone(), SymbolKey(number));
        }
        Self {
            word: word.to_owned(),
            lines: lines(word, &venue, ""),
            answers: lines(word, &venue, ANSWERS),
            finds: lines(word, &venue, FINDS),
            venue,
            directory,
            symbols,
        }
    }

    /// A new connection on which everything was asked for.
    pub(crate) fn connected(&self) -> Box<dyn Venue> {
        let mut translator = self.venue.translator();
        translator.begin(Some(&Secret::new("id:secret".to_owned())));
        self.asking(|asking| translator.subscribe(asking));
        translator
    }

    /// The paths of one look at everything, where it can be looked at.
    pub(crate) fn looking(&self) -> (Box<dyn Venue>, Vec<String>) {
        let mut translator = self.venue.translator();
        translator.begin(Some(&Secret::new("id:secret".to_owned())));
        let paths = self.asking(|asking| translator.fetch(TransportKind::Poll, asking));
        (translator, paths)
    }

    /// What may be answered.
    pub(crate) fn answers(&self) -> &[String] {
        if self.answers.is_empty() {
            &self.lines
        } else {
            &self.answers
        }
    }

    pub(crate) fn is_wanted(&self, key: SymbolKey) -> bool {
        usize::try_from(key.0).is_ok_and(|number| number < self.symbols.len())
    }

    pub(crate) fn is_binary(&self) -> bool {
        self.venue.provider() == BINARY
    }

    fn asking(&self, ask: impl FnOnce(Asking<'_>) -> Vec<String>) -> Vec<String> {
        let wanted: Vec<_> = self
            .symbols
            .iter()
            .map(|symbol| Wanted { symbol, after: None })
            .collect();
        ask(Asking {
            symbols: &wanted,
            epoch: None,
            bars: true,
        })
    }
}

/// Those of its own, or those of its provider.
fn lines(word: &str, venue: &Adapter, ending: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let own = word.replace(':', "-");
    let files = [own.as_str(), venue.provider()].map(|name| folder.join(format!("{name}{ending}.ndjson")));
    let text = files.iter().find_map(|file| std::fs::read_to_string(file).ok());
    let text = text.unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Whatever may be the name of something: words that look so, and what stands
/// behind the last low line of one. The key of a field is one only in capitals.
fn names<'a>(lines: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = USUAL.iter().map(|name| (*name).to_owned()).collect();
    for line in lines {
        let pieces: Vec<_> = line.split('"').collect();
        let quoted = pieces.windows(2).skip(1).step_by(2);
        let quoted = quoted.filter_map(|pair| {
            let [text, behind] = pair else { return None };
            let is_key = behind.starts_with(':') && text.bytes().any(|byte| byte.is_ascii_lowercase());
            (!is_key).then_some(*text)
        });
        let words = quoted
            .flat_map(|text| [Some(text), text.rsplit('_').next()])
            .flatten();
        for word in words.filter(|word| is_name(word)) {
            if names.len() < SYMBOLS_MAX {
                names.insert(word.to_owned());
            }
        }
    }
    names
}

fn is_name(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let only = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b':' | b'=');
    (3..=14).contains(&word.len())
        && letters >= 3
        && letters * 2 > word.len()
        && word.bytes().all(only)
        && (word.bytes().any(|byte| byte.is_ascii_uppercase()) || word.len() == 6)
}
