//! Massive's shares and coins, from its sheet.

use anyhow::{Result, ensure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, keys, polls};
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

const KEY: &str = "mRight0Secret0Massive0Key";
const PREFIXES: [&str; 11] = ["T", "Q", "A", "AM", "LULD", "XT", "XQ", "XA", "C", "CA", "CAS"];

struct Massive {
    path: &'static str,
    /// What the plan has; what it lacks is refused without a name.
    paid: &'static [&'static str],
}

const STOCKS: Massive = Massive {
    path: "/stocks",
    paid: &PREFIXES,
};
const CRYPTO: Massive = Massive {
    path: "/crypto",
    ..STOCKS
};
const FOREX: Massive = Massive {
    path: "/forex",
    ..STOCKS
};
/// A plan without single deals.
const MINUTES: Massive = Massive {
    paid: &["A", "AM"],
    ..STOCKS
};
const NOTHING: Massive = Massive { paid: &[], ..STOCKS };

const STATE: &str = r#"{"status":"OK","request_id":"7","ticker":{"ticker":"C:EURUSD","updated":1763650801000,"day":{"o":1.17,"h":1.19,"l":1.16,"c":1.185,"v":183},"lastQuote":{"a":1.1853,"b":1.18510,"t":1763650801123,"x":48},"prevDay":{"c":1.1802}}}"#;

