//! Which addresses are this computer's own.

use std::io;
use std::net::{IpAddr, UdpSocket};

/// Asks the system by taking the address for a moment, which sends nothing: it
/// gives no address that is on none of its interfaces.
///
/// In doubt it is there, since a line that is dead gives itself away by silence.
pub(crate) fn has_address(address: IpAddr) -> bool {
    match UdpSocket::bind((address, 0)) {
        Ok(_) => true,
        Err(error) => error.kind() != io::ErrorKind::AddrNotAvailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_ours_and_an_address_out_of_a_book_is_not() {
        assert!(has_address("127.0.0.1".parse().unwrap()));
        assert!(!has_address("192.0.2.77".parse().unwrap()));
    }
}
