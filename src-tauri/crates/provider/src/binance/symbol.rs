//! What an instrument is called there, and who asked for it.

use std::sync::Arc;

use model::{Instrument, InstrumentKind, Symbol, SymbolKey};

use super::tick::Said;
use crate::directory::ByName;
use crate::{Directory, Event};

/// Between the two halves of a pair, as people write it.
const SEPARATORS: [char; 2] = ['-', '/'];

/// `BTCUSDT` for `BTC-USDT`, `btc/usdt` and itself.
pub(super) fn native(symbol: &Symbol) -> String {
    halves(symbol).map_or_else(
        || symbol.as_str().to_uppercase(),
        |(base, quote)| format!("{base}{quote}").to_uppercase(),
    )
}

/// What is known of an instrument by its name alone. Where it is written in
/// one word, nobody can tell where the second half begins.
pub(super) fn instrument(symbol: &Symbol) -> Instrument {
    Instrument {
        kind: Some(InstrumentKind::Crypto),
        currency: halves(symbol).map(|(_, quote)| Arc::from(quote.to_uppercase())),
        ..Instrument::default()
    }
}

fn halves(symbol: &Symbol) -> Option<(&str, &str)> {
    let (base, quote) = symbol.as_str().split_once(SEPARATORS)?;
    (!base.is_empty() && !quote.is_empty() && !quote.contains(SEPARATORS)).then_some((base, quote))
}

/// From a name in a message to the symbols that were asked for by it.
#[derive(Debug, Default)]
pub(super) struct Names {
    streams: ByName<String, Stream>,
    /// Of the directory that the keys are from; none where they are to be found anew.
    generation: Option<u64>,
}

/// Nearly always of one symbol: `BTCUSDT` and `BTC-USDT` are two rows and one stream.
#[derive(Debug, Default)]
struct Stream {
    symbols: Vec<Symbol>,
    /// Of those of them that are still wanted. Kept, so that a tick is looked up once.
    keys: Vec<SymbolKey>,
}

impl Names {
    pub(super) fn add(&mut self, symbol: &Symbol) {
        let same = &mut self.streams.entry(native(symbol)).or_default().symbols;
        if !same.contains(symbol) {
            same.push(symbol.clone());
            self.generation = None;
        }
    }

    /// Whether nobody wants its streams any more.
    pub(super) fn remove(&mut self, symbol: &Symbol) -> bool {
        let native = native(symbol);
        let Some(stream) = self.streams.get_mut(&native) else {
            return false;
        };
        stream.symbols.retain(|other| other != symbol);
        self.generation = None;
        let unwanted = stream.symbols.is_empty();
        if unwanted {
            self.streams.remove(&native);
        }
        unwanted
    }

    /// To be called before a message is read: something may be wanted no more, or under another key.
    pub(super) fn compare(&mut self, directory: &Directory) {
        if self.generation == Some(directory.generation()) {
            return;
        }
        self.generation = Some(directory.generation());
        self.streams.values_mut().for_each(|Stream { symbols, keys }| {
            let wanted = symbols.iter().filter_map(|symbol| directory.key(symbol.as_str()));
            keys.clear();
            keys.extend(wanted);
        });
    }

    /// Nobody for a symbol that was given up a moment ago.
    pub(super) fn keys(&self, native: &str) -> &[SymbolKey] {
        self.streams.get(native).map_or(&[], |stream| &stream.keys)
    }

    pub(super) fn tell(&self, said: Said<'_>, events: &mut Vec<Event>) {
        let Said {
            symbol,
            seq,
            tick,
            precision,
        } = said;
        for key in self.keys(symbol) {
            events.push(Event::Tick {
                key: *key,
                seq,
                tick,
                precision,
            });
        }
    }
}
