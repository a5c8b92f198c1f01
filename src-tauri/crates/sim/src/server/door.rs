//! Who may come in, judged by the head of the request alone.
//!
//! Any page in any browser of this machine can try to reach a port on loopback,
//! so a good token is not enough: the request must not come from a foreign page,
//! nor through a name that somebody else's DNS points here.

use std::net::IpAddr;
use std::str::FromStr;

use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HOST, ORIGIN};
use tokio_tungstenite::tungstenite::http::uri::Authority;
use tokio_tungstenite::tungstenite::http::{HeaderMap, Method, Request, StatusCode, Uri};

use super::token::Token;

/// What a refused caller is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) why: &'static str,
}

/// `full` is whether as many clients are inside as can be served.
pub(super) fn admit<B>(request: &Request<B>, token: &Token, full: bool) -> Result<(), Refusal> {
    let refuse = |status, why| Err(Refusal { status, why });
    let headers = request.headers();
    if !headers
        .get_all(ORIGIN)
        .iter()
        .all(|origin| origin.to_str().is_ok_and(is_our_own_page))
    {
        return refuse(StatusCode::FORBIDDEN, "pages of other origins are not served");
    }
    if !headers
        .get_all(HOST)
        .iter()
        .all(|host| host.to_str().is_ok_and(is_loopback))
    {
        return refuse(
            StatusCode::FORBIDDEN,
            "this server is called 127.0.0.1 or localhost",
        );
    }
    // A browser asks whether it may ask without showing a token, and is told nothing else.
    if request.method() == Method::OPTIONS {
        return Ok(());
    }
    if !offered(headers, request.uri()).is_some_and(|guess| token.is(guess)) {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "a token is needed, as `Authorization: Bearer` or `?token=`",
        );
    }
    if full {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "no more clients can be served");
    }
    Ok(())
}

fn is_our_own_page(origin: &str) -> bool {
    Uri::from_str(origin).is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some_and(names_loopback)
    })
}

fn is_loopback(host: &str) -> bool {
    Authority::from_str(host).is_ok_and(|authority| names_loopback(&authority))
}

fn names_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    !authority.as_str().contains('@')
        && (host.eq_ignore_ascii_case("localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()))
}

/// The header decides when there are both.
fn offered<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim());
    }
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::path::STREAM;

    #[test]
    fn a_right_token_opens_by_header_and_by_query() {
        assert_eq!(knock(STREAM, &[("authorization", "Bearer right")]), Ok(()));
        assert_eq!(knock(STREAM, &[("authorization", "bearer right")]), Ok(()));
        assert_eq!(knock("/v1/stream?token=right", &[]), Ok(()));
        assert_eq!(knock("/v1/stream?a=b&token=right&c", &[]), Ok(()));
    }

    #[test]
    fn a_wrong_token_or_none_is_401_and_the_header_decides() {
        for (path, headers) in [
            (STREAM, vec![]),
            (STREAM, vec![("authorization", "Bearer wrong")]),
            (STREAM, vec![("authorization", "Basic right")]),
            (STREAM, vec![("authorization", "right")]),
            ("/v1/stream?token=wrong", vec![]),
            ("/v1/stream?token=", vec![]),
            ("/v1/stream?other_token=right", vec![]),
            ("/v1/stream?token=right", vec![("authorization", "Bearer wrong")]),
        ] {
            assert_eq!(knock(path, &headers), Err(401), "{path} {headers:?}");
        }
    }

    #[test]
    fn a_browser_may_ask_without_a_token_whether_it_may_ask() {
        let ask = |origin| {
            let request = Request::builder().method("OPTIONS").uri(STREAM);
            let request = request.header("origin", origin).body(()).unwrap();
            admit(&request, &Token::given("right").unwrap(), false).is_ok()
        };
        assert!(ask("http://localhost:5173"));
        assert!(!ask("https://example.com"));
    }

    #[test]
    fn only_pages_on_loopback_may_ask() {
        let from = |origin| knock("/v1/stream?token=right", &[("origin", origin)]);
        for origin in [
            "http://127.0.0.1:5173",
            "http://localhost",
            "https://[::1]:8443",
            "http://127.9.9.9",
        ] {
            assert_eq!(from(origin), Ok(()), "{origin}");
        }
        for origin in [
            "null",
            "",
            "https://example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "http://localhost@127.0.0.1",
            "file://",
            "tauri://localhost",
        ] {
            assert_eq!(from(origin), Err(403), "{origin:?}");
        }
    }

    #[test]
    fn a_name_that_was_pointed_here_is_refused() {
        let called = |host| knock("/v1/stream?token=right", &[("host", host)]);
        assert_eq!(called("127.0.0.1:4000"), Ok(()));
        assert_eq!(called("localhost:4000"), Ok(()));
        assert_eq!(called("rebound.example.com:4000"), Err(403));
    }

    #[test]
    fn a_foreign_page_does_not_learn_whether_its_token_was_right() {
        assert_eq!(knock(STREAM, &[("origin", "https://example.com")]), Err(403));
    }

    #[test]
    fn a_full_house_is_503() {
        let request = Request::builder().uri("/v1/stream?token=right").body(()).unwrap();
        let refusal = admit(&request, &Token::given("right").unwrap(), true).unwrap_err();
        assert_eq!(refusal.status, StatusCode::SERVICE_UNAVAILABLE);
    }

    fn knock(uri: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let token = Token::given("right").unwrap();
        admit(&request.body(()).unwrap(), &token, false).map_err(|refusal| refusal.status.as_u16())
    }
}
