//! `longhu bank init`: begins the log of a bank. Apart from `longhu dev` nothing else does, so that a mistyped
//! bank does not become a new one.

use futures::future::BoxFuture;
use longhu_client::failure::{Exit, Failure};
use longhu_client::output;
use longhu_ingest::Founded;

use crate::bank::BankArgs;
use crate::broker::{Broker, BrokerArgs};

/// Arguments of `longhu bank init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu bank init --nats nats://10.0.0.5:4222 --bank mybank
  longhu bank init --nats nats://10.0.0.5:4222 --bank mybank --zone Europe/Vienna --currency EUR
  longhu bank init --data-dir ./data                 of a `longhu dev` that has been stopped")]
pub struct Args {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(flatten)]
    bank: BankArgs,
}

/// Runs it.
pub fn run(args: Args) -> BoxFuture<'static, Result<(), Failure>> {
    Box::pin(async move {
        let broker = args.broker.reach().await?;
        let done = init(&args.bank, &broker).await;
        broker.shutdown().await;
        done
    })
}

async fn init(args: &BankArgs, broker: &Broker) -> Result<(), Failure> {
    let founded = args.found(&broker.url).await;
    let (_, bank, founded) = founded.map_err(|failure| failure.exit(Exit::Conflict))?;
    let named = format!("bank `{}` (zone {}, currency {})", bank.id, bank.zone, bank.currency);
    output::print(&match founded {
        Founded::New(position) => format!("began the log of {named} at {position}\n"),
        Founded::Before => format!("unchanged {named}: its log has begun before\n"),
    })
}
