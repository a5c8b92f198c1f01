//! Takes out what must reach nobody but the venue, before it is written.
//!
//! What is known to be a secret is struck out wherever it stands, in every
//! direction and in every form in which it travels. What we say ourselves is
//! also read for fields that look like a secret by their name, since a venue
//! may want a signature that was only made for this message.
//!
//! Struck out means: as many asterisks as there were bytes. The text stays
//! what it was in every other respect, so it is read as it was.

use bytes::Bytes;
use memchr::memmem;
use model::Secret;
use transport::{DialError, Hint, Inbound, Loss, Outbound, ProxyFailure, Utf8Bytes};

use crate::What;

/// Shorter ones are no secrets, and would strike out half of the prices.
const LENGTH_MIN: usize = 4;
/// Parts of names that end no harmless field of a request.
const NAMES: [&str; 11] = [
    "token",
    "key",
    "secret",
    "sign",
    "signature",
    "password",
    "passphrase",
    "passwd",
    "auth",
    "authorization",
    "jwt",
];

/// What is struck out of everything that is written.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    forms: Vec<Secret>,
}

impl Redaction {
    pub(crate) fn add(&mut self, secrets: &[Secret]) {
        for secret in secrets {
            for form in forms(secret.reveal()) {
                if form.len() >= LENGTH_MIN && !self.forms.iter().any(|known| known.reveal() == form) {
                    self.forms.push(Secret::new(form));
                }
            }
        }
        // The longest first: a part of it that is a secret too must not leave the rest.
        self.forms
            .sort_by_key(|form| std::cmp::Reverse(form.reveal().len()));
    }

    pub(crate) fn strike(&self, what: What) -> What {
        match what {
            What::Inbound(inbound) => What::Inbound(match inbound {
                Inbound::Text(text) => Inbound::Text(self.text_bytes(text)),
                Inbound::Binary(bytes) => Inbound::Binary(self.bytes(bytes)),
                Inbound::Hint(Hint::LastEventId(id)) => Inbound::Hint(Hint::LastEventId(self.text_bytes(id))),
                same @ (Inbound::Ping | Inbound::Hint(Hint::RetryAfter(_))) => same,
                Inbound::Pong(bytes) => Inbound::Pong(self.bytes(bytes)),
            }),
            What::Outbound(outbound) => What::Outbound(match outbound {
                Outbound::Text(text) => Outbound::Text(by_name(&self.text(text))),
                Outbound::Fetch(path) => Outbound::Fetch(by_name(&self.text(path))),
                Outbound::Binary(bytes) => Outbound::Binary(self.bytes(bytes)),
                Outbound::Ping(bytes) => Outbound::Ping(self.bytes(bytes)),
                Outbound::Close(code) => Outbound::Close(code),
            }),
            What::Dialing { address } => What::Dialing {
                address: self.text(address),
            },
            What::NotConnected(error) => What::NotConnected(self.error(error)),
            What::Lost(loss) => What::Lost(self.loss(loss)),
            other @ (What::Connected { .. } | What::GivenUp | What::Left | What::Missing(_) | What::End) => {
                other
            }
        }
    }

    pub(crate) fn text(&self, text: String) -> String {
        if self.is_clean(text.as_bytes()) {
            return text;
        }
        struck(&self.forms, &text)
    }

    fn text_bytes(&self, text: Utf8Bytes) -> Utf8Bytes {
        if self.is_clean(text.as_bytes()) {
            return text;
        }
        struck(&self.forms, &text).into()
    }

    fn bytes(&self, bytes: Bytes) -> Bytes {
        if self.is_clean(&bytes) {
            return bytes;
        }
        let mut copy = bytes.to_vec();
        strike_all(&self.forms, &mut copy);
        copy.into()
    }

    fn is_clean(&self, bytes: &[u8]) -> bool {
        self.forms
            .iter()
            .all(|form| memmem::find(bytes, form.reveal().as_bytes()).is_none())
    }

