//! A key or token on its way from the keyring to a handshake.

use std::fmt;

use zeroize::Zeroizing;

/// Text that must reach nobody but the venue: it has no `Display`, derives for
/// no wire, debugs as a placeholder and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Only for handing it to a venue or to the keyring.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_show_itself() {
        let secret = Secret::new("hush".to_owned());
        assert_eq!(
            format!("{secret:?} {:?}", Some(&secret)),
            "<redacted> Some(<redacted>)"
        );
        assert_eq!(secret.reveal(), "hush");
    }
}
