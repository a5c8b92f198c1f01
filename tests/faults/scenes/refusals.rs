//! Answers to the first question: refused, sent on, not understood.

use std::time::Duration;

use anyhow::Result;
use model::{Moment, TransportKind};
use tokio::time::sleep;

use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::Venue;
use crate::venue::manners::{Answer, Handshake};

/// An error is told at once,
const TOLD_MAX: Duration = Duration::from_secs(1);
/// and an answer that a house before the venue has lost when it was asked for twice more;
const LOST_MAX: Duration = Duration::from_millis(2_500);
/// words that nobody understands are no answer, which a poll has ten seconds for.
const UNREAD_MAX: Duration = Duration::from_secs(11);
/// A venue that asks for patience asks for this much.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        for (status, class) in [
            ("200 OK", "waiting"),
            ("204 No Content", "waiting"),
            ("400 Bad Request", "waiting"),
            ("401 Unauthorized", "suspended"),
            ("403 Forbidden", "suspended"),
            ("404 Not Found", "suspended"),
            ("407 Proxy Authentication Required", "suspended"),
            ("426 Upgrade Required", "waiting"),
            ("429 Too Many Requests", "waiting"),
            ("500 Internal Server Error", "waiting"),
            ("502 Bad Gateway", "waiting"),
            ("503 Service Unavailable", "waiting"),
        ] {
            let class = match (status, transport) {
                // A page is no stream, and "nothing to stream" is a word that counts.
                ("204 No Content", TransportKind::EventStream) => "suspended",
                // No content is an answer of a poll like another: nothing has happened.
                ("204 No Content", TransportKind::LongPoll | TransportKind::Poll) => continue,
                _ => class,
            };
            let told_within = match (status, transport) {
                ("200 OK", TransportKind::LongPoll | TransportKind::Poll) => UNREAD_MAX,
                ("502 Bad Gateway", TransportKind::LongPoll | TransportKind::Poll) => LOST_MAX,
                _ => TOLD_MAX,
            };
            let scene = move |run| refused(run, Answer::status(status, "", "not here"), status);
            rows.push(
                Row::new(11, format!("answered {status}"), transport, scene)
                    .expects(class)
                    .found_within(told_within),
            );
        }
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let name = format!("{status}, with Retry-After");
            rows.push(
                Row::new(11, name, transport, move |run| asked_for_patience(run, status)).expects("patient"),
            );
        }
        rows.push(Row::new(12, "sent on to another path", transport, sent_on));
        rows.push(Row::new(12, "sent on in a circle", transport, circle).expects("waiting"));
        rows.push(Row::new(
            12,
            "sent on to another host, with a token",
            transport,
            abroad,
        ));
    }
    for (name, wrong, class) in [
        (
            "with a wrong Sec-WebSocket-Accept",
            Handshake::WrongAccept,
            "waiting",
        ),
        ("without Sec-WebSocket-Accept", Handshake::NoAccept, "waiting"),
        ("without Upgrade", Handshake::NoUpgrade, "waiting"),
        (
            "with a subprotocol that nobody offered",
            Handshake::UnaskedSubprotocol,
            "waiting",
        ),
        (
            "with an extension that nobody offered",
            Handshake::UnaskedExtension,
            "waiting",
        ),
    ] {
        let scene = move |run| refused(run, Answer::Handshake(wrong), "WebSocket");
        let name = format!("a handshake {name}");
        rows.push(Row::new(11, name, TransportKind::WebSocket, scene).expects(class));
    }
    rows
}

/// The same answer to everybody, until it is served all the same.
async fn refused(run: Run, answer: Answer, status: &'static str) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| {
        manners.answer = answer;
    })
    .await?;
    let told = stage.refused(Moment::START).await?;
    let word = resting(told.state).unwrap_or_default();
    let dials = stage.venue.seen().requests.len();
    // Whoever has given up must stay so; the others are held to their waits by other rows.
    if run.full && word == "suspended" {
        sleep(Duration::from_secs(5)).await;
    }
    let later = stage.venue.seen().requests.len();
    stage.venue.behave(|manners| manners.answer = Answer::Serve);
    stage.handle.retry(&stage.feed)?;
    let well = stage.now();
    stage.live().await?;
    let began = stage.began();
    let mut seen = stage.settle(began, well).await?;
    word.clone_into(&mut seen.class);
    seen.detected = Some(told.since.since(began));
    let number = status.split(' ').next().unwrap_or_default();
    // On a machine that stands still for seconds a late answer is a late answer, whatever it says.
    let late = !run.full && (told.why.contains("did not go on") || told.why.contains("took longer"));
    seen.expect(
        told.why.contains(number) || is_about_content(&told.why) || late,
        || format!("it says {:?} and not {number}", told.why),
    );
    if word == "suspended" {
        seen.expect(dials <= 2 && later == dials, || {
            format!("{dials} requests, and then {later}")
        });
    }
    Ok(seen)
}

