//! What a file gives back, whole and damaged.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;
use recording::{CreateError, Entry, Tape, TapeError, TapeFile, What};
use transport::{BadRedirect, DialError, Doubt, Hint, Inbound, Loss, Outbound, Phase, Phases, ProxyFailure};

use crate::common::{Script, header, started, text, write};

#[test]
fn a_tape_says_what_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    write(
        &path,
        &Script::new().connect(5).heard(7_000, "x").end(9_000).entries,
    );
    let mut tape = Tape::open(&path).unwrap();
    assert_eq!(tape.header(), &header());
    assert_eq!(
        tape.span(),
        (Duration::from_millis(5), Duration::from_millis(9_000))
    );
    let seventh = Duration::from_secs(7);
    assert_eq!(tape.wall(seventh), started() + chrono::TimeDelta::seconds(7));
    assert_eq!(tape.moment(tape.wall(seventh)), seventh);
    let survey = tape.survey();
    assert_eq!((survey.messages, survey.bytes, survey.ended), (1, 1, true));
    assert_eq!(survey.dials.len(), 1);
}

#[test]
fn an_old_tape_is_not_replaced_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    write(&path, &Script::new().connect(0).entries);
    let before = std::fs::read(&path).unwrap();
    let refused = TapeFile::create(&path, &header(), false).unwrap_err();
    assert!(matches!(refused, CreateError::Exists(_)), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(TapeFile::create(&path, &header(), true).is_ok());
}

#[test]
fn what_is_no_tape_says_so_and_a_newer_one_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Tape::open(&path).unwrap_err()
    };
    assert!(matches!(open(b""), TapeError::NotATape));
    assert!(matches!(open(b"{\"type\":\"trade\"}"), TapeError::NotATape));
    write(&path, &Script::new().connect(0).entries);
    let whole = std::fs::read(&path).unwrap();
    let mut newer = whole.clone();
    newer[8] = 2;
    let refused = open(&newer);
    assert!(refused.to_string().contains("update Tickwire"), "{refused}");
    let mut damaged = whole.clone();
    damaged[30] ^= 1;
    assert!(matches!(open(&damaged), TapeError::DamagedHeader));
    assert!(matches!(open(&whole[..40]), TapeError::DamagedHeader));
    let absent = Tape::open(Path::new("no/such.tape")).unwrap_err();
    assert!(matches!(absent, TapeError::Read { .. }), "{absent}");
}

#[test]
fn after_a_crash_it_is_read_up_to_the_last_whole_block() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let mut script = Script::new().connect(0);
    for second in 1..20 {
        script = script.heard(second * 1_000, "tick");
    }
    write(&path, &script.entries);
    let whole = std::fs::read(&path).unwrap();
    let all = shown(&read(&path));
    let mut lengths = Vec::new();
    for cut in (0..=whole.len()).rev() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let Ok(tape) = Tape::open(&path) else { break };
        let extent = tape.extent();
        assert_eq!(extent.whole + extent.left, cut as u64);
        let entries = shown(&read(&path));
        assert_eq!(entries[..], all[..entries.len()]);
        lengths.push(entries.len());
    }
    lengths.dedup();
    assert!(lengths.len() > 15, "a block was lost with another: {lengths:?}");
    assert_eq!(lengths.last(), Some(&0));
}

#[test]
fn a_block_with_a_right_checksum_and_wrong_contents_ends_the_tape() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    write(&path, &Script::new().connect(0).heard(10, "x").entries);
    let whole = std::fs::read(&path).unwrap();
    let begin = whole.windows(4).position(|bytes| bytes == b"TWBK").unwrap();
    // The uncompressed length, as much as a reader takes, and the checksum made right again.
    for (place, value) in [
        (begin + 8, 16u32 << 20),
        (begin + 8, 1),
        (begin + 12, 60_000),
        (begin + 12, 1),
    ] {
        let mut forged = whole.clone();
        forged[place..place + 4].copy_from_slice(&value.to_le_bytes());
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&forged[begin..begin + 40]);
        hasher.update(&forged[begin + 44..]);
        forged[begin + 40..begin + 44].copy_from_slice(&hasher.finalize().to_le_bytes());
        std::fs::write(&path, &forged).unwrap();
        let mut tape = Tape::open(&path).unwrap();
        assert_eq!(tape.extent().left, 0, "the checksum was not believed");
        let survey = tape.survey();
        assert_eq!((survey.messages, survey.dials.len()), (0, 0));
        assert_eq!(tape.extent().whole, begin as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn everything_that_can_happen_is_read_as_it_was_written(entries in entries()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tape");
        write(&path, &entries);
        prop_assert_eq!(shown(&read(&path)), shown(&entries));
        prop_assert_eq!(Tape::open(&path).unwrap().extent().left, 0);
    }

    #[test]
    fn no_damage_makes_it_panic_or_show_what_was_not_there(
        entries in entries(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tape");
        write(&path, &entries);
        let mut bytes = std::fs::read(&path).unwrap();
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(mut tape) = Tape::open(&path) {
            tape.survey();
            let extent = tape.extent();
            prop_assert_eq!(extent.whole + extent.left, bytes.len() as u64);
            let (read, written) = (shown(&read(&path)), shown(&entries));
            prop_assert!(read.len() <= written.len());
            prop_assert_eq!(&read[..], &written[..read.len()]);
        }
    }
}

fn read(path: &Path) -> Vec<Entry> {
    Tape::open(path).unwrap().entries().collect()
}

fn shown(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| format!("{entry:?}")).collect()
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (0u64..2_000_000_000, 0u64..300, what());
    prop::collection::vec(entry, 1..60).prop_map(|entries| {
        let mut at = Duration::ZERO;
        let mut build = |(passed, connection, what)| {
            at += Duration::from_nanos(passed);
            Entry { at, connection, what }
        };
        entries.into_iter().map(&mut build).collect()
    })
}

