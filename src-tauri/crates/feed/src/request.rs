//! From what is wanted to what is said to the venue, on any transport.

use model::{Symbol, SymbolKey, TransportKind};
use provider::{Asking, Venue, Wanted};
use transport::Outbound;

use crate::sequence::Sequence;
use crate::subscriptions::Subscriptions;

/// Asks for what this connection was not asked for yet, from the last tick on
/// that is known. Where things are fetched, one request asks for everything.
pub(crate) fn ask(
    transport: TransportKind,
    bars: bool,
    translator: &mut dyn Venue,
    subscriptions: &mut Subscriptions,
    sequence: &Sequence,
) -> Vec<Outbound> {
    match transport {
        TransportKind::WebSocket => {
            let open = subscriptions.take_open();
            let wanted = wanted(&open, sequence);
            let messages = translator.subscribe(asking(&wanted, bars, sequence));
            messages.into_iter().map(Outbound::Text).collect()
        }
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            let all = subscriptions.take_all();
            let wanted = wanted(&all, sequence);
            let path = translator.fetch(transport, asking(&wanted, bars, sequence));
            path.map(Outbound::Fetch).into_iter().collect()
        }
    }
}

fn wanted<'a>(symbols: &'a [(SymbolKey, Symbol)], sequence: &Sequence) -> Vec<Wanted<'a>> {
    let wanted = symbols.iter().map(|(key, symbol)| Wanted {
        symbol,
        after: sequence.last(*key),
    });
    wanted.collect()
}

fn asking<'a>(symbols: &'a [Wanted<'a>], bars: bool, sequence: &'a Sequence) -> Asking<'a> {
    Asking {
        symbols,
        epoch: sequence.known_epoch(),
        bars,
    }
}
