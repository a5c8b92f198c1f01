//! Answers to the handshake: it ends in a WebSocket, in a refusal with a reason
//! or in being sent on, within the memory that one head may take.

use futures_util::FutureExt;

use crate::fuzz::{Said, deck, run};
use crate::websocket::{Unopened, open};
use crate::{Tap, Target};

/// The library's buffer of 128 KiB, ours of 64, and a head of 64 in both.
const MEMORY_MAX: usize = 768 << 10;

const TELLING: [&[u8]; 10] = [
    b"\r\n",
    b"\r\n\r\n",
    b": ",
    b"HTTP/1.1 101 ",
    b"Connection: Upgrade\r\n",
    b"\0",
    b"\xff",
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=8\r\n",
    b"Sec-WebSocket-Protocol: tickwire.v1\r\n",
    b"Location: /x\r\n",
];

#[test]
fn head() {
    let url = "ws://127.0.0.1:9/v1/stream".parse().expect("an address");
    let target = Target::new(url).expect("an address that may be dialed");
    // Half of the inputs are looked at.
    let tap = Tap::default();
    let target = target.with_tap(tap.clone());
    let named = target.clone().with_subprotocol("tickwire.v1");
    let mut opened = 0;
    run("head", MEMORY_MAX, |dice| {
        let mut bytes = dice.one(&deck::HEADS).as_bytes().to_vec();
        if dice.percent(90) {
            dice.mutate(&mut bytes, &TELLING);
        }
        let target = if dice.percent(50) { &target } else { &named };
        let pieces = dice.pieces();
        if dice.tells {
            println!("cut as {pieces:?}: {:?}", bytes.escape_ascii().to_string());
        }
        let _view = dice.percent(50).then(|| tap.look(16));
        let opening = open(target, Box::new(Said::new(bytes, pieces)));
        match opening
            .now_or_never()
            .expect("a line that has all of it never waits")
        {
            Ok(_) => opened += 1,
            Err(Unopened::Failed(error)) => assert!(!error.to_string().contains('\n')),
            Err(Unopened::Elsewhere { location }) => drop(target.redirected(&location)),
        }
    });
    println!("{opened} of them were a WebSocket");
}
