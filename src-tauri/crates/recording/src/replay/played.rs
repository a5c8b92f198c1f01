//! One connection of the tape, as a connection.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::time::{Instant, Sleep, sleep_until};
use transport::{Inbound, Loss, Outbound};

use super::deck::{Deck, State, Turn};
use super::pace::Due;
use crate::{Entry, What};

/// So long is waited for the reader to say what was said then, or to leave as it left then.
const PATIENCE: Duration = Duration::from_secs(1);
/// A reader that says nothing for so long waits for no answer.
const OPENING_MAX: Duration = Duration::from_secs(5);

pub(super) struct Played {
    deck: Arc<Deck>,
    turn: Turn,
    /// The block after the one that `entries` comes from.
    block: usize,
    entries: VecDeque<Entry>,
    /// Messages that the reader has said, and those that it must have said by now.
    said: u64,
    due_to_say: u64,
    /// Up to the first answer nothing is held up, or the reader would give the connection up.
    opening: bool,
    connected: Instant,
    /// The tape lacks what comes next, so its clock jumps.
    jumps: bool,
    /// It was delivering without a wait, up to the moment that was asked for.
    hurried: bool,
    pongs: VecDeque<Bytes>,
    goodbye: Option<u16>,
    sleep: Pin<Box<Sleep>>,
    patience: Option<Instant>,
    /// The last poll found nothing: whatever was delivered before was dealt with.
    idle: bool,
    ended: Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    No,
    /// As it was on the tape, or because the tape goes on elsewhere.
    Lost,
    /// The reader said goodbye.
    Left,
}

/// What is to be done with the next entry.
enum Verdict {
    Pass,
    Deliver,
    End(Loss),
    Wait(Instant),
    Rest(Why),
}

/// Why nothing comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Paused,
    Over,
}

impl Played {
    pub(super) fn new(deck: Arc<Deck>, turn: Turn) -> Self {
        let now = Instant::now();
        Self {
            block: turn.block,
            deck,
            turn,
            entries: VecDeque::new(),
            said: 0,
            due_to_say: 0,
            opening: true,
            connected: now,
            jumps: false,
            hurried: false,
            pongs: VecDeque::new(),
            goodbye: None,
            sleep: Box::pin(sleep_until(now)),
            patience: None,
            idle: false,
            ended: Ended::No,
        }
    }

    fn deliver(&mut self, inbound: Inbound) -> Poll<Option<Result<Inbound, Loss>>> {
        self.idle = false;
        Poll::Ready(Some(Ok(inbound)))
    }

    fn end(&mut self, loss: Loss, ended: Ended) -> Poll<Option<Result<Inbound, Loss>>> {
        self.ended = ended;
        Poll::Ready(Some(Err(loss)))
    }

    /// Sees to it that the next entry of this connection is there; `false` when the tape has no more.
    fn fill(&mut self) -> bool {
        while self.entries.is_empty() {
            let Ok(entries) = self.deck.tape.block(self.block) else {
                return false;
            };
            self.block += 1;
            let ours = self.turn.connection;
            let mine = |entry: &Entry| {
                entry.connection == ours || matches!(entry.what, What::Missing(_) | What::End)
            };
            self.entries.extend(entries.into_iter().filter(mine));
        }
        true
    }

    fn judge(&mut self, state: &mut State, now: Instant) -> Verdict {
        let next = if self.fill() { self.entries.front() } else { None };
        let Some(entry) = next else {
            return Verdict::Rest(Why::Over);
        };
        let at = entry.at;
        // What stood before the connection in its first block.
        if entry.connection != self.turn.connection && at < self.turn.begun {
            return Verdict::Pass;
        }
        match &entry.what {
            What::Missing(_) => {
                self.jumps = true;
                Verdict::Pass
            }
            What::Dialing { .. } | What::Connected { .. } | What::NotConnected(_) | What::GivenUp => {
                Verdict::Pass
            }
            What::Inbound(Inbound::Pong(_)) | What::Outbound(Outbound::Ping(_)) => Verdict::Pass,
            What::Inbound(_) => match self.due(at, state, now) {
                Due::Now => Verdict::Deliver,
                Due::At(instant) => Verdict::Wait(instant),
                Due::Paused => Verdict::Rest(Why::Paused),
            },
            What::Outbound(
                Outbound::Text(_) | Outbound::Binary(_) | Outbound::Fetch(_) | Outbound::Exchange { .. },
            ) => self.said_by_now(state, now),
            // The reader of then went on its own; what still came was not read any more.
            What::Outbound(Outbound::Close(_)) if !self.turn.is_last => {
                if self.out_of_patience(now) {
                    return Verdict::End(Loss::Dropped);
                }
                Verdict::Wait(*self.patience.get_or_insert(now + PATIENCE))
            }
            What::Outbound(Outbound::Close(_)) | What::End => Verdict::Rest(Why::Over),
            What::Left if self.turn.is_last => Verdict::Rest(Why::Over),
            What::Left => self.over_when_due(at, Loss::Dropped, state, now),
            What::Lost(loss) => {
                let loss = loss.clone();
                self.over_when_due(at, loss, state, now)
            }
        }
    }

