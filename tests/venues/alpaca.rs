//! Alpaca's market data, shares and coins, from its sheet.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::past::{self, Done, WithPast, all_done};
use crate::scenes::{self, keys, limits, polls};
use crate::sheet::{Sheet, Unknown};

/// Whoever has not said who it is by then has to come again.
const KNOWN_WITHIN: Duration = Duration::from_secs(10);
/// Of the free plan: a symbol on a channel is one.
const PAIRS_MAX: usize = 30;
const CHANNELS: [&str; 7] = [
    "trades",
    "quotes",
    "bars",
    "updatedBars",
    "dailyBars",
    "statuses",
    "lulds",
];
const COINS: [&str; 6] = [
    "trades",
    "quotes",
    "bars",
    "updatedBars",
    "dailyBars",
    "orderbooks",
];

struct Alpaca {
    path: &'static str,
    channels: &'static [&'static str],
}

const IEX: Alpaca = Alpaca {
    path: "/v2/iex",
    channels: &CHANNELS,
};
const CRYPTO: Alpaca = Alpaca {
    path: "/v1beta3/crypto/us",
    channels: &COINS,
};

impl Venue for Alpaca {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        if head.place() == self.path && head.query("key").is_none() {
            Ok(())
        } else {
            Err(Answer::status(404))
        }
    }

    fn fetched(&self, head: &Head) -> Answer {
        let id = head.header("apca-api-key-id").unwrap_or_default();
        let secret = head.header("apca-api-secret-key").unwrap_or_default();
        if (id, secret) != ("PKTEST", "right") {
            return Answer::status(403).saying(r#"{"message":"forbidden."}"#);
        }
        match head.place() {
            "/v2/stocks/snapshots" => Answer::json(
                r#"{"AAPL":{"latestTrade":{"t":"2026-11-20T15:00:01.5Z","x":"V","p":162.92,"s":300,"c":["@"],"i":628,"z":"C"},"latestQuote":{"t":"2026-11-20T15:00:01.6Z","ax":"V","ap":162.95,"as":3,"bx":"V","bp":162.91,"bs":2,"c":["R"],"z":"C"},"minuteBar":{"t":"2026-11-20T14:59:00Z","o":162,"h":163,"l":161.5,"c":162.9,"v":1000,"n":10,"vw":162.5},"dailyBar":{"t":"2026-11-20T05:00:00Z","o":160,"h":163.5,"l":159.25,"c":162.92,"v":50000,"n":700,"vw":161.5},"prevDailyBar":{"t":"2026-11-19T05:00:00Z","o":158,"h":161,"l":157,"c":160.5,"v":60000,"n":800,"vw":159.5}}}"#,
            ),
            _ => Answer::status(404),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            client.say(r#"[{"T":"success","msg":"connected"}]"#).await?;
            let text = client.hear_within(KNOWN_WITHIN).await?;
            let said = client.json(&text)?;
            client.must(
                said["action"] == "auth",
                "it asks before it has said who it is",
                &text,
            )?;
            if (said["key"].as_str(), said["secret"].as_str()) != (Some("PKTEST"), Some("right")) {
                client
                    .say(r#"[{"T":"error","code":402,"msg":"auth failed"}]"#)
                    .await?;
                return client.close(None, "").await;
            }
            if client.is_crowded() {
                client
                    .say(r#"[{"T":"error","code":406,"msg":"connection limit exceeded"}]"#)
                    .await?;
                return client.close(None, "").await;
            }
            client.say(r#"[{"T":"success","msg":"authenticated"}]"#).await?;
            loop {
                let said = client.hear_json().await?;
                self.subscribe(client, &said).await?;
            }
        }
        .boxed()
    }
}

impl Alpaca {
    /// All of it is taken, or nothing; the answer says what is subscribed now.
    async fn subscribe(&self, client: &mut Client, said: &Value) -> Result<()> {
        let text = said.to_string();
        let on = match said["action"].as_str() {
            Some("subscribe") => true,
            Some("unsubscribe") => false,
            _ => return client.wrong(format!("an unknown action: {text}")),
        };
        let mut seats = Vec::new();
        for (channel, symbols) in said
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "action")
        {
            client.must(
                self.channels.contains(&channel.as_str()),
                "a channel that there is not",
                &text,
            )?;
            let symbols = symbols.as_array().into_iter().flatten().filter_map(Value::as_str);
            seats.extend(symbols.map(|symbol| format!("{channel}:{symbol}")));
        }
        if seats
            .iter()
            .any(|seat| seat.split(':').nth(1).is_none_or(str::is_empty))
        {
            return client
                .say(r#"[{"T":"error","code":400,"msg":"invalid syntax"}]"#)
                .await;
        }
        let held = client.all_seats().len();
        let new = seats.iter().filter(|seat| !client.is_seated(seat)).count();
        if on && held + new > PAIRS_MAX {
            return client
                .say(r#"[{"T":"error","code":405,"msg":"symbol limit exceeded"}]"#)
                .await;
        }
        for seat in &seats {
            if on {
                client.seat(seat);
            } else {
                client.unseat(seat);
            }
        }
        let mut state: Map<String, Value> = self
            .channels
            .iter()
            .map(|name| ((*name).to_owned(), json!([])))
            .collect();
        for seat in client.all_seats() {
            let (channel, symbol) = seat.split_once(':').unwrap_or_default();
            if let Some(list) = state.get_mut(channel).and_then(Value::as_array_mut) {
                list.push(json!(symbol));
            }
        }
        // Corrections come with the trades of shares, unasked.
        if self.channels.contains(&"statuses") {
            state.insert("corrections".to_owned(), state["trades"].clone());
            state.insert("cancelErrors".to_owned(), state["trades"].clone());
        }
        state.insert("T".to_owned(), json!("subscription"));
        client.say(json!([state]).to_string()).await
    }
}

static SHARES: Sheet = Sheet {
    word: "alpaca:iex",
    path: "/v2/iex",
    key: Some("PKTEST:right"),
    known: "AAPL",
    unknown: Unknown::Silent("ZZZZ"),
    first: &[],
    sent: &[
        // Two in one, the second under the unit of trading and after hours.
        (
            "trades:AAPL",
            r#"[{"T":"t","S":"AAPL","i":627,"x":"V","p":163,"s":100,"c":["@"],"z":"C","t":"2026-11-20T15:00:00Z"},{"T":"t","S":"AAPL","i":628,"x":"K","p":162.92,"s":3,"c":["@","F","T","I"],"z":"C","t":"2026-11-20T21:54:26.838232225Z"}]"#,
        ),
        (
            "quotes:AAPL",
            r#"[{"T":"q","S":"AAPL","bx":"K","bp":91.95,"bs":2,"ax":"Q","ap":91.98,"as":1,"c":["R"],"z":"C","t":"2026-11-20T21:54:21.670905508Z"}]"#,
        ),
        // Nobody sells.
        (
            "quotes:AAPL",
            r#"[{"T":"q","S":"AAPL","bx":"K","bp":91.94,"bs":2,"ax":" ","ap":0,"as":0,"c":["R"],"z":"C","t":"2026-11-20T21:54:22Z"}]"#,
        ),
        (
            "trades:AAPL",
            r#"[{"T":"c","S":"AAPL","x":"V","oi":627,"op":163,"os":100,"oc":["@"],"ci":629,"cp":162.5,"cs":90,"cc":["@"],"t":"2026-11-20T21:55:00.000000001Z","z":"C"},{"T":"x","S":"AAPL","i":628,"x":"K","p":162.92,"s":3,"a":"C","t":"2026-11-20T21:56:00Z","z":"C"}]"#,
        ),
        (
            "statuses:AAPL",
            r#"[{"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"Trading Halted; For information requested by NASDAQ","t":"2026-11-20T21:57:00Z","z":"C"}]"#,
        ),
    ],
    told: &[
        "AAPL trade 163 x 100 id 627 at 2026-11-20T15:00:00Z",
        "AAPL trade 162.92 x 3 id 628 at 2026-11-20T21:54:26.838232225Z odd_lot extended not_last not_range",
        "AAPL quote bid 91.95 x 2 ask 91.98 x 1 at 2026-11-20T21:54:21.670905508Z",
        "AAPL quote bid 91.94 x 2 at 2026-11-20T21:54:22Z",
        "AAPL not 627 but trade 162.5 x 90 id 629",
        "AAPL not 628 but nothing",
        "AAPL session halted",
    ],
    days: &[],
    trades: [
        (
            (
                "trades:AAPL",
                r#"[{"T":"t","S":"AAPL","i":1,"x":"V","p":162.01,"s":1000,"c":["@"],"z":"C","t":"2026-11-20T15:00:01Z"}]"#,
            ),
            "AAPL trade 162.01 x 1000 id 1 at 2026-11-20T15:00:01Z",
        ),
        (
            (
                "trades:AAPL",
                r#"[{"T":"t","S":"AAPL","i":2,"x":"V","p":162.02,"s":2000,"c":["@"],"z":"C","t":"2026-11-20T15:00:02Z"}]"#,
            ),
            "AAPL trade 162.02 x 2000 id 2 at 2026-11-20T15:00:02Z",
        ),
        (
            (
                "trades:AAPL",
                r#"[{"T":"t","S":"AAPL","i":5,"x":"V","p":162.03,"s":3000,"c":["@"],"z":"C","t":"2026-11-20T15:00:03Z"}]"#,
            ),
            "AAPL trade 162.03 x 3000 id 5 at 2026-11-20T15:00:03Z",
        ),
    ],
    broken: (
        "trades:AAPL",
        r#"[{"T":"t","S":"AAPL","i":3,"x":"V","p":"","s":1000,"c":["@"],"z":"C","t":"2026-11-20T15:00:01Z"}]"#,
    ),
};

static COINS_SHEET: Sheet = Sheet {
    word: "alpaca:crypto",
    path: "/v1beta3/crypto/us",
    key: Some("PKTEST:right"),
    known: "BTC/USD",
    unknown: Unknown::Silent("ZZZ/USD"),
    first: &[],
    sent: &[
        // No double holds this id.
        (
            "trades:BTC/USD",
            r#"[{"T":"t","S":"BTC/USD","p":41853,"s":0.01,"t":"2026-11-20T23:36:23.17799008Z","i":8102483281662395354,"tks":"B"}]"#,
        ),
        (
            "quotes:BTC/USD",
            r#"[{"T":"q","S":"BTC/USD","bp":1815.55510989,"bs":8.24941727,"ap":1818.4,"as":4.15121428,"t":"2026-11-20T23:36:33.256826818Z"}]"#,
        ),
    ],
    told: &[
        "BTC/USD trade 41853 x 0.01 id 8102483281662395354 bought at 2026-11-20T23:36:23.177990080Z",
        "BTC/USD quote bid 1815.55510989 x 8.24941727 ask 1818.4 x 4.15121428 at 2026-11-20T23:36:33.256826818Z",
    ],
    days: &[],
    trades: SHARES.trades,
    broken: SHARES.broken,
};

/// The newest of a stretch whose both ends are of it, adjusted and by the tape that was paid for.
fn bars(head: &Head) -> Option<Answer> {
    if head.place() != "/v2/stocks/bars" {
        return None;
    }
    let time = |name: &str| Some(head.query(name)?.parse::<DateTime<Utc>>().ok()?.timestamp());
    let is = |name: &str, word: &str| head.query(name).as_deref() == Some(word);
    let known =
        head.header("apca-api-key-id") == Some("PKTEST") && is("symbols", "AAPL") && is("timeframe", "1Min");
    let usual = is("sort", "desc") && is("adjustment", "split") && is("feed", "iex");
    let limit = head.query("limit").and_then(|limit| limit.parse::<usize>().ok());
    let (true, true, Some(start), Some(end), Some(limit)) = (known, usual, time("start"), time("end"), limit)
    else {
        return Some(Answer::status(400).saying(r#"{"message":"what is that"}"#));
    };
    let rows = all_done(start, end).rev().take(limit.min(10_000)).map(|done| {
        let Done {
            start,
            open,
            high,
            low,
            close,
            volume,
        } = done;
        let time = DateTime::from_timestamp(start, 0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(
            r#"{{"t":"{time}","o":{open},"h":{high},"l":{low},"c":{close},"v":{volume},"n":7,"vw":{close}}}"#
        )
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    Some(Answer::json(format!(
        r#"{{"bars":{{"AAPL":[{rows}]}},"next_page_token":null}}"#
    )))
}

#[tokio::test]
async fn alpaca_fills_a_chart_and_what_a_cut_has_kept_from_us() -> Result<()> {
    let house = WithPast {
        venue: IEX,
        past: bars,
    };
    past::filled(&SHARES, house, "/v2/stocks/bars").await
}

#[tokio::test]
async fn alpaca_is_told_to_the_digit() -> Result<()> {
    scenes::prices(&SHARES, IEX).await?;
    scenes::prices(&COINS_SHEET, CRYPTO).await
}

#[tokio::test]
async fn alpaca_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHARES, IEX, "PKTEST:forgotten").await
}

#[tokio::test]
async fn alpaca_bears_one_connection_of_a_key() -> Result<()> {
    keys::crowded(&SHARES, IEX).await
}

#[tokio::test]
async fn alpaca_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1011),
        reason: "slow client",
    };
    try_join!(
        scenes::ended(&SHARES, IEX, close, &[]),
        scenes::ended(&SHARES, IEX, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn alpaca_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHARES, IEX).await
}

#[tokio::test]
async fn alpaca_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHARES, IEX, 429).await
}

#[tokio::test]
async fn alpaca_may_be_asked_instead() -> Result<()> {
    let line = "AAPL latest 162.92 x 300 bid 162.91 x 2 ask 162.95 x 3 at 2026-11-20T15:00:01.500Z";
    polls::polled(&SHARES, IEX, line).await
}
