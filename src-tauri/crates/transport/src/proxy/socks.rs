//! A way through a SOCKS5 proxy (RFC 1928, with the login of RFC 1929).

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use url::Host;

use super::Login;
use crate::ProxyFailure;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;

/// Nothing is read beyond the proxy's own answer.
pub(super) async fn open<P: AsyncRead + AsyncWrite + Unpin>(
    mut pipe: P,
    host: &str,
    port: u16,
    login: Option<&Login>,
) -> Result<P, ProxyFailure> {
    let wanted = question(host, port)?;
    greet(&mut pipe, login).await?;
    send(&mut pipe, &wanted).await?;
    let [version, reply, _, kind] = take(&mut pipe).await?;
    if version != VERSION {
        return Err(stranger());
    }
    judged(reply)?;
    // Where the proxy itself now is, which nobody needs.
    let rest = match kind {
        1 => 4,
        3 => usize::from(take::<1, _>(&mut pipe).await?[0]),
        4 => 16,
        _ => return Err(stranger()),
    };
    let mut address = [0; 255 + 2];
    pipe.read_exact(&mut address[..rest + 2]).await.map_err(lost)?;
    Ok(pipe)
}

async fn greet<P>(pipe: &mut P, login: Option<&Login>) -> Result<(), ProxyFailure>
where
    P: AsyncRead + AsyncWrite + Unpin,
{
    let methods: &[u8] = match login {
        Some(_) => &[VERSION, 2, NO_LOGIN, PASSWORD],
        None => &[VERSION, 1, NO_LOGIN],
    };
    send(pipe, methods).await?;
    let [version, method] = take(pipe).await?;
    if version != VERSION {
        return Err(stranger());
    }
    match (method, login) {
        (NO_LOGIN, _) => Ok(()),
        (PASSWORD, Some(login)) => {
            send(pipe, &introduction(login)).await?;
            let [_, status] = take(pipe).await?;
            if status == 0 {
                Ok(())
            } else {
                Err(ProxyFailure::LoginRefused)
            }
        }
        (NO_METHOD, None) | (PASSWORD, None) => Err(ProxyFailure::LoginWanted),
        (NO_METHOD, Some(_)) => Err(ProxyFailure::LoginRefused),
        (other, _) => Err(ProxyFailure::NotAProxy(format!(
            "it insists on method {other} for a login"
        ))),
    }
}

/// Both parts were measured when the login was made.
fn introduction(login: &Login) -> Vec<u8> {
    let mut bytes = vec![1];
    for part in [login.user.as_str(), login.password.reveal()] {
        bytes.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// A name is told as it is: the proxy looks it up.
fn question(host: &str, port: u16) -> Result<Vec<u8>, ProxyFailure> {
    let mut bytes = vec![VERSION, 1, 0];
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => {
            bytes.push(1);
            bytes.extend(address.octets());
        }
        Ok(Host::Ipv6(address)) => {
            bytes.push(4);
            bytes.extend(address.octets());
        }
        Ok(Host::Domain(_)) | Err(_) => {
            let length = u8::try_from(host.len())
                .map_err(|_| ProxyFailure::NoWay("the server's name is too long".to_owned()))?;
            bytes.extend([3, length]);
            bytes.extend_from_slice(host.as_bytes());
        }
    }
    bytes.extend(port.to_be_bytes());
    Ok(bytes)
}

fn judged(reply: u8) -> Result<(), ProxyFailure> {
    let why = match reply {
        0 => return Ok(()),
        2 => return Err(ProxyFailure::Forbidden),
        7 | 8 => return Err(ProxyFailure::NotAProxy("it makes no connections".to_owned())),
        1 => "it has failed".to_owned(),
        3 => "the network is unreachable".to_owned(),
        4 => "the host is unreachable".to_owned(),
        5 => "the connection was refused".to_owned(),
        6 => "it is too far away".to_owned(),
        other => format!("it answered {other}"),
    };
    Err(ProxyFailure::NoWay(why))
}

async fn send<P: AsyncWrite + Unpin>(pipe: &mut P, bytes: &[u8]) -> Result<(), ProxyFailure> {
    pipe.write_all(bytes).await.map_err(lost)?;
    pipe.flush().await.map_err(lost)
}

async fn take<const N: usize, P: AsyncRead + Unpin>(pipe: &mut P) -> Result<[u8; N], ProxyFailure> {
    let mut bytes = [0; N];
    pipe.read_exact(&mut bytes).await.map_err(lost)?;
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "the error is turned into another")]
fn lost(error: io::Error) -> ProxyFailure {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        ProxyFailure::NoWay("it hung up".to_owned())
    } else {
        ProxyFailure::NoWay(error.kind().to_string())
    }
}

