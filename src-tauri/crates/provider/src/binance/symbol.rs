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
    /// Nearly always one: `BTCUSDT` and `BTC-USDT` are two rows and one stream.
    symbols: ByName<String, Vec<Symbol>>,
}

impl Names {
    pub(super) fn add(&mut self, symbol: &Symbol) {
        let same = self.symbols.entry(native(symbol)).or_default();
        if !same.contains(symbol) {
            same.push(symbol.clone());
        }
    }

    /// Whether nobody wants its streams any more.
    pub(super) fn remove(&mut self, symbol: &Symbol) -> bool {
        let native = native(symbol);
        let Some(same) = self.symbols.get_mut(&native) else {
            return false;
        };
        same.retain(|other| other != symbol);
        let unwanted = same.is_empty();
        if unwanted {
            self.symbols.remove(&native);
        }
        unwanted
    }

    /// Nobody for a symbol that was given up a moment ago.
    pub(super) fn keys<'a>(
        &'a self,
        native: &str,
        directory: &'a Directory,
    ) -> impl Iterator<Item = SymbolKey> + use<'a> {
        let symbols = self.symbols.get(native).map_or(&[][..], Vec::as_slice);
        symbols.iter().filter_map(|symbol| directory.key(symbol.as_str()))
    }

    pub(super) fn tell(&self, said: Said<'_>, directory: &Directory, events: &mut Vec<Event>) {
        let Said {
            symbol,
            seq,
            tick,
            precision,
        } = said;
        for key in self.keys(symbol, directory) {
            events.push(Event::Tick {
                key,
                seq,
                tick,
                precision,
            });
        }
    }
}
