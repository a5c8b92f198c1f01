//! Answers to polls that are lost, cut, told twice or empty, and lines that are not what they were.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use model::TransportKind;
use transport::Network;

use crate::around::Around;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;
use crate::venue::manners::{Answer, Blow, Keeping, Spoil, Then, page};
use crate::venue::papers::{Paper, Papers, papers};

/// So many answers go wrong, each behind a good one.
const SPOILT: usize = 12;
/// A venue may take ten seconds for an answer, and pings go on another line; a line that swallows a question while its
/// other end is there is found soon after that.
const SWALLOWED_MAX: Duration = Duration::from_secs(15);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [TransportKind::LongPoll, TransportKind::Poll] {
        for (name, answer) in [
            ("every other answer is lost", Answer::Spoilt(Spoil::Lost)),
            ("every other answer breaks off", Answer::Spoilt(Spoil::Half)),
            (
                "every other answer repeats what was told",
                Answer::Spoilt(Spoil::Repeated { ticks: 11 }),
            ),
            (
                "every other answer is 204 at once",
                Answer::Say {
                    bytes: bytes::Bytes::from_static(b"HTTP/1.1 204 No Content\r\n\r\n"),
                    then: Then::GoOn,
                },
            ),
            (
                "every other answer is 502",
                Answer::Say {
                    bytes: page("502 Bad Gateway", "", "no way"),
                    then: Then::GoOn,
                },
            ),
        ] {
            let repeats = matches!(answer, Answer::Spoilt(Spoil::Repeated { .. }));
            if repeats && transport == TransportKind::Poll {
                continue;
            }
            let scene = move |run| spoilt(run, answer.clone());
            rows.push(Row::new(31, name, transport, scene));
        }
        rows.push(Row::new(
            31,
            "each line ends behind its answer, unsaid",
            transport,
            |run| kept(run, Keeping::Closed),
        ));
        rows.push(
            Row::new(31, "each line is dead behind its answer", transport, |run| {
                kept(run, Keeping::Ignored)
            })
            .expects("silent")
            .found_within(SWALLOWED_MAX),
        );
    }
    for transport in [
        TransportKind::EventStream,
        TransportKind::LongPoll,
        TransportKind::Poll,
    ] {
        // What is answered on the old line is answered to its end.
        let away = |run| http2(run, Blow::GoAway);
        rows.push(Row::new(31, "GOAWAY, again and again", transport, away));
        let reset = match transport {
            TransportKind::EventStream => "as it comes",
            TransportKind::LongPoll | TransportKind::Poll | TransportKind::WebSocket => "none",
        };
        rows.push(
            Row::new(31, "RST_STREAM, again and again", transport, |run| {
                http2(run, Blow::ResetStreams)
            })
            .expects(reset),
        );
    }
    rows
}

async fn more(stage: &mut Stage, news: usize) -> Result<()> {
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices go on", |book| {
            (book.news.len() > before + news).then_some(())
        })
        .await
}

/// Nothing that happens to an answer is felt by anybody.
async fn spoilt(run: Run, answer: Answer) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.behave(|manners| {
        for _ in 0..SPOILT {
            manners.first_answers.extend([answer.clone(), Answer::Serve]);
        }
    });
    stage
        .until_spoilt("all of them are spent", |manners| {
            manners.first_answers.is_empty()
        })
        .await?;
    more(&mut stage, 5).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    let detected = seen.detected;
    seen.expect(detected.is_none(), || "the connection was given up".to_owned());
    Ok(seen)
}

async fn kept(run: Run, keeping: Keeping) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.keeping = keeping);
    if keeping == Keeping::Closed {
        more(&mut stage, 20).await?;
        let mut seen = stage.settle(at, at).await?;
        seen.recovered = None;
        return Ok(seen);
    }
    let since = stage.lost(at).await?;
    stage.venue.behave(|manners| manners.keeping = Keeping::Kept);
    stage.news(since).await?;
    stage.settle(at, at).await
}

/// Many questions share one line, and it or what is answered on it is taken back.
async fn http2(run: Run, blow: Blow) -> Result<Seen> {
    let Papers { acceptor, root } = papers(Paper::Http2)?;
    let setting = Setting::of(run);
    let venue = Venue::open(setting.symbols, Some(acceptor)).await?;
    let around = Around {
        dialer: Arc::new(Network::default().trusting([root])),
        ..Around::default()
    };
    let mut stage = Stage::before(venue, setting, around)?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    for _ in 0..5 {
        stage.venue.strike(blow.clone());
        let from = stage.now();
        stage.news(from).await?;
        more(&mut stage, 10).await?;
    }
    let mut seen = stage.settle(at, at).await?;
    if run.transport == TransportKind::EventStream && matches!(blow, Blow::ResetStreams) {
        // Five ends of one stream, some of them of one that was young.
        let class = seen.class.clone();
        seen.expect(class == "broken", || format!("it was {class}"));
        "as it comes".clone_into(&mut seen.class);
        return Ok(seen);
    }
    seen.recovered = None;
    Ok(seen)
}
