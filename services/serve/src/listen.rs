//! The address of a service, who may call, and how long open calls have at the end.

use std::net::SocketAddr;
use std::path::PathBuf;

use longhu_client::failure::{Failure, chain};
use longhu_client::tls::TlsArgs;
use longhu_runtime::{Audit, Door, Gate, Principals, ServerTls, TlsFiles};
use tokio::net::TcpListener;

use crate::ready::ReadyFile;

/// How long calls that are open at a shutdown may take to end.
pub const DRAIN: std::time::Duration = std::time::Duration::from_secs(10);

/// The address of a service, and who may call.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Serving")]
pub struct Listen {
    /// Address to listen on. Port 0 chooses a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7070", env = "LONGHU_GRPC_ADDR")]
    pub grpc_addr: SocketAddr,
    /// The authorities whose client certificates are believed (PEM). Needs `--tls-cert` and `--tls-key`.
    #[arg(long, value_name = "FILE", env = "LONGHU_CLIENT_CA")]
    pub client_ca: Option<PathBuf>,
    /// Write `{"grpc":"http://…"}` to this file once the service is ready.
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// Who may call, and what (TOML, mode 0600); read again when it changes. Without it every caller is the local principal.
    #[arg(long, value_name = "FILE", conflicts_with = "as_name")]
    pub principals: Option<PathBuf>,
    /// Record in this file who reads, exports, replays and decides what.
    #[arg(long, value_name = "FILE", env = "LONGHU_AUDIT_LOG")]
    pub audit_log: Option<PathBuf>,
    /// Put the audit log's file aside when it has this many bytes, and begin another.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20, requires = "audit_log")]
    pub audit_log_bytes: u64,
    /// The local principal's name, which is recorded with sources and decisions.
    #[arg(long = "as", value_name = "NAME", default_value = "local")]
    pub as_name: String,
    /// Check files, port, keys, broker and log as a start would, say what was found, and end.
    #[arg(long)]
    pub check: bool,
}

impl Listen {
    /// Opens the port.
    pub async fn bind(&self) -> Result<TcpListener, Failure> {
        TcpListener::bind(self.grpc_addr).await.map_err(|error| {
            Failure::new(format!("cannot listen on {}: {error}", self.grpc_addr))
                .next("choose another address with --grpc-addr, such as 127.0.0.1:0 for a free port")
        })
    }

    /// The ready file, if one is asked for.
    pub fn ready_file(&self) -> Result<Option<ReadyFile>, Failure> {
        self.ready_file.as_deref().map(ReadyFile::prepare).transpose()
    }

    /// Who may call, for people.
    pub fn callers(&self) -> String {
        match &self.principals {
            Some(path) => format!("those in {}", path.display()),
            None => format!("everybody on this machine, as `{}`", self.as_name),
        }
    }

    /// Who may call through this door, and over what.
    pub fn gate(&self, door: Door, tls: &TlsArgs) -> Result<Gate, Failure> {
        Ok(Gate { principals: self.principals()?, tls: self.tls(tls)?, door, audit: self.audit()? })
    }

    fn audit(&self) -> Result<Option<Audit>, Failure> {
        // A check disturbs nobody, not even the process whose file it is.
        let Some(path) = self.audit_log.as_ref().filter(|_| !self.check) else { return Ok(None) };
        Audit::open(path, self.audit_log_bytes).map(Some).map_err(|error| chain(&error))
    }

    fn tls(&self, args: &TlsArgs) -> Result<Option<ServerTls>, Failure> {
        let Some((cert, key)) = args.certificate()? else {
            if self.client_ca.is_some() {
                return Err(Failure::usage("`--client-ca` is for TLS, and this would be plain text")
                    .next("give `--tls-cert` and `--tls-key` too"));
            }
            if !self.grpc_addr.ip().is_loopback() && !args.allow_plain_text {
                let what = format!("{} can be reached from other machines in plain text", self.grpc_addr);
                return Err(Failure::new(what).next(
                    "give `--tls-cert` and `--tls-key`, or say that the network is safe with `--allow-plain-text`",
                ));
            }
            return Ok(None);
        };
        let files = TlsFiles { cert: cert.into(), key: key.into(), client_ca: self.client_ca.clone() };
        ServerTls::read(files).map(Some).map_err(|error| chain(&error))
    }

    /// Who may call.
    fn principals(&self) -> Result<Principals, Failure> {
        match &self.principals {
            Some(path) => Principals::from_file(path).map_err(|error| chain(&error)),
            None if self.grpc_addr.ip().is_loopback() => Ok(Principals::local(self.as_name.clone())),
            None => Err(Failure::new(format!("{} can be reached from other machines", self.grpc_addr))
                .next("say who may call with --principals FILE, or listen on 127.0.0.1")),
        }
    }
}
