//! What can be wrong with TLS, and how soon a killed server is followed over it.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::{Moment, TransportKind};
use tokio::time::sleep;

use super::line::HEALTHY_AGE;
use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Blow, Door};
use crate::venue::papers::Paper;

/// A fatal alert of a server that likes none of our ciphers.
const ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 40];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        for (name, paper, trusted, says) in [
            (
                "a certificate of a notary that nobody knows",
                Paper::Good,
                false,
                "nobody whom this computer trusts",
            ),
            (
                "a certificate of another name",
                Paper::WrongName,
                true,
                "is for another name",
            ),
            (
                "a certificate that has run out",
                Paper::Expired,
                true,
                "has expired",
            ),
            (
                "a certificate that is not valid yet",
                Paper::NotYet,
                true,
                "is not valid yet",
            ),
        ] {
            let scene = move |run| untrusted(run, paper, trusted, says);
            rows.push(
                Row::new(10, name, transport, scene)
                    .expects("suspended")
                    .found_within(Duration::from_secs(1)),
            );
        }
        rows.push(Row::new(10, "nothing newer than TLS 1.2", transport, old));
        for (name, door, says) in [
            (
                "an alert",
                Door::Babbling(Bytes::from_static(ALERT)),
                "secure connection",
            ),
            (
                "bytes that are no TLS",
                Door::Babbling(Bytes::from_static(b"220 welcome\r\n")),
                "does not speak TLS",
            ),
            (
                "a handshake that nobody answers",
                Door::Deserted,
                "securing the connection took longer",
            ),
        ] {
            let scene = move |run| unspoken(run, door.clone(), says);
            rows.push(
                Row::new(10, name, transport, scene)
                    .expects("waiting")
                    .found_within(Duration::from_millis(4_500)),
            );
        }
        if transport == TransportKind::WebSocket {
            rows.push(
                Row::new(5, "killed and back at once, 200 symbols, TLS", transport, killed)
                    .expects("broken")
                    .runs(1, 200)
                    .together(20)
                    .back_within(Duration::from_millis(350), Duration::from_millis(750)),
            );
        }
    }
    rows
}

/// Its certificate is not believed until it shows a good one.
async fn untrusted(run: Run, paper: Paper, trusted: bool, says: &'static str) -> Result<Seen> {
    let mut stage = Stage::secured(Setting::of(run), paper, trusted).await?;
    let told = stage.refused(Moment::START).await?;
    if run.full {
        sleep(Duration::from_secs(3)).await;
    }
    let dials = stage.venue.seen().dials.len();
    let began = stage.began();
    let mut seen = stage.end(began, began);
    resting(told.state)
        .unwrap_or_default()
        .clone_into(&mut seen.class);
    seen.detected = Some(told.since.since(began));
    seen.recovered = None;
    seen.expect(dials <= 2, || format!("{dials} dials"));
    seen.expect(told.why.contains(says), || format!("it says {:?}", told.why));
    Ok(seen)
}

async fn old(run: Run) -> Result<Seen> {
    let mut stage = Stage::secured(Setting::of(run), Paper::Old, true).await?;
    stage.live().await?;
    let began = stage.began();
    stage.settle(began, began).await
}

/// Nobody speaks TLS there, until somebody does.
async fn unspoken(run: Run, door: Door, says: &'static str) -> Result<Seen> {
    let setting = Setting::of(run);
    let mut stage = Stage::secured_badly(setting, |manners| manners.door = door).await?;
    let told = stage.refused(Moment::START).await?;
    let mut seen = stage.recovers(&told, |manners| manners.door = Door::Open).await?;
    seen.expect(told.why.contains(says), || format!("it says {:?}", told.why));
    Ok(seen)
}

async fn killed(run: Run) -> Result<Seen> {
    let setting = Setting {
        symbols: 200,
        rate: 5,
        ..Setting::of(run)
    };
    let mut stage = Stage::secured(setting, Paper::Good, true).await?;
    stage.live().await?;
    if run.full {
        sleep(HEALTHY_AGE + Duration::from_millis(run.seed % 1_000)).await;
    }
    let at = stage.now();
    stage.venue.strike(Blow::End);
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    stage.settle(at, at).await
}
