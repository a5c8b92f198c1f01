//! Our client against our server, and any client against it.

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress};
use futures_util::{SinkExt, StreamExt};
use http::header::SEC_WEBSOCKET_EXTENSIONS;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::super::negotiation::{Deflate, OFFER, chosen};
use super::super::polled::Polled;
use super::super::{Agreed, Inflating, Packed, Packer, WebSocket, Wish, accept, agree};
use super::keeping::Deflater;
use super::{block_on, frame};
use crate::connect::Pipe;
use crate::{Inbound, Loss};

fn offering(offer: &str) -> HeaderMap {
    HeaderMap::from_iter([(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_str(offer).unwrap())])
}

fn answer(offer: &str, wish: Wish) -> Option<String> {
    let agreed = agree(&offering(offer), wish)?;
    Some(agreed.answer().to_str().unwrap().to_owned())
}

const WHATEVER: Wish = Wish {
    server_no_context_takeover: false,
    client_no_context_takeover: false,
    server_max_window_bits: 15,
};

#[test]
fn what_a_client_demands_is_answered() {
    for (offer, expected) in [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        (
            "permessage-deflate; client_max_window_bits=10",
            "permessage-deflate; client_max_window_bits=10",
        ),
        (
            "permessage-deflate; server_max_window_bits=\"11\"; client_no_context_takeover",
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=11",
        ),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        // Silence would be a refusal of what was asked.
        (
            "permessage-deflate; server_max_window_bits=15",
            "permessage-deflate; server_max_window_bits=15",
        ),
        // No compressor keeps such a window, so none is kept.
        (
            "permessage-deflate; server_max_window_bits=8",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=8",
        ),
        (
            "x-other; note=\"a, b\", permessage-deflate; server_max_window_bits=99, permessage-deflate",
            "permessage-deflate",
        ),
    ] {
        assert_eq!(answer(offer, WHATEVER).as_deref(), Some(expected), "{offer}");
    }
    assert_eq!(
        answer(OFFER, Wish::default()).as_deref(),
        Some("permessage-deflate; server_no_context_takeover; client_no_context_takeover")
    );
}

#[test]
fn what_cannot_be_honoured_is_declined() {
    assert_eq!(agree(&HeaderMap::new(), WHATEVER), None);
    for offer in [
        "",
        "permessage-bzip2",
        "permessage-deflate;",
        "permessage-deflate; mood=wild",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    ] {
        assert_eq!(answer(offer, WHATEVER), None, "{offer:?}");
    }
}

#[test]
fn one_compression_serves_every_client_that_can_inflate_it() {
    let mut packer = Packer::default();
    let short = packer.pack("tick tock ".repeat(30).into());
    let long = packer.pack("tick tock ".repeat(200).into());
    let small = agree(
        &offering("permessage-deflate; server_max_window_bits=9"),
        WHATEVER,
    )
    .unwrap();
    let large = agree(&offering("permessage-deflate"), WHATEVER).unwrap();
    let is_compressed = |packed: &Packed, agreed| matches!(packed.message(agreed), Message::Frame(_));
    assert!(is_compressed(&short, Some(&small)) && is_compressed(&short, Some(&large)));
    assert!(!is_compressed(&long, Some(&small)) && is_compressed(&long, Some(&large)));
    assert!(!is_compressed(&short, None));
    let tiny = packer.pack("tick".into());
    assert!(!is_compressed(&tiny, Some(&large)), "it is not worth it");
}

