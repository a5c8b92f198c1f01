//! What is shown of a line whose bytes come in pieces of any size, to whoever
//! begins to look, and stops, at any of them.

use flate2::{Compress, Compression, FlushCompress};
use futures_util::{FutureExt, SinkExt, StreamExt};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::{TAKEOVER, socket};
use crate::connect::Pipe;
use crate::tap::{Direction, Frame, Seen, Start, Tap, View, Wiretap};
use crate::websocket::{Inflating, WebSocket};
use crate::{Inbound, Outbound};

const LOOKED_AT: usize = 1_024;
const SHOWN: usize = 256;
const BYTES_SHOWN: usize = 64;

/// One message of a server, in frames of about the same size.
#[derive(Clone, Debug)]
struct Said {
    length: usize,
    is_text: bool,
    compresses: bool,
    frames: usize,
    /// Behind its first frame.
    ping: bool,
}

fn said() -> impl Strategy<Value = Said> {
    let length = prop_oneof![0usize..140, 900usize..1_200, 60_000usize..70_000];
    (length, any::<bool>(), any::<bool>(), 1usize..4, any::<bool>()).prop_map(
        |(length, is_text, compresses, frames, ping)| Said {
            length,
            is_text,
            compresses,
            frames,
            ping,
        },
    )
}

/// A frame as it was sent.
#[derive(Debug)]
struct Sent {
    frame: Frame,
    /// How many bytes have come when its header has, and when all that is shown of it has.
    headed: usize,
    shown: usize,
    start: Vec<u8>,
    message: Option<Packed>,
}

/// And how long its message is, inflated.
type Shown = (Frame, Start, Option<usize>);

/// The compressed message that a frame is part of, and how many bytes have come with its end.
#[derive(Clone, Debug)]
struct Packed {
    number: usize,
    inflated: Vec<u8>,
    ends: usize,
}

/// All that a server says, with the window going on from message to message.
fn script(all: &[Said]) -> (Vec<u8>, Vec<Sent>) {
    let mut compress = Compress::new_with_window_bits(Compression::fast(), false, TAKEOVER.window_bits);
    let (mut bytes, mut sent) = (Vec::new(), Vec::new());
    for (number, said) in all.iter().enumerate() {
        let words = format!("{number} says so, ").into_bytes();
        let mut plain: Vec<_> = words.into_iter().cycle().take(said.length).collect();
        if let (false, Some(first)) = (said.is_text, plain.first_mut()) {
            *first = 0xff;
        }
        let payload = if said.compresses && plain.is_empty() {
            // Nothing is flushed where nothing was put in: an empty block, as the paper has it.
            vec![0]
        } else if said.compresses {
            let mut payload = Vec::with_capacity(plain.len() + 128);
            compress
                .compress_vec(&plain, &mut payload, FlushCompress::Sync)
                .unwrap();
            payload.truncate(payload.len() - 4);
            payload
        } else {
            plain.clone()
        };
        let (from, mut ends) = (sent.len(), 0);
        let opcode = if said.is_text { 1 } else { 2 };
        for index in 0..said.frames {
            let part = payload.len() * index / said.frames..payload.len() * (index + 1) / said.frames;
            let frame = Frame {
                direction: Direction::In,
                opcode: if index == 0 { opcode } else { 0 },
                last: index + 1 == said.frames,
                compressed: said.compresses && index == 0,
                length: part.len() as u64,
                overhead: 0,
            };
            push(&mut bytes, &mut sent, frame, &payload[part]);
            ends = bytes.len();
            if index == 0 && said.ping {
                let frame = Frame {
                    opcode: 9,
                    last: true,
                    compressed: false,
                    length: 1,
                    ..frame
                };
                push(&mut bytes, &mut sent, frame, b"?");
            }
        }
        if said.compresses {
            let of_it = sent[from..].iter_mut().filter(|sent| sent.frame.opcode < 8);
            for sent in of_it {
                sent.message = Some(Packed {
                    number,
                    inflated: plain.clone(),
                    ends,
                });
            }
        }
    }
    (bytes, sent)
}