    /// A server may quote what it was asked with.
    fn error(&self, error: DialError) -> DialError {
        match error {
            DialError::Untrusted { host, doubt, why } => DialError::Untrusted {
                host,
                doubt,
                why: self.text(why),
            },
            DialError::Tls { host, why } => DialError::Tls {
                host,
                why: self.text(why),
            },
            DialError::Refused {
                status,
                retry_after,
                body,
            } => DialError::Refused {
                status,
                retry_after,
                body: self.text(body),
            },
            DialError::Proxy { proxy, failure } => DialError::Proxy {
                proxy,
                failure: match failure {
                    ProxyFailure::NoWay(why) => ProxyFailure::NoWay(self.text(why)),
                    ProxyFailure::NotAProxy(why) => ProxyFailure::NotAProxy(self.text(why)),
                    ProxyFailure::Script(why) => ProxyFailure::Script(self.text(why)),
                    other @ (ProxyFailure::Unreachable(_)
                    | ProxyFailure::LoginWanted
                    | ProxyFailure::LoginRefused
                    | ProxyFailure::Forbidden) => other,
                },
            },
            DialError::NotWebSocket(why) => DialError::NotWebSocket(self.text(why)),
            DialError::NotHttp(why) => DialError::NotHttp(self.text(why)),
            DialError::WrongSubprotocol(name) => DialError::WrongSubprotocol(self.text(name)),
            other @ (DialError::Deadline { .. }
            | DialError::Unresolved { .. }
            | DialError::Unreachable { .. }
            | DialError::NotTls { .. }
            | DialError::Redirected(_)
            | DialError::TapeOver) => other,
        }
    }

    fn loss(&self, loss: Loss) -> Loss {
        match loss {
            Loss::Closed { code, reason } => Loss::Closed {
                code,
                reason: self.text(reason),
            },
            Loss::Protocol(why) => Loss::Protocol(self.text(why)),
            Loss::WrongContent(why) => Loss::WrongContent(self.text(why)),
            Loss::Refused {
                status,
                retry_after,
                body,
            } => Loss::Refused {
                status,
                retry_after,
                body: self.text(body),
            },
            other @ (Loss::Dropped
            | Loss::Broken(_)
            | Loss::Oversize { .. }
            | Loss::NotUtf8
            | Loss::Garbled
            | Loss::Stalled { .. }
            | Loss::Misused(_)) => other,
        }
    }
}

/// How a secret looks in a URL and in JSON, besides how it is.
fn forms(secret: &str) -> [String; 3] {
    let mut percent = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            percent.push(char::from(byte));
        } else {
            percent.push_str(&format!("%{byte:02X}"));
        }
    }
    let json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    [secret.to_owned(), percent, json]
}

fn struck(forms: &[Secret], text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    strike_all(forms, &mut bytes);
    // A form is whole characters, so what is left is whole characters.
    String::from_utf8_lossy(&bytes).into_owned()
}

fn strike_all(forms: &[Secret], bytes: &mut [u8]) {
    for form in forms {
        let length = form.reveal().len();
        let places: Vec<usize> = memmem::find_iter(bytes, form.reveal().as_bytes()).collect();
        for place in places {
            if let Some(secret) = bytes.get_mut(place..place + length) {
                secret.fill(b'*');
            }
        }
    }
}

