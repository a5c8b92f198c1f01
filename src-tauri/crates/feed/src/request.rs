//! From what a line is to be asked to what is said to the venue, on any transport.

use model::{Symbol, SymbolKey, TransportKind};
use provider::{Asking, Venue, Wanted};
use transport::Outbound;

use crate::sequence::Sequence;

/// Asks for these symbols, from the last tick on that is known of each.
pub(crate) fn ask(
    transport: TransportKind,
    bars: bool,
    symbols: &[(SymbolKey, Symbol)],
    translator: &mut dyn Venue,
    sequence: &Sequence,
) -> Vec<Outbound> {
    let wanted = symbols.iter().map(|(key, symbol)| Wanted {
        symbol,
        after: sequence.last(*key),
    });
    let wanted: Vec<_> = wanted.collect();
    let asking = Asking {
        symbols: &wanted,
        epoch: sequence.known_epoch(),
        bars,
    };
    match transport {
        TransportKind::WebSocket => {
            let messages = translator.subscribe(asking);
            messages.into_iter().map(Outbound::Text).collect()
        }
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            let paths = translator.fetch(transport, asking);
            if paths.is_empty() {
                Vec::new()
            } else {
                vec![Outbound::Fetch(paths)]
            }
        }
    }
}