fn what() -> impl Strategy<Value = What> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..50).prop_map(Bytes::from);
    let duration = || (0u64..9_000_000_000).prop_map(Duration::from_nanos);
    let several = || prop::collection::vec(".{1,90}", 1..4);
    prop_oneof![
        ".{0,20}".prop_map(|address| What::Dialing { address }),
        (duration(), duration(), duration()).prop_map(|(resolve, proxy, tls)| What::Connected {
            phases: Phases {
                resolve,
                proxy,
                tls,
                ..Phases::default()
            }
        }),
        error().prop_map(What::NotConnected),
        Just(What::GivenUp),
        loss().prop_map(What::Lost),
        Just(What::Left),
        ".{0,400}".prop_map(|said| What::Inbound(text(&said))),
        bytes().prop_map(|bytes| What::Inbound(Inbound::Binary(bytes))),
        Just(What::Inbound(Inbound::Ping)),
        Just(What::Inbound(Inbound::More)),
        bytes().prop_map(|bytes| What::Inbound(Inbound::Pong(bytes))),
        ".{0,9}".prop_map(|id| What::Inbound(Inbound::Hint(Hint::LastEventId(id.as_str().into())))),
        duration().prop_map(|wait| What::Inbound(Inbound::Hint(Hint::RetryAfter(wait)))),
        ".{0,90}".prop_map(|said| What::Outbound(Outbound::Text(said))),
        several().prop_map(|paths| What::Outbound(Outbound::Fetch(paths))),
        (".{0,30}", ".{0,90}").prop_map(|(path, text)| {
            let (path, text) = (path.into(), text.into());
            What::Inbound(Inbound::Answer { path, text })
        }),
        (".{0,30}", any::<u16>(), ".{0,90}").prop_map(|(path, status, text)| {
            let (path, text) = (path.into(), text.into());
            What::Inbound(Inbound::Declined { path, status, text })
        }),
        (several(), several()).prop_map(|(gone, come)| What::Outbound(Outbound::Exchange { gone, come })),
        bytes().prop_map(|bytes| What::Outbound(Outbound::Binary(bytes))),
        bytes().prop_map(|bytes| What::Outbound(Outbound::Ping(bytes))),
        any::<u16>().prop_map(|code| What::Outbound(Outbound::Close(code))),
        any::<u64>().prop_map(What::Missing),
        Just(What::End),
    ]
}

fn failure() -> impl Strategy<Value = ProxyFailure> {
    let words = || ".{0,20}";
    prop_oneof![
        Just(ProxyFailure::Unreachable(ErrorKind::ConnectionRefused)),
        Just(ProxyFailure::LoginWanted),
        Just(ProxyFailure::LoginRefused),
        Just(ProxyFailure::Forbidden),
        words().prop_map(ProxyFailure::NoWay),
        words().prop_map(ProxyFailure::NotAProxy),
        words().prop_map(ProxyFailure::Script),
    ]
}

fn error() -> impl Strategy<Value = DialError> {
    let words = || ".{0,20}";
    prop_oneof![
        Just(DialError::Deadline {
            phase: Phase::Tls,
            after: Duration::from_secs(4)
        }),
        words().prop_map(|host| DialError::Unresolved {
            host,
            kind: ErrorKind::NotFound
        }),
        words().prop_map(|host| DialError::Unreachable {
            host,
            kind: ErrorKind::ConnectionRefused
        }),
        (words(), words()).prop_map(|(host, why)| DialError::Untrusted {
            host,
            doubt: Doubt::NotYetValid,
            why
        }),
        words().prop_map(|host| DialError::NotTls { host }),
        (words(), failure()).prop_map(|(proxy, failure)| DialError::Proxy { proxy, failure }),
        (words(), words()).prop_map(|(host, why)| DialError::Tls { host, why }),
        (any::<u16>(), prop::option::of(0u64..99), words()).prop_map(|(status, wait, body)| {
            DialError::Refused {
                status,
                retry_after: wait.map(Duration::from_secs),
                body,
            }
        }),
        words().prop_map(DialError::NotWebSocket),
        words().prop_map(DialError::NotHttp),
        prop_oneof![
            Just(BadRedirect::Plain),
            Just(BadRedirect::Nowhere),
            Just(BadRedirect::TooOften),
        ]
        .prop_map(DialError::Redirected),
        words().prop_map(DialError::WrongSubprotocol),
        Just(DialError::TapeOver),
    ]
}

fn loss() -> impl Strategy<Value = Loss> {
    let words = || ".{0,20}";
    prop_oneof![
        (prop::option::of(any::<u16>()), words()).prop_map(|(code, reason)| Loss::Closed { code, reason }),
        Just(Loss::Dropped),
        Just(Loss::Broken(ErrorKind::ConnectionReset)),
        any::<usize>().prop_map(|limit| Loss::Oversize { limit }),
        Just(Loss::NotUtf8),
        Just(Loss::Garbled),
        words().prop_map(Loss::Protocol),
        (any::<u16>(), words()).prop_map(|(status, body)| Loss::Refused {
            status,
            retry_after: None,
            body
        }),
        words().prop_map(Loss::WrongContent),
        Just(Loss::Stalled {
            after: Duration::from_secs(9)
        }),
    ]
}
