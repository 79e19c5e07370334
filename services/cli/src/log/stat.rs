//! `longhu log stat`: the size of the log and how far it has been folded.

use longhu_client::failure::Failure;
use longhu_client::instant;
use longhu_client::output::{self, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, GetLogStatusResponse};

/// Arguments of `longhu log stat`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log stat
  longhu log stat -o json | jq .lag_batches")]
pub struct Args {}

/// Runs it.
pub async fn run(_: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let answer = server.ask(server.log().get_log_status(GetLogStatusRequest {})).await;
    let status = answer.map_err(|status| server.failure(&status))?;
    match format {
        Format::Json => output::print_json(&json(&status)),
        _ => output::print(&details(&status)),
    }
}

fn json(status: &GetLogStatusResponse) -> serde_json::Value {
    serde_json::json!({
        "bank": status.bank,
        "stream": status.stream,
        "first_sequence": status.first_sequence,
        "last_sequence": status.last_sequence,
        "batches": status.batches,
        "bytes": status.bytes,
        "folded_position": status.folded_position.as_ref().map(proto_json::position),
        "lag_batches": status.lag_batches,
        "events": status.events,
        "duplicates": status.duplicates,
        "conflicts": status.conflicts,
        "dead_letters": status.dead_letters,
        "held": status.held,
        "waiting_reversals": status.waiting_reversals,
        "running_hash": status.running_hash,
        "as_of": status.as_of_time.as_ref().and_then(proto_json::rfc3339),
    })
}

fn details(status: &GetLogStatusResponse) -> String {
    output::pairs([
        ("bank", status.bank.clone()),
        ("stream", status.stream.clone()),
        ("sequences", format!("{} to {}", status.first_sequence, status.last_sequence)),
        ("batches", status.batches.to_string()),
        ("bytes", status.bytes.to_string()),
        ("folded to", status.folded_position.as_ref().map(proto_json::position).unwrap_or_default()),
        ("lag", format!("{} batches", status.lag_batches)),
        ("events", status.events.to_string()),
        ("duplicates", status.duplicates.to_string()),
        ("conflicts", status.conflicts.to_string()),
        ("dead letters", status.dead_letters.to_string()),
        ("held", format!("{} credits for unknown units or employees", status.held)),
        ("waiting", format!("{} reversals without original", status.waiting_reversals)),
        ("as of", status.as_of_time.as_ref().map(instant::utc).unwrap_or_default()),
        ("running hash", status.running_hash.clone()),
    ])
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position;

    use super::*;

    #[test]
    fn people_and_scripts_see_the_same_numbers() {
        let status = GetLogStatusResponse {
            folded_position: Some(Position { sequence: 42, index: 7, adoptions: 0 }),
            lag_batches: 3,
            ..Default::default()
        };
        assert!(details(&status).contains("folded to     42.7\nlag           3 batches\n"));
        assert_eq!(json(&status)["folded_position"], "42.7");
        assert_eq!(json(&status)["as_of"], serde_json::Value::Null);
    }
}
