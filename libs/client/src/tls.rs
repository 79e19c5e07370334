//! How a server is reached: over TLS where the address says `https`, and in plain text only on this machine, unless it is
//! said that the network is safe.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use crate::failure::{Failure, chain};

/// Options of TLS. A service uses the same certificate for its callers and, as a client, for other services.
#[derive(Clone, Debug, Default, Args)]
pub struct TlsArgs {
    /// The authorities that sign servers' certificates (PEM). Without it, those of this machine.
    #[arg(long, global = true, env = "LONGHU_TLS_CA", value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// The certificate of this process (PEM): a command shows it to servers, a service also to its callers.
    #[arg(long, global = true, env = "LONGHU_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM).
    #[arg(long, global = true, env = "LONGHU_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Speak plain text with other machines: tokens and data can be read on the way.
    #[arg(long, global = true, env = "LONGHU_ALLOW_PLAIN_TEXT", value_parser = FalseyValueParser::new())]
    pub allow_plain_text: bool,
}

impl TlsArgs {
    /// Certificate and key, if both are given.
    ///
    /// # Errors
    /// One is given without the other.
    pub fn certificate(&self) -> Result<Option<(&Path, &Path)>, Failure> {
        match (&self.tls_cert, &self.tls_key) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            _ => Err(Failure::usage("a certificate needs its key, and a key its certificate")
                .next("give both `--tls-cert` and `--tls-key`")),
        }
    }

    /// Makes an endpoint speak TLS if its address says `https`. Refuses plain text to another machine.
    pub(crate) fn secure(&self, endpoint: Endpoint) -> Result<Endpoint, Failure> {
        let uri = endpoint.uri();
        match uri.scheme_str() {
            Some("https") => {
                let config = self.client_config()?;
                endpoint.tls_config(config).map_err(|error| {
                    chain(&error).next("check the files of `--tls-ca`, `--tls-cert` and `--tls-key`")
                })
            }
            Some("http") if self.allow_plain_text || is_this_machine(uri.host().unwrap_or_default()) => {
                Ok(endpoint)
            }
            Some("http") => {
                let what = format!("{uri} is another machine, and would be spoken to in plain text");
                Err(Failure::usage(what)
                    .next("use https, or say that the network is safe with `--allow-plain-text`"))
            }
            _ => Err(Failure::usage(format!("{uri} is neither an http nor an https address"))
                .next("write it like https://longhu.example:7070")),
        }
    }

    fn client_config(&self) -> Result<ClientTlsConfig, Failure> {
        let config = match &self.tls_ca {
            Some(path) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(path)?)),
            None => ClientTlsConfig::new().with_native_roots(),
        };
        Ok(match self.certificate()? {
            Some((cert, key)) => config.identity(Identity::from_pem(read(cert)?, read(key)?)),
            None => config,
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        Failure::new(format!("cannot read {}: {error}", path.display()))
            .next("check the path and its permissions")
    })
}

/// Whether only processes of this machine are reached at this host.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_on_this_machine_unless_it_is_said() {
        let args = TlsArgs::default();
        let secure = |url: &str, args: &TlsArgs| args.secure(Endpoint::from_shared(url.to_owned()).unwrap());
        for url in
            ["http://127.0.0.1:7070", "http://127.8.8.8:7070", "http://[::1]:7070", "http://localhost:7070"]
        {
            assert!(secure(url, &args).is_ok(), "{url}");
        }
        for url in [
            "http://10.0.0.7:7070",
            "http://[fd00::1]:7070",
            "http://localhost.example:7070",
            "http://0.0.0.0:7070",
        ] {
            let refused = secure(url, &args).unwrap_err().text();
            assert!(refused.contains("plain text") && refused.contains("--allow-plain-text"), "{refused}");
        }
        let allowed = TlsArgs { allow_plain_text: true, ..TlsArgs::default() };
        assert!(secure("http://10.0.0.7:7070", &allowed).is_ok());
        assert!(secure("ftp://127.0.0.1:7070", &allowed).is_err());
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        let args = TlsArgs { tls_cert: Some("cert.pem".into()), ..TlsArgs::default() };
        assert!(args.certificate().unwrap_err().text().contains("--tls-key"));
        assert!(args.secure(Endpoint::from_static("https://127.0.0.1:1")).is_err());
    }
}
