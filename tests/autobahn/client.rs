//! One conversation with the suite, through the dialer that the app uses.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use transport::{BoxConnection, DialError, Dialer, Inbound, Network, Outbound, Target};
use url::Url;

/// The largest message of the suite has 16 MiB.
const MESSAGE_MAX: usize = 16 << 20;
/// The longest case of the suite sends 1,000 messages of 128 KiB, compressed.
const CASE_MAX: Duration = Duration::from_secs(120);
const DIALS_MORE: usize = 5;
const GOODBYE_MAX: Duration = Duration::from_secs(2);

pub(crate) async fn dial(url: &str) -> Result<BoxConnection> {
    let url: Url = url.parse().context("an address of the suite")?;
    let target = Target::new(url)?.with_message_limit(MESSAGE_MAX);
    let network = Network::default();
    let mut dialed = network.dial(target.clone()).await;
    // The suite does one thing at a time, and on a busy machine answers late; a case that is asked for
    // again begins anew.
    for _ in 0..DIALS_MORE {
        if !matches!(dialed, Err(DialError::Deadline { .. })) {
            break;
        }
        dialed = network.dial(target.clone()).await;
    }
    Ok(dialed?.connection)
}

/// The one text that the suite answers with on some of its paths.
pub(crate) async fn asked(url: &str) -> Result<String> {
    let mut connection = dial(url).await?;
    let mut answer = None;
    while let Some(Ok(inbound)) = connection.next().await {
        if let Inbound::Text(text) = inbound {
            answer = Some(text.to_string());
        }
    }
    answer.with_context(|| format!("{url} answered nothing"))
}

/// Sends back every message as it came, until the other side ends it; what it
/// did wrong, if anything, is told with the code that the loss names.
pub(crate) async fn echo(url: &str) -> Result<()> {
    let mut connection = dial(url).await?;
    let Ok(code) = timeout(CASE_MAX, echo_on(&mut connection)).await else {
        bail!("{url} did not end");
    };
    let goodbye = async {
        if let Some(code) = code {
            // What it did wrong may be that it does not listen.
            let _said = connection.send(Outbound::Close(code)).await;
        }
        connection.close().await
    };
    // Whether it heard that is in the suite's report.
    let _late = timeout(GOODBYE_MAX, goodbye).await;
    Ok(())
}

async fn echo_on(connection: &mut BoxConnection) -> Option<u16> {
    loop {
        let echoed = match connection.next().await? {
            Ok(Inbound::Text(text) | Inbound::Answer { text, .. }) => Outbound::Text(text.to_string()),
            Ok(Inbound::Binary(bytes)) => Outbound::Binary(bytes),
            Ok(Inbound::Ping | Inbound::Pong(_) | Inbound::More | Inbound::Hint(_)) => continue,
            Err(loss) => return loss.close_code(),
        };
        if let Err(loss) = connection.send(echoed).await {
            return loss.close_code();
        }
    }
}