fn push(bytes: &mut Vec<u8>, sent: &mut Vec<Sent>, mut frame: Frame, payload: &[u8]) {
    let began = bytes.len();
    let bit = |set, bit| if set { bit } else { 0 };
    bytes.push(frame.opcode | bit(frame.last, 0x80) | bit(frame.compressed, 0x40));
    match payload.len() {
        length @ 0..=125 => bytes.push(length as u8),
        length @ 126..=0xffff => {
            bytes.push(126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    let headed = bytes.len();
    frame.overhead = (headed - began) as u8;
    bytes.extend(payload);
    let looked_at = payload.len().min(LOOKED_AT);
    sent.push(Sent {
        frame,
        headed,
        shown: headed + looked_at,
        start: payload[..looked_at].to_vec(),
        message: None,
    });
}

/// All text is plain here, and no byte of other messages but the first is anything else.
fn start_of(bytes: &[u8]) -> Start {
    match std::str::from_utf8(bytes) {
        Ok("") => Start::None,
        Ok(text) => Start::Text(text.chars().take(SHOWN).collect()),
        Err(_) => {
            let shown = bytes.iter().take(BYTES_SHOWN);
            Start::Bytes(shown.map(|byte| format!("{byte:02x}")).collect())
        }
    }
}

/// What a look shows that begins and ends when so many bytes have come.
fn shown(sent: &[Sent], from: usize, to: usize) -> Vec<Shown> {
    let (mut shown, mut told) = (Vec::new(), None);
    for sent in sent.iter().filter(|sent| sent.headed > from) {
        let there = sent.message.as_ref().map_or(sent.shown, |message| message.ends);
        if there > to {
            // What comes behind a message that is not inflated yet waits for it.
            break;
        }
        let (start, inflated) = match &sent.message {
            Some(message) if told != Some(message.number) => {
                told = Some(message.number);
                (start_of(&message.inflated), Some(message.inflated.len()))
            }
            Some(_) => (Start::None, None),
            None => (start_of(&sent.start), None),
        };
        shown.push((sent.frame, start, inflated));
    }
    shown
}

/// The frames that have come into view so far.
fn drained(view: &mut View, direction: Direction) -> Vec<Shown> {
    let sights = std::iter::from_fn(|| view.next().now_or_never().flatten());
    let shown = sights.filter_map(|sighting| match sighting.seen {
        Seen::Frame {
            frame,
            start,
            inflated,
            ..
        } => Some((frame, start, inflated)),
        Seen::Asked(_) | Seen::Answered(_) => None,
        other @ (Seen::Piece { .. } | Seen::Message { .. } | Seen::Ended | Seen::Missed(_)) => {
            panic!("{other:?}")
        }
    });
    shown.filter(|(frame, ..)| frame.direction == direction).collect()
}

/// Whatever is there can be had at once, however much that is, and takes no time.
fn block_on(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(tokio::task::unconstrained(test));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_look_shows_every_frame_that_begins_in_it_however_the_bytes_are_cut(
        all in prop::collection::vec(said(), 1..8),
        // In thousandths of all bytes, and whether to look from there on.
        turns in prop::collection::vec((0usize..=1_000, any::<bool>()), 0..6),
        // Near the edges of frames, where it is most likely to go wrong.
        near in prop::collection::vec((any::<prop::sample::Index>(), -3isize..15, any::<bool>()), 0..6),
        piece in prop_oneof![Just(usize::MAX), 1usize..20, 20usize..5_000],
    ) {
        let (bytes, sent) = script(&all);
        let piece = piece.max(bytes.len() / 2_000);
        let mut turns: Vec<_> = turns.iter().map(|(at, looks)| (bytes.len() * at / 1_000, *looks)).collect();
        for (frame, off, looks) in near {
            let frame = frame.get(&sent);
            let at = (frame.headed - usize::from(frame.frame.overhead)).saturating_add_signed(off);
            turns.push((at.min(bytes.len()), looks));
        }
        turns.sort_by_key(|(at, _)| *at);
        turns.push((bytes.len(), false));
        block_on(async {
            let tap = Tap::default();
            let (mut near, mut far) = line(&tap, 1 << 20).await;
            let mut came = 0;
            let mut look: Option<(usize, View)> = None;
            for (at, looks) in turns {
                while came < at {
                    let until = at.min(came.saturating_add(piece));
                    far.write_all(&bytes[came..until]).await.unwrap();
                    came = until;
                    while let Some(inbound) = near.next().now_or_never() {
                        assert!(matches!(inbound, Some(Ok(Inbound::Text(_) | Inbound::Binary(_) | Inbound::Ping))), "{inbound:?}");
                    }
                }
                if let Some((from, mut view)) = look.take() {
                    assert_eq!(drained(&mut view, Direction::In), shown(&sent, from, at), "from {from} to {at}");
                    assert_eq!(view.missed(), 0);
                }
                look = looks.then(|| (at, tap.look(1 << 16)));
            }
        });
    }

    #[test]
    fn a_look_shows_what_we_say_from_the_next_frame_on(
        lengths in prop::collection::vec(prop_oneof![0usize..140, 900usize..1_200], 2..6),
        room in 1usize..300,
        looks_at in any::<prop::sample::Index>(),
        drawn in 0usize..300,
    ) {
        block_on(async {
            let tap = Tap::default();
            let (mut near, mut far) = line(&tap, room).await;
            let looks_at = looks_at.index(lengths.len() - 1);
            let (mut view, mut gone) = (None, 0);
            for (number, length) in lengths.iter().enumerate() {
                let mut flushed = said_to(&mut near, "x".repeat(*length));
                let mut took = 0;
                if number == looks_at {
                    while !flushed && took < drawn {
                        took += far.read(&mut [0; 7]).await.unwrap();
                        flushed = near.flush().now_or_never().is_some();
                    }
                    // As much as there is room for stands in the pipe.
                    gone = if flushed { usize::MAX } else { took + room };
                    view = Some(tap.look(100));
                }
                while !flushed {
                    let _count = far.read(&mut [0; 64]).await.unwrap();
                    flushed = near.flush().now_or_never().is_some();
                }
                while far.read(&mut [0; 1 << 12]).now_or_never().is_some() {}
            }
            let mut view = view.unwrap();
            let seen: Vec<_> = drained(&mut view, Direction::Out)
                .into_iter()
                .map(|(frame, start, _)| (frame.length as usize, start.as_str().to_owned()))
                .collect();
            let from = looks_at + usize::from(gone >= if lengths[looks_at] < 126 { 6 } else { 8 });
            let all = lengths[from..].iter();
            let all: Vec<_> = all.map(|length| (*length, "x".repeat((*length).min(SHOWN)))).collect();
            assert_eq!(seen, all);
        });
    }
}

fn said_to(near: &mut WebSocket, text: String) -> bool {
    near.start_send_unpin(Outbound::Text(text)).unwrap();
    near.flush().now_or_never().is_some()
}

/// Both ends of a line, behind its handshake.
async fn line(tap: &Tap, room: usize) -> (WebSocket, DuplexStream) {
    let (near, mut far) = tokio::io::duplex(room);
    let mut pipe = Inflating::new(Box::new(near) as Box<dyn Pipe>, Some(Wiretap::new(tap, &[])));
    let (asked, answer) = (
        b"GET / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    );
    let (mut request, mut head) = ([0; 18], [0; 36]);
    let client = async {
        pipe.write_all(asked).await.unwrap();
        pipe.read_exact(&mut head).await.unwrap();
    };
    let server = async {
        far.read_exact(&mut request).await.unwrap();
        far.write_all(answer).await.unwrap();
    };
    tokio::join!(client, server);
    pipe.start(Some(TAKEOVER));
    (socket(pipe), far)
}
