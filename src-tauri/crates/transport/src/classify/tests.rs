//! The table of classes, as it is read by people.

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};

use std::time::SystemTime;

use super::*;

const LOCAL: Blame = Blame::Local;
const ENDPOINT: Blame = Blame::Endpoint;
const ANNOUNCED: Blame = Blame::Announced { retry_after: None };
const PERSON: Blame = Blame::Person { again: None };
const PERSON_5_MIN: Blame = person(PERSON_RETRY);
const PERSON_1_H: Blame = person(STOP_RETRY);

fn refused(status: u16, body: &str) -> DialError {
    DialError::Refused {
        status,
        retry_after: None,
        body: body.to_owned(),
    }
}

fn lost(status: u16, body: &str) -> Loss {
    Loss::Refused {
        status,
        retry_after: None,
        body: body.to_owned(),
    }
}

fn closed(code: u16) -> Loss {
    Loss::Closed {
        code: Some(code),
        reason: String::new(),
    }
}

#[test]
fn every_http_status_has_its_class_at_the_handshake_and_on_a_fetch() {
    for status in 100..600 {
        let (blame, blocks) = match status {
            401 | 403 => (PERSON, false),
            402 | 451 => (PERSON_1_H, false),
            404 | 410 => (PERSON_5_MIN, true),
            407 => (PERSON_5_MIN, false),
            408 | 418 | 420 | 425 | 429 | 503 => (ANNOUNCED, false),
            511 => (LOCAL, false),
            100..400 | 400 | 405 | 406 | 426 | 501 | 505 => (ENDPOINT, true),
            _ => (ENDPOINT, false),
        };
        let error = refused(status, "");
        assert_eq!(
            (error.blame(), error.blocks_transport()),
            (blame, blocks),
            "{status}"
        );
        if status != 204 {
            let loss = lost(status, "");
            assert_eq!(
                (loss.blame(), loss.blocks_transport()),
                (blame, blocks),
                "{status}"
            );
        }
    }
    assert_eq!(
        lost(204, "").blame(),
        PERSON,
        "an event stream's way to say: do not come back"
    );
}

#[test]
fn every_close_code_has_its_class() {
    for code in 1000..5000 {
        let blame = match code {
            1001 | 1012 | 1013 => ANNOUNCED,
            1008 | 3000 | 3003 => PERSON,
            1010 | 3500..4000 | 4500..5000 => PERSON_1_H,
            _ => ENDPOINT,
        };
        let loss = closed(code);
        assert_eq!(loss.blame(), blame, "{code}");
        assert_eq!(loss.is_forgiven_once(), code == 1008, "{code}");
        assert_eq!(
            loss.suspects_transport(),
            matches!(code, 1002 | 1003 | 1007),
            "{code}"
        );
        assert_eq!(
            loss.next_step().is_some(),
            matches!(blame, Blame::Person { .. }),
            "{code}"
        );
        assert!(!loss.blocks_transport(), "{code}");
    }
    let silent = Loss::Closed {
        code: None,
        reason: String::new(),
    };
    assert_eq!(silent.blame(), ENDPOINT);
}

#[test]
fn a_403_is_about_the_key_unless_it_says_otherwise() {
    for (body, blame, blocks) in [
        ("", PERSON, false),
        ("invalid api key", PERSON, false),
        ("<!DOCTYPE html><title>Just a moment...</title>", ENDPOINT, true),
        (
            "Service unavailable from a restricted region according to b. Eligibility",
            PERSON_1_H,
            false,
        ),
        ("Your country is not served", PERSON_1_H, false),
        ("Rate limit exceeded for this address", ANNOUNCED, false),
        ("Too many connections", ANNOUNCED, false),
    ] {
        let error = refused(403, body);
        assert_eq!(
            (error.blame(), error.blocks_transport()),
            (blame, blocks),
            "{body}"
        );
    }
    let mitigated = HeaderMap::from_iter([(
        http::HeaderName::from_static("cf-mitigated"),
        HeaderValue::from_static("challenge"),
    )]);
    let body = quoted(&mitigated, b"<html>");
    assert!(refused(403, &body).blocks_transport(), "{body}");
}

