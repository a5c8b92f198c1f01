//! Yahoo's streamer, which is nobody's promise, from its sheet.
//!
//! What it packs was made by hand of the field numbers there: 1 the name, 2 the price as a float of 32 bits, 3 the
//! time in zigzag, 6 and 7 what it is and which part of the day, 9 the day's volume in zigzag, 27 how many digits.

use anyhow::{Result, ensure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::try_join;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue, Whim};
use crate::scenes::past::{self, Done, WithPast, done};
use crate::scenes::{self, limits};
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

/// The first so many are served, and the rest is not told of it.
const SYMBOLS_MAX: usize = 100;

struct Yahoo;

impl Venue for Yahoo {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        match (head.place(), head.query("version").as_deref()) {
            ("/", Some("2")) => Ok(()),
            _ => Err(Answer::status(404)),
        }
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async move {
            loop {
                let text = client.hear().await?;
                let said = client.json(&text)?;
                let list = |name: &str| {
                    said[name]
                        .as_array()
                        .map(|list| list.iter().filter_map(Value::as_str).collect::<Vec<_>>())
                };
                match (list("subscribe"), list("unsubscribe")) {
                    (Some(names), None) => {
                        for name in names {
                            if client.all_seats().len() < SYMBOLS_MAX {
                                client.seat(name);
                            }
                            // The last known price, at once, however old it is.
                            match name {
                                "AAPL" => client.say(AAPL_BEFORE).await?,
                                "BTC-USD" => client.say(COIN_BEFORE).await?,
                                _ => {}
                            }
                        }
                    }
                    (None, Some(names)) => names.iter().for_each(|name| client.unseat(name)),
                    _ => return client.wrong(text),
                }
            }
        }
        .boxed()
    }
}

/// 307.20 in regular hours, 5 422 202 of the day.
const AAPL_BEFORE: &str =
    r#"{"type":"pricing","message":"CgRBQVBMFZqZmUMYgKa8nNRmKgNOTVMwCDgBRQAAAD9I9PGVBWUAAMA/2AEE"}"#;
/// 82986.5, high 84000, low 81000, the close before 82886.5; with a field that nobody knows.
const COIN_BEFORE: &str = r#"{"type":"pricing","message":"CgdCVEMtVVNEFUAVokcY4IO9nNRmIgNVU0QqA0NDQzApOAFFAACAP0iAv9mZnQJVABCkR10ANJ5HZQAAyEJ9ACigR4UBQOOhR7ABgL/ZmZ0C2AEE4AGAv9mZnQLyAQNCVEOaBgVsYXRlcokCAAAA6HZId0I="}"#;

