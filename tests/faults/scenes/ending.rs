//! The program ends, whatever the feed is at.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::{FeedState, TransportKind};
use tokio::time::Instant;

use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Answer, Door, Then};

const END_MAX: Duration = Duration::from_secs(1);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        for (name, at) in [
            ("while it dials", At::Dialing),
            ("while it asks", At::Asking),
            ("while it works", At::Live),
            ("while nothing comes", At::Frozen),
            ("while it waits", At::Waiting),
            ("when it has given up", At::Suspended),
        ] {
            // Only one of them has a first question that is part of the dial.
            if at == At::Dialing && transport != TransportKind::WebSocket {
                continue;
            }
            let scene = move |run| ended(run, at);
            rows.push(Row::new(38, format!("the end, {name}"), transport, scene).expects("ended"));
        }
    }
    rows
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Dialing,
    Asking,
    Live,
    Frozen,
    Waiting,
    Suspended,
}

async fn ended(run: Run, at: At) -> Result<Seen> {
    let silent = || Answer::Say {
        bytes: Bytes::new(),
        then: Then::Hold,
    };
    let mut stage = Stage::badly(Setting::of(run), |manners| match at {
        At::Dialing => manners.door = Door::Deserted,
        At::Asking => manners.answer = silent(),
        At::Waiting => manners.door = Door::Slammed,
        At::Suspended => manners.answer = Answer::status("401 Unauthorized", "", "who are you"),
        At::Live | At::Frozen => {}
    })
    .await?;
    stage
        .until("the feed is where it is to be ended", |book| {
            let state = book.told.last()?.state;
            let there = match at {
                At::Dialing => matches!(state, FeedState::Connecting { .. }),
                At::Asking => matches!(
                    state,
                    FeedState::Connecting { .. }
                        | FeedState::Authenticating { .. }
                        | FeedState::Subscribing { .. }
                ),
                At::Live | At::Frozen => state.is_live(),
                At::Waiting => resting(state) == Some("waiting"),
                At::Suspended => resting(state) == Some("suspended"),
            };
            there.then_some(())
        })
        .await?;
    if at == At::Frozen {
        stage.freeze().await?;
    }
    let began = Instant::now();
    stage.leave().await?;
    let took = began.elapsed();
    let mut seen = Seen {
        class: "ended".to_owned(),
        recovered: Some(took),
        ..Seen::default()
    };
    // A busy machine is slow for everybody, so a test of every day only waits for the end itself.
    seen.expect(!run.full || took <= END_MAX, || {
        format!("it took {} ms", took.as_millis())
    });
    Ok(seen)
}
