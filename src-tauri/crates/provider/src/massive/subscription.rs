//! What is asked, and what was not answered yet.
//!
//! ```json
//! {"action":"auth","params":"KEY"}
//! {"action":"subscribe","params":"T.AAPL,T.BRK.B"}
//! {"action":"unsubscribe","params":"T.AAPL"}
//! ```
//!
//! Deals are asked for before quotes, and each by a message of its own: what a
//! plan does not have is refused by words that name nothing.

use std::collections::BTreeSet;

use model::Secret;
use serde::Serialize;

use super::SHARES;
use super::channel::Channel;
use super::symbol::Market;

#[derive(Debug)]
pub(super) struct Requests {
    market: Market,
    /// By the venue's names, what was not answered yet.
    waiting: BTreeSet<String>,
    standing: BTreeSet<String>,
    plan: Plan,
    /// How much was asked for, channel by channel and name by name, and how much of it refused.
    asked: usize,
    refusals: usize,
    /// Minutes were asked for once more, with nothing else on its way.
    alone: bool,
    /// Bars that were asked for must be given up too.
    bars: bool,
}

/// What is known of what was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Unknown,
    /// That by which a symbol stands, at least.
    First,
    /// That, and not all that was asked for beside it.
    FirstAlone,
    /// Not that, and maybe what each minute came to.
    Rest,
}

/// What a refusal takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Everything,
    /// That by which symbols stand. Minutes take its place if these messages are heard.
    First {
        instead: Vec<Secret>,
    },
    /// Prices go on without it.
    Beside,
    /// It was told before.
    Known,
}

#[derive(Serialize)]
struct Request<'a> {
    action: &'static str,
    params: &'a str,
}

pub(super) fn login(key: &Secret) -> Option<Secret> {
    message("auth", key.reveal()).map(Secret::new)
}

impl Requests {
    pub(super) const fn new(market: Market) -> Self {
        Self {
            market,
            waiting: BTreeSet::new(),
            standing: BTreeSet::new(),
            plan: Plan::Unknown,
            asked: 0,
            refusals: 0,
            alone: false,
            bars: false,
        }
    }

    pub(super) fn subscribe(&mut self, natives: &[String], bars: bool) -> Vec<String> {
        self.bars |= bars;
        // What stands already would not be answered a second time.
        let again = natives
            .iter()
            .filter(|native| self.standing.contains(*native) || self.waiting.contains(*native));
        let again: Vec<_> = again.cloned().collect();
        self.alone |= self.plan == Plan::Rest && again.iter().any(|native| self.waiting.contains(native));
        let mut messages = self.unsubscribe(&again);
        for chunk in natives.chunks(SHARES.symbols_per_message) {
            messages.extend(self.ask("subscribe", chunk));
            self.waiting.extend(chunk.iter().cloned());
        }
        messages
    }

    pub(super) fn unsubscribe(&mut self, gone: &[String]) -> Vec<String> {
        for native in gone {
            self.waiting.remove(native);
            self.standing.remove(native);
        }
        let mut messages = Vec::new();
        for chunk in gone.chunks(SHARES.symbols_per_message) {
            messages.extend(self.ask("unsubscribe", chunk));
        }
        messages
    }

    /// Whether this is the answer that a symbol has waited for: it says yes to any name.
    pub(super) fn answered(&mut self, channel: Channel, native: &str) -> bool {
        let is_first = channel == Channel::first(self.market);
        if is_first && self.plan == Plan::Unknown {
            self.plan = Plan::First;
        }
        let answered = (is_first || self.plan == Plan::Rest) && self.waiting.remove(native);
        if answered {
            self.standing.insert(native.to_owned());
        }
        answered
    }

    /// It names nothing. Messages are answered in their order, so the first one is about that by
    /// which symbols stand.
    pub(super) fn refused(&mut self) -> Refusal {
        self.refusals += 1;
        match self.plan {
            Plan::Unknown if self.waiting.is_empty() => Refusal::Everything,
            Plan::Unknown => {
                let asks_already = self.asks(Channel::Minutes);
                self.plan = Plan::Rest;
                let waiting: Vec<_> = self.waiting.iter().cloned().collect();
                let mut instead = Vec::new();
                if !asks_already {
                    for chunk in waiting.chunks(SHARES.symbols_per_message) {
                        instead.extend(self.ask_for(Channel::Minutes, "subscribe", chunk));
                    }
                }
                Refusal::First {
                    instead: instead.into_iter().map(Secret::new).collect(),
                }
            }
            Plan::Rest if self.standing.is_empty() && (self.alone || self.refusals >= self.asked) => {
                Refusal::Everything
            }
            Plan::First => {
                self.plan = Plan::FirstAlone;
                Refusal::Beside
            }
            Plan::FirstAlone | Plan::Rest => Refusal::Known,
        }
    }

    /// Whether prices are what each minute came to.
    pub(super) fn has_minutes_alone(&self) -> bool {
        self.plan == Plan::Rest
    }

    fn asks(&self, channel: Channel) -> bool {
        match self.plan {
            Plan::Unknown | Plan::First => channel != Channel::Minutes || self.bars,
            Plan::FirstAlone => channel == Channel::first(self.market),
            Plan::Rest => channel == Channel::Minutes,
        }
    }

    fn ask(&mut self, action: &'static str, natives: &[String]) -> Vec<String> {
        let channels = Channel::ALL.into_iter();
        channels
            .filter_map(|channel| {
                let wanted = self.asks(channel);
                wanted.then(|| self.ask_for(channel, action, natives)).flatten()
            })
            .collect()
    }

    fn ask_for(&mut self, channel: Channel, action: &'static str, natives: &[String]) -> Option<String> {
        let word = channel.word(self.market)?;
        let mut params = String::new();
        for native in natives {
            if !params.is_empty() {
                params.push(',');
            }
            params.push_str(word);
            params.push('.');
            params.push_str(native);
        }
        if action == "subscribe" {
            self.asked += natives.len();
        }
        message(action, &params)
    }
}

/// Texts can always be written.
fn message(action: &'static str, params: &str) -> Option<String> {
    serde_json::to_string(&Request { action, params }).ok()
}
