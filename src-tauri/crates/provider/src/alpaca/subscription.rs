//! What is asked, and what was not answered yet.
//!
//! ```json
//! {"action":"auth","key":"ID","secret":"SECRET"}
//! {"action":"subscribe","trades":["AAPL"],"quotes":["AAPL"]}
//! {"action":"unsubscribe","trades":["AAPL"],"quotes":["AAPL"]}
//! ```
//!
//! No request has a number. Each is answered once, and in the order in which
//! they were sent.

use std::collections::{BTreeMap, VecDeque};

use model::Secret;
use serde::Serialize;

use super::SHARES;
use super::channel::{Channel, has_halts};
use super::symbol::Market;

/// More than any connection asks before its answers come.
const UNANSWERED_MAX: usize = 1_024;
/// So many names are far below what one message may be long.
const HALTS_PER_MESSAGE: usize = 200;

#[derive(Debug)]
pub(super) struct Requests {
    market: Market,
    unanswered: VecDeque<Request>,
    halts: Halts,
    /// Bars that were asked for must be given up too.
    bars: bool,
}

/// By the venue's names, what a request has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Prices(Vec<String>),
    Halts(Vec<String>),
    Nothing,
}

/// Halts count like prices where an account may have so many streams, so they are asked for last and
/// given up first.
#[derive(Debug)]
enum Halts {
    Heard(Vec<String>),
    /// There is none of it, or no place for it.
    Unheard,
}

#[derive(Serialize)]
struct Ask<'a> {
    action: &'static str,
    #[serde(flatten)]
    channels: BTreeMap<&'static str, &'a [String]>,
}

#[derive(Serialize)]
struct Login<'a> {
    action: &'static str,
    key: &'a str,
    secret: &'a str,
}

/// `None` for a key that is not in its two parts.
pub(super) fn login(key: &Secret) -> Option<Secret> {
    let (id, secret) = key.reveal().split_once(':')?;
    let login = Login {
        action: "auth",
        key: id.trim(),
        secret: secret.trim(),
    };
    serde_json::to_string(&login).ok().map(Secret::new)
}

impl Requests {
    pub(super) const fn new(market: Market) -> Self {
        let halts = if has_halts(market) {
            Halts::Heard(Vec::new())
        } else {
            Halts::Unheard
        };
        Self {
            market,
            unanswered: VecDeque::new(),
            halts,
            bars: false,
        }
    }

    /// These, by the venue's names.
    pub(super) fn subscribe(&mut self, wanted: &[String], bars: bool) -> Vec<String> {
        self.bars |= bars;
        let chunks = wanted.chunks(SHARES.symbols_per_message);
        let mut messages: Vec<_> = chunks.filter_map(|chunk| self.prices(chunk)).collect();
        messages.extend(self.halts(wanted));
        messages
    }

    pub(super) fn unsubscribe(&mut self, gone: &[String]) -> Vec<String> {
        let channels = Channel::wanted(self.market, self.bars);
        let mut messages = Vec::new();
        for chunk in gone.chunks(HALTS_PER_MESSAGE) {
            messages.extend(ask("unsubscribe", channels, chunk));
            self.sent(Request::Nothing);
        }
        if let Halts::Heard(heard) = &mut self.halts {
            let (kept, left): (Vec<_>, Vec<_>) = heard.drain(..).partition(|name| !gone.contains(name));
            *heard = kept;
            for chunk in left.chunks(HALTS_PER_MESSAGE) {
                messages.extend(ask("unsubscribe", &[Channel::Statuses], chunk));
                self.sent(Request::Nothing);
            }
        }
        messages
    }

    /// What the next answer is about.
    pub(super) fn answered(&mut self) -> Option<Request> {
        self.unanswered.pop_front()
    }

    /// Takes out of all that is asked for what stands now.
    pub(super) fn stands(&mut self, stands: impl Fn(&str) -> bool) -> Vec<String> {
        let mut accepted = Vec::new();
        for request in &mut self.unanswered {
            if let Request::Prices(names) = request {
                let (now, later): (Vec<_>, Vec<_>) = names.drain(..).partition(|name| stands(name));
                *names = later;
                accepted.extend(now);
            }
        }
        accepted
    }

    pub(super) fn halts_are_refused(&mut self) {
        self.halts = Halts::Unheard;
    }

    /// Where halts have taken the place of prices: what gives them up and asks once more.
    pub(super) fn without_halts(&mut self, names: &[String]) -> Option<Vec<Secret>> {
        let halts = std::mem::replace(&mut self.halts, Halts::Unheard);
        let Halts::Heard(heard) = halts else {
            return None;
        };
        if heard.is_empty() {
            return None;
        }
        let mut messages = Vec::new();
        for chunk in heard.chunks(HALTS_PER_MESSAGE) {
            messages.extend(ask("unsubscribe", &[Channel::Statuses], chunk));
            self.sent(Request::Nothing);
        }
        messages.extend(self.prices(names));
        Some(messages.into_iter().map(Secret::new).collect())
    }

    fn prices(&mut self, names: &[String]) -> Option<String> {
        self.sent(Request::Prices(names.to_vec()));
        ask("subscribe", Channel::wanted(self.market, self.bars), names)
    }

    fn halts(&mut self, wanted: &[String]) -> Vec<String> {
        let Halts::Heard(heard) = &mut self.halts else {
            return Vec::new();
        };
        let new = wanted.iter().filter(|name| !heard.contains(name));
        let new: Vec<_> = new.cloned().collect();
        heard.extend(new.iter().cloned());
        let mut messages = Vec::new();
        for chunk in new.chunks(HALTS_PER_MESSAGE) {
            messages.extend(ask("subscribe", &[Channel::Statuses], chunk));
            self.sent(Request::Halts(chunk.to_vec()));
        }
        messages
    }

    /// One that nobody will answer any more makes place.
    fn sent(&mut self, request: Request) {
        if self.unanswered.len() >= UNANSWERED_MAX {
            self.unanswered.pop_front();
        }
        self.unanswered.push_back(request);
    }
}

fn ask(action: &'static str, channels: &[Channel], names: &[String]) -> Option<String> {
    let channels = channels.iter().map(|channel| (channel.word(), names));
    // Texts can always be written.
    serde_json::to_string(&Ask {
        action,
        channels: channels.collect(),
    })
    .ok()
}
