//! TLS with the certificates that the operating system trusts.

use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{io, sync::OnceLock};

use model::one_line;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::connect::BoxPipe;
use crate::{DialError, Doubt};

/// Of the names in a certificate, so many tell whose it is.
const NAMES_SHOWN_MAX: usize = 3;
const WHY_SHOWN_MAX: usize = 120;

/// Makes secure connections; loads the system's certificates once, when the
/// first one is wanted.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// Trusted beside the system's.
    extra: Arc<[CertificateDer<'static>]>,
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

/// A file that has no certificates to trust.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRoots {
    #[error("there is no certificate in it; one begins with -----BEGIN CERTIFICATE-----")]
    None,
    #[error("a certificate in it cannot be read: {0}")]
    Unreadable(String),
}

/// The certificates of a PEM file, for [`crate::Network::trusting`].
pub fn roots_of_pem(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadRoots> {
    let unreadable = |why: String| BadRoots::Unreadable(one_line(&why, WHY_SHOWN_MAX));
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(text) {
        let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
        let mut store = RootCertStore::empty();
        let added = store.add(certificate.clone());
        added.map_err(|error| unreadable(error.to_string()))?;
        found.push(certificate);
    }
    if found.is_empty() {
        return Err(BadRoots::None);
    }
    Ok(found)
}

/// What is to be spoken inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// A WebSocket's handshake is HTTP/1.1; a server that prefers HTTP/2 must be told.
    Upgrade,
    /// Whichever version of HTTP the server prefers.
    Fetch,
}

impl Tls {
    pub(crate) fn trusting(extra: Vec<CertificateDer<'static>>) -> Self {
        Self {
            extra: extra.into(),
            config: Arc::default(),
        }
    }

    pub(crate) async fn secure(
        &self,
        host: &str,
        stream: BoxPipe,
        inside: Inside,
    ) -> Result<TlsStream<BoxPipe>, DialError> {
        let failed = |why: String| DialError::Tls {
            host: host.to_owned(),
            why,
        };
        // An IPv6 host stands in brackets in a URL and without them in a certificate.
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|error| failed(error.to_string()))?;
        let config = self.config().map_err(|error| failed(error.to_string()))?;
        let protocols = match inside {
            Inside::Upgrade => vec![b"http/1.1".to_vec()],
            Inside::Fetch => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        TlsConnector::from(config)
            .with_alpn(protocols)
            .connect(name, stream)
            .await
            .map_err(|error| classify(host, &error))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = if self.extra.is_empty() {
            Verifier::new(Arc::clone(&provider))?
        } else {
            Verifier::new_with_extra_roots(self.extra.iter().cloned(), Arc::clone(&provider))?
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            // "Dangerous" is any verifier of one's own; this one is the platform's.
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

fn classify(host: &str, error: &io::Error) -> DialError {
    let host = host.to_owned();
    let inner = error.get_ref();
    match inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => {
            let (doubt, why) = doubt(error);
            DialError::Untrusted { host, doubt, why }
        }
        Some(rustls::Error::InvalidMessage(_)) => DialError::NotTls { host },
        Some(other) => DialError::Tls {
            host,
            why: other.to_string(),
        },
        None => DialError::Tls {
            host,
            why: error.kind().to_string(),
        },
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's errors are not ours, and they grow"
)]
fn doubt(error: &CertificateError) -> (Doubt, String) {
    match error {
        CertificateError::Expired => (Doubt::Expired, String::new()),
        CertificateError::ExpiredContext { time, not_after } => {
            let why = format!("it ended on {}, and here it is {}", date(*not_after), date(*time));
            (Doubt::Expired, why)
        }
        CertificateError::NotValidYet => (Doubt::NotYetValid, String::new()),
        CertificateError::NotValidYetContext { time, not_before } => {
            let why = format!(
                "it begins on {}, and here it is {}",
                date(*not_before),
                date(*time)
            );
            (Doubt::NotYetValid, why)
        }
        CertificateError::UnknownIssuer => (Doubt::UnknownIssuer, String::new()),
        CertificateError::NotValidForName => (Doubt::OtherName, String::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented
                .iter()
                .take(NAMES_SHOWN_MAX)
                .map(String::as_str)
                .collect();
            (Doubt::OtherName, one_line(&names.join(", "), WHY_SHOWN_MAX))
        }
        CertificateError::Revoked => (Doubt::Revoked, String::new()),
        other => (Doubt::Other, one_line(&other.to_string(), WHY_SHOWN_MAX)),
    }
}

fn date(time: UnixTime) -> String {
    // The last second that the form can show: a certificate may name any.
    const LAST: u64 = 253_402_300_799;
    let seconds = Duration::from_secs(time.as_secs().min(LAST));
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + seconds)
}
