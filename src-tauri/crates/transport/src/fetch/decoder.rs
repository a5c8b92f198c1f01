//! A body's bytes as they were before the server compressed them.

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::Loss;

/// What comes out at a time, however much a few bytes hold.
const CHUNK: usize = 32 << 10;
const WINDOW_BITS: u8 = 15;
const GZIP_MAGIC: u8 = 0x1f;

/// Takes pieces as they came, and gives pieces of bounded size.
pub(super) enum Decoder {
    Plain(Bytes),
    Gzip(Inflating),
    /// By its name zlib, and from some servers bare; the first bytes tell.
    Deflate(Inflating),
}

pub(super) struct Inflating {
    gzip: bool,
    input: Bytes,
    stream: Option<Decompress>,
    /// Two bytes tell the kind of a stream; one alone has to wait.
    held: Option<u8>,
    ended: bool,
    /// What comes now is behind the last stream, and means nothing.
    filling: bool,
}

impl Decoder {
    pub(super) fn new(headers: &HeaderMap) -> Result<Self, Loss> {
        let inflating = |gzip| Inflating {
            gzip,
            input: Bytes::new(),
            stream: None,
            held: None,
            ended: false,
            filling: false,
        };
        let Some(encoding) = headers.get(CONTENT_ENCODING) else {
            return Ok(Self::Plain(Bytes::new()));
        };
        match encoding.as_bytes() {
            b"" | b"identity" => Ok(Self::Plain(Bytes::new())),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(inflating(true))),
            b"deflate" => Ok(Self::Deflate(inflating(false))),
            _ => Err(Loss::WrongContent(
                "a body in an encoding that was not asked for".to_owned(),
            )),
        }
    }

    /// Only when the last piece has been used up.
    pub(super) fn put(&mut self, piece: Bytes) {
        match self {
            Self::Plain(bytes) => *bytes = piece,
            Self::Gzip(inflating) => inflating.input = piece,
            Self::Deflate(inflating) => {
                inflating.input = match inflating.held.take() {
                    Some(first) => [&[first], piece.as_ref()].concat().into(),
                    None => piece,
                }
            }
        }
    }

    /// The next bytes, or `None` when another piece is needed.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Loss> {
        match self {
            Self::Plain(bytes) if bytes.is_empty() => Ok(None),
            Self::Plain(bytes) => Ok(Some(std::mem::take(bytes))),
            Self::Gzip(inflating) => inflating.next(|_| Some(Decompress::new_gzip(WINDOW_BITS))),
            Self::Deflate(inflating) => inflating.next(|input| {
                let [first, second, ..] = *input else { return None };
                let header = u16::from_be_bytes([first, second]);
                let zlib = first & 0xf == 8 && header % 31 == 0;
                Some(Decompress::new_with_window_bits(zlib, WINDOW_BITS))
            }),
        }
    }

    /// Whether the body may end here.
    pub(super) const fn is_whole(&self) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Gzip(inflating) | Self::Deflate(inflating) => {
                inflating.ended || (inflating.stream.is_none() && inflating.held.is_none())
            }
        }
    }
}

