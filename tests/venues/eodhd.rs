//! EODHD's sockets, one for each market, from its sheet.

use anyhow::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::{self, keys, limits};
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

const KEY: &str = "5right00secret00.12345678";
const SYMBOLS_MAX: usize = 50;

struct Eodhd {
    path: &'static str,
    /// What others of the same key have left of them.
    symbols_max: usize,
}

impl Venue for Eodhd {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        // Who has a wrong key learns it when the socket is open, so a script must be able to tell.
        match (head.place() == self.path, head.query("api_token").as_deref()) {
            (true, Some(_)) => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            if client.query("api_token").as_deref() != Some(KEY) {
                client.say(r#"{"status":403,"message":"Server error"}"#).await?;
                return client.close(None, "").await;
            }
            // Whoever asks before this is thrown out.
            client.must_wait().await?;
            client
                .say(r#"{"status_code":200,"message":"Authorized"}"#)
                .await?;
            loop {
                let text = client.hear().await?;
                let said = client.json(&text)?;
                let Some(symbols) = said["symbols"].as_str() else {
                    return client.wrong(format!("symbols must be one text: {text}"));
                };
                client.must(!symbols.contains(' '), "a space between the names", &text)?;
                let names: Vec<_> = symbols.split(',').collect();
                match said["action"].as_str() {
                    // All of it or nothing.
                    Some("subscribe") if client.all_seats().len() + names.len() > self.symbols_max => {
                        client
                            .say(r#"{"status_code":422,"message":"Symbols limit reached"}"#)
                            .await?;
                    }
                    Some("subscribe") => {
                        for name in names {
                            client.seat(name);
                            // Where it knows of a last price it says so at once, however old that is.
                            let before = BEFORE
                                .iter()
                                .find(|(place, known, _)| *place == self.path && *known == name);
                            if let Some((_, _, text)) = before {
                                client.say(*text).await?;
                            }
                        }
                    }
                    Some("unsubscribe") => names.iter().for_each(|name| client.unseat(name)),
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

const fn socket(path: &'static str) -> Eodhd {
    Eodhd {
        path,
        symbols_max: SYMBOLS_MAX,
    }
}

const US: Eodhd = socket("/ws/us");
const QUOTES: Eodhd = socket("/ws/us-quote");
const FOREX: Eodhd = socket("/ws/forex");
const CRYPTO: Eodhd = socket("/ws/crypto");

/// Of currencies alone it says what was there before.
const BEFORE: [(&str, &str, &str); 1] = [(
    "/ws/forex",
    "AUDUSD",
    r#"{"s":"AUDUSD","a":0.7075,"b":0.7071,"dc":"0.552","dd":"0.0039","ppms":false,"t":1763650740000}"#,
)];

static SHARES: Sheet = Sheet {
    word: "eodhd:us",
    path: "/ws/us",
    key: Some(KEY),
    known: "AAPL",
    unknown: Unknown::Silent("ZZZZ"),
    first: &[],
    sent: TRADES_SENT,
    told: &["AAPL trade 309.19 x 2 at 2025-11-20T21:30:01.868Z extended"],
    days: &[],
    trades: [
        (
            (
                "AAPL",
                r#"{"s":"AAPL","p":309.01,"c":[],"v":1,"dp":false,"ms":"open","t":1763650801001}"#,
            ),
            "AAPL trade 309.01 x 1 at 2025-11-20T15:00:01.001Z",
        ),
        (
            (
                "AAPL",
                r#"{"s":"AAPL","p":309.02,"c":[],"v":2,"dp":false,"ms":"open","t":1763650802001}"#,
            ),
            "AAPL trade 309.02 x 2 at 2025-11-20T15:00:02.001Z",
        ),
        (
            (
                "AAPL",
                r#"{"s":"AAPL","p":309.03,"c":[],"v":3,"dp":false,"ms":"open","t":1763650803001}"#,
            ),
            "AAPL trade 309.03 x 3 at 2025-11-20T15:00:03.001Z",
        ),
    ],
    broken: (
        "AAPL",
        r#"{"s":"AAPL","p":"","c":[],"v":1,"dp":false,"ms":"open","t":1763650801500}"#,
    ),
};

const TRADES_SENT: &[(&str, &str)] = &[(
    "AAPL",
    r#"{"s":"AAPL","p":309.19,"c":[],"v":2,"dp":false,"ms":"extended-hours","t":1763674201868}"#,
)];

static BOOK: Sheet = Sheet {
    word: "eodhd:us-quote",
    path: "/ws/us-quote",
    sent: &[(
        "AAPL",
        r#"{"s":"AAPL","ap":227.33,"as":200,"bp":227.30,"bs":100,"t":1763650801165}"#,
    )],
    told: &["AAPL quote bid 227.30 x 100 ask 227.33 x 200 at 2025-11-20T15:00:01.165Z"],
    ..SHARES
};

static CURRENCIES: Sheet = Sheet {
    word: "eodhd:forex",
    path: "/ws/forex",
    first: &["AUDUSD latest bid 0.7071 ask 0.7075 at 2025-11-20T14:59:00Z"],
    known: "AUDUSD",
    sent: &[(
        "AUDUSD",
        r#"{"s":"AUDUSD","a":0.70743161,"b":0.70722341,"dc":"0.552","dd":"0.0039","ppms":false,"t":1763650801063}"#,
    )],
    told: &["AUDUSD quote bid 0.70722341 ask 0.70743161 at 2025-11-20T15:00:01.063Z"],
    ..SHARES
};

static COINS: Sheet = Sheet {
    word: "eodhd:crypto",
    path: "/ws/crypto",
    known: "BTC-USD",
    sent: &[(
        "BTC-USD",
        r#"{"s":"BTC-USD","p":"82986","q":"0.1","t":1763650801826}"#,
    )],
    told: &["BTC-USD trade 82986 x 0.1 at 2025-11-20T15:00:01.826Z"],
    ..SHARES
};

#[tokio::test]
async fn eodhd_is_told_to_the_digit() -> Result<()> {
    try_join!(
        scenes::prices(&SHARES, US),
        scenes::prices(&BOOK, QUOTES),
        scenes::prices(&CURRENCIES, FOREX),
        scenes::prices(&COINS, CRYPTO),
    )?;
    Ok(())
}

#[tokio::test]
async fn eodhd_does_not_take_a_wrong_key() -> Result<()> {
    keys::wrong_key(&SHARES, US, "5wrong00secret00.12345678").await
}

#[tokio::test]
async fn eodhd_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: Some(1001),
        reason: "",
    };
    try_join!(
        scenes::ended(&SHARES, US, close, &[]),
        scenes::ended(&SHARES, US, Order::Cut, &[]),
    )?;
    Ok(())
}

#[tokio::test]
async fn eodhd_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHARES, US).await
}

#[tokio::test]
async fn eodhd_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHARES, US, 429).await
}

/// It takes a whole message or nothing of it, and another program has used up most of the key's symbols.
#[tokio::test]
async fn eodhd_is_filled_to_the_last_place_that_the_key_has_left() -> Result<()> {
    let left = Eodhd { symbols_max: 2, ..US };
    let stage = Stage::set(&SHARES, left).await?;
    stage.open(SHARES.key)?;
    for symbol in [SHARES.known, "MSFT", "TSLA"] {
        stage.want(symbol)?;
    }
    stage
        .until("the third one is told that there is no room", |stage| {
            stage.look(|told| {
                told.refused.len() == 1
                    && told.refused[0].starts_with("TSLA: the venue has no room for it; give up another")
            })
        })
        .await?;
    let (sent, line) = SHARES.trades[0];
    stage.send(sent).await?;
    stage.tells(&[line]).await?;
    stage.end().await
}

#[tokio::test]
async fn eodhd_is_asked_for_as_many_as_a_connection_carries() -> Result<()> {
    limits::full(&SHARES, US, 50, "Z", "").await
}
