//! From a description to the facts that steer a feed.

use std::borrow::Cow;
use std::time::Duration;

use model::TransportKind;

use super::{Addresses, Dialect, Form, GraphQl, subprotocol};
use crate::custom::WAYS;
use crate::custom::fault::Faults;
use crate::custom::rule::{Field, Kind, Rule};
use crate::custom::template::{Hole, Template};
use crate::{
    Admission, Beat, Budget, Card, CloseMeaning, Crowd, Hours, KeyNeed, KeyPlace, Numbering, Pacing, Replay,
};

/// Every five seconds: often enough to see prices move, and seldom enough for any free account.
const POLLS_USUAL: u32 = 12;
const POLLS_MAX: u32 = 600;
const SYMBOLS_MAX: u32 = 10_000;
const BEAT_SECONDS_MAX: u32 = 3_600;
/// So many names make a message, or a path, of some kilobytes at most.
pub(in crate::custom) const NAMES_TOGETHER: usize = 50;

/// What both dialects of GraphQL close with. Whoever is not let in has to give another key.
const GRAPHQL_CLOSES: &[(u16, CloseMeaning)] = &[
    (4400, CloseMeaning::Stop),
    (4401, CloseMeaning::Stop),
    (4403, CloseMeaning::Stop),
    (4406, CloseMeaning::Stop),
    (4408, CloseMeaning::Retry),
    (4409, CloseMeaning::Retry),
    (4429, CloseMeaning::Retry),
    (4500, CloseMeaning::Retry),
];

/// Of a venue that nothing is known of.
pub(super) static EMPTY: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    beat: None,
    transports: &[TransportKind::WebSocket],
    // Nobody knows whether it bears a second one.
    sessions_max: 1,
    dials: Pacing {
        times: 10,
        within: Duration::from_secs(60),
    },
    age_max: None,
    closes: &[],
    crowd: Crowd::UNTOLD,
    symbols_per_message: 1,
    symbols_per_connection: None,
    message_max: 16 << 10,
    pacing: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    spacing: Duration::from_millis(20),
    polls: Pacing {
        times: POLLS_USUAL,
        within: Duration::from_secs(60),
    },
    // What it may be asked in an hour or a day only the person knows.
    budget: Budget::NONE,
    // The first price is the answer.
    acks: false,
    hours: Hours::Told,
    numbering: Numbering::None,
    replay: Replay::None,
};

pub(super) fn card(form: &Form, addresses: Addresses<'_>, faults: &mut Faults) -> Card {
    let draft = &form.draft;
    let is_graphql = form.dialect != Dialect::Json;
    let is_ready = |rule: &Rule| rule.kind == Kind::Ready;
    let is_numbered = form.rules.iter().any(|rule| rule.has(Field::Sequence));
    Card {
        subprotocol: subprotocol(form),
        key: match form.key_need {
            KeyNeed::None => KeyPlace::None,
            KeyNeed::Perhaps | KeyNeed::Needed => KeyPlace::Written,
        },
        admission: if is_graphql || form.rules.iter().any(is_ready) {
            Admission::Told
        } else {
            Admission::AtOnce
        },
        beat: beat(form, faults),
        transports: ways(form, addresses, faults),
        closes: if is_graphql { GRAPHQL_CLOSES } else { &[] },
        symbols_per_message: match &form.subscribe {
            Some(template) if template.has(Hole::Symbols) => NAMES_TOGETHER,
            Some(template) if template.names_one() => 1,
            // It asks for everything by one message.
            Some(_) | None => usize::MAX,
        },
        symbols_per_connection: symbols(form, addresses, faults),
        polls: Pacing {
            times: polls(form, faults),
            within: Duration::from_secs(60),
        },
        hours: if draft.always_open {
            Hours::Always
        } else {
            Hours::Told
        },
        numbering: match (is_numbered, draft.gapless) {
            (false, true) => {
                faults.tell(
                    "gapless",
                    "say where the number stands, by the pointer of a message's sequence",
                );
                Numbering::None
            }
            (false, false) => Numbering::None,
            (true, false) => Numbering::Sparse,
            (true, true) => Numbering::Gapless,
        },
        ..EMPTY.clone()
    }
}

