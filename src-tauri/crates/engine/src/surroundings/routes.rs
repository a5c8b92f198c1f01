//! From which addresses this computer would speak to the world.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses that only stand in books (RFC 5737 and RFC 3849): nobody is there,
/// and nothing is sent to them.
const SOMEWHERE_4: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9);
const SOMEWHERE_6: SocketAddr =
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 9);

/// The ways out, by the address that each begins at; `None` where there is none.
///
/// Another network is another address nearly always, and one that looks the
/// same gives itself away by silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Routes {
    v4: Option<IpAddr>,
    v6: Option<IpAddr>,
}

impl Routes {
    /// Asks the routing table by connecting two datagram sockets, which sends nothing.
    pub(super) fn look() -> Self {
        Self {
            v4: way_to(SOMEWHERE_4),
            v6: way_to(SOMEWHERE_6),
        }
    }
}

fn way_to(there: SocketAddr) -> Option<IpAddr> {
    let anywhere: IpAddr = match there {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((anywhere, 0)).ok()?;
    socket.connect(there).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_begins_at_an_address_of_this_computer() {
        let here = way_to(SocketAddr::from((Ipv4Addr::LOCALHOST, 9)));
        assert_eq!(here, Some(Ipv4Addr::LOCALHOST.into()));
    }

    #[test]
    fn what_has_not_changed_looks_the_same() {
        assert_eq!(Routes::look(), Routes::look());
    }
}
