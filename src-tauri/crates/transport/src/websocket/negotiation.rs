//! Which compression is offered, and which of it was chosen (RFC 7692).

/// What a browser offers. Some servers refuse an offer that does not let them
/// limit our window, which costs us nothing: we never compress.
pub(super) const OFFER: &str = "permessage-deflate; client_max_window_bits";

pub(super) const WINDOW_BITS_MAX: u8 = 15;

/// How the other side compresses what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deflate {
    pub(super) window_bits: u8,
    /// Each message stands for itself instead of going on where the last one ended.
    pub(super) no_context_takeover: bool,
}

/// Reads the answer's header values. No header is a plain connection; anything
/// that was not offered must end the handshake.
pub(super) fn chosen<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Option<Deflate>, String> {
    let mut answers = values.into_iter().flat_map(|value| value.split(','));
    let Some(answer) = answers.next() else {
        return Ok(None);
    };
    if answers.next().is_some() {
        return Err("it chose more than one extension".to_owned());
    }
    let mut parts = answer.split(';').map(str::trim);
    if parts.next() != Some("permessage-deflate") {
        return Err("it chose an extension that was not offered".to_owned());
    }
    let mut seen = Vec::new();
    let mut deflate = Deflate {
        window_bits: WINDOW_BITS_MAX,
        no_context_takeover: false,
    };
    for part in parts {
        let (name, value) = parameter(part);
        if seen.contains(&name) {
            return Err(format!("it said {name} twice"));
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover", None) => deflate.no_context_takeover = true,
            ("client_no_context_takeover", None) => {}
            ("server_max_window_bits", Some(bits)) => deflate.window_bits = window_bits(bits)?,
            ("client_max_window_bits", Some(bits)) => {
                window_bits(bits)?;
            }
            (_, _) => {
                return Err(format!(
                    "it chose {part:?}, which is no parameter of permessage-deflate"
                ));
            }
        }
    }
    Ok(Some(deflate))
}

/// The extensions that a client names in one header, in its order.
pub(super) fn offers(value: &str) -> impl Iterator<Item = &str> {
    // A comma between quotes belongs to a value.
    let mut quoted = false;
    value.split(move |letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    })
}

/// What a client demands of the server, and allows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: Option<u8>,
    pub(super) client_max_window_bits: Option<u8>,
}

/// `None` for another extension, and for an offer that must be declined.
pub(super) fn offer(text: &str) -> Option<Offer> {
    let mut parts = text.split(';').map(str::trim);
    if parts.next() != Some("permessage-deflate") {
        return None;
    }
    let mut offer = Offer::default();
    let mut seen = Vec::new();
    for part in parts {
        let (name, value) = parameter(part);
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover", None) => offer.server_no_context_takeover = true,
            ("client_no_context_takeover", None) => offer.client_no_context_takeover = true,
            ("server_max_window_bits", Some(bits)) => {
                offer.server_max_window_bits = Some(window_bits(bits).ok()?);
            }
            ("client_max_window_bits", None) => offer.client_max_window_bits = Some(WINDOW_BITS_MAX),
            ("client_max_window_bits", Some(bits)) => {
                offer.client_max_window_bits = Some(window_bits(bits).ok()?);
            }
            (_, _) => return None,
        }
    }
    Some(offer)
}

fn parameter(part: &str) -> (&str, Option<&str>) {
    match part.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
        None => (part, None),
    }
}

fn window_bits(text: &str) -> Result<u8, String> {
    // A leading zero is no number here, although the parser would take it.
    match text.parse() {
        Ok(bits @ 8..=WINDOW_BITS_MAX) if !text.starts_with(['0', '+']) => Ok(bits),
        Ok(_) | Err(_) => Err(format!("it chose a window of {text:?} bits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_is_a_plain_connection() {
        assert_eq!(chosen([]), Ok(None));
    }

    #[test]
    fn every_answer_that_the_offer_allows_is_understood() {
        let plain = Deflate {
            window_bits: 15,
            no_context_takeover: false,
        };
        assert_eq!(chosen(["permessage-deflate"]), Ok(Some(plain)));
        let full = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                    server_max_window_bits=9; client_max_window_bits=\"8\"";
        assert_eq!(
            chosen([full]),
            Ok(Some(Deflate {
                window_bits: 9,
                no_context_takeover: true
            }))
        );
    }

    #[test]
    fn every_other_answer_ends_the_handshake() {
        for answer in [
            "permessage-bzip2",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; server_max_window_bits=7",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_max_window_bits=09",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; mood=wild",
            "permessage-deflate;",
            "",
        ] {
            assert!(chosen([answer]).is_err(), "{answer:?} was taken");
        }
        assert!(
            chosen(["permessage-deflate", "permessage-deflate"]).is_err(),
            "two headers were taken"
        );
    }
}
