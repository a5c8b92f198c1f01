//! Linux and the BSDs: a Secret Service on the session bus, which may be
//! started, stopped and replaced while we run.

use keyring_core::Error;
use zbus_secret_service_keyring_store::Store;

pub(super) fn connect_again() -> Result<(), Error> {
    keyring_core::set_default_store(Store::new()?);
    Ok(())
}