impl Venue for Massive {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        if head.path == self.path {
            Ok(())
        } else {
            Err(Answer::status(404))
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        if head.header("authorization") != Some(&format!("Bearer {KEY}")) {
            return Answer::status(401);
        }
        match head.path.as_str() {
            "/v2/snapshot/locale/global/markets/forex/tickers/C:EURUSD" => Answer::json(STATE),
            _ => Answer::json(r#"{"status":"NotFound","request_id":"1","message":"Ticker not found."}"#),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            client.say(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#).await?;
            let said = client.hear_json().await?;
            client.must(said["action"] == "auth", "it asks before it has said who it is", &said["action"].to_string())?;
            if said["params"] != KEY {
                client.say(r#"[{"ev":"status","status":"auth_failed","message":"authentication failed"}]"#).await?;
                return client.close(None, "").await;
            }
            client.say(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#).await?;
            loop {
                let text = client.hear().await?;
                let said = client.json(&text)?;
                let on = match said["action"].as_str() {
                    Some("subscribe") => true,
                    Some("unsubscribe") => false,
                    _ => return client.wrong(text),
                };
                let params = said["params"].as_str().unwrap_or_default();
                let word = if on { "subscribed" } else { "unsubscribed" };
                for param in params.split(',') {
                    // A ticker may have a dot of its own.
                    let (prefix, ticker) = param.split_once('.').unwrap_or_default();
                    client.must(PREFIXES.contains(&prefix) && !ticker.is_empty(), "no such channel", &text)?;
                    if on && !self.paid.contains(&prefix) {
                        client.say(r#"[{"ev":"status","status":"error","message":"not authorized"}]"#).await?;
                        continue;
                    }
                    if !on {
                        client.unseat(param);
                    } else if client.is_seated(param) {
                        // It does not answer twice.
                        continue;
                    } else {
                        client.seat(param);
                    }
                    let ack = json!([{"ev": "status", "status": "success", "message": format!("{word} to: {param}")}]);
                    client.say(ack.to_string()).await?;
                }
                // It finds out late how many there are of the key.
                if client.is_crowded() {
                    client.say(r#"[{"ev":"status","status":"max_connections","message":"Maximum number of websocket connections exceeded."}]"#).await?;
                    return client.close(Some(1008), "max_connections").await;
                }
            }
        }
        .boxed()
    }
}

static SHARES: Sheet = Sheet {
    word: "massive:stocks",
    path: "/stocks",
    key: Some(KEY),
    known: "BRK.B",
    unknown: Unknown::Silent("ZZZZ"),
    first: &[],
    sent: &[
        // Several channels and tickers in one.
        (
            "T.BRK.B",
            r#"[{"ev":"T","sym":"MSFT","x":4,"i":"12344","z":3,"p":1,"s":1,"t":1763650801000,"q":3681327},{"ev":"T","sym":"BRK.B","x":4,"i":"12345","z":3,"p":114.125,"s":100,"c":[0],"t":1763650801784,"q":3681328},{"ev":"Q","sym":"BRK.B","bx":4,"bp":114.125,"bs":100,"ax":7,"ap":114.128,"as":160,"c":0,"i":[604],"t":1763650801785,"q":50385480,"z":3}]"#,
        ),
        // Of a part of a share; no conditions, which is no mistake.
        (
            "T.BRK.B",
            r#"[{"ev":"T","sym":"BRK.B","x":4,"i":"52983525029461","z":3,"p":114.13,"s":0,"ds":"0.125","t":1763650802784,"q":3681330}]"#,
        ),
        (
            "Q.BRK.B",
            r#"[{"ev":"Q","sym":"BRK.B","bx":4,"bp":114.12,"bs":200,"ax":0,"ap":0,"as":0,"c":0,"t":1763650803785,"q":50385482,"z":3}]"#,
        ),
    ],
    told: &[
        "BRK.B trade 114.125 x 100 id 12345 at 2025-11-20T15:00:01.784Z",
        "BRK.B quote bid 114.125 x 100 ask 114.128 x 160 at 2025-11-20T15:00:01.785Z",
        "BRK.B trade 114.13 x 0.125 id 52983525029461 at 2025-11-20T15:00:02.784Z",
        "BRK.B quote bid 114.12 x 200 at 2025-11-20T15:00:03.785Z",
    ],
    days: &[],
    trades: [
        (
            (
                "T.BRK.B",
                r#"[{"ev":"T","sym":"BRK.B","x":4,"i":"1","z":3,"p":114.01,"s":100,"t":1763650801001,"q":1}]"#,
            ),
            "BRK.B trade 114.01 x 100 id 1 at 2025-11-20T15:00:01.001Z",
        ),
        (
            (
                "T.BRK.B",
                r#"[{"ev":"T","sym":"BRK.B","x":4,"i":"2","z":3,"p":114.02,"s":200,"t":1763650802001,"q":5}]"#,
            ),
            "BRK.B trade 114.02 x 200 id 2 at 2025-11-20T15:00:02.001Z",
        ),
        (
            (
                "T.BRK.B",
                r#"[{"ev":"T","sym":"BRK.B","x":4,"i":"4","z":3,"p":114.03,"s":300,"t":1763650803001,"q":9}]"#,
            ),
            "BRK.B trade 114.03 x 300 id 4 at 2025-11-20T15:00:03.001Z",
        ),
    ],
    broken: (
        "T.BRK.B",
        r#"[{"ev":"T","sym":"BRK.B","x":4,"i":"3","z":3,"p":"","s":100,"t":1763650801500,"q":3}]"#,
    ),
};

static COINS: Sheet = Sheet {
    word: "massive:crypto",
    path: "/crypto",
    known: "BTC-USD",
    unknown: Unknown::Silent("ZZZ-USD"),
    // An id may be a number or a text.
    sent: &[
        (
            "XT.BTC-USD",
            r#"[{"ev":"XT","pair":"BTC-USD","p":33021.9,"t":1763650801425,"s":0.01616617,"c":[2],"i":14272084,"x":3,"r":1763650801576}]"#,
        ),
        (
            "XT.BTC-USD",
            r#"[{"ev":"XT","pair":"BTC-USD","p":33021.8,"t":1763650802425,"s":1,"c":[1],"i":"14272085","x":3,"r":1763650802576}]"#,
        ),
        (
            "XQ.BTC-USD",
            r#"[{"ev":"XQ","pair":"BTC-USD","bp":33052.79,"bs":0.48,"ap":33073.19,"as":0.601,"t":1763650803115,"x":1,"r":1763650803128}]"#,
        ),
    ],
    told: &[
        "BTC-USD trade 33021.9 x 0.01616617 id 14272084 bought at 2025-11-20T15:00:01.425Z",
        "BTC-USD trade 33021.8 x 1 id 14272085 sold at 2025-11-20T15:00:02.425Z",
        "BTC-USD quote bid 33052.79 x 0.48 ask 33073.19 x 0.601 at 2025-11-20T15:00:03.115Z",
    ],
    ..SHARES
};

/// Nobody says how much of it.
static CURRENCIES: Sheet = Sheet {
    word: "massive:forex",
    path: "/forex",
    known: "EUR/USD",
    unknown: Unknown::Silent("EUR/ZZZ"),
    sent: &[
        (
            "C.EUR/USD",
            r#"[{"ev":"C","p":"EUR/USD","x":44,"a":1.11815,"b":1.11810,"t":1763650801425}]"#,
        ),
        (
            "C.EUR/USD",
            r#"[{"ev":"C","p":"EUR/USD","x":44,"a":1.2,"b":0,"t":1763650802425}]"#,
        ),
    ],
    told: &[
        "EUR/USD quote bid 1.11810 ask 1.11815 at 2025-11-20T15:00:01.425Z",
        "EUR/USD quote ask 1.2 at 2025-11-20T15:00:02.425Z",
    ],
    ..SHARES
};

#[tokio::test]
async fn massive_is_told_to_the_digit() -> Result<()> {
    try_join!(
        scenes::prices(&SHARES, STOCKS),
        scenes::prices(&COINS, CRYPTO),
        scenes::prices(&CURRENCIES, FOREX),
    )?;
    Ok(())
}

#[tokio::test]
async fn massive_may_be_asked_for_currencies_instead() -> Result<()> {
    let line = "EUR/USD latest 1.185 bid 1.18510 ask 1.1853 at 2025-11-20T15:00:01.123Z";
    polls::polled(&CURRENCIES, FOREX, line).await
}

#[tokio::test]
async fn a_plan_of_massive_without_deals_has_the_last_price_of_each_minute_and_says_so() -> Result<()> {
    let stage = Stage::set(&SHARES, MINUTES).await?;
    stage.open(SHARES.key)?;
    stage.want(SHARES.known)?;
    let minute = r#"[{"ev":"AM","sym":"BRK.B","v":4110,"o":114.10,"c":114.20,"h":114.3,"l":114,"s":1763650800000,"e":1763650860000}]"#;
    stage.send(("AM.BRK.B", minute)).await?;
    stage
        .tells(&[
            "BRK.B Minute 114.10 114.3 114 114.20 of 4110 at 2025-11-20T15:00:00Z",
            "BRK.B latest 114.20 at 2025-11-20T15:01:00Z",
        ])
        .await?;
    stage
        .until("it says what the plan has not", |stage| {
            stage.is_live() && stage.why().contains("the plan has no single deals")
        })
        .await?;
    stage.end().await
}

#[tokio::test]
async fn a_plan_of_massive_without_anything_is_said_to_be_the_wrong_one() -> Result<()> {
    let stage = Stage::set(&SHARES, NOTHING).await?;
    stage.open(SHARES.key)?;
    stage.want(SHARES.known)?;
    stage
        .until("it waits for a person", |stage| {
            stage.is_suspended() && stage.why().contains("the account's plan does not include this")
        })
        .await?;
    ensure!(stage.house.ledger().dials.len() == 1, "it was dialed again");
    stage.end().await
}

#[tokio::test]
async fn massive_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHARES, STOCKS, "mWrong0Secret0Massive0Key").await
}

#[tokio::test]
async fn massive_finds_out_late_that_there_is_another() -> Result<()> {
    keys::crowded(&SHARES, STOCKS).await
}

#[tokio::test]
async fn massive_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "",
    };
    try_join!(
        scenes::ended(&SHARES, STOCKS, close, &[]),
        scenes::ended(&SHARES, STOCKS, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn massive_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHARES, STOCKS).await
}
