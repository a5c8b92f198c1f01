//! A feed that is known and has no connection: a person has paused it, or what it
//! needs is not at hand.
//!
//! Its rows are there, with the prices they had, and say why nothing comes.

use std::collections::HashMap;

use feed::Journal;
use market::RowId;
use model::{FeedId, FeedState, FeedStatus, Source, Symbol, TransportKind};

use crate::desk::lock;
use crate::handle::{Handle, Wanted};

/// What is kept of it until it is opened.
#[derive(Default)]
pub(crate) struct Absent {
    pub(crate) rows: HashMap<Symbol, Wanted>,
    pub(crate) journal: Journal,
    pub(crate) address: String,
}

impl Absent {
    pub(crate) fn row_of(&self, symbol: &Symbol) -> Option<RowId> {
        self.rows.get(symbol).map(|wanted| wanted.row)
    }
}

impl Handle {
    /// Makes the feed known without a connection, or ends the one that it has.
    /// [`Handle::open_feed`] goes on with the same rows; who wants them gone, since
    /// the next connection leads elsewhere, closes the feed before.
    pub fn open_absent(&self, id: &FeedId, source: Source, why: &str) {
        let shared = &*self.shared;
        let mut feeds = lock(&shared.feeds);
        let mut absent = lock(&shared.absent);
        let kept = match feeds.remove(id) {
            Some(open) => open.rest(),
            None => absent.remove(id).unwrap_or_default(),
        };
        absent.insert(id.clone(), kept);
        let now = shared.clock.now();
        let status = FeedStatus {
            feed: id.clone(),
            source,
            state: FeedState::Closed,
            transport: TransportKind::WebSocket,
            round_trip: None,
            since: now.at,
            why: why.into(),
            drops: 0,
        };
        shared.desk.write(|market| {
            market.open_feed(id.clone(), source);
            market.set_source(id, source);
            market.link(&status);
            market.refresh(now);
            shared.desk.set_status(&status);
        });
        drop((absent, feeds));
        self.link_candidates(id);
    }
}
