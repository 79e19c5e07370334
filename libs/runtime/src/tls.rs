//! TLS of a server: its certificate and key, and the authorities whose client certificates it believes. They are read
//! from files, and read again when the files change, so that a certificate is renewed without a restart.

mod error;
mod names;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

pub use error::TlsError;
pub use names::CertificateNames;

use crate::private_file;

/// The protocols that are spoken behind TLS, the preferred one first: gRPC needs HTTP/2.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Where a server's certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate, and the intermediate ones up to its authority (PEM).
    pub cert: PathBuf,
    /// The key of the certificate (PEM). Nobody but its owner and its group may read it.
    pub key: PathBuf,
    /// The authorities whose client certificates are believed (PEM). Without it, no caller has a certificate.
    pub client_ca: Option<PathBuf>,
}

/// TLS of a server. Cheap to clone; all clones change together.
#[derive(Clone)]
pub struct ServerTls {
    files: Arc<TlsFiles>,
    config: Arc<RwLock<Arc<ServerConfig>>>,
}

impl ServerTls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`], which names the file and what to do.
    pub fn read(files: TlsFiles) -> Result<ServerTls, TlsError> {
        let config = config(&files)?;
        Ok(ServerTls { files: Arc::new(files), config: Arc::new(RwLock::new(config)) })
    }

    /// Reads the files again. Connections that are made from now on use them; after an error, what was read before.
    ///
    /// # Errors
    /// As [`ServerTls::read`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let config = config(&self.files)?;
        *self.config.write() = config;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.read().clone())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.files.cert), Some(&self.files.key), self.files.client_ca.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }
}

fn config(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = certificates(&files.cert)?;
    names::check_validity(&chain[0], jiff::Timestamp::now())
        .map_err(|fault| TlsError::Invalid { path: files.cert.clone(), reason: fault.to_string() })?;
    let key = key(&files.key)?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Protocol)?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots
                    .add(certificate)
                    .map_err(|error| TlsError::Invalid { path: path.clone(), reason: error.to_string() })?;
            }
            // A caller without a certificate may still have a token.
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider)
                .allow_unauthenticated()
                .build()
                .map_err(|error| TlsError::Invalid { path: path.clone(), reason: error.to_string() })?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(|source| TlsError::Mismatch {
        cert: files.cert.clone(),
        key: files.key.clone(),
        source,
    })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    Ok(Arc::new(config))
}

/// The certificates of a PEM file, at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bytes = read(path)?;
    let invalid = |reason: String| TlsError::Invalid { path: path.to_owned(), reason };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|error| invalid(error.to_string()))?;
    if found.is_empty() {
        return Err(invalid("there is no `BEGIN CERTIFICATE` in it".to_owned()));
    }
    Ok(found)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let bytes = read(path)?;
    private_file::check_not_public(path).map_err(TlsError::Public)?;
    // What is wrong inside a key is not said: it could show a part of it.
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| TlsError::Invalid {
        path: path.to_owned(),
        reason: "there is no private key in it that can be read (PKCS#8, PKCS#1 or SEC1, without a password)"
            .to_owned(),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}
