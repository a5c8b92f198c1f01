//! A venue that a person has described: any endpoint that speaks JSON over a
//! WebSocket, as an event stream, or to whoever asks again and again.
//!
//! - `draft`: the description as it was typed
//! - `form`: the same, looked through; or what is wrong with it, field by field
//! - `pointer`, `tree`: where things stand in a message
//! - `template`: what we say, with holes for symbols, numbers and the key
//! - `rule`, `message`: what kind of message it is, and what it says
//! - `graphql`: subscriptions of GraphQL in both of their ways
//! - `standing`: who was asked for and heard of
//! - `preview`: what a description finds in a sample
//!
//! `CUSTOM.md` is for the person who writes one. There is no language in it and
//! nothing is run: see `decisions/custom-feeds.md`.

mod draft;
mod fault;
mod form;
mod graphql;
mod message;
mod pointer;
mod preview;
mod rule;
mod standing;
mod template;
#[cfg(test)]
mod tests;
mod time;
mod tree;

use std::sync::Arc;

use model::{Secret, Symbol, TransportKind};

pub use draft::{Draft, HeaderDraft, MessageDraft, WhenDraft};
pub use fault::Fault;
pub use form::{Addresses, Form};
pub use preview::{Glimpse, Preview, Read, Seen, preview};

use crate::{About, Asking, Card, Directory, Event, Together, Unreadable, Venue};
use form::Dialect;
use graphql::{Heard, Operations};
use message::{Hearing, Of};
use standing::Standing;
use template::{Filling, Template};

/// As it stands in settings.
pub const CUSTOM: &str = "custom";

/// What a description without a name is called, and all of them before there is one.
pub const TITLE: &str = "A venue of your own";
/// The ways that one can be talked to, the best one first.
pub const WAYS: [TransportKind; 3] = [
    TransportKind::WebSocket,
    TransportKind::EventStream,
    TransportKind::Poll,
];
/// How its symbols are written, for a person.
pub const SYMBOLS: &str = "as its messages write them";
pub const ABOUT: About = About {
    covers: "Whatever speaks JSON over a WebSocket, also as GraphQL, as an event stream, or to whoever asks again and again.",
    costs: "What its owner asks for.",
    needs: "A description of its messages, which you write and try on a sample.",
    key_site: None,
    unofficial: false,
    delayed: false,
};

/// The translator; it remembers who asked for what.
#[derive(Debug)]
pub(crate) struct Custom {
    form: Arc<Form>,
    key: Option<Secret>,
    standing: Standing,
    operations: Operations,
    /// Of the last message that was numbered.
    id: u64,
    /// What asks for everything was said.
    is_begun: bool,
    /// Each path, and who is asked for by it.
    fetched: Vec<(String, Vec<String>)>,
}

impl Custom {
    pub(crate) fn new(form: Arc<Form>) -> Self {
        Self {
            form,
            key: None,
            standing: Standing::default(),
            operations: Operations::default(),
            id: 0,
            is_begun: false,
            fetched: Vec::new(),
        }
    }

    fn filled(&mut self, template: &Template, symbols: &[String]) -> String {
        self.id += 1;
        let filling = Filling {
            symbols,
            id: self.id,
            key: self.key.as_ref(),
        };
        template.text(filling)
    }

    /// One message for all of them, or one for each.
    fn each(&mut self, template: &Template, symbols: &[String]) -> Vec<String> {
        if !template.names_one() {
            return vec![self.filled(template, symbols)];
        }
        let symbols = symbols.iter();
        symbols
            .map(|symbol| self.filled(template, std::slice::from_ref(symbol)))
            .collect()
    }

    fn hear(
        &mut self,
        text: &str,
        about: Option<&str>,
        of: Of,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.standing.names.compare(directory);
        let only = self.standing.only().cloned();
        let mut hearing = Hearing {
            rules: &self.form.rules,
            standing: &mut self.standing,
            directory,
            about: about.or(only.as_deref()),
            of,
        };
        message::read(text, &mut hearing, events)
    }

    fn hear_of_operations(
        &mut self,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        match self.operations.read(text)? {
            Heard::Data { payload, about } => {
                self.hear(payload, about.as_deref(), Of::default(), directory, events)
            }
            Heard::Over { about, why } => {
                self.standing.names.compare(directory);
                self.standing.refuse(about.as_deref(), &why, directory, events);
                Ok(())
            }
            Heard::Told(event) => {
                events.push(event);
                Ok(())
            }
            Heard::Nothing => Ok(()),
        }
    }
}

impl Venue for Custom {
    fn card(&self) -> &Card {
        self.form.card()
    }

