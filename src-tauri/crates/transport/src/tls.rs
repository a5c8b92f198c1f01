//! TLS with the certificates that the operating system trusts.

use std::sync::Arc;
use std::{io, sync::OnceLock};

use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::DialError;
use crate::connect::BoxPipe;

/// Makes secure connections; loads the system's certificates once, when the
/// first one is wanted.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// Trusted beside the system's.
    extra: Arc<[CertificateDer<'static>]>,
    config: Arc<OnceLock<Arc<ClientConfig>>>,
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
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        Some(rustls::Error::InvalidCertificate(why)) => DialError::Untrusted {
            host,
            why: format!("{why:?}"),
        },
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
