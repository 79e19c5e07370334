//! The names in a certificate.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

/// From how many seconds before its end a certificate's end is warned of: 14 days.
const ENDS_SOON: i64 = 14 * 24 * 3600;

/// The names that an authority put into a client's certificate: the DNS names, URIs and e-mail addresses of its
/// subject alternative names; if it has none of these, the common names of its subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateNames(Vec<String>);

impl CertificateNames {
    /// These names.
    pub fn new(names: impl IntoIterator<Item = String>) -> CertificateNames {
        CertificateNames(names.into_iter().collect())
    }

    /// Each name.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Reads them from a certificate that was verified. One that cannot be read has no names.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> CertificateNames {
        let Ok((_, certificate)) = X509Certificate::from_der(certificate) else {
            return CertificateNames::default();
        };
        let alternative = certificate.subject_alternative_name().ok().flatten();
        let mut names: Vec<String> = alternative
            .iter()
            .flat_map(|extension| &extension.value.general_names)
            .filter_map(|name| match name {
                GeneralName::DNSName(name) | GeneralName::URI(name) | GeneralName::RFC822Name(name) => {
                    Some((*name).to_owned())
                }
                _ => None,
            })
            .collect();
        if names.is_empty() {
            let common = certificate.subject().iter_common_name();
            names = common.filter_map(|name| name.as_str().ok()).map(str::to_owned).collect();
        }
        CertificateNames(names)
    }
}

/// Why no client would believe a certificate.
#[derive(Debug, thiserror::Error)]
pub(super) enum CertificateFault {
    /// It is none.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// It ended.
    #[error("the certificate ended on {0}")]
    Ended(ASN1Time),
    /// It is not valid yet.
    #[error("the certificate begins on {0}")]
    Early(ASN1Time),
}

/// Refuses a certificate that is not valid now, because no client would believe it; warns of one that ends soon.
pub(super) fn check_validity(
    certificate: &CertificateDer<'_>,
    now: Timestamp,
) -> Result<(), CertificateFault> {
    let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_| CertificateFault::Unreadable)?;
    let (validity, now) = (parsed.validity(), now.as_second());
    let (from, to) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    if now > to {
        return Err(CertificateFault::Ended(validity.not_after));
    }
    if now < from {
        return Err(CertificateFault::Early(validity.not_before));
    }
    if to - now < ENDS_SOON {
        tracing::warn!(ends = %validity.not_after, "the server's certificate ends soon; renew it");
    }
    Ok(())
}
