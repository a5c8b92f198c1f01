//! One question beside the stream: what does the venue itself know of these symbols?
//!
//! It goes over a short connection of its own and disturbs no other. The answer
//! is only compared with what the stream has brought: it moves no price, as
//! nobody could then tell that the stream is mute. Where there is no price at
//! all it is the first (`unpriced`).

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, SinkExt, StreamExt};
use model::{Secret, Symbol, SymbolKey, TransportKind};
use provider::{Asking, Directory, Event, Venue, Wanted};
use tokio::time::timeout;
use transport::{Dialer, Inbound, Outbound, Target};

use crate::mute::Finding;
use crate::sequence::Sequence;

/// Long enough for a dial over a slow line. After that there is no answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Question {
    answer: BoxFuture<'static, Vec<Event>>,
}

impl Question {
    /// `None` where the venue cannot be asked.
    pub(crate) fn ask(
        dialer: &dyn Dialer,
        target: Target,
        mut translator: Box<dyn Venue>,
        key: Option<&Secret>,
        symbols: &[(SymbolKey, Symbol)],
    ) -> Option<Self> {
        let mut directory = Directory::default();
        for (key, symbol) in symbols {
            directory.insert(symbol.clone(), *key);
        }
        let wanted: Vec<_> = symbols
            .iter()
            .map(|(_, symbol)| Wanted { symbol, after: None })
            .collect();
        let asking = Asking {
            symbols: &wanted,
            epoch: None,
            bars: false,
        };
        // Nothing is said where things are fetched; some questions need the key.
        let _unsaid = translator.begin(key);
        let paths = translator.fetch(TransportKind::Poll, asking);
        if paths.is_empty() {
            return None;
        }
        let open = symbols.len();
        let dialing = dialer.dial(target);
        let answer = async move {
            let mut events = Vec::new();
            let all_said = async {
                let mut connection = dialing.await.ok()?.connection;
                connection.send(Outbound::Fetch(paths)).await.ok()?;
                while events.iter().filter(|event| is_answer(event)).count() < open {
                    // What could be read of it is as good as the whole.
                    let _unreadable = match connection.next().await?.ok()? {
                        Inbound::Answer { path, text } | Inbound::Declined { path, text, .. } => {
                            translator.read_fetched(&path, &text, &directory, &mut events)
                        }
                        Inbound::Text(text) => translator.read(&text, &directory, &mut events),
                        Inbound::Binary(_)
                        | Inbound::Ping
                        | Inbound::Pong(_)
                        | Inbound::More
                        | Inbound::Hint(_) => Ok(()),
                    };
                }
                Some(())
            };
            // Some of it is better than nothing.
            let _incomplete = timeout(ANSWER_TIMEOUT, all_said).await;
            events
        };
        Some(Self {
            answer: answer.boxed(),
        })
    }

    /// Everything that was said in answer. Nothing is lost when this is dropped before.
    pub(crate) async fn answer(&mut self) -> Vec<Event> {
        (&mut self.answer).await
    }
}

const fn is_answer(event: &Event) -> bool {
    match event {
        Event::Snapshot { .. } | Event::Refused { .. } => true,
        Event::Welcome(_)
        | Event::Accepted { .. }
        | Event::Full { .. }
        | Event::Notice { .. }
        | Event::Released { .. }
        | Event::Tick { .. }
        | Event::Session { .. }
        | Event::Bar { .. }
        | Event::Day { .. }
        | Event::Amended { .. }
        | Event::Heartbeat
        | Event::Reply(_)
        | Event::Admitted
        | Event::Denied { .. }
        | Event::Leaving { .. }
        | Event::Complaint { .. } => false,
    }
}

/// What an answer says beside what the stream has brought. Nothing is said of
/// a symbol whose numbers cannot be compared.
pub(crate) fn findings(events: &[Event], stream: &Sequence) -> Vec<(SymbolKey, Finding)> {
    // Numbers of another counting say nothing beside ours, and that there is one is news.
    let other_epoch = events.iter().any(|event| {
        matches!(event, Event::Welcome(welcome) if stream.known_epoch().is_some_and(|known| known != &*welcome.epoch))
    });
    let found = events.iter().filter_map(|event| match event {
        Event::Snapshot { key, seq, .. } => {
            let newer = other_epoch || (*seq)? > stream.last(*key)?;
            Some((*key, if newer { Finding::Moved } else { Finding::Same }))
        }
        // The stream will say the same, or has.
        Event::Refused { key, .. } => Some((*key, Finding::Same)),
        Event::Welcome(_)
        | Event::Accepted { .. }
        | Event::Full { .. }
        | Event::Notice { .. }
        | Event::Released { .. }
        | Event::Tick { .. }
        | Event::Session { .. }
        | Event::Bar { .. }
        | Event::Day { .. }
        | Event::Amended { .. }
        | Event::Heartbeat
        | Event::Reply(_)
        | Event::Admitted
        | Event::Denied { .. }
        | Event::Leaving { .. }
        | Event::Complaint { .. } => None,
    });
    found.collect()
}
