//! Finnhub's trades, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::house::{Answer, Client, Head, Venue};

/// The one key that it knows.
pub const FINNHUB_KEY: &str = "c1right0secret0finnhub0key";
/// Of the free plan.
const SYMBOLS_MAX: usize = 50;

#[derive(Clone, Copy, Debug)]
pub struct Finnhub;

impl Venue for Finnhub {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        if head.query("token").as_deref() == Some(FINNHUB_KEY) {
            Ok(())
        } else {
            Err(Answer::status(401).saying("Invalid API key"))
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        let token = head.query("token");
        if token.as_deref().or(head.header("x-finnhub-token")) != Some(FINNHUB_KEY) {
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