/// The way to talk to it that the addresses and paths make possible.
fn ways(form: &Form, addresses: Addresses<'_>, faults: &mut Faults) -> &'static [TransportKind] {
    let has_stream = addresses.stream.is_some();
    if has_stream && form.dialect == Dialect::Json && form.subscribe.is_none() && form.unsubscribe.is_some() {
        faults.tell(
            "unsubscribe",
            "nothing is asked for, so there is nothing to give up: leave it empty",
        );
    }
    // Slices of one list can only be in its order, which is that from the best to the worst.
    match (has_stream, form.events.is_some(), form.poll.is_some()) {
        (true, true, true) => &WAYS,
        (true, true, false) => &[TransportKind::WebSocket, TransportKind::EventStream],
        (true, false, true) => &[TransportKind::WebSocket, TransportKind::Poll],
        (true, false, false) => &[TransportKind::WebSocket],
        (false, true, true) => &[TransportKind::EventStream, TransportKind::Poll],
        (false, true, false) => &[TransportKind::EventStream],
        (false, false, true) => &[TransportKind::Poll],
        (false, false, false) => {
            faults.tell(
                "poll",
                "there is no way to talk to it: give the feed the address of its WebSocket, or a path to fetch from",
            );
            &[TransportKind::WebSocket]
        }
    }
}

fn beat(form: &Form, faults: &mut Faults) -> Option<Beat> {
    let draft = &form.draft;
    let text = match (draft.beat.trim(), form.dialect) {
        ("", Dialect::GraphQl(GraphQl::Transport)) if draft.beat_seconds.is_some() => {
            Cow::Borrowed(r#"{"type":"ping"}"#)
        }
        ("", _) if draft.beat_seconds.is_some() => {
            faults.tell("beat", "say what the venue wants to hear, or leave out how often");
            return None;
        }
        ("", _) => return None,
        (text, _) => Cow::Owned(text.to_owned()),
    };
    match draft.beat_seconds {
        Some(seconds @ 1..=BEAT_SECONDS_MAX) => Some(Beat {
            every: Duration::from_secs(seconds.into()),
            text,
        }),
        Some(_) | None => {
            faults.tell(
                "beat_seconds",
                format!("say how often: every 1 to {BEAT_SECONDS_MAX} seconds"),
            );
            None
        }
    }
}

fn polls(form: &Form, faults: &mut Faults) -> u32 {
    match form.draft.polls_per_minute {
        None => POLLS_USUAL,
        Some(times @ 1..=POLLS_MAX) => times,
        Some(_) => {
            faults.tell(
                "polls_per_minute",
                format!("say how often a minute: 1 to {POLLS_MAX} times"),
            );
            POLLS_USUAL
        }
    }
}

fn symbols(form: &Form, addresses: Addresses<'_>, faults: &mut Faults) -> Option<usize> {
    let most = match form.draft.symbols_max {
        None => None,
        Some(most @ 1..=SYMBOLS_MAX) => usize::try_from(most).ok(),
        Some(_) => {
            faults.tell("symbols_max", format!("say how many: 1 to {SYMBOLS_MAX}"));
            None
        }
    };
    // Where nothing tells two of them apart there can only be one.
    let names_one = |path: &Option<Template>| path.as_ref().is_none_or(Template::names_one);
    let is_operation = form.dialect != Dialect::Json && names_one(&form.subscribe);
    let is_told = form.names_symbols()
        || ((addresses.stream.is_none() || is_operation) && form.events.is_none() && names_one(&form.poll));
    let streams_one = form.events.as_ref().is_some_and(Template::names_one);
    if is_told && !streams_one { most } else { Some(1) }
}