    fn symbols(&self) -> &'static str {
        SYMBOLS
    }

    fn begin(&mut self, key: Option<&Secret>) -> Vec<Secret> {
        self.key = key.cloned();
        let form = Arc::clone(&self.form);
        let filling = Filling {
            key: self.key.as_ref(),
            ..Filling::default()
        };
        let mut said = form.hello.iter().map(|template| template.fill(filling));
        match form.dialect {
            Dialect::Json => said.collect(),
            Dialect::GraphQl(_) => vec![graphql::init(said.next())],
        }
    }

    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String> {
        let form = Arc::clone(&self.form);
        let symbols = self.standing.ask(asking);
        let Some(template) = &form.subscribe else {
            return Vec::new();
        };
        let is_for_all = !template.names_one() && !template.has(template::Hole::Symbols);
        if is_for_all && std::mem::replace(&mut self.is_begun, true) {
            return Vec::new();
        }
        match form.dialect {
            Dialect::Json => self.each(template, &symbols),
            Dialect::GraphQl(way) => {
                let query = form.draft().query.trim();
                let whose: Vec<_> = if is_for_all {
                    vec![None]
                } else {
                    symbols.into_iter().map(Some).collect()
                };
                let messages = whose.into_iter().flat_map(|whose| {
                    let variables = self.filled(template, whose.as_slice());
                    self.operations.begin(way, whose, query, &variables)
                });
                messages.collect()
            }
        }
    }

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let form = Arc::clone(&self.form);
        let gone = self.standing.give_up(symbols);
        if gone.is_empty() {
            return Vec::new();
        }
        let is_all = self.standing.is_idle();
        match form.dialect {
            Dialect::Json => match &form.unsubscribe {
                Some(template) if template.names_one() || template.has(template::Hole::Symbols) => {
                    self.each(template, &gone)
                }
                Some(template) if is_all => {
                    self.is_begun = false;
                    vec![self.filled(template, &gone)]
                }
                Some(_) | None => Vec::new(),
            },
            Dialect::GraphQl(way) => {
                let mut messages: Vec<_> = gone
                    .iter()
                    .flat_map(|symbol| self.operations.end(way, Some(symbol)))
                    .collect();
                if is_all {
                    self.is_begun = false;
                    messages.extend(self.operations.end(way, None));
                }
                messages
            }
        }
    }

    fn together(&self) -> Together {
        match &self.form.poll {
            Some(template) if template.names_one() => Together::UpTo(1),
            Some(template) if template.has(template::Hole::Symbols) => Together::UpTo(form::NAMES_TOGETHER),
            Some(_) | None => Together::Everybody,
        }
    }

    fn fetch(&mut self, transport: TransportKind, asking: Asking<'_>) -> Vec<String> {
        let form = Arc::clone(&self.form);
        let is_poll = transport == TransportKind::Poll;
        let symbols = if is_poll {
            self.standing.ask(asking)
        } else {
            self.standing.ask_only(asking)
        };
        let template = match transport {
            TransportKind::EventStream => &form.events,
            TransportKind::Poll => &form.poll,
            TransportKind::WebSocket | TransportKind::LongPoll => &None,
        };
        let Some(template) = template else {
            return Vec::new();
        };
        let together = match self.together() {
            Together::UpTo(most) if is_poll => most,
            Together::UpTo(_) | Together::Everybody => symbols.len(),
        };
        let parts = symbols.chunks(together.max(1));
        let fetched: Vec<_> = parts
            .map(|part| (self.filled(template, part), part.to_vec()))
            .collect();
        // The same symbols may have another path than before.
        let is_new = |part: &Vec<String>| fetched.iter().all(|(_, asked)| asked != part);
        self.fetched.retain(|(_, part)| is_poll && is_new(part));
        let paths = fetched.iter().map(|(path, _)| path.clone()).collect();
        self.fetched.extend(fetched);
        paths
    }

    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
        match self.form.dialect {
            // What comes as an event stream is the payload itself.
            Dialect::GraphQl(_) if self.operations.is_running() || self.fetched.is_empty() => {
                self.hear_of_operations(text, directory, events)
            }
            Dialect::GraphQl(_) | Dialect::Json => self.hear(text, None, Of::default(), directory, events),
        }
    }

    fn read_fetched(
        &mut self,
        path: &str,
        text: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) -> Result<(), Unreadable> {
        self.standing.keep_wanted(directory);
        let asked = self.fetched.iter().find(|(known, _)| known == path);
        let asked = asked.map(|(_, symbols)| symbols.clone()).unwrap_or_default();
        let about = if let [alone] = asked.as_slice() {
            Some(alone)
        } else {
            None
        };
        let of = Of {
            is_sample: true,
            is_of_several: asked.len() > 1,
        };
        self.hear(text, about.map(String::as_str), of, directory, events)
    }
}