/// What a page that is no stream is called, which says more than its status 200.
fn is_about_content(why: &str) -> bool {
    why.contains("is no data of a feed")
        || why.contains("never answered")
        || why.contains("subprotocol")
        || why.contains("protocol tickwire.v1")
}

/// Never sooner than it was asked to.
async fn asked_for_patience(run: Run, status: &'static str) -> Result<Seen> {
    let headers = format!("Retry-After: {}\r\n", PATIENCE.as_secs());
    let answer = Answer::status(status, &headers, "slower");
    // What is fetched is asked for anew when one more is wanted, and that is no second try.
    let setting = Setting {
        symbols: 1,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| {
        manners
            .first_answers
            .extend([answer.clone(), answer.clone(), answer]);
    })
    .await?;
    let told = stage.refused(Moment::START).await?;
    stage.live().await?;
    let requests = stage.venue.seen().requests;
    let began = stage.began();
    let mut seen = stage.settle(began, began).await?;
    "patient".clone_into(&mut seen.class);
    seen.detected = Some(told.since.since(began));
    for pair in requests.windows(2).take(3) {
        let waited = pair[1].0 - pair[0].0;
        seen.expect(waited >= PATIENCE, || {
            format!("asked again after {} ms", waited.as_millis())
        });
    }
    seen.expect(requests.len() >= 4, || format!("{} requests", requests.len()));
    Ok(seen)
}

fn redirect(location: &str) -> Answer {
    Answer::status("307 Temporary Redirect", &format!("Location: {location}\r\n"), "")
}

async fn sent_on(run: Run) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| {
        manners
            .first_answers
            .extend((0..3).map(|_| redirect("?again=1&symbols=S000,S001,S002")));
    })
    .await?;
    stage.live().await?;
    let began = stage.began();
    let dials = stage.look(|book| book.attempts());
    let mut seen = stage.settle(began, began).await?;
    seen.expect(dials == 1, || format!("{dials} attempts"));
    Ok(seen)
}

async fn circle(run: Run) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| {
        manners.answer = redirect("?symbols=S000,S001,S002");
    })
    .await?;
    let told = stage.refused(Moment::START).await?;
    let requests = stage.venue.seen().requests.len() as u64;
    // Each is counted before its requests, so this is never too few.
    let attempts = stage.handle.report(&stage.feed)?.journal.counts.attempts;
    let mut seen = stage
        .recovers(&told, |manners| manners.answer = Answer::Serve)
        .await?;
    seen.expect(requests <= 4 * attempts, || {
        format!("{requests} requests in {attempts} attempts")
    });
    Ok(seen)
}

/// The first host sends on to another name of the same machine, which must not learn the token.
async fn abroad(run: Run) -> Result<Seen> {
    let other = Venue::open(3, None).await?;
    let path = match run.transport {
        TransportKind::WebSocket => "/v1/stream",
        TransportKind::EventStream => "/v1/events?symbols=S000,S001,S002",
        TransportKind::LongPoll => "/v1/poll?symbols=S000,S001,S002&wait_ms=1000",
        TransportKind::Poll => "/v1/snapshot?symbols=S000,S001,S002",
    };
    let to = redirect(&format!("http://127.0.0.1:{}{path}", other.address.port()));
    let setting = Setting {
        token: Some("a-secret"),
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| manners.answer = to).await?;
    // Whether it follows is its own decision; it must say something in the end.
    stage
        .until("it follows or says why not", |book| {
            let told = book.told.iter().any(|told| resting(told.state).is_some());
            (told || !other.seen().keys.is_empty()).then_some(())
        })
        .await?;
    let first = stage.venue.seen().keys;
    let keys = other.seen().keys;
    let began = stage.began();
    let mut seen = stage.end(began, began);
    "none".clone_into(&mut seen.class);
    seen.recovered = None;
    // What came, if anything did, was the other venue's, and is not to be compared with what its own has sent.
    seen.balance = None;
    seen.expect(
        first.iter().all(|key| key.as_deref() == Some("Bearer a-secret")),
        || "its own venue was not told the token".to_owned(),
    );
    seen.expect(keys.iter().all(Option::is_none), || {
        "the token was told to another host".to_owned()
    });
    Ok(seen)
}