#[test]
fn who_was_asked_too_often_may_name_the_moment_at_which_it_counts_anew() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_650_800_000);
    let wait = |status, head: &'static str, value: &'static str| {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static(head),
            HeaderValue::from_static(value),
        )]);
        asked_wait(status, &headers, now)
    };
    let seven = Some(Duration::from_secs(7));
    for (status, head, value, expected) in [
        (429, "x-ratelimit-reset", "1763650807", seven),
        (429, "x-bapi-limit-reset-timestamp", "1763650807000", seven),
        (429, "retry-after", "7", seven),
        (503, "retry-after", "7", seven),
        (200, "x-ratelimit-reset", "1763650807", None),
        (429, "x-ratelimit-reset", "1763650793", None),
        (429, "x-ratelimit-reset", "1763690807", None),
        (429, "x-ratelimit-reset", "7", None),
        (429, "x-ratelimit-reset", "soon", None),
    ] {
        assert_eq!(wait(status, head, value), expected, "{status} {head} {value}");
    }
}

#[test]
fn of_a_page_that_is_written_for_browsers_a_person_is_told_what_a_browser_shows() {
    for (page, quote) in [
        (
            "<!DOCTYPE HTML>\n<HTML><HEAD><TITLE>ERROR: denied</TITLE><STYLE>b { color: red }</STYLE></HEAD>\
             <BODY><H1>403 ERROR</H1><!-- <p>not</p> -->It is blocked in your <b>country</b>.</BODY></HTML>",
            "ERROR: denied 403 ERROR It is blocked in your country .",
        ),
        ("<html><script>let a = 1 < 2;</script>no</html>", "no"),
        ("<!-- said --><i>no</i><!-- never ended", "no"),
        ("<p>1 < 2", "1"),
        ("<style>never ended", ""),
        ("<", ""),
        ("a < b", "a < b"),
    ] {
        assert_eq!(quoted(&HeaderMap::new(), page.as_bytes()), quote, "{page}");
    }
}

