//! Who was asked for on one connection, and who has been heard of.

use std::collections::BTreeSet;

use model::{Instrument, Symbol};

use crate::names::Names;
use crate::{Asking, Directory, Event};

#[derive(Debug)]
pub(super) struct Standing {
    pub(super) names: Names,
    asked: BTreeSet<String>,
    heard: BTreeSet<String>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            // They are written as the venue writes them.
            names: Names::new(|symbol| symbol.as_str().to_owned()),
            asked: BTreeSet::new(),
            heard: BTreeSet::new(),
        }
    }
}

impl Standing {
    /// Those who are asked for beside the others.
    pub(super) fn ask(&mut self, asking: Asking<'_>) -> Vec<String> {
        let symbols = self.names.take_in(asking);
        self.asked.extend(symbols.iter().cloned());
        symbols
    }

    /// Those who are asked for in the place of the others.
    pub(super) fn ask_only(&mut self, asking: Asking<'_>) -> Vec<String> {
        self.asked.clear();
        self.ask(asking)
    }

    /// Those of them whom nobody wants any more.
    pub(super) fn give_up(&mut self, symbols: &[&Symbol]) -> Vec<String> {
        let gone = self.names.give_up(symbols);
        let gone: Vec<_> = gone
            .into_iter()
            .map(|symbol| symbol.as_str().to_owned())
            .collect();
        for symbol in &gone {
            self.asked.remove(symbol);
            self.heard.remove(symbol);
        }
        gone
    }

    /// Who only asks gives nobody up by a message.
    pub(super) fn keep_wanted(&mut self, directory: &Directory) {
        self.asked.retain(|symbol| directory.key(symbol).is_some());
    }

    pub(super) fn is_asked(&self, symbol: &str) -> bool {
        self.asked.contains(symbol)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.asked.is_empty()
    }

    /// The one that there is, if there is one alone.
    pub(super) fn only(&self) -> Option<&String> {
        self.asked.first().filter(|_| self.asked.len() == 1)
    }

    /// Nobody answers but by a first price.
    pub(super) fn heard(
        &mut self,
        symbol: &str,
        is_sample: bool,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) {
        let is_known = self.heard.contains(symbol);
        if !is_known {
            self.heard.insert(symbol.to_owned());
        }
        // To who only asks every answer says so once more.
        if !is_known || is_sample {
            self.names
                .accept(symbol, directory, |_| Instrument::default(), None, events);
        }
    }

    /// Where the venue does not say whom it means, it can only be one of those of whom
    /// nothing was heard so far. Who is heard of later is there all the same.
    pub(super) fn refuse(
        &mut self,
        symbol: Option<&str>,
        why: &str,
        directory: &Directory,
        events: &mut Vec<Event>,
    ) {
        if let Some(symbol) = symbol.filter(|symbol| self.asked.contains(*symbol)) {
            self.heard.remove(symbol);
            self.names.refuse(symbol, why, directory, events);
            return;
        }
        let before = events.len();
        for symbol in self.asked.difference(&self.heard) {
            self.names.refuse(symbol, why, directory, events);
        }
        if events.len() == before {
            let why = why.to_owned();
            events.push(Event::Complaint { why });
        }
    }
}
