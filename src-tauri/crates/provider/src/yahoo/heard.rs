//! What each symbol has said so far on this connection.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::Session;

/// By name, the session that it was in last.
#[derive(Debug, Default)]
pub(super) struct Heard(HashMap<String, Option<Session>, RandomState>);

impl Heard {
    /// Whether it is the first thing that is heard of it.
    pub(super) fn is_first(&mut self, name: &str, session: Option<Session>) -> bool {
        if self.0.contains_key(name) {
            return false;
        }
        self.0.insert(name.to_owned(), session);
        true
    }

    /// The session that it has changed to.
    pub(super) fn change(&mut self, name: &str, session: Option<Session>) -> Option<Session> {
        let known = self.0.get_mut(name)?;
        let session = session.filter(|session| *known != Some(*session))?;
        *known = Some(session);
        Some(session)
    }

    pub(super) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }
}
