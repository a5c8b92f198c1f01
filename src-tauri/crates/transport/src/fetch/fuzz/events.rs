//! Event streams: it makes no difference where the bytes are cut, and what is
//! read is what the standard's own way of reading gives.

use crate::fetch::events::{Event, Events};
use crate::fuzz::{deck, run};

const TELLING: [&[u8]; 9] = [
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"data:",
    b"id: ",
    b"retry: 10\n",
    b"\xEF\xBB\xBF",
    b"\0",
];

#[test]
fn events() {
    run("events", 64 << 10, |dice| {
        let mut bytes = Vec::new();
        for _ in 0..1 + dice.below(4) {
            let event: &[u8] = dice.one::<&[u8]>(&deck::EVENTS);
            bytes.extend_from_slice(event);
        }
        dice.mutate(&mut bytes, &TELLING);
        if dice.tells {
            println!("{:?}", bytes.escape_ascii().to_string());
        }
        let whole = read(&[&bytes]);
        let pieces = dice.pieces_of(&bytes);
        assert_eq!(read(&pieces), whole, "cut into {} pieces", pieces.len());
        assert_eq!(whole, by_lines(&bytes));
    });
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    messages: Vec<String>,
    waits: usize,
    id: String,
}

fn read(pieces: &[&[u8]]) -> Found {
    let (mut events, mut found) = (Events::default(), Vec::new());
    for piece in pieces {
        assert!(
            events.read(piece, &mut found).is_ok(),
            "so few bytes are no attack"
        );
    }
    let mut told = Found {
        id: events.last_id().to_string(),
        ..Found::default()
    };
    for event in found {
        match event {
            Event::Message(text) => told.messages.push(text.to_string()),
            Event::Retry(_) => told.waits += 1,
        }
    }
    told
}

/// All at once, line by line, as the standard tells it.
fn by_lines(bytes: &[u8]) -> Found {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (mut found, mut data, mut id) = (Found::default(), None::<Vec<u8>>, String::new());
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        if matches!(bytes[at], b'\r' | b'\n') {
            lines.push(&bytes[start..at]);
            at += usize::from(bytes[at..].starts_with(b"\r\n"));
            start = at + 1;
        }
        at += 1;
    }
    for line in lines {
        if line.is_empty() {
            found.id.clone_from(&id);
            if let Some(mut data) = data.take() {
                data.pop();
                found.messages.push(String::from_utf8_lossy(&data).into_owned());
            }
            continue;
        }
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (
            halves.next().unwrap_or_default(),
            halves.next().unwrap_or_default(),
        );
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                let data = data.get_or_insert_default();
                data.extend_from_slice(value);
                data.push(b'\n');
            }
            b"id" if !value.contains(&0) => id = String::from_utf8_lossy(value).into_owned(),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => found.waits += 1,
            _ => {}
        }
    }
    found
}
