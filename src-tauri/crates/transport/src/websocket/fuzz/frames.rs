//! Frames, compressed and plain, through the very stack of the app.

use futures_util::{FutureExt, StreamExt};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::reference::{End, read};
use crate::connect::BoxPipe;
use crate::fuzz::{Said, deck, run};
use crate::tap::Wiretap;
use crate::websocket::negotiation::Deflate;
use crate::websocket::polled::Polled;
use crate::websocket::{Inflating, WebSocket};
use crate::{Inbound, Loss, Tap};

/// Small, so that many inputs reach it.
const MESSAGE_MAX: usize = 16 << 10;
/// Ours, and what compresses the input and reads it a second time, which is most of it.
const MEMORY_MAX: usize = 1 << 20;

const TELLING: [&[u8]; 12] = [
    b"\xc1\x00",
    b"\x81\x00",
    b"\x41\x01",
    b"\x80\x00",
    b"\x00\x00",
    b"\x88\x02\x03\xe8",
    b"\x89\x00",
    b"\xc1\x7e\x40\x01",
    b"\x82\x7f\0\0\0\0\0\x01\0\0",
    b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\0\0\xff\xff",
    b"\xc1\x05\x4a\x4c\x4c\x04\0",
];

#[test]
fn frames() {
    run("frames", MEMORY_MAX, |dice| {
        let deflate = Deflate {
            window_bits: *dice.one(&[9, 10, 15]),
            no_context_takeover: dice.percent(50),
        };
        let mut messages = deck::Messages::new(deflate.window_bits, deflate.no_context_takeover);
        let mut bytes = Vec::new();
        for _ in 0..1 + dice.below(4) {
            messages.next(dice, &mut bytes);
        }
        if dice.percent(90) {
            dice.mutate(&mut bytes, &TELLING);
        }
        let pieces = dice.pieces();
        if dice.tells {
            println!("{deflate:?}, cut as {pieces:?}: {:02x?}", bytes);
        }
        let tap = Tap::default();
        let _view = dice.percent(50).then(|| tap.look(16));
        let (wanted, end, before) = read(&bytes, deflate, MESSAGE_MAX);
        let (heard, loss) = through_the_stack(&tap, bytes, pieces, deflate);
        let refused = loss.close_code().is_some();
        let at_least = if refused { before } else { wanted.len() };
        assert_eq!(
            heard,
            wanted[..heard.len().clamp(at_least, wanted.len())],
            "{loss}, {end:?}"
        );
        let agree = match end {
            End::OverHere => matches!(loss, Loss::Dropped),
            End::Refused => refused,
            End::Closed => matches!(loss, Loss::Closed { .. }) || refused,
            End::RefusedOrOver => refused || matches!(loss, Loss::Dropped),
        };
        assert!(agree, "{loss}, but {end:?}");
    });
}

fn through_the_stack(
    tap: &Tap,
    bytes: Vec<u8>,
    pieces: Vec<usize>,
    deflate: Deflate,
) -> (Vec<Inbound>, Loss) {
    let said = Box::new(Said::new(bytes, pieces)) as BoxPipe;
    let mut pipe = Inflating::new(said, Some(Wiretap::new(tap, &[])));
    pipe.start(Some(deflate));
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX))
        .read_buffer_size(4 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20);
    let mut socket = WebSocket::new(Polled::new(pipe, config));
    let mut heard = Vec::new();
    loop {
        let next = socket
            .next()
            .now_or_never()
            .expect("a line that has all of it never waits");
        match next.expect("a loss is the last word") {
            Ok(inbound) => heard.push(inbound),
            Err(loss) => return (heard, loss),
        }
    }
}