#[tokio::test]
async fn a_client_that_does_not_mask_is_refused_whether_it_compresses_or_not() {
    let agreed = agree(&offering(OFFER), Wish::default()).unwrap();
    for first in [0x81, 0xC1] {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let mut server = accept(ours, &[], Some(&agreed), WebSocketConfig::default()).await;
        theirs.write_all(&frame(first, b"x")).await.unwrap();
        let refused = server.next().await.unwrap();
        assert!(
            matches!(refused, Err(Error::Protocol(_))),
            "{first:x}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn without_an_agreement_a_compressed_message_is_refused() {
    let (ours, mut theirs) = tokio::io::duplex(64);
    let early = masked(0x81, b"early", 7);
    let mut server = accept(ours, &early, None, WebSocketConfig::default()).await;
    theirs.write_all(&masked(0xC1, b"x", 7)).await.unwrap();
    assert_eq!(server.next().await.unwrap().unwrap(), Message::text("early"));
    assert!(server.next().await.unwrap().is_err());
}

fn any_agreement() -> impl Strategy<Value = Agreed> {
    let bits = || prop::option::of(8u8..=15);
    let wish = (any::<bool>(), any::<bool>(), 9u8..=15).prop_map(|(server, client, bits)| Wish {
        server_no_context_takeover: server,
        client_no_context_takeover: client,
        server_max_window_bits: bits,
    });
    (any::<bool>(), any::<bool>(), bits(), bits(), wish).prop_map(
        |(server_fresh, client_fresh, server_bits, client_bits, wish)| {
            let mut offer = "permessage-deflate".to_owned();
            if server_fresh {
                offer.push_str("; server_no_context_takeover");
            }
            if client_fresh {
                offer.push_str("; client_no_context_takeover");
            }
            if let Some(bits) = server_bits {
                offer.push_str(&format!("; server_max_window_bits={bits}"));
            }
            if let Some(bits) = client_bits {
                offer.push_str(&format!("; client_max_window_bits={bits}"));
            }
            agree(&offering(&offer), wish).unwrap()
        },
    )
}

/// Words that come back, so that there is something to point at, at any distance.
fn any_texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop::collection::vec(
        prop::sample::select(vec!["tick", "NVX", "184.32", " ", "ü", "0"]),
        0..900,
    )
    .prop_map(|words| words.concat());
    prop::collection::vec(text, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Any parameters, any messages, whichever way they are compressed, read in pieces of any size.
    #[test]
    fn our_client_reads_whatever_our_server_compresses(
        agreed in any_agreement(),
        texts in any_texts(),
        shared: bool,
        piece in 1usize..3_000,
    ) {
        let answer = agreed.answer();
        // Our client judges the answer as it would have, had it offered this.
        let understood = chosen([answer.to_str().unwrap()]).unwrap().unwrap();
        let said = texts.clone();
        let (heard, loss) = block_on(async move {
            let (ours, theirs) = tokio::io::duplex(piece);
            let mut server = accept(ours, &[], Some(&agreed), WebSocketConfig::default()).await;
            let (mut packer, mut deflater) = (Packer::default(), Deflater::new(&agreed));
            let talk = async {
                for text in texts {
                    let message = if shared {
                        packer.pack(text.into()).message(Some(&agreed))
                    } else {
                        deflater.message(text.into())
                    };
                    server.send(message).await.unwrap();
                }
                drop(server);
            };
            tokio::join!(listen(theirs, understood), talk).0
        });
        prop_assert_eq!((heard, loss), (said, Loss::Dropped));
    }

    /// Any client: its own parameters, masks, fragments, pings between them, pieces of any size,
    /// some of it in the packet of its request.
    #[test]
    fn our_server_reads_whatever_a_client_compresses(
        agreed in any_agreement(),
        texts in prop::collection::vec(("[a-d ]{0,300}", any::<bool>(), 1usize..5, any::<u32>()), 1..20),
        piece in 1usize..2_000,
        early in 0usize..400,
    ) {
        let mut compress = Compress::new_with_window_bits(
            Compression::default(), false, agreed.client_max_window_bits.max(9));
        let mut bytes = Vec::new();
        for (text, compressed, fragments, key) in &texts {
            // A window of 8 bits is more than a compressor can promise; such a client sends plain text.
            let compressed = *compressed && agreed.client_max_window_bits > 8;
            let (payload, first) = if compressed {
                (payload(&mut compress, text, agreed.client_no_context_takeover), 0x41)
            } else {
                (text.as_bytes().to_vec(), 0x01)
            };
            let size = payload.len().div_ceil(*fragments).max(1);
            let pieces: Vec<_> = if payload.is_empty() { vec![&[][..]] } else { payload.chunks(size).collect() };
            for (index, fragment) in pieces.iter().enumerate() {
                let opcode = if index == 0 { first } else { 0 };
                let last = if index + 1 == pieces.len() { 0x80 } else { 0 };
                bytes.extend(masked(opcode | last, fragment, *key));
                bytes.extend(masked(0x8A, b"!", key.rotate_left(8)));
            }
        }
        let early = early.min(bytes.len());
        let rest = bytes.split_off(early);
        let heard = block_on(async move {
            let (ours, mut theirs) = tokio::io::duplex(piece);
            let mut server = accept(ours, &bytes, Some(&agreed), WebSocketConfig::default()).await;
            let talk = async {
                theirs.write_all(&rest).await.unwrap();
                drop(theirs);
            };
            let listen = async {
                let mut heard = Vec::new();
                while let Some(Ok(message)) = server.next().await {
                    if let Message::Text(text) = message {
                        heard.push(text.to_string());
                    }
                }
                heard
            };
            tokio::join!(listen, talk).0
        });
        let said: Vec<_> = texts.into_iter().map(|(text, ..)| text).collect();
        prop_assert_eq!(heard, said);
    }

    #[test]
    fn no_client_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1usize..50) {
        let agreed = agree(&offering(OFFER), Wish::default()).unwrap();
        let heard = block_on(async move {
            let (ours, mut theirs) = tokio::io::duplex(piece);
            let mut server = accept(ours, &[], Some(&agreed), WebSocketConfig::default()).await;
            let talk = async {
                // A server that has left in disgust reads no more.
                let _left = theirs.write_all(&bytes).await;
                drop(theirs);
            };
            let listen = async {
                let mut heard = 0;
                while let Some(Ok(_)) = server.next().await {
                    heard += 1;
                }
                drop(server);
                heard
            };
            tokio::join!(listen, talk).0
        });
        prop_assert!(heard <= 300);
    }
}

async fn listen(pipe: DuplexStream, deflate: Deflate) -> (Vec<String>, Loss) {
    let mut below = Inflating::new(Box::new(pipe) as Box<dyn Pipe>, None);
    below.start(Some(deflate));
    let stream = Polled::new(below, WebSocketConfig::default());
    let mut client = WebSocket::new(stream);
    let mut heard = Vec::new();
    loop {
        match client.next().await.unwrap() {
            Ok(Inbound::Text(text) | Inbound::Answer { text, .. }) => heard.push(text.to_string()),
            Ok(
                Inbound::Declined { .. }
                | Inbound::Binary(_)
                | Inbound::Ping
                | Inbound::Pong(_)
                | Inbound::More
                | Inbound::Hint(_),
            ) => {}
            Err(loss) => return (heard, loss),
        }
    }
}

fn payload(compress: &mut Compress, text: &str, fresh: bool) -> Vec<u8> {
    if text.is_empty() {
        return vec![0];
    }
    if fresh {
        compress.reset();
    }
    let mut payload = Vec::with_capacity(text.len() + 1_024);
    compress
        .compress_vec(text.as_bytes(), &mut payload, FlushCompress::Sync)
        .unwrap();
    assert!(payload.ends_with(&[0, 0, 0xff, 0xff]), "the output did not fit");
    payload.truncate(payload.len() - 4);
    payload
}

fn masked(first: u8, payload: &[u8], key: u32) -> Bytes {
    let plain = frame(first, payload);
    let (head, _) = plain.split_at(plain.len() - payload.len());
    let key = key.to_be_bytes();
    let mixed = payload
        .iter()
        .zip(key.iter().cycle())
        .map(|(byte, key)| byte ^ key);
    let mut masked = head.to_vec();
    masked[1] |= 0x80;
    masked.extend(key);
    masked.extend(mixed);
    masked.into()
}
