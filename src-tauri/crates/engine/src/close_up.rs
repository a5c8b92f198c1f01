//! One feed seen from near: how it was opened, its log, and its wire.

use std::sync::Arc;

use feed::Log;
use model::FeedId;
use transport::View;

use crate::desk::lock;
use crate::handle::{Handle, NoSuchFeed};
use crate::spec::FeedSpec;

impl Handle {
    /// What a feed that is open was opened with, keys and all.
    pub fn spec(&self, id: &FeedId) -> Option<FeedSpec> {
        let feeds = lock(&self.shared.feeds);
        feeds.get(id).map(|open| open.spec.clone())
    }

    /// What happens to a feed, while it happens. It ends with the feed.
    pub fn log(&self, id: &FeedId) -> Result<Arc<Log>, NoSuchFeed> {
        let feeds = lock(&self.shared.feeds);
        Ok(feeds.get(id).ok_or(NoSuchFeed)?.feed.log())
    }

    /// What goes over all wires of a feed from now on, instead of to whoever
    /// looked before. While nobody looks it costs nothing.
    pub fn look_at_wire(&self, id: &FeedId, room: usize) -> Result<View, NoSuchFeed> {
        let feeds = lock(&self.shared.feeds);
        Ok(feeds.get(id).ok_or(NoSuchFeed)?.tap.look(room))
    }
}
