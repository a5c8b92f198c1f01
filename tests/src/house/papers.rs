//! The certificate of all houses, and who has signed it.

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;
use transport::Network;

pub struct Papers {
    pub acceptor: TlsAcceptor,
    /// A network that trusts it, with what the system trusts read once.
    pub network: Network,
}

impl Papers {
    /// The same for every scene.
    pub fn get() -> Result<&'static Self> {
        static PAPERS: OnceLock<Papers> = OnceLock::new();
        match PAPERS.get() {
            Some(papers) => Ok(papers),
            None => {
                let made = Self::make()?;
                Ok(PAPERS.get_or_init(|| made))
            }
        }
    }

    fn make() -> Result<Self> {
        let mut root = CertificateParams::new(Vec::new())?;
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_key = KeyPair::generate()?;
        let trusted = root.self_signed(&root_key)?.der().clone();
        let issuer = Issuer::new(root, root_key);
        let key = KeyPair::generate()?;
        let leaf = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
        let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], secret)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            network: Network::default().trusting([trusted]),
        })
    }
}
