//! TLS of the simulation: an authority that nobody else knows, and the venue's
//! certificate from it.
//!
//! Ed25519, whose signatures all have one length: the bytes differ with every
//! run, and how many they are, and so how they travel, does not.

use std::sync::{Arc, OnceLock};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ED25519, SerialNumber};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

struct Trust {
    root: CertificateDer<'static>,
    /// Knows HTTP/1.1 alone.
    old: TlsAcceptor,
    /// Prefers HTTP/2.
    new: TlsAcceptor,
}

/// What a client must trust.
pub(crate) fn roots() -> Vec<CertificateDer<'static>> {
    vec![trust().root.clone()]
}

/// The venue's end.
pub(crate) fn acceptor(http2: bool) -> TlsAcceptor {
    let trust = trust();
    if http2 {
        trust.new.clone()
    } else {
        trust.old.clone()
    }
}

fn trust() -> &'static Trust {
    static TRUST: OnceLock<Trust> = OnceLock::new();
    TRUST.get_or_init(|| {
        let authority_key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.serial_number = Some(SerialNumber::from(1));
        let root = authority.self_signed(&authority_key).unwrap().der().clone();
        let issuer = Issuer::new(authority, authority_key);

        let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let mut venue = CertificateParams::new(vec!["venue.test".to_owned()]).unwrap();
        venue.serial_number = Some(SerialNumber::from(2));
        let certificate = venue.signed_by(&key, &issuer).unwrap();

        let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], secret)
                .unwrap();
        // A connection owes nothing to the one before.
        config.send_tls13_tickets = 0;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut newer = config.clone();
        newer.alpn_protocols.insert(0, b"h2".to_vec());
        Trust {
            root,
            old: TlsAcceptor::from(Arc::new(config)),
            new: TlsAcceptor::from(Arc::new(newer)),
        }
    })
}
