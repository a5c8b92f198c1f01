//! Certificates, good ones and bad ones, and who has signed them.

use std::sync::Arc;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio_rustls::TlsAcceptor;
use transport::CertificateDer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    Good,
    /// Good, and nothing newer than TLS 1.2.
    Old,
    /// Good, and HTTP/2 is spoken.
    Http2,
    WrongName,
    Expired,
    NotYet,
}

/// A server's side of TLS, and what a client must trust for it.
pub(crate) struct Papers {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) root: CertificateDer<'static>,
}

pub(crate) fn papers(paper: Paper) -> Result<Papers> {
    let mut root = CertificateParams::new(Vec::new())?;
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.distinguished_name = named("a notary of nobody");
    let root_key = KeyPair::generate()?;
    let trusted = root.self_signed(&root_key)?.der().clone();
    let issuer = Issuer::new(root, root_key);

    let name = if paper == Paper::WrongName {
        "elsewhere.example"
    } else {
        "localhost"
    };
    let mut leaf = CertificateParams::new(vec![name.to_owned()])?;
    leaf.distinguished_name = named("the fault venue");
    match paper {
        Paper::Good | Paper::Old | Paper::Http2 | Paper::WrongName => {}
        Paper::Expired => {
            leaf.not_before = date_time_ymd(2020, 1, 1);
            leaf.not_after = date_time_ymd(2021, 1, 1);
        }
        Paper::NotYet => leaf.not_before = date_time_ymd(2090, 1, 1),
    }
    let key = KeyPair::generate()?;
    let leaf = leaf.signed_by(&key, &issuer)?;
    let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let versions: &[&SupportedProtocolVersion] = match paper {
        Paper::Old => &[&version::TLS12],
        Paper::Good | Paper::Http2 | Paper::WrongName | Paper::Expired | Paper::NotYet => {
            &[&version::TLS12, &version::TLS13]
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], secret)?;
    let spoken: &[u8] = if paper == Paper::Http2 { b"h2" } else { b"http/1.1" };
    config.alpn_protocols = vec![spoken.to_vec()];
    Ok(Papers {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        root: trusted,
    })
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}
