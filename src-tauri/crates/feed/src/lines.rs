//! The lines that a feed has at one time, as they are: each an attempt or a
//! connection, with a translator of its own and with what was asked on it.

use std::net::IpAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use model::{Moment, Secret, TransportKind};
use provider::{Admission, Beat, Denial, KeyPlace, Venue};
use tokio_util::task::TaskTracker;
use transport::{Blame, DialError, Dialed, Dialing, Loss, Outbound, Phase};

use crate::cause::Cause;
use crate::inbox::Inbox;
use crate::line::Line;
use crate::policy::Policy;
use crate::sequence::Telling;
use crate::session::LineId;
use crate::subscriptions::Asked;

/// Never more than three: see `session::active`.
#[derive(Default)]
pub(crate) struct Lines {
    list: Vec<Held>,
    /// Which one is looked at first: a flood on one must not hide the others.
    turn: usize,
}

pub(crate) struct Held {
    pub(crate) id: LineId,
    pub(crate) transport: TransportKind,
    pub(crate) translator: Box<dyn Venue>,
    pub(crate) asked: Asked,
    /// Nothing is lost when it goes on alone.
    pub(crate) joined: bool,
    /// Whether it may be asked for something.
    pub(crate) admitted: bool,
    /// What the venue wants to hear again and again.
    beat: Option<Beat>,
    /// When it heard that last, or when the line came up.
    beaten: Moment,
    link: Link,
    /// Where it begins, once it is up.
    local: Option<IpAddr>,
}

enum Link {
    Dialing(Dialing),
    Up(Line),
}

/// What one of the lines has come to.
pub(crate) enum Came {
    Phase(Phase),
    Dialed(Result<Dialed, DialError>),
    /// There is something in the inbox, or it is over, or both.
    Exchanged(Result<(), Loss>),
}

impl Lines {
    pub(crate) fn add(
        &mut self,
        id: LineId,
        transport: TransportKind,
        dialing: Dialing,
        translator: Box<dyn Venue>,
        asked: Asked,
        policy: Policy,
    ) {
        let card = translator.card();
        let speaks = transport == TransportKind::WebSocket;
        self.list.push(Held {
            id,
            transport,
            admitted: !speaks || card.admission == Admission::AtOnce,
            beat: card.beat.clone().filter(|_| speaks).map(|beat| Beat {
                every: policy.shortened(beat.every),
                ..beat
            }),
            beaten: Moment::START,
            translator,
            asked,
            joined: false,
            link: Link::Dialing(dialing),
            local: None,
        });
    }

    pub(crate) fn get(&mut self, id: LineId) -> Option<&mut Held> {
        self.list.iter_mut().find(|held| held.id == id)
    }

    pub(crate) fn iter(&mut self) -> impl Iterator<Item = &mut Held> {
        self.list.iter_mut()
    }

    /// The next connection does not wait for this one's manners.
    pub(crate) fn hang_up(&mut self, id: LineId, code: Option<u16>, tasks: &TaskTracker) {
        let Some(at) = self.list.iter().position(|held| held.id == id) else {
            return;
        };
        match self.list.remove(at).link {
            Link::Up(line) => {
                tasks.spawn(line.goodbye(code));
            }
            // Dropping it is giving it up.
            Link::Dialing(_) => {}
        }
    }

