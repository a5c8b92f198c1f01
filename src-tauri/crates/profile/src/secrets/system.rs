//! The keyring that the OS has.

#[cfg_attr(all(unix, not(target_os = "macos")), path = "system/secret_service.rs")]
#[cfg_attr(not(all(unix, not(target_os = "macos"))), path = "system/built_in.rs")]
mod store;

use keyring_core::{Entry, Error};

use super::vault::Vault;

/// The name under which a person finds our keys in the keyring's own window.
const SERVICE: &str = "app.tickwire.desktop";

/// Whether the library's own look for a keyring, which it takes once in a
/// program's life, has been followed by one of ours.
#[derive(Debug, Default)]
pub(super) struct System {
    connected_again: bool,
}

impl Vault for System {
    fn entry(&mut self, account: &str) -> Result<Entry, Error> {
        if self.connected_again {
            Entry::new(SERVICE, account)
        } else {
            keyring::Entry::new(SERVICE, account).map(|entry| entry.inner)
        }
    }

    fn connect_again(&mut self) -> Result<(), Error> {
        store::connect_again()?;
        self.connected_again = true;
        Ok(())
    }
}