#[test]
fn a_page_that_is_written_for_programs_is_quoted_by_its_sentence() {
    let long = "You are not entitled to this data. Please upgrade your plan at https://example.com/pricing to go on with it today.";
    let long_page = format!(r#"{{"status":"NOT_AUTHORIZED","request_id":"6a7e1f","message":"{long}"}}"#);
    for (page, quote) in [
        (r#"{"error":"Invalid API key"}"#, "Invalid API key"),
        (
            r#"{"code":401,"message":"wrong key","status":"error"}"#,
            "wrong key",
        ),
        (r#"{"detail": "Invalid token."}"#, "Invalid token."),
        (
            r#"{"error":{"code":7,"message":"no such thing"}}"#,
            "no such thing",
        ),
        (
            r#"{"errors":[{"message":"first"},{"message":"second"}]}"#,
            "first",
        ),
        (
            r#"{"error":["EGeneral:Too many requests"]}"#,
            "EGeneral:Too many requests",
        ),
        (r#"{"message":" ","error":"said here"}"#, "said here"),
        (r#"{"code":7}"#, r#"{"code":7}"#),
        (r#"{"message":7}"#, r#"{"message":7}"#),
        ("forbidden.", "forbidden."),
        (r#"{"message":"cut o"#, r#"{"message":"cut o"#),
        (&long_page, long),
    ] {
        assert_eq!(quoted(&HeaderMap::new(), page.as_bytes()), quote, "{page}");
    }
}

#[test]
fn who_is_told_to_wait_for_hours_is_told_by_a_person() {
    for (seconds, expected) in [
        (
            7,
            Blame::Announced {
                retry_after: Some(Duration::from_secs(7)),
            },
        ),
        (
            3_600,
            Blame::Announced {
                retry_after: Some(Duration::from_secs(3_600)),
            },
        ),
        (3_601, person(Duration::from_secs(3_601))),
    ] {
        for status in [408, 418, 425, 429, 503] {
            let retry_after = Some(Duration::from_secs(seconds));
            let error = DialError::Refused {
                status,
                retry_after,
                body: String::new(),
            };
            assert_eq!(error.blame(), expected, "{status}");
        }
    }
}

#[test]
fn each_phase_has_its_class() {
    let deadline = |phase| DialError::Deadline {
        phase,
        after: Duration::from_secs(4),
    };
    let unresolved = |kind| DialError::Unresolved {
        host: "feed.example".into(),
        kind,
    };
    let unreachable = |kind| DialError::Unreachable {
        host: "feed.example".into(),
        kind,
    };
    let proxy = |failure| DialError::Proxy {
        proxy: "proxy.example:3128".into(),
        failure,
    };
    let untrusted = |doubt| DialError::Untrusted {
        host: "feed.example".into(),
        doubt,
        why: String::new(),
    };
    for (error, blame, blocks) in [
        (deadline(Phase::Resolve), LOCAL, false),
        (deadline(Phase::Connect), ENDPOINT, false),
        (deadline(Phase::Proxy), ENDPOINT, false),
        (deadline(Phase::Tls), ENDPOINT, false),
        (deadline(Phase::Upgrade), ENDPOINT, true),
        (
            unresolved(io::ErrorKind::NotFound),
            person(UNKNOWN_NAME_RETRY),
            false,
        ),
        (unresolved(io::ErrorKind::Other), LOCAL, false),
        (unresolved(io::ErrorKind::TimedOut), LOCAL, false),
        (unreachable(io::ErrorKind::NetworkUnreachable), LOCAL, false),
        (unreachable(io::ErrorKind::HostUnreachable), LOCAL, false),
        (unreachable(io::ErrorKind::NetworkDown), LOCAL, false),
        (unreachable(io::ErrorKind::AddrNotAvailable), LOCAL, false),
        (unreachable(io::ErrorKind::ConnectionRefused), ENDPOINT, false),
        (unreachable(io::ErrorKind::ConnectionReset), ENDPOINT, false),
        (
            proxy(ProxyFailure::Unreachable(io::ErrorKind::ConnectionRefused)),
            LOCAL,
            false,
        ),
        (proxy(ProxyFailure::LoginWanted), PERSON_5_MIN, false),
        (proxy(ProxyFailure::LoginRefused), PERSON, false),
        (proxy(ProxyFailure::Forbidden), PERSON_5_MIN, false),
        (proxy(ProxyFailure::NoWay("502".into())), ENDPOINT, false),
        (proxy(ProxyFailure::NotAProxy("SSH".into())), PERSON_5_MIN, false),
        (proxy(ProxyFailure::Script("refused".into())), ENDPOINT, false),
        (untrusted(Doubt::Expired), PERSON_5_MIN, false),
        (untrusted(Doubt::NotYetValid), PERSON_5_MIN, false),
        (untrusted(Doubt::UnknownIssuer), PERSON_5_MIN, false),
        (untrusted(Doubt::OtherName), PERSON_5_MIN, false),
        (untrusted(Doubt::Revoked), PERSON_5_MIN, false),
        (
            DialError::Tls {
                host: "feed.example".into(),
                why: "alert".into(),
            },
            ENDPOINT,
            false,
        ),
        (
            DialError::NotTls {
                host: "feed.example".into(),
            },
            ENDPOINT,
            false,
        ),
        (DialError::NotWebSocket("no".into()), ENDPOINT, true),
        (DialError::NotHttp("no".into()), ENDPOINT, true),
        (DialError::WrongSubprotocol("tickwire.v1".into()), ENDPOINT, true),
    ] {
        assert_eq!(
            (error.blame(), error.blocks_transport()),
            (blame, blocks),
            "{error}"
        );
    }
}

#[test]
fn whoever_must_act_is_told_what_to_do() {
    for status in [401, 402, 403, 404, 407, 410, 451, 511] {
        assert!(refused(status, "").next_step().is_some(), "{status}");
    }
}

#[test]
fn a_certificate_out_of_its_time_may_be_the_clocks_fault() {
    let error = DialError::Untrusted {
        host: "feed.example".into(),
        doubt: Doubt::Expired,
        why: "it ended yesterday".into(),
    };
    assert_eq!(
        error.to_string(),
        "the certificate of feed.example has expired, or this computer's clock is wrong (it ended yesterday)"
    );
    assert!(error.next_step().unwrap().contains("date"));
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    let now = httpdate::parse_http_date("Mon, 05 Jan 2026 14:30:00 GMT").unwrap();
    let wait = |text: &'static str| {
        retry_after(
            &HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]),
            now,
        )
    };
    assert_eq!(wait("120"), Some(Duration::from_secs(120)));
    assert_eq!(
        wait("Mon, 05 Jan 2026 14:31:00 GMT"),
        Some(Duration::from_secs(60))
    );
    assert_eq!(wait("Mon, 05 Jan 2026 14:29:00 GMT"), Some(Duration::ZERO));
    assert_eq!(wait("soon"), None);
    let day = Some(Duration::from_secs(86_400));
    assert_eq!(
        wait("18446744073709551615"),
        day,
        "nobody waits for the end of time"
    );
    assert_eq!(wait("Mon, 05 Jan 2099 14:30:00 GMT"), day);
}
