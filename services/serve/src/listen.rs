//! The address of a service, who may call, and how long open calls have at the end.

use std::net::SocketAddr;
use std::path::PathBuf;

use longhu_client::failure::{Failure, chain};
use longhu_runtime::Principals;
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
    /// Write `{"grpc":"http://…"}` to this file once the service is ready.
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// The principals and their tokens (TOML). Without it every caller is the local principal.
    #[arg(long, value_name = "FILE", conflicts_with = "as_name")]
    pub principals: Option<PathBuf>,
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

    /// Who may call.
    pub fn principals(&self) -> Result<Principals, Failure> {
        match &self.principals {
            Some(path) => Principals::from_file(path).map_err(|error| chain(&error)),
            None if self.grpc_addr.ip().is_loopback() => Ok(Principals::local(self.as_name.clone())),
            None => Err(Failure::new(format!("{} can be reached from other machines", self.grpc_addr))
                .next("say who may call with --principals FILE, or listen on 127.0.0.1")),
        }
    }
}