impl Inflating {
    fn next(&mut self, begin: impl Fn(&[u8]) -> Option<Decompress>) -> Result<Option<Bytes>, Loss> {
        loop {
            if self.ended {
                // Of gzip, a second stream may follow the first; anything else is filling, to the end.
                let follows = |first: &u8| self.gzip && *first == GZIP_MAGIC;
                self.filling |= self.input.first().is_some_and(|first| !follows(first));
                if self.filling || self.input.is_empty() {
                    self.input.clear();
                    return Ok(None);
                }
                (self.ended, self.stream) = (false, None);
            }
            let stream = match &mut self.stream {
                Some(stream) => stream,
                None if self.input.is_empty() => return Ok(None),
                none => match begin(&self.input) {
                    Some(stream) => none.insert(stream),
                    None => {
                        self.held = self.input.first().copied();
                        self.input.clear();
                        return Ok(None);
                    }
                },
            };
            let mut out = vec![0; CHUNK];
            let (before_in, before_out) = (stream.total_in(), stream.total_out());
            let status = stream
                .decompress(&self.input, &mut out, FlushDecompress::Sync)
                .map_err(|_| Loss::Garbled)?;
            let taken = usize::try_from(stream.total_in() - before_in).unwrap_or(usize::MAX);
            let made = usize::try_from(stream.total_out() - before_out).unwrap_or(usize::MAX);
            self.input.advance(taken.min(self.input.len()));
            match status {
                Status::StreamEnd => self.ended = true,
                Status::Ok | Status::BufError if made == 0 => {
                    return if self.input.is_empty() {
                        Ok(None)
                    } else {
                        Err(Loss::Garbled)
                    };
                }
                Status::Ok | Status::BufError => {}
            }
            if made > 0 {
                out.truncate(made);
                return Ok(Some(out.into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn decode(encoding: &'static str, body: &[u8], piece: usize) -> Result<Vec<u8>, Loss> {
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(encoding))]);
        let mut decoder = Decoder::new(&headers)?;
        let mut decoded = Vec::new();
        for piece in body.chunks(piece) {
            decoder.put(Bytes::copy_from_slice(piece));
            while let Some(bytes) = decoder.next()? {
                assert!(bytes.len() <= CHUNK || encoding == "identity");
                decoded.extend(bytes);
            }
        }
        if decoder.is_whole() {
            Ok(decoded)
        } else {
            Err(Loss::Dropped)
        }
    }

    fn encode(encoding: &str, bytes: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        match encoding {
            "gzip" => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            "zlib" => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
            _ => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(bytes).unwrap();
                encoder.finish().unwrap()
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_broken_or_unknown_is_no_body() {
        let whole = encode("gzip", b"tick tick tick");
        assert_eq!(decode("gzip", &whole[..whole.len() - 1], 5), Err(Loss::Dropped));
        assert_eq!(decode("gzip", b"<html>", 5), Err(Loss::Garbled));
        assert_eq!(decode("deflate", &[0x78], 1), Err(Loss::Dropped));
        assert_eq!(
            decode("gzip", b"", 1),
            Ok(Vec::new()),
            "a body of nothing is nothing"
        );
        assert!(matches!(decode("br", b"", 1), Err(Loss::WrongContent(_))));
    }

    #[test]
    fn two_streams_behind_each_other_are_one_body_and_filling_is_none() {
        let body = [encode("gzip", b"one "), encode("gzip", b"two"), vec![0; 40]].concat();
        for piece in [1, 7, 1_000] {
            assert_eq!(
                decode("gzip", &body, piece).unwrap(),
                b"one two",
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn what_fills_up_a_body_is_never_taken_for_more_of_it() {
        let filling = b"\0\0\x1f\x8b\x08 no more";
        for (name, made) in [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "raw")] {
            let body = [encode(made, b"one"), filling.to_vec()].concat();
            for piece in 1..body.len() {
                assert_eq!(
                    decode(name, &body, piece).unwrap(),
                    b"one",
                    "{made} in pieces of {piece}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_encoding_gives_back_what_went_in(
            text in "[a-c]{0,2000}", times in 1usize..60, piece in 1usize..3_000,
        ) {
            let body = text.repeat(times).into_bytes();
            for (name, made) in [("gzip", "gzip"), ("x-gzip", "gzip"), ("deflate", "zlib"), ("deflate", "raw")] {
                prop_assert_eq!(decode(name, &encode(made, &body), piece), Ok(body.clone()));
            }
            prop_assert_eq!(decode("identity", &body, piece), Ok(body.clone()));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1usize..50) {
            for name in ["gzip", "deflate"] {
                let _decoded = decode(name, &bytes, piece);
            }
        }
    }
}
