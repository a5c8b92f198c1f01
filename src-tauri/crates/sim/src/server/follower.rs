//! A client that was told everything in its request and only listens: its seat
//! on the floor, given up when it is dropped.

use std::collections::VecDeque;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::caller::Caller;
use super::floor::{Manner, Order};
use super::hall::House;
use super::outbox::{Outbox, Parcel, Pending, outbox};
use super::tape::Forgotten;
use super::watch::Watch;
use super::{Parting, Visit, Way};
use crate::protocol::request::{Place, Wish};

#[derive(Debug)]
pub(super) struct Follower {
    client: u64,
    outbox: Outbox,
    pending: Pending,
    overflowed: CancellationToken,
    closing: CancellationToken,
    orders: mpsc::Sender<Order>,
    watch: Watch,
}

impl Follower {
    /// `None` when the venue is closing.
    pub(super) async fn enter(
        caller: &Caller,
        wish: Wish,
        manner: Manner,
    ) -> Option<Result<(Self, Place), Forgotten>> {
        let way = match manner {
            Manner::Stream => Way::Events,
            Manner::Poll => Way::LongPoll,
        };
        let (outbox, pending) = outbox(way, false);
        let client = caller.house.number();
        caller.serves(way, Some(client));
        let (placed, place) = oneshot::channel();
        let follow = Order::Follow {
            client,
            outbox: outbox.clone(),
            wish,
            manner,
            placed,
        };
        let follower = Self {
            client,
            outbox,
            overflowed: pending.overflowed(),
            pending,
            closing: caller.house.closing.clone(),
            orders: caller.orders.clone(),
            watch: Watch::new(&caller.house, way, client),
        };
        caller.orders.send(follow).await.ok()?;
        Some(place.await.ok()?.map(|place| (follower, place)))
    }

    /// Lets the house know of it.
    pub(super) fn stay(&self, caller: &Caller) -> Stay {
        Stay::begin(caller, self.client, self.outbox.clone())
    }

    /// Cancelled when it reads so slowly that something was left out.
    pub(super) fn overflowed(&self) -> CancellationToken {
        self.overflowed.clone()
    }

    /// Moves what there is into `batch`, or waits for it.
    pub(super) async fn listen(&mut self, batch: &mut VecDeque<Parcel>) -> Result<(), Parting> {
        loop {
            tokio::select! {
                biased;
                () = self.closing.cancelled() => return Err(Parting::Closing),
                () = self.overflowed.cancelled() => return Err(Parting::Slow),
                () = self.pending.take(batch) => {}
            }
            self.watch.pass(batch);
            // Everything in it may have been lost on purpose.
            if !batch.is_empty() {
                return Ok(());
            }
        }
    }

    /// Adds what a fault holds back: the answer that it is for ends here.
    pub(super) fn release(&mut self, batch: &mut VecDeque<Parcel>) {
        self.watch.release(batch);
    }

    /// False when there is nothing.
    pub(super) fn listen_now(&mut self, batch: &mut VecDeque<Parcel>) -> bool {
        let taken = self.pending.take_now(batch);
        self.watch.pass(batch);
        taken
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let leave = Order::Leave { client: self.client };
        if let Err(mpsc::error::TrySendError::Full(leave)) = self.orders.try_send(leave) {
            let orders = self.orders.clone();
            tokio::spawn(async move {
                // The floor only ends with the house, and then there is no seat to give up.
                let _floor_has_ended = orders.send(leave).await;
            });
        }
    }
}

/// A visit that is told when it ends, however it does.
#[derive(Debug)]
pub(super) struct Stay {
    house: House,
    client: u64,
    outbox: Outbox,
    pub(super) why: Parting,
}

impl Stay {
    pub(super) fn begin(caller: &Caller, client: u64, outbox: Outbox) -> Self {
        caller.house.tell(Visit::Came {
            client,
            address: caller.address,
        });
        Self {
            house: caller.house.clone(),
            client,
            outbox,
            why: Parting::Lost,
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        // A stream that is cut off for it cannot say so itself.
        let why = if self.why == Parting::Lost && self.outbox.has_overflowed() {
            Parting::Slow
        } else {
            self.why
        };
        self.house.tell(Visit::Left {
            client: self.client,
            why,
            left_out: self.outbox.left_out(),
        });
    }
}
