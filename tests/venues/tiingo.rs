//! Tiingo's shares, coins and currencies, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, keys, limits, polls};
use crate::sheet::{Sheet, Unknown};

const KEY: &str = "9e0a7c3f5b1d4e82a6c0right";

struct Tiingo {
    service: &'static str,
    /// Of the levels, those that need no licence of their own.
    levels: &'static [i64],
}

const IEX: Tiingo = Tiingo {
    service: "iex",
    levels: &[6],
};
const CRYPTO: Tiingo = Tiingo {
    service: "crypto",
    levels: &[2, 5],
};
const FX: Tiingo = Tiingo {
    service: "fx",
    levels: &[5],
};

impl Venue for Tiingo {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        if head.place().trim_matches('/') == self.service {
            Ok(())
        } else {
            Err(Answer::status(404))
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        if head.header("authorization") != Some(&format!("Token {KEY}")) {
            return Answer::status(403).saying(r#"{"detail":"Invalid token."}"#);
        }
        match (head.place().trim_end_matches('/'), head.query("tickers")) {
            ("/iex", Some(tickers)) if tickers.split(',').any(|ticker| ticker == "spy") => Answer::json(
                r#"[{"ticker":"SPY","timestamp":"2026-11-20T15:00:01.5+00:00","lastSaleTimestamp":"2026-11-20T15:00:01.5+00:00","quoteTimestamp":"2026-11-20T15:00:01.5+00:00","open":272.5,"high":275.5,"low":271.25,"mid":null,"tngoLast":274.595,"last":null,"lastSize":null,"bidSize":null,"bidPrice":null,"askPrice":null,"askSize":null,"volume":1000,"prevClose":273.1}]"#,
            ),
            _ => Answer::json("[]"),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let said = client.hear_json().await?;
                self.answer(client, &said).await?;
            }
        }
        .boxed()
    }
}

