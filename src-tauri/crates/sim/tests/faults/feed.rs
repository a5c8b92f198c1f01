//! Faults of what is said, and of the house as a whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use sim::{Options, Server};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::house::{BOTH, By, Client, Heard, begin, end, open};
use super::until_ended;

#[tokio::test]
async fn muting_a_symbol_leaves_the_others_alone_and_ends() {
    for by in BOTH {
        let server = open(2_000);
        let mut client = Client::of(&server, &["NVX", "HLQ"]).await;
        let words = json!({"fault": "mute", "symbols": ["NVX"]});
        let id = begin(&server, by, words).await;
        // What was on its way before.
        let is_seen = |message: &Value| message["symbol"] == "HLQ" || message["symbol"] == "NVX";
        let mut quiet = 0;
        while quiet < 200 {
            let event = client.until(is_seen).await;
            quiet = if event["symbol"] == "NVX" { 0 } else { quiet + 1 };
        }
        end(&server, by, id).await;
        client.event("NVX").await;
    }
}

#[tokio::test]
async fn numbers_are_missing_doubled_and_in_another_order_for_the_symbol_that_was_named() {
    for by in BOTH {
        for (words, is_wrong) in [
            (
                json!({"fault": "lose", "every": 5, "symbols": ["NVX"]}),
                (|before, seq| seq > before + 1) as fn(u64, u64) -> bool,
            ),
            (
                json!({"fault": "duplicate", "every": 5, "symbols": ["NVX"]}),
                |before, seq| seq == before,
            ),
            (
                json!({"fault": "reorder", "every": 5, "places": 2, "symbols": ["NVX"]}),
                |before, seq| seq < before,
            ),
        ] {
            let server = open(2_000);
            let mut client = Client::of(&server, &["NVX", "HLQ"]).await;
            let id = begin(&server, by, words.clone()).await;
            let mut last = [None, None];
            let mut wrong = 0;
            while wrong < 20 {
                let event = client.until(super::house::is_event).await;
                let place = usize::from(event["symbol"] == "HLQ");
                let seq = event["seq"].as_u64().unwrap();
                if let Some(before) = last[place].replace(seq) {
                    if place == 1 {
                        assert_eq!(seq, before + 1, "{words}");
                    } else {
                        wrong += u32::from(is_wrong(before, seq));
                    }
                }
            }
            end(&server, by, id).await;
            // What was on its way before, and then order.
            let mut in_order = 0;
            let mut before = client.event("NVX").await["seq"].as_u64().unwrap();
            while in_order < 100 {
                let seq = client.event("NVX").await["seq"].as_u64().unwrap();
                in_order = if seq == before + 1 { in_order + 1 } else { 0 };
                before = seq;
            }
        }
    }
}

#[tokio::test]
async fn the_clock_of_the_venue_is_off_and_then_right() {
    for by in BOTH {
        let server = open(2_000);
        let mut client = Client::of(&server, &["NVX"]).await;
        let before = time(&client.event("NVX").await);
        let id = begin(&server, by, json!({"fault": "skew", "by": "60m"})).await;
        until(&mut client, |time| time - before > TimeDelta::minutes(59)).await;
        end(&server, by, id).await;
        until(&mut client, |time| time - before < TimeDelta::minutes(59)).await;

        let words = json!({"fault": "backwards", "every": 3, "by": "10s"});
        let id = begin(&server, by, words).await;
        let mut newest = before;
        let is_back = |time| {
            newest = newest.max(time);
            newest - time > TimeDelta::seconds(5)
        };
        until(&mut client, is_back).await;
        end(&server, by, id).await;
    }
}

fn time(event: &Value) -> DateTime<Utc> {
    event["time"].as_str().unwrap().parse().unwrap()
}

async fn until(client: &mut Client, mut is_so: impl FnMut(DateTime<Utc>) -> bool) {
    while !is_so(time(&client.event("NVX").await)) {}
}

#[tokio::test]
async fn a_burst_says_the_same_quote_many_times_under_new_numbers() {
    for by in BOTH {
        let server = open(600);
        let mut client = Client::of(&server, &["NVX"]).await;
        let id = begin(&server, by, json!({"fault": "burst", "factor": 10})).await;
        let mut same = BTreeSet::new();
        let mut before = Value::Null;
        while same.len() < 9 {
            let mut event = client.event("NVX").await;
            let seq = event["seq"].take().as_u64().unwrap();
            if event != before || event["type"] != "quote" {
                same.clear();
            }
            same.insert(seq);
            before = event;
        }
        end(&server, by, id).await;
    }
}

#[tokio::test]
async fn numbers_begin_anew_under_another_epoch() {
    for by in BOTH {
        let server = open(2_000);
        let mut client = Client::of(&server, &["NVX"]).await;
        begin(&server, by, json!({"fault": "new-epoch"})).await;
        client.until(|message| message["type"] == "welcome").await;
        let ack = client.until(|message| message["type"] == "ack").await;
        assert_eq!(ack["seq"], 0);
        assert_eq!(client.event("NVX").await["seq"], 1);
    }
}

#[tokio::test]
async fn after_a_restart_and_after_a_sleep_the_old_connection_is_gone() {
    for by in BOTH {
        let server = open(600);
        let mut visits = server.visits();
        for fault in ["restart", "sleep"] {
            let mut client = Client::try_to_enter(&server).await.unwrap();
            let before = client.until(|message| message["type"] == "welcome").await;
            begin(&server, by, json!({"fault": fault, "for": "1s"})).await;
            assert!(matches!(client.end().await, Heard::Ended(_)), "{fault}");
            until_ended(&mut visits).await;
            // The floor hears of it at its next turn, and so does who is here then.
            let mut client = Client::of(&server, &["NVX"]).await;
            if fault == "restart" {
                let is_new =
                    |message: &Value| message["type"] == "welcome" && message["epoch"] != before["epoch"];
                let mut again = Client::try_to_enter(&server).await.unwrap();
                again.until(is_new).await;
            }
            client.event("NVX").await;
        }
    }
}

#[tokio::test]
async fn a_certificate_that_has_run_out_is_shown_to_those_who_come_then() {
    let server = Server::start(Options {
        tls: true,
        ..Options::default()
    })
    .unwrap();
    assert!(shakes_hands(&server).await);
    let id = begin(&server, By::Hand, json!({"fault": "expired-certificate"})).await;
    assert!(!shakes_hands(&server).await);
    end(&server, By::Hand, id).await;
    assert!(shakes_hands(&server).await);
}

async fn shakes_hands(server: &Server) -> bool {
    let mut roots = RootCertStore::empty();
    let pem = server.certificate().unwrap();
    roots
        .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .is_ok()
}