fn stranger() -> ProxyFailure {
    ProxyFailure::NotAProxy("it does not speak SOCKS5".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{join, sink};

    use super::*;

    /// What becomes of a proxy that says this, and how much of it was not read.
    fn says(bytes: &[u8], login: Option<&Login>) -> (Result<(), ProxyFailure>, usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut left = bytes;
        let opened = runtime.block_on(open(join(&mut left, sink()), "feed.example", 443, login));
        let opened = opened.map(drop);
        (opened, left.len())
    }

    #[test]
    fn nothing_is_read_beyond_the_answer() {
        let name = [b"\x05\x00\x05\x00\x00\x03\x03abc\x00\x50".as_slice(), b"tail"].concat();
        assert_eq!(says(&name, None), (Ok(()), 4));
        assert_eq!(
            says(b"\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", None),
            (Ok(()), 0)
        );
        let six = [b"\x05\x00\x05\x00\x00\x04".as_slice(), &[0; 18], b"x"].concat();
        assert_eq!(says(&six, None), (Ok(()), 1));
    }

    #[test]
    fn each_refusal_has_its_class() {
        let login = Login::new("ada", "hush").unwrap();
        let refused = |bytes: &[u8], login| says(bytes, login).0.unwrap_err();
        assert_eq!(refused(b"\x05\xff", None), ProxyFailure::LoginWanted);
        assert_eq!(refused(b"\x05\xff", Some(&login)), ProxyFailure::LoginRefused);
        assert_eq!(
            refused(b"\x05\x02\x01\x01", Some(&login)),
            ProxyFailure::LoginRefused
        );
        assert_eq!(
            refused(b"\x05\x00\x05\x02\x00\x01", None),
            ProxyFailure::Forbidden
        );
        for reply in [1, 3, 4, 5, 6, 9, 255] {
            let bytes = [5, 0, 5, reply, 0, 1];
            assert!(matches!(refused(&bytes, None), ProxyFailure::NoWay(_)), "{reply}");
        }
        for bytes in [
            b"HTTP/1.1 400 Bad".as_slice(),
            b"\x05\x01",
            b"\x05\x00\x05\x00\x00\x02",
        ] {
            assert!(
                matches!(refused(bytes, None), ProxyFailure::NotAProxy(_)),
                "{bytes:?}"
            );
        }
        assert_eq!(
            refused(b"\x05", None),
            ProxyFailure::NoWay("it hung up".to_owned())
        );
    }

    #[test]
    fn a_name_is_left_to_the_proxy_and_an_address_is_not_made_a_name() {
        assert_eq!(question("f.x", 443).unwrap(), b"\x05\x01\x00\x03\x03f.x\x01\xbb");
        assert_eq!(
            question("192.0.2.1", 80).unwrap(),
            b"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50"
        );
        assert_eq!(question("[::1]", 80).unwrap()[..4], [5, 1, 0, 4]);
        assert!(question(&"a".repeat(256), 80).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(
            mut begin in prop_oneof![Just(vec![]), Just(vec![5, 0]), Just(vec![5, 2, 1, 0, 5, 0, 0])],
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            named in any::<bool>(),
        ) {
            begin.extend(bytes);
            let login = Login::new("ada", "hush").unwrap();
            let (opened, left) = says(&begin, named.then_some(&login));
            // Two for the method, two for the login, four and at most 258 for the answer.
            prop_assert!(begin.len() - left <= 266);
            if opened.is_ok() {
                prop_assert!(begin.len() - left >= 10);
            }
        }
    }
}