impl Tiingo {
    async fn answer(&self, client: &mut Client, said: &Value) -> Result<()> {
        // Its text has the key.
        let mut shown = said.clone();
        shown["authorization"] = json!("…");
        let text = shown.to_string();
        if said["authorization"] != KEY {
            let error =
                r#"{"messageType":"E","response":{"code":401,"message":"Invalid authorization token"}}"#;
            client.say(error).await?;
            return client.close(None, "").await;
        }
        let on = match said["eventName"].as_str() {
            Some("subscribe") => true,
            Some("unsubscribe") => false,
            _ => return client.wrong(text),
        };
        let data = &said["eventData"];
        if on {
            let level = data["thresholdLevel"]
                .as_i64()
                .or(data["thresholdLevel"].as_str().and_then(|text| text.parse().ok()));
            let fits = level.is_some_and(|level| self.levels.contains(&level));
            client.must(fits, "a level that is not free", &text)?;
        }
        let tickers: Vec<_> = data["tickers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        client.must(!tickers.is_empty(), "nothing is asked for", &text)?;
        for ticker in &tickers {
            client.must(*ticker == ticker.to_lowercase(), "a ticker in capitals", &text)?;
            if on {
                client.seat(ticker);
            } else {
                client.unseat(ticker);
            }
        }
        client.say(r#"{"messageType":"I","data":{"subscriptionId":49792869},"response":{"code":200,"message":"Success"}}"#).await?;
        let list = json!({"messageType": "I", "data": {"tickers": client.all_seats(), "thresholdLevel": data["thresholdLevel"].to_string()},
            "response": {"code": 200, "message": "Success"}});
        client.say(list.to_string()).await?;
        client
            .say(r#"{"messageType":"H","response":{"code":200,"message":"HeartBeat"}}"#)
            .await
    }
}

static SHARES: Sheet = Sheet {
    word: "tiingo:iex",
    path: "/iex",
    key: Some(KEY),
    known: "SPY",
    unknown: Unknown::Silent("ZZZZ"),
    first: &[],
    sent: &[(
        "spy",
        r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:19.342553795-05:00","spy",274.595]}"#,
    )],
    // A price that is no deal.
    told: &["SPY trade 274.595 at 2026-11-20T17:17:19.342553795Z not_volume"],
    days: &[],
    trades: [
        (
            (
                "spy",
                r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:21.000000001-05:00","spy",274.01]}"#,
            ),
            "SPY trade 274.01 at 2026-11-20T17:17:21.000000001Z not_volume",
        ),
        (
            (
                "spy",
                r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:22.000000001-05:00","spy",274.02]}"#,
            ),
            "SPY trade 274.02 at 2026-11-20T17:17:22.000000001Z not_volume",
        ),
        (
            (
                "spy",
                r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:23.000000001-05:00","spy",274.03]}"#,
            ),
            "SPY trade 274.03 at 2026-11-20T17:17:23.000000001Z not_volume",
        ),
    ],
    broken: (
        "spy",
        r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:21.500000001-05:00","spy",""]}"#,
    ),
};

static COINS: Sheet = Sheet {
    word: "tiingo:crypto",
    path: "/crypto",
    key: Some(KEY),
    known: "btcusd",
    unknown: Unknown::Silent("zzzusd"),
    first: &[],
    sent: &[
        (
            "btcusd",
            r#"{"service":"crypto_data","messageType":"A","data":["T","btcusd","2026-11-20T03:55:54.366000+00:00","bitfinex",0.0002,80132.0]}"#,
        ),
        // An exponent, and the fields in another order.
        (
            "btcusd",
            r#"{"messageType":"A","data":["Q","btcusd","2026-11-20T03:55:55.366000+00:00","gdax",6.517e-5,80046.4,80046.405,0.63361423,80046.41],"service":"crypto_data"}"#,
        ),
    ],
    told: &[
        "btcusd trade 80132.0 x 0.0002 at 2026-11-20T03:55:54.366Z",
        "btcusd quote bid 80046.4 x 0.00006517 ask 80046.41 x 0.63361423 at 2026-11-20T03:55:55.366Z",
    ],
    ..SHARES_LIKE
};

static CURRENCIES: Sheet = Sheet {
    word: "tiingo:fx",
    path: "/fx",
    key: Some(KEY),
    known: "eurnok",
    unknown: Unknown::Silent("zzznok"),
    first: &[],
    // The papers name the last two the other way round, and their own numbers prove them wrong.
    sent: &[(
        "eurnok",
        r#"{"service":"fx","messageType":"A","data":["Q","eurnok","2026-11-20T15:49:15.157000+00:00",5000000.0,9.6764,9.678135,4000000.0,9.67987]}"#,
    )],
    told: &["eurnok quote bid 9.6764 x 5000000.0 ask 9.67987 x 4000000.0 at 2026-11-20T15:49:15.157Z"],
    ..SHARES_LIKE
};

/// What the scenes that are played with shares alone need.
const SHARES_LIKE: Sheet = Sheet {
    word: "",
    path: "",
    key: Some(KEY),
    known: "",
    unknown: Unknown::Silent(""),
    first: &[],
    sent: &[],
    told: &[],
    days: &[],
    trades: [(("", ""), ""); 3],
    broken: ("", ""),
};

#[tokio::test]
async fn tiingo_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHARES, IEX).await?;
    scenes::prices(&COINS, CRYPTO).await?;
    scenes::prices(&CURRENCIES, FX).await
}

#[tokio::test]
async fn tiingo_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHARES, IEX, "9e0a7c3f5b1d4e82a6c0wrong").await
}

#[tokio::test]
async fn tiingo_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1000),
        reason: "",
    };
    try_join!(
        scenes::ended(&SHARES, IEX, close, &[]),
        scenes::ended(&SHARES, IEX, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn tiingo_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHARES, IEX).await
}

#[tokio::test]
async fn tiingo_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHARES, IEX, 429).await
}

#[tokio::test]
async fn tiingo_may_be_asked_instead() -> Result<()> {
    let line = "SPY latest 274.595 at 2026-11-20T15:00:01.500Z";
    polls::polled(&SHARES, IEX, line).await
}
