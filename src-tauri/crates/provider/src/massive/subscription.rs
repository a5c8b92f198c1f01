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
    /// Bars that were asked for must be given up too.
    bars: bool,
}

/// What is known of what was paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Unknown,
    /// Deals at least.
    Deals,
    /// Deals, and not all that was asked for beside them.
    DealsAlone,
}

/// What a refusal takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Everything,
    /// That was told before, or prices go on without it.
    Something,
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
        let chunks = gone.chunks(SHARES.symbols_per_message);
        chunks.flat_map(|chunk| self.ask("unsubscribe", chunk)).collect()
    }

    /// Whether this is the answer that a symbol has waited for: it says yes to any name.
    pub(super) fn answered(&mut self, channel: Channel, native: &str) -> bool {
        if self.plan == Plan::Unknown {
            self.plan = Plan::Deals;
        }
        let answered = channel == Channel::first(self.market) && self.waiting.remove(native);
        if answered {
            self.standing.insert(native.to_owned());
        }
        answered
    }

    pub(super) const fn refused(&mut self) -> Refusal {
        match self.plan {
            Plan::Unknown => Refusal::Everything,
            Plan::Deals | Plan::DealsAlone => {
                self.plan = Plan::DealsAlone;
                Refusal::Something
            }
        }
    }

    fn ask(&self, action: &'static str, natives: &[String]) -> Vec<String> {
        let channels = Channel::ALL.into_iter().filter(|channel| match channel {
            Channel::Trades => true,
            Channel::Quotes => self.plan != Plan::DealsAlone,
            Channel::Minutes => self.bars && self.plan != Plan::DealsAlone,
        });
        let words = channels.filter_map(|channel| channel.word(self.market));
        let messages = words.filter_map(|word| {
            let mut params = String::new();
            for native in natives {
                if !params.is_empty() {
                    params.push(',');
                }
                params.push_str(word);
                params.push('.');
                params.push_str(native);
            }
            message(action, &params)
        });
        messages.collect()
    }
}

/// Texts can always be written.
fn message(action: &'static str, params: &str) -> Option<String> {
    serde_json::to_string(&Request { action, params }).ok()
}
