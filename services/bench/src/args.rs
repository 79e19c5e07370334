//! The options of all benchmarks: the bank, the workload, where to measure, and what to compare with.

use std::path::PathBuf;

use clap::Args;
use longhu_client::failure::Failure;

use crate::amount::Amount;
use crate::peer::Peer;
use crate::shape::Shape;
use crate::workload::Workload;

/// Options for the bank, its workload and the place of measurement.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct Common {
    /// Branches of the bank.
    #[arg(long, value_name = "N", default_value = "16000")]
    pub branches: Amount,
    /// Teams of the bank, distributed among its branches.
    #[arg(long, value_name = "N", default_value = "50000")]
    pub teams: Amount,
    /// Employees of the bank, distributed among its teams.
    #[arg(long, value_name = "N", default_value = "420000")]
    pub employees: Amount,
    /// Give a few employees most of the events (Zipf's law, exponent 1). Default: all are equally likely.
    #[arg(long)]
    pub skewed: bool,
    /// The source only gives ids. Default: it numbers its events.
    #[arg(long)]
    pub unnumbered: bool,
    /// The seed of the random choices. The same seed gives the same events.
    #[arg(long, default_value_t = 8)]
    pub seed: u64,
    /// Events per call, and per batch on a peer: 1 to 1,000.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub batch: u64,
    /// How many callers run at the same time, and connections to a peer.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub connections: u64,
    /// Measure in this folder, which must be new or empty and is kept. Without it, a temporary folder is used
    /// and deleted.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Options for comparison with other servers.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Comparison")]
pub struct Peers {
    /// Do the same work on a private server found on PATH. May be given once for each.
    #[arg(long = "peer", value_name = "NAME", value_enum)]
    pub peers: Vec<Peer>,
    /// The most events on a peer; its rate is computed from these.
    #[arg(long, value_name = "N", default_value = "2M")]
    pub peer_events: Amount,
}

impl Common {
    /// The bank's size, if it is valid.
    pub fn shape(&self) -> Result<Shape, Failure> {
        Shape::new(self.branches, self.teams, self.employees)
    }

    /// The workload.
    pub fn workload(&self) -> Result<Workload, Failure> {
        Ok(Workload {
            shape: self.shape()?,
            skewed: self.skewed,
            numbered: !self.unnumbered,
            seed: self.seed,
            everybody_first: false,
        })
    }
}
