//! Every code that a goodbye can have.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use futures_util::{StreamExt, stream};
use model::TransportKind;
use transport::{Blame, Dialer, Loss, Network, Target};

use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;
use crate::venue::frames;
use crate::venue::manners::Blow;

const AT_ONCE: usize = 16;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![
        Row::new(18, "each code from 0 to 5100", TransportKind::WebSocket, sweep)
            .expects("as its code says")
            .runs(1, 1),
    ];
    for (code, class) in [
        (1000, "closed"),
        (1001, "announced"),
        (1003, "closed"),
        (1008, "closed"),
        (1009, "closed"),
        (1011, "closed"),
        (1012, "announced"),
        (1013, "announced"),
        (3000, "closed, suspended"),
        (3500, "closed, suspended"),
        (4000, "closed"),
        (4500, "closed, suspended"),
        (4999, "closed, suspended"),
    ] {
        let scene = move |run| closed(run, code);
        rows.push(
            Row::new(18, format!("closed with {code}"), TransportKind::WebSocket, scene).expects(class),
        );
    }
    rows
}

/// Whether a code may stand in a frame at all, after RFC 6455 7.4. 1014 came to the registry later, and our library
/// does not know it.
const fn may_be_said(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1013 | 3000..=4999)
}

/// One connection for each code, and what is made of it.
async fn sweep(run: Run) -> Result<Seen> {
    let venue = Venue::open(1, None).await?;
    let every = if run.full { 1 } else { 41 };
    let mut codes: BTreeSet<u16> = (0..=5_100).step_by(every).collect();
    codes.extend(990..=1_020);
    codes.extend([2_999, 3_000, 3_999, 4_000, 4_999, 5_000, u16::MAX]);
    let network = Network::default();
    let wrong: Vec<_> = stream::iter(codes)
        .map(|code| one(&network, &venue, code))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut seen = Seen {
        class: "as its code says".to_owned(),
        ..Seen::default()
    };
    for wrong in wrong {
        seen.wrong.extend(wrong?);
    }
    Ok(seen)
}

/// What is wrong with how this code is taken.
async fn one(network: &Network, venue: &Venue, code: u16) -> Result<Option<String>> {
    let url = format!("ws://127.0.0.1:{}/v1/stream?close={code}", venue.address.port());
    let mut connection = network.dial(Target::new(url.parse()?)?).await?.connection;
    let loss = loop {
        match connection.next().await.context("it ended without a word")? {
            Ok(_) => {}
            Err(loss) => break loss,
        }
    };
    let right = if may_be_said(code) {
        let announced = matches!(loss.blame(), Blame::Announced { .. });
        matches!(&loss, Loss::Closed { code: Some(told), reason } if *told == code && reason == "because")
            && announced == matches!(code, 1001 | 1012 | 1013)
    } else {
        // The library puts 1002 in the place of a code that must not be said, and answers the same.
        matches!(&loss, Loss::Closed { code: Some(1002), reason } if reason == "Protocol violation")
    };
    Ok((!right).then(|| format!("{code}: {loss:?}")))
}

/// Through the engine, to its end.
async fn closed(run: Run, code: u16) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage
        .venue
        .strike(Blow::SayAndEnd(frames::close(code, "because").into()));
    let told = stage.refused(at).await?;
    let suspended = resting(told.state) == Some("suspended");
    if suspended {
        stage.handle.retry(&stage.feed)?;
    }
    stage.news(told.since).await?;
    let goodbyes = stage.venue.seen().goodbyes;
    let mut seen = stage.settle(at, at).await?;
    if suspended {
        seen.class += ", suspended";
    }
    seen.expect(goodbyes == [Some(code)], || format!("answered {goodbyes:?}"));
    Ok(seen)
}
