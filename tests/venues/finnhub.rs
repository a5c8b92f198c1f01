//! Finnhub's trades, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, keys, limits, polls};
use crate::sheet::{Sheet, Unknown};

const KEY: &str = "c1right0secret0finnhub0key";
/// Of the free plan.
const SYMBOLS_MAX: usize = 50;

struct Finnhub;

impl Venue for Finnhub {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        if head.query("token").as_deref() == Some(KEY) {
            Ok(())
        } else {
            Err(Answer::status(401).saying("Invalid API key"))
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        let token = head.query("token");
        if token.as_deref().or(head.header("x-finnhub-token")) != Some(KEY) {
            return Answer::status(401).saying(r#"{"error":"Invalid API key"}"#);
        }
        match (head.place(), head.query("symbol").as_deref()) {
            ("/api/v1/quote" | "/quote", Some("AAPL")) => Answer::json(
                r#"{"c":129.58,"d":1.08,"dp":0.8405,"h":130.25,"l":127.5,"o":128,"pc":128.5,"t":1763650800}"#,
            ),
            ("/api/v1/quote" | "/quote", _) => {
                Answer::json(r#"{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}"#)
            }
            _ => Answer::status(404),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            // The key is in use elsewhere: it ends without a word.
            if client.is_crowded() {
                return client.close(None, "").await;
            }
            client.say(r#"{"type":"ping"}"#).await?;
            loop {
                let text = client.hear().await?;
                let said = client.json(&text)?;
                let symbol = said["symbol"].as_str().unwrap_or_default();
                client.must(!symbol.is_empty(), "one symbol in each message", &text)?;
                match said["type"].as_str() {
                    Some("subscribe")
                        if client.all_seats().len() >= SYMBOLS_MAX && !client.is_seated(symbol) =>
                    {
                        client
                            .say(r#"{"type":"error","msg":"Subscribing to too many symbols"}"#)
                            .await?;
                    }
                    // There is no answer, whether there is such a thing or not.
                    Some("subscribe") => client.seat(symbol),
                    Some("unsubscribe") => client.unseat(symbol),
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

static SHEET: Sheet = Sheet {
    word: "finnhub",
    path: "/",
    key: Some(KEY),
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
