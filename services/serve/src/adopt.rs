//! `longhu log adopt`: accepts a log that has lost its end, and lists by source what to send again.

use futures::future::BoxFuture;
use longhu_client::failure::{Exit, Failure, chain};
use longhu_client::instant;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_core::Position;
use longhu_core::control::Source;
use longhu_ingest::{Adopt, AdoptError, Adopted, adopt, system_clock};
use longhu_proto::scalar::time_to_wire;

use crate::bank::BankArgs;
use crate::broker::{Broker, BrokerArgs};

/// Arguments of `longhu log adopt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log adopt --nats nats://10.0.0.5:4222 --bank mybank --lost-after 4711.3 --reason 'restored from Monday'
  longhu log adopt --data-dir ./data --lost-after 4711.3 --reason 'restored from Monday'")]
pub struct Args {
    #[command(flatten)]
    broker: BrokerArgs,
    #[command(flatten)]
    bank: BankArgs,
    /// The last position that the log has, as ingest or the projector says when it refuses the log.
    #[arg(long, value_name = "POSITION")]
    lost_after: Position,
    /// Why, at most 500 bytes. Kept in the log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides. Kept in the log.
    #[arg(long = "as", value_name = "NAME", default_value = "local")]
    as_name: String,
}

/// Runs it.
pub fn run(args: Args, global: &Global) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(async move {
        let format = global.format(&[Format::Table, Format::Json])?;
        let broker = args.broker.reach().await?;
        let adopted = adopt_at(&args, &broker).await;
        broker.shutdown().await;
        let adopted = adopted?;
        match format {
            Format::Json => output::print_json(&json(&adopted)),
            _ => output::print(&text(&args.bank.bank, &adopted)),
        }
    })
}

async fn adopt_at(args: &Args, broker: &Broker) -> Result<Adopted, Failure> {
    let (log, _) = args.bank.open(&broker.url).await?;
    let wanted =
        Adopt { lost_after: args.lost_after, reason: args.reason.clone(), principal: args.as_name.clone() };
    adopt(&log, wanted, system_clock()).await.map_err(|error| match error {
        AdoptError::NotTheEnd { .. } => chain(&error).exit(Exit::Conflict),
        error => chain(&error),
    })
}

fn since(adopted: &Adopted) -> String {
    instant::utc(&time_to_wire(adopted.adoption.recorded))
}

fn to_send(adopted: &Adopted, source: &Source) -> String {
    match source.numbered {
        true => format!("every number that `longhu sources show {}` does not count", source.name),
        false => format!("every event that was acknowledged since {}", since(adopted)),
    }
}

fn text(bank: &str, adopted: &Adopted) -> String {
    let hash = longhu_log::Hash(adopted.adoption.batch_hash);
    let (done, position) =
        (if adopted.is_new { "adopted" } else { "unchanged, adopted before:" }, adopted.position);
    let end = adopted.adoption.lost_after;
    let mut text =
        format!("{done} the log of bank `{bank}`, lost after {end} (batch hash {hash}), at {position}\n");
    text += "to be sent again, and some minutes more, because clocks differ; copies count once:\n";
    let columns = [("SOURCE", Align::Left), ("PRINCIPAL", Align::Left), ("SEND AGAIN", Align::Left)];
    let row = |source: &Source| vec![source.name.clone(), source.principal.clone(), to_send(adopted, source)];
    text += &output::table(&columns, adopted.sources.iter().map(row));
    text + "decisions that were made since then (contests, organisation, targets) are to be made again\n"
}

fn json(adopted: &Adopted) -> serde_json::Value {
    let adoption = &adopted.adoption;
    let source = |source: &Source| {
        serde_json::json!({
            "source": source.name, "numbered": source.numbered, "principal": source.principal,
            "send_again": to_send(adopted, source),
        })
    };
    serde_json::json!({
        "adopted": adopted.is_new,
        "position": adopted.position.to_string(),
        "lost_after": adoption.lost_after.to_string(),
        "batch_hash": longhu_log::Hash(adoption.batch_hash).to_string(),
        "lost_since": proto_json::rfc3339(&time_to_wire(adoption.recorded)),
        "reason": adoption.reason,
        "sources": adopted.sources.iter().map(source).collect::<Vec<_>>(),
    })
}
