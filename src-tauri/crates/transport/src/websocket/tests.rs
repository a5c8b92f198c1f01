mod keeping;
mod looking;
mod serving;

use flate2::{Compress, Compression, FlushCompress};
use futures_util::StreamExt;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::negotiation::Deflate;
use super::polled::Polled;
use super::{Inflating, WebSocket};
use crate::connect::Pipe;
use crate::{Inbound, Loss};

const TAKEOVER: Deflate = Deflate {
    window_bits: 15,
    no_context_takeover: false,
};

#[tokio::test]
async fn a_compressed_message_arrives_as_it_was() {
    let text = r#"{"type":"trade","symbol":"NVX"}"#.repeat(3);
    let mut server = Server::new(TAKEOVER);
    let bytes = [server.compressed(&text), server.compressed(&text)].concat();
    assert!(
        bytes.len() < text.len(),
        "the second message reuses the window of the first"
    );
    assert_eq!(
        read(TAKEOVER, &bytes, 4_096).await,
        (vec![text.clone(), text], Loss::Dropped)
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_message_does_not_wait_for_the_next_one() {
    // Around every size at which a read is full.
    for length in (1..=3).flat_map(|reads| (-5..=5).map(move |more| (reads << 15) + more)) {
        let text = "0123456789abcdef".repeat(8 << 10)[..usize::try_from(length).unwrap()].to_owned();
        let mut server = Server::new(TAKEOVER);
        let (client, mut far) = tokio::io::duplex(1 << 20);
        far.write_all(&server.compressed(&text)).await.unwrap();
        let mut pipe = Inflating::new(Box::new(client) as Box<dyn Pipe>, None);
        pipe.start(Some(TAKEOVER));
        let mut socket = socket(pipe);
        let next = tokio::time::timeout(std::time::Duration::from_secs(1), socket.next()).await;
        let came = matches!(next, Ok(Some(Ok(Inbound::Text(heard)))) if heard == text.as_str());
        assert!(came, "{length} bytes did not come until more did");
    }
}

#[tokio::test]
async fn a_last_block_in_the_middle_of_a_connection_keeps_the_window() {
    let text = "the same words once more, and once more the same words";
    let mut server = Server::new(TAKEOVER);
    let first = server.compressed(text);
    // A stream that ends, made with the first message as its dictionary.
    let mut ending = Compress::new_with_window_bits(Compression::best(), false, 15);
    ending.set_dictionary(text.as_bytes()).unwrap();
    let mut payload = Vec::with_capacity(256);
    ending
        .compress_vec(text.as_bytes(), &mut payload, FlushCompress::Finish)
        .unwrap();
    assert!(payload.len() < 20, "the dictionary was not used");
    // As the paper has it, and as a careless sender does it.
    let with_an_empty_block = [payload.as_slice(), &[0]].concat();
    let bytes = [
        first,
        frame(0xC1, &with_an_empty_block),
        frame(0xC1, &payload),
        frame(0xC1, &with_an_empty_block),
    ]
    .concat();
    let all = vec![text.to_owned(); 4];
    assert_eq!(read(TAKEOVER, &bytes, 4_096).await, (all, Loss::Dropped));
}

#[tokio::test]
async fn what_inflates_beyond_the_limit_is_refused_while_it_inflates() {
    let mut server = Server::new(TAKEOVER);
    let bomb = server.compressed(&"0".repeat(64 << 20));
    assert!(bomb.len() < 100_000);
    let (messages, loss) = read(TAKEOVER, &bomb, 4_096).await;
    assert_eq!((messages.len(), loss.close_code()), (0, Some(1009)), "{loss}");
}

#[tokio::test]
async fn what_is_denser_than_any_market_is_refused_long_before_it_is_too_long() {
    let mut random = fastrand::Rng::with_seed(7);
    let snapshot: String = (0..30_000)
        .map(|index| format!(r#"{{"symbol":"S{index}","price":"{}"}},"#, random.u32(..)))
        .collect();
    assert!(snapshot.len() > 1 << 20);
    for (text, arrives) in [
        (snapshot, true),
        ("0".repeat(1 << 20), true),
        ("0".repeat((1 << 20) + 1), false),
        ("0".repeat(3 << 20), false),
    ] {
        let mut server = Server::new(TAKEOVER);
        let (client, mut far) = tokio::io::duplex(2 << 20);
        far.write_all(&server.compressed(&text)).await.unwrap();
        let mut pipe = Inflating::new(Box::new(client) as Box<dyn Pipe>, None);
        pipe.start(Some(TAKEOVER));
        let config = WebSocketConfig::default().max_message_size(Some(4 << 20));
        let stream = Polled::new(pipe, config);
        match WebSocket::new(stream).next().await.unwrap() {
            Ok(_) => assert!(arrives, "{} bytes", text.len()),
            Err(loss) => assert_eq!((arrives, loss.close_code()), (false, Some(1009)), "{loss}"),
        }
    }
}

#[tokio::test]
async fn what_cannot_be_inflated_ends_the_connection_with_its_own_code() {
    let mut server = Server::new(TAKEOVER);
    let bytes = [server.compressed("good"), frame(0xC1, b"\x07\xff\xff nonsense")].concat();
    let (messages, loss) = read(TAKEOVER, &bytes, 4_096).await;
    assert_eq!(messages, ["good"], "what came before the damage is still heard");
    assert_eq!((loss.clone(), loss.close_code()), (Loss::Garbled, Some(1007)));
}

#[tokio::test]
async fn compressed_text_that_is_not_utf_8_is_not_text() {
    let mut server = Server::new(TAKEOVER);
    let payload = server.deflate(b"\xff\xfe");
    let (_, loss) = read(TAKEOVER, &frame(0xC1, &payload), 4_096).await;
    assert_eq!(loss, Loss::NotUtf8);
}

#[tokio::test]
async fn violations_are_judged_by_the_reader_of_frames() {
    let mut server = Server::new(TAKEOVER);
    let payload = server.deflate(b"half");
    let open = frame(0x41, &payload);
    for (what, bytes) in [
        (
            "a message inside a message",
            [open.clone(), frame(0x81, b"x")].concat(),
        ),
        (
            "a compressed message inside a message",
            [open.clone(), frame(0xC1, &payload)].concat(),
        ),
        (
            "a compressed continuation",
            [open, frame(0xC0, &payload)].concat(),
        ),
        ("a compressed ping", frame(0xC9, b"")),
        ("a reserved bit", frame(0xA1, b"x")),
        ("an unknown opcode", frame(0xC3, b"x")),
        ("a continuation of nothing", frame(0x80, b"x")),
    ] {
        let (messages, loss) = read(TAKEOVER, &bytes, 4_096).await;
        assert_eq!(
            (messages.len(), loss.close_code()),
            (0, Some(1002)),
            "{what}: {loss}"
        );
    }
}

#[test]
fn frames_in_the_packet_of_the_handshake_are_not_taken_for_its_answer() {
    block_on(async {
        let head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        let mut server = Server::new(TAKEOVER);
        let bytes = [head.as_slice(), &server.compressed("at once")].concat();
        let (client, mut far) = tokio::io::duplex(4_096);
        far.write_all(&bytes).await.unwrap();
        drop(far);
        let mut pipe = Inflating::new(Box::new(client) as Box<dyn Pipe>, None);
        let mut answer = vec![0; head.len()];
        tokio::io::AsyncReadExt::read_exact(&mut pipe, &mut answer)
            .await
            .unwrap();
        assert_eq!(answer, head);
        pipe.start(Some(TAKEOVER));
        assert_eq!(messages(pipe).await, (vec!["at once".to_owned()], Loss::Dropped));
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any messages, compressed with any parameters or not at all, cut into any fragments with
    /// pings between them, and read in pieces of any size.
    #[test]
    fn every_message_arrives_however_it_was_compressed_and_cut(
        texts in prop::collection::vec(("[a-d ]{0,300}", any::<bool>(), 1usize..5), 1..20),
        window_bits in 9u8..=15,
        no_context_takeover: bool,
        piece in 1usize..2_000,
    ) {
        let deflate = Deflate { window_bits, no_context_takeover };
        let mut server = Server::new(deflate);
        let mut bytes = Vec::new();
        for (text, compressed, fragments) in &texts {
            let (payload, first) = if *compressed {
                (server.deflate(text.as_bytes()), 0x41)
            } else {
                (text.as_bytes().to_vec(), 0x01)
            };
            let size = payload.len().div_ceil(*fragments).max(1);
            let pieces: Vec<_> = if payload.is_empty() { vec![&[][..]] } else { payload.chunks(size).collect() };
            for (index, fragment) in pieces.iter().enumerate() {
                let opcode = if index == 0 { first } else { 0 };
                let last = if index + 1 == pieces.len() { 0x80 } else { 0 };
                bytes.extend(frame(opcode | last, fragment));
                bytes.extend(frame(0x89, b"?"));
            }
        }
        let (heard, loss) = block_on(read(deflate, &bytes, piece));
        let said: Vec<_> = texts.into_iter().map(|(text, ..)| text).collect();
        prop_assert_eq!((heard, loss), (said, Loss::Dropped));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1usize..50) {
        let (heard, _) = block_on(read(TAKEOVER, &bytes, piece));
        prop_assert!(heard.len() <= bytes.len());
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

/// The compressing side.
struct Server {
    deflate: Deflate,
    compress: Compress,
}

impl Server {
    fn new(deflate: Deflate) -> Self {
        let compress = Compress::new_with_window_bits(Compression::default(), false, deflate.window_bits);
        Self { deflate, compress }
    }

    fn compressed(&mut self, text: &str) -> Vec<u8> {
        let payload = self.deflate(text.as_bytes());
        frame(0xC1, &payload)
    }

    fn deflate(&mut self, bytes: &[u8]) -> Vec<u8> {
        if bytes.is_empty() {
            // The library flushes nothing twice; RFC 7692 7.2.3.6 names this byte.
            return vec![0];
        }
        let mut payload = Vec::with_capacity(bytes.len() + 1_024);
        self.compress
            .compress_vec(bytes, &mut payload, FlushCompress::Sync)
            .unwrap();
        assert!(payload.ends_with(&[0, 0, 0xff, 0xff]), "the output did not fit");
        payload.truncate(payload.len() - 4);
        if self.deflate.no_context_takeover {
            self.compress.reset();
        }
        payload
    }
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(length as u8),
        length @ 126..=0xffff => {
            frame.push(126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

fn socket(pipe: Inflating<Box<dyn Pipe>>) -> WebSocket {
    let config = WebSocketConfig::default()
        .max_message_size(Some(1 << 20))
        .max_frame_size(Some(1 << 20));
    let stream = Polled::new(pipe, config);
    WebSocket::new(stream)
}

/// Every message until the end, and the end. The pipe holds `piece` bytes at a time.
async fn read(deflate: Deflate, bytes: &[u8], piece: usize) -> (Vec<String>, Loss) {
    let (client, far) = tokio::io::duplex(piece);
    let mut pipe = Inflating::new(Box::new(client) as Box<dyn Pipe>, None);
    pipe.start(Some(deflate));
    let (mut hears, mut speaks) = tokio::io::split(far);
    let talk = async {
        // A client that has left in disgust reads no more.
        let _left = speaks.write_all(bytes).await;
        let _left = speaks.shutdown().await;
        let mut pongs = Vec::new();
        let _left = tokio::io::AsyncReadExt::read_to_end(&mut hears, &mut pongs).await;
    };
    let (heard, ()) = tokio::join!(messages(pipe), talk);
    heard
}

async fn messages(pipe: Inflating<Box<dyn Pipe>>) -> (Vec<String>, Loss) {
    let mut socket = socket(pipe);
    let mut heard = Vec::new();
    loop {
        match socket.next().await.unwrap() {
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
