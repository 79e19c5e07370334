//! The broker of a command that works on the log itself: one that runs already, or, for the data of a
//! `longhu dev` that has been stopped, one that is started for the command.

use std::path::PathBuf;

use longhu_client::failure::{Failure, chain};
use longhu_log::{NatsServer, ServerConfig};

/// Where the log is.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub struct BrokerArgs {
    /// The NATS server or cluster.
    #[arg(long, value_name = "URL", env = "LONGHU_NATS")]
    nats: Option<String>,
    /// Instead of `--nats`: the data folder of a `longhu dev` that has been stopped.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A broker. Shut it down in the end.
pub struct Broker {
    /// Its address.
    pub url: String,
    started: Option<NatsServer>,
}

impl BrokerArgs {
    /// Reaches the broker.
    pub async fn reach(&self) -> Result<Broker, Failure> {
        match &self.data_dir {
            None => Ok(Broker { url: self.nats.clone().unwrap_or_default(), started: None }),
            Some(folder) => {
                crate::folder::prepare(folder, "--data-dir")?;
                let server = NatsServer::start(ServerConfig::new(folder.join("nats"))).await;
                let server = server.map_err(|error| chain(&error))?;
                Ok(Broker { url: server.url(), started: Some(server) })
            }
        }
    }
}

impl Broker {
    /// Ends it, if it was started for the command.
    pub async fn shutdown(self) {
        if let Some(server) = self.started {
            server.shutdown().await;
        }
    }
}
