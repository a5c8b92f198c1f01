//! From what a line is to be asked to what is said to the venue, on any transport.

use model::{Symbol, SymbolKey, TransportKind};
use provider::{Asking, Venue, Wanted};
use transport::Outbound;

use crate::sequence::Sequence;
use crate::subscriptions::{Asks, Part};

/// Who is asked, and by whom.
pub(crate) struct Request<'a> {
    pub(crate) bars: bool,
    pub(crate) translator: &'a mut dyn Venue,
    pub(crate) sequence: &'a Sequence,
}

impl Request<'_> {
    /// The messages that ask for these symbols, from the last tick on that is known of each.
    pub(crate) fn messages(&mut self, symbols: &[(SymbolKey, Symbol)]) -> Vec<Outbound> {
        let messages = self.ask(symbols, |translator, asking| translator.subscribe(asking));
        messages.into_iter().map(Outbound::Text).collect()
    }

    /// The paths by which each of these parts is fetched.
    pub(crate) fn paths(&mut self, transport: TransportKind, parts: &[Part]) -> Vec<Asks> {
        let asks = parts.iter().map(|part| {
            let paths = self.ask(part, |translator, asking| translator.fetch(transport, asking));
            (part.iter().map(|(key, _)| *key).collect(), paths)
        });
        asks.collect()
    }

    fn ask(
        &mut self,
        symbols: &[(SymbolKey, Symbol)],
        ask: impl FnOnce(&mut dyn Venue, Asking<'_>) -> Vec<String>,
    ) -> Vec<String> {
        let wanted = symbols.iter().map(|(key, symbol)| Wanted {
            symbol,
            after: self.sequence.last(*key),
        });
        let wanted: Vec<_> = wanted.collect();
        let asking = Asking {
            symbols: &wanted,
            epoch: self.sequence.known_epoch(),
            bars: self.bars,
        };
        ask(self.translator, asking)
    }
}
