//! What is played before Finnhub.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tests::venues::{FINNHUB_KEY, Finnhub};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, keys, limits, polls};
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

static SHEET: Sheet = Sheet {
    word: "finnhub",
    path: "/",
    key: Some(FINNHUB_KEY),
    known: "AAPL",
    unknown: Unknown::Silent("ZZZZ"),
    first: &[],
    sent: &[
        // Several names in one, one of which was not asked for.
        (
            "AAPL",
            r#"{"type":"trade","data":[{"c":["1"],"p":122.1,"s":"TSLA","t":1763650800195,"v":1},{"c":["1"],"p":129.58,"s":"AAPL","t":1763650800666,"v":100}]}"#,
        ),
        ("AAPL", r#"{"type":"ping"}"#),
        (
            "AAPL",
            r#"{"data":[{"c":null,"p":129.6,"s":"AAPL","t":1763650801000,"v":2.5}],"type":"trade"}"#,
        ),
    ],
    told: &[
        "AAPL trade 129.58 x 100 at 2025-11-20T15:00:00.666Z",
        "AAPL trade 129.6 x 2.5 at 2025-11-20T15:00:01Z",
    ],
    days: &[],
    trades: [
        (
            (
                "AAPL",
                r#"{"type":"trade","data":[{"c":["1"],"p":129.01,"s":"AAPL","t":1763650801001,"v":1}]}"#,
            ),
            "AAPL trade 129.01 x 1 at 2025-11-20T15:00:01.001Z",
        ),
        (
            (
                "AAPL",
                r#"{"type":"trade","data":[{"c":["1"],"p":129.02,"s":"AAPL","t":1763650802001,"v":2}]}"#,
            ),
            "AAPL trade 129.02 x 2 at 2025-11-20T15:00:02.001Z",
        ),
        (
            (
                "AAPL",
                r#"{"type":"trade","data":[{"c":["1"],"p":129.03,"s":"AAPL","t":1763650803001,"v":3}]}"#,
            ),
            "AAPL trade 129.03 x 3 at 2025-11-20T15:00:03.001Z",
        ),
    ],
    broken: (
        "AAPL",
        r#"{"type":"trade","data":[{"c":["1"],"p":"","s":"AAPL","t":1763650801500,"v":1}]}"#,
    ),
};

#[tokio::test]
async fn finnhub_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHEET, Finnhub).await
}

#[tokio::test]
async fn finnhub_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHEET, Finnhub, "c1wrong0secret0finnhub0key").await
}

#[tokio::test]
async fn finnhub_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: None,
        reason: "",
    };
    try_join!(
        scenes::ended(&SHEET, Finnhub, close, &[]),
        scenes::ended(&SHEET, Finnhub, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn finnhub_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHEET, Finnhub).await
}

#[tokio::test]
async fn finnhub_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHEET, Finnhub, 429).await
}

#[tokio::test]
async fn finnhub_takes_one_name_at_a_time() -> Result<()> {
    limits::many(&SHEET, Finnhub, 12, "Z", "").await
}

#[tokio::test]
async fn finnhub_may_be_asked_instead() -> Result<()> {
    let line = "AAPL latest 129.58 at 2025-11-20T15:00:00Z";
    polls::polled(&SHEET, Finnhub, line).await
}

/// A key that another program uses is not let in, and nothing is said but goodbye.
#[tokio::test]
async fn finnhub_says_goodbye_before_a_word_to_whoever_shares_a_key() -> Result<()> {
    let stage = Stage::set(&SHEET, Turned).await?;
    stage.open(SHEET.key)?;
    stage.want(SHEET.known)?;
    stage
        .until("it waits, and says why", |stage| {
            stage.is_waiting()
                && stage
                    .why()
                    .starts_with("another connection of this key is still open")
        })
        .await?;
    stage.end().await
}

struct Turned;

impl Venue for Turned {
    fn door(&self, _: &Head) -> Result<(), Answer> {
        Ok(())
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move { client.close(Some(1000), "").await }.boxed()
    }
}

#[tokio::test]
async fn finnhub_is_asked_for_as_many_as_a_connection_carries() -> Result<()> {
    limits::full(&SHEET, Finnhub, 50, "Z", "").await
}
