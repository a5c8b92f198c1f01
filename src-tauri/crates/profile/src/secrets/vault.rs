//! One question to whatever keeps the secrets.

use keyring_core::{Entry, Error};

use super::KeyringError;

/// Something that keeps secrets by account.
pub(super) trait Vault: Send {
    fn entry(&mut self, account: &str) -> Result<Entry, Error>;

    /// Looks for a keyring anew, since one may have been started, or started
    /// again, after the first look.
    fn connect_again(&mut self) -> Result<(), Error>;
}

/// Asks once more when the first answer is that there is no keyring, or none
/// any more.
pub(super) fn asked<T>(
    vault: &mut dyn Vault,
    account: &str,
    question: impl Fn(&Entry) -> Result<T, Error>,
) -> Result<T, KeyringError> {
    let ask = |vault: &mut dyn Vault| question(&vault.entry(account)?);
    match ask(vault) {
        Err(error) if is_of_the_connection(&error) => {
            tracing::debug!(%error, "looking for a keyring anew");
            match vault.connect_again() {
                Ok(()) => ask(vault).map_err(KeyringError::from),
                Err(error) => {
                    tracing::info!(%error, "no keyring was found");
                    Err(KeyringError::NotRunning)
                }
            }
        }
        answer => answer.map_err(KeyringError::from),
    }
}

const fn is_of_the_connection(error: &Error) -> bool {
    matches!(error, Error::NoDefaultStore | Error::PlatformFailure(_))
}
