//! An event stream, and prices for whoever asks again and again.

use anyhow::{Result, ensure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::TransportKind;
use provider::custom::{Draft, MessageDraft};

use super::trade;
use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::scenes::polls;
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

pub(super) const EVENTS: &str = "custom:events";
pub(super) const POLLED: &str = "custom:polled";

pub(super) fn draft() -> Draft {
    Draft {
        events: "/v1/events?of={symbols}".to_owned(),
        poll: "/v1/prices?of={symbols}&key={key}".to_owned(),
        polls_per_minute: Some(30),
        messages: vec![
            trade("/deal"),
            MessageDraft {
                kind: "latest".to_owned(),
                symbol: "/prices/*#".to_owned(),
                price: "/prices/*/last".to_owned(),
                bid: "/prices/*/bid".to_owned(),
                ..MessageDraft::default()
            },
        ],
        ..Draft::default()
    }
}

struct Metals;

impl Venue for Metals {
    fn door(&self, _head: &Head) -> Result<(), Answer> {
        Err(Answer::status(404))
    }

    fn events(&self, head: &Head) -> Option<Vec<String>> {
        let symbols = head.query("of").filter(|_| head.place() == "/v1/events")?;
        Some(symbols.split(',').map(str::to_owned).collect())
    }

    fn fetched(&self, head: &Head) -> Answer {
        match (head.place(), head.query("key").as_deref()) {
            ("/v1/prices", Some("hush hush")) => {
                Answer::json(r#"{"prices":{"GOLD":{"last":2650.10,"bid":"2650.0"},"TIN":{"last":1}}}"#)
            }
            ("/v1/prices", _) => Answer::status(401).saying("no such key"),
            _ => Answer::status(404),
        }
    }

    fn serve<'a>(&'a self, _client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
}

const fn sheet(word: &'static str) -> Sheet {
    Sheet {
        word,
        path: "",
        key: Some("hush hush"),
        known: "GOLD",
        unknown: Unknown::Silent("LEAD"),
        first: &[],
        sent: &[],
        told: &[],
        days: &[],
        trades: [
            (
                (
                    "GOLD",
                    r#"{"deal":{"sym":"GOLD","px":"2650.10","qty":1,"ts":1795082401440}}"#,
                ),
                "GOLD trade 2650.10 x 1 at 2026-11-19T10:00:01.440Z",
            ),
            (
                ("GOLD", r#"{"deal":{"sym":"GOLD","px":2650.2}}"#),
                "GOLD trade 2650.2",
            ),
            (
                ("GOLD", r#"{"deal":{"sym":"GOLD","px":2650.3}}"#),
                "GOLD trade 2650.3",
            ),
        ],
        broken: ("GOLD", r#"{"deal":{"sym":"GOLD","px":"many"}}"#),
    }
}

static STREAMED: Sheet = sheet(EVENTS);
static ASKED: Sheet = sheet(POLLED);

#[tokio::test]
async fn a_described_endpoint_that_is_asked_tells_what_is_true() -> Result<()> {
    polls::polled(&ASKED, Metals, "GOLD latest 2650.10 bid 2650.0").await
}

/// As strict as some are: whoever names one that it does not have gets nothing at all.
struct Strict;

impl Venue for Strict {
    fn door(&self, _head: &Head) -> Result<(), Answer> {
        Err(Answer::status(404))
    }

    fn fetched(&self, head: &Head) -> Answer {
        let names = head.query("of").unwrap_or_default();
        let unknown = names
            .split(',')
            .find(|name| !["GOLD", "TIN", "ZINC"].contains(name));
        if unknown.is_some() {
            return Answer::status(404).saying(r#"{"trouble":"no such metal"}"#);
        }
        let prices = names.split(',').map(|name| format!(r#""{name}":{{"last":2}}"#));
        let prices: Vec<_> = prices.collect();
        Answer::json(format!(r#"{{"prices":{{{}}}}}"#, prices.join(",")))
    }

    fn serve<'a>(&'a self, _client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
}

/// All of them stand in one path, which is refused for the sake of one.
#[tokio::test]
async fn one_name_that_the_venue_does_not_know_does_not_cost_the_others_of_its_path() -> Result<()> {
    let stage = Stage::set(&ASKED, Strict).await?;
    stage.open_over(ASKED.key, &[TransportKind::Poll])?;
    for name in ["GOLD", "LEAD", "TIN", "ZINC"] {
        stage.want(name)?;
    }
    stage
        .until("those that it knows are told", |stage| {
            stage.look(|told| told.prices.len() >= 3)
        })
        .await?;
    stage
        .until("they share one path again", |stage| {
            stage
                .house
                .ledger()
                .fetched
                .iter()
                .filter(|path| path.contains("GOLD,TIN,ZINC"))
                .count()
                > 1
        })
        .await?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage.look(|told| {
        let mut prices = told.prices.clone();
        prices.sort();
        // They are asked for together, too, in the end.
        prices.dedup();
        ensure!(prices == ["GOLD latest 2", "TIN latest 2", "ZINC latest 2"], "{prices:#?}");
        let sentence = r#"LEAD: the venue does not know LEAD (it says: {"trouble":"no such metal"}); look up how it writes it, or take it off the list"#;
        ensure!(told.refused == [sentence], "{:#?}", told.refused);
        Ok(())
    })?;
    let status = stage.status();
    ensure!(
        status.as_ref().is_some_and(|status| status.drops == 0),
        "{status:?}"
    );
    let fetched = stage.house.ledger().fetched.clone();
    let with_lead = fetched.iter().filter(|path| path.contains("LEAD")).count();
    ensure!(
        with_lead == 3,
        "all four, two of them, and it alone: {fetched:#?}"
    );
    stage.end().await
}

/// One that stands alone is told, and the line waits for another.
#[tokio::test]
async fn a_name_that_stands_alone_and_is_not_known_does_not_end_the_line() -> Result<()> {
    let stage = Stage::set(&ASKED, Strict).await?;
    stage.open_over(ASKED.key, &[TransportKind::Poll])?;
    stage.want("LEAD")?;
    stage
        .until("it is told", |stage| stage.look(|told| told.refused.len() == 1))
        .await?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage.want("TIN")?;
    stage
        .until("the other one is told", |stage| {
            stage.look(|told| told.prices == ["TIN latest 2"])
        })
        .await?;
    stage.look(|told| {
        ensure!(told.refused.len() == 1, "{:#?}", told.refused);
        Ok(())
    })?;
    let status = stage.status();
    ensure!(
        status.as_ref().is_some_and(|status| status.drops == 0),
        "{status:?}"
    );
    stage.end().await
}

#[tokio::test]
async fn a_described_event_stream_is_told_cut_off_and_heard_again() -> Result<()> {
    let stage = Stage::set(&STREAMED, Metals).await?;
    stage.open_over(STREAMED.key, &[TransportKind::EventStream])?;
    stage.want(STREAMED.known)?;
    let [(one, told_one), (two, told_two), (three, told_three)] = STREAMED.trades;
    stage.send(one).await?;
    stage.tells(&[told_one]).await?;
    stage.send(STREAMED.broken).await?;
    stage.send(two).await?;
    stage.tells(&[told_one, told_two]).await?;
    let asked = stage.house.ledger().fetched.len();
    stage.house.order(Order::Cut);
    stage
        .until("it comes back", |stage| {
            stage.house.ledger().fetched.len() > asked
        })
        .await?;
    stage.send(three).await?;
    stage.tells(&[told_one, told_two, told_three]).await?;
    let totals = stage.handle.totals(&stage.feed);
    ensure!(totals.unreadable == 1, "{totals:?}");
    stage.end().await
}
