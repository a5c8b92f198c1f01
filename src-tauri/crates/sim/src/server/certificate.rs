//! A certificate that is made at the start and trusted by nobody who is not told to.

use std::fmt;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// The names under which a client of this machine reaches it.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("the certificate cannot be written")]
    Made(#[from] rcgen::Error),
    #[error("the certificate cannot be used")]
    Used(#[from] rustls::Error),
}

pub(super) struct Certificate {
    pem: String,
    config: Arc<ServerConfig>,
    /// The same name and key, but its time is over.
    expired: Arc<ServerConfig>,
}

impl Certificate {
    pub(super) fn made() -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
        let valid = params.self_signed(&key)?;
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        let expired = params.self_signed(&key)?;
        Ok(Self {
            pem: valid.pem(),
            config: config(&valid, &key)?,
            expired: config(&expired, &key)?,
        })
    }

    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    pub(super) fn expired(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.expired))
    }
}

fn config(certificate: &rcgen::Certificate, key: &KeyPair) -> Result<Arc<ServerConfig>, CertificateError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let secret =
        PrivateKeyDer::try_from(key.serialize_der()).map_err(|why| rustls::Error::General(why.to_owned()))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Its key is nobody's business.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}