    /// When [`Held::stalled`] may become true or something is to be said.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let each = self.list.iter().map(|held| match &held.link {
            Link::Up(line) => [line.deadline(), held.ask_at(), held.beat_at()],
            Link::Dialing(_) => [None; 3],
        });
        each.flatten().flatten().min()
    }

    /// What happens next on any of them. Nothing is lost when it is dropped before.
    pub(crate) async fn next(&mut self, inbox: &mut Inbox) -> (LineId, Came) {
        std::future::poll_fn(|cx| self.poll_next(cx, inbox)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<(LineId, Came)> {
        let count = self.list.len();
        for step in 0..count {
            let at = (self.turn + step) % count;
            let held = &mut self.list[at];
            if let Poll::Ready(came) = held.link.poll(cx, inbox) {
                self.turn = at + 1;
                return Poll::Ready((held.id, came));
            }
        }
        Poll::Pending
    }
}

impl Held {
    pub(crate) fn connect(&mut self, dialed: Dialed, now: Moment) {
        self.link = Link::Up(Line::new(dialed.connection));
        self.local = dialed.local;
        self.beaten = now;
    }

    /// What is said first of all, and what needs the key later.
    pub(crate) fn begin(&mut self, key: Option<&Secret>, now: Moment) {
        for message in self.translator.begin(key) {
            self.say(message, now);
        }
    }

    /// Says what is no subscription. Where things are fetched nothing can be said.
    pub(crate) fn say(&mut self, message: Secret, now: Moment) {
        if self.transport == TransportKind::WebSocket {
            self.asked.pinged(now);
            self.send(Outbound::Text(message.reveal().to_owned()), now);
        }
    }

    /// An answer of HTTP as what it is to this venue, where that is something else
    /// than to any other.
    pub(crate) fn recognized(&self, cause: Cause) -> Cause {
        if let Cause::Loss(Loss::Closed { code, reason }) = &cause
            && let Some(denial) = self.closed(*code, reason)
        {
            let why = reason.clone();
            return Cause::Denied { denial, why };
        }
        let (Cause::Dial(DialError::Refused {
            status,
            retry_after,
            body,
        })
        | Cause::Loss(Loss::Refused {
            status,
            retry_after,
            body,
        })) = &cause
        else {
            return cause;
        };
        let denial = match self.translator.refusal(*status, body) {
            // What it says now counts for more than what its papers do.
            Some(Denial::Slower { patience }) => Denial::Slower {
                patience: retry_after.or(patience),
            },
            Some(denial) => denial,
            None => match self.unnamed(*status, *retry_after, cause.blame()) {
                // By nothing but its number.
                Some(denial) => {
                    let why = cause.to_string();
                    return Cause::Denied { denial, why };
                }
                None => return cause,
            },
        };
        Cause::Denied {
            denial,
            why: body.clone(),
        }
    }

    /// What is a matter of the key elsewhere, and cannot be where there is none.
    fn closed(&self, code: Option<u16>, reason: &str) -> Option<Denial> {
        let card = self.translator.card();
        let code = code.filter(|code| matches!(code, 1008 | 3000 | 3003))?;
        if card.key != KeyPlace::None || card.close_meaning(code).is_some() {
            return None;
        }
        let reason = reason.to_ascii_lowercase();
        Some(if reason.contains("too many") || reason.contains("limit") {
            Denial::Slower { patience: None }
        } else {
            Denial::Passing
        })
    }

    /// The same of a venue whose papers say nothing of it.
    fn unnamed(&self, status: u16, retry_after: Option<Duration>, blame: Blame) -> Option<Denial> {
        let card = self.translator.card();
        match status {
            418 | 420 | 429 => {
                // Who counts connections counts no questions by the same words.
                let counts_lines = self.transport != TransportKind::Poll;
                let crowd = counts_lines && card.crowd.statuses.contains(&status);
                let patience = retry_after;
                (!crowd).then_some(Denial::Slower { patience })
            }
            401 | 403 if card.key == KeyPlace::None => {
                // Unless it gave another reason.
                (blame == Blame::Person { again: None }).then_some(Denial::Unwelcome)
            }
            _ => None,
        }
    }

    /// Whether it may be asked, and is to be by then.
    pub(crate) fn ask_at(&self) -> Option<Moment> {
        self.asked.deadline().filter(|_| self.admitted)
    }

    fn beat_at(&self) -> Option<Moment> {
        self.beat.as_ref().map(|beat| self.beaten + beat.every)
    }

    /// Says that we are there, when it is time to.
    pub(crate) fn beat(&mut self, now: Moment) {
        if let Some(beat) = &self.beat
            && self.is_up()
            && self.beat_at().is_some_and(|at| now >= at)
        {
            self.beaten = now;
            self.asked.pinged(now);
            let text = beat.text.clone().into_owned();
            self.send(Outbound::Text(text), now);
        }
    }

    /// The address of this computer that everything for this line is sent to.
    pub(crate) const fn local(&self) -> Option<IpAddr> {
        self.local
    }

    pub(crate) const fn is_up(&self) -> bool {
        matches!(self.link, Link::Up(_))
    }

    pub(crate) fn stalled(&self, now: Moment) -> bool {
        match &self.link {
            Link::Up(line) => line.stalled(now),
            Link::Dialing(_) => false,
        }
    }

    pub(crate) fn send(&mut self, message: Outbound, now: Moment) {
        match &mut self.link {
            Link::Up(line) => line.send(message, now),
            Link::Dialing(_) => {}
        }
    }

    pub(crate) const fn telling(&self) -> Telling {
        match self.transport {
            TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => {
                Telling::Everything
            }
            TransportKind::Poll => Telling::Samples,
        }
    }
}

impl Link {
    fn poll(&mut self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<Came> {
        match self {
            Self::Dialing(dialing) => match dialing.poll_changed(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(phase)) => Poll::Ready(Came::Phase(phase)),
                Poll::Ready(None) => Future::poll(std::pin::Pin::new(dialing), cx).map(Came::Dialed),
            },
            Self::Up(line) => line.poll_exchange(cx, inbox).map(Came::Exchanged),
        }
    }
}