static SHARES: Sheet = Sheet {
    word: "yahoo",
    path: "/?version=2",
    key: None,
    known: "AAPL",
    unknown: Unknown::Silent("USDJPY=X"),
    first: &["AAPL latest 307.2 in open at 2025-11-20T15:00:00Z"],
    sent: &[
        // Another kind, which is nothing to us; then a price, and one before the opening.
        ("AAPL", r#"{"type":"heartbeat"}"#),
        (
            "AAPL",
            r#"{"type":"pricing","message":"CgRBQVBMFbiemUMYwOS8nNRmKgNOTVMwCDgBRQAAAD9IkPiVBWUAAMA/2AEE"}"#,
        ),
        (
            "AAPL",
            r#"{"type":"pricing","message":"CgRBQVBMFQCgmUMYkPS8nNRmKgNOTVMwCDgARQAAAD9I2PmVBWUAAMA/2AEE"}"#,
        ),
    ],
    told: &[
        "AAPL trade 307.24 at 2025-11-20T15:00:04Z not_volume",
        "AAPL session pre",
        "AAPL trade 307.25 at 2025-11-20T15:00:05Z extended not_volume",
    ],
    days: &[
        "AAPL day from 305.7 volume 5422202",
        "AAPL day from 305.74 volume 5422600",
        "AAPL day from 305.75 volume 5422700",
    ],
    trades: [
        (
            (
                "AAPL",
                r#"{"type":"pricing","message":"CgRBQVBMFeGamUMY0LW8nNRmKgNOTVMwCDgBRQAAAD9IuPOVBWUAAMA/2AEE"}"#,
            ),
            "AAPL trade 307.21 at 2025-11-20T15:00:01Z not_volume",
        ),
        (
            (
                "AAPL",
                r#"{"type":"pricing","message":"CgRBQVBMFSmcmUMYoMW8nNRmKgNOTVMwCDgBRQAAAD9IgPWVBWUAAMA/2AEE"}"#,
            ),
            "AAPL trade 307.22 at 2025-11-20T15:00:02Z not_volume",
        ),
        (
            (
                "AAPL",
                r#"{"type":"pricing","message":"CgRBQVBMFXGdmUMY8NS8nNRmKgNOTVMwCDgBRQAAAD9IyPaVBWUAAMA/2AEE"}"#,
            ),
            "AAPL trade 307.23 at 2025-11-20T15:00:03Z not_volume",
        ),
    ],
    broken: ("AAPL", r#"{"type":"pricing","message":"CgRBQVBMFZqZm*"}"#),
};

static COINS: Sheet = Sheet {
    known: "BTC-USD",
    first: &["BTC-USD latest 82986.5 in open at 2025-11-20T15:00:06Z"],
    sent: &[(
        "BTC-USD",
        r#"{"type":"pricing","message":"CgdCVEMtVVNEFcAVokcYsJO9nNRmIgNVU0QqA0NDQzApOAFFAACAP0iAv9mZnQJVABCkR10ANJ5HZQAAyEJ9ACigR4UBQOOhR7ABgL/ZmZ0C2AEE4AGAv9mZnQLyAQNCVEOaBgVsYXRlcokCAAAA6HZId0I="}"#,
    )],
    told: &["BTC-USD trade 82987.5 at 2025-11-20T15:00:07Z not_volume"],
    days: &[
        "BTC-USD day from 82886.5 high 84000 low 81000 volume 38279000000",
        "BTC-USD day from 82886.5 high 84000 low 81000 volume 38279000000",
    ],
    ..SHARES
};

/// Lists that belong together by their places, with holes where nothing was done, and the price of this moment.
fn chart(head: &Head) -> Option<Answer> {
    if head.place() != "/v8/finance/chart/AAPL" {
        return None;
    }
    let time = |name: &str| head.query(name)?.parse::<i64>().ok();
    let (Some("1m"), Some(from), Some(until)) = (
        head.query("interval").as_deref(),
        time("period1"),
        time("period2"),
    ) else {
        return Some(Answer::status(422));
    };
    let starts: Vec<_> = (from..until).step_by(60).collect();
    let list = |part: fn(Done) -> String| {
        let told = starts
            .iter()
            .map(|start| done(*start).map_or_else(|| "null".to_owned(), part));
        told.chain(["1.5".to_owned()]).collect::<Vec<_>>().join(",")
    };
    let (open, high, low) = (
        list(|done| done.open),
        list(|done| done.high),
        list(|done| done.low),
    );
    let (close, volume) = (list(|done| done.close), list(|done| done.volume));
    let times = starts
        .iter()
        .map(ToString::to_string)
        .chain([(until + 31).to_string()]);
    let times = times.collect::<Vec<_>>().join(",");
    Some(Answer::json(format!(
        r#"{{"chart":{{"result":[{{"meta":{{"symbol":"AAPL"}},"timestamp":[{times}],"indicators":{{"quote":[{{"open":[{open}],"high":[{high}],"low":[{low}],"close":[{close}],"volume":[{volume}]}}]}}}}],"error":null}}}}"#
    )))
}

#[tokio::test]
async fn yahoo_fills_a_chart_and_what_a_cut_has_kept_from_us() -> Result<()> {
    let house = WithPast {
        venue: Yahoo,
        past: chart,
    };
    past::filled(&SHARES, house, "/v8/finance/chart/AAPL").await
}

#[tokio::test]
async fn yahoo_may_not_tell_its_past() -> Result<()> {
    let past = |head: &Head| {
        let asked = head.place() == "/v8/finance/chart/AAPL";
        let words = r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}"#;
        asked.then(|| Answer::json(words))
    };
    let house = WithPast { venue: Yahoo, past };
    past::refused(&SHARES, house, "/v8/finance/chart/AAPL", "may be delisted").await
}

#[tokio::test]
async fn yahoo_is_told_to_the_digit() -> Result<()> {
    try_join!(scenes::prices(&SHARES, Yahoo), scenes::prices(&COINS, Yahoo))?;
    Ok(())
}

/// Of what it does not like it says nothing: it closes.
#[tokio::test]
async fn yahoo_may_close_and_cut_off() -> Result<()> {
    let close = Order::Close {
        code: None,
        reason: "",
    };
    const AGAIN: &[&str] = &["AAPL latest 307.2 in open at 2025-11-20T15:00:00Z"];
    try_join!(
        scenes::ended(&SHARES, Yahoo, close, AGAIN),
        scenes::ended(&SHARES, Yahoo, Order::Cut, AGAIN),
    )?;
    Ok(())
}

#[tokio::test]
async fn yahoo_may_send_nonsense() -> Result<()> {
    scenes::malformed(&SHARES, Yahoo).await
}

#[tokio::test]
async fn yahoo_is_left_alone_for_as_long_as_it_says() -> Result<()> {
    limits::asked_to_wait(&SHARES, Yahoo, 429).await
}

#[tokio::test]
async fn yahoo_is_asked_for_a_hundred_at_most() -> Result<()> {
    limits::many(&SHARES, Yahoo, 30, "Z", "=X").await
}

/// It has no key that could be wrong, and says of itself neither why nor for how long.
#[tokio::test]
async fn yahoo_may_shut_its_door_and_is_not_knocked_at_again_and_again() -> Result<()> {
    for (status, words) in [
        (429, "the venue wants to be asked less often"),
        (403, "the venue does not let this computer in"),
        (401, "the venue does not let this computer in"),
    ] {
        let stage = Stage::set(&SHARES, Yahoo).await?;
        stage.house.next(Whim::Refused(Answer::status(status)));
        stage.open(None)?;
        stage.want(SHARES.known)?;
        stage
            .until(words, |stage| {
                (stage.is_waiting() || stage.is_suspended()) && stage.why().starts_with(words)
            })
            .await?;
        ensure!(!stage.why().contains("key"), "{}", stage.why());
        ensure!(stage.house.ledger().dials.len() == 1, "it was dialed again");
        stage.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn yahoo_is_asked_for_as_many_as_a_connection_carries() -> Result<()> {
    limits::full(&SHARES, Yahoo, 100, "Z", "=X").await
}
