//! One client's eye on the board: what it suffers from is looked up when it
//! changes, and done to each batch.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Way;
use super::board::Board;
use super::hall::House;
use super::lane::Lane;
use super::outbox::Parcel;

#[derive(Debug)]
pub(super) struct Watch {
    board: Arc<Board>,
    way: Way,
    client: u64,
    seen: Option<u64>,
    lane: Lane,
}

impl Watch {
    pub(super) fn new(house: &House, way: Way, client: u64) -> Self {
        Self {
            board: Arc::clone(&house.board),
            way,
            client,
            seen: None,
            lane: Lane::default(),
        }
    }

    pub(super) fn pass(&mut self, batch: &mut VecDeque<Parcel>) {
        let version = self.board.version();
        if self.seen != Some(version) {
            self.seen = Some(version);
            self.lane.suffer(self.board.troubles(self.way, self.client));
        }
        self.lane.pass(batch);
    }

    /// Adds what was held back, because nothing comes after this.
    pub(super) fn release(&mut self, batch: &mut VecDeque<Parcel>) {
        self.lane.release(batch);
    }
}
