//! Bodies that end: their compression, their lines, and what to ask next.

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue};

use crate::fetch::decoder::Decoder;
use crate::fetch::lines::Lines;
use crate::fetch::link;
use crate::fuzz::{Dice, deck, run};
use crate::{Loss, Utf8Bytes};

const TELLING: [&[u8]; 8] = [
    b"\n",
    b"\r\n",
    b"\x1f\x8b\x08",
    b"\0\0\xff\xff",
    b"<",
    b">; rel=\"next\"",
    b",",
    b"\xff",
];
const ENCODINGS: [Option<&str>; 4] = [None, Some("gzip"), Some("deflate"), Some("br")];
/// More than any input inflates to that is not a bomb.
const INFLATED_MAX: usize = 1 << 20;

#[test]
fn polls() {
    run("polls", 2 * INFLATED_MAX, |dice| {
        let mut bytes = deck::body(dice);
        let broken = dice.percent(90);
        if broken {
            dice.mutate(&mut bytes, &TELLING);
        }
        let encoding = *dice.one(&ENCODINGS);
        if dice.tells {
            println!("{encoding:?} {:?}", bytes.escape_ascii().to_string());
        }
        let (whole, end) = read(encoding, &[&bytes]);
        let pieces = dice.pieces_of(&bytes);
        let (texts, end_of_pieces) = read(encoding, &pieces);
        assert_eq!(end.is_ok(), end_of_pieces.is_ok(), "{end:?} {end_of_pieces:?}");
        // What stands right before the damage may be lost with it.
        let shorter = texts.len().min(whole.len());
        assert_eq!(texts[..shorter], whole[..shorter]);
        assert!(end.is_err() || texts.len() == whole.len());
        links(dice);
    });
}

/// The lines, and why there were no more.
fn read(encoding: Option<&str>, pieces: &[&[u8]]) -> (Vec<Utf8Bytes>, Result<(), Loss>) {
    let mut texts = Vec::new();
    let end = read_on(encoding, pieces, &mut texts);
    (texts, end)
}

fn read_on(encoding: Option<&str>, pieces: &[&[u8]], texts: &mut Vec<Utf8Bytes>) -> Result<(), Loss> {
    let mut headers = HeaderMap::new();
    if let Some(encoding) = encoding {
        let value = HeaderValue::from_str(encoding);
        headers.extend(value.map(|value| (CONTENT_ENCODING, value)));
    }
    let (mut decoder, mut lines) = (Decoder::new(&headers)?, Lines::default());
    let mut inflated = 0;
    for piece in pieces {
        decoder.put(Bytes::copy_from_slice(piece));
        while let Some(bytes) = decoder.next()? {
            inflated += bytes.len();
            if inflated > INFLATED_MAX {
                return Err(Loss::Oversize { limit: INFLATED_MAX });
            }
            lines.read(&bytes, texts)?;
        }
    }
    if decoder.is_whole() {
        lines.end(texts)
    } else {
        Err(Loss::Dropped)
    }
}

fn links(dice: &mut Dice) {
    let mut link = dice.one(&deck::LINKS).to_vec();
    dice.mutate(&mut link, &TELLING);
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(&link) {
        headers.append(http::header::LINK, value);
    }
    let here = "http://127.0.0.1:9/v1/poll?symbols=NVX".parse();
    let Ok(here) = here else { return };
    // Whatever it says, it leads to a path on this server or nowhere.
    if let Ok(Some(path)) = link::next(&headers, &here) {
        assert!(
            path.as_str().starts_with('/') && !path.as_str().starts_with("//"),
            "{path}"
        );
    }
}