    /// What follows was an answer to something, which must have been said first.
    fn said_by_now(&mut self, state: &mut State, now: Instant) -> Verdict {
        let was_said = self.said > self.due_to_say;
        if !was_said && !self.out_of_patience(now) {
            return Verdict::Wait(*self.patience.get_or_insert(now + PATIENCE));
        }
        self.patience = None;
        self.due_to_say += 1;
        if !was_said {
            state.differs();
        }
        Verdict::Pass
    }

    fn over_when_due(&mut self, at: Duration, loss: Loss, state: &mut State, now: Instant) -> Verdict {
        match self.due(at, state, now) {
            Due::Now => Verdict::End(loss),
            Due::At(instant) => Verdict::Wait(instant),
            Due::Paused => Verdict::Rest(Why::Paused),
        }
    }

    fn due(&mut self, at: Duration, state: &mut State, now: Instant) -> Due {
        if at < state.hurry {
            self.hurried = true;
            return Due::Now;
        }
        if state.pace.is_paused() && state.steps > 0 {
            return Due::Now;
        }
        if std::mem::take(&mut self.hurried) {
            state.pace.jump(state.hurry, now);
        }
        if std::mem::take(&mut self.jumps) && at > state.pace.position(now) {
            state.pace.jump(at, now);
        }
        self.opening &= at < self.turn.begun + OPENING_MAX;
        let due = if self.opening {
            let stretch = at.saturating_sub(self.turn.begun);
            Due::At(self.connected + state.pace.speed().brisk(stretch))
        } else {
            state.pace.due(at)
        };
        match due {
            Due::At(instant) if instant <= now => Due::Now,
            due @ (Due::Now | Due::At(_) | Due::Paused) => due,
        }
    }

    fn out_of_patience(&mut self, now: Instant) -> bool {
        let out = self.patience.is_some_and(|until| until <= now);
        if out {
            self.patience = None;
        }
        out
    }

    /// Nothing more until somebody presses a key. That everything before it was dealt with is
    /// known when the reader asks again.
    fn rest(&mut self, why: Why, cx: &Context<'_>) {
        if !std::mem::replace(&mut self.idle, true) {
            cx.waker().wake_by_ref();
            return;
        }
        match why {
            Why::Paused => self.deck.rest(),
            Why::Over => self.deck.over(&self.turn),
        }
    }

    fn take(&mut self, state: &mut State, now: Instant) -> Option<Inbound> {
        let entry = self.entries.pop_front()?;
        let What::Inbound(inbound) = entry.what else {
            return None;
        };
        state.pace.reached(entry.at);
        if matches!(
            inbound,
            Inbound::Text(_) | Inbound::Answer { .. } | Inbound::Declined { .. } | Inbound::Binary(_)
        ) {
            if state.pace.is_paused() && !self.opening && entry.at >= state.hurry {
                state.steps = state.steps.saturating_sub(1);
            }
            if self.opening && self.due_to_say > 0 {
                self.opening = false;
                // A slow tape was ahead of itself until now.
                if entry.at >= state.hurry {
                    state.pace.jump(entry.at, now);
                }
            }
        }
        Some(inbound)
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        self.deck.left(&self.turn, self.ended == Ended::Lost);
    }
}

impl Stream for Played {
    type Item = Result<Inbound, Loss>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended != Ended::No {
            return Poll::Ready(None);
        }
        if let Some(payload) = this.pongs.pop_front() {
            return this.deliver(Inbound::Pong(payload));
        }
        if let Some(code) = this.goodbye {
            let loss = Loss::Closed {
                code: Some(code),
                reason: String::new(),
            };
            return this.end(loss, Ended::Left);
        }
        let deck = Arc::clone(&this.deck);
        loop {
            let now = Instant::now();
            let mut state = deck.lock();
            if state.cut != this.turn.cut {
                drop(state);
                return this.end(Loss::Dropped, Ended::Lost);
            }
            let verdict = this.judge(&mut state, now);
            match verdict {
                Verdict::Pass => {
                    this.entries.pop_front();
                }
                Verdict::Deliver => {
                    if let Some(inbound) = this.take(&mut state, now) {
                        drop(state);
                        return this.deliver(inbound);
                    }
                }
                Verdict::End(loss) => {
                    drop(state);
                    return this.end(loss, Ended::Lost);
                }
                Verdict::Wait(until) => {
                    state.wake_later(&this.turn, cx.waker());
                    drop(state);
                    this.idle = false;
                    this.sleep.as_mut().reset(until);
                    if this.sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Verdict::Rest(why) => {
                    state.wake_later(&this.turn, cx.waker());
                    drop(state);
                    this.rest(why, cx);
                    return Poll::Pending;
                }
            }
        }
    }
}

impl Sink<Outbound> for Played {
    type Error = Loss;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        let this = self.get_mut();
        match item {
            Outbound::Text(_) | Outbound::Binary(_) | Outbound::Fetch(_) | Outbound::Exchange { .. } => {
                this.said += 1;
            }
            // There is one at most that nobody has read; more are a reader gone wild.
            Outbound::Ping(payload) if this.pongs.len() < 16 => this.pongs.push_back(payload),
            Outbound::Ping(_) => {}
            Outbound::Close(code) => this.goodbye = Some(code),
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }
}