/// Strikes out `"name": "value"` and `?name=value` where the name is that of a secret.
fn by_name(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (from, to) in in_json(text).into_iter().chain(in_query(text)) {
        if let Some(secret) = bytes.get_mut(from..to) {
            secret.fill(b'*');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn in_json(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((from, to)) = next_string(bytes, at) {
        at = to + 1;
        let Some(colon) = after_spaces(bytes, at).filter(|place| bytes.get(*place) == Some(&b':')) else {
            continue;
        };
        let name = text.get(from..to).unwrap_or_default();
        let Some(value) = after_spaces(bytes, colon + 1).filter(|_| is_secret(name)) else {
            continue;
        };
        match bytes.get(value) {
            Some(b'"') => {
                let end = string_end(bytes, value + 1);
                found.push((value + 1, end));
                at = end + 1;
            }
            // What is inside has names of its own.
            Some(b'{' | b'[') | None => {}
            Some(_) => {
                let rest = bytes.get(value..).unwrap_or_default();
                let end = rest.iter().position(|byte| b",}] \t\r\n".contains(byte));
                found.push((value, end.map_or(bytes.len(), |end| value + end)));
            }
        }
    }
    found
}

fn in_query(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (mark, _) in text.match_indices(['?', '&']) {
        let rest = text.get(mark + 1..).unwrap_or_default();
        let end = rest.find(['&', '#', '"', ' ']).unwrap_or(rest.len());
        let pair = rest.get(..end).unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=')
            && is_secret(name)
        {
            let from = mark + 1 + end - value.len();
            found.push((from, mark + 1 + end));
        }
    }
    found
}

/// Where the next text in quotes begins and ends, without the quotes.
fn next_string(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let begin = from + memchr::memchr(b'"', bytes.get(from..)?)? + 1;
    Some((begin, string_end(bytes, begin)))
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn after_spaces(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .map(|spaces| from + spaces)
}

fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    NAMES.iter().any(|end| plain.ends_with(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "k3y-of \"the\" desk/9";

    fn redaction() -> Redaction {
        let mut redaction = Redaction::default();
        redaction.add(&[Secret::new(KEY.to_owned()), Secret::new("7".to_owned())]);
        redaction
    }

    fn heard(text: &str) -> String {
        let what = redaction().strike(What::Inbound(Inbound::Text(text.into())));
        let What::Inbound(Inbound::Text(text)) = what else {
            panic!("{what:?}")
        };
        text.as_str().to_owned()
    }

    #[test]
    fn a_secret_is_struck_out_in_every_form_in_which_it_travels() {
        for form in forms(KEY) {
            let text = heard(&format!(r#"{{"note":"you said {form}","price":"7"}}"#));
            assert!(!text.contains(&form), "{text}");
            assert!(
                text.contains(r#""price":"7""#),
                "a single letter is no secret: {text}"
            );
        }
    }

    #[test]
    fn a_message_without_a_secret_is_not_touched() {
        let text = r#"{"type":"trade","symbol":"TOKEN-USD","key":"a","token":"BTC"}"#;
        assert_eq!(heard(text), text, "names say nothing about what comes in");
    }

    #[test]
    fn what_we_say_is_also_read_for_names() {
        let said = |text: &str| by_name(text);
        assert_eq!(
            said(r#"{"op":"auth","key":"PK1","secret" : "s\"x","list":["a"]}"#),
            r#"{"op":"auth","key":"***","secret" : "****","list":["a"]}"#
        );
        assert_eq!(
            said(r#"{"args":[{"apiKey":"ab","sign":12,"timestamp":"5"}]}"#),
            r#"{"args":[{"apiKey":"**","sign":**,"timestamp":"5"}]}"#
        );
        assert_eq!(
            said("/v1/poll?symbols=A,B&access_token=abc&after=5"),
            "/v1/poll?symbols=A,B&access_token=***&after=5"
        );
        let plain = r#"{"op":"subscribe","symbols":["NVX"],"after":[5]}"#;
        assert_eq!(said(plain), plain);
    }

    #[test]
    fn what_a_server_quotes_in_a_refusal_is_struck_out() {
        let refused = DialError::Refused {
            status: 401,
            retry_after: None,
            body: format!("no such key: {KEY}"),
        };
        let said = format!("{:?}", redaction().strike(What::NotConnected(refused)));
        assert!(said.contains("401") && !said.contains("desk"), "{said}");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_change_its_length(text in ".{0,80}", secret in ".{0,8}") {
            prop_assert_eq!(by_name(&text).len(), text.len());
            let mut redaction = Redaction::default();
            redaction.add(&[Secret::new(secret.clone())]);
            let shown = redaction.text(format!("{text}{secret}{text}"));
            prop_assert!(secret.len() < LENGTH_MIN || !shown.contains(&secret));
        }
    }
}
