//! What every benchmark can be told: the bank, the workload, where to measure, and whom to compare with.

use std::path::PathBuf;

use clap::Args;
use longhu_client::failure::Failure;

use crate::amount::Amount;
use crate::peer::Peer;
use crate::shape::Shape;
use crate::workload::Workload;

/// The bank, what happens in it, and where it is measured.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Workload")]
pub struct Common {
    /// Branches of the bank.
    #[arg(long, value_name = "N", default_value = "16000")]
    pub branches: Amount,
    /// Teams of the bank, dealt out among its branches.
    #[arg(long, value_name = "N", default_value = "50000")]
    pub teams: Amount,
    /// Employees of the bank, dealt out among its teams.
    #[arg(long, value_name = "N", default_value = "420000")]
    pub employees: Amount,
    /// A few employees have most events (Zipf's law, exponent 1); otherwise everybody is as likely.
    #[arg(long)]
    pub skewed: bool,
    /// The source gives ids only; otherwise it numbers its events.
    #[arg(long)]
    pub unnumbered: bool,
    /// Another seed, other events; the same seed, the same events.
    #[arg(long, default_value_t = 8)]
    pub seed: u64,
    /// Events of one call, and of one batch on a peer: 1 to 1,000.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub batch: u64,
    /// Callers at the same time, and connections to a peer.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub connections: u64,
    /// Measure on this disk: a new or empty folder, which is kept. Without it, a temporary one that goes away.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Whom to compare with.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Comparison")]
pub struct Peers {
    /// Do the same work on a private server found on PATH; may be given for each.
    #[arg(long = "peer", value_name = "NAME", value_enum)]
    pub peers: Vec<Peer>,
    /// At most so many events on a peer; its rate is taken from them.
    #[arg(long, value_name = "N", default_value = "2M")]
    pub peer_events: Amount,
}

impl Common {
    /// The bank's size, if there is such a bank.
    pub fn shape(&self) -> Result<Shape, Failure> {
        Shape::new(self.branches, self.teams, self.employees)
    }

    /// What happens in the bank.
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
