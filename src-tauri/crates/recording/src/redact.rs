//! Where in an entry a secret may stand: it is struck out before it is written.
//!
//! What is known to be one is struck out in every direction. What we say
//! ourselves is also read for names that look like one; names say nothing about
//! what comes in. The length stays, so a tape is read as it was.

use bytes::Bytes;
use transport::{
    DialError, Hint, Inbound, Loss, Outbound, ProxyFailure, Redaction, Utf8Bytes, blank_by_name,
};

use crate::What;

/// What may be written of it.
pub(crate) fn strike(redaction: &Redaction, what: What) -> What {
    match what {
        What::Inbound(inbound) => What::Inbound(match inbound {
            Inbound::Text(text) => Inbound::Text(text_of(redaction, text)),
            Inbound::Answer { path, text } => Inbound::Answer {
                path: blank_by_name(&redaction.blank(path.as_ref().to_owned())).into(),
                text: text_of(redaction, text),
            },
            Inbound::Declined { path, status, text } => Inbound::Declined {
                path: blank_by_name(&redaction.blank(path.as_ref().to_owned())).into(),
                status,
                text: text_of(redaction, text),
            },
            Inbound::Binary(bytes) => Inbound::Binary(bytes_of(redaction, bytes)),
            Inbound::Hint(Hint::LastEventId(id)) => Inbound::Hint(Hint::LastEventId(text_of(redaction, id))),
            same @ (Inbound::Ping | Inbound::More | Inbound::Hint(Hint::RetryAfter(_))) => same,
            Inbound::Pong(bytes) => Inbound::Pong(bytes_of(redaction, bytes)),
        }),
        What::Outbound(outbound) => What::Outbound(match outbound {
            Outbound::Text(text) => Outbound::Text(blank_by_name(&redaction.blank(text))),
            Outbound::Fetch(paths) => Outbound::Fetch(paths_of(redaction, paths)),
            Outbound::Exchange { gone, come } => Outbound::Exchange {
                gone: paths_of(redaction, gone),
                come: paths_of(redaction, come),
            },
            Outbound::Binary(bytes) => Outbound::Binary(bytes_of(redaction, bytes)),
            Outbound::Ping(bytes) => Outbound::Ping(bytes_of(redaction, bytes)),
            Outbound::Close(code) => Outbound::Close(code),
        }),
        What::Dialing { address } => What::Dialing {
            address: redaction.blank(address),
        },
        What::NotConnected(error) => What::NotConnected(error_of(redaction, error)),
        What::Lost(loss) => What::Lost(loss_of(redaction, loss)),
        other @ (What::Connected { .. } | What::GivenUp | What::Left | What::Missing(_) | What::End) => other,
    }
}

/// A server may quote what it was asked with.
fn error_of(redaction: &Redaction, error: DialError) -> DialError {
    match error {
        DialError::Untrusted { host, doubt, why } => DialError::Untrusted {
            host,
            doubt,
            why: redaction.blank(why),
        },
        DialError::Tls { host, why } => DialError::Tls {
            host,
            why: redaction.blank(why),
        },
        DialError::Refused {
            status,
            retry_after,
            body,
        } => DialError::Refused {
            status,
            retry_after,
            body: redaction.blank(body),
        },
        DialError::Proxy { proxy, failure } => DialError::Proxy {
            proxy,
            failure: match failure {
                ProxyFailure::NoWay(why) => ProxyFailure::NoWay(redaction.blank(why)),
                ProxyFailure::NotAProxy(why) => ProxyFailure::NotAProxy(redaction.blank(why)),
                ProxyFailure::Script(why) => ProxyFailure::Script(redaction.blank(why)),
                other @ (ProxyFailure::Unreachable(_)
                | ProxyFailure::LoginWanted
                | ProxyFailure::LoginRefused
                | ProxyFailure::Forbidden) => other,
            },
        },
        DialError::NotWebSocket(why) => DialError::NotWebSocket(redaction.blank(why)),
        DialError::NotHttp(why) => DialError::NotHttp(redaction.blank(why)),
        DialError::WrongSubprotocol(name) => DialError::WrongSubprotocol(redaction.blank(name)),
        other @ (DialError::Deadline { .. }
        | DialError::Unresolved { .. }
        | DialError::Unreachable { .. }
        | DialError::NotTls { .. }
        | DialError::Redirected(_)
        | DialError::TapeOver) => other,
    }
}

fn loss_of(redaction: &Redaction, loss: Loss) -> Loss {
    match loss {
        Loss::Closed { code, reason } => Loss::Closed {
            code,
            reason: redaction.blank(reason),
        },
        Loss::Protocol(why) => Loss::Protocol(redaction.blank(why)),
        Loss::WrongContent(why) => Loss::WrongContent(redaction.blank(why)),
        Loss::Refused {
            status,
            retry_after,
            body,
        } => Loss::Refused {
            status,
            retry_after,
            body: redaction.blank(body),
        },
        Loss::Spent { again, why } => Loss::Spent {
            again,
            why: redaction.blank(why),
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

fn paths_of(redaction: &Redaction, paths: Vec<String>) -> Vec<String> {
    let paths = paths.into_iter();
    paths.map(|path| blank_by_name(&redaction.blank(path))).collect()
}

fn text_of(redaction: &Redaction, text: Utf8Bytes) -> Utf8Bytes {
    if redaction.is_clean(text.as_bytes()) {
        return text;
    }
    redaction.blank(text.as_str().to_owned()).into()
}

fn bytes_of(redaction: &Redaction, bytes: Bytes) -> Bytes {
    if redaction.is_clean(&bytes) {
        return bytes;
    }
    let mut copy = bytes.to_vec();
    redaction.blank_bytes(&mut copy);
    copy.into()
}

#[cfg(test)]
mod tests {
    use model::Secret;

    use super::*;

    const KEY: &str = "k3y-of the desk/9";

    fn struck(what: What) -> What {
        strike(&Redaction::of(&[Secret::new(KEY.to_owned())]), what)
    }

    fn heard(text: &str) -> String {
        let what = struck(What::Inbound(Inbound::Text(text.into())));
        let What::Inbound(Inbound::Text(text)) = what else {
            panic!("{what:?}")
        };
        text.as_str().to_owned()
    }

    #[test]
    fn a_secret_that_comes_back_is_struck_out() {
        let text = heard(&format!(r#"{{"note":"you said {KEY}","price":"7"}}"#));
        assert_eq!(text, r#"{"note":"you said *****************","price":"7"}"#);
    }

    #[test]
    fn a_message_without_a_secret_is_not_touched() {
        let text = r#"{"type":"trade","symbol":"TOKEN-USD","key":"a","token":"BTC"}"#;
        assert_eq!(heard(text), text, "names say nothing about what comes in");
    }

    #[test]
    fn what_we_say_is_also_read_for_names() {
        let what = struck(What::Outbound(Outbound::Text(format!(
            r#"{{"op":"auth","sign":"abc","desk":"{KEY}"}}"#
        ))));
        let said = format!("{what:?}");
        assert!(
            !said.contains("abc") && !said.contains("desk/9") && said.contains("auth"),
            "{said}"
        );
    }

    #[test]
    fn what_a_server_quotes_in_a_refusal_is_struck_out() {
        let refused = DialError::Refused {
            status: 401,
            retry_after: None,
            body: format!("no such key: {KEY}"),
        };
        let said = format!("{:?}", struck(What::NotConnected(refused)));
        assert!(said.contains("401") && !said.contains("desk"), "{said}");
    }
}
