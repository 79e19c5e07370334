//! An authority of a test, and the certificates that it signs. The tests of the command line use this file, too.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub pem: String,
}

/// The files of a certificate and its key.
#[derive(Clone)]
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// Writes the authority's certificate.
    pub fn write(&self, folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(format!("{name}.pem"));
        std::fs::write(&path, &self.pem).unwrap();
        path
    }

    /// A certificate for servers and clients with these alternative names; the files are called `name`.
    pub fn sign(&self, folder: &Path, name: &str, alternative: &[&str]) -> Pair {
        self.sign_with(folder, name, alternative, |_| {})
    }

    /// One that ended in 2020.
    pub fn sign_expired(&self, folder: &Path, name: &str, alternative: &[&str]) -> Pair {
        self.sign_with(folder, name, alternative, |params| {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        })
    }

    fn sign_with(
        &self,
        folder: &Path,
        name: &str,
        alternative: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Pair {
        let alternative: Vec<String> = alternative.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(alternative).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let signed = params.signed_by(&key, &self.issuer).unwrap();
        let pair = Pair {
            cert: folder.join(format!("{name}-cert.pem")),
            key: folder.join(format!("{name}-key.pem")),
        };
        std::fs::write(&pair.cert, signed.pem()).unwrap();
        write_private(&pair.key, &key.serialize_pem());
        pair
    }
}

/// Writes a file that nobody but its owner may read.
pub fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
